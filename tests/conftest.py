"""What many tests need: the shipped bank built once, and terminals in throw-away folders."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from itembank.authoring import Content, load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from itembank.framework import competences
from kiosk.locale import language, set_language
from kiosk.sitting import access_code
from kiosk.sitting.campaign import Campaign
from kiosk.sitting.terminal import Terminal, enrol
from sync.keys import Argon2Cost, RecipientPrivate, generate_recipient, trust_recipient
from tests.program import Program


@pytest.fixture(autouse=True)
def _own_language():
    """Commands run in this process may choose an interface's language: the next test must not speak it."""
    before = language()
    yield
    set_language(before)


FAST = Argon2Cost(8 * 4, 1, 4)
"""An Argon2id cost for tests: the cost is not what they test."""


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content([shipped_content()])


@pytest.fixture(scope="session")
def bank_path(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bank") / "bank.db"
    build_bank(content.authored, path, content.version)
    return path


@pytest.fixture
def bank(bank_path: Path):
    with Bank.open(bank_path) as opened:
        yield opened


@dataclass
class Site:
    """An enrolled terminal's folder, with the counsellor's private key at hand."""

    directory: Path
    bank_path: Path
    key: RecipientPrivate

    def open(self, connect=None) -> Terminal:
        return Terminal.open(self.directory, self.bank_path, connect=connect, cost=FAST)


@pytest.fixture
def site(tmp_path: Path, bank_path: Path) -> Site:
    directory = tmp_path / "data"
    enrol(directory)
    key = generate_recipient("counsellor")
    trust_recipient(directory, key.card)
    return Site(directory, bank_path, key)


@pytest.fixture
def campaign() -> Callable[..., Campaign]:
    """Make a campaign over everything; keyword arguments change it."""

    def make(**changes) -> Campaign:
        values = {
            "id": "c-test",
            "code": access_code.draw(access_code.ACCESS_LENGTH),
            "title": "Essai",
            "competences": tuple(c.id for c in competences()),
            "created": "2026-11-24",
        }
        return Campaign(**{**values, **changes})

    return make


@pytest.fixture
def terminal(site: Site):
    opened = site.open()
    yield opened
    opened.close()


# --- the real program ---


@pytest.fixture
def kiosk(tmp_path: Path) -> Program:
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
