"""Our items, and imported ones, -> files for other programs; what a format cannot say is refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from itembank.formats.faults import Refusal, Refused
from itembank.formats.importing import Format
from itembank.formats.moodle.from_item import question_of
from itembank.formats.moodle.gift import sayable, write_gift
from itembank.formats.moodle.moodle_xml import write_moodle
from itembank.formats.qti.authored import qti_of
from itembank.formats.qti.model import QtiItem
from itembank.formats.qti.package import write_package
from itembank.formats.qti.usage import Statistics, statistics_of
from itembank.item import Item


@dataclass(slots=True)
class Exported:
    """The file's content, the ids it holds, and what was refused."""

    data: bytes = b""
    ids: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def export_items(
    items: Sequence[Item], format_: Format, kept: Sequence[tuple[QtiItem, Statistics | None]] = ()
) -> Exported:
    """Write `items`, and `kept` imported ones (QTI only), in a format: a QTI 3.0 package, GIFT or Moodle XML.

    Item statistics go with a QTI package. The same items give the same bytes.
    """
    exported = Exported()
    if format_ is Format.QTI:
        written: list[tuple[QtiItem, Statistics | None]] = []
        for item in items:
            try:
                written.append((qti_of(item), statistics_of(item.parameters)))
            except Refused as fault:
                exported.refused.append(Refusal(fault.code, fault.params, "", 0, item.id))
            else:
                exported.ids.append(item.id)
        written += kept
        exported.ids += [item.identifier for item, _ in kept]
        exported.data = write_package(written)
        return exported
    exported.refused += [Refusal("qti_only", {}, "", 0, item.identifier) for item, _ in kept]
    questions = []
    gift = format_ is Format.GIFT
    for item in items:
        try:
            question = question_of(item, ordering=not gift)
            if gift and not sayable(question):
                raise Refused("gift_arrow")
        except Refused as fault:
            exported.refused.append(Refusal(fault.code, fault.params, "", 0, item.id))
        else:
            questions.append(question)
            exported.ids.append(item.id)
    exported.data = write_gift(questions).encode() if gift else write_moodle(questions)
    return exported
