"""The floor: the smallest Textual application that says a word and takes a typed text."""

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class BareApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Bienvenue")
        yield Input()


if __name__ == "__main__":
    BareApp().run()
