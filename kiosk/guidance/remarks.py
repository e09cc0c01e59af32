"""What a counsellor is told about how a test went: haste, drift, surprises. Words only; no level changes.

Each remark says what was noticed, what it may mean (innocent causes first) and what to do. Whoever was tested
may read it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.locale import t

HURRIED, WORSE, BETTER, SURPRISING = "hurried", "worse", "better", "surprising"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at together, in the interface's language; `kind` is its name in the catalogue."""

    kind: str
    noticed: str
    may_mean: str
    to_do: str


def kinds(record: dict[str, Any]) -> tuple[str, ...]:
    """Which remarks a report's record calls for; none for records of before effort and fit were measured.

    A flagged fit is named after its least likely statistic: a drift by its direction, else a surprise.
    """
    found = []
    effort, fit = record.get("effort"), record.get("fit")
    if effort and effort["flagged"]:
        found.append(HURRIED)
    if fit and fit["flagged"]:
        drifted = fit["cusum"]["p"] <= min(fit["lz"]["p"], fit["guttman"]["p"])
        found.append((BETTER if fit["cusum"]["value"] > 0 else WORSE) if drifted else SURPRISING)
    return tuple(found)


def remarks(record: dict[str, Any]) -> tuple[Remark, ...]:
    """The remarks of a report's record, in words."""
    counts = {"answers": len(record["responses"]), "rapid": (record.get("effort") or {}).get("rapid", 0)}
    return tuple(
        Remark(
            kind,
            t(f"person_fit.{kind}.noticed", **counts),
            t(f"person_fit.{kind}.may_mean"),
            t(f"person_fit.{kind}.to_do"),
        )
        for kind in kinds(record)
    )


def described(record: dict[str, Any]) -> list[str]:
    """The remarks as plain lines under one heading; no line when there is nothing to say."""
    found = remarks(record)
    left_out = (record.get("effort") or {}).get("rapid", 0)
    lines: list[str] = []
    if left_out:
        lines.append(t("person_fit.left_out", n=left_out))
    if found:
        lines += ["", t("person_fit.heading")] if lines else [t("person_fit.heading")]
        for remark in found:
            lines += [
                "  - " + t("person_fit.noticed", text=remark.noticed),
                "    " + t("person_fit.may_mean", text=remark.may_mean),
                "    " + t("person_fit.to_do", text=remark.to_do),
            ]
        lines.append(t("person_fit.limits"))
    return lines
