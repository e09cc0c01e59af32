"""The browser task: going from page to page in the author's web, and which goals then hold.

Actions (plain JSON): `{"do": "go", "address": T}` (an address, or words that are then searched), `{"do": "follow", "link": N}` (of
the place in sight, from 0: a page's links, the results of a search, what the history or the bookmarks list), `{"do": "reveal",
"link": N}` (where it leads, without going), `{"do": "back"}`, `{"do": "forward"}`, `{"do": "new_tab"}`, `{"do": "close_tab"}`,
`{"do": "tab", "tab": N}`, `{"do": "bookmark"}` (adds the page in sight, or takes it away), `{"do": "cookies", "answer":
"accept"|"refuse"}`, `{"do": "download", "file": NAME}`, `{"do": "fill", "field": ID, "value": T}`, `{"do": "submit"}`, `{"do":
"show", "place": "history"|"bookmarks"}`, `{"do": "clear_history"}`.

What was opened, downloaded or sent was: none of it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.browser.addresses import canonical, host_of
from itembank.tasks.browser.spec import (
    COOKIES,
    Bookmarked,
    BrowserSpec,
    Condition,
    Cookies,
    Current,
    Downloaded,
    HistoryEmpty,
    NotVisited,
    Opened,
    Page,
    Searched,
    Sent,
    Visited,
)
from itembank.tasks.words import fold, mentions, unspaced

IRREVOCABLE = frozenset({"go", "follow", "download", "submit"})
MOST_TABS, MOST_RESULTS, LONGEST_ADDRESS = 6, 8, 200

KEYS: dict[str, tuple[str, ...]] = {
    "go": ("address",),
    "follow": ("link",),
    "reveal": ("link",),
    "back": (),
    "forward": (),
    "new_tab": (),
    "close_tab": (),
    "tab": ("tab",),
    "bookmark": (),
    "cookies": ("answer",),
    "download": ("file",),
    "fill": ("field", "value"),
    "submit": (),
    "show": ("place",),
    "clear_history": (),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a tab shows: `kind` is page, missing, search, history, bookmarks or blank; `what` the address or the words."""

    kind: str
    what: str = ""


BLANK = Place("blank")


@dataclass(frozen=True, slots=True)
class BrowserTab:
    """The places a tab went through; `at` is the one in sight."""

    places: tuple[Place, ...] = (BLANK,)
    at: int = 0

    @property
    def place(self) -> Place:
        return self.places[self.at]


@dataclass(frozen=True, slots=True)
class BrowserState:
    """The browser now. `history` are the pages that the history lists, newest last; `visited` those ever opened here."""

    tabs: tuple[BrowserTab, ...]
    tab: int = 0
    bookmarks: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    visited: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    downloads: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    sent: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    revealed: str = ""

    @property
    def place(self) -> Place:
        """What is in sight."""
        return self.tabs[self.tab].place


def initial_state(spec: BrowserSpec) -> BrowserState:
    """The author's browser, its first page in sight."""
    first = Place("page", spec.start) if spec.start else BLANK
    return BrowserState((BrowserTab((first,)),), bookmarks=spec.bookmarks, history=spec.history)


def links_in_sight(spec: BrowserSpec, state: BrowserState) -> list[tuple[str, str]]:
    """(words, address) of everything that can be followed from what is in sight."""
    place = state.place
    match place.kind:
        case "page":
            return [(link.text, link.to) for link in spec.pages[place.what].links]
        case "search":
            return [(page.title, page.url) for page in results(spec, place.what)]
        case "history":
            seen = list(dict.fromkeys(reversed(state.history)))
            return [(spec.pages[url].title, url) for url in seen]
        case "bookmarks":
            return [(spec.pages[url].title, url) for url in state.bookmarks]
    return []


def results(spec: BrowserSpec, words: str) -> list[Page]:
    """What a search finds: advertisements first, then the pages that answer to most words, in the author's order."""
    wanted = [word for word in fold(words).replace("'", " ").split() if len(word) > 1]

    def hits(page: Page) -> int:
        known = " ".join((page.title, *page.found_by))
        return sum(mentions(known, word) for word in wanted)

    found = [page for page in spec.pages.values() if hits(page)]
    return sorted(found, key=lambda page: (not page.ad, -hits(page)))[:MOST_RESULTS]


def asks_about_cookies(spec: BrowserSpec, state: BrowserState) -> bool:
    """Whether a banner waits for an answer on the page in sight."""
    place = state.place
    return (
        place.kind == "page" and spec.pages[place.what].cookies and host_of(place.what) not in state.cookies
    )


def apply(spec: BrowserSpec, state: BrowserState, action: Action) -> BrowserState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_link`, `action.nowhere_to_go`,
    `action.too_many_tabs`, `action.unknown_tab`, `action.not_a_page`, `action.cookies_first`, `action.no_cookies`,
    `action.unknown_file`, `action.unknown_field`, `action.control_value`, `action.unknown_page`.
    """
    verb = reading.known_verb(action, KEYS)
    state = replace(state, revealed="") if state.revealed else state
    match verb:
        case "go":
            return _go(spec, state, reading.text(action, "address", limit=LONGEST_ADDRESS))
        case "follow" | "reveal":
            return _link(spec, state, action, verb)
        case "back" | "forward":
            return _step(state, -1 if verb == "back" else 1)
        case "new_tab" | "close_tab" | "tab":
            return _tabs(state, action, verb)
        case "show":
            place = reading.text(action, "place", limit=20)
            if place not in ("history", "bookmarks"):
                raise ResponseInvalid("action.unknown_page")
            return _shown(state, Place(place))
        case "clear_history":
            return replace(state, history=())
        case "bookmark":
            url = _page(spec, state).url
            kept = tuple(other for other in state.bookmarks if other != url)
            return replace(state, bookmarks=kept if len(kept) < len(state.bookmarks) else (*kept, url))
        case "cookies":
            return _cookies(spec, state, action)
        case "download" | "fill" | "submit":
            return _on_page(spec, state, action, verb)
    raise ResponseInvalid("action.unknown", do=verb)


def goals_met(spec: BrowserSpec, state: BrowserState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(one, state) for one in goal.when) for goal in spec.goals)


def _holds(condition: Condition, state: BrowserState) -> bool:
    match condition:
        case Current(url):
            return state.place == Place("page", url)
        case Visited(urls):
            return all(url in state.visited for url in urls)
        case NotVisited(urls):
            return not any(url in state.visited for url in urls)
        case Bookmarked(urls):
            return all(url in state.bookmarks for url in urls)
        case Opened(urls):
            return all(any(tab.place == Place("page", url) for tab in state.tabs) for url in urls)
        case Searched(words, without):
            return any(
                all(mentions(query, word) for word in words) and not any(mentions(query, w) for w in without)
                for query in state.queries
            )
        case Cookies(answers):
            return all(state.cookies.get(host_of(url)) == answer for url, answer in answers.items())
        case Downloaded(files):
            return frozenset(state.downloads) == files
        case Sent(url, values):
            return any(sent == url and _as_wanted(dict(given), values) for sent, given in state.sent)
        case HistoryEmpty():
            return not state.history


def _as_wanted(given: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(unspaced(given.get(name, "")) == unspaced(value) for name, value in wanted.items())


# --- going from place to place ------------------------------------------------------------------------------------


def _go(spec: BrowserSpec, state: BrowserState, typed: str) -> BrowserState:
    typed = " ".join(typed.split())
    if not typed:
        raise ResponseInvalid("action.nowhere_to_go")
    address = canonical(typed)
    if address is not None:
        return _opened(spec, state, address)
    return _shown(replace(state, queries=(*state.queries, typed)), Place("search", typed))


def _opened(spec: BrowserSpec, state: BrowserState, address: str) -> BrowserState:
    if address not in spec.pages and address.startswith("https://"):
        plain = address.replace("https://", "http://", 1)  # as real browsers fall back
        address = plain if plain in spec.pages else address
    known = address in spec.pages
    state = _shown(state, Place("page" if known else "missing", address))
    if not known:
        return state
    return replace(state, history=(*state.history, address), visited=(*state.visited, address))


def _shown(state: BrowserState, place: Place) -> BrowserState:
    tab = state.tabs[state.tab]
    changed = BrowserTab((*tab.places[: tab.at + 1], place), tab.at + 1)
    return _with_tab(state, changed)


def _with_tab(state: BrowserState, tab: BrowserTab) -> BrowserState:
    return replace(state, tabs=(*state.tabs[: state.tab], tab, *state.tabs[state.tab + 1 :]))


def _step(state: BrowserState, step: int) -> BrowserState:
    tab = state.tabs[state.tab]
    if not 0 <= tab.at + step < len(tab.places):
        raise ResponseInvalid("action.nowhere_to_go")
    return _with_tab(state, replace(tab, at=tab.at + step))


def _link(spec: BrowserSpec, state: BrowserState, action: Action, verb: str) -> BrowserState:
    if asks_about_cookies(spec, state):
        raise ResponseInvalid("action.cookies_first")
    number, links = reading.index(action, "link"), links_in_sight(spec, state)
    if number >= len(links):
        raise ResponseInvalid("action.unknown_link")
    address = links[number][1]
    return replace(state, revealed=address) if verb == "reveal" else _opened(spec, state, address)


def _tabs(state: BrowserState, action: Action, verb: str) -> BrowserState:
    if verb == "new_tab":
        if len(state.tabs) >= MOST_TABS:
            raise ResponseInvalid("action.too_many_tabs", limit=MOST_TABS)
        return replace(state, tabs=(*state.tabs, BrowserTab()), tab=len(state.tabs))
    if verb == "close_tab":
        left = (*state.tabs[: state.tab], *state.tabs[state.tab + 1 :])
        return replace(state, tabs=left or (BrowserTab(),), tab=max(0, state.tab - 1))
    number = reading.index(action, "tab")
    if number >= len(state.tabs):
        raise ResponseInvalid("action.unknown_tab")
    return replace(state, tab=number)


# --- on a page ----------------------------------------------------------------------------------------------------


def _page(spec: BrowserSpec, state: BrowserState) -> Page:
    if state.place.kind != "page":
        raise ResponseInvalid("action.not_a_page")
    return spec.pages[state.place.what]


def _cookies(spec: BrowserSpec, state: BrowserState, action: Action) -> BrowserState:
    answer = reading.text(action, "answer", limit=20)
    if answer not in COOKIES or not asks_about_cookies(spec, state):
        raise ResponseInvalid("action.no_cookies")
    return replace(state, cookies={**state.cookies, host_of(state.place.what): answer})


def _on_page(spec: BrowserSpec, state: BrowserState, action: Action, verb: str) -> BrowserState:
    page = _page(spec, state)
    if asks_about_cookies(spec, state):
        raise ResponseInvalid("action.cookies_first")
    if verb == "download":
        name = reading.text(action, "file", limit=100)
        if name not in page.downloads:
            raise ResponseInvalid("action.unknown_file")
        return replace(state, downloads=tuple(dict.fromkeys((*state.downloads, name))))
    if verb == "fill":
        wanted = reading.text(action, "field", limit=100)
        found = next((one for one in page.fields if one.id == wanted), None)
        if found is None:
            raise ResponseInvalid("action.unknown_field")
        value = reading.text(action, "value", limit=200).strip()
        if found.options and value not in found.options:
            raise ResponseInvalid("action.control_value", low=0, high=0)
        return replace(state, values={**state.values, f"{page.url} {found.id}": value})
    if not page.submit:
        raise ResponseInvalid("action.unknown_field")
    given = tuple((one.id, state.values.get(f"{page.url} {one.id}", "")) for one in page.fields)
    return _opened(spec, replace(state, sent=(*state.sent, (page.url, given))), page.then)
