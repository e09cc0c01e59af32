"""`kiosk bank exposure`: a release that keeps the cap, or none at all."""

from __future__ import annotations

import json

import pytest

from itembank.authoring import load_content, shipped_content
from itembank.bank import Bank
from itembank.build import build_bank
from kiosk.exit_codes import ExitCode


@pytest.fixture
def bank_path(tmp_path):
    """The shipped items of two competences: few enough that some are coveted."""
    path = tmp_path / "two.db"
    build_bank(load_content([shipped_content() / name for name in ("1.3", "4.1")]).authored, path, "two")
    return path


def test_a_release_keeps_the_cap_and_leaves_the_old_bank_alone(kiosk, bank_path, tmp_path) -> None:
    before, release = bank_path.read_bytes(), tmp_path / "release.db"
    done = kiosk(
        "bank", "exposure", bank_path, "-o", release, "--cap", "0.45", "--length", "16", "--candidates", "500",
        "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    record = json.loads(done.out)
    assert record["after"]["largest"] <= 0.45 < record["before"]["largest"]
    assert record["limited"] > 0
    assert sum(record["after"]["histogram"]) == record["after"]["items_used"]
    assert bank_path.read_bytes() == before
    with Bank.open(release) as revised:
        assert revised.digest == record["digest"]
        assert revised.version == record["version"]
        assert sum(e.exposure < 1 for e in revised.entries) >= record["limited"]


def test_a_cap_that_cannot_be_kept_is_refused_and_nothing_is_written(kiosk, bank_path, tmp_path) -> None:
    release = tmp_path / "release.db"
    for arguments, code in (
        (("--cap", "0.01"), ExitCode.USAGE),
        (("--cap", "2"), ExitCode.USAGE),
        (("--cap", "0.3", "--length", "16", "--candidates", "100"), ExitCode.BANK),
    ):
        done = kiosk("bank", "exposure", bank_path, "-o", release, *arguments)
        assert done.code == code, done.err
        assert "Traceback" not in done.err
        assert not release.exists()


def test_never_in_place(kiosk, bank_path) -> None:
    done = kiosk("bank", "exposure", bank_path, "-o", bank_path)
    assert done.code == ExitCode.USAGE
