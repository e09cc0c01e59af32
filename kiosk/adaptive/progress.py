"""The course of one test: what was given and answered, what may still be asked, how fast the candidate works.

Kept up to date answer by answer, so that choosing the next item looks at nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kiosk.adaptive.pool import BoolArray, IntArray, ItemPool
from kiosk.adaptive.response_times import Speed

_SHRINKAGE = 4
"""Answers that weigh against the first ones when the time between answers is estimated (as if they had taken none)."""


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """What stopping and selection need of the course of a test, over N items, D competences and T topics.

    `administered`, `points` and `weights` are parallel, in order; `elapsed` is active time in seconds, `answering`
    the part of it spent on answers. `eligible` (N,) marks what may still be asked: allowed, and no rival of what was
    given. Of each competence: `own` (D,) answers that told something, `families` (D,) that are still eligible, `zeros`
    (D,) answers in a row, to its end, that earned nothing. `members` counts the eligible items of each family, `left`
    (T,) those of each topic, `asked` (T,) the items given of it, `overasked` (T,) how many more than of the least asked
    topic of its competence that can still be asked; `tasks` the simulated tools.
    """

    speed: Speed
    eligible: BoolArray
    own: IntArray
    families: IntArray
    zeros: IntArray
    members: IntArray
    left: IntArray
    asked: IntArray
    overasked: IntArray
    administered: tuple[int, ...] = ()
    points: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    elapsed: float = 0.0
    answering: float = 0.0
    tasks: int = 0

    @classmethod
    def start(cls, pool: ItemPool, allowed: BoolArray) -> Progress:
        """Before the first item; `allowed` (N,) marks the items that this test may use at all."""
        count, topics = len(pool.competences), pool.topics[-1].stop
        members = np.bincount(pool.family[allowed], minlength=int(pool.family.max()) + 1)
        first = np.unique(pool.family[allowed], return_index=True)[1]
        return cls(
            speed=Speed.start(),
            eligible=_frozen(allowed.copy()),
            own=_frozen(np.zeros(count, dtype=np.int64)),
            families=_frozen(np.bincount(pool.dimension[allowed][first], minlength=count)),
            zeros=_frozen(np.zeros(count, dtype=np.int64)),
            members=_frozen(members),
            left=_frozen(np.bincount(pool.topic[allowed], minlength=topics)),
            asked=_frozen(np.zeros(topics, dtype=np.int64)),
            overasked=_frozen(np.zeros(topics, dtype=np.int64)),
        )

    def after(
        self,
        pool: ItemPool,
        index: int,
        points: int,
        weight: float,
        seconds: float,
        response_seconds: float,
        tells_speed: bool,
    ) -> Progress:
        """The course after one more answer; an answer of weight 0 counts for no competence."""
        dim = int(pool.dimension[index])
        eligible = self.eligible.copy()
        families, members, left = self.families, self.members, self.left.copy()
        if pool.sole[index]:
            if eligible[index]:
                eligible[index] = False
                families = families.copy()
                families[dim] -= 1
                left[pool.topic[index]] -= 1
        else:
            rivals = pool.rivals[index]
            spent = rivals[eligible[rivals]]
            eligible[spent] = False
            families, members = families.copy(), members.copy()
            for rival in spent.tolist():
                family = pool.family[rival]
                members[family] -= 1
                left[pool.topic[rival]] -= 1
                if not members[family]:
                    families[pool.dimension[rival]] -= 1
        own, zeros = self.own, self.zeros
        if weight > 0:
            own = own.copy()
            own[dim] += 1
            if points == 0 or zeros[dim]:
                zeros = zeros.copy()
                zeros[dim] = zeros[dim] + 1 if points == 0 else 0
        asked, overasked = self.asked.copy(), self.overasked.copy()
        asked[pool.topic[index]] += 1
        touched = (dim,) if pool.sole[index] else {dim, *pool.dimension[pool.rivals[index]].tolist()}
        for other in touched:
            topics = pool.topics[other]
            here = asked[topics].tolist()
            least = min((a for a, n in zip(here, left[topics].tolist(), strict=True) if n), default=None)
            if least is not None:
                overasked[topics] = [max(a - least, 0) for a in here]
        speed = self.speed
        if tells_speed:
            speed = speed.updated(
                response_seconds, float(pool.time_intensity[index]), float(pool.time_discrimination[index])
            )
        return Progress(
            speed=speed,
            eligible=_frozen(eligible),
            own=own if own is self.own else _frozen(own),
            families=families if families is self.families else _frozen(families),
            zeros=zeros if zeros is self.zeros else _frozen(zeros),
            members=members if members is self.members else _frozen(members),
            left=_frozen(left),
            asked=_frozen(asked),
            overasked=_frozen(overasked),
            administered=(*self.administered, index),
            points=(*self.points, points),
            weights=(*self.weights, weight),
            elapsed=self.elapsed + seconds,
            answering=self.answering + min(response_seconds, seconds),
            tasks=self.tasks + int(pool.is_task[index]),
        )

    @property
    def between(self) -> float:
        """Active seconds that pass between two answers beside the answering itself, shrunk towards none."""
        return max(0.0, self.elapsed - self.answering) / (len(self.administered) + _SHRINKAGE)


def _frozen(array: Any) -> Any:
    array.flags.writeable = False
    return array
