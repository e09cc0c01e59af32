"""A scenario: what is simulated, written down in TOML. `docs/simulation.md` documents every key.

A scenario says what the items are, what the engine believes of them, who the people are and how the test goes. From a
seed it draws a bank (`Scenario.bank`) and people (`Scenario.population`); the same seed draws the same ones.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from itembank.framework import competences
from itembank.response_model import FloatArray, check_parameters
from kiosk.errors import Failure
from kiosk.simulation.goals import Goal
from kiosk.simulation.laws import Authoring, Correlations, Gap, ItemLaws, Law, Levels, Times
from kiosk.simulation.population import People, Population
from kiosk.simulation.synthetic_bank import ScenarioBank, draw_bank
from kiosk.sitting.campaign import MAX_ITEMS, MAX_MINUTES, PURPOSES

BANK_STREAM, PEOPLE_STREAM, SITTING_STREAM, OTHER_STREAM = range(4)
"""The second number of each seed: items, people, answers and everything else are drawn apart from one another."""


@dataclass(frozen=True, slots=True)
class TestConditions:
    """How the test goes: at most `length` items, in `minutes` (None: no limit), for a campaign's `purpose`.

    With `exposure_cap`, exposure control is run first so that no item is seen by more than this share of people.
    """

    __test__ = False  # the name is not a pytest class

    length: int = 48
    minutes: float | None = None
    purpose: str = "positioning"
    exposure_cap: float | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """Correlations of the competences: the `true` ones draw people, the `assumed` ones are what the engine believes.

    With `alternatives`, the same people also sit tests that believe each of these: the table of prior misfit.
    """

    true: Correlations = field(default_factory=Correlations)
    assumed: Correlations = field(default_factory=Correlations)
    alternatives: tuple[Correlations, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is simulated. Decode one with `load_scenario`."""

    name: str
    title: Mapping[str, str]
    bank_laws: ItemLaws
    levels: Levels
    prior: Prior
    people: People
    times: Times
    test: TestConditions
    authoring: Authoring
    goals: tuple[Goal, ...] = ()

    @property
    def competences(self) -> tuple[str, ...]:
        """The competences of the framework, the order of every vector."""
        return tuple(c.id for c in competences())

    @property
    def domains(self) -> tuple[str, ...]:
        """The domain of each competence."""
        return tuple(c.domain for c in competences())

    def bank(self, rng: np.random.Generator) -> ScenarioBank:
        """A bank drawn from the scenario's laws, with the truth beside what the engine is told.

        Raises Failure ``usage.scenario`` for laws that draw no bank: gaps without end, parameters without bounds.
        """
        try:
            bank = draw_bank(
                f"scenario-{self.name}",
                self.bank_laws,
                self.levels,
                self.times,
                self.authoring,
                self.prior.assumed,
                rng,
            )
            for entry in bank.entries:
                check_parameters(entry.parameters)
        except (ValueError, OverflowError) as fault:
            raise Failure("usage.scenario", scenario=self.name, field="bank", reason=str(fault)) from fault
        return bank

    def population(self, count: int, rng: np.random.Generator) -> Population:
        """`count` people drawn from the scenario's true law."""
        return self.people.drawn(count, self.prior.true.matrix(self.domains), rng)

    def true_covariance(self) -> FloatArray:
        """Covariance of the true abilities, (D, D)."""
        return self.people.sd**2 * self.prior.true.matrix(self.domains)

    def altered(self, **test: Any) -> Scenario:
        """The same scenario under other test conditions (fields of `TestConditions`). Raises Failure ``usage.scenario``."""
        changed = replace(self, test=replace(self.test, **test))
        check(changed)
        return changed


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the scenarios that come with the program."""
    folder = resources.files(__package__).joinpath("scenarios")
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A shipped scenario by its name, or one from a TOML file.

    Raises Failure ``usage.scenario_missing`` for a name that is neither, ``usage.scenario`` naming the key at fault.
    """
    text, name = _text(name_or_path)
    try:
        record = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Failure("usage.scenario", scenario=name, field="TOML", reason=str(fault)) from fault
    return scenario_from_record(name, record)


def _text(name_or_path: str | Path) -> tuple[str, str]:
    named = str(name_or_path)
    if named in shipped_scenarios():
        shipped = resources.files(__package__).joinpath("scenarios", f"{named}.toml")
        return shipped.read_text(encoding="utf-8"), named
    path = Path(name_or_path)
    if not path.is_file():
        raise Failure("usage.scenario_missing", scenario=named, known=", ".join(shipped_scenarios()))
    try:
        return path.read_text(encoding="utf-8"), path.stem
    except UnicodeDecodeError as fault:
        raise Failure("usage.scenario", scenario=path.stem, field="UTF-8", reason=str(fault)) from fault


_SECTIONS = {
    "bank": ("bank_laws", ItemLaws),
    "levels": ("levels", Levels),
    "prior": ("prior", Prior),
    "people": ("people", People),
    "times": ("times", Times),
    "test": ("test", TestConditions),
    "authoring": ("authoring", Authoring),
}


def scenario_from_record(name: str, record: Mapping[str, Any]) -> Scenario:
    """Decode a scenario's mapping. Raises Failure ``usage.scenario``, naming the key and what it may be."""
    title = record.get("title", {})
    if not isinstance(title, Mapping) or not all(isinstance(v, str) for v in title.values()):
        _refuse(name, "title", "{ fr = …, en = … }")
    for key in record:
        if key not in _SECTIONS and key not in ("title", "goals"):
            _refuse(name, key, ", ".join(["title", *_SECTIONS, "goals"]))
    sections = {
        attribute: _decoded(kind, record.get(key, {}), name, key)
        for key, (attribute, kind) in _SECTIONS.items()
    }
    if isinstance(record.get("prior"), Mapping) and "assumed" not in record["prior"]:
        sections["prior"] = replace(sections["prior"], assumed=sections["prior"].true)
    goals = record.get("goals", {})
    if not isinstance(goals, Mapping):
        _refuse(name, "goals", "{…}")
    sought = tuple(_goal(figure, limits, name) for figure, limits in goals.items())
    scenario = Scenario(name=name, title=dict(title), **sections, goals=sought)
    check(scenario)
    return scenario


def _goal(figure: str, limits: Any, name: str) -> Goal:
    place = f"goals.{figure}"
    if not isinstance(limits, Mapping) or "figure" in limits:
        _refuse(name, place, "{ least = …, most = … }")
    goal: Goal = _decoded(Goal, {"figure": figure, **limits}, name, place)
    return goal


def _refuse(name: str, key: str, reason: str) -> None:
    raise Failure("usage.scenario", scenario=name, field=key, reason=reason)


def _decoded(kind: Any, value: Any, name: str, place: str) -> Any:
    """`value` as the dataclass or plain type `kind`; unknown keys and wrong types are refused by their place."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return _decoded(next(k for k in get_args(kind) if k is not type(None)), value, name, place)
    if origin is tuple:
        if not isinstance(value, list):
            _refuse(name, place, "[…]")
        return tuple(_decoded(get_args(kind)[0], v, name, f"{place}[{i}]") for i, v in enumerate(value))
    if kind is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            _refuse(name, place, "0.0")
        return float(value)
    if kind in (int, str, bool):
        if type(value) is not kind:
            _refuse(name, place, {int: "0", str: '"…"', bool: "true, false"}[kind])
        return value
    if not isinstance(value, Mapping):
        _refuse(name, place, "{…}")
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    for key in value:
        if key not in known:
            _refuse(name, f"{place}.{key}", ", ".join(sorted(known)))
    inside = {key: _decoded(hints[key], v, name, f"{place}.{key}") for key, v in value.items()}
    try:
        return kind(**inside)
    except TypeError:
        missing = sorted(known - set(inside))
        return _refuse(name, place, ", ".join(missing))
    except ValueError as fault:
        return _refuse(name, place, str(fault))


def check(scenario: Scenario) -> None:
    """Raises Failure ``usage.scenario``, naming the key, for values that make no study."""

    def need(good: bool, key: str, reason: str) -> None:
        if not good:
            _refuse(scenario.name, key, reason)

    laws, test = scenario.bank_laws, scenario.test
    dimensions = len(scenario.competences)
    need(dimensions <= laws.items <= 20_000, "bank.items", f"{dimensions}–20000")
    need(
        dimensions <= test.length <= min(MAX_ITEMS, laws.items),
        "test.length",
        f"{dimensions}–{min(MAX_ITEMS, laws.items)}",
    )
    need(test.minutes is None or 1 <= test.minutes <= MAX_MINUTES, "test.minutes", f"1–{MAX_MINUTES}")
    need(test.purpose in PURPOSES, "test.purpose", ", ".join(PURPOSES))
    need(test.exposure_cap is None or 0 < test.exposure_cap <= 1, "test.exposure_cap", "]0, 1]")
    if test.exposure_cap is not None:
        least = test.length / laws.items
        need(test.exposure_cap >= least, "test.exposure_cap", f"≥ {least:.3f}")
    for gap in laws.gaps:
        need(set(gap.competences) <= set(scenario.competences), "bank.gaps", ", ".join(scenario.competences))
        need(
            set(gap.levels) <= set(range(scenario.levels.count + 1)),
            "bank.gaps",
            f"0–{scenario.levels.count}",
        )


__all__ = [
    "Authoring",
    "Correlations",
    "Gap",
    "ItemLaws",
    "Law",
    "Levels",
    "People",
    "Population",
    "Prior",
    "Scenario",
    "ScenarioBank",
    "TestConditions",
    "Times",
    "load_scenario",
    "shipped_scenarios",
]
