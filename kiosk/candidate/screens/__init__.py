"""One screen a file; `base.py` is the frame they share. Screens hold no state of the sitting: `kept.KeptSitting` does."""
