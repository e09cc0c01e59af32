"""The linear mode from the first line to the last: code, name, resume code, questions, last page; then the next person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.candidate import keyboard_guard
from kiosk.candidate.faults import explained, is_foreseen
from kiosk.candidate.linear.console import Console, LineClosed
from kiosk.candidate.linear.direct_sitting import DirectSitting
from kiosk.candidate.linear.questions import LeftForLater, Questions
from kiosk.exit_codes import ExitCode
from kiosk.locale import LANGUAGES, language, set_language, t

if TYPE_CHECKING:
    from kiosk.sitting.campaign import Campaign
    from kiosk.sitting.report import Report
    from kiosk.sitting.terminal import Terminal, Underway


def run_linear(
    open_terminal: Callable[[], Terminal], *, locked: bool = False, demo_code: str | None = None
) -> int:
    """Serve candidates on standard input and output until someone leaves; the exit code.

    `locked` takes the way out away; `demo_code` is said with the welcome. Raises what `open_terminal` raises.
    """
    keyboard_guard.take_lines()
    console = Console(sys.stdin, sys.stdout)
    try:
        console.say(t("candidate.title"))
        terminal = open_terminal()
        try:
            if terminal.bank_fault:
                console.say(t("candidate.welcome.older_bank"))
            Conversation(console, terminal, locked=locked, demo_code=demo_code).run()
        finally:
            terminal.close()
    except LineClosed:
        pass  # what was validated is kept, and the resume code takes it up
    finally:
        keyboard_guard.restore()
    return ExitCode.OK


class Conversation:
    """One person after the other on one console."""

    def __init__(
        self, console: Console, terminal: Terminal, *, locked: bool, demo_code: str | None = None
    ) -> None:
        self._console = console
        self._terminal = terminal
        self._locked = locked
        self._demo_code = demo_code
        self._first_language = language()

    def run(self) -> None:
        """Until someone leaves. Raises LineClosed."""
        while self._one():
            set_language(self._first_language)

    def _one(self) -> bool:
        """From a typed code to the last page; False to leave."""
        console = self._console
        console.say("", t("candidate.welcome.hello"), t("candidate.welcome.calm"), t("linear.how"))
        if self._demo_code:
            from kiosk.sitting.access_code import normalised, pretty

            console.say(t("candidate.welcome.demo"), pretty(normalised(self._demo_code)))
        if not self._locked:
            console.say(t("linear.leave"))
        while True:
            typed = console.line(t("linear.ask.code"))
            if typed.casefold() in ("q", "/q") and not self._locked:
                return False
            if typed.casefold() == t("linear.other_language").casefold():
                set_language(LANGUAGES[(LANGUAGES.index(language()) + 1) % len(LANGUAGES)])
                console.say(t("candidate.welcome.hello"), t("candidate.welcome.calm"), t("linear.how"))
            elif not typed or typed.startswith("/"):
                console.say(t("linear.welcome_help"))
            elif words := self._followed(typed):
                console.say(words)
            else:
                return True

    def _followed(self, typed: str) -> str:
        """Follow a code to its end. Gives the sentence to say when it leads nowhere, empty when all went its way."""
        try:
            found = self._terminal.recognise(typed)
            if isinstance(found, str):
                underway = self._terminal.resume(found)
                set_language(underway.sitting.plan.language)
                sitting = DirectSitting(self._terminal, underway)
                self._note(sitting, "resumed")
                if not sitting.is_over:
                    number = sitting.answered + 1
                    self._console.say(t("candidate.question.welcome_back", number=number))
            else:
                sitting = DirectSitting(self._terminal, self._begun(found))
                self._note(sitting, "linear")
                self._introduce(sitting)
        except Exception as fault:
            if not is_foreseen(fault):
                raise
            return explained(fault)
        self._sit(sitting)
        return ""

    def _begun(self, campaign: Campaign) -> Underway:
        self._console.heading(campaign.title)
        name = None
        if campaign.identity == "name":
            self._console.say(t("candidate.name.what"), t("candidate.name.who_reads"))
            name = self._console.line(t("linear.ask.name")) or None
        self._console.say(t("candidate.wait.begin"))
        return self._terminal.begin(campaign, language=language(), name=name)

    def _introduce(self, sitting: DirectSitting) -> None:
        """The resume code, and how to answer."""
        console = self._console
        if sitting.resume_code:
            from kiosk.sitting.access_code import pretty

            console.say("", t("candidate.code.what_for"))
            console.say(t("linear.resume_code", code=pretty(sitting.resume_code)))
            console.line(t("linear.enter_noted"))
        console.say("", t("linear.help"), *t("linear.commands").strip().split("\n"))
        console.line(t("linear.enter_begins"))

    def _sit(self, sitting: DirectSitting) -> None:
        try:
            if not sitting.is_over:
                Questions(self._console, sitting).run()
        except LeftForLater:
            self._console.say(t("linear.left"))
            return
        except (LineClosed, SystemExit):
            self._note(sitting, "paused")
            raise
        self._tell_result(self._finished(sitting))

    def _finished(self, sitting: DirectSitting) -> Report:
        """The report, once the result is sealed; tried again as often as the person likes."""
        self._console.say("", t("candidate.wait.finish"))
        while True:
            try:
                return sitting.finish()
            except Exception as fault:
                if not is_foreseen(fault):
                    raise
                self._console.say(explained(fault), t("candidate.trouble.result_is_safe"))
                self._console.line(t("linear.enter_retries"))

    def _tell_result(self, report: Report) -> None:
        from kiosk.candidate.last_page import paragraphs
        from kiosk.guidance.next_steps import summary

        found = summary(report)
        page = paragraphs(report, found.mastered, found.next_steps, self._name)
        self._console.say(*(paragraph.text for paragraph in page))
        self._console.line(t("linear.enter_ends"))

    def _name(self, number: str) -> str:
        bank = self._terminal.bank
        if "." in number:
            return bank.competence_name(number, language())
        return bank.domain_name(number, language())

    def _note(self, sitting: DirectSitting, kind: str) -> None:
        """Keep a fact; where it cannot be kept, the test goes on: the next answer will say what is wrong."""
        try:
            sitting.note(kind)
        except Exception as fault:
            if not is_foreseen(fault):
                raise
