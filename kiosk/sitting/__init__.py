"""One candidate's test, from code to sealed bundle. No screen, no network.

Open first: `machine.py` (the sitting itself), then `journal.py` (nothing validated is ever lost), `report.py`
(what the answers support, and no more). The same `Sitting` serves the screens and the simulator.
"""
