"""Finding what an author names: an item of some content, a clone of a family, a set of items to compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Failure

if TYPE_CHECKING:
    from itembank.authoring import Authored
    from itembank.comparison import Described


_TOPIC = re.compile(r"(?P<topic>(?P<competence>\d\.\d)-[a-z]+)-n\d.*")


def shipped_places(named: str) -> list[Path]:
    """Where to look for `named` in what ships: its topic's own file where there is one, since ids begin with it."""
    from itembank.authoring import shipped_content

    folder = shipped_content()
    if found := _TOPIC.fullmatch(named):
        near = folder / found["competence"] / f"{found['topic']}.yaml"
        if near.is_file():
            return [near]
    return [folder]


def item_of(paths: Sequence[Path], named: str, seed: int | None) -> Authored:
    """The item `named` in `paths`; of a family, the clone of `seed` (else that of the name's « #n », else the first).

    Raises Failure ``bank.no_such_item``, ``bank.has_problems`` when its own record is at fault.
    """
    from itembank.authoring import clone, load_content
    from itembank.errors import ItemInvalid

    content = load_content(paths)
    base, _, number = named.partition("#")
    found = [a for a in content.authored if a.item.id.partition("#")[0] == base]
    if not found:
        if faults := [p for p in content.problems if p.item == base or not p.item]:
            raise Failure("bank.item_has_problems", item=base, file=faults[0].file, line=faults[0].line)
        known = sorted({a.item.id.partition("#")[0] for a in content.authored})
        near = get_close_matches(base, known, 3, 0.4) or known[:3]
        raise Failure("bank.no_such_item", item=named, near=", ".join(near))
    first = found[0]
    wanted = seed if seed is not None else int(number) if number.isdecimal() else None
    if first.family is None or wanted is None:
        return first
    try:
        made = clone(first.family, first.item.topic, max(1, wanted))
    except ItemInvalid as fault:
        raise Failure(
            "bank.item_has_problems", item=base, file=first.file, line=first.line_of(fault.field)
        ) from fault
    return type(made)(
        made.item, made.record, first.file, first.line, made.wordings, made.family, made.seed, first.locate
    )


def described_items(path: Path) -> dict[str, Described]:
    """Every item of a bank file, or of a YAML file or folder, ready to be compared.

    Raises BankUnreadable for a damaged bank, Failure ``bank.has_problems`` for content at fault.
    """
    from itembank.authoring import load_content
    from itembank.bank import Bank
    from itembank.comparison import described
    from itembank.wordings import reworded, wording_name

    if path.is_dir() or path.suffix in (".yaml", ".yml"):
        content = load_content([path])
        if content.problems:
            raise Failure("bank.has_problems", count=len(content.problems))
        return {
            a.item.id: described(a.item, {w.name: reworded(a.item, w) for w in a.wordings})
            for a in content.authored
        }
    with Bank.open(path) as bank:
        found: dict[str, Described] = {}
        for entry in bank.entries:
            item = bank.item(entry.id)
            wordings = {
                wording_name(language, plain): bank.item(entry.id, language, plain=plain)
                for language, plain in bank.wordings(entry.id)
            }
            found[entry.id] = described(item, wordings)
        return found
