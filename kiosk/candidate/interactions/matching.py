"""Lefts to join to rights: on each left, the arrows go through the rights; a letter gives one at once."""

from __future__ import annotations

from textual import events

from itembank.item import MatchingBody
from kiosk.candidate.drawn import Caret, Row, Span
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import DrawnAnswer, Lack
from kiosk.candidate.typesetting import wrap
from kiosk.locale import t
from kiosk.sitting.machine import Question


class Matching(DrawnAnswer):
    """`given[left]` is the shown rank of the right that was chosen, or None. Rights bear letters."""

    HELP = "matching"

    def __init__(self) -> None:
        super().__init__()
        self.lefts: tuple[str, ...] = ()
        self.rights: tuple[str, ...] = ()
        self.order: tuple[int, ...] = ()
        self.given: list[int | None] = []
        self.cursor = 0
        self._caret = Caret(0, 0)

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, MatchingBody)  # noqa: S101 - the interaction type says so
        self.lefts = body.lefts
        self.order = question.order
        self.rights = tuple(body.rights[p] for p in question.order)
        self.given = [None] * len(self.lefts)
        self.cursor = 0

    def response(self) -> list[int | None]:
        return [None if rank is None else self.order[rank] for rank in self.given]

    def lack(self) -> Lack | None:
        missing = [number for number, rank in enumerate(self.given, 1) if rank is None]
        if len(missing) == len(self.given):
            return Lack(t("candidate.lack.matching_empty"), empty=True)
        if missing:
            return Lack(t("candidate.lack.matching", numbers=_listed(missing), n=len(missing)), empty=False)
        twice = sorted({_letter(r) for r in self.given if r is not None and self.given.count(r) > 1})
        if twice:
            return Lack(t("candidate.lack.matching_twice", letters=", ".join(twice)), empty=False)
        return None

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.MOVE, Hint.TURN, Hint.VALIDATE)

    def reminder(self) -> str:
        return t("candidate.reminder.matching")

    def rows(self, width: int) -> list[Row]:
        width = min(width, 76)
        found: list[Row] = [(Span(line, "quiet"),) for line in wrap(t("candidate.matching.rights"), width)]
        for rank, right in enumerate(self.rights):
            found += _hung(f"  {_letter(rank)}. ", right, width)
        found.append(())
        for number, left in enumerate(self.lefts):
            here = number == self.cursor and not self.frozen
            start = len(found)
            role = "cursor" if here and self.has_focus else "ink"
            lines = _hung(f"{'> ' if here else '  '}{number + 1}. ", left, width, role, fill=here)
            found += [*lines, *self._given_rows(number, width, role if here else None)]
            if here:
                self._caret = Caret(0, start, len(found) - start)
            if self.roomy:
                found.append(())
        return found

    def _given_rows(self, number: int, width: int, role: str | None) -> list[Row]:
        """What was chosen for a left, under it."""
        rank = self.given[number]
        text = (
            t("candidate.matching.nothing_yet") if rank is None else f"{_letter(rank)}. {self.rights[rank]}"
        )
        return _hung("     → ", text, width, role or ("quiet" if rank is None else "strong"), fill=bool(role))

    def caret(self) -> Caret | None:
        return self._caret

    def on_key(self, event: events.Key) -> None:
        if self.frozen or not self.lefts:
            return
        match event.key:
            case "up" | "shift+tab":
                self._go(self.cursor - 1)
            case "down" | "tab":
                self._go(self.cursor + 1)
            case "right" | "space":
                self._turn(1)
            case "left":
                self._turn(-1)
            case "delete" | "backspace":
                self._give(None)
            case key if key.isdecimal() and 1 <= int(key) <= len(self.lefts):
                self._go(int(key) - 1)
            case _:
                rank = _rank(event.character)
                if rank is None or rank >= len(self.rights):
                    return
                self._give(rank)
                self._go(self.cursor + 1)
        event.stop()

    def _go(self, cursor: int) -> None:
        self.cursor = min(max(0, cursor), len(self.lefts) - 1)
        self.changed()

    def _turn(self, step: int) -> None:
        now = self.given[self.cursor]
        start = (-1 if step > 0 else 0) if now is None else now
        self._give((start + step) % len(self.rights))

    def _give(self, rank: int | None) -> None:
        self.given[self.cursor] = rank
        self.changed()


def _hung(lead: str, text: str, width: int, role: str = "ink", *, fill: bool = False) -> list[Row]:
    """`text` after `lead`, its further lines under its first; `fill` makes every line as wide as the place."""
    return [
        (Span(((lead if part == 0 else " " * len(lead)) + line).ljust(width if fill else 0), role),)
        for part, line in enumerate(wrap(text, width - len(lead)))
    ]


def _letter(rank: int) -> str:
    return chr(ord("A") + rank)


def _rank(character: str | None) -> int | None:
    """« b » -> 1; None for what is no letter."""
    if character and len(character) == 1 and character.isascii() and character.isalpha():
        return ord(character.upper()) - ord("A")
    return None


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
