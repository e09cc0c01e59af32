"""`kiosk bank new`: a commented first draft of an item."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, today
from kiosk.commands.report import as_json
from kiosk.errors import Failure
from kiosk.locale import t


def new(
    skill: Annotated[str, typer.Argument(help=t("authoring.new.skill"), metavar="SKILL")],
    interaction: Annotated[
        str | None, typer.Option(help=t("authoring.new.interaction"), metavar="INTERACTION")
    ] = None,
    family: Annotated[bool, typer.Option("--family", help=t("authoring.new.family"))] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=t("authoring.new.output"), metavar="FILE")
    ] = None,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.framework import skill_named, topics
    from itembank.item import Interaction
    from itembank.skeletons import skeleton, suggested_interaction
    from sync.files import create

    wanted = skill_named(skill)
    if wanted is None:
        every = [s.id for topic in topics().values() for s in topic.skills]
        near = get_close_matches(skill, every, 3, 0.4) or every[:3]
        raise Failure("bank.no_such_skill", skill=skill, near=", ".join(near))
    if interaction is not None and interaction not in set(Interaction):
        raise Failure("bank.no_such_interaction", interaction=interaction, known=", ".join(Interaction))
    kind = Interaction(interaction) if interaction else suggested_interaction(wanted)
    taken = {i.id.partition("#")[0] for i in load_content([shipped_content()]).items}
    letter = next(c for c in "abcdefghijklmnopqrstuvwxyz" if f"{wanted.id}-{c}" not in taken)
    path = output or Path(f"{wanted.id}-{letter}.yaml")
    if path.exists():
        raise Failure("bank.target_exists", path=path)
    create(path, skeleton(wanted, kind, letter, today(), family=family).encode(), 0o644)
    item = f"{wanted.id}-{letter}"
    if json:
        as_json({"path": str(path), "item": item, "skill": wanted.id, "interaction": str(kind)})
    else:
        typer.echo(t("authoring.new.written", path=path, item=item, can_do=wanted.can_do))
