"""A browser: tabs, the address in the bar with what the connection is, the page a line a paragraph, its links and its form."""

from __future__ import annotations

from itembank.tasks.browser.addresses import host_of
from itembank.tasks.browser.machine import (
    BrowserState,
    Place,
    asks_about_cookies,
    links_in_sight,
    results,
)
from itembank.tasks.browser.spec import BrowserSpec, Page, PageField
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t


def view(spec: BrowserSpec, state: BrowserState) -> View:
    """The tab in sight."""
    place = state.place
    tabs = tuple(
        Tab(
            _tab_words(spec, tab.place),
            number == state.tab,
            Doing(_tab_words(spec, tab.place), {"do": "tab", "tab": number}),
        )
        for number, tab in enumerate(state.tabs)
    )
    address = Doing(
        t("tool_browser.go"), {"do": "go"}, (Ask("address", t("tool_browser.address", engine=spec.engine)),)
    )
    lines = (Line(_bar(place), (address,), role="bar"), *_lines(spec, state, place))
    return View(
        title="",
        lines=lines,
        tabs=tabs if len(tabs) > 1 else (),
        doings=_everywhere(state, place),
        place=f"{state.tab} {state.tabs[state.tab].at} {place.kind} {place.what}",
        anchor=min(1, len(lines) - 1),
    )


def _tab_words(spec: BrowserSpec, place: Place) -> str:
    match place.kind:
        case "page":
            return spec.pages[place.what].title
        case "search":
            return t("tool_browser.tab.search", words=place.what)
    return t(f"tool_browser.tab.{place.kind}")


def _bar(place: Place) -> str:
    if place.kind in ("page", "missing"):
        secure = "secure" if place.what.startswith("https") else "insecure"
        return t("tool_browser.bar", address=place.what, safety=t(f"tool_browser.{secure}"))
    return t("tool_browser.bar_empty")


def _lines(spec: BrowserSpec, state: BrowserState, place: Place) -> list[Line]:
    match place.kind:
        case "page":
            return _page_lines(spec, state, spec.pages[place.what])
        case "missing":
            return [Line(t("tool_browser.missing", host=host_of(place.what)), role="strong")]
        case "search":
            return _search_lines(spec, state, place.what)
        case "blank":
            return [Line(t("tool_browser.blank", engine=spec.engine), role="quiet")]
    found = [Line(t(f"tool_browser.tab.{place.kind}"), role="strong")]
    listed = [
        _link(state, n, words, address) for n, (words, address) in enumerate(links_in_sight(spec, state))
    ]
    return [*found, *(listed or [Line(t("tool_browser.nothing"), role="quiet")])]


def _page_lines(spec: BrowserSpec, state: BrowserState, page: Page) -> list[Line]:
    if asks_about_cookies(spec, state):
        answers = tuple(
            Doing(t(f"tool_browser.cookies_{answer}"), {"do": "cookies", "answer": answer})
            for answer in ("accept", "refuse")
        )
        return [
            Line(page.title, role="strong"),
            Line(t("tool_browser.cookies"), role="alert"),
            *(Line(t("tool_browser.button", words=one.words), (one,)) for one in answers),
        ]
    lines = [Line(page.title, role="strong")]
    lines += [Line(paragraph) for paragraph in page.text.strip().split("\n") if paragraph.strip()]
    lines += [_link(state, n, words, to) for n, (words, to) in enumerate(links_in_sight(spec, state))]
    lines += [_field(state, page, one) for one in page.fields]
    if page.submit:
        lines.append(
            Line(t("tool_browser.button", words=page.submit), (Doing(page.submit, {"do": "submit"}),))
        )
    for name in page.downloads:
        words = t("tool_browser.download", name=name)
        done = t("tool_browser.downloaded", file=words) if name in state.downloads else words
        lines.append(Line(done, (Doing(words, {"do": "download", "file": name}),)))
    if page.certificate:
        lines.append(Line(t("tool_browser.certificate", who=page.certificate), role="quiet"))
    return lines


def _search_lines(spec: BrowserSpec, state: BrowserState, words: str) -> list[Line]:
    found = [Line(t("tool_browser.results", engine=spec.engine, words=words), role="strong")]
    pages = results(spec, words)
    if not pages:
        return [*found, Line(t("tool_browser.no_result"), role="quiet")]
    for number, page in enumerate(pages):
        title = t("tool_browser.ad", title=page.title) if page.ad else page.title
        found.append(_link(state, number, title, page.url))
        found.append(Line(f"{page.url}  {page.snippet}", role="quiet", indent=2))
    return found


def _link(state: BrowserState, number: int, words: str, address: str) -> Line:
    text = t("tool_browser.link", words=words)
    if state.revealed == address:
        text = t("tool_browser.leads_to", link=text, address=address)
    follow = Doing(t("tool_browser.follow", words=words), {"do": "follow", "link": number})
    reveal = Doing(t("tool_browser.reveal", words=words), {"do": "reveal", "link": number})
    return Line(text, (follow, reveal), role="key", opens=True)


def _field(state: BrowserState, page: Page, one: PageField) -> Line:
    value = state.values.get(f"{page.url} {one.id}", "")
    options = tuple(Option(option, option) for option in one.options)
    kind = AskKind.ONE if options else AskKind.TEXT
    prompt = one.label if options else t("tool_browser.prompt", label=one.label)
    fill = Doing(
        t("tool_browser.fill", label=one.label),
        {"do": "fill", "field": one.id},
        (Ask("value", prompt, kind, options, value=value, free=True),),
    )
    return Line(t("tool_browser.field", label=one.label, value=value or t("tool_browser.empty")), (fill,))


def _everywhere(state: BrowserState, place: Place) -> tuple[Doing, ...]:
    tab = state.tabs[state.tab]
    found = []
    if tab.at:
        found.append(Doing(t("tool_browser.back"), {"do": "back"}))
    if tab.at + 1 < len(tab.places):
        found.append(Doing(t("tool_browser.forward"), {"do": "forward"}))
    if place.kind == "page":
        key = "unbookmark" if place.what in state.bookmarks else "bookmark"
        found.append(Doing(t(f"tool_browser.{key}"), {"do": "bookmark"}, told=t(f"tool_browser.{key}ed")))
    found += [
        Doing(t("tool_browser.new_tab"), {"do": "new_tab"}),
        Doing(t("tool_browser.close_tab"), {"do": "close_tab"}),
        Doing(t("tool_browser.show_bookmarks"), {"do": "show", "place": "bookmarks"}),
        Doing(t("tool_browser.show_history"), {"do": "show", "place": "history"}),
    ]
    if place.kind == "history":
        found.insert(0, Doing(t("tool_browser.clear_history"), {"do": "clear_history"}))
    return tuple(found)
