"""Where samples of other programs' files are, when this machine has them: beside the checkout, or where it is told."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[4] / "shared" / "data"
SAMPLES = Path(os.environ.get("KIOSK_SAMPLES", _BESIDE))
QTI, GIFT = SAMPLES / "qti", SAMPLES / "gift"
ABSENT = f"no samples in {SAMPLES}: set KIOSK_SAMPLES to a folder that holds qti/ and gift/"
