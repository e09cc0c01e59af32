"""HTML fragments -> plain lines, as `flows` has them; what a terminal cannot show is refused by name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from itembank.formats.faults import Refused
from itembank.formats.flows import BLOCKS, KNOWN, FlowBuilder, lowered, plain_text, raised

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_LIMIT = 200_000


def looks_like_html(text: str) -> bool:
    """Whether a text holds a tag that HTML knows (`a < b` and `<stdio.h>` are not)."""
    return any(
        name.lower() in KNOWN or name.lower() in ("img", "script", "video", "audio", "object")
        for name in _TAG.findall(text)
    )


def html_to_text(source: str, line: int = 0) -> str:
    """The text of a fragment. Raises Refused (`element`) for a picture, a player, a form field …"""
    if len(source) > _LIMIT:
        raise Refused("too_large", line, limit=_LIMIT)
    reader = _Reader(line)
    reader.feed(source)
    reader.close()
    return plain_text(reader.done())


class _Reader(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self._line = line
        self._builders: list[FlowBuilder[str]] = [FlowBuilder()]
        self._shifts: list[str] = []
        self._lists: list[int | None] = []
        self._pre = 0
        self._cells = 0
        self._first_cell = True

    @property
    def _out(self) -> FlowBuilder[str]:
        return self._builders[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            raise Refused("element", self._line, name=tag)
        match tag:
            case "br":
                self._out.line()
            case "sup" | "sub":
                self._builders.append(FlowBuilder())
                self._shifts.append(tag)
            case "ul" | "ol":
                self._out.paragraph()
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._out.fresh_line()
                number = self._lists[-1] if self._lists else None
                if number is not None:
                    self._lists[-1] = number + 1
                self._out.text("- " if number is None else f"{number + 1}. ")
            case "tr":
                self._out.fresh_line()
                self._first_cell = True
            case "td" | "th":
                if ("rowspan", "1") not in attrs and any(name == "rowspan" for name, _ in attrs):
                    raise Refused("merged_rows", self._line)
                self._out.text("" if self._first_cell else " | ")
                self._first_cell = False
                self._out.flatten(True)
                self._cells += 1
            case "q":
                self._out.text("“")
            case "pre":
                self._out.paragraph()
                self._pre += 1
            case _ if tag in BLOCKS:
                self._out.paragraph()
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "sup" | "sub" if self._shifts and self._shifts[-1] == tag:
                self._lower()
            case "ul" | "ol" if self._lists:
                self._lists.pop()
                self._out.paragraph()
            case "li" | "tr":
                self._out.fresh_line()
            case "td" | "th" if self._cells:
                self._cells -= 1
                self._out.flatten(False)
            case "q":
                self._out.text("”")
            case "pre":
                self._pre = max(0, self._pre - 1)
                self._out.paragraph()
            case _ if tag in BLOCKS:
                self._out.paragraph()
            case _:
                pass

    def _lower(self) -> None:
        tag = self._shifts.pop()
        text = plain_text(self._builders.pop().finish())
        self._out.text((raised if tag == "sup" else lowered)(text, self._line))

    def handle_data(self, data: str) -> None:
        self._out.text(data, preserved=self._pre > 0)

    def unknown_decl(self, data: str) -> None:
        raise Refused("element", self._line, name="![")

    def done(self) -> tuple[str, ...]:
        while self._shifts:
            self._lower()
        return self._out.finish()
