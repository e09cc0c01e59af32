"""What can go wrong with items and banks: a stable code and its parameters, never a sentence.

The sentences live in the interface's catalogues (`kiosk/locale`), keyed by `code`, so that every
reader gets them in their language.
"""

from __future__ import annotations


class ItemBankFault(Exception):
    """Base of the faults of this package.

    `code` is a catalogue key such as ``bank.corrupt``; `params` fill the sentence's slots.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class ItemInvalid(ItemBankFault):
    """An authored or stored item does not follow the schema.

    `field` is the dotted path inside the item (``body.choices.2.text``), which the checker turns
    into a file and a line.
    """

    def __init__(self, code: str, field: str, **params: object) -> None:
        super().__init__(code, field=field, **params)
        self.field = field


class BankUnreadable(ItemBankFault):
    """The bank file is missing, corrupt, altered or of another format."""


class ResponseInvalid(ItemBankFault):
    """A response does not have the shape that its interaction asks for."""


class ResponsesInvalid(ItemBankFault):
    """A file of responses cannot be read as one.

    `file` is the path as given; `line` counts from 1 with the header (0 when the fault has no line; the row's number
    for Parquet, which has no lines).
    """

    def __init__(self, code: str, *, file: str, line: int = 0, **params: object) -> None:
        super().__init__(code, file=file, line=line, **params)
        self.file = file
        self.line = line
