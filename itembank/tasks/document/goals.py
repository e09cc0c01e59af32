"""Which goals of a document hold."""

from __future__ import annotations

from itembank.tasks.document.blocks import headings, same_text
from itembank.tasks.document.conditions import (
    Aligned,
    BreakBefore,
    Commented,
    Condition,
    Contains,
    Contents,
    Described,
    Exported,
    Faced,
    Gone,
    Inserted,
    LinkRight,
    Nowhere,
    Order,
    PageSet,
    Reads,
    Replied,
    Resolved,
    Reviewed,
    Rights,
    Spelled,
    Styled,
    Untouched,
    Without,
)
from itembank.tasks.document.machine import DocumentState, marked
from itembank.tasks.document.spec import DocumentSpec
from itembank.tasks.document.vocabulary import PAGE_TEXTS
from itembank.tasks.words import mentions


def goals_met(spec: DocumentSpec, state: DocumentState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(
        all(_text_holds(spec, one, state) or _rest_holds(spec, one, state) for one in goal.when)
        for goal in spec.goals
    )


def _text_holds(spec: DocumentSpec, condition: Condition, state: DocumentState) -> bool:
    now = {block.id: block for block in state.blocks}
    ids = list(now)
    match condition:
        case Styled(styles):
            return all(name in now and now[name].style == style for name, style in styles.items())
        case Faced(faces):
            return all(name in now and now[name].faces == wanted for name, wanted in faces.items())
        case Aligned(sides):
            return all(name in now and now[name].align == side for name, side in sides.items())
        case Reads(texts):
            return all(name in now and same_text(now[name].text, text) for name, text in texts.items())
        case Contains(words):
            return all(name in now and _all_in(now[name].text, several) for name, several in words.items())
        case Without(words):
            return all(
                name in now and not any(mentions(now[name].text, word) for word in several)
                for name, several in words.items()
            )
        case Nowhere(several):
            text = " ".join(block.text for block in state.blocks)
            return _all_there(spec, state) and not any(mentions(text, word) for word in several)
        case Inserted():
            theirs = {block.id for block in spec.blocks}
            new = [n for n, block in enumerate(state.blocks) if block.id not in theirs]
            return any(_is_like(state, number, condition) for number in new)
        case Order(wanted):
            return [name for name in ids if name in wanted] == list(wanted)
        case Gone(names):
            return not any(name in now for name in names)
        case BreakBefore(names):
            return all(name in now and _kind_before(state, ids.index(name)) == "break" for name in names)
        case Untouched(names):
            return all(now.get(block.id) == block for block in spec.blocks if block.id in names)
        case Contents():
            listed = headings(state.blocks)
            return bool(listed) and any(b.kind == "toc" and b.entries == listed for b in state.blocks)
        case Described(words):
            return all(name in now and _all_in(now[name].alt, several) for name, several in words.items())
        case Spelled():
            return _all_there(spec, state) and not any(marked(spec, block) for block in state.blocks)
    return False


def _rest_holds(spec: DocumentSpec, condition: Condition, state: DocumentState) -> bool:
    match condition:
        case Resolved(comments):
            return {one.id for one in state.comments if one.resolved} == comments
        case Replied(words):
            said = {one.id: " ".join(one.replies) for one in state.comments}
            return all(said[name] != "" and _all_in(said[name], several) for name, several in words.items())
        case Commented(on, several):
            theirs = {one.id for one in spec.comments}
            return any(
                one.on == on and one.id not in theirs and _all_in(one.text, several) for one in state.comments
            )
        case Reviewed(verdicts):
            return all(state.verdicts.get(name) == verdict for name, verdict in verdicts.items())
        case Rights(people):
            return all(state.rights[name] == right for name, right in people.items())
        case LinkRight(right):
            return state.link == right
        case PageSet(values):
            return all(
                mentions(str(state.page[name]), str(value))
                if name in PAGE_TEXTS and value
                else state.page[name] == value
                for name, value in values.items()
            )
        case Exported(words):
            pdf = state.pdf
            same = pdf is not None and (pdf.blocks, pdf.page) == (state.blocks, state.page)
            return pdf is not None and same and _all_in(pdf.name, words)
    return False


def _all_in(text: str, words: tuple[str, ...]) -> bool:
    return all(mentions(text, word) for word in words)


def _all_there(spec: DocumentSpec, state: DocumentState) -> bool:
    """Whether nobody made faults vanish by deleting paragraphs; those that a goal wants gone may go."""
    here = {block.id for block in state.blocks}
    here |= {name for goal in spec.goals for one in goal.when if isinstance(one, Gone) for name in one.blocks}
    return all(block.id in here for block in spec.blocks if block.kind == "text")


def _kind_before(state: DocumentState, number: int) -> str:
    return state.blocks[number - 1].kind if number else ""


def _is_like(state: DocumentState, number: int, wanted: Inserted) -> bool:
    block = state.blocks[number]
    return (
        block.kind == "text"
        and wanted.style in (None, block.style)
        and (wanted.after is None or (number > 0 and state.blocks[number - 1].id == wanted.after))
        and _all_in(block.text, wanted.contains)
        and not any(mentions(block.text, word) for word in wanted.without)
    )
