"""The eight tools that are shown as views, with the real program in a real pseudo-terminal: each task is done by keys on
the screen and by lines in the linear mode, and the sealed results are worth the same — done wholly, and left half done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from itembank.build import build_bank
from itembank.tasks import goals_after, tool_named
from itembank.tasks.history import History
from itembank.typography import plain
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.panels import panel_of
from tests.candidate.panel_hands import Action, lines_for, strokes_for
from tests.candidate.support import authored, record
from tests.candidate.test_panel import SOLUTIONS
from tests.e2e import hands
from tests.e2e.lines import Lines
from tests.e2e.screen import Screen

SKILLS = [f"{topic}-n{level}" for topic in ("1.3-calculer", "2.1-courriel") for level in (1, 2, 3, 4)]
ITEMS = {
    tool: record(tool, body, id=f"{skill}-a", skill=skill, question=f"Voici l'outil {tool}, à vous.")
    for (tool, (body, _)), skill in zip(SOLUTIONS.items(), SKILLS, strict=True)
}


@dataclass(frozen=True)
class Work:
    """What is done with one tool, and which of its goals that reaches."""

    tool: str
    spec: Any
    actions: tuple[Action, ...]

    @property
    def goals(self) -> tuple[bool, ...]:
        return goals_after(self.spec, self.actions)

    @property
    def unfinished(self) -> bool:
        """Whether the tool asks back before it ends."""
        state = tool_named(self.tool).state_after(self.spec, self.actions)
        return bool(panel_of(self.tool)(self.spec, state).unfinished)


def whole(tool: str) -> Work:
    body, solution = SOLUTIONS[tool]
    return Work(tool, tool_named(tool).from_record(body), tuple(solution))


def half(tool: str) -> Work:
    """The start of the solution that is nearest to its half and reaches some goals and not all."""
    done = whole(tool)
    middle = len(done.actions) // 2
    starts = [Work(tool, done.spec, done.actions[:n]) for n in range(1, len(done.actions))]
    partial = [w for w in starts if any(w.goals) and not all(w.goals)]
    return min(partial, key=lambda w: abs(len(w.actions) - middle))


@pytest.fixture
def agency(enrolled):
    """A terminal whose bank holds one task for each tool."""
    path = enrolled.data / "bank.db"
    path.unlink()
    build_bank(authored(list(ITEMS.values())), path, "e2e")
    return enrolled


def campaign(agency) -> str:
    words = ("--competences", "1.3,2.1", "--length", len(ITEMS), "--json")
    return agency("campaign", "create", "Essai", *words).json["code"]


# --- on the screen ---


def flat(text: str) -> str:
    """A text as it is found again on a screen: ordinary spaces, one at a time, straight apostrophes."""
    return " ".join(plain(text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def in_front(words: str) -> Callable[[Screen], bool]:
    """Whether the menu or the field of these words is in front; the tool itself when there are none."""

    def check(screen: Screen) -> bool:
        shown = flat(screen.text)
        return "[F4] terminer" in shown if not words else "[Échap] annuler" in shown and flat(words) in shown

    return check


def by_keys(screen: Screen, work: Work) -> None:
    """Do the work and end the task, by keys alone."""
    tool = tool_named(work.tool)
    history: History[Any] = History((tool.initial_state(work.spec),))
    front = ""
    for action in work.actions:
        for stroke in strokes_for(panel_of(work.tool)(work.spec, history.now), action):
            screen.press_together(*stroke.keys).wait_for(in_front(stroke.then))
            if stroke.then == front:  # nothing else tells that the keys were taken in
                screen.settle(0.05)
            front = stroke.then
        history = history.step(
            lambda state, wanted: tool.apply(work.spec, state, wanted), action, irrevocable=tool.irrevocable
        )
    screen.press_together("f4")
    if work.unfinished:
        time.sleep(hands.BOUNCE)
        screen.press_together("f4")


def on_the_screen(agency, works: dict[str, Work]) -> None:
    """A whole sitting on the screen."""
    with Screen(agency.command("start"), agency.environment) as screen:
        screen.wait_for("Tapez le code").settle(0.4)
        hands.write(screen, campaign(agency).lower().replace("-", ""))
        screen.wait_for("Prénom et nom").settle()
        hands.write(screen, "Sur écran")
        screen.wait_for("code de reprise :", 30).settle()
        hands.enter(screen)
        screen.wait_for("Étape 1 sur 5").settle().press("esc").settle()
        hands.go_to(screen, "Passer")
        hands.enter(screen)
        for number in range(1, len(works) + 1):
            screen.wait_for(f"Question {number} sur {len(works)}").wait_for("[F4] terminer").settle(0.05)
            (tool,) = [tool for tool in works if f"Voici l’outil {tool}, à vous." in screen.text]
            by_keys(screen, works[tool])
            screen.wait_for("[Entrée] question suivante").press_together("enter")
        screen.wait_for("Merci", 30)
        assert screen.terminate() == 0


# --- in lines ---


def in_lines(agency, works: dict[str, Work]) -> None:
    """A whole sitting in the linear mode."""
    with Lines(agency.command("start", "--linear"), agency.environment) as lines:
        lines.answer("Votre code", campaign(agency).lower())
        lines.answer("Prénom et nom, ou identifiant, ou rien", "En lignes")
        lines.answer("Entrée pour continuer", "").answer("pour commencer", "")
        for _ in works:
            lines.hear("à vous.")
            (tool,) = re.findall(r"Voici l.outil (\w+)", lines.said)
            work = works[tool]
            typed = lines_for(work.spec, work.actions, dialogue_of(tool))
            for line in [*typed, "1"] if work.unfinished else typed:
                lines.prompted().type(line)
            lines.answer("Entrée pour continuer", "")
        lines.hear("Merci").answer("Entrée pour terminer", "")
        lines.answer("Votre code", "q")
        assert lines.ended() == 0


# --- both ---


def points_of(agency) -> dict[str, dict[str, tuple[int, int]]]:
    """Who -> item -> points and maximum, from the sealed results."""
    found = {}
    for listed in agency("results", "list", "--json").json["results"]:
        opened = agency("results", "show", listed["id"], "--json").json
        found[opened["name"]] = {
            r["item"]: (r["points"], r["maximum"]) for r in opened["report"]["responses"]
        }
    return found


@pytest.mark.parametrize("done", [whole, half])
def test_every_tool_scores_the_same_by_keys_and_by_lines(agency, done):
    works = {tool: done(tool) for tool in ITEMS}
    on_the_screen(agency, works)
    in_lines(agency, works)
    points = points_of(agency)
    expected = {ITEMS[tool]["id"]: (sum(w.goals), len(w.goals)) for tool, w in works.items()}
    assert points == {"Sur écran": expected, "En lignes": expected}
    assert all(0 < got < most if done is half else got == most for got, most in expected.values())
