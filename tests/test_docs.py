"""The documentation is true: its commands and options exist, its links lead somewhere, its tables match the code."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer.main

from itembank import framework, starting_parameters
from kiosk.adaptive.selection import Rule, SelectionRules
from kiosk.adaptive.stopping import Purpose
from kiosk.cli import GROUPS, app
from kiosk.exit_codes import ExitCode
from kiosk.settings import KEYS
from kiosk.sitting import access_code
from kiosk.sitting.report import MEASURED_FROM

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
AUTOMATIC = {"--help", "--install-completion", "--show-completion"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def command(group: str) -> Any:
    return typer.main.get_command(import_module(GROUPS[group][0]).app)


def options(of: Any) -> dict[str, bool]:
    """Option -> whether it takes a value."""
    found = {"--help": False}
    for parameter in of.params:
        for option in [*parameter.opts, *parameter.secondary_opts]:
            if option.startswith("-"):
                found[option] = not parameter.is_flag
    return found


def leaves() -> dict[tuple[str, ...], Any]:
    """(group, sub-command) or (command,) -> the command that runs."""
    found: dict[tuple[str, ...], Any] = {}
    for group in GROUPS:
        made = command(group)
        if hasattr(made, "commands"):
            found |= {(group, name): sub for name, sub in made.commands.items()}
        else:
            found[group,] = made
    return found


LEAVES = leaves()


# --- command lines in the pages ---------------------------------------------------------------------------

_LINE = re.compile(r"(?:^|(?<=[\s/]))kiosk (?=[a-z-])(?!kiosk )(.*)")


def command_lines(text: str) -> list[str]:
    """What follows `kiosk` in code blocks (`$ kiosk …`, or a line that begins with it) and in inline code."""
    blocks = re.findall(r"^( *)```[a-z]*\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    candidates = [re.sub(r"\\\n\s*", "", block).splitlines() for _, block in blocks]
    lines = [line for block in candidates for line in block if not line.lstrip().startswith(("#", "//"))]
    shell = re.compile(r"\s*(?:\$ |[A-Z_]+=\S* |sudo |ExecStart=)*(?:-u \S+ |-g \S+ )*(?:\S*/)?kiosk [a-z-]")
    inline = re.compile(r"(?:[A-Z_]+=\S* )*(?:\S*/)?kiosk [a-z-]")
    written = [line for line in lines if shell.match(line)]
    written += [code for code in re.findall(r"`([^`\n]+)`", prose) if inline.match(code)]
    return [match.group(1) for line in written if (match := _LINE.search(line))]


def problem(line: str) -> str:
    """What is wrong with a command line, '' if nothing: an unknown command or an unknown option."""
    words = shlex.split(re.split(r"\s(?:\||>|2>|&&|;|&)(?:\s|$)", line)[0], comments=True)
    root = typer.main.get_command(app)
    here, path = root, ["kiosk"]
    known = options(root)
    waiting = False
    for word in words:
        if waiting:
            waiting = False
        elif word.startswith("-") and word != "-":
            option = word.split("=")[0]
            if option not in known:
                return f"{' '.join(path)} has no option {option}"
            waiting = known[option] and "=" not in word
        elif here is root:
            if word not in GROUPS:
                return f"no command {word}"
            here, path = command(word), [*path, word]
            known = options(here)
        elif hasattr(here, "commands"):
            if word == "…":
                return ""
            if word not in here.commands:
                return f"{' '.join(path)} has no sub-command {word}"
            here, path = here.commands[word], [*path, word]
            known = options(here)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_exists(page: Path) -> None:
    wrong = [
        (line, found) for line in command_lines(page.read_text(encoding="utf-8")) if (found := problem(line))
    ]
    assert wrong == []


def test_the_reader_of_command_lines_reads() -> None:
    text = "Run `kiosk sync push --url X`.\n\n```console\n$ KIOSK_LANG=en kiosk bank lint \\\n    --json | head\nkiosk.toml\n```\n"
    assert command_lines(text) == ["bank lint --json | head", "sync push --url X"]
    assert problem("sync push --nowhere") == "kiosk sync push has no option --nowhere"
    assert problem("sync fly") == "kiosk sync has no sub-command fly"
    assert problem("fly") == "no command fly"
    assert problem("--lang en bank build --output b.db --version 1 # a comment") == ""


# --- commands.md ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_help_for_itself_and_its_parameters(path: tuple[str, ...]) -> None:
    leaf = LEAVES[path]
    assert leaf.help or GROUPS[path[0]][1]
    silent = [
        p.name for p in leaf.params if not getattr(p, "help", None) and not AUTOMATIC.intersection(p.opts)
    ]
    assert silent == []


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_commands_page_shows_every_command_and_option(path: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `kiosk ([a-z ]+)`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    assert " ".join(path) in sections
    shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", sections[" ".join(path)]))
    assert set(options(LEAVES[path])) - AUTOMATIC <= shown
    assert shown <= set(options(LEAVES[path]))


def test_commands_page_shows_no_command_that_is_gone() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = {tuple(name.split()) for name in re.findall(r"^### `kiosk ([a-z ]+)`$", page, re.MULTILINE)}
    assert shown == set(LEAVES)


def test_exit_codes_of_commands_page_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = {
        int(number): name for number, name in re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", page, re.MULTILINE)
    }
    assert table == {code.value: code.name for code in ExitCode}


# --- figures ----------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    return f"{100 * share:g} %"


def test_measuring_page_has_the_constants_of_the_code() -> None:
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "measuring.md").read_text(encoding="utf-8"))
    usual, proof = (SelectionRules.for_purpose(purpose) for purpose in (Purpose.POSITIONING, Purpose.PROOF))
    for said in (
        f"−2 + {framework.CUT_SCORES[1] - framework.CUT_SCORES[0]:g}·(*k* − 1)",
        f"correlation {framework.SAME_DOMAIN_CORRELATION} between competences of one domain",
        f"{framework.CROSS_DOMAIN_CORRELATION} between others",
        "choice {choice}, constructed answer {constructed}, task {task}".format(
            **starting_parameters.DISCRIMINATION
        ),
        f"thresholds {starting_parameters.THRESHOLD_SPACING} apart",
        f"merit at least {percent(usual.near_best)} of the best, {percent(proof.near_best)} for a proof; {usual.shortlist} at most",
        f"the first {usual.opening_items} items have an expected score of {percent(usual.opening_success)}",
        f"within the first {usual.recovery_window} items, after a failure",
        f"an easier item, with an expected score of {percent(usual.recovery_success)}",
        f"at most {usual.max_task_run} simulated tools in a row",
        f"at most {usual.max_heavy_run} items of {usual.heavy_words} words or more",
        f"*measured* from {MEASURED_FROM} own responses",
    ):
        assert said in page
    rules = re.findall(r"^\| ([a-z ]+) \|", (ROOT / "docs" / "measuring.md").read_text("utf-8"), re.MULTILINE)
    assert [rule.replace(" ", "_") for rule in rules if rule.replace(" ", "_") in list(Rule)] == list(Rule)


def test_formats_page_has_the_codes_alphabet_and_lengths() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert f"`{access_code.ALPHABET}`" in page
    assert f"| length | {access_code.ACCESS_LENGTH} | {access_code.RESUME_LENGTH} |" in page
    for code in re.findall(r"`([3479A-Z]{4}-[3479A-Z]{4}|[3479A-Z]{5}-[3479A-Z]{5})`", page):
        assert access_code.read(code)


# --- settings and links -----------------------------------------------------------------------------------


def test_settings_page_names_every_key() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {key for key in KEYS if f"`{key}`" not in page} == set()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_resolves(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        path = (page.parent / place).resolve() if place else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name == "decisions"], ids=name_of)
def test_every_decision_says_context_choice_and_consequences(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[:3] == ["Context", "Choice", "Consequences"]
