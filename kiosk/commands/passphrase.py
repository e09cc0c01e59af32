"""Where a passphrase comes from: a hidden prompt or a file, never the command line or a log."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from kiosk.errors import Failure
from kiosk.locale import t

VARIABLE = "KIOSK_PASSPHRASE_FILE"


def read_passphrase(file: Path | None, *, new: bool = False) -> str:
    """The passphrase: from `file`, the file that KIOSK_PASSPHRASE_FILE names, or a hidden prompt (twice when new).

    Raises Failure ``usage.passphrase_source`` when nobody can be asked, ``keys.passphrase_mismatch``.
    """
    source = file or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if source is not None:
        return source.read_text(encoding="utf-8").rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failure("usage.passphrase_source")
    try:
        typed = getpass.getpass(t("cli.passphrase.ask") + " ")
        if new and getpass.getpass(t("cli.passphrase.again") + " ") != typed:
            raise Failure("keys.passphrase_mismatch")
    except EOFError as fault:
        raise Failure("usage.passphrase_source") from fault
    return typed
