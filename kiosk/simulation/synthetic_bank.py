"""A bank of items without words, drawn from laws, that the real `Sitting` accepts.

It holds what the engine is told (`entries`) beside what really rules the answers (`truth`), in memory.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from itembank.bank import Entry
from itembank.framework import competences
from itembank.item import (
    Choice,
    ChoiceBody,
    Feedback,
    Interaction,
    Item,
    NumericBody,
    Parameters,
)
from itembank.response_model import FloatArray
from itembank.response_times import ResponseTime
from kiosk.simulation.laws import Authoring, Correlations, ItemLaws, Levels, Times
from kiosk.sitting.question_bank import QuestionBank

_SMALLEST_A = 0.2
_NO_DATE = date(2000, 1, 1)


Prior = tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]
"""Mean (D,) and covariance (D, D) of theta, as a bank holds them."""


@dataclass(frozen=True, slots=True)
class ScenarioBank:
    """Items in memory, with the interface of a bank; see `kiosk.sitting.question_bank.QuestionBank`.

    `entries` are what the engine is told, `truth` (by item id) what rules the answers.
    """

    version: str
    entries: tuple[Entry, ...]
    competences: tuple[str, ...]
    cut_scores: tuple[float, ...]
    prior: Prior
    truth: Mapping[str, Parameters]
    digest: str = ""
    _items: dict[str, Item] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", _digest(self))

    def item(self, item_id: str, language: str | None = None, *, plain: bool = False) -> Item:
        """The item, without words in any language. Raises KeyError for an id the bank does not hold."""
        if not self._items:
            self._items.update((entry.id, _wordless(entry)) for entry in self.entries)
        return self._items[item_id]

    def revised(
        self,
        *,
        parameters: Mapping[str, Parameters] | None = None,
        exposure: Mapping[str, float] | None = None,
        prior: Prior | None = None,
    ) -> ScenarioBank:
        """A bank that is told other parameters, exposures or another prior; the truth and whatever is left out stay."""
        entries = tuple(
            replace(
                entry,
                parameters=(parameters or {}).get(entry.id, entry.parameters),
                exposure=(exposure or {}).get(entry.id, entry.exposure),
            )
            for entry in self.entries
        )
        return replace(self, entries=entries, digest="", prior=prior or self.prior, _items={})


def in_memory(bank: QuestionBank) -> ScenarioBank:
    """A bank's file read whole, so that several processes can sit on it; it takes the file's parameters for true."""
    return ScenarioBank(
        bank.version,
        bank.entries,
        bank.competences,
        bank.cut_scores,
        bank.prior,
        {entry.id: entry.parameters for entry in bank.entries},
        bank.digest,
        {entry.id: bank.item(entry.id) for entry in bank.entries},
    )


def _digest(bank: ScenarioBank) -> str:
    told = [
        [
            e.id,
            e.parameters.a,
            e.parameters.b,
            e.parameters.c,
            e.parameters.se_b,
            e.time.intensity,
            e.exposure,
        ]
        for e in bank.entries
    ]
    whole = json.dumps([bank.version, told, bank.cut_scores, bank.prior], separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def draw_bank(
    version: str,
    laws: ItemLaws,
    levels: Levels,
    times: Times,
    authoring: Authoring,
    assumed: Correlations,
    rng: np.random.Generator,
) -> ScenarioBank:
    """Draw a bank: true parameters by the laws, and what its authors state of them."""
    frame = competences()
    ids = tuple(c.id for c in frame)
    place = np.arange(laws.items) % len(ids)
    a = np.maximum(laws.a.drawn(laws.items, rng), _SMALLEST_A)
    b = _difficulties(laws, levels, place, ids, rng)
    kinds = _kinds(laws, rng)
    words = np.maximum(laws.reading_words.drawn(laws.items, rng), 1.0).astype(int)
    spread = times.item_sd * rng.standard_normal(laws.items)
    told_b = b + authoring.difficulty_error * rng.standard_normal(laws.items)
    told_a = a * np.exp(authoring.discrimination_error * rng.standard_normal(laws.items))
    medians = {
        Interaction.SINGLE_CHOICE: times.choice_median,
        Interaction.NUMERIC: times.other_median,
        Interaction.SPREADSHEET: times.task_median or times.other_median,
    }
    entries, truth = [], {}
    for i in range(laws.items):
        kind, competence = kinds[i], ids[place[i]]
        item_id = f"S{i:05d}"
        c = laws.guessing if kind is Interaction.SINGLE_CHOICE else 0.0
        offsets = _offsets(laws, kind)
        truth[item_id] = Parameters(float(a[i]), tuple(float(b[i] + o) for o in offsets), c)
        told = Parameters(
            float(told_a[i]),
            tuple(float(told_b[i] + o) for o in offsets),
            c,
            se_a=float(authoring.relative_se_a * told_a[i]),
            se_b=authoring.se_b,
        )
        topic = f"{competence}.{(i // len(ids)) % laws.topics + 1}"
        entries.append(
            Entry(
                id=item_id,
                family=item_id,
                skill=topic,
                topic=topic,
                competence=competence,
                level=int(np.clip(np.searchsorted(levels.cuts, told_b[i], side="right"), 1, levels.count)),
                language="fr",
                interaction=kind,
                sector="neutral",
                reading_words=int(words[i]),
                parameters=told,
                time=ResponseTime(math.log(medians[kind]) + float(spread[i]), 1.0 / times.noise_sd),
            )
        )
    prior = standard_prior(assumed.matrix(tuple(c.domain for c in frame)))
    return ScenarioBank(version, tuple(entries), ids, levels.cuts, prior, truth)


def standard_prior(correlation: FloatArray) -> Prior:
    """The prior of a population with mean 0 and SD 1 in every competence, `correlation` (D, D) between them."""
    return (0.0,) * len(correlation), tuple(tuple(row) for row in correlation.tolist())


def _difficulties(
    laws: ItemLaws, levels: Levels, place: NDArray[np.int64], ids: Sequence[str], rng: np.random.Generator
) -> FloatArray:
    """True difficulties (N,), drawn again wherever one falls into a gap."""
    b = laws.b.drawn(laws.items, rng)
    closed = {(c, level) for gap in laws.gaps for c in gap.competences for level in gap.levels}
    for _ in range(1000 if closed else 0):
        level = np.searchsorted(levels.cuts, b, side="right")
        bad = np.array([(ids[d], int(k)) in closed for d, k in zip(place, level, strict=True)])
        if not bad.any():
            return b
        b[bad] = laws.b.drawn(int(bad.sum()), rng)
    if closed:
        raise ValueError("the gaps leave no place for items")
    return b


def _kinds(laws: ItemLaws, rng: np.random.Generator) -> list[Interaction]:
    """The interaction of each item, in the exact shares, in random order."""
    choices, tasks = round(laws.choice * laws.items), round(laws.tasks * laws.items)
    kinds = [Interaction.SINGLE_CHOICE] * choices + [Interaction.SPREADSHEET] * tasks
    kinds += [Interaction.NUMERIC] * (laws.items - len(kinds))
    return [kinds[i] for i in rng.permutation(laws.items)]


def _offsets(laws: ItemLaws, kind: Interaction) -> tuple[float, ...]:
    if kind is not Interaction.SPREADSHEET:
        return (0.0,)
    middle = (laws.task_points - 1) / 2
    return tuple(laws.threshold_spacing * (k - middle) for k in range(laws.task_points))


_CHOICES = ChoiceBody((Choice("1", key=True), Choice("2"), Choice("3"), Choice("4")), shuffle=False)
_NUMBER = NumericBody(0.0)


def _wordless(entry: Entry) -> Item:
    """An item with the entry's numbers; its body only says how it is answered, since nobody reads it."""
    return Item(
        id=entry.id,
        family=entry.family,
        skill=entry.skill,
        topic=entry.topic,
        competence=entry.competence,
        level=entry.level,
        language=entry.language,
        interaction=entry.interaction,
        situation="",
        question="",
        body=_CHOICES if entry.interaction is Interaction.SINGLE_CHOICE else _NUMBER,
        feedback=Feedback("", ""),
        parameters=entry.parameters,
        reading_words=entry.reading_words,
        sector=entry.sector,
        author="",
        written=_NO_DATE,
        review=_NO_DATE,
        time=entry.time,
        exposure=entry.exposure,
    )
