"""What went wrong, for the person in front of the screen."""

from __future__ import annotations

from kiosk.errors import code_and_params, sentence
from kiosk.locale import t


def is_foreseen(fault: BaseException) -> bool:
    """Whether a fault is one of those that the kiosk speaks of; any other is a defect and goes on its way."""
    return code_and_params(fault) is not None or isinstance(getattr(fault, "code", None), str)


def explained(fault: BaseException) -> str:
    """The sentence for a foreseen fault; a general one where the catalogue has none."""
    return sentence(fault) or t("candidate.trouble.unforeseen")
