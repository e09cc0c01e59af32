"""The path of one candidate through the screens: code, name, resume code, exercises, questions, last page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.candidate.faults import explained, is_foreseen
from kiosk.candidate.kept_sitting import KeptSitting
from kiosk.candidate.screens.name import NameScreen
from kiosk.candidate.screens.resume_code import ResumeCodeScreen
from kiosk.candidate.screens.trouble import TroubleScreen
from kiosk.candidate.screens.wait import WaitScreen
from kiosk.locale import language, set_language, t

if TYPE_CHECKING:
    from kiosk.candidate.app import CandidateApp
    from kiosk.sitting.campaign import Campaign
    from kiosk.sitting.terminal import Terminal, Underway


async def from_code(app: CandidateApp, terminal: Terminal, typed: str) -> str:
    """Follow a typed code to its end. Gives the sentence to show under the field, empty when all went its way."""
    try:
        found = await app.keeper.call(terminal.recognise, typed)
    except Exception as fault:
        if not is_foreseen(fault):
            raise
        return explained(fault)
    if isinstance(found, str):
        return await _resume(app, terminal, found)
    return await _begin(app, terminal, found)


async def _begin(app: CandidateApp, terminal: Terminal, campaign: Campaign) -> str:
    """A new sitting of a campaign."""
    from kiosk.candidate.screens.tutorial import TutorialScreen

    name: str | None = None
    if campaign.identity == "name":
        name = await app.push_screen_wait(NameScreen(campaign.title))
        if name is None:
            return ""
    started = await app.push_screen_wait(
        WaitScreen(
            t("candidate.wait.begin"),
            lambda: app.keeper.call(terminal.begin, campaign, language=language(), name=name or None),
        )
    )
    if isinstance(started, Exception):
        return explained(started)
    kept = _kept(app, terminal, started)
    if kept.resume_code is not None:
        await app.push_screen_wait(ResumeCodeScreen(kept.resume_code))
    if await app.push_screen_wait(TutorialScreen()):
        await _noted(kept, "tutorial")
    await _questions(app, terminal, kept)
    return ""


async def _resume(app: CandidateApp, terminal: Terminal, code: str) -> str:
    """A sitting that had begun, at the very question where it stopped."""
    found = await app.push_screen_wait(
        WaitScreen(t("candidate.wait.resume"), lambda: app.keeper.call(terminal.resume, code))
    )
    if isinstance(found, Exception):
        return explained(found)
    set_language(found.sitting.plan.language)
    kept = _kept(app, terminal, found)
    await _noted(kept, "resumed")
    await _questions(app, terminal, kept, welcome_back=True)
    return ""


def _kept(app: CandidateApp, terminal: Terminal, underway: Underway) -> KeptSitting:
    kept = KeptSitting(app.keeper, terminal, underway, app.clock)
    app.begin_sitting(kept)
    return kept


async def _questions(
    app: CandidateApp, terminal: Terminal, kept: KeptSitting, *, welcome_back: bool = False
) -> None:
    """The questions, then the last page. A sitting that was over already only has its last page to come."""
    from kiosk.candidate.screens.question import LEFT, QuestionScreen

    if not kept.is_over:
        outcome = await app.push_screen_wait(QuestionScreen(kept, welcome_back=welcome_back))
        if outcome == LEFT:
            app.end_sitting()
            return
    report = await _finished(app, kept)
    app.end_sitting()
    await _last_page(app, terminal, report)


async def _finished(app: CandidateApp, kept: KeptSitting) -> Any:
    """The report, once the result is sealed; tried again as often as the person likes."""
    while True:
        result = await app.push_screen_wait(WaitScreen(t("candidate.wait.finish"), kept.finish))
        if not isinstance(result, Exception):
            return result
        await app.push_screen_wait(
            TroubleScreen(explained(result), comfort=t("candidate.trouble.result_is_safe"))
        )


async def _last_page(app: CandidateApp, terminal: Terminal, report: Any) -> None:
    from kiosk.candidate.screens.end import EndScreen
    from kiosk.guidance.next_steps import summary

    found = await app.keeper.call(summary, report)
    names = await app.keeper.call(_names, terminal, report)
    await app.push_screen_wait(EndScreen(report, found.mastered, found.next_steps, names.__getitem__))


def _names(terminal: Terminal, report: Any) -> dict[str, str]:
    """Every domain's and competence's name in the interface's language, by its id."""
    found = {d: terminal.bank.domain_name(d, language()) for d in report.domains}
    for result in report.competences:
        found[result.competence] = terminal.bank.competence_name(result.competence, language())
    return found


async def _noted(kept: KeptSitting, kind: str) -> None:
    """Keep a fact; where it cannot be kept, the test goes on: the next answer will say what is wrong."""
    try:
        await kept.note(kind)
    except Exception as fault:
        if not is_foreseen(fault):
            raise
