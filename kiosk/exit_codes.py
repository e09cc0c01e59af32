"""The exit codes of every `kiosk` command; `docs/commands.md` explains them to technicians."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SETTINGS = 10
    ACCESS_CODE = 11
    BANK = 12
    STORAGE = 13
    BUNDLE = 14
    PASSPHRASE = 15
    NETWORK = 16
    KEYS = 17
    PROBLEMS_FOUND = 18
    NOT_FOUND = 19
    MISSING_EXTRA = 20
    RESPONSES = 21


_BY_PREFIX = {
    "settings": ExitCode.SETTINGS,
    "code": ExitCode.ACCESS_CODE,
    "campaign": ExitCode.NOT_FOUND,
    "results": ExitCode.NOT_FOUND,
    "bank": ExitCode.BANK,
    "item": ExitCode.BANK,
    "response": ExitCode.BANK,
    "responses": ExitCode.RESPONSES,
    "fairness": ExitCode.RESPONSES,
    "calibration": ExitCode.RESPONSES,
    "storage": ExitCode.STORAGE,
    "store": ExitCode.STORAGE,
    "journal": ExitCode.STORAGE,
    "outbox": ExitCode.STORAGE,
    "bundle": ExitCode.BUNDLE,
    "receipt": ExitCode.BUNDLE,
    "index": ExitCode.BUNDLE,
    "dsse": ExitCode.BUNDLE,
    "carrier": ExitCode.NETWORK,
    "collector": ExitCode.NETWORK,
    "keys": ExitCode.KEYS,
    "extra": ExitCode.MISSING_EXTRA,
    "usage": ExitCode.USAGE,
    "terminal": ExitCode.USAGE,
}
_EXACT = {
    "keys.passphrase": ExitCode.PASSPHRASE,
    "keys.passphrase_short": ExitCode.PASSPHRASE,
    "keys.passphrase_mismatch": ExitCode.PASSPHRASE,
    "campaign.invalid": ExitCode.USAGE,
    "calibration.model": ExitCode.USAGE,
    "calibration.output_needs_bank": ExitCode.USAGE,
    "calibration.anchors_need_bank": ExitCode.USAGE,
    "calibration.not_a_bank_model": ExitCode.USAGE,
    "calibration.target_exists": ExitCode.NOT_FOUND,
}


def exit_code_for(code: str) -> ExitCode:
    """The exit code of a fault's `code` (its first word decides, a few have their own)."""
    return _EXACT.get(code) or _BY_PREFIX.get(code.split(".")[0], ExitCode.UNEXPECTED)
