"""Small QTI documents for tests: one line to each, so that lines can be foretold."""

from __future__ import annotations

HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="t" adaptive="false" timeDependent="false">'
CHOICE = (
    '<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>Lequel ?</prompt>'
    '<simpleChoice identifier="A">un</simpleChoice><simpleChoice identifier="B">deux</simpleChoice>'
    '<simpleChoice identifier="C">trois</simpleChoice></choiceInteraction>'
)
RESPONSE = (
    '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">'
    "<correctResponse><value>A</value></correctResponse></responseDeclaration>"
)
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
MATCH = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>'
)


def item(
    body: str = CHOICE, rules: str = MATCH, response: str = RESPONSE, outcomes: str = SCORE, after: str = ""
) -> bytes:
    """An item; `body` stands on line 5, `rules` on line 7."""
    return "\n".join(
        [HEAD, response, outcomes, "<itemBody>", body, "</itemBody>", rules, after, "</assessmentItem>"]
    ).encode()


def processing(rules: str) -> str:
    return f"<responseProcessing>{rules}</responseProcessing>"


def scored_by(expression: str) -> str:
    """Rules that set the score to an expression's value."""
    return processing(f'<setOutcomeValue identifier="SCORE">{expression}</setOutcomeValue>')


def one_if(expression: str) -> str:
    """Rules that give one point when an expression holds."""
    return processing(
        f"<responseCondition><responseIf>{expression}"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition>"
    )
