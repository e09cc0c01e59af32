"""Response processing: an item and the candidate's response values -> the outcome values.

Source: 1EdTech QTI 2.2 ASI information model, « Response Processing ». Conditions that are NULL count as false; outcomes
start at their default, else 0 for a single number, else NULL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from itembank.formats.faults import Refused
from itembank.formats.qti.expressions import Scope, evaluate
from itembank.formats.qti.model import LookupTable, Node, OutcomeDeclaration, QtiItem
from itembank.formats.qti.values import BaseType, Cardinality, Value, single, truth

RULES = frozenset(
    {
        "responseCondition",
        "setOutcomeValue",
        "lookupOutcomeValue",
        "exitResponse",
        "responseProcessingFragment",
    }
)


class _ExitResponse(Exception):
    """`exitResponse`: the rest of the rules is not run."""


def initial(outcome: OutcomeDeclaration) -> Value | None:
    """The value of an outcome before any rule runs."""
    if outcome.default is not None:
        return outcome.default
    if outcome.cardinality is Cardinality.SINGLE and outcome.base_type is BaseType.INTEGER:
        return single(BaseType.INTEGER, 0)
    if outcome.cardinality is Cardinality.SINGLE and outcome.base_type is BaseType.FLOAT:
        return single(BaseType.FLOAT, 0.0)
    return None


def process(item: QtiItem, responses: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Run the item's rules on response values (one for every declared response) and give every outcome's value.

    Raises Refused when an operator meets operands of a type it does not take.
    """
    outcomes = {outcome.identifier: outcome for outcome in item.outcomes}
    variables: dict[str, Value | None] = {name: initial(o) for name, o in outcomes.items()}
    variables |= responses
    scope = Scope(
        variables,
        {r.identifier: r for r in item.responses},
        {r.identifier: r.default for r in item.responses} | {o.identifier: o.default for o in item.outcomes},
    )

    def run(rules: Sequence[Node]) -> None:
        for rule in rules:
            match rule.name:
                case "setOutcomeValue":
                    target = outcomes[rule.get("identifier")]
                    variables[target.identifier] = _fitted(evaluate(rule.children[0], scope), target)
                case "lookupOutcomeValue":
                    target = outcomes[rule.get("identifier")]
                    variables[target.identifier] = _looked_up(evaluate(rule.children[0], scope), target)
                case "responseCondition":
                    for branch in rule.children:
                        otherwise = branch.name == "responseElse"
                        if otherwise or truth(evaluate(branch.children[0], scope)):
                            run(branch.children if otherwise else branch.children[1:])
                            break
                case "exitResponse":
                    raise _ExitResponse
                case _:
                    run(rule.children)

    with suppress(_ExitResponse):
        run(item.rules or ())
    return {name: variables[name] for name in outcomes}


def _fitted(value: Value | None, target: OutcomeDeclaration) -> Value | None:
    """`value` in the outcome's declared type; a float put in an integer outcome loses its decimals."""
    if value is None:
        return None
    base_type = target.base_type
    widened = target.cardinality in (Cardinality.MULTIPLE, Cardinality.ORDERED) and len(value.items) == 1
    if target.cardinality is not value.cardinality and not widened:
        raise Refused("operand_type", expected=str(target.cardinality))
    if base_type is value.base_type or target.cardinality is Cardinality.RECORD:
        return Value(target.cardinality, base_type, value.items, value.fields)
    if all(isinstance(i, int | float) and not isinstance(i, bool) for i in value.items):
        if base_type is BaseType.INTEGER:
            return Value(target.cardinality, base_type, tuple(int(i) for i in value.items))  # type: ignore[arg-type]
        if base_type is BaseType.FLOAT:
            return Value(target.cardinality, base_type, tuple(float(i) for i in value.items))  # type: ignore[arg-type]
    if {base_type, value.base_type} <= {BaseType.IDENTIFIER, BaseType.STRING, BaseType.URI}:
        return Value(target.cardinality, base_type, value.items)
    raise Refused("operand_type", expected=str(base_type))


def _looked_up(value: Value | None, target: OutcomeDeclaration) -> Value | None:
    table = target.lookup
    if table is None or target.base_type is None:
        raise Refused("no_lookup", identifier=target.identifier)
    if value is None:
        return single(target.base_type, table.default)
    scalar = value.scalar
    if isinstance(scalar, bool) or not isinstance(scalar, int | float):
        raise Refused("operand_type", expected="number")
    return single(target.base_type, _entry(table, float(scalar)))


def _entry(table: LookupTable, source: float) -> str | int | float | bool | tuple[str, str] | None:
    for threshold, found, included in table.entries:
        if table.interpolates:
            if source > threshold or (included and source == threshold):
                return found
        elif source == threshold:
            return found
    return table.default
