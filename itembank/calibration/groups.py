"""Items of one kind, kept together so that every step of the EM handles them all in one array operation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from itembank.calibration.models import (
    LOGIT_C_RANGE,
    NO_GUESSING,
    Binary,
    ItemModel,
    Model,
    Terms,
    item_model,
)
from itembank.calibration.priors import PriorTable
from itembank.calibration.setup import ItemSetup
from itembank.item import Parameters
from itembank.response_model import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NEWTON_STEPS = 4
HALVINGS = 12
LARGEST_STEP = 1.5
"""No parameter moves further in one Newton step: far from the maximum the quadratic is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Group:
    """n items of one model and one number of points, p parameters each.

    `items` (n,) are positions in the setup; `dimension` (n,); `rows` (n, K) are rows of the table of probabilities;
    `free` (n, p) says which parameters are searched.
    """

    model: ItemModel
    items: IntArray
    dimension: IntArray
    rows: IntArray
    free: BoolArray
    prior: PriorTable | None

    def theta(self, nodes: FloatArray) -> FloatArray:
        """(n, G) from (G, D)."""
        return np.ascontiguousarray(nodes[:, self.dimension].T)

    def terms(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> Terms:
        """Complete-data log-posterior with its derivatives; what is not free has none."""
        found = self.model.terms(parameters, theta, counts)
        value, gradient, information = found.value, found.gradient, found.information
        if self.prior is not None:
            prior = self.prior.terms(self.model, parameters)
            value, gradient = value + prior.value, gradient + prior.gradient
            information = information + prior.information
        return Terms(
            value, np.where(self.free, gradient, 0.0), np.where(self._both_free(), information, self._held())
        )

    def log_prior(self, parameters: FloatArray) -> float:
        """Log-density of all parameters, up to a constant."""
        return 0.0 if self.prior is None else float(self.prior.terms(self.model, parameters).value.sum())

    def _both_free(self) -> BoolArray:
        return np.asarray(self.free[:, :, None] & self.free[:, None, :])

    def _held(self) -> FloatArray:
        return np.eye(self.model.size)[None] * ~self.free[:, :, None]

    def maximised(self, parameters: FloatArray, theta: FloatArray, counts: FloatArray) -> FloatArray:
        """The M-step: Newton or Fisher steps for all items at once, halved where an item's objective would fall."""
        if not self.free.any():
            return parameters
        now = self.terms(parameters, theta, counts)
        for _ in range(NEWTON_STEPS):
            scale = np.trace(now.information, axis1=1, axis2=2)[:, None, None]
            steady = now.information + (1e-9 * scale + 1e-9) * np.eye(self.model.size)
            step = np.linalg.solve(steady, now.gradient[:, :, None])[:, :, 0]
            largest = np.abs(step).max(axis=1, keepdims=True)
            step *= np.minimum(1.0, LARGEST_STEP / np.maximum(largest, 1e-300))
            gain = (step * now.gradient).sum(axis=1)
            if float(gain.max(initial=0.0)) < 1e-10:
                break
            for _ in range(HALVINGS):
                candidate = self.model.bounded(parameters + step)
                then = self.terms(candidate, theta, counts)
                worse = ~(then.value >= now.value - 1e-10 * np.abs(now.value)) | ~self.model.valid(candidate)
                if not worse.any():
                    break
                step[worse] *= 0.5
            else:
                candidate[worse] = parameters[worse]
                then = self.terms(candidate, theta, counts)
            parameters, now = candidate, then
        return parameters


def grouped(setups: Sequence[ItemSetup], first_row: IntArray) -> tuple[Group, ...]:
    """The setup's items by kind. Raises ValueError for a model and points, or a prior, that do not go together."""
    kinds: dict[tuple[type[ItemModel], int], list[int]] = {}
    models = [item_model(setup.model, setup.points) for setup in setups]
    for position, model in enumerate(models):
        kinds.setdefault((type(model), model.points), []).append(position)
    groups = []
    for positions in kinds.values():
        model = models[positions[0]]
        free = np.array([_free(setups[i], model) for i in positions])
        groups.append(
            Group(
                model,
                np.array(positions),
                np.array([setups[i].dimension for i in positions]),
                first_row[positions][:, None] + np.arange(model.points + 1),
                free,
                PriorTable.of([None if setups[i].fixed else setups[i].prior for i in positions], model),
            )
        )
    return tuple(groups)


def _free(setup: ItemSetup, model: ItemModel) -> list[bool]:
    free = [not setup.fixed] * model.size
    if setup.model is Model.RASCH:
        free[0] = False
    if isinstance(model, Binary) and setup.model is not Model.THREE_PL:
        free[2] = False
    return free


def starting_values(group: Group, setups: Sequence[ItemSetup], totals: FloatArray) -> FloatArray:
    """(n, p) from each item's own start, its prior's centre, or the shares of its scores in `totals` (C,)."""
    counts = totals[group.rows] + 0.5
    found = group.model.start(counts / counts.sum(axis=1, keepdims=True))
    for row, position in enumerate(group.items):
        setup = setups[int(position)]
        if setup.start is not None:
            found[row] = from_parameters(setup.start, group.model)
        if setup.model is Model.RASCH and not setup.fixed:
            found[row, 0] = 1.0
        if isinstance(group.model, Binary) and not setup.fixed:
            if setup.model is Model.THREE_PL:
                c = setup.start.c if setup.start is not None and setup.start.c > 0 else setup.guessing or 0.15
                found[row, 2] = min(max(_logit(c), LOGIT_C_RANGE[0]), LOGIT_C_RANGE[1])
            else:
                found[row, 2] = _logit(setup.guessing)
    return found


def _logit(c: float) -> float:
    """Of a lower asymptote; what is smaller than rounding is none."""
    return max(math.log(c / (1.0 - c)), NO_GUESSING) if c > 0 else NO_GUESSING


def from_parameters(parameters: Parameters, model: ItemModel) -> FloatArray:
    """(p,) slopes and intercepts from (a, b, c). Raises ValueError for another number of points."""
    if parameters.max_score != model.points:
        raise ValueError(f"{model.points} thresholds expected, found {parameters.max_score}")
    a, b = np.array([parameters.a]), np.array([parameters.b])
    found = np.concatenate([a, model.intercepts(a, b)[0]])
    return np.append(found, _logit(parameters.c)) if isinstance(model, Binary) else found


def to_parameters(values: FloatArray, model: ItemModel, origin: str = "calibrated") -> Parameters:
    """(a, b, c), without standard errors, from slopes and intercepts (p,)."""
    b = model.difficulties(values[None]).values[0]
    c = 0.0
    if isinstance(model, Binary) and values[2] > NO_GUESSING:
        c = 1.0 / (1.0 + math.exp(-float(values[2])))
    return replace(Parameters(float(values[0]), tuple(b.tolist())), c=c, origin=origin)
