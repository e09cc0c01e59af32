"""The browser task as its author writes it (docs/tools/browser.md): pages, what finds them, and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.browser.addresses import canonical

MOST_PAGES, MOST_LINKS, MOST_FIELDS = 20, 10, 6
COOKIES = ("accept", "refuse")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: what one reads, and where it leads."""

    text: str
    to: str


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of a page's short form; with `options` one picks, else one types."""

    id: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the author's web. `found_by` are words that find it; `ad` puts it first among results, marked as such.

    With `cookies`, a banner asks before anything can be done there. A form is sent by the button `submit` and leads to `then`.
    """

    url: str
    title: str
    text: str
    found_by: tuple[str, ...]
    snippet: str
    ad: bool
    cookies: bool
    links: tuple[Link, ...]
    downloads: tuple[str, ...]
    fields: tuple[PageField, ...]
    submit: str
    then: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Current:
    """The page in sight at the end."""

    url: str


@dataclass(frozen=True, slots=True)
class Visited:
    """Pages that were opened, in any tab."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotVisited:
    """Pages that were not opened. True of the untouched browser."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bookmarked:
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Pages that are in sight in some tab at the end."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """One search had all these words, and none of `without`."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cookies:
    """What was answered to a site's banner."""

    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """Exactly these files were downloaded."""

    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A page's form was sent with these values, case, accents and spaces ignored (« 06 39 98 » is « 063998 »)."""

    url: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HistoryEmpty:
    """Nothing is left in the history."""


Condition: TypeAlias = (
    Current
    | Visited
    | NotVisited
    | Bookmarked
    | Opened
    | Searched
    | Cookies
    | Downloaded
    | Sent
    | HistoryEmpty
)


@dataclass(frozen=True, slots=True)
class BrowserGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class BrowserSpec:
    """The author's web. `start` is open at first ("" for an empty tab); `engine` is the name of the search engine."""

    TOOL: ClassVar[str] = "browser"

    start: str
    engine: str
    pages: Mapping[str, Page]
    bookmarks: tuple[str, ...]
    history: tuple[str, ...]
    goals: tuple[BrowserGoal, ...]

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> BrowserSpec:
        """The spec of a decoded `body` (docs/tools/browser.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.web_address` (`value`), `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only("start", "engine", "pages", "bookmarks", "history", "goals")
        pages: dict[str, Page] = {}
        for place, raw in body.sized("pages", 1, MOST_PAGES):
            page = _page(Record(raw, place))
            if page.url in pages:
                raise ItemInvalid("item.duplicate", f"{place}.url", value=page.url)
            pages[page.url] = page
        for page in pages.values():
            if page.submit and page.then not in pages:
                raise ItemInvalid("item.unknown_reference", body.at("pages"), value=page.then)
        start = _known(body, "start", pages) if "start" in body else ""
        goals = tuple(_goal(goal, pages) for goal in body.records("goals", required=True))
        return cls(
            start,
            body.text("engine", default="Cherche"),
            pages,
            _several(body, "bookmarks", pages),
            _several(body, "history", pages),
            goals,
        )

    def texts(self) -> list[str]:
        """What the pages say."""
        found = []
        for page in self.pages.values():
            found += [page.title, page.text, *(link.text for link in page.links)]
        return found


def _address(value: str, field: str) -> str:
    found = canonical(value)
    if found is None:
        raise ItemInvalid("task.web_address", field, value=value)
    return found


def _page(record: Record) -> Page:
    record.only(
        "url", "title", "text", "found_by", "snippet", "ad", "cookies", "links", "downloads", "fields", "submit",
        "then", "certificate",
    )  # fmt: skip
    links = []
    for one in record.records("links"):
        one.only("text", "to")
        links.append(Link(one.text("text"), _address(one.text("to"), one.at("to"))))
    fields = []
    for one in record.records("fields"):
        one.only("id", "label", "options")
        fields.append(PageField(one.text("id"), one.text("label"), one.texts("options")))
    for key, found, most in (("links", links, MOST_LINKS), ("fields", fields, MOST_FIELDS)):
        if len(found) > most:
            raise ItemInvalid("item.list_length", record.at(key), low=0, high=most, found=len(found))
    submit = record.text("submit", default="", empty=True)
    text = record.text("text")
    return Page(
        url=_address(record.text("url"), record.at("url")),
        title=record.text("title"),
        text=text,
        found_by=record.texts("found_by"),
        snippet=record.text("snippet", default=text.split("\n")[0]),
        ad=record.flag("ad"),
        cookies=record.flag("cookies"),
        links=tuple(links),
        downloads=record.texts("downloads"),
        fields=tuple(fields),
        submit=submit,
        then=_address(record.text("then"), record.at("then")) if submit else "",
        certificate=record.text("certificate", default="", empty=True),
    )


def _known(record: Record, key: str, pages: Mapping[str, Page]) -> str:
    return _among(record.text(key), record.at(key), pages)


def _several(
    record: Record, key: str, pages: Mapping[str, Page], *, required: bool = False
) -> tuple[str, ...]:
    return tuple(_among(one, record.at(key), pages) for one in record.texts(key, required=required))


def _among(value: str, field: str, pages: Mapping[str, Page]) -> str:
    url = _address(value, field)
    if url not in pages:
        raise ItemInvalid("item.unknown_reference", field, value=value)
    return url


def _goal(record: Record, pages: Mapping[str, Page]) -> BrowserGoal:
    record.only("name", "when")
    when = tuple(_condition(one, pages) for one in record.records("when", required=True))
    return BrowserGoal(record.text("name"), when)


_ALLOWED = (
    "current, visited, not_visited, bookmarked, open, searched, cookies, downloaded, sent, history_empty"
)


def _condition(record: Record, pages: Mapping[str, Page]) -> Condition:
    match [key for key, _ in record.items()]:
        case ["current"]:
            return Current(_known(record, "current", pages))
        case ["visited"]:
            return Visited(_several(record, "visited", pages, required=True))
        case ["not_visited"]:
            return NotVisited(_several(record, "not_visited", pages, required=True))
        case ["bookmarked"]:
            return Bookmarked(_several(record, "bookmarked", pages, required=True))
        case ["open"]:
            return Opened(_several(record, "open", pages, required=True))
        case ["searched"]:
            inside = record.record("searched")
            inside.only("words", "without")
            return Searched(inside.texts("words", required=True), inside.texts("without"))
        case ["cookies"]:
            inside = record.record("cookies")
            answers = {
                _among(name, inside.field, pages): inside.one_of(name, COOKIES) for name, _ in inside.items()
            }
            return Cookies(answers)
        case ["downloaded"]:
            files = {name for page in pages.values() for name in page.downloads}
            return Downloaded(frozenset(record.texts("downloaded", required=True, among=files)))
        case ["sent"]:
            inside = record.record("sent")
            inside.only("url", "values")
            url = _known(inside, "url", pages)
            values = inside.record("values")
            values.only(*(one.id for one in pages[url].fields))
            return Sent(url, {name: values.text(name) for name, _ in values.items()})
        case ["history_empty"] if record.get("history_empty") is True:
            return HistoryEmpty()
    raise ItemInvalid("task.unknown_condition", record.field, allowed=_ALLOWED)
