"""Short sittings for tests that need results to carry and to read."""

from __future__ import annotations

from itembank.lint import key_response
from kiosk.sitting import store
from kiosk.sitting.campaign import Campaign
from kiosk.sitting.terminal import Terminal
from tests.conftest import FAST
from tests.program import Program


def sit(program: Program, campaign: Campaign, name: str | None = "Ana Müller", most: int = 6):
    """One short sitting on the program's terminal, by the sitting's own code; the report."""
    terminal = Terminal.open(program.data, program.data / "bank.db", cost=FAST)
    try:
        if campaign.id not in {c.id for c in store.campaigns(terminal.connection)}:
            store.add_campaign(terminal.connection, campaign)
        underway = terminal.begin(campaign, language="fr", name=name)
        active = 0.0
        for _ in range(most):
            question = underway.sitting.ask(active)
            active += 20.0
            underway.sitting.answer(
                None if question.item.is_task else key_response(question.item), 18.0, active
            )
        underway.sitting.stop("candidate", active)
        return terminal.finish(underway)
    finally:
        terminal.close()
