"""`kiosk bank blueprint`: which skills of the framework have items, and which still lack one."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, Paths
from kiosk.commands.report import as_json, table
from kiosk.locale import t


def blueprint(
    paths: Paths = None,
    missing: Annotated[bool, typer.Option("--missing", help=t("authoring.blueprint.missing"))] = False,
    competence: Annotated[
        str | None, typer.Option(help=t("authoring.blueprint.competence"), metavar="ID")
    ] = None,
    json: AsJson = False,
) -> None:
    from itembank.authoring import load_content, shipped_content
    from itembank.framework import topics
    from itembank.lint import skill_coverage

    covered = [
        c
        for c in skill_coverage(load_content(paths or [shipped_content()]).items)
        if competence is None or topics()[c.skill.topic].competence == competence
    ]
    if json:
        as_json(
            {
                "skills": len(covered),
                "measured": sum(c.families > 0 for c in covered),
                "generated": sum(c.generated > 0 for c in covered),
                "coverage": [
                    {
                        "skill": c.skill.id,
                        "level": c.skill.level,
                        "can_do": c.skill.can_do,
                        "interaction": c.skill.interaction,
                        "families": c.families,
                        "generated": c.generated,
                        "items": c.items,
                    }
                    for c in covered
                    if not missing or not c.families
                ],
            }
        )
        return
    if missing:
        headings = [t(f"authoring.blueprint.{key}") for key in ("skill", "level", "suggested", "can_do")]
        rows = [
            (c.skill.id, c.skill.level, c.skill.interaction, c.skill.can_do)
            for c in covered
            if not c.families
        ]
        table(headings, rows)
        return
    levels = sorted({c.skill.level for c in covered})
    rows_: list[list[object]] = []
    for each in sorted({topics()[c.skill.topic].competence for c in covered}):
        own = [c for c in covered if topics()[c.skill.topic].competence == each]
        cells = [
            f"{sum(c.families > 0 for c in own if c.skill.level == level)}/{sum(c.skill.level == level for c in own)}"
            for level in levels
        ]
        measured, generated = sum(c.families > 0 for c in own), sum(c.generated > 0 for c in own)
        rows_.append([each, *cells, f"{measured}/{len(own)}", generated])
    headings = [
        t("authoring.blueprint.competence_heading"),
        *map(str, levels),
        t("authoring.blueprint.measured"),
        t("authoring.blueprint.generated"),
    ]
    table(headings, rows_)
    typer.echo("")
    typer.echo(
        t(
            "authoring.blueprint.sum",
            measured=sum(c.families > 0 for c in covered),
            skills=len(covered),
            generated=sum(c.generated > 0 for c in covered),
        )
    )
