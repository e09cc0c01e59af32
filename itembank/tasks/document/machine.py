"""The document task: what the candidate writes, arranges and shares.

Actions (plain JSON), `block` being a block's id and `after` the id of the block before ("" at the very start):

- `{"do": "go", "place": "text"|"review"|"sharing"|"page"}`;
- `{"do": "write", "block": ID, "text": T}`, `{"do": "style", "block": ID, "style": S}`, `{"do": "faces", "block": ID, "faces": [F, …]}`,
  `{"do": "align", "block": ID, "align": A}`, `{"do": "describe", "block": ID, "text": T}` (an image);
- `{"do": "insert", "after": ID, "text": T}` (a paragraph for each line), `{"do": "break", "after": ID}`, `{"do": "toc", "after": ID}`, `{"do": "update_toc",
  "block": ID}`, `{"do": "copy", "block": ID, "after": ID}`, `{"do": "move", "block": ID, "after": ID}`, `{"do": "delete", "block": ID}`;
- `{"do": "replace", "find": T, "by": T, "options": ["case", "word"]}`, everywhere, or with `block` there only;
  `{"do": "correct", "block": ID, "word": T, "by": T}` takes a proposal of the spelling checker;
- `{"do": "comment", "block": ID, "text": T}`, `{"do": "reply", "comment": ID, "text": T}`, `{"do": "resolve", "comment": ID}` (again reopens);
  `{"do": "review", "change": ID, "verdict": "accept"|"reject"}`;
- `{"do": "share", "person": NAME, "right": R}`, `{"do": "link", "right": R}`, `{"do": "page", "name": N, "value": V}`, `{"do": "export", "name": T}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.document.blocks import (
    ALIGNMENTS,
    FACES,
    STYLES,
    Block,
    headings,
    pattern_of,
)
from itembank.tasks.document.spec import LONGEST_BLOCK, MOST_BLOCKS, Change, Comment, DocumentSpec
from itembank.tasks.document.vocabulary import PAGE, PAGE_TEXTS, RIGHTS, VERDICTS, Setting

PLACES = ("text", "review", "sharing", "page")
FIND_OPTIONS = ("case", "word")
LONGEST_LINE, MOST_NEW_COMMENTS, MOST_NEW_BLOCKS = 200, 12, 15

KEYS: dict[str, tuple[str, ...]] = {
    "go": ("place",),
    "write": ("block", "text"),
    "style": ("block", "style"),
    "faces": ("block", "faces"),
    "align": ("block", "align"),
    "describe": ("block", "text"),
    "insert": ("after", "text"),
    "break": ("after",),
    "toc": ("after",),
    "update_toc": ("block",),
    "copy": ("block", "after"),
    "move": ("block", "after"),
    "delete": ("block",),
    "replace": ("find", "by", "options", "block"),
    "correct": ("block", "word", "by"),
    "comment": ("block", "text"),
    "reply": ("comment", "text"),
    "resolve": ("comment",),
    "review": ("change", "verdict"),
    "share": ("person", "right"),
    "link": ("right",),
    "page": ("name", "value"),
    "export": ("name",),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """An export: its name and what it held."""

    name: str
    blocks: tuple[Block, ...]
    page: Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The document now; `made` counts the blocks that the candidate added so far."""

    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]
    rights: Mapping[str, str]
    link: str | None
    page: Mapping[str, Setting]
    place: str = "text"
    verdicts: Mapping[str, str] = field(default_factory=dict)
    pdf: Pdf | None = None
    made: int = 0


def initial_state(spec: DocumentSpec) -> DocumentState:
    """The author's document, its text in sight."""
    return DocumentState(spec.blocks, spec.comments, spec.people, spec.link, spec.page)


def pending(spec: DocumentSpec, state: DocumentState) -> list[Change]:
    """The proposed changes that still wait for an answer, on blocks that are still there."""
    here = {block.id for block in state.blocks}
    return [change for change in spec.changes if change.id not in state.verdicts and change.on in here]


def marked(spec: DocumentSpec, block: Block) -> list[str]:
    """The words of a paragraph that the spelling checker marks, in the author's order."""
    if block.kind != "text":
        return []
    return [f.word for f in spec.faults if pattern_of(f.word, case=True, word=True).search(block.text)]


def apply(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_page`, `action.unknown_block`,
    `action.not_that_block`, `action.not_found` (`what`), `action.too_many_blocks` (`limit`), `action.too_many_comments`
    (`limit`), `action.unknown_comment`, `action.unknown_change`, `action.change_lost`, `action.unknown_person`,
    `action.not_shared`, `action.control_value`, `action.last_block`.
    """
    verb = reading.known_verb(action, KEYS)
    if verb in _ON_BLOCKS:
        blocks = _bounded(_ON_BLOCKS[verb](spec, state, action))
        return replace(state, blocks=blocks, made=state.made + max(0, len(blocks) - len(state.blocks)))
    if verb in _ON_THE_REST:
        return _ON_THE_REST[verb](spec, state, action)
    raise ResponseInvalid("action.unknown", do=verb)


# --- reading an action --------------------------------------------------------------------------------------------


def _block(state: DocumentState, action: Action, *kinds: str) -> Block:
    wanted = reading.text(action, "block", limit=100)
    for block in state.blocks:
        if block.id == wanted:
            if kinds and block.kind not in kinds:
                raise ResponseInvalid("action.not_that_block")
            return block
    raise ResponseInvalid("action.unknown_block")


def _after(state: DocumentState, action: Action) -> int:
    """How many blocks stand before the place named by `after`."""
    wanted = reading.text(action, "after", limit=100)
    if not wanted:
        return 0
    for number, block in enumerate(state.blocks, 1):
        if block.id == wanted:
            return number
    raise ResponseInvalid("action.unknown_block")


def _words(action: Action, key: str, limit: int) -> str:
    text = " ".join(reading.text(action, key, limit=limit).split())
    if not text:
        raise ResponseInvalid("action.missing", key=key)
    return text


def _paragraphs(action: Action) -> list[str]:
    """What was typed, a text for each line: Enter begins a paragraph, as in word processors."""
    typed = reading.text(action, "text", limit=LONGEST_BLOCK, lines=True)
    found = [" ".join(line.split()) for line in typed.split("\n") if line.strip()]
    if not found:
        raise ResponseInvalid("action.missing", key="text")
    return found


def _one_of(action: Action, key: str, allowed: tuple[str, ...]) -> str:
    value = reading.text(action, key, limit=20)
    if value not in allowed:
        raise ResponseInvalid("action.control_value", low=0, high=0)
    return value


def _some_of(action: Action, key: str, allowed: tuple[str, ...]) -> frozenset[str]:
    raw = action.get(key, [])
    if not isinstance(raw, list | tuple) or not all(one in allowed for one in raw):
        raise ResponseInvalid("action.control_value", low=0, high=0)
    return frozenset(raw)


# --- on the blocks ------------------------------------------------------------------------------------------------

Blocks = tuple[Block, ...]


def _bounded(blocks: Blocks) -> Blocks:
    limit = MOST_BLOCKS + MOST_NEW_BLOCKS
    if len(blocks) > limit:
        raise ResponseInvalid("action.too_many_blocks", limit=limit)
    if any(len(block.text) > LONGEST_BLOCK for block in blocks):
        raise ResponseInvalid("action.too_long", key="text", limit=LONGEST_BLOCK)
    return blocks


def _changed(state: DocumentState, block: Block) -> Blocks:
    return tuple(block if other.id == block.id else other for other in state.blocks)


def _placed(state: DocumentState, at: int, *blocks: Block) -> Blocks:
    """The blocks with new ones after the first `at`."""
    new = [replace(block, id=f"+{state.made + rank}") for rank, block in enumerate(blocks)]
    return (*state.blocks[:at], *new, *state.blocks[at:])


def _write(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    block, (first, *more) = _block(state, action, "text"), _paragraphs(action)
    changed = replace(state, blocks=_changed(state, replace(block, text=first)))
    at = 1 + [one.id for one in state.blocks].index(block.id)
    return _placed(changed, at, *(replace(block, text=text) for text in more))


def _describe(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    alt = " ".join(reading.text(action, "text", limit=LONGEST_LINE).split())
    return _changed(state, replace(_block(state, action, "image"), alt=alt))


def _style(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _changed(state, replace(_block(state, action, "text"), style=_one_of(action, "style", STYLES)))


def _faces(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _changed(state, replace(_block(state, action, "text"), faces=_some_of(action, "faces", FACES)))


def _align(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _changed(state, replace(_block(state, action, "text"), align=_one_of(action, "align", ALIGNMENTS)))


def _insert(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _placed(state, _after(state, action), *(Block("", text=text) for text in _paragraphs(action)))


def _break(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _placed(state, _after(state, action), Block("", "break"))


def _toc(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _placed(state, _after(state, action), Block("", "toc", entries=headings(state.blocks)))


def _update_toc(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _changed(state, replace(_block(state, action, "toc"), entries=headings(state.blocks)))


def _copy(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    return _placed(state, _after(state, action), _block(state, action, "text", "image"))


def _move(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    block, at = _block(state, action), _after(state, action)
    before = tuple(one for one in state.blocks[:at] if one.id != block.id)
    return (*before, block, *(one for one in state.blocks[at:] if one.id != block.id))


def _delete(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    gone = _block(state, action)
    if len(state.blocks) == 1:
        raise ResponseInvalid("action.last_block")
    return tuple(block for block in state.blocks if block.id != gone.id)


def _replace(_: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    find = reading.text(action, "find", limit=LONGEST_LINE)
    if not find.strip():
        raise ResponseInvalid("action.missing", key="find")
    by = reading.text(action, "by", limit=LONGEST_LINE)
    options = _some_of(action, "options", FIND_OPTIONS)
    pattern = pattern_of(find, case="case" in options, word="word" in options)
    only = _block(state, action, "text").id if "block" in action else None
    found = tuple(
        replace(block, text=" ".join(pattern.sub(lambda _: by, block.text).split()))
        if block.kind == "text" and only in (None, block.id) and pattern.search(block.text)
        else block
        for block in state.blocks
    )
    if found == state.blocks:
        raise ResponseInvalid("action.not_found", what=find)
    return found


def _correct(spec: DocumentSpec, state: DocumentState, action: Action) -> Blocks:
    block, word = _block(state, action, "text"), reading.text(action, "word", limit=LONGEST_LINE)
    fault = next((one for one in spec.faults if one.word == word), None)
    if fault is None or word not in marked(spec, block):
        raise ResponseInvalid("action.not_found", what=word)
    by = _one_of(action, "by", fault.proposals)
    pattern = pattern_of(word, case=True, word=True)
    return _changed(state, replace(block, text=pattern.sub(lambda _: by, block.text)))


_ON_BLOCKS: dict[str, Callable[[DocumentSpec, DocumentState, Action], Blocks]] = {
    "write": _write,
    "describe": _describe,
    "style": _style,
    "faces": _faces,
    "align": _align,
    "insert": _insert,
    "break": _break,
    "toc": _toc,
    "update_toc": _update_toc,
    "copy": _copy,
    "move": _move,
    "delete": _delete,
    "replace": _replace,
    "correct": _correct,
}


# --- on the rest --------------------------------------------------------------------------------------------------


def _go(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    place = reading.text(action, "place", limit=20)
    if place not in PLACES or (place == "sharing" and not spec.shares):
        raise ResponseInvalid("action.unknown_page")
    return replace(state, place=place)


def _comment(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    block = _block(state, action)
    limit = len(spec.comments) + MOST_NEW_COMMENTS
    if len(state.comments) >= limit:
        raise ResponseInvalid("action.too_many_comments", limit=limit)
    made = Comment(
        f"+{len(state.comments) - len(spec.comments)}",
        block.id,
        spec.me,
        _words(action, "text", LONGEST_LINE),
    )
    return replace(state, comments=(*state.comments, made))


def _on_comment(_: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    wanted = reading.text(action, "comment", limit=100)
    found = next((one for one in state.comments if one.id == wanted), None)
    if found is None:
        raise ResponseInvalid("action.unknown_comment")
    if reading.verb(action) == "resolve":
        changed = replace(found, resolved=not found.resolved)
    elif len(found.replies) >= MOST_NEW_COMMENTS:
        raise ResponseInvalid("action.too_many_comments", limit=MOST_NEW_COMMENTS)
    else:
        changed = replace(found, replies=(*found.replies, _words(action, "text", LONGEST_LINE)))
    return replace(state, comments=tuple(changed if one.id == wanted else one for one in state.comments))


def _review(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    wanted = reading.text(action, "change", limit=100)
    change = next((one for one in pending(spec, state) if one.id == wanted), None)
    if change is None:
        raise ResponseInvalid("action.unknown_change")
    verdict = _one_of(action, "verdict", VERDICTS)
    verdicts = {**state.verdicts, change.id: verdict}
    if verdict == "reject":
        return replace(state, verdicts=verdicts)
    block = next(one for one in state.blocks if one.id == change.on)
    if change.old not in block.text:
        raise ResponseInvalid("action.change_lost")
    text = block.text.replace(change.old, change.new, 1) if change.old else f"{block.text} {change.new}"
    blocks = _bounded(_changed(state, replace(block, text=" ".join(text.split()))))
    return replace(state, verdicts=verdicts, blocks=blocks)


def _share(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    if not spec.shares:
        raise ResponseInvalid("action.not_shared")
    person = reading.text(action, "person", limit=100)
    if person not in spec.people:
        raise ResponseInvalid("action.unknown_person")
    return replace(state, rights={**state.rights, person: _one_of(action, "right", RIGHTS)})


def _link(spec: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    if not spec.shares:
        raise ResponseInvalid("action.not_shared")
    return replace(state, link=_one_of(action, "right", RIGHTS))


def _page(_: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    name = reading.text(action, "name", limit=20)
    value = action.get("value")
    if name in PAGE_TEXTS:
        value = " ".join(reading.text(action, "value", limit=LONGEST_LINE).split())
    elif not any(value is one or (isinstance(value, str) and value == one) for one in PAGE.get(name, ())):
        raise ResponseInvalid("action.control_value", low=0, high=0)
    assert isinstance(value, str | bool)  # noqa: S101 - looked at just above
    return replace(state, page={**state.page, name: value})


def _export(_: DocumentSpec, state: DocumentState, action: Action) -> DocumentState:
    return replace(state, pdf=Pdf(_words(action, "name", 80), state.blocks, state.page))


_ON_THE_REST: dict[str, Callable[[DocumentSpec, DocumentState, Action], DocumentState]] = {
    "go": _go,
    "comment": _comment,
    "reply": _on_comment,
    "resolve": _on_comment,
    "review": _review,
    "share": _share,
    "link": _link,
    "page": _page,
    "export": _export,
}
