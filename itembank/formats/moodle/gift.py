"""GIFT: questions in plain text.

Source: Moodle documentation, « GIFT format ». As Moodle does, questions are separated by empty lines, lines that begin
with `//` are comments, and a backslash makes `~ = # { } :` ordinary and `\\n` a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from itembank.formats.faults import Refused
from itembank.formats.flows import FlowBuilder, plain_text, without_controls
from itembank.formats.html import html_to_text, looks_like_html
from itembank.formats.moodle.question import BLANK, Answer, Kind, Pair, Question, fraction_of

MAX_BYTES = 4_000_000

_ESCAPED = "~=#{}:\\"
_HOLD = {char: chr(i + 1) for i, char in enumerate(_ESCAPED)}
"""While the structure is read, an escaped sign is a control character, which no text can hold."""
_NEW_LINE = "\x0e"
_BACK = {ord(held): char for char, held in _HOLD.items()} | {ord(_NEW_LINE): "\n"}
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d{1,10})?)%")
_TRUE_FALSE = re.compile(r"(T|TRUE|F|FALSE)", re.IGNORECASE)
_NUMBER = r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_TOLERANCE = re.compile(rf"({_NUMBER})\s*(?:(?::|\|)\s*({_NUMBER}))?")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_IDENTIFIER = re.compile(r"\[id:([^\]]+)\]")
_TEX = re.compile(r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\(")


def read_gift(source: str) -> list[Question | tuple[Refused, str]]:
    """Every question, in order; one that is not taken is a refusal with its line, and its name if it has one."""
    found: list[Question | tuple[Refused, str]] = []
    category = ""
    for line, text, comments in _blocks(source):
        if text.startswith("$CATEGORY:"):
            category = text.removeprefix("$CATEGORY:").strip()
            continue
        reader = _QuestionReader(text, line, comments, category)
        try:
            found.append(reader.question())
        except Refused as fault:
            found.append((Refused(fault.code, fault.line or line, **fault.params), reader.name))
    return found


def _blocks(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, text, comments) of each run of lines between empty ones; a category line is a block of its own."""
    start = 0
    lines: list[str] = []
    comments: list[str] = []
    for number, raw in enumerate([*re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff")), ""], 1):
        line = raw.strip()
        if line.startswith("//"):
            comments.append(line)
            continue
        category = line.startswith("$CATEGORY:")
        if (not line or category) and lines:
            yield start, "\n".join(lines), "\n".join(comments)
            lines, comments = [], []
        if category:
            yield number, line, ""
            comments = []
        elif line:
            if not lines:
                start = number
            lines.append(raw.rstrip())


@dataclass(frozen=True, slots=True)
class _Made:
    """What the answers of a question say: its type, and they themselves."""

    kind: Kind
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    single: bool = True


class _QuestionReader:
    def __init__(self, text: str, line: int, comments: str, category: str) -> None:
        self.line = line
        self.name = ""
        self.comments = comments
        self.category = category
        held = re.sub(
            r"\\([~=#{}:\\n])",
            lambda m: _NEW_LINE if m[1] == "n" else _HOLD[m[1]],
            without_controls(text),
        )
        self.source = held
        self.format = "moodle"

    def question(self) -> Question:
        source = self.source
        if title := _TITLE.match(source):
            self.name = _plain(title[1])
            source = source[title.end() :]
        self.format, source = self._format_of(source, "moodle")
        before, brace, rest = source.partition("{")
        if not brace:
            raise Refused("description" if "}" not in before else "gift_braces")
        inside, close, after = rest.partition("}")
        if not close or "}" in before or "{" in inside:
            raise Refused("gift_braces")
        if "{" in after or "}" in after:
            raise Refused("gift_several")
        text = self._question_text(before, after)
        if not text:
            raise Refused("no_question")
        answers, _, general = inside.partition("####")
        answers = answers.strip()
        made = self._answers(answers)
        return Question(
            kind=made.kind,
            answers=made.answers,
            pairs=made.pairs,
            single=made.single,
            name=self.name,
            text=text,
            general_feedback=self._text(general) if general.strip() else "",
            identifier=(m[1].strip() if (m := _IDENTIFIER.search(self.comments)) else ""),
            tags=tuple(tag.strip() for tag in _TAG.findall(self.comments)),
            category=self.category,
            line=self.line,
        )

    # --- texts -----------------------------------------------------------------------------------------------

    @staticmethod
    def _format_of(source: str, default: str) -> tuple[str, str]:
        if found := _FORMAT.match(source):
            return found[1], source[found.end() :]
        return default, source

    def _text(self, source: str) -> str:
        """A text in its own format, or the question's, as plain lines."""
        name, source = self._format_of(source, self.format)
        return shown_text(_plain(source, strip=False), name, self.line)

    def _question_text(self, before: str, after: str) -> str:
        """The text around the answers; a word is missing where something follows them."""
        closing = after.strip()
        if not closing or (closing in (".", "…") and before.rstrip().endswith((".", "?", "!", ":"))):
            return self._text(f"[{self.format}]{before}")
        return self._text(f"[{self.format}]{before.rstrip()} {BLANK}{after}".replace("( _", "(_"))

    # --- answers ---------------------------------------------------------------------------------------------

    def _answers(self, source: str) -> _Made:
        if not source:
            return _Made(Kind.ESSAY)
        if source.startswith("#"):
            return self._numerical(source[1:].strip())
        first, *feedback = source.split("#")
        if _TRUE_FALSE.fullmatch(first.strip()):
            return self._true_false(first.strip()[0].upper() == "T", feedback)
        if not re.search("[=~]", source):  # a lone short answer needs no sign
            source = f"={source}"
        signs = self._split(source)
        if all(sign == "=" for sign, _ in signs):
            if all("->" in text for _, text in signs):
                return self._matching(signs)
            return _Made(Kind.SHORT_ANSWER, self._weighted(signs))
        single = any(sign == "=" for sign, _ in signs)
        answers = self._weighted(signs)
        if not any(answer.fraction > 0 for answer in answers):
            raise Refused("no_key")
        if len(answers) < 2:
            raise Refused("option_count", found=len(answers), limit="")
        return _Made(Kind.MULTICHOICE, answers, single=single)

    def _split(self, source: str) -> list[tuple[str, str]]:
        parts = re.split(r"([=~])", source)
        if parts[0].strip() or len(parts) < 3:
            raise Refused("gift_answers", text=_plain(parts[0])[:60])
        return list(zip(parts[1::2], parts[2::2], strict=True))

    def _weighted(self, signs: Sequence[tuple[str, str]]) -> tuple[Answer, ...]:
        found: list[Answer] = []
        for sign, source in signs:
            fraction, source = _fraction(sign, source)
            body, _, feedback = source.partition("#")
            text = self._text(body)
            if not text:
                raise Refused("empty_option", identifier=str(len(found) + 1))
            found.append(Answer(text, fraction, self._text(feedback) if feedback.strip() else ""))
        return tuple(found)

    def _true_false(self, true: bool, feedback: Sequence[str]) -> _Made:
        """The first feedback is for the wrong answer, the second for the right one."""
        texts = [self._text(f) if f.strip() else "" for f in feedback]
        wrong, right = (*texts, "", "")[:2]
        answers = (
            Answer("true", float(true), right if true else wrong),
            Answer("false", float(not true), wrong if true else right),
        )
        return _Made(Kind.TRUE_FALSE, answers)

    def _matching(self, signs: Sequence[tuple[str, str]]) -> _Made:
        pairs: list[Pair] = []
        for _, source in signs:
            left, _, right = source.partition("->")
            pair = Pair(self._text(left) if left.strip() else "", self._text(right.partition("#")[0]))
            if not pair.right:
                raise Refused("empty_option", identifier=str(len(pairs) + 1))
            pairs.append(pair)
        if sum(bool(pair.left) for pair in pairs) < 2:
            raise Refused("option_count", found=len(pairs), limit="")
        return _Made(Kind.MATCHING, pairs=tuple(pairs))

    def _numerical(self, source: str) -> _Made:
        signs = self._split(source) if source[:1] in ("=", "~") else [("=", source)]
        answers = []
        for sign, text in signs:
            fraction, text = _fraction(sign, text)
            amount, _, feedback = text.partition("#")
            low, high = _bounds(_plain(amount))
            answers.append(
                Answer(_plain(amount), fraction, self._text(feedback) if feedback.strip() else "", low, high)
            )
        if not any(answer.fraction > 0 for answer in answers):
            raise Refused("no_key")
        return _Made(Kind.NUMERICAL, tuple(answers))


def _fraction(sign: str, source: str) -> tuple[float, str]:
    """The share an answer earns, from its sign and the percentage that may follow, and the rest."""
    if weight := _WEIGHT.match(source):
        percent = float(weight[1].replace(",", "."))
        if abs(percent) > 100:
            raise Refused("gift_weight", weight=weight[1])
        return fraction_of(percent), source[weight.end() :]
    return float(sign == "="), source


def _bounds(text: str) -> tuple[float | None, float | None]:
    """Bounds of a numerical answer: `5`, `5:0.1`, `4.9..5.1`, `*`."""
    text = text.strip()
    if text in ("*", ""):
        return None, None
    if found := _RANGE.fullmatch(text):
        low, high = float(found[1]), float(found[2])
    elif found := _TOLERANCE.fullmatch(text):
        middle, around = float(found[1]), abs(float(found[2] or 0))
        low, high = round(middle - around, 12), round(middle + around, 12)
    else:
        raise Refused("gift_number", text=text[:60])
    if low > high:
        raise Refused("gift_number", text=text[:60])
    return low, high


def _plain(held: str, *, strip: bool = True) -> str:
    text = held.translate(_BACK)
    return text.strip() if strip else text


def shown_text(source: str, text_format: str, line: int) -> str:
    """A Moodle text as plain lines. Raises Refused for what a terminal cannot show, formulas in TeX among it."""
    if _TEX.search(source):
        raise Refused("element", line, name="TeX")
    if text_format == "html":
        return html_to_text(source, line)
    if text_format == "markdown" and _MARKDOWN_IMAGE.search(source):
        raise Refused("element", line, name="img")
    if text_format == "moodle" and looks_like_html(source):
        return html_to_text(source.strip().replace("\n", "<br>"), line)
    builder: FlowBuilder[str] = FlowBuilder()
    lines = source.strip().split("\n")
    for i, text in enumerate(lines):
        if i:
            builder.line()
        builder.text(text, preserved=text_format == "markdown" and text.startswith((" ", "\t")))
    return plain_text(builder.finish())


# --- writing -------------------------------------------------------------------------------------------------


def write_gift(questions: Sequence[Question]) -> str:
    """GIFT text of questions for which `sayable` holds."""
    return "\n".join(_written(question) for question in questions)


def sayable(question: Question) -> bool:
    """Whether GIFT can say a question: neither its arrow `->`, which makes a matching question, nor what Moodle reads as a
    formula in TeX can be made ordinary."""
    if any(_TEX.search(text) for text in _texts_of(question)):
        return False
    if question.kind is Kind.MATCHING:
        return not any("->" in text for pair in question.pairs for text in (pair.left, pair.right))
    if question.kind is Kind.SHORT_ANSWER:
        return not all("->" in answer.text or "->" in answer.feedback for answer in question.answers)
    return question.kind is not Kind.ORDERING


def _texts_of(question: Question) -> Iterator[str]:
    yield from (question.text, question.general_feedback)
    for answer in question.answers:
        yield from (answer.text, answer.feedback)
    for pair in question.pairs:
        yield from (pair.left, pair.right)


def escaped(text: str) -> str:
    """A text with its control signs made ordinary, on one line."""
    lone = text.replace("\\", "\\\\")
    signs = re.sub(r"([~=#{}:])", r"\\\1", lone)
    return signs.replace("\n", "\\n")


def _written(question: Question) -> str:
    head = []
    if question.identifier or question.tags:
        identifier = [f"[id:{question.identifier}]"] if question.identifier else []
        head.append("// " + " ".join([*identifier, *(f"[tag:{tag}]" for tag in question.tags)]))
    general = f"\n####{escaped(question.general_feedback)}" if question.general_feedback else ""
    title = f"::{escaped(question.name)}::" if question.name else ""
    # `[plain]`, so that `<b>` in a text about HTML stays what it is.
    head.append(f"{title}[plain]{escaped(question.text)} {{{_written_answers(question)}{general}\n}}")
    return "\n".join(head) + "\n"


def _written_answers(question: Question) -> str:
    match question.kind:
        case Kind.TRUE_FALSE:
            true = next(a for a in question.answers if a.text == "true")
            false = next(a for a in question.answers if a.text == "false")
            key, other = (true, false) if true.fraction > 0 else (false, true)
            said = (
                f"#{escaped(other.feedback)}#{escaped(key.feedback)}"
                if key.feedback or other.feedback
                else ""
            )
            return ("TRUE" if key is true else "FALSE") + said
        case Kind.MATCHING:
            return "".join(
                f"\n={_typed(p.left) if p.left else ''} -> {_typed(p.right)}" for p in question.pairs
            )
        case Kind.NUMERICAL:
            return "#" + "".join(
                f"\n={'' if a.fraction == 1 else _percent(a.fraction)}{_amount(a)}{_said(a)}"
                for a in question.answers
            )
        case Kind.ESSAY:
            return ""
        case _:
            single = question.kind is Kind.SHORT_ANSWER or question.single
            return "".join(f"\n{_sign(a, single)}{_typed(a.text)}{_said(a)}" for a in question.answers)


def _sign(answer: Answer, single: bool) -> str:
    """The sign and share before an answer; the share is spelled out where its text could be taken for one."""
    explicit = answer.text.startswith("%")
    if single and answer.fraction == 1:
        return "=%100%" if explicit else "="
    if answer.fraction == 0:
        return "~%0%" if explicit else "~"
    return f"~{_percent(answer.fraction)}"


def _percent(fraction: float) -> str:
    return f"%{round(100 * fraction, 5):g}%"


def _typed(text: str) -> str:
    """An answer's text, its format said where it could be taken for one."""
    return f"[plain]{escaped(text)}" if _FORMAT.match(text) else escaped(text)


def _amount(answer: Answer) -> str:
    if answer.low is None or answer.high is None:
        return "*"
    return f"{_number(answer.low)}..{_number(answer.high)}"


def _number(value: float) -> str:
    return f"{value:.12f}".rstrip("0").rstrip(".")


def _said(answer: Answer) -> str:
    return f"#{escaped(answer.feedback)}" if answer.feedback else ""
