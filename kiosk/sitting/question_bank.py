"""What a sitting asks of an item bank, whoever keeps it: the bank's file, or a simulation's items in memory."""

from __future__ import annotations

from typing import Protocol

from itembank.bank import Entry
from itembank.item import Item


class QuestionBank(Protocol):
    """The part of `itembank.bank.Bank` that measuring needs; vectors are in the order of `competences`."""

    @property
    def version(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def entries(self) -> tuple[Entry, ...]: ...
    @property
    def competences(self) -> tuple[str, ...]: ...
    @property
    def cut_scores(self) -> tuple[float, ...]: ...
    @property
    def prior(self) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]: ...

    def item(self, item_id: str, language: str | None = None, *, plain: bool = False) -> Item:
        """The whole item, in `language` (and in plain language) where the bank has those words.

        Raises KeyError for an id it does not hold.
        """
        ...
