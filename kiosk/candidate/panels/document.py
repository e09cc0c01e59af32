"""A document: tabs for its text, the review, sharing and the page; a block a line, with its style said when it is not plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itembank.tasks.document.blocks import ALIGNMENTS, FACES, STYLES, Block, headings
from itembank.tasks.document.machine import FIND_OPTIONS, DocumentState, marked, pending
from itembank.tasks.document.spec import Change, Comment, DocumentSpec
from itembank.tasks.document.vocabulary import PAGE, PAGE_TEXTS, RIGHTS, Setting
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t

LONGEST_EXCERPT = 40


def view(spec: DocumentSpec, state: DocumentState) -> View:
    """The tab in sight."""
    places = [place for place in ("text", "review", "sharing", "page") if place != "sharing" or spec.shares]
    lines, doings = {
        "text": _text,
        "review": _review,
        "sharing": _sharing,
        "page": _page,
    }[state.place](spec, state)
    return View(
        title=t("tool_document.title", name=spec.name),
        lines=tuple(lines),
        tabs=tuple(
            Tab(
                t(f"tool_document.place.{place}"),
                place == state.place,
                Doing(t(f"tool_document.place.{place}"), {"do": "go", "place": place}),
            )
            for place in places
        ),
        doings=tuple(doings),
        place=state.place,
        empty=t("tool_document.nothing"),
    )


# --- the text -----------------------------------------------------------------------------------------------------


def _text(spec: DocumentSpec, state: DocumentState) -> tuple[list[Line], list[Doing]]:
    lines = [_block_line(spec, state, number, block) for number, block in enumerate(state.blocks)]
    after = _after(state, None, value=state.blocks[-1].id)
    doings = [
        Doing(
            t("tool_document.replace"),
            {"do": "replace"},
            (
                Ask("find", t("tool_document.find")),
                Ask("by", t("tool_document.by"), free=True),
                _several("options", t("tool_document.how"), FIND_OPTIONS, "option", ()),
            ),
            told=t("tool_document.replaced"),
        ),
        Doing(t("tool_document.add_toc"), {"do": "toc"}, (after,)),
        Doing(
            t("tool_document.export"),
            {"do": "export"},
            (Ask("name", t("tool_document.export_name"), value=spec.name.rpartition(".")[0] or spec.name),),
            told=t("tool_document.exported"),
        ),
    ]
    return lines, doings


def _block_line(spec: DocumentSpec, state: DocumentState, number: int, block: Block) -> Line:
    match block.kind:
        case "break":
            return Line(t("tool_document.break"), tuple(_places(state, block)), role="quiet")
        case "image":
            alt = block.alt or t("tool_document.no_alt")
            text = t("tool_document.image", shows=block.text, alt=alt)
            return Line(text, tuple(_image_doings(state, block)))
        case "toc":
            return Line(_toc(state, block), tuple(_toc_doings(state, block)))
    notes = _notes(spec, state, block)
    text = _mark(state, number) + block.text + (f" [{', '.join(notes)}]" if notes else "")
    heading = block.style in ("title", "heading1", "heading2", "heading3")
    return Line(text, tuple(_text_doings(spec, state, block)), role="strong" if heading else "ink")


def _mark(state: DocumentState, number: int) -> str:
    """What a word processor would draw in front of a list's item: its bullet, or its number."""
    block = state.blocks[number]
    if block.style == "list":
        return "• "
    if block.style != "numbered":
        return ""
    rank = 1
    while number - rank >= 0 and state.blocks[number - rank].style == "numbered":
        rank += 1
    return f"{rank}. "


def _notes(spec: DocumentSpec, state: DocumentState, block: Block) -> list[str]:
    """What cannot be drawn in a line, in words: style, faces, side, marked words, remarks."""
    found: list[str] = []
    if block.style not in ("body", "list", "numbered"):
        found.append(t(f"tool_document.style.{block.style}"))
    found += [t(f"tool_document.face.{face}") for face in FACES if face in block.faces]
    if block.align != "left":
        found.append(t(f"tool_document.align.{block.align}"))
    found += [t("tool_document.marked", word=word) for word in marked(spec, block)]
    if any(one.on == block.id and not one.resolved for one in state.comments):
        found.append(t("tool_document.has_comment"))
    if any(change.on == block.id for change in pending(spec, state)):
        found.append(t("tool_document.has_change"))
    return found


def _toc(state: DocumentState, block: Block) -> str:
    if not block.entries:
        return t("tool_document.toc_empty")
    said = " / ".join(text for _, text in block.entries)
    key = "toc" if block.entries == headings(state.blocks) else "toc_old"
    return t(f"tool_document.{key}", entries=said)


def _text_doings(spec: DocumentSpec, state: DocumentState, block: Block) -> Iterable[Doing]:
    it = {"block": block.id}
    for word in marked(spec, block):
        fault = next(one for one in spec.faults if one.word == word)
        options = tuple(Option(proposal, proposal) for proposal in fault.proposals)
        ask = Ask("by", t("tool_document.by_what", word=word), AskKind.ONE, options)
        yield Doing(t("tool_document.correct", word=word), {"do": "correct", **it, "word": word}, (ask,))
    write = Ask("text", t("tool_document.text"), AskKind.LINES, value=block.text)
    yield Doing(t("tool_document.write"), {"do": "write", **it}, (write,))
    yield Doing(
        t("tool_document.change_style"),
        {"do": "style", **it},
        (_one("style", t("tool_document.which_style"), STYLES, "style", block.style),),
    )
    yield Doing(
        t("tool_document.change_faces"),
        {"do": "faces", **it},
        (_several("faces", t("tool_document.which_faces"), FACES, "face", block.faces),),
    )
    yield Doing(
        t("tool_document.change_align"),
        {"do": "align", **it},
        (_one("align", t("tool_document.which_align"), ALIGNMENTS, "align", block.align),),
    )
    new = Ask("text", t("tool_document.new_text"), AskKind.LINES)
    yield Doing(t("tool_document.insert"), {"do": "insert", "after": block.id}, (new,))
    yield Doing(t("tool_document.add_break"), {"do": "break", "after": block.id})
    yield Doing(
        t("tool_document.comment"),
        {"do": "comment", **it},
        (Ask("text", t("tool_document.comment_text")),),
        told=t("tool_document.commented"),
    )
    yield from _places(state, block)


def _image_doings(state: DocumentState, block: Block) -> Iterable[Doing]:
    alt = Ask("text", t("tool_document.alt_text"), value=block.alt, free=True)
    yield Doing(t("tool_document.describe"), {"do": "describe", "block": block.id}, (alt,))
    yield from _places(state, block)


def _toc_doings(state: DocumentState, block: Block) -> Iterable[Doing]:
    yield Doing(t("tool_document.update_toc"), {"do": "update_toc", "block": block.id})
    yield from _places(state, block)


def _places(state: DocumentState, block: Block) -> Iterable[Doing]:
    """Where it stands: another place, another copy, nowhere."""
    it = {"block": block.id}
    number = next(n for n, one in enumerate(state.blocks) if one.id == block.id)
    before = state.blocks[number - 1].id if number else ""
    if len(state.blocks) > 1:
        yield Doing(t("tool_document.move"), {"do": "move", **it}, (_after(state, block, value=before),))
    if block.kind in ("text", "image"):
        yield Doing(t("tool_document.copy"), {"do": "copy", **it}, (_after(state, None, value=block.id),))
    if len(state.blocks) > 1:
        yield Doing(t("tool_document.delete"), {"do": "delete", **it})


def _after(state: DocumentState, moved: Block | None, *, value: str) -> Ask:
    """After which block; the start counts."""
    options = [Option("", t("tool_document.at_start"))]
    options += [
        Option(one.id, t("tool_document.after", what=_excerpt(one)))
        for one in state.blocks
        if moved is None or one.id != moved.id
    ]
    return Ask("after", t("tool_document.where"), AskKind.ONE, tuple(options), value=value)


def _excerpt(block: Block) -> str:
    if block.kind == "break":
        return t("tool_document.break")
    text = t("tool_document.toc_name") if block.kind == "toc" else block.text
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1].rstrip()}…"


# --- the review ---------------------------------------------------------------------------------------------------


def _review(spec: DocumentSpec, state: DocumentState) -> tuple[list[Line], list[Doing]]:
    blocks = {block.id: block for block in state.blocks}
    lines = [_comment_line(one, blocks) for one in state.comments if one.on in blocks]
    lines += [_change_line(one) for one in pending(spec, state)]
    return lines, []


def _comment_line(comment: Comment, blocks: dict[str, Block]) -> Line:
    text = t(
        "tool_document.comment_line",
        who=comment.author,
        text=comment.text,
        on=_excerpt(blocks[comment.on]),
    )
    text += "".join(t("tool_document.reply_line", text=reply) for reply in comment.replies)
    if comment.resolved:
        text += t("tool_document.resolved")
    it = {"comment": comment.id}
    resolve = "reopen" if comment.resolved else "resolve"
    reply = Ask("text", t("tool_document.reply_text"))
    return Line(
        text,
        (
            Doing(t("tool_document.reply"), {"do": "reply", **it}, (reply,)),
            Doing(t(f"tool_document.{resolve}"), {"do": "resolve", **it}),
        ),
        role="quiet" if comment.resolved else "ink",
    )


def _change_line(change: Change) -> Line:
    key = "change_add" if not change.old else "change_delete" if not change.new else "change"
    text = t(f"tool_document.{key}", who=change.author, old=change.old, new=change.new)
    return Line(
        text,
        tuple(
            Doing(
                t(f"tool_document.{verdict}"), {"do": "review", "change": change.id, "verdict": verdict},
                told=t(f"tool_document.{verdict}_done"),
            )
            for verdict in ("accept", "reject")
        ),
    )  # fmt: skip


# --- sharing and the page -----------------------------------------------------------------------------------------


def _sharing(spec: DocumentSpec, state: DocumentState) -> tuple[list[Line], list[Doing]]:
    lines = []
    for person, right in state.rights.items():
        text = t("tool_document.person", who=person, right=t(f"tool_document.right.{right}"))
        ask = _one("right", t("tool_document.which_right", who=person), RIGHTS, "right", right)
        doing = Doing(t("tool_document.change_right", who=person), {"do": "share", "person": person}, (ask,))
        lines.append(Line(text, (doing,)))
    link = state.link or "none"
    text = t("tool_document.link", right=t(f"tool_document.link_right.{link}"))
    ask = _one("right", t("tool_document.which_link"), RIGHTS, "link_right", link)
    lines.append(Line(text, (Doing(t("tool_document.change_link"), {"do": "link"}, (ask,)),)))
    return lines, []


def _page(spec: DocumentSpec, state: DocumentState) -> tuple[list[Line], list[Doing]]:
    lines = []
    for name, values in PAGE.items():
        now = state.page[name]
        label = t(f"tool_document.setting.{name}")
        text = t("tool_document.set_to", label=label, value=_setting(name, now))
        options = tuple(Option(value, _setting(name, value)) for value in values)
        ask = Ask("value", label, AskKind.ONE, options, value=now)
        doing = Doing(t("tool_document.change_setting", label=label), {"do": "page", "name": name}, (ask,))
        lines.append(Line(text, (doing,)))
    for name in PAGE_TEXTS:
        now = state.page[name]
        label = t(f"tool_document.setting.{name}")
        text = t("tool_document.set_to", label=label, value=now or t("tool_document.empty"))
        ask = Ask("value", t("tool_document.typed", label=label), value=now, free=True)
        doing = Doing(t("tool_document.change_setting", label=label), {"do": "page", "name": name}, (ask,))
        lines.append(Line(text, (doing,)))
    export = [one for one in _text(spec, state)[1] if one.action == {"do": "export"}]
    return lines, export


def _setting(name: str, value: Setting) -> str:
    if isinstance(value, bool):
        return t("tool_document.yes" if value else "tool_document.no")
    return t(f"tool_document.{name}.{value}")


# --- asks ---------------------------------------------------------------------------------------------------------


def _one(key: str, words: str, values: Sequence[str], room: str, now: str) -> Ask:
    options = tuple(Option(value, t(f"tool_document.{room}.{value}")) for value in values)
    return Ask(key, words, AskKind.ONE, options, value=now)


def _several(key: str, words: str, values: Sequence[str], room: str, now: Iterable[str]) -> Ask:
    options = tuple(Option(value, t(f"tool_document.{room}.{value}")) for value in values)
    return Ask(key, words, AskKind.SEVERAL, options, value=tuple(now))
