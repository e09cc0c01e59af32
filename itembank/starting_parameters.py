"""From an author's level to starting item parameters, until calibration replaces them.

The rule, and how unsure it is, stand in `docs/items.md`: difficulty at the level's cut score; discrimination by
kind of interaction; guessing from the number of options.
"""

from __future__ import annotations

import math
from dataclasses import replace

from itembank.framework import CUT_SCORES
from itembank.item import CHOICES, TASKS, Body, ChoiceBody, Interaction, Parameters, max_points

DISCRIMINATION = {"choice": 0.8, "constructed": 1.0, "task": 1.2}
THRESHOLD_SPACING = 0.8
SE_DIFFICULTY = 0.5
RELATIVE_SE_DISCRIMINATION = 0.2
SE_GUESSING = 0.05
CLONE_SPREAD = 0.25
"""Standard deviation of the difficulty of a family's clones around the family's (logits of theta), until it has been
estimated: small enough to share parameters, split a family whose spread exceeds 0.5 (Glas and van der Linden 2003)."""


def starting_parameters(level: int, interaction: Interaction, body: Body) -> Parameters:
    """The authored parameters of an item at `level` (1 to 8)."""
    kind = "choice" if interaction in CHOICES else "task" if interaction in TASKS else "constructed"
    a = DISCRIMINATION[kind]
    points = max_points(interaction, body)
    middle = CUT_SCORES[level - 1]
    b = tuple(round(middle + THRESHOLD_SPACING * (k - (points - 1) / 2), 6) for k in range(points))
    c = 0.0
    if isinstance(body, ChoiceBody):
        n = len(body.choices)
        c = 1 / n if interaction is Interaction.SINGLE_CHOICE else 1 / (2**n - 1)
    return Parameters(
        a=a,
        b=b,
        c=round(c, 6),
        se_a=round(RELATIVE_SE_DISCRIMINATION * a, 6),
        se_b=SE_DIFFICULTY,
        se_c=SE_GUESSING if c else 0.0,
        origin="authored",
    )


def clone_parameters(family: Parameters) -> Parameters:
    """The parameters of any clone of a family: the family's own, the clones' spread added to the uncertainty of b."""
    return replace(family, se_b=round(math.hypot(family.se_b, CLONE_SPREAD), 6))
