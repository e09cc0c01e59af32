"""The answers laid out for the E-step, and the two sums every iteration needs of them.

Given a table of log P(score | ability), a row for every (item, score), the E-step needs for every person the sum of the
rows of their answers, and the M-step needs for every row the sum of the posteriors of the persons who gave that
answer. Full tables do both as matrix products (`Patterns`); where most answers are absent by design, the sums run
over the answers there are (`Adaptive`), one node after the other, which needs no padding and no sparse matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from itembank.response_model import FloatArray

IntArray = NDArray[np.int64]

DENSE_FROM = 0.25
"""Share of the table that must be filled for matrix products over the whole table to be the faster way."""
PERSONS_AT_ONCE = 4096
"""Of the sparse layout: keeps the intermediate arrays of a block within tens of megabytes."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers that count: R of them, by P persons, to C (item, score) rows.

    `person` (R,) is sorted; `row` (R,) is `first_row[item] + score`; `item` (R,); `weight` (P,) people each person
    stands for; `first_row` (I + 1,).
    """

    person: IntArray
    item: IntArray
    row: IntArray
    weight: FloatArray
    first_row: IntArray

    @property
    def persons(self) -> int:
        return len(self.weight)

    @property
    def items(self) -> int:
        return len(self.first_row) - 1

    @property
    def rows(self) -> int:
        return int(self.first_row[-1])

    @property
    def filled(self) -> float:
        """Share of the persons x items table that has an answer."""
        return len(self.person) / max(1, self.persons * self.items)

    def totals(self) -> FloatArray:
        """(C,) how many people gave each answer."""
        return np.bincount(self.row, self.weight[self.person], minlength=self.rows).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Patterns:
    """A (nearly) full table: one line for each different pattern of answers.

    `columns` (N, B) are indicators, the last column all ones. Score 0 of an item is what is left of the others, so
    that an item takes as many columns as it has points, and one more if some lack an answer. `weight` (N,);
    `pattern_of` (P,) gives every person's line.
    """

    scores: NDArray[np.int16]
    """(N, I), -1 where there is no answer."""
    columns: FloatArray
    weight: FloatArray
    pattern_of: IntArray
    basis: FloatArray
    """(B, C): the columns' coefficients are `basis @ log_probabilities`."""

    @classmethod
    def of(cls, answers: Answers) -> Patterns:
        scores = np.full((answers.persons, answers.items), -1, dtype=np.int16)
        scores[answers.person, answers.item] = answers.row - answers.first_row[answers.item]
        scores, weight, pattern_of = _collapsed(scores, answers.weight)
        blocks: list[FloatArray] = []
        basis: list[FloatArray] = []
        constant = np.zeros(answers.rows)
        for item in range(answers.items):
            first, last = int(answers.first_row[item]), int(answers.first_row[item + 1])
            given = scores[:, item]
            if (given >= 0).all():
                constant[first] += 1.0
            else:
                blocks.append((given >= 0).astype(np.float64))
                basis.append(_unit(answers.rows, first))
            for k in range(1, last - first):
                blocks.append((given == k).astype(np.float64))
                basis.append(_unit(answers.rows, first + k) - _unit(answers.rows, first))
        blocks.append(np.ones(len(scores)))
        basis.append(constant)
        return cls(scores, np.stack(blocks, axis=1), weight, pattern_of, np.stack(basis))

    def log_likelihood(self, log_probabilities: FloatArray) -> FloatArray:
        """(N, G) from (C, G)."""
        total: FloatArray = self.columns @ (self.basis @ log_probabilities)
        return total

    def counts(self, posterior: FloatArray) -> FloatArray:
        """(C, G) from weighted posteriors (N, G)."""
        total: FloatArray = self.basis.T @ (self.columns.T @ posterior)
        return total


def _unit(length: int, at: int) -> FloatArray:
    vector = np.zeros(length)
    vector[at] = 1.0
    return vector


def _collapsed(
    scores: NDArray[np.int16], weight: FloatArray
) -> tuple[NDArray[np.int16], FloatArray, IntArray]:
    """Equal lines made one, their weights added."""
    whole = np.ascontiguousarray(scores).view(np.dtype((np.void, scores.shape[1] * scores.itemsize))).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    if len(first) == len(scores):
        return scores, weight, np.arange(len(scores))
    inverse = inverse.reshape(-1)
    return scores[first], np.bincount(inverse, weight).astype(np.float64), inverse.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Block:
    """Some persons of a sparse table: S of them, their answers in `slot` order.

    A slot is a person's answers in one dimension, `slot = dimension * S + person`; every array is (R_block,).
    """

    first_person: int
    persons: int
    slot: IntArray
    row: IntArray
    weight: FloatArray
    """(S,)"""
    answered: NDArray[np.bool_]
    """(D, S) whether the person has answers in the dimension."""
    whose: IntArray
    """(R_block,) position of each answer in the `Answers`."""


@dataclass(frozen=True, slots=True)
class Adaptive:
    """A table that is mostly empty, cut into blocks of persons. D dimensions."""

    blocks: tuple[Block, ...]
    dimensions: int
    rows: int

    @classmethod
    def of(cls, answers: Answers, dimension: Sequence[int] | IntArray, dimensions: int) -> Adaptive:
        of_item = np.asarray(dimension, dtype=np.int64)
        edges = [*range(0, answers.persons, PERSONS_AT_ONCE), answers.persons]
        blocks = []
        for low, high in pairwise(edges):
            start, stop = np.searchsorted(answers.person, [low, high])
            persons = high - low
            slot = of_item[answers.item[start:stop]] * persons + answers.person[start:stop] - low
            order = np.argsort(slot, kind="stable")
            answered = np.zeros(dimensions * persons, dtype=bool)
            answered[slot] = True
            blocks.append(
                Block(
                    low,
                    persons,
                    slot[order],
                    answers.row[start:stop][order],
                    answers.weight[low:high],
                    answered.reshape(dimensions, persons),
                    start + order,
                )
            )
        return cls(tuple(blocks), dimensions, answers.rows)

    def log_likelihood(self, block: Block, log_probabilities: FloatArray) -> FloatArray:
        """(G, D, S) from a table (G, C)."""
        nodes, slots = len(log_probabilities), self.dimensions * block.persons
        total = np.empty((nodes, slots))
        for node in range(nodes):
            total[node] = np.bincount(block.slot, log_probabilities[node][block.row], minlength=slots)
        return total.reshape(nodes, self.dimensions, block.persons)

    def add_counts(self, block: Block, posterior: FloatArray, counts: FloatArray) -> None:
        """Add weighted posteriors (G, D, S) to `counts` (G, C), in place."""
        flat = posterior.reshape(len(posterior), -1)
        for node in range(len(flat)):
            counts[node] += np.bincount(block.row, flat[node][block.slot], minlength=self.rows)
