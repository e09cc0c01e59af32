"""From a campaign to one sitting's plan: everything that rules the test, frozen when it begins.

The plan is the first event of the journal: a resumed sitting goes by it even if the campaign changed since.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from itembank.bank import Entry
from kiosk.sitting.campaign import Campaign

MIN_PER_COMPETENCE = 2
ENOUGH_IN_LANGUAGE = 6
"""Families that every competence of a plan must have in a language for a sitting to be asked in it: three times what
it is sure to be asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one sitting measures and how. `seconds` is the active time allowed, None for no limit.

    `seed` draws the order of options and the choice among near-best items; it is the sitting's only randomness.
    """

    campaign: str
    title: str
    competences: tuple[str, ...]
    purpose: str
    length: int
    seconds: float | None
    feedback: bool
    resume: str
    large_print: bool
    sector: str
    language: str
    bank_version: str
    bank_digest: str
    seed: int
    plain: bool = False

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {"competences": list(self.competences)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Plan:
        return cls(**{**record, "competences": tuple(record["competences"])})


def plan_for(campaign: Campaign, *, language: str, bank_version: str, bank_digest: str, seed: int) -> Plan:
    """The plan of a sitting of `campaign`."""
    seconds = None
    if campaign.minutes is not None and not campaign.untimed:
        seconds = 60.0 * campaign.minutes * campaign.extra_time
    return Plan(
        campaign=campaign.id,
        title=campaign.title,
        competences=tuple(sorted(campaign.competences)),
        purpose=campaign.purpose,
        length=campaign.length,
        seconds=seconds,
        feedback=campaign.feedback,
        resume=campaign.resume,
        large_print=campaign.large_print,
        sector=campaign.sector,
        language=language,
        bank_version=bank_version,
        bank_digest=bank_digest,
        seed=seed,
        plain=campaign.plain,
    )


def asked_language(entries: Sequence[Entry], plan: Plan) -> str:
    """The language in which a sitting of this plan is asked, from first to last: the plan's where every competence has
    enough families in it, else French. A test half in one language and half in another serves nobody."""
    if plan.language == "fr":
        return "fr"
    families: dict[str, set[str]] = {competence: set() for competence in plan.competences}
    for entry in entries:
        if entry.competence in families and plan.language in entry.languages:
            families[entry.competence].add(entry.family)
    return plan.language if min(map(len, families.values())) >= ENOUGH_IN_LANGUAGE else "fr"


def eligible(entries: Sequence[Entry], plan: Plan) -> list[Entry]:
    """The entries a sitting of this plan may ask, in the bank's order; of a family's clones one, drawn by the seed."""
    language = asked_language(entries, plan)
    clones: dict[str, list[Entry]] = {}
    for entry in entries:
        if (
            entry.competence in plan.competences
            and language in entry.languages
            and (plan.sector == "any" or entry.sector in ("neutral", plan.sector))
        ):
            clones.setdefault(entry.id.partition("#")[0], []).append(entry)
    return [
        alike[0] if len(alike) == 1 else random.Random(f"{plan.seed}/{family}").choice(alike)  # noqa: S311 - a variant, not a secret
        for family, alike in clones.items()
    ]
