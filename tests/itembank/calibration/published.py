"""Response tables printed in the literature, and what is known of their solutions."""

from __future__ import annotations

import numpy as np

from itembank.calibration.responses import Responses

LSAT6 = (
    3,
    6,
    2,
    11,
    1,
    1,
    3,
    4,
    1,
    8,
    0,
    16,
    0,
    3,
    2,
    15,
    10,
    29,
    14,
    81,
    3,
    28,
    15,
    80,
    16,
    56,
    21,
    173,
    11,
    61,
    28,
    298,
)
LSAT7 = (
    12,
    19,
    1,
    7,
    3,
    19,
    3,
    17,
    10,
    5,
    3,
    7,
    7,
    23,
    8,
    28,
    7,
    39,
    11,
    34,
    14,
    51,
    15,
    90,
    6,
    25,
    7,
    35,
    18,
    136,
    32,
    308,
)
"""Bock and Lieberman (1970), Psychometrika 35, table 1: counts of the 32 patterns of five answers, 00000 to 11111."""


def patterns(counts: tuple[int, ...]) -> Responses:
    """All patterns of five right or wrong answers, in binary order, with their counts."""
    scores = np.array([[pattern >> bit & 1 for bit in (4, 3, 2, 1, 0)] for pattern in range(32)])
    return Responses.from_dense(scores, count=np.array(counts, dtype=float))
