"""Items by id, from a bank file, from YAML content, or from what ships with the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands.bank.found import item_of, shipped_places
from kiosk.errors import Failure

if TYPE_CHECKING:
    from itembank.item import Item


def found_items(item_id: str, bank: Path | None, content: Path | None, installed: Path) -> list[Item]:
    """The item of that id, or the clones of that family (`family#seed` gives any one of them).

    When neither `bank` nor `content` is given, the shipped content is looked in first, then the `installed` bank.
    Raises Failure (`bank.item_unknown`), BankUnreadable.
    """
    found = _in_bank(item_id, bank) if bank is not None else _in_content(item_id, content)
    if not found and bank is None and content is None and installed.is_file():
        found = _in_bank(item_id, installed)
    if not found:
        raise Failure("bank.item_unknown", id=item_id)
    return found


def _in_bank(item_id: str, bank: Path) -> list[Item]:
    from itembank.bank import Bank

    with Bank.open(bank) as opened:
        wanted = [entry.id for entry in opened.entries if item_id in (entry.id, entry.family)]
        exact = [name for name in wanted if name == item_id]
        return [opened.item(name) for name in exact or wanted]


def _in_content(item_id: str, content: Path | None) -> list[Item]:
    from itembank.authoring import clones

    try:
        one = item_of([content] if content is not None else shipped_places(item_id), item_id, None)
    except Failure as fault:
        if fault.code != "bank.no_such_item":
            raise
        return []
    if one.family is None or "#" in item_id:
        return [one.item]
    return [made.item for made in clones(one.family, one.item.topic, one.family.clones)]
