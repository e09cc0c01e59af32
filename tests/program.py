"""The real program, run as a technician runs it: its own process, its own settings file, real exit codes."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSPHRASE = "quatre mots bien choisis"


_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 24, 1, 2


def _obey_modes() -> None:
    """Make root obey file modes in the program about to run (see capabilities(7))."""
    libc = ctypes.CDLL(None)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """`kiosk` with a settings file in `folder`; call it with the words of a command."""

    def __init__(self, folder: Path, lang: str = "fr") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.settings = folder / "kiosk.toml"
        self.settings.write_text(f'data_dir = "{self.data}"\nlanguage = "{lang}"\n', encoding="utf-8")
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "KIOSK_CONFIG": str(self.settings),
            "KIOSK_PASSPHRASE_FILE": str(self.passphrase),
            "PYTHONUTF8": "1",
        }

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "kiosk", *map(str, words)]

    def __call__(self, *words: object, unprivileged: bool = False, **more_environment: str) -> Ran:
        done = subprocess.run(
            self.command(*words),
            env={**self.environment, **more_environment},
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            preexec_fn=_obey_modes if unprivileged and os.geteuid() == 0 else None,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)
