"""The pages one opens from a question: help, pause, stopping for good. The question is hidden behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.candidate.interactions.task import TaskTool
from kiosk.candidate.menu import Entry
from kiosk.candidate.paragraph import Paragraph
from kiosk.candidate.screens.menu_screen import MenuScreen
from kiosk.locale import t

if TYPE_CHECKING:
    from kiosk.candidate.interactions.base import Answering
    from kiosk.sitting.machine import Question

LEAVES_AFTER = 1800.0
"""Seconds after which a pause gives the kiosk back, when the resume code can take the test up again."""


def help_screen(
    question: Question, answer: Answering, *, asking: bool
) -> tuple[MenuScreen, dict[str, Callable[[], None]]]:
    """The keys of this question and what to do when lost; with it, what the tool's own entries call."""
    said = [Paragraph(line) for line in t(f"candidate.help.{answer.HELP}").strip().split("\n")]
    said.append(Paragraph(t("candidate.help.lost")))
    if question.item.accessibility:
        said.append(Paragraph(question.item.accessibility, "quiet"))
    entries = [Entry("back", t("candidate.help.do.back"))]
    run: dict[str, Callable[[], None]] = {}
    if asking:
        if isinstance(answer, TaskTool):
            for number, command in enumerate(answer.commands()):
                run[f"command-{number}"] = command.run
                entries.append(Entry(f"command-{number}", command.label))
            entries.append(Entry("finish", t("candidate.help.do.finish")))
        entries.append(Entry("skip", t("candidate.help.do.skip")))
    entries.append(Entry("pause", t("candidate.help.do.pause")))
    entries.append(Entry("stop", t("candidate.help.do.stop")))
    return MenuScreen(t("candidate.help.title"), said, entries), run


def pause_screen(resume_code: str | None) -> MenuScreen:
    """Nothing of the question is seen, no time is counted."""
    said = [Paragraph(t("candidate.pause.calm"))]
    entries = [Entry("back", t("candidate.pause.do.back"))]
    if resume_code is None:
        return MenuScreen(t("candidate.pause.title"), said, entries)
    said.append(Paragraph(t("candidate.pause.code")))
    entries.append(Entry("leave", t("candidate.pause.do.leave")))
    return MenuScreen(
        t("candidate.pause.title"), said, entries, code=resume_code, gives_up=(LEAVES_AFTER, "leave")
    )


def stop_screen(answered: int) -> MenuScreen:
    """« Terminer maintenant » is asked twice, the harmless answer first."""
    entries = [Entry("back", t("candidate.stop.do.back")), Entry("stop", t("candidate.stop.do.stop"))]
    return MenuScreen(t("candidate.stop.title"), [Paragraph(t("candidate.stop.what", n=answered))], entries)
