"""`kiosk bank import`, `export` and `score`, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from itembank.authoring import Content, load_content
from kiosk.exit_codes import ExitCode
from tests.itembank.formats.documents import CHOICE, item

GIFT = (
    "::Capitale:: Quelle est la capitale de la France ? {=Paris#Oui. ~Lyon#Non. ~Lille#Non.}\n\nTexte seul.\n"
)


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    path = tmp_path / "questions.gift"
    path.write_text(GIFT, encoding="utf-8")
    return path


@pytest.fixture
def qti(tmp_path: Path) -> Path:
    path = tmp_path / "item.xml"
    path.write_bytes(item())
    return path


def test_import_reports_what_it_took_and_what_it_refused(kiosk, gift: Path) -> None:
    ran = kiosk("bank", "import", gift, "--format", "gift", "--json")
    assert ran.code == ExitCode.OK
    said = json.loads(ran.out)
    (taken,) = said["imported"]
    assert (taken["file"], taken["line"], taken["interaction"], taken["kind"]) == (
        str(gift),
        1,
        "choice",
        "multichoice",
    )
    assert taken["draft"] == {"id": None, "interaction": "single_choice", "exact": True, "file": None}
    (refused,) = said["refused"]
    assert (refused["file"], refused["line"], refused["code"]) == (str(gift), 3, "description")
    assert "question" in refused["reason"]
    assert not list(gift.parent.glob("**/*.yaml"))


def test_drafts_become_items_once_completed(kiosk, gift: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts"
    ran = kiosk("bank", "import", gift, "--format", "gift", "--skill", "1.1-moteur-n2", "-o", out)
    assert ran.code == ExitCode.OK, ran
    assert "1.1-moteur-n2-xa" in ran.out
    draft = out / "1.1-moteur.yaml"
    (authored,) = load_content([draft]).items
    assert (authored.id, authored.feedback.right, authored.feedback.wrong) == (
        "1.1-moteur-n2-xa",
        "Oui.",
        "Non.",
    )
    (kept,) = (out / "qti").iterdir()
    assert json.loads(kiosk("bank", "score", kept, "--response", '"answer-1"', "--json").out)["score"] == 1
    scored = kiosk("bank", "score", "1.1-moteur-n2-xa", "--content", out, "--response", "[0]", "--json")
    assert json.loads(scored.out) == {"item": "1.1-moteur-n2-xa", "score": 1, "max_score": 1}


def test_nothing_is_overwritten_unless_asked(kiosk, gift: Path, tmp_path: Path) -> None:
    command = (
        "bank",
        "import",
        gift,
        "--format",
        "gift",
        "--skill",
        "1.1-moteur-n2",
        "-o",
        tmp_path / "drafts",
    )
    assert kiosk(*command).code == ExitCode.OK
    again = kiosk(*command)
    assert again.code == ExitCode.NOT_FOUND
    assert "1.1-moteur.yaml" in again.err
    assert kiosk(*command, "--force").code == ExitCode.OK


def test_drafts_need_a_skill_that_exists(kiosk, gift: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts"
    assert kiosk("bank", "import", gift, "--format", "gift", "-o", out).code == ExitCode.USAGE
    wrong = kiosk("bank", "import", gift, "--format", "gift", "-o", out, "--skill", "9.9-rien-n1")
    assert wrong.code == ExitCode.USAGE
    assert "9.9-rien-n1" in wrong.err
    assert not out.exists()


def test_when_all_is_refused_the_exit_code_says_so(kiosk, tmp_path: Path) -> None:
    path = tmp_path / "item.xml"
    path.write_bytes(item("<p>\n<img src='x.png' alt='un chat'/></p>" + CHOICE))
    ran = kiosk("bank", "import", path, "--format", "qti", "--json")
    assert ran.code == ExitCode.PROBLEMS_FOUND
    (refused,) = json.loads(ran.out)["refused"]
    assert (refused["line"], refused["code"]) == (6, "element")
    assert "img" in refused["reason"]
    assert kiosk("bank", "import", path, "--format", "qti", "--alt-text").code == ExitCode.OK
    missing = kiosk("bank", "import", tmp_path / "nowhere", "--format", "qti")
    assert missing.code == ExitCode.STORAGE


@pytest.mark.parametrize(
    ("response", "points"),
    [
        ('"A"', 1),
        ('{"RESPONSE": "A"}', 1),
        ('"B"', 0),
        ("null", 0),
        ('{"RESPONSE": null}', 0),
        ("[]", 0),
        ("{}", 0),
    ],
)
def test_score_of_a_qti_item(kiosk, qti: Path, response: str, points: int) -> None:
    ran = kiosk("bank", "score", qti, "--response", response, "--json")
    assert json.loads(ran.out) == {"item": "i", "score": points, "max_score": 1}


@pytest.mark.parametrize(
    ("response", "code"),
    [("{oops", ExitCode.USAGE), ("NaN", ExitCode.USAGE), ('"Z"', ExitCode.BANK), ('{"OTHER": 1}', ExitCode.BANK)],
)  # fmt: skip
def test_a_response_that_will_not_do(kiosk, qti: Path, response: str, code: ExitCode) -> None:
    ran = kiosk("bank", "score", qti, "--response", response)
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert ran.err.strip()


def test_score_of_our_own_items_and_of_unknown_ones(kiosk, content: Content, bank_path: Path) -> None:
    own = next(i for i in content.items if str(i.interaction) == "ordering")
    right = json.dumps(list(range(len(own.body.steps))))  # type: ignore[union-attr]
    for source in ((), ("--bank", bank_path)):
        ran = kiosk("bank", "score", own.id, "--response", right, *source, "--json")
        assert json.loads(ran.out) == {"item": own.id, "score": 2, "max_score": 2}
    for unknown in ("9.9-rien-n1-a", "1.1-moteur-n2-zzz", "nowhere.xml"):
        ran = kiosk("bank", "score", unknown, "--response", "[0]")
        assert ran.code == ExitCode.BANK
        assert unknown in ran.err


def test_export_and_import_again(kiosk, content: Content, tmp_path: Path) -> None:
    own = next(i for i in content.items if str(i.interaction) == "single_choice" and "#" not in i.id)
    task = next(i for i in content.items if i.is_task)
    path = tmp_path / "items.zip"
    ran = kiosk("bank", "export", own.id, task.id, "--format", "qti", "-o", path, "--json")
    assert ran.code == ExitCode.OK, ran
    said = json.loads(ran.out)
    assert said["exported"] == [own.id]
    assert [(r["id"], r["code"]) for r in said["refused"]] == [(task.id, "task")]
    assert kiosk("bank", "export", own.id, "--format", "qti", "-o", path).code == ExitCode.NOT_FOUND
    assert kiosk("bank", "import", path, "--format", "qti", "-o", tmp_path / "back").code == ExitCode.OK
    (back,) = load_content([tmp_path / "back"]).items
    assert back == own
    scored = kiosk("bank", "score", f"{path}#item-{own.id}", "--response", '"choice-1"', "--json")
    assert json.loads(scored.out)["max_score"] == 1


@pytest.mark.parametrize("format_", ["gift", "moodle"])
def test_export_for_moodle(kiosk, content: Content, tmp_path: Path, format_: str) -> None:
    own = next(i for i in content.items if str(i.interaction) == "numeric")
    path = tmp_path / "out"
    assert kiosk("bank", "export", own.id, "--format", format_, "-o", path).code == ExitCode.OK
    said = json.loads(kiosk("bank", "import", path, "--format", format_, "--json").out)
    assert [i["kind"] for i in said["imported"]] == ["numerical"]
    assert said["imported"][0]["draft"]["id"] == own.id.partition("#")[0]
    assert said["refused"] == []


def test_a_qti_file_can_be_exported_as_qti_and_only_so(kiosk, qti: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    assert kiosk("bank", "export", qti, "--format", "qti", "-o", path).code == ExitCode.OK
    assert json.loads(kiosk("bank", "score", path, "--response", '"A"', "--json").out)["score"] == 1
    ran = kiosk("bank", "export", qti, "--format", "gift", "-o", tmp_path / "p.gift", "--json")
    assert ran.code == ExitCode.PROBLEMS_FOUND
    assert [r["code"] for r in json.loads(ran.out)["refused"]] == ["qti_only"]
    assert not (tmp_path / "p.gift").exists()


def test_without_the_extra_the_sentence_names_it(kiosk, qti: Path, tmp_path: Path) -> None:
    (tmp_path / "lxml.py").write_text("raise ImportError('hidden')", encoding="utf-8")
    ran = kiosk("bank", "score", qti, "--response", '"A"', PYTHONPATH=str(tmp_path))
    assert ran.code == ExitCode.MISSING_EXTRA, ran
    assert "kiosk[interchange]" in ran.err


def test_english(kiosk, gift: Path) -> None:
    ran = kiosk("bank", "import", gift, "--format", "gift", KIOSK_LANG="en")
    assert "1 imported, 1 refused" in ran.out
    assert "nothing to answer" in ran.out
