"""Plots as inline SVG, made by hand: axes, points, lines, bands, bars. Text in, text out.

Colours differ in lightness as well as in hue and every series also differs in shape or dash, so that plots survive
colour blindness and a black-and-white printer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

INK, SOFT, GRID_LINE = "#1b2733", "#55626f", "#dfe4ea"
BLUE, ORANGE, BAND = "#1f5fa8", "#b3541e", "#c9dcf0"

_MARGINS = 62, 34, 14, 46
"""Pixels left for the axes on the left, the legend at the top, then right and bottom."""

Format = Callable[[float], str]
Point = tuple[float, float]


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, about so many. Raises ValueError unless low < high."""
    if not low < high:
        raise ValueError(f"an axis runs from low to high, found {low} and {high}")
    raw = (high - low) / max(about, 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    found = []
    while first * step <= high + 1e-9 * step:
        found.append(first * step)
        first += 1
    return found


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its label, its ends, where its ticks stand, and how a number is written."""

    label: str
    low: float
    high: float
    write: Format
    at: tuple[float, ...] = ()

    @property
    def marks(self) -> list[float]:
        """The ticks."""
        return list(self.at) or ticks(self.low, self.high)


@dataclass(slots=True)
class Plot:
    """One plot under way; add layers, then `svg`. Coordinates are the data's.

    `categories` names the rows of a plot whose y axis counts 0, 1, 2 … downwards.
    """

    title: str
    description: str
    x: Axis
    y: Axis
    width: int = 640
    height: int = 340
    categories: Sequence[str] = ()
    _layers: list[str] = field(default_factory=list)
    _legend: list[tuple[str, str]] = field(default_factory=list)

    def _place(self, x: float, y: float) -> Point:
        left, top, right, bottom = _MARGINS
        across = (x - self.x.low) / (self.x.high - self.x.low)
        down = (
            (y - self.y.low) / (self.y.high - self.y.low)
            if self.categories
            else 1.0 - (y - self.y.low) / (self.y.high - self.y.low)
        )
        return left + across * (self.width - left - right), top + down * (self.height - top - bottom)

    def _path(self, points: Sequence[Point]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._place(*p) for p in points))

    def points(
        self,
        points: Sequence[Point],
        colour: str = BLUE,
        radii: Sequence[float] | float = 2.0,
        opacity: float = 1.0,
        name: str = "",
        hollow: bool = False,
    ) -> None:
        """Circles, of one radius in pixels or one each."""
        sizes = [radii] * len(points) if isinstance(radii, (int, float)) else list(radii)
        look = (
            f'fill="#fff" stroke="{colour}" stroke-width="1.6"'
            if hollow
            else f'fill="{colour}" fill-opacity="{opacity}"'
        )
        circles = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
            for (x, y), r in zip((self._place(*p) for p in points), sizes, strict=True)
        )
        self._layers.append(f"<g {look}>{circles}</g>")
        if name:
            self._legend.append((f'<circle cx="11" cy="-4" r="4" {look}/>', name))

    def line(
        self, points: Sequence[Point], colour: str = BLUE, dash: str = "", name: str = "", wide: float = 2.0
    ) -> None:
        """A line through the points; `dash` as in SVG."""
        look = f'fill="none" stroke="{colour}" stroke-width="{wide}"' + (
            f' stroke-dasharray="{dash}"' if dash else ""
        )
        self._layers.append(f'<polyline points="{self._path(points)}" {look}/>')
        if name:
            self._legend.append((f'<path d="M0 -4H22" {look}/>', name))

    def band(self, low: Sequence[Point], high: Sequence[Point], name: str = "", colour: str = BAND) -> None:
        """The area between two lines."""
        whole = self._path([*low, *reversed(high)])
        self._layers.append(f'<polygon points="{whole}" fill="{colour}" stroke="none"/>')
        if name:
            self._legend.append((f'<rect x="0" y="-10" width="22" height="11" fill="{colour}"/>', name))

    def bar(self, start: Point, end: Point, colour: str = BLUE) -> None:
        """A filled rectangle between two corners."""
        (x1, y1), (x2, y2) = self._place(*start), self._place(*end)
        left, top = min(x1, x2), min(y1, y2)
        self._layers.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{abs(x2 - x1):.1f}" height="{abs(y2 - y1):.1f}" fill="{colour}"/>'
        )

    def key(self, colour: str, name: str) -> None:
        """A legend entry for bars."""
        self._legend.append((f'<rect x="4" y="-11" width="12" height="12" fill="{colour}"/>', name))

    def note(self, at: Point, text: str, anchor: str = "start", dx: float = 0, dy: float = 0) -> None:
        """A word at a place, moved by pixels."""
        x, y = self._place(*at)
        self._layers.append(
            f'<text x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}" class="note">{escape(text)}</text>'
        )

    def svg(self, identity: str) -> str:
        """The drawing, with its title and description for those who do not see it."""
        left, top, right, bottom = _MARGINS
        base, end = self.height - bottom, self.width - right
        parts = []
        for value in self.x.marks:
            x, _ = self._place(value, self.y.low)
            parts.append(f'<path d="M{x:.1f} {top}V{base}" stroke="{GRID_LINE}"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{base + 16}" text-anchor="middle">{escape(self.x.write(value))}</text>'
            )
        if self.categories:
            for row, name in enumerate(self.categories):
                _, y = self._place(self.x.low, row)
                parts.append(f'<path d="M{left} {y:.1f}H{end}" stroke="{GRID_LINE}"/>')
                parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>')
        else:
            for value in self.y.marks:
                _, y = self._place(self.x.low, value)
                parts.append(f'<path d="M{left} {y:.1f}H{end}" stroke="{GRID_LINE}"/>')
                parts.append(
                    f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(self.y.write(value))}</text>'
                )
        parts += self._layers
        parts.append(f'<path d="M{left} {top}V{base}H{end}" fill="none" stroke="{SOFT}"/>')
        parts.append(
            f'<text x="{(left + end) / 2:.0f}" y="{self.height - 8}" text-anchor="middle" class="axis">{escape(self.x.label)}</text>'
        )
        middle = (top + base) / 2
        parts.append(
            f'<text transform="translate(14 {middle:.0f}) rotate(-90)" text-anchor="middle" class="axis">{escape(self.y.label)}</text>'
        )
        place = float(left)
        for drawing, name in self._legend:
            parts.append(
                f'<g transform="translate({place:.0f} 20)">{drawing}<text x="28" y="0">{escape(name)}</text></g>'
            )
            place += 28 + 7.0 * len(name) + 22
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" style="max-width:{1.1 * self.width:.0f}px" role="img" aria-labelledby="{identity}-t {identity}-d">'
            f'<title id="{identity}-t">{escape(self.title)}</title><desc id="{identity}-d">{escape(self.description)}</desc>'
            + "".join(parts)
            + "</svg>"
        )
