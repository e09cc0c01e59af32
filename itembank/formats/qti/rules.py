"""`responseProcessing` -> rules that `processing.py` can run: every element known, every identifier declared.

What is not known is refused by its name and line before anything is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itembank.formats.faults import Refused
from itembank.formats.flows import without_controls
from itembank.formats.qti.expressions import ANY, ARITY, ENUMERATED, IDENTIFIERS
from itembank.formats.qti.model import Node, OutcomeDeclaration, ResponseDeclaration
from itembank.formats.qti.pattern import compiled
from itembank.formats.qti.processing import RULES
from itembank.formats.qti.values import BaseType, Cardinality, parse, single
from itembank.formats.qti.xml_names import attribute, children, name_of, required, text_of
from itembank.formats.safe_xml import camel, line_of, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_ATTRIBUTES = (
    "identifier", "baseType", "fieldIdentifier", "n", "min", "max", "caseSensitive", "substring", "pattern",
    "toleranceMode", "tolerance", "includeLowerBound", "includeUpperBound", "roundingMode", "figures", "name",
)  # fmt: skip
_NEEDED = {
    "baseValue": ("baseType",),
    "variable": ("identifier",),
    "default": ("identifier",),
    "correct": ("identifier",),
    "mapResponse": ("identifier",),
    "index": ("n",),
    "fieldValue": ("fieldIdentifier",),
    "patternMatch": ("pattern",),
    "anyN": ("min", "max"),
    "equalRounded": ("figures",),
    "roundTo": ("figures",),
    "statsOperator": ("name",),
    "mathOperator": ("name",),
    "mathConstant": ("name",),
}
MOST_EXPRESSIONS = 10_000
_BRANCHES = ("responseIf", "responseElseIf", "responseElse")
COMPLETION = OutcomeDeclaration("completionStatus", Cardinality.SINGLE, BaseType.IDENTIFIER)
"""Declared by the standard, not by the item."""


def read_rules(
    element: _Element, responses: tuple[ResponseDeclaration, ...], outcomes: tuple[OutcomeDeclaration, ...]
) -> tuple[tuple[Node, ...] | None, tuple[OutcomeDeclaration, ...]]:
    """The rules, and the outcomes with those that templates and the standard imply. Raises Refused.

    Rules are None when the element is empty and names no template: nothing scores the item.
    """
    reader = _RuleReader(responses, outcomes)
    inline = tuple(children(element))
    template = attribute(element, "template").strip()
    if inline:
        rules: tuple[Node, ...] | None = tuple(reader.rule(child) for child in inline)
    elif template:
        rules = reader.template(template, element)
    else:
        rules = None
    return rules, tuple(reader.outcomes.values())


class _RuleReader:
    def __init__(
        self, responses: tuple[ResponseDeclaration, ...], outcomes: tuple[OutcomeDeclaration, ...]
    ) -> None:
        self.responses = {r.identifier: r for r in responses}
        self.outcomes = {o.identifier: o for o in outcomes}
        self.count = 0

    # --- templates -----------------------------------------------------------------------------------------

    def template(self, uri: str, element: _Element) -> tuple[Node, ...]:
        """The rules that a standard template stands for, by the last word of its address."""
        name = uri.rstrip("/").rpartition("/")[2].removesuffix(".xml")
        if name not in TEMPLATES:
            raise Refused("rp_template", line_of(element), template=uri[:120])
        if "RESPONSE" not in self.responses:
            raise Refused("undeclared", line_of(element), identifier="RESPONSE")
        rules = TEMPLATES[name]
        for node in (inner for rule in rules for inner in rule.walk()):
            target = node.get("identifier")
            if node.name == "setOutcomeValue" and target not in self.outcomes:
                base = BaseType.FLOAT if target == "SCORE" else BaseType.IDENTIFIER
                self.outcomes[target] = OutcomeDeclaration(target, Cardinality.SINGLE, base)
            if node.name == "mapResponse" and self.responses["RESPONSE"].mapping is None:
                raise Refused("no_mapping", line_of(element), identifier="RESPONSE")
            if node.name == "variable" and target == "MAXSCORE" and target not in self.outcomes:
                self.outcomes[target] = OutcomeDeclaration(
                    target, Cardinality.SINGLE, BaseType.FLOAT, single(BaseType.FLOAT, 1.0)
                )
        return rules

    # --- rules ---------------------------------------------------------------------------------------------

    def rule(self, element: _Element) -> Node:
        name = name_of(element)
        if name not in RULES:
            raise Refused("rule", line_of(element), name=local(element))
        inside = tuple(children(element))
        if name in ("setOutcomeValue", "lookupOutcomeValue"):
            target = required(element, "identifier")
            if target == COMPLETION.identifier:
                self.outcomes.setdefault(target, COMPLETION)
            if target not in self.outcomes:
                raise Refused("undeclared", line_of(element), identifier=target)
            if name == "lookupOutcomeValue" and self.outcomes[target].lookup is None:
                raise Refused("no_lookup", line_of(element), identifier=target)
            self._count(element, len(inside), 1, 1)
            return Node(name, (("identifier", target),), (self.expression(inside[0]),))
        if name == "responseCondition":
            names = [name_of(child) for child in inside]
            if names[:1] != ["responseIf"] or any(n not in _BRANCHES for n in names):
                raise Refused("rule", line_of(element), name=local(element))
            if "responseIf" in names[1:] or "responseElse" in names[:-1]:
                raise Refused("rule", line_of(element), name=local(element))
            return Node(name, (), tuple(self._branch(child) for child in inside))
        return Node(name, (), tuple(self.rule(child) for child in inside))

    def _branch(self, element: _Element) -> Node:
        inside = tuple(children(element))
        name = name_of(element)
        if name == "responseElse":
            return Node(name, (), tuple(self.rule(child) for child in inside))
        self._count(element, len(inside), 1, ANY)
        return Node(name, (), (self.expression(inside[0]), *(self.rule(child) for child in inside[1:])))

    # --- expressions ---------------------------------------------------------------------------------------

    def expression(self, element: _Element) -> Node:
        name = name_of(element)
        self.count += 1
        if self.count > MOST_EXPRESSIONS:
            raise Refused("too_many_rules", line_of(element), limit=MOST_EXPRESSIONS)
        if name not in ARITY:
            raise Refused("expression", line_of(element), name=local(element))
        inside = tuple(children(element))
        self._count(element, len(inside), *ARITY[name])
        for needed in _NEEDED.get(name, ()):
            required(element, needed)
        written = {camel(str(key)): without_controls(str(value)) for key, value in element.attrib.items()}
        attributes = tuple(
            (key, written[key] if key == "pattern" else written[key].strip())
            for key in _ATTRIBUTES
            if key in written
        )
        node = Node(
            name,
            attributes,
            tuple(self.expression(child) for child in inside),
            text_of(element).strip() if name == "baseValue" else "",
        )
        self._check(node, element)
        return node

    def _check(self, node: Node, element: _Element) -> None:
        line = line_of(element)
        for (name, key), allowed in ENUMERATED.items():
            if node.name == name and node.get(key) not in allowed:
                raise Refused("attribute_value", line, name=key, value=node.get(key)[:40])
        if node.name == "baseValue":
            parse(node.text, BaseType(node.get("baseType")), line)
        if node.name == "patternMatch":
            try:
                compiled(node.get("pattern"))
            except Refused as fault:
                raise Refused(fault.code, line, **fault.params) from fault
        if node.name in IDENTIFIERS:
            self._known(node, line)
        if node.name == "equal":
            self._tolerance(node, line)
        for key in ("figures", "n", "min", "max"):
            value = node.get(key)
            if value and not value.lstrip("+-").isdecimal() and not self._is_variable(value):
                raise Refused("undeclared", line, identifier=value[:40])

    def _is_variable(self, name: str) -> bool:
        return name in self.responses or name in self.outcomes

    def _known(self, node: Node, line: int) -> None:
        target = node.get("identifier")
        if target == COMPLETION.identifier:
            self.outcomes.setdefault(target, COMPLETION)
        response = IDENTIFIERS[node.name] == "response"
        if target not in self.responses and (response or target not in self.outcomes):
            raise Refused("undeclared", line, identifier=target)
        if node.name == "mapResponse" and self.responses[target].mapping is None:
            raise Refused("no_mapping", line, identifier=target)

    def _tolerance(self, node: Node, line: int) -> None:
        mode = node.get("toleranceMode", "exact")
        if mode not in ("exact", "absolute", "relative"):
            raise Refused("attribute_value", line, name="toleranceMode", value=mode[:40])
        amounts = node.get("tolerance").split()
        if mode != "exact" and not 1 <= len(amounts) <= 2:
            raise Refused("missing_attribute", line, name="tolerance", element="equal")
        for amount in amounts:
            if not self._is_variable(amount):
                parse(amount, BaseType.FLOAT, line)

    @staticmethod
    def _count(element: _Element, found: int, low: int, high: int) -> None:
        if not low <= found <= high:
            raise Refused("operands", line_of(element), name=local(element), found=found)


# --- the standard templates --------------------------------------------------------------------------------


def _variable(identifier: str) -> Node:
    return Node("variable", (("identifier", identifier),))


def _points(points: str) -> Node:
    return Node("baseValue", (("baseType", "float"),), (), points)


def _word(text: str) -> Node:
    return Node("baseValue", (("baseType", "identifier"),), (), text)


def assign(identifier: str, value: Node) -> Node:
    """`setOutcomeValue`."""
    return Node("setOutcomeValue", (("identifier", identifier),), (value,))


def condition(test: Node, then: tuple[Node, ...], otherwise: tuple[Node, ...] = ()) -> Node:
    """`responseCondition` with one test."""
    branches = [Node("responseIf", (), (test, *then))]
    if otherwise:
        branches.append(Node("responseElse", (), otherwise))
    return Node("responseCondition", (), tuple(branches))


_MATCHES = Node("match", (), (_variable("RESPONSE"), Node("correct", (("identifier", "RESPONSE"),))))
_IS_NULL = Node("isNull", (), (_variable("RESPONSE"),))
_MAPPED = assign("SCORE", Node("mapResponse", (("identifier", "RESPONSE"),)))
_TO_MAXIMUM = assign("SCORE", _variable("MAXSCORE"))

MATCH_CORRECT = (condition(_MATCHES, (assign("SCORE", _points("1")),), (assign("SCORE", _points("0")),)),)
MAP_RESPONSE = (condition(_IS_NULL, (assign("SCORE", _points("0")),), (_MAPPED,)),)

TEMPLATES: dict[str, tuple[Node, ...]] = {
    "match_correct": MATCH_CORRECT,
    "map_response": MAP_RESPONSE,
    # Common Cartridge profile of QTI 2.1
    "CC2_match_basic": (
        condition(
            _MATCHES,
            (_TO_MAXIMUM, assign("FEEDBACKBASIC", _word("correct"))),
            (assign("FEEDBACKBASIC", _word("incorrect")),),
        ),
    ),
    "CC2_match": (assign("FEEDBACK", _variable("RESPONSE")), condition(_MATCHES, (_TO_MAXIMUM,))),
    "CC2_map_response": (
        *MAP_RESPONSE,
        condition(
            Node("equal", (("toleranceMode", "exact"),), (_variable("MAXSCORE"), _variable("SCORE"))),
            (assign("FEEDBACK", _word("correct")),),
            (assign("FEEDBACK", _word("incorrect")),),
        ),
    ),
}
"""Last word of a template's address -> its rules (QTI 2.2, « Response Processing Templates »)."""
