"""A text with zones: arrows or Tab go from one to the next, Space selects."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events

from itembank.item import HotspotBody, Zone
from kiosk.candidate.drawn import Caret, Row, Span
from kiosk.candidate.furniture import Hint
from kiosk.candidate.interactions.base import DrawnAnswer, Lack
from kiosk.candidate.typesetting import glyphs
from kiosk.locale import t
from kiosk.sitting.machine import Question


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one shown line; `zone` is its number, 0 outside every zone."""

    text: str
    zone: int


class Hotspot(DrawnAnswer):
    """Zones stand in brackets, a cross inside when they are selected, a « > » before the one under the cursor."""

    HELP = "hotspot"

    def __init__(self) -> None:
        super().__init__()
        self.segments: tuple[Zone, ...] = ()
        self.selected: set[int] = set()
        self.cursor = 1
        self.count = 0
        self._broken: list[list[Piece]] = []

    def prepare(self, question: Question) -> None:
        body = question.item.body
        assert isinstance(body, HotspotBody)  # noqa: S101 - the interaction type says so
        self.segments = body.segments
        self.count = len(body.zones)
        self.selected = set()
        self.cursor = 1

    def response(self) -> list[int]:
        return sorted(self.selected)

    def lack(self) -> Lack | None:
        return None if self.selected else Lack(t("candidate.lack.hotspot"), empty=True)

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.ZONE, Hint.SELECT, Hint.VALIDATE)

    def reminder(self) -> str:
        return t("candidate.reminder.hotspot")

    def rows(self, width: int) -> list[Row]:
        self._broken = broken(self._pieces(), width)
        return [tuple(self._span(piece) for piece in line) for line in self._broken]

    def _pieces(self) -> list[Piece]:
        found = []
        for segment in self.segments:
            if not segment.number:
                found.append(Piece(glyphs(segment.text), 0))
                continue
            here = segment.number == self.cursor and not self.frozen
            mark = "x " if segment.number in self.selected else "  "
            text = glyphs(segment.text).replace("\n", " ").strip()
            found.append(Piece(f"{'>' if here else ' '}[{mark}{text} ]", segment.number))
        return found

    def _span(self, piece: Piece) -> Span:
        if not piece.zone:
            return Span(piece.text)
        if piece.zone == self.cursor and self.has_focus and not self.frozen:
            return Span(piece.text, "cursor")
        return Span(piece.text, "chosen" if piece.zone in self.selected else "strong")

    def caret(self) -> Caret | None:
        places = self._places()
        if self.cursor not in places:
            return None
        x, y, lines = places[self.cursor]
        return Caret(x, y, lines)

    def _places(self) -> dict[int, tuple[int, int, int]]:
        """Zone -> column and line of its start, and how many lines it takes."""
        found: dict[int, tuple[int, int, int]] = {}
        for y, line in enumerate(self._broken):
            x = 0
            for piece in line:
                if piece.zone in found:
                    first_x, first_y, _ = found[piece.zone]
                    found[piece.zone] = first_x, first_y, y - first_y + 1
                elif piece.zone:
                    found[piece.zone] = x, y, 1
                x += len(piece.text)
        return found

    def on_key(self, event: events.Key) -> None:
        if self.frozen or not self.count:
            return
        match event.key:
            case "left" | "shift+tab":
                self._go(self.cursor - 1)
            case "right" | "tab":
                self._go(self.cursor + 1)
            case "up":
                self._vertically(-1)
            case "down":
                self._vertically(1)
            case "home":
                self._go(1)
            case "end":
                self._go(self.count)
            case "space":
                self.selected = self.selected ^ {self.cursor}
                self.changed()
            case _:
                return
        event.stop()

    def _go(self, zone: int) -> None:
        self.cursor = min(max(1, zone), self.count)
        self.changed()

    def _vertically(self, step: int) -> None:
        """The nearest zone on the next line that has one; the next in reading order where none has."""
        places = self._places()
        x, y, _ = places.get(self.cursor, (0, 0, 1))
        beyond = [
            (abs(py - y), abs(px - x), zone) for zone, (px, py, _) in places.items() if (py - y) * step > 0
        ]
        self._go(min(beyond)[2] if beyond else self.cursor + step)


def broken(pieces: list[Piece], width: int) -> list[list[Piece]]:
    """Pieces in lines of at most `width`: at their own line breaks, else at spaces outside aligned columns."""
    lines: list[list[Piece]] = []
    line: list[tuple[str, int]] = []
    for piece in pieces:
        for character in piece.text:
            if character == "\n":
                lines.append(_joined(line))
                line = []
                continue
            line.append((character, piece.zone))
            if len(line) > width:
                cut = max((i for i, (c, _) in enumerate(line) if c == " " and i > 0), default=width)
                lines.append(_joined(line[:cut]))
                line = line[cut + 1 :] if line[cut][0] == " " else line[cut:]
    if line:
        lines.append(_joined(line))
    return lines


def _joined(line: list[tuple[str, int]]) -> list[Piece]:
    """Characters with their zones -> pieces."""
    found: list[Piece] = []
    for character, zone in line:
        if found and found[-1].zone == zone:
            found[-1] = Piece(found[-1].text + character, zone)
        else:
            found.append(Piece(character, zone))
    return found
