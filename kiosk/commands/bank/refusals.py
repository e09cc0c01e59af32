"""How the interchange commands say what was refused, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.formats.faults import Refusal


class InterchangeFormat(StrEnum):
    """The formats of `itembank.formats.importing.Format`, known here without importing it."""

    QTI = "qti"
    GIFT = "gift"
    MOODLE = "moodle"


def reason_of(refusal: Refusal) -> str:
    """The sentence of a refusal in the interface's language."""
    return sentence_of(refusal.code, refusal.params)


def sentence_of(code: str, params: Mapping[str, object]) -> str:
    """As `reason_of`; what a file says reaches the terminal as text, never as commands."""
    from itembank.formats.flows import without_controls

    said = {k: " ".join(without_controls(v).split()) if isinstance(v, str) else v for k, v in params.items()}
    return t(f"formats.refused.{code}", **{**said, "_": ""})


def as_rows(refused: Sequence[Refusal]) -> list[dict[str, object]]:
    """Refusals for `--json`: where, which, why."""
    return [
        {"file": r.file, "line": r.line, "id": r.item, "code": r.code, "reason": reason_of(r)}
        for r in refused
    ]
