"""What technicians and counsellors do, with the real program, real sockets and real folders."""

from __future__ import annotations

import csv
import io
import json
import shutil

from kiosk.sitting import store
from kiosk.sitting.terminal import Terminal
from tests.commands.sittings import sit
from tests.conftest import FAST


def test_a_result_goes_by_network_and_is_read_by_the_counsellor(collector, serving, campaign):
    report = sit(collector, campaign(), most=30)
    before = collector("sync", "status", "--json").json
    assert (before["pending"], before["receipted"]) == (1, 0)

    pushed = collector("sync", "push", "--url", serving, "--json")
    assert pushed.code == 0, pushed.err
    assert pushed.json["receipted"] == 1
    after = collector("sync", "status", "--json").json
    assert (after["pending"], after["receipted"], after["waiting_bytes"]) == (0, 1, 0)
    assert collector("sync", "push", "--url", serving).code == 0

    (listed,) = collector("results", "list", "--json").json["results"]
    assert listed["name"] == "Ana Müller"
    shown = collector("results", "show", listed["id"], "--json").json
    assert shown["report"] == json.loads(json.dumps(report.to_record()))
    said = collector("results", "show", listed["id"]).out
    for c in report.competences:
        s = c.statement
        assert f"niveau {s.level}, sans doute entre {s.low} et {s.high}" in said

    out = collector.folder / "results.csv"
    assert collector("results", "export", out).code == 0
    assert out.stat().st_mode & 0o077 == 0
    (row,) = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert row["name"] == "Ana Müller"
    assert int(row["level"]) == report.overall.level
    again = collector("results", "export", out)
    assert again.code == 19
    assert "Rien n’a été écrasé" in again.err
    (status,) = collector("collector", "status", "--json").json["terminals"]
    assert (status["received"], status["missing"]) == (1, 0)


def test_a_result_goes_by_usb_stick_and_the_receipt_comes_back(collector, campaign, tmp_path):
    made = campaign()
    sit(collector, made)
    sit(collector, made, name=None)
    stick = tmp_path / "stick"
    stick.mkdir()
    exported = collector("sync", "export", stick, "--json")
    assert exported.code == 0, exported.err
    assert exported.json["written"] == 2
    assert (
        collector("sync", "status", "--json").json["pending"]
        + collector("sync", "status", "--json").json["sent"]
        == 2
    )

    # the collector's machine
    imported = collector("sync", "import", stick, "--json").json
    assert [f["outcome"] for f in imported["files"]] == ["new", "new"]
    assert [f["outcome"] for f in collector("sync", "import", stick, "--json").json["files"]] == [
        "same",
        "same",
    ]

    # back on the terminal, which has no collector of its own
    shutil.move(collector.data / "collector", tmp_path / "elsewhere")
    back = collector("sync", "import", stick, "--json")
    assert back.code == 0, back.err
    assert back.json["applied"] == 2
    assert collector("sync", "status", "--json").json["receipted"] == 2


def test_a_bundle_on_a_stick_is_verified_without_being_opened(collector, campaign, tmp_path):
    sit(collector, campaign())
    stick = tmp_path / "stick"
    stick.mkdir()
    collector("sync", "export", stick)
    (bundle,) = stick.glob("*.kbr")
    found = collector("sync", "verify", bundle, "--json")
    assert found.code == 0
    assert found.json["valid"] is True
    assert set(found.json["recipients"]) == {"result", "identity"}


def test_a_campaign_is_created_listed_shown_and_dictated(enrolled):
    made = enrolled(
        "campaign", "create", "Atelier", "--competences", "1,4.1", "--length", "20", "--minutes", "0", "--no-feedback",
        "--extra-time", "1.33", "--large-print", "--json",
    ).json  # fmt: skip
    assert made["competences"] == ["1.1", "1.2", "1.3", "4.1"]
    assert made["minutes"] is None
    assert made["feedback"] is False
    (listed,) = enrolled("campaign", "list", "--json").json
    assert listed == made
    shown = enrolled("campaign", "show", made["code"].lower().replace("-", " "))
    assert made["code"] in shown.out
    assert "À dicter" in shown.out


def test_results_of_a_folder_need_the_terminal_s_card_only_where_it_is_unknown(collector, campaign, tmp_path):
    sit(collector, campaign())
    stick = tmp_path / "stick"
    stick.mkdir()
    collector("sync", "export", stick)
    other = type(collector)(tmp_path / "desk" if (tmp_path / "desk").mkdir() is None else tmp_path)
    key = collector.data / "private" / "counsellor.key"
    refused = other("results", "list", "--from", stick, "--key", key, "--json")
    assert refused.code == 14
    assert refused.json["unreadable"][0]["code"] == "bundle.unknown_terminal"
    card = collector.data / "keys" / "terminal.json"
    read = other("results", "list", "--from", stick, "--key", key, "--terminal-card", card, "--json")
    assert read.code == 0
    assert len(read.json["results"]) == 1


def test_bank_lint_and_stats_agree(kiosk):
    lint = kiosk("bank", "lint", "--json")
    assert lint.code == 0
    assert lint.json["problems"] == []
    stats = kiosk("bank", "stats", "--json").json
    counts = {k: v for k, v in stats.items() if k != "wordings"}
    assert {k: lint.json[k] for k in counts} == counts
    assert set(stats) == {
        "items", "families", "generated", "clones", "skills", "by_competence", "by_level", "by_interaction",
        "by_language", "by_sector", "competence_by_level", "single_choice_share", "choice_share", "task_share",
        "wordings",
    }  # fmt: skip


def test_simulate_prints_every_figure(kiosk):
    result = kiosk("simulate", "--candidates", "12", "--length", "32", "--seed", "3", "--json").json
    figures = {
        "rmse",
        "reliability",
        "exact",
        "within_one",
        "coverage_80",
        "median_ms_per_item",
        "max_exposure",
    }
    assert figures <= set(result)
    assert figures <= set(result["separate"])
    assert 0 < result["rmse"] < 1.2
    same = kiosk("simulate", "--candidates", "12", "--length", "32", "--seed", "3", "--json").json
    assert {k: same[k] for k in ("rmse", "exact", "max_exposure")} == {
        k: result[k] for k in ("rmse", "exact", "max_exposure")
    }


def test_help_is_quick_and_complete(kiosk):
    listing = kiosk("--help")
    assert listing.code == 0
    for name in ("start", "demo", "campaign", "results", "keys", "sync", "collector", "bank", "simulate"):
        assert name in listing.out
        assert kiosk(name, "--help").code == 0


def test_an_abandoned_test_is_saved_with_the_counsellor_s_key(enrolled, campaign):
    terminal = Terminal.open(enrolled.data, enrolled.data / "bank.db", cost=FAST)
    made = campaign()
    store.add_campaign(terminal.connection, made)
    underway = terminal.begin(made, language="fr", name="Ana")
    underway.sitting.ask(0.0)
    underway.sitting.answer(None, 10.0, 12.0)
    terminal.close()
    (left,) = enrolled("sync", "status", "--json").json["under_way"]
    assert enrolled("results", "recover", "deadbeef").code == 19
    saved = enrolled("results", "recover", left["sitting"][:8], "--json")
    assert saved.code == 0, saved.err
    assert saved.json["responses"] == 1
    status = enrolled("sync", "status", "--json").json
    assert (status["pending"], status["under_way"]) == (1, [])
    (listed,) = enrolled("results", "list", "--json").json["results"]
    assert listed["name"] == "Ana"
