"""A Moodle question -> QTI: how an imported question is kept and scored.

Points are Moodle's shares: the maximum is 1, wrong options of a multiple answer take away, the sum never falls below
0. A short answer's `*` matches anything, as in Moodle, and its answers are tried in order.
"""

from __future__ import annotations

import json

from itembank.formats.faults import Refused
from itembank.formats.moodle.question import BLANK, Answer, Kind, Question
from itembank.formats.qti.model import (
    ChoiceInteraction,
    ExtendedTextInteraction,
    FeedbackText,
    Interaction,
    MapEntry,
    Mapping,
    MatchInteraction,
    Node,
    Option,
    OrderInteraction,
    OutcomeDeclaration,
    QtiItem,
    ResponseDeclaration,
    TextEntryInteraction,
)
from itembank.formats.qti.rules import MAP_RESPONSE, MATCH_CORRECT, assign
from itembank.formats.qti.runtime import check
from itembank.formats.qti.values import BaseType, Cardinality, Pair, Value, container, single, written

RESPONSE = "RESPONSE"
_TRUTH = {"fr": ("Vrai", "Faux"), "en": ("True", "False")}


def qti_of_question(question: Question, identifier: str, language: str = "fr") -> QtiItem:
    """The question as QTI. Raises Refused at the question's line when it cannot be scored."""
    match question.kind:
        case Kind.MULTICHOICE:
            declared, interaction, rules = _choice(question)
        case Kind.TRUE_FALSE:
            declared, interaction, rules = _true_false(question, language)
        case Kind.SHORT_ANSWER:
            declared, interaction, rules = _short_answer(question)
        case Kind.NUMERICAL:
            declared, interaction, rules = _numerical(question)
        case Kind.MATCHING:
            declared, interaction, rules = _matching(question)
        case Kind.ORDERING:
            declared, interaction, rules = _ordering(question)
        case Kind.ESSAY:
            declared = ResponseDeclaration(RESPONSE, Cardinality.SINGLE, BaseType.STRING)
            interaction, rules = ExtendedTextInteraction(RESPONSE, ""), None
    feedback, said = _feedback(question, declared)
    outcomes = [
        OutcomeDeclaration(
            "SCORE",
            Cardinality.SINGLE,
            BaseType.FLOAT,
            single(BaseType.FLOAT, 0.0),
            normal_maximum=1.0,
            external_scored="human" if rules is None else "",
        )
    ]
    many = Cardinality.MULTIPLE if declared.cardinality is Cardinality.MULTIPLE else Cardinality.SINGLE
    outcomes.append(OutcomeDeclaration("FEEDBACK", many, BaseType.IDENTIFIER))
    outcomes.append(OutcomeDeclaration("GENERAL", Cardinality.SINGLE, BaseType.IDENTIFIER))
    outcomes.append(OutcomeDeclaration("RESULT", Cardinality.SINGLE, BaseType.IDENTIFIER))
    used = {f.outcome for f in feedback} | _assigned(rules)
    item = QtiItem(
        identifier=identifier,
        title=question.name or question.text[:60].replace("\n", " "),
        language=language,
        responses=(declared,),
        outcomes=tuple(o for o in outcomes if o.identifier == "SCORE" or o.identifier in used),
        body=_body(question, interaction),
        rules=None if rules is None else (*rules, *said),
        feedback=tuple(feedback),
        extensions=_extensions(question),
    )
    try:
        check(item)
    except Refused as fault:
        raise Refused(fault.code, question.line, **fault.params) from fault
    return item


def _extensions(question: Question) -> tuple[tuple[str, str], ...]:
    """What Moodle knows of a question besides the question, in the order of the names."""
    found = {"category": question.category, "id": question.identifier}
    found["tags"] = json.dumps(question.tags, ensure_ascii=False) if question.tags else ""
    return tuple((name, text) for name, text in found.items() if text)


Parts = tuple[ResponseDeclaration, Interaction, tuple[Node, ...] | None]


def _assigned(rules: tuple[Node, ...] | None) -> set[str]:
    return {n.get("identifier") for r in rules or () for n in r.walk() if n.name == "setOutcomeValue"}


def _body(question: Question, interaction: Interaction) -> tuple[str | Interaction, ...]:
    """The text, then the answers; a typed answer stands where the word is missing."""
    if isinstance(interaction, TextEntryInteraction):
        before, blank, after = question.text.partition(BLANK)
        if blank and BLANK not in after:
            parts: list[str | Interaction] = [before, interaction, after]
        else:
            unit = f" {question.unit}" if question.unit else ""
            parts = [f"{question.text}\n\n", interaction, unit]
        return tuple(part for part in parts if part)
    return (question.text, interaction)


# --- feedback ------------------------------------------------------------------------------------------------


def _feedback(question: Question, declared: ResponseDeclaration) -> tuple[list[FeedbackText], list[Node]]:
    """Texts, and the rules that show those which are not tied to a typed answer."""
    feedback = [
        FeedbackText("FEEDBACK", name, False, (answer.feedback,))
        for name, answer in zip(_names(question), question.answers, strict=True)
        if answer.feedback
    ]
    rules: list[Node] = []
    if feedback and declared.base_type is BaseType.IDENTIFIER:
        rules.append(assign("FEEDBACK", _variable()))
    if question.right_feedback or question.wrong_feedback:
        test = Node("gte", (), (_variable("SCORE"), _float(1 - 1e-6)))
        branches = (
            Node("responseIf", (), (test, assign("RESULT", _word("right")))),
            Node("responseElse", (), (assign("RESULT", _word("wrong")),)),
        )
        rules.append(Node("responseCondition", (), branches))
        for name, text in (("right", question.right_feedback), ("wrong", question.wrong_feedback)):
            if text:
                feedback.append(FeedbackText("RESULT", name, False, (text,)))
    if question.general_feedback:
        feedback.append(FeedbackText("GENERAL", "general", False, (question.general_feedback,)))
        rules.append(assign("GENERAL", _word("general")))
    return feedback, rules


def _names(question: Question) -> list[str]:
    if question.kind is Kind.TRUE_FALSE:
        return [answer.text for answer in question.answers]
    return [f"answer-{i}" for i in range(1, len(question.answers) + 1)]


# --- rules ---------------------------------------------------------------------------------------------------


def _variable(identifier: str = RESPONSE) -> Node:
    return Node("variable", (("identifier", identifier),))


def _float(value: float) -> Node:
    return Node("baseValue", (("baseType", "float"),), (), written(float(value)))


def _word(text: str) -> Node:
    return Node("baseValue", (("baseType", "identifier"),), (), text)


def _in_order(question: Question, tests: list[Node]) -> tuple[Node, ...]:
    """The first answer that fits gives its share and shows its feedback."""
    branches = []
    for i, (name, answer, test) in enumerate(zip(_names(question), question.answers, tests, strict=True)):
        then = [assign("SCORE", _float(answer.fraction))]
        if answer.feedback:
            then.append(assign("FEEDBACK", _word(name)))
        branches.append(Node("responseElseIf" if i else "responseIf", (), (test, *then)))
    return (Node("responseCondition", (), tuple(branches)),)


# --- one type each ---------------------------------------------------------------------------------------------


def _choice(question: Question) -> Parts:
    names = _names(question)
    options = tuple(Option(name, answer.text) for name, answer in zip(names, question.answers, strict=True))
    entries = tuple(
        MapEntry(name, answer.fraction)
        for name, answer in zip(names, question.answers, strict=True)
        if answer.fraction
    )
    best = max((answer.fraction for answer in question.answers), default=0.0)
    if best <= 0:
        raise Refused("no_key", question.line)
    cardinality = Cardinality.SINGLE if question.single else Cardinality.MULTIPLE
    keys = [
        name
        for name, answer in zip(names, question.answers, strict=True)
        if (answer.fraction == best if question.single else answer.fraction > 0)
    ]
    keys = keys[:1] if question.single else keys
    mapping = Mapping(entries) if question.single else Mapping(entries, 0.0, 0.0, 1.0)
    return (
        ResponseDeclaration(
            RESPONSE,
            cardinality,
            BaseType.IDENTIFIER,
            Value(cardinality, BaseType.IDENTIFIER, tuple(keys)),
            mapping=mapping,
        ),
        ChoiceInteraction(RESPONSE, "", options, question.shuffle, 1 if question.single else 0),
        MAP_RESPONSE,
    )


def _true_false(question: Question, language: str) -> Parts:
    words = dict(zip(("true", "false"), _TRUTH.get(language, _TRUTH["fr"]), strict=True))
    key = next((answer.text for answer in question.answers if answer.fraction > 0), None)
    if key is None:
        raise Refused("no_key", question.line)
    return (
        ResponseDeclaration(
            RESPONSE, Cardinality.SINGLE, BaseType.IDENTIFIER, single(BaseType.IDENTIFIER, key)
        ),
        ChoiceInteraction(RESPONSE, "", tuple(Option(name, word) for name, word in words.items())),
        MATCH_CORRECT,
    )


def _short_answer(question: Question) -> Parts:
    plain = [answer for answer in question.answers if not _has_wildcard(answer.text)]
    # A pattern is a right answer too, its stars standing for nothing, where no plain one earns as much.
    ranked = sorted([*plain, *question.answers], key=lambda answer: -answer.fraction)
    key = next((text for a in ranked if a.fraction > 0 and (text := _example(a.text))), None)
    if key is None:
        raise Refused("no_key", question.line)
    correct = single(BaseType.STRING, key)
    entry = TextEntryInteraction(RESPONSE, expected_length=max(len(a.text) for a in question.answers) + 5)
    if len(plain) == len(question.answers) and not any(a.feedback for a in question.answers):
        entries = tuple(MapEntry(_literal(a.text), a.fraction, question.use_case) for a in question.answers)
        declared = ResponseDeclaration(
            RESPONSE, Cardinality.SINGLE, BaseType.STRING, correct, mapping=Mapping(entries)
        )
        return declared, entry, MAP_RESPONSE
    tests = [_fits(answer, question.use_case) for answer in question.answers]
    declared = ResponseDeclaration(RESPONSE, Cardinality.SINGLE, BaseType.STRING, correct)
    return declared, entry, _in_order(question, tests)


def _has_wildcard(text: str) -> bool:
    return "*" in text.replace("\\*", "")


def _literal(text: str) -> str:
    return text.replace("\\*", "*")


def _example(text: str) -> str:
    """A text that an answer accepts: its stars stand for nothing."""
    return _literal(text.replace("\\*", "\0").replace("*", "").replace("\0", "\\*"))


def _fits(answer: Answer, use_case: bool) -> Node:
    """Whether the response is the answer, `*` standing for any characters."""
    if answer.text.strip("*") == "":
        return Node("not", (), (Node("isNull", (), (_variable(),)),))
    if not _has_wildcard(answer.text):
        accepted = Node("baseValue", (("baseType", "string"),), (), _literal(answer.text))
        case = (("caseSensitive", "true" if use_case else "false"),)
        return Node("stringMatch", case, (_variable(), accepted))
    pieces = [_literal(piece.replace("\0", "\\*")) for piece in answer.text.replace("\\*", "\0").split("*")]
    pattern = "(.|\\n)*".join("".join(_sign(c, use_case) for c in piece) for piece in pieces)
    return Node("patternMatch", (("pattern", pattern),), (_variable(),))


def _sign(char: str, use_case: bool) -> str:
    """One character of a pattern, in both cases where case does not count."""
    if not use_case and len(char.upper()) == len(char.lower()) == 1 and char.upper() != char.lower():
        return f"[{char.lower()}{char.upper()}]"
    return f"\\{char}" if char in "\\|.?*+(){}[]^-$" else char


def _numerical(question: Question) -> Parts:
    tests = []
    for answer in question.answers:
        if answer.low is None or answer.high is None:
            tests.append(Node("not", (), (Node("isNull", (), (_variable(),)),)))
            continue
        middle, around = _middle(answer)
        mode: tuple[tuple[str, str], ...] = (("toleranceMode", "exact"),)
        if around:
            mode = (("toleranceMode", "absolute"), ("tolerance", written(around)))
        tests.append(Node("equal", mode, (_float(middle), _variable())))
    key = max((a for a in question.answers if a.low is not None), key=lambda a: a.fraction, default=None)
    if key is None or key.fraction <= 0:
        raise Refused("no_key", question.line)
    return (
        ResponseDeclaration(
            RESPONSE, Cardinality.SINGLE, BaseType.FLOAT, single(BaseType.FLOAT, _middle(key)[0])
        ),
        TextEntryInteraction(RESPONSE, expected_length=12),
        _in_order(question, tests),
    )


def _middle(answer: Answer) -> tuple[float, float]:
    """(middle, half width) of a numerical answer."""
    low, high = answer.low or 0.0, answer.high or 0.0
    return round((low + high) / 2, 12), round((high - low) / 2, 12)


def _matching(question: Question) -> Parts:
    asked = [pair for pair in question.pairs if pair.left]
    texts = list(dict.fromkeys(pair.right for pair in question.pairs))
    rights = {text: f"right-{i}" for i, text in enumerate(texts, 1)}
    lefts = tuple(Option(f"left-{i}", pair.left) for i, pair in enumerate(asked, 1))
    pairs: list[Pair] = [
        (left.identifier, rights[pair.right]) for left, pair in zip(lefts, asked, strict=True)
    ]
    if not pairs:
        raise Refused("no_key", question.line)
    return (
        ResponseDeclaration(
            RESPONSE,
            Cardinality.MULTIPLE,
            BaseType.DIRECTED_PAIR,
            container(Cardinality.MULTIPLE, BaseType.DIRECTED_PAIR, pairs),
            mapping=Mapping(tuple(MapEntry(pair, 1 / len(pairs)) for pair in pairs), 0.0, 0.0, 1.0),
        ),
        MatchInteraction(
            RESPONSE,
            "",
            lefts,
            tuple(Option(name, text, match_max=0) for text, name in rights.items()),
            question.shuffle,
            max_associations=len(pairs),
        ),
        MAP_RESPONSE,
    )


def _ordering(question: Question) -> Parts:
    options = tuple(Option(f"answer-{i}", answer.text) for i, answer in enumerate(question.answers, 1))
    if len(options) < 2:
        raise Refused("option_count", question.line, found=len(options), limit="")
    names = [option.identifier for option in options]
    return (
        ResponseDeclaration(
            RESPONSE,
            Cardinality.ORDERED,
            BaseType.IDENTIFIER,
            container(Cardinality.ORDERED, BaseType.IDENTIFIER, names),
        ),
        OrderInteraction(RESPONSE, "", options, shuffle=True),
        MATCH_CORRECT,
    )
