"""Item parameters from responses, and fairness between groups.

`calibrate.calibrate` estimates; `setup` says what it is told; `scores`, `item_fit`, `linking` and `response_times` go on
from its result; `from_bank` ties it to a bank; `dif` compares groups.
"""
