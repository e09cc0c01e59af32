"""Carries a scripted solution out through a panel tool, by the keys or lines that a person would use.

What cannot be reached from the view cannot be done by this hand: a solution that passes here is one that people can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itembank.tasks.tools import tool_named
from kiosk.candidate.interactions.panel import PanelTool
from kiosk.candidate.linear.tools.dialogue import ToolDialogue
from kiosk.candidate.panels import panel_of
from kiosk.candidate.panels.view import Ask, AskKind, Doing, View
from kiosk.locale import t
from tests.candidate.support import press_together

Action = Mapping[str, Any]


def details(doing: Doing, action: Action) -> list[Any] | None:
    """What to answer to each ask so that the doing makes the action; None when it cannot."""
    asked = {ask.key for ask in doing.asks}
    if {k: v for k, v in action.items() if k not in asked} != {
        k: v for k, v in doing.action.items() if k not in asked
    }:
        return None
    found = []
    for ask in doing.asks:
        if ask.key not in action or not possible(ask, action[ask.key]):
            return None
        found.append(action[ask.key])
    return found


def possible(ask: Ask, value: Any) -> bool:
    values = [option.value for option in ask.options]
    match ask.kind:
        case AskKind.ONE:
            return value in values
        case AskKind.SEVERAL:
            return isinstance(value, list) and all(one in values for one in value)
        case AskKind.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys for what is in front now, and what is in front once they are taken in: the words of a menu or of a field,
    empty for the tool itself."""

    keys: tuple[str, ...]
    then: str = ""


def strokes_for(view: View, action: Action) -> list[Stroke]:
    """The keys that a person presses in front of `view` to make the action, wherever the cursor is."""
    if action == {"do": "undo"}:
        return [Stroke(("f7",))]
    found = _way_to(view, action)
    assert found is not None, f"no way to {action} from {view}"
    keys, doing, wanted = found
    then = [*(ask.words for ask in doing.asks), ""]
    strokes = [Stroke(way, words) for way, words in keys]
    strokes[-1] = replace(strokes[-1], then=then[0])
    answers = zip(doing.asks, wanted, then[1:], strict=True)
    return [*strokes, *(Stroke(_keys_that_give(ask, value), after) for ask, value, after in answers)]


def _way_to(view: View, action: Action) -> tuple[list[tuple[tuple[str, ...], str]], Doing, list[Any]] | None:
    """The keys that choose what makes the action, each lot with the words that it brings up; the doing; its details."""
    what_now = t("candidate.panel.what_now")
    for number, line in enumerate(view.lines):
        there = ("home", *["down"] * number)
        for rank, doing in enumerate(line.doings):
            wanted = details(doing, action)
            if wanted is None:
                continue
            if len(line.doings) == 1 or (line.opens and rank == 0):
                return [((*there, "enter"), "")], doing, wanted
            key, title = ("f5", what_now) if line.opens else ("enter", line.text)
            return [((*there, key), title), (_pick(rank), "")], doing, wanted
    own = len(view.lines[0].doings) if view.lines else 0
    for rank, doing in enumerate(view.doings):
        wanted = details(doing, action)
        if wanted is not None:
            return [(("home", "f5"), what_now), (_pick(own + rank), "")], doing, wanted
    here = next((n for n, tab in enumerate(view.tabs) if tab.here), 0)
    for number, tab in enumerate(view.tabs):
        wanted = details(tab.doing, action)
        if wanted is not None:
            right = (number - here) % len(view.tabs)
            left = len(view.tabs) - right
            return [(("right",) * right if right <= left else ("left",) * left, "")], tab.doing, wanted
    return None


def _keys_that_give(ask: Ask, value: Any) -> tuple[str, ...]:
    match ask.kind:
        case AskKind.ONE:
            return _pick([option.value for option in ask.options].index(value))
        case AskKind.SEVERAL:
            marks = [(o.value in (ask.value or ())) != (o.value in value) for o in ask.options]
            return (
                "home",
                *[k for mark in marks for k in (["space"] if mark else []) + ["down"]],
                "end",
                "enter",
            )
        case AskKind.LINES:
            return (*_instead_of(str(ask.value or "")), *_typed(value), "f5")
    return (*_instead_of("" if ask.value is None else str(ask.value)), *_typed(str(value)), "enter")


def _pick(place: int) -> tuple[str, ...]:
    return ("home", *["down"] * place, "enter")


def _instead_of(text: str) -> list[str]:
    """The keys that wipe out what a field holds."""
    return ["end", *["backspace"] * len(text)]


def _typed(text: str) -> list[str]:
    """The keys that type a text, « enter » between its lines."""
    return ["enter" if character == "\n" else character for character in text]


class Keys:
    """The keyboard, in front of the screen in this process; keys for one widget are pressed together."""

    def __init__(self, pilot: Any, tool: PanelTool) -> None:
        self._pilot, self._tool = pilot, tool

    async def carry_out(self, actions: Sequence[Action]) -> None:
        for action in actions:
            await self._one(action)

    async def press(self, *keys: str) -> None:
        await press_together(self._pilot, *keys)

    async def _one(self, action: Action) -> None:
        before = len(self._tool.actions)
        for stroke in strokes_for(self._tool._view, action):
            await self.press(*stroke.keys)
        made = self._tool.actions[before:]
        assert made == [dict(action)], f"meant {action}, made {made}; {self._tool.screen._nodes}"


class Typed:
    """Typed lines: a console that answers every prompt of a tool's dialogue so that a solution is carried out."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._answers: list[str] = []

    def say(self, *lines: str) -> None:
        self.said += lines

    def ask(self, prompt: str) -> str:
        assert self._answers, f"nothing to answer to {prompt!r} after {self.said[-12:]}"
        return self._answers.pop(0)

    def answer(self, *lines: str) -> None:
        self._answers += lines


def lines_for(spec: Any, solution: Sequence[Action], dialogue: ToolDialogue[Any, Any]) -> list[str]:
    """What a person types to carry `solution` out in the linear mode, and to end the task."""
    tool = tool_named(spec.TOOL)
    state = tool.initial_state(spec)
    typed: list[str] = []
    done: list[Action] = []
    for action in solution:
        doings = dialogue.doings(spec, state)
        if action == {"do": "undo"}:
            typed.append(str(len(doings) + 2))
        else:
            typed += _numbers(spec, state, action)
        done.append(action)
        state = tool.state_after(spec, done)
    return [*typed, "0"]


def _numbers(spec: Any, state: Any, action: Action) -> list[str]:
    """The numbers and texts for one action, in the order in which the dialogue lists its doings."""
    view = panel_of(spec.TOOL)(spec, state)
    number = 0
    for line in view.lines:
        if not line.doings:
            continue
        number += 1
        for rank, doing in enumerate(line.doings, 1):
            wanted = details(doing, action)
            if wanted is not None:
                inside = [str(rank)] if len(line.doings) > 1 else []
                return [str(number), *inside, *_given(doing, wanted)]
    for doing in (*view.doings, *(tab.doing for tab in view.tabs if not tab.here)):
        number += 1
        wanted = details(doing, action)
        if wanted is not None:
            return [str(number), *_given(doing, wanted)]
    raise AssertionError(f"no way to {action} from {view}")


def _given(doing: Doing, wanted: Sequence[Any]) -> list[str]:
    typed: list[str] = []
    for ask, value in zip(doing.asks, wanted, strict=True):
        values = [option.value for option in ask.options]
        match ask.kind:
            case AskKind.ONE:
                typed.append(str(values.index(value) + 1))
            case AskKind.SEVERAL:
                typed.append(" ".join(str(values.index(one) + 1) for one in value))
            case AskKind.LINES:
                typed += [*value.split("\n"), "."]
            case _:
                typed.append(str(value))
    return typed
