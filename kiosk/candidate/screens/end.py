"""The last page: thanks, what is mastered, the next steps, then the levels exactly as the report has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from kiosk.candidate.drawn import Paragraph, Prose
from kiosk.candidate.furniture import Hint
from kiosk.candidate.screens.base import CandidateScreen
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.sitting.report import CompetenceResult, LevelStatement, Report

CLOSES_AFTER = 300.0
"""Seconds without a key after which the page closes: the next person must not find it."""


class EndScreen(CandidateScreen[None]):
    """Arrows and page keys scroll; Enter ends. `names` gives a domain's or competence's name by its id."""

    def __init__(
        self,
        report: Report,
        mastered: tuple[str, ...],
        next_steps: tuple[str, ...],
        names: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._paragraphs = paragraphs(report, mastered, next_steps, names)
        self._last_key = monotonic()

    def body(self) -> Iterable[Widget]:
        yield Prose(*self._paragraphs, id="result")

    def on_mount(self) -> None:
        self.bar.show(t("candidate.end.title"))
        self.set_interval(5.0, self._close_after_a_while)

    def hints(self) -> tuple[Hint, ...]:
        return (Hint.SCROLL, Hint.END)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self._last_key = monotonic()
        match event.key:
            case "enter":
                self.dismiss(None)
            case "up" | "down":
                self.paper.scroll_relative(y=-1 if event.key == "up" else 1, animate=False)
            case "home":
                self.paper.scroll_home(animate=False)
            case "end":
                self.paper.scroll_end(animate=False)
            case key if not self.turn_page(key):
                self.say(t("candidate.reminder.end"), "strong")

    def _close_after_a_while(self) -> None:
        if monotonic() - self._last_key > CLOSES_AFTER and self.is_current:
            self.dismiss(None)


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
