"""Many simulated candidates in lock-step: the measuring rules of the real sitting, as arithmetic on whole batches.

`LockStep` (open `sittings.py` first) gives thousands of candidates the joint test a batch at a time, for exposure
control and for studies; `OneDimension` (`one_dimension.py`) gives them a classical test of one competence. What answers
them is in `answers.py`, what is believed of them in `beliefs.py`, what is read off that in `reading.py`; `columns.py`
lays the pool out. What runs in an agency is the real `Sitting`: this is its fast double, and the tests hold the two
together.

Set OPENBLAS_NUM_THREADS=1 for large runs: the matrix products are too small to share out.
"""

from kiosk.simulation.lockstep.answers import Answers, TrueItems
from kiosk.simulation.lockstep.one_dimension import OneDimension, OneDimensionSittings
from kiosk.simulation.lockstep.sittings import LockStep, Sittings

__all__ = ["Answers", "LockStep", "OneDimension", "OneDimensionSittings", "Sittings", "TrueItems"]
