"""A family: one item record with slots, from which a seed makes one ordinary item record, always the same one.

    slots:    what varies (`slots.py`)
    let:      values computed from the slots, in order
    where:    what must hold of them; a drawing that breaks one is drawn again, a bounded number of times
    sectors:  the sectors whose vocabularies the clones use in turn; the clone's `sector` follows
    clones:   how many clones a bank holds (5 unless said)

Seeds count from 1. The drawing depends on the family's id, the seed and the try, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itembank.errors import ItemInvalid
from itembank.families.draws import Draws
from itembank.families.expressions import Fault, Node, evaluate, parse
from itembank.families.functions import FUNCTIONS
from itembank.families.slots import Drawing, Slot, slots_from_record
from itembank.families.template import filled
from itembank.families.values import Value
from itembank.item import SECTORS
from itembank.records import Record

FAMILY_FIELDS = ("slots", "let", "where", "sectors", "clones")
DEFAULT_CLONES = 5
MOST_CLONES = 20
MOST_TRIES = 200


def is_family(record: Mapping[str, Any]) -> bool:
    """Whether a decoded item record is a family (a plain item is a family of one)."""
    return any(field in record for field in FAMILY_FIELDS)


@dataclass(frozen=True, slots=True)
class Computed:
    """A `let` or a `where`: an expression, its source and where it stands in the record."""

    name: str
    node: Node
    source: str
    field: str


@dataclass(frozen=True, slots=True)
class Family:
    """See the module. `template` is the record without the family's own fields."""

    id: str
    template: Mapping[str, Any]
    slots: tuple[Slot, ...]
    let: tuple[Computed, ...]
    where: tuple[Computed, ...]
    sectors: tuple[str, ...]
    clones: int

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Family:
        """Read a family. Raises ItemInvalid: the codes of `records`, `family.name`, `family.expression`,
        `family.range`, `family.value`, `family.time`."""
        fields = Record(record, "")
        sectors = fields.texts("sectors", among=SECTORS) or (
            fields.one_of("sector", SECTORS, default="neutral"),
        )
        slots = slots_from_record(fields.record("slots"))
        let = tuple(
            _computed(name, source, f"let.{name}")
            for name, source in (fields.record("let").items() if "let" in fields else ())
        )
        names = [slot.name for slot in slots] + [c.name for c in let]
        for name in names:
            if names.count(name) > 1 or not name.isidentifier():
                raise ItemInvalid("family.name", "let", name=name)
        return cls(
            id=fields.text("id"),
            template={k: v for k, v in record.items() if k not in FAMILY_FIELDS},
            slots=slots,
            let=let,
            where=tuple(_computed("", source, field) for field, source in fields.members("where")),
            sectors=sectors,
            clones=fields.integer("clones", 1, MOST_CLONES) if "clones" in fields else DEFAULT_CLONES,
        )

    def clone(self, seed: int) -> dict[str, Any]:
        """The record of the clone `seed` (1 up): the same on every machine. Its `id` is still the family's.

        Raises ItemInvalid: `family.expression` where a hole has no value, `family.no_variant` when no drawing in
        `MOST_TRIES` satisfies `where`.
        """
        for values, sector in self.drawings(seed):
            return self.rendered(values, sector)
        raise ItemInvalid("family.no_variant", "where", tries=MOST_TRIES, seed=seed)

    def drawings(self, seed: int) -> Iterator[tuple[Mapping[str, Value], str]]:
        """(values, sector) of every try of `seed` that satisfies `where`."""
        sector = self.sectors[(seed - 1) % len(self.sectors)]
        for attempt in range(MOST_TRIES):
            drawing = Drawing(Draws(f"{self.id}:{seed}:{attempt}"), sector)
            for slot in self.slots:
                drawing.values[slot.name] = slot.draw(drawing)
            for computed in self.let:
                drawing.values[computed.name] = _evaluated(computed, drawing.values)
            if all(_holds(condition, drawing.values) for condition in self.where):
                yield drawing.values, sector

    def rendered(self, values: Mapping[str, Value], sector: str) -> dict[str, Any]:
        """The record with its holes filled with `values`; each translation in its own language."""
        record = filled({k: v for k, v in self.template.items() if k != "translations"}, values)
        translations = self.template.get("translations")
        if isinstance(translations, Mapping):
            record["translations"] = {
                language: filled({"translations": {language: texts}}, values, str(language))["translations"][
                    language
                ]
                for language, texts in translations.items()
            }
        record["sector"] = sector
        return record


def _computed(name: str, source: object, field: str) -> Computed:
    if isinstance(source, bool | int | float):
        source = str(source).lower()
    if not isinstance(source, str):
        raise ItemInvalid("item.text_expected", field)
    try:
        return Computed(name, parse(source), source, field)
    except Fault as fault:
        raise _invalid(field, source, fault) from fault


def _evaluated(computed: Computed, values: Mapping[str, Value]) -> Value:
    try:
        return evaluate(computed.node, values, FUNCTIONS)
    except Fault as fault:
        raise _invalid(computed.field, computed.source, fault) from fault


def _holds(condition: Computed, values: Mapping[str, Value]) -> bool:
    value = _evaluated(condition, values)
    if not isinstance(value, bool):
        raise _invalid(condition.field, condition.source, Fault("type", str(value)[:20]))
    return value


def _invalid(field: str, source: str, fault: Fault) -> ItemInvalid:
    return ItemInvalid("family.expression", field, expression=source, reason=fault.reason, about=fault.about)
