"""What a form checks when one goes on: is something missing, does it read as what it should be. Pure."""

from __future__ import annotations

import datetime
import re

from itembank.tasks.form.spec import FormField, Kind, UploadFile, Value, blank_of
from itembank.tasks.words import fold, typeable

_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")
_PHONE = re.compile(r"(?:\+33|0)[1-9]\d{8}")
_POSTCODE = re.compile(r"\d{5}")


def read_date(text: str) -> datetime.date | None:
    """A date typed the French way, 07/03/1984; None when it is none."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def read_number(text: str) -> float | None:
    """A number typed the French way; None when it is none."""
    squeezed = "".join(typeable(text).split())
    return float(squeezed.replace(",", ".")) if _NUMBER.fullmatch(squeezed) and len(squeezed) < 20 else None


def digits(text: str) -> str:
    """A telephone number without what people put between its digits."""
    return re.sub(r"[\s.\-]", "", text)


def problem(field: FormField, value: Value, files: dict[str, UploadFile]) -> str:
    """Why the form cannot go on with this value: a word for the catalogue, empty when all is well."""
    if value == blank_of(field.kind):
        return "missing" if field.required else ""
    text = value if isinstance(value, str) else ""
    match field.kind:
        case Kind.DATE if read_date(text) is None:
            return "date"
        case Kind.NUMBER:
            number = read_number(text)
            if number is None:
                return "number"
            return "" if field.low <= number <= field.high else "range"
        case Kind.EMAIL if not _EMAIL.fullmatch(text):
            return "email"
        case Kind.PHONE if not _PHONE.fullmatch(digits(text)):
            return "phone"
        case Kind.POSTCODE if not _POSTCODE.fullmatch("".join(text.split())):
            return "postcode"
        case Kind.FILE:
            file = files[text]
            if field.formats and file.format not in field.formats:
                return "format"
            return "weight" if file.weight > field.most else ""
    return ""


def same(field: FormField, found: Value, wanted: Value) -> bool:
    """Whether a field holds what is wanted, by meaning."""
    if not isinstance(found, str) or not isinstance(wanted, str):
        return (
            set(found) == set(wanted)
            if isinstance(found, tuple) and isinstance(wanted, tuple)
            else found == wanted
        )
    match field.kind:
        case Kind.DATE:
            return read_date(found) is not None and read_date(found) == read_date(wanted)
        case Kind.NUMBER:
            return read_number(found) is not None and read_number(found) == read_number(wanted)
        case Kind.PHONE:
            return digits(found).replace("+33", "0") == digits(wanted).replace("+33", "0")
        case Kind.POSTCODE:
            return "".join(found.split()) == "".join(wanted.split())
    return " ".join(fold(found).split()) == " ".join(fold(wanted).split())
