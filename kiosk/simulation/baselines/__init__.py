"""How the public platform would measure the same people with the same items: what the joint test is compared with.

Own plain implementations of two published procedures: `positioning` (a test a competence, by inference inside topics;
`positioning.py`) and `certification` (one capacity for everything; `certification.py`). `outcome.py` says what both
give, and lifts a procedure's own scale to ours as well as any monotone table could.
"""

from kiosk.simulation.baselines.certification import certification
from kiosk.simulation.baselines.outcome import Outcome
from kiosk.simulation.baselines.positioning import positioning

__all__ = ["Outcome", "certification", "positioning"]
