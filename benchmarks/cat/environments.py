"""One virtual environment a peer, made on demand under `.bench/`: no peer is ever installed beside the kiosk."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".bench"
PINNED = {
    "catsim": "catsim==0.21.0",
    "adaptivetesting": "adaptivetesting==1.1.4",
    "mirt": "mirt==1.2.0",
    "girth": "girth==0.8.0",
}


def single_threaded() -> dict[str, str]:
    """The environment of every measured process: one thread of linear algebra."""
    one = dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
    )
    return {**os.environ, **one}


def interpreter(peer: str) -> Path | None:
    """The Python of a peer's environment, made now where it is missing; None when it cannot be installed."""
    home = FOLDER / PINNED[peer].replace("==", "-")
    python, ready = home / "bin" / "python", home / ".ready"
    if ready.exists():
        return python
    print(f"installing {PINNED[peer]} into {home.relative_to(FOLDER.parent)} ...", flush=True)
    venv.create(home, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PINNED[peer]]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        print(f"  {peer} cannot be installed here: {str(getattr(fault, 'stderr', fault))[-200:].strip()}")
        return None
    ready.touch()
    return python


def own_interpreter() -> Path:
    return Path(sys.executable)
