"""The measuring engine: what is believed about a candidate, what to ask next, when to stop.

Open first: `engine.py` (the facade a sitting uses), then `posterior.py` (the belief), `selection.py` (the
next item), `stopping.py`, `levels.py`, `pool.py`.

Pure arithmetic on numpy arrays: no clock, no file, no screen, no random source of its own.
"""
