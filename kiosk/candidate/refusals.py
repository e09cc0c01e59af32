"""Why a tool cannot do what was asked, in a sentence."""

from __future__ import annotations

from itembank.errors import ResponseInvalid
from kiosk.locale import has, t


def refusal(fault: ResponseInvalid) -> str:
    """Why an action cannot be done, in a sentence."""
    key = f"candidate.refused.{fault.code.removeprefix('action.')}"
    return t(key, **fault.params) if has(key) else t("candidate.refused.other")
