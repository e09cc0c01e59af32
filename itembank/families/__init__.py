"""Item families: an item record with slots, which a seed turns into one ordinary item, the same on every machine.

A family measures one skill with one idea in many clothes (automatic item generation; Glas and van der Linden 2003,
Applied Psychological Measurement 27: clones of a family share item parameters up to a within-family spread). Nothing
an author writes is ever run: expressions are read and evaluated here, over exact fractions.

Open first: `family.py` (a family and its clones), then `slots.py` (what varies), `template.py` (how texts are
filled), `expressions.py` and `functions.py` (what can be computed), `french.py` (agreement). `solutions.py` finds or
checks the action list that solves a task.
"""

from itembank.families.family import Family, is_family

__all__ = ["Family", "is_family"]
