"""`make bench`: first paint, memory and keyboard of the candidate's screen, in a real pseudo-terminal.

Every time is measured beside a bare Textual application in the same run and given as a ratio; the machine's own speed
cancels out. Nothing here is a test: figures are for reading.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from itembank.authoring import load_content, shipped_content
from itembank.build import build_bank
from itembank.framework import competences
from kiosk.sitting import access_code, store
from kiosk.sitting.campaign import Campaign
from kiosk.sitting.terminal import enrol
from sync.keys import generate_recipient, trust_recipient
from tests.e2e import hands
from tests.e2e.screen import Screen

RUNS = 9
QUESTIONS = 100


def prepare(folder: Path) -> tuple[dict[str, str], str]:
    """A terminal ready to sit; its environment and access code."""
    data = folder / "data"
    enrol(data)
    trust_recipient(data, generate_recipient("counsellor").card)
    content = load_content([shipped_content()])
    build_bank(content.authored, data / "bank.db", content.version)
    code = access_code.draw(access_code.ACCESS_LENGTH)
    connection = store.open_store(data)
    store.add_campaign(
        connection,
        Campaign(
            "c-bench",
            code,
            "Mesure",
            tuple(c.id for c in competences()),
            length=128,
            minutes=None,
            identity="none",
        ),
    )
    store.close(connection)
    settings = folder / "kiosk.toml"
    settings.write_text(f'data_dir = "{data}"\n', encoding="utf-8")
    return {**os.environ, "KIOSK_CONFIG": str(settings)}, code


def first_paint(command: list[str], environment: dict[str, str], word: str) -> float:
    """Seconds from exec to `word` on the screen."""
    with Screen(command, environment) as screen:
        screen.wait_for(word)
        return time.perf_counter() - screen.started


def show(label: str, value: float, unit: str, goal: str = "") -> None:
    print(f"{label:<58} {value:8.2f} {unit:<6} {goal}")


def bench_first_paint(environment: dict[str, str]) -> None:
    bare = [sys.executable, "-m", "benchmarks.bare_app"]
    ours = [sys.executable, "-m", "kiosk", "start"]
    ratios, paints = [], []
    for run in range(RUNS + 1):
        floor = first_paint(bare, environment, "Bienvenue")
        paint = first_paint(ours, environment, "Tapez")
        if run:  # the first pair warms the disk's cache
            ratios.append(paint / floor)
            paints.append(paint)
    show(
        "first paint of the welcome screen / bare Textual app", statistics.median(ratios), "x", "goal <= 1.6"
    )
    show("  (seconds here, median)", statistics.median(paints), "s")


def answer_without_knowing(screen: Screen) -> None:
    """« Je ne sais pas », confirmed, then on to the next question."""
    number = hands.question_number(screen)
    hands.do_not_know(screen)
    hands.enter(screen)
    screen.wait_for(lambda s: hands.question_number(s) not in (None, number) or "Merci" in s.text, 20)


def bench_sitting(environment: dict[str, str], code: str) -> None:
    with Screen([sys.executable, "-m", "kiosk", "start"], environment) as screen:
        screen.wait_for("Tapez").settle(0.4)
        hands.write(screen, code)
        screen.wait_for("code de reprise :", 30).settle()
        hands.enter(screen)
        screen.wait_for("Étape 1").press("esc").settle()
        screen.press("down").settle()
        hands.enter(screen)
        screen.wait_for(lambda s: hands.question_number(s) == 1, 30)
        memory = []
        paints = []
        for k in range(QUESTIONS):
            if k % 10 == 0:
                paints += key_to_repaint(screen)
            answer_without_knowing(screen)
            memory.append(screen.resident_kib() / 1024)
        show(f"resident memory after {QUESTIONS} questions", memory[-1], "MiB", "goal <= 70")
        show("  growth over the last 50 questions", memory[-1] - memory[QUESTIONS - 50], "MiB", "goal <= 2")
        paints.sort()
        show("key to repaint, median", 1000 * statistics.median(paints), "ms")
        show("key to repaint, 95th percentile", 1000 * paints[int(0.95 * len(paints))], "ms")


def key_to_repaint(screen: Screen) -> list[float]:
    """Ten keys that move about the present question, each timed to the first byte painted."""
    times = []
    for key in ["\x1b[B", "\x1b[A"] * 5:
        screen.settle(0.05, 1.0)
        before = time.perf_counter()
        screen.send(key.encode())
        if screen.first_byte(1.0):
            times.append(time.perf_counter() - before)
        screen.settle(0.05, 1.0)
    return times


def main() -> None:
    print(f"Python {sys.version.split()[0]}, 80 x 24, {RUNS} runs after one warm-up")
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        environment, code = prepare(Path(folder))
        bench_first_paint(environment)
        bench_sitting(environment, code)


if __name__ == "__main__":
    main()
