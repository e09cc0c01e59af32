"""A campaign: what to measure, for whom, and how the sittings go. A value; `store.py` keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from itembank.framework import competences
from kiosk.errors import Failure

PURPOSES = ("positioning", "proof")
RESUMES = ("code", "off")
IDENTITIES = ("none", "name")
SECTORS = ("any", "tertiary", "industry", "crafts", "agriculture", "personal_services")
MAX_ITEMS = 128
MAX_MINUTES = 180


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as a counsellor decides it. `code` is the access code in plain form.

    `length` is the greatest number of items, `minutes` the active time allowed (None: no limit); at least one rules.
    `plain` asks for plain wordings (FALC) where the bank has them. `extra_time` multiplies `minutes` (1.33 = a third more); `untimed` lifts the limit.
    """

    id: str
    code: str
    title: str
    competences: tuple[str, ...]
    purpose: str = "positioning"
    length: int = 48
    minutes: int | None = 45
    feedback: bool = True
    resume: str = "code"
    identity: str = "name"
    extra_time: float = 1.0
    untimed: bool = False
    large_print: bool = False
    plain: bool = False
    sector: str = "any"
    created: str = ""
    closes: str = ""

    def is_closed(self, today: date) -> bool:
        """Whether the last day has passed; a campaign without one stays open."""
        return bool(self.closes) and date.fromisoformat(self.closes) < today

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {"competences": list(self.competences)}

    def to_json(self) -> str:
        return json.dumps(self.to_record(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Campaign:
        """Decode and check. Raises Failure ``campaign.invalid`` naming the field."""
        names = {f.name for f in fields(cls)}
        for key in record:
            if key not in names:
                raise Failure("campaign.invalid", field=key, reason="?")
        try:
            campaign = cls(**{**record, "competences": tuple(record["competences"])})
        except (TypeError, KeyError) as fault:
            raise Failure("campaign.invalid", field=str(fault), reason="") from fault
        check(campaign)
        return campaign


def check(campaign: Campaign) -> None:
    """Raises Failure ``campaign.invalid``, naming the field and what it may be."""

    def refuse(field: str, reason: str) -> None:
        raise Failure("campaign.invalid", field=field, reason=reason)

    known = [c.id for c in competences()]
    for competence in campaign.competences:
        if competence not in known:
            refuse("competences", f"{competence} ; {', '.join(known)}")
    if not campaign.competences or len(set(campaign.competences)) < len(campaign.competences):
        refuse("competences", ", ".join(known))
    for field, allowed in (
        ("purpose", PURPOSES),
        ("resume", RESUMES),
        ("identity", IDENTITIES),
        ("sector", SECTORS),
    ):
        if getattr(campaign, field) not in allowed:
            refuse(field, ", ".join(allowed))
    if isinstance(campaign.length, bool) or not 1 <= campaign.length <= MAX_ITEMS:
        refuse("length", f"1–{MAX_ITEMS}")
    if campaign.minutes is not None and not 1 <= campaign.minutes <= MAX_MINUTES:
        refuse("minutes", f"1–{MAX_MINUTES}")
    if not 1.0 <= campaign.extra_time <= 4.0:
        refuse("extra_time", "1–4")
    if not campaign.title.strip() or len(campaign.title) > 120:
        refuse("title", "1–120")
    if campaign.closes:
        try:
            date.fromisoformat(campaign.closes)
        except ValueError:
            refuse("closes", "2026-12-31")


def today() -> date:
    """The local calendar day."""
    return datetime.now(UTC).astimezone().date()
