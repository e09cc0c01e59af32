"""`kiosk bank import`: items from QTI, GIFT or Moodle XML, as drafts to complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.bank.arguments import AsJson, today
from kiosk.commands.bank.refusals import InterchangeFormat, as_rows, reason_of
from kiosk.commands.report import Progress, as_json
from kiosk.errors import Failure
from kiosk.exit_codes import ExitCode
from kiosk.locale import t

if TYPE_CHECKING:
    from itembank.formats.drafts import Draft


def import_(
    path: Annotated[Path, typer.Argument(help=t("formats.cli.import_path"), metavar="PATH")],
    format_: Annotated[InterchangeFormat, typer.Option("--format", help=t("formats.cli.format"))],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=t("formats.cli.import_output"), metavar="FOLDER")
    ] = None,
    skill: Annotated[str | None, typer.Option(help=t("formats.cli.skill"), metavar="ID")] = None,
    language: Annotated[str, typer.Option(help=t("formats.cli.language"), metavar="CODE")] = "fr",
    alt_text: Annotated[bool, typer.Option("--alt-text", help=t("formats.cli.alt_text"))] = False,
    force: Annotated[bool, typer.Option("--force", help=t("formats.cli.force"))] = False,
    json: AsJson = False,
) -> None:
    from itembank.formats.drafts import drafts, topic_of
    from itembank.formats.importing import Format, import_items

    if not path.exists():
        raise Failure("storage.missing", path=str(path))
    if skill is not None and topic_of(skill) is None:
        raise Failure("usage.unknown_skill", skill=skill)
    outcome = import_items(path, Format(format_.value), language=language, alt_text=alt_text)
    made = drafts(outcome.imported, skill, today(), language, Progress(t("formats.importing")))
    if output is not None:
        if skill is None and any(draft.record is not None and not draft.topic for draft in made):
            raise Failure("usage.skill_needed")
        _write(output, made, force)
    rows = [_row(draft, output) for draft in made]
    if json:
        as_json({"imported": rows, "refused": as_rows(outcome.refused)})
    else:
        for row in rows:
            typer.echo(f"{row['file']}:{row['line']}: {row['id']} ({row['interaction']}) — {row['said']}")
        for refusal in outcome.refused:
            typer.echo(
                f"{refusal.file}:{refusal.line}: {t('formats.refused_line', reason=reason_of(refusal))}"
            )
        typer.echo(t("formats.counts", imported=len(rows), refused=len(outcome.refused)))
        if output is not None and rows:
            typer.echo(t("formats.next", path=output))
    if not rows and outcome.refused:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def _row(draft: Draft, output: Path | None) -> dict[str, object]:
    one = draft.imported
    kept = draft.kept
    row: dict[str, object] = {
        "file": one.file,
        "line": one.line,
        "id": one.item.identifier,
        "title": one.item.title,
        "interaction": "+".join(one.item.kinds),
        "kind": one.kind,
        "scored": one.item.rules is not None,
        "qti": str(output / "qti" / f"{draft.name}.xml") if output else None,
        "draft": None,
        "kept": None,
        "statistics": {name: s.value for name, s in one.statistics.items()} if one.statistics else None,
    }
    if kept is not None:
        row["kept"] = kept.code
        row["said"] = t("formats.kept_as_qti", reason=t(f"formats.kept.{kept.code}", **kept.params))
    elif draft.record is not None:
        row["draft"] = {
            "id": draft.identifier or None,
            "interaction": draft.record["interaction"],
            "exact": draft.exact,
            "file": str(output / f"{draft.topic}.yaml") if output and draft.topic else None,
        }
        said = "formats.draft_exact" if draft.exact else "formats.draft_rescored"
        row["said"] = t(said, interaction=draft.record["interaction"], id=draft.identifier or "–")
    return row


def _write(output: Path, made: list[Draft], force: bool) -> None:
    """Drafts, one file a topic, and every item as QTI. Nothing that exists is overwritten unless `force`."""
    from itembank.formats.drafts import yaml_of
    from itembank.formats.qti.writer import write_item
    from sync.files import replace

    by_topic: dict[str, list[Draft]] = {}
    for draft in made:
        if draft.topic:
            by_topic.setdefault(draft.topic, []).append(draft)
    targets = [output / f"{topic}.yaml" for topic in by_topic]
    targets += [output / "qti" / f"{draft.name}.xml" for draft in made]
    for target in targets:
        if target.exists() and not force:
            raise Failure("results.target_exists", path=str(target))
    (output / "qti").mkdir(parents=True, exist_ok=True)
    for draft in made:
        replace(output / "qti" / f"{draft.name}.xml", write_item(draft.imported.item))
    for topic, group in by_topic.items():
        records = [(d.record, _comment(d)) for d in group if d.record is not None]
        replace(output / f"{topic}.yaml", yaml_of(topic, records).encode())


def _comment(draft: Draft) -> str:
    said = "formats.comment_exact" if draft.exact else "formats.comment_rescored"
    return t(said, file=f"qti/{draft.name}.xml", title=draft.imported.item.title)
