"""What the last page says: thanks, what is mastered, the next steps, then the levels exactly as the report has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.candidate.paragraph import Paragraph
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.sitting.report import CompetenceResult, LevelStatement, Report


def paragraphs(
    report: Report, mastered: tuple[str, ...], next_steps: tuple[str, ...], names: Callable[[str], str]
) -> list[Paragraph]:
    """The page's text."""
    found = [Paragraph(t("candidate.end.thanks"), "strong"), Paragraph(t("candidate.end.kept"))]
    for title, sentences in (("mastered", mastered), ("next_steps", next_steps)):
        if sentences:
            found += [Paragraph(""), Paragraph(t(f"candidate.end.{title}"), "strong")]
            found += [Paragraph(sentence, indent=2, mark="• ") for sentence in sentences]
    if not any(result.statement for result in report.competences):
        words = "too_few_answers" if report.responses else "nothing_answered"
        return [*found, Paragraph(""), Paragraph(t(f"candidate.end.{words}"))]
    found += [Paragraph(""), Paragraph(t("candidate.end.levels"), "strong")]
    found += [Paragraph(t("candidate.end.scale"), "quiet"), Paragraph("")]
    if report.overall is not None:
        found.append(Paragraph(t("candidate.end.overall", level=level_words(report.overall)), "strong"))
    for domain, statement in report.domains.items():
        found.append(Paragraph(_line(domain, names, level_words(statement)), "strong", indent=2))
    found += [Paragraph(""), Paragraph(t("candidate.end.competences"), "strong")]
    if any(result.status == "estimated" for result in report.competences):
        found.append(Paragraph(t("candidate.end.estimated_means"), "quiet"))
    for result in report.competences:
        found.append(Paragraph(_line(result.competence, names, _competence_words(result)), indent=2))
    found += [Paragraph(""), Paragraph(t("candidate.end.counsellor"))]
    return found


def level_words(statement: LevelStatement) -> str:
    """« niveau 3, sans doute entre 2 et 4 »."""
    if statement.low == statement.high:
        return t("candidate.end.level_firm", level=statement.level)
    return t("candidate.end.level", level=statement.level, low=statement.low, high=statement.high)


def _competence_words(result: CompetenceResult) -> str:
    if result.statement is None:
        return t("candidate.end.not_measured")
    words = level_words(result.statement)
    return t("candidate.end.estimated", level=words) if result.status == "estimated" else words


def _line(number: str, names: Callable[[str], str], words: str) -> str:
    return t("candidate.end.line", number=number, name=names(number), level=words)
