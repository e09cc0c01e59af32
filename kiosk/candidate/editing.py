"""Typing into a text: a value, a caret, and what the editing keys do to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Typing:
    """A text being typed; `caret` counts characters before it. `limit` is the greatest length."""

    text: str = ""
    caret: int = 0
    limit: int = 200

    def with_text(self, text: str) -> Typing:
        """Another text, the caret at its end."""
        text = text[: self.limit]
        return Typing(text, len(text), self.limit)

    def typed(self, characters: str) -> Typing:
        """`characters` inserted at the caret, as many as there is room for."""
        characters = characters[: max(0, self.limit - len(self.text))]
        text = self.text[: self.caret] + characters + self.text[self.caret :]
        return Typing(text, self.caret + len(characters), self.limit)

    def moved(self, caret: int) -> Typing:
        """The caret elsewhere, inside the text."""
        return Typing(self.text, min(max(0, caret), len(self.text)), self.limit)

    def cut(self, start: int, end: int) -> Typing:
        """The characters from `start` to `end` gone, the caret there."""
        start, end = max(0, start), min(end, len(self.text))
        if start >= end:
            return self
        return Typing(self.text[:start] + self.text[end:], start, self.limit)

    def after_key(self, key: str) -> Typing | None:
        """The typing after an editing key, by the toolkit's name of it; None when the key edits nothing here."""
        match key:
            case "left":
                return self.moved(self.caret - 1)
            case "right":
                return self.moved(self.caret + 1)
            case "home" | "ctrl+a":
                return self.moved(self.text.rfind("\n", 0, self.caret) + 1)
            case "end" | "ctrl+e":
                end = self.text.find("\n", self.caret)
                return self.moved(len(self.text) if end < 0 else end)
            case "backspace" | "ctrl+h":
                return self.cut(self.caret - 1, self.caret)
            case "delete":
                return self.cut(self.caret, self.caret + 1)
            case "ctrl+u":
                return self.cut(self.text.rfind("\n", 0, self.caret) + 1, self.caret)
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """One shown line of a longer text: its characters stand from `start` in the whole."""

    start: int
    text: str


def folded(text: str, width: int) -> list[Line]:
    """A text being typed in lines of at most `width` characters, every character kept: a caret has one place.

    Lines break after an ordinary space where there is one.
    """
    lines: list[Line] = []
    start = 0
    for paragraph in text.split("\n"):
        rest, at = paragraph, start
        while len(rest) > width:
            space = rest.rfind(" ", 0, width)
            length = space + 1 if space > 0 else width
            lines.append(Line(at, rest[:length]))
            rest, at = rest[length:], at + length
        lines.append(Line(at, rest))
        start += len(paragraph) + 1
    return lines


def line_of(lines: list[Line], caret: int) -> int:
    """Which of `lines` the caret stands on."""
    found = 0
    for number, line in enumerate(lines):
        if line.start <= caret:
            found = number
    return found
