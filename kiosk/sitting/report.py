"""What the answers support, and no more: levels with their probabilities and likely range.

A report is a value with one JSON form (`to_record`), which is what gets sealed, shown on the candidate's last screen
and read by the counsellor: all three see the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import erf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

import kiosk
from itembank.bank import Bank
from kiosk.adaptive.effort import Effort
from kiosk.adaptive.engine import Estimate
from kiosk.adaptive.levels import LevelScale
from kiosk.sitting.machine import Sitting

if TYPE_CHECKING:
    from kiosk.adaptive.person_fit import PersonFit

FORMAT = "kiosk-report/1"
MEASURED_FROM = 2
"""Own responses from which a competence counts as measured; with fewer it is estimated from the others."""

MOST_UNCERTAIN = 0.85
"""Share of the prior's standard deviation above which nothing is stated: the answers have said too little."""

MEASURED, ESTIMATED, NOT_MEASURED = "measured", "estimated", "not_measured"


@dataclass(frozen=True, slots=True)
class LevelStatement:
    """A level and how firm it is.

    `probabilities[k]` is the probability of level k; `low`..`high` the levels of the 80 % range; `theta` the mean and
    `sd` of the ability (population mean 0, SD 1); `interval` its 10th and 90th percentiles.
    """

    level: int
    low: int
    high: int
    probabilities: tuple[float, ...]
    theta: float
    sd: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CompetenceResult:
    """One competence. `statement` is None when it was not measured, or when the answers say too little."""

    competence: str
    status: str
    responses: int
    statement: LevelStatement | None


@dataclass(frozen=True, slots=True)
class Report:
    """One sitting's result.

    `effort` and `fit` tell a counsellor whether to look closer (`fit` None: too few answers to say); they change no
    level. `trace` holds what a replay needs: the plan with its seed, and the versions that chose and measured. All
    three are None in results sealed before they existed.
    """

    sitting: str
    campaign: str
    title: str
    purpose: str
    language: str
    started: str
    ended: str
    active_seconds: float
    stop_reason: str
    bank_version: str
    bank_digest: str
    overall: LevelStatement | None
    domains: dict[str, LevelStatement]
    competences: tuple[CompetenceResult, ...]
    responses: tuple[dict[str, Any], ...]
    effort: dict[str, Any] | None = None
    fit: dict[str, Any] | None = None
    trace: dict[str, Any] | None = None

    def to_record(self) -> dict[str, Any]:
        """The JSON form."""
        return {"format": FORMAT, **asdict(self)}


def build_report(sitting: Sitting, bank: Bank, *, sitting_id: str, started: str, ended: str) -> Report:
    """The report of a sitting that is over (or of one under way, to show where it stands)."""
    plan = sitting.plan
    estimates = sitting.estimates()
    scale = LevelScale(bank.cut_scores)
    _, covariance = bank.prior
    competences = tuple(
        _competence(e, e.competence in plan.competences and e.sd <= MOST_UNCERTAIN * sqrt(covariance[d][d]))
        for d, e in enumerate(estimates)
    )
    domains = {}
    for domain in sorted({c.split(".")[0] for c in plan.competences}):
        members = [c for c in plan.competences if c.split(".")[0] == domain]
        statement = _composite(sitting, scale, bank, members)
        if statement is not None:
            domains[domain] = statement
    return Report(
        sitting=sitting_id,
        campaign=plan.campaign,
        title=plan.title,
        purpose=plan.purpose,
        language=plan.language,
        started=started,
        ended=ended,
        active_seconds=round(sitting.active_seconds, 1),
        stop_reason=sitting.stop_reason,
        bank_version=plan.bank_version,
        bank_digest=plan.bank_digest,
        overall=_composite(sitting, scale, bank, plan.competences),
        domains=domains,
        competences=competences,
        responses=tuple(
            {
                "item": a.item.id,
                "skill": a.item.skill,
                "level": a.item.level,
                "response": a.response,
                "points": a.score.points,
                "maximum": a.score.maximum,
                "goals": list(a.score.goals),
                "seconds": a.seconds,
                "weight": a.weight,
                "active": a.active,
                "why": a.why,
            }
            for a in sitting.answered
        ),
        effort=_effort(sitting.effort()),
        fit=_fit(sitting.fit()),
        trace={
            "plan": plan.to_record(),
            "kiosk": kiosk.__version__,
            "numpy": np.__version__,
            "belief": sitting.fingerprint(),
        },
    )


def _effort(effort: Effort) -> dict[str, Any]:
    return {
        "rapid": effort.rapid,
        "rte": round(effort.response_time_effort, 4),
        "flagged": effort.flagged,
    }


def _fit(fit: PersonFit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    statistics = {
        name: {"value": round(statistic.value, 4), "p": round(statistic.p, 4)}
        for name, statistic in (("lz", fit.lz), ("cusum", fit.cusum), ("guttman", fit.guttman))
    }
    return {**statistics, "p": round(fit.p, 4), "flagged": fit.flagged}


def _competence(estimate: Estimate, stated: bool) -> CompetenceResult:
    if not stated:
        return CompetenceResult(estimate.competence, NOT_MEASURED, estimate.own_responses, None)
    status = MEASURED if estimate.own_responses >= MEASURED_FROM else ESTIMATED
    return CompetenceResult(
        estimate.competence,
        status,
        estimate.own_responses,
        LevelStatement(
            level=estimate.level,
            low=estimate.level_range[0],
            high=estimate.level_range[1],
            probabilities=tuple(round(p, 4) for p in estimate.level_probabilities),
            theta=round(estimate.mean, 4),
            sd=round(estimate.sd, 4),
            interval=(round(estimate.interval80[0], 4), round(estimate.interval80[1], 4)),
        ),
    )


_Z90 = 1.2815515655446004


def _composite(
    sitting: Sitting, scale: LevelScale, bank: Bank, members: Sequence[str]
) -> LevelStatement | None:
    """The mean ability over `members`, normal: the average of many is close to it. None when little is known of it."""
    weights = [1.0 / len(members) if c in members else 0.0 for c in bank.competences]
    mean, sd = sitting.composite(weights)
    _, covariance = bank.prior
    chosen = [i for i, weight in enumerate(weights) if weight]
    prior_sd = sqrt(sum(weights[i] * weights[j] * covariance[i][j] for i in chosen for j in chosen))
    if sd > MOST_UNCERTAIN * prior_sd:
        return None
    below = [0.5 * (1 + erf((cut - mean) / (sd * sqrt(2)))) for cut in scale.cuts]
    probabilities = [b - a for a, b in zip([0.0, *below], [*below, 1.0], strict=True)]
    low, high = mean - _Z90 * sd, mean + _Z90 * sd
    return LevelStatement(
        level=scale.level_of(mean),
        low=scale.level_of(low),
        high=scale.level_of(high),
        probabilities=tuple(round(p, 4) for p in probabilities),
        theta=round(mean, 4),
        sd=round(sd, 4),
        interval=(round(low, 4), round(high, 4)),
    )
