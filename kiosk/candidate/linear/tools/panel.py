"""The dialogue of every tool that is described as a view: its lines are said, and each thing that can be done has a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from itembank.tasks.actions import Action
from itembank.tasks.tools import TaskSpec
from kiosk.candidate.linear.console import Console, whole_numbers
from kiosk.candidate.linear.tools import dialogue
from kiosk.candidate.linear.tools.dialogue import ToolDialogue
from kiosk.candidate.panels import panel_of, said
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, View
from kiosk.locale import t


class Dialogue(ToolDialogue[TaskSpec, Any]):
    """See the module."""

    def describe(self, spec: TaskSpec, state: Any) -> list[str]:
        view = _view(spec, state)
        found = [view.title] if view.title else []
        if view.tabs:
            places = ", ".join(
                t("linear.panel.here", words=x.words) if x.here else x.words for x in view.tabs
            )
            found.append(t("linear.panel.tabs", places=places))
        if view.bar:
            found.append(view.bar)
        found += [line.mark + said(line.text) for line in view.lines] or [
            view.empty or t("candidate.panel.empty")
        ]
        return found

    def doings(self, spec: TaskSpec, state: Any) -> Sequence[dialogue.Doing]:
        view = _view(spec, state)
        found: list[dialogue.Doing] = []
        for line in view.lines:
            if len(line.doings) == 1:
                found.append(_doing(line.doings[0], line))
            elif line.doings:
                found.append(dialogue.Doing(t("linear.panel.act_on", line=line.text), _several(line)))
        found += [_doing(doing) for doing in view.doings]
        found += [
            dialogue.Doing(t("linear.panel.go_to", place=tab.words), _asker(tab.doing))
            for tab in view.tabs
            if not tab.here
        ]
        return found

    def outcome(self, spec: TaskSpec, before: Any, after: Any, action: Action) -> list[str]:
        told = next((d.told for d in _all(_view(spec, before)) if d.told and _makes(d, action)), "")
        was, now = self.describe(spec, before), self.describe(spec, after)
        if _view(spec, before).place != _view(spec, after).place:
            return [told, *now] if told else now
        new = [line for line in now if line not in was]
        return ([told] if told else []) + (new or ([] if told else [t("linear.sheet.unchanged")]))

    def unfinished(self, spec: TaskSpec, state: Any) -> str:
        return _view(spec, state).unfinished


def _view(spec: TaskSpec, state: Any) -> View:
    return panel_of(spec.TOOL)(spec, state)


def _all(view: View) -> list[Doing]:
    return [doing for line in view.lines for doing in line.doings] + list(view.doings)


def _makes(doing: Doing, action: Action) -> bool:
    return all(action.get(key) == value for key, value in doing.action.items())


def _doing(doing: Doing, line: Line | None = None) -> dialogue.Doing:
    """A doing that names its line when its own words do not."""
    words = doing.words
    if line is not None and line.text not in words and not any(w in line.text for w in (words,)):
        words = t("linear.panel.with", doing=words, line=line.text)
    return dialogue.Doing(words, _asker(doing))


def _several(line: Line) -> Callable[[Console], Action | None]:
    def ask(console: Console) -> Action | None:
        said = [doing.words for doing in line.doings]
        picked = console.choose(line.text, [*said, t("linear.tool.back")])
        return None if picked == len(said) else _asker(line.doings[picked])(console)

    return ask


def _asker(doing: Doing) -> Callable[[Console], Action | None]:
    def ask(console: Console) -> Action | None:
        given = {one.key: _detail(console, one) for one in doing.asks}
        return {**doing.action, **given}

    return ask


def _detail(console: Console, ask: Ask) -> Any:
    match ask.kind:
        case AskKind.ONE:
            return ask.options[console.choose(ask.words, [o.words for o in ask.options])].value
        case AskKind.SEVERAL:
            return _any(console, ask)
        case AskKind.LINES:
            console.say(ask.words, t("linear.mail.type_body"))
            lines: list[str] = []
            while (line := console.ask(t("linear.mail.type_line"))) != ".":
                lines.append(line)
            return "\n".join(lines)
    if ask.value not in (None, ""):
        console.say(t("linear.panel.now", value=ask.value))
    if ask.hint:
        console.say(ask.hint)
    while True:
        typed = console.ask(ask.words)
        if ask.kind is AskKind.NUMBER:
            number = ask.number(typed)
            if number is not None:
                return number
            console.say(t("candidate.panel.whole_number", low=ask.low, high=ask.high))
        elif typed or ask.free:
            return typed
        else:
            console.say(t("linear.nothing_typed"))


def _any(console: Console, ask: Ask) -> list[Any]:
    """The options whose numbers are typed; nothing typed is none of them."""
    console.say(ask.words)
    console.say(*(t("linear.numbered", number=n, words=o.words) for n, o in enumerate(ask.options, 1)))
    while True:
        numbers = whole_numbers(console.ask(t("linear.panel.which")))
        if numbers is not None and all(1 <= n <= len(ask.options) for n in numbers):
            return [ask.options[n - 1].value for n in sorted(set(numbers))]
        console.say(t("linear.not_numbers", last=len(ask.options)))
