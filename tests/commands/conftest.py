from __future__ import annotations

import json
import shutil
import signal
import subprocess

import pytest

from itembank.lint import key_response
from kiosk.sitting import store
from kiosk.sitting.campaign import Campaign
from kiosk.sitting.terminal import Terminal
from tests.commands.program import Program
from tests.conftest import FAST


@pytest.fixture
def kiosk(tmp_path):
    return Program(tmp_path)


@pytest.fixture
def enrolled(kiosk, bank_path):
    """A terminal with its own counsellor's key and the shipped bank."""
    assert kiosk("keys", "init", "--label", "Agence d'essai").code == 0
    shutil.copy(bank_path, kiosk.data / "bank.db")
    return kiosk


@pytest.fixture
def collector(enrolled):
    """A collector beside it that knows the terminal and that the terminal trusts."""
    assert enrolled("collector", "init", "--label", "Essai").code == 0
    assert enrolled("collector", "enrol", enrolled.data / "keys" / "terminal.json").code == 0
    assert enrolled("keys", "trust", enrolled.data / "collector" / "collector.json").code == 0
    return enrolled


@pytest.fixture
def serving(collector):
    """The collector as a process of its own on loopback; the value is its address."""
    process = subprocess.Popen(
        collector.command("collector", "serve", "--port", "0", "--json"),
        env=collector.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    text = ""
    while not text.endswith("}\n"):
        line = process.stdout.readline()
        assert line, "the collector ended at once"
        text += line
    yield json.loads(text)["listening"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()


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
