"""`make bench-cat`: adaptive testing beside its peers, on the same data, in one run; figures and ratios.

Every measurement is a process of its own with one thread; ours come before and after the peers they are compared with,
so that a machine that gets slower or faster under way shows. Nothing here is a test. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.cat import data
from benchmarks.cat.environments import FOLDER, PINNED, interpreter, own_interpreter, single_threaded

PEERS = Path(__file__).parent / "peers"
ROOT = Path(__file__).resolve().parents[2]
LENGTH_ONE = 32
LENGTH_SIXTEEN = 48
Figures = dict[str, Any]

ONE_DIMENSION_ENGINES = (
    ("mirt", "mirt_engine.py", "MAP", "mirt, MAP"),
    ("mirt", "mirt_engine.py", "EAP", "mirt, EAP on 61 nodes"),
    ("catsim", "catsim_engine.py", "", "catsim, ML"),
    ("girth", "girth_engine.py", "", "girth, EAP on 61 nodes, numpy selects"),
    ("adaptivetesting", "adaptivetesting_engine.py", "", "adaptivetesting, Bayes modal"),
)
SIMULATORS = (
    ("catsim", "catsim_simulator.py", ("150", "32"), "catsim Simulator"),
    ("mirt", "mirt_simulation.py", ("100", "32", "sequential"), "mirt, one by one"),
    ("mirt", "mirt_simulation.py", ("2000", "32", "lockstep"), "mirt, lock-step"),
    ("mirt", "mirt_simulation.py", ("2000", "32", "native"), "mirt, native (Rust)"),
)


def measured(command: list[str], folder: Path = ROOT, limit: float = 120.0) -> Figures | None:
    """The JSON line that a measurement prints, None (after saying why) where it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=single_threaded(),
            capture_output=True,
            text=True,
            timeout=limit,
            check=True,
        )
        found: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        print(f"    did not end within {limit:g} s: {Path(command[1]).name}")
        return None
    except (subprocess.CalledProcessError, ValueError, IndexError) as fault:
        print(f"    failed: {Path(command[1]).name}: {str(getattr(fault, 'stderr', fault)).strip()[-160:]}")
        return None
    if "skipped" in found:
        print(f"    skipped: {found['skipped']}")
        return None
    return found


def ours(name: str, *arguments: object) -> Figures:
    found = measured([str(own_interpreter()), "-m", "benchmarks.cat.ours", name, *map(str, arguments)])
    if found is None:
        sys.exit("the kiosk's own measurement failed")
    return found


def peer(name: str, script: str, *arguments: object, limit: float = 120.0) -> Figures | None:
    python = interpreters.get(name)
    if python is None:
        return None
    return measured([str(python), str(PEERS / script), *map(str, arguments)], PEERS, limit)


def show(label: str, found: Figures, unit: str, ratio: float | None = None) -> None:
    value = found["ms"] if unit == "ms" else found["per_second"]
    rmse = "rmse   n/a" if found["rmse"] is None else f"rmse {found['rmse']:5.3f}"
    beside = ""
    if ratio is not None:
        beside = f"  {ratio:8.1f} x our time" if unit == "ms" else f"  {1 / ratio:8.4f} of ours"
    name = "ms/item" if unit == "ms" else "/s"
    print(f"  {label:<62} {value:10.3f} {name:<8}{rmse}  ({found['people']} people){beside}", flush=True)


def both_ends(before: Figures, after: Figures, unit: str) -> Figures:
    """Two runs of ours as one, their figures averaged."""
    key = "ms" if unit == "ms" else "per_second"
    return {**after, key: (before[key] + after[key]) / 2, "people": before["people"] + after["people"]}


def goal(words: str, value: float, reached: bool) -> None:
    print(f"  {'reached' if reached else 'MISSED '}  {words}: {value:.3g}", flush=True)


def steps(folder: Path) -> None:
    """Milliseconds between an answer and the next item."""
    fastest_at_1000 = None
    for items in (200, 1_000, 10_000):
        print(f"\nOne administered item (update, then selection), {items} items")
        file = data.one_dimension(folder, items)
        before = ours("sixteen_with_rules", items, 4)
        found = []
        for name, script, method, label in ONE_DIMENSION_ENGINES:
            got = peer(name, script, file, 5, LENGTH_ONE, *([method] if method else []))
            if got is not None:
                found.append((label, got))
        mine = both_ends(before, ours("sixteen_with_rules", items, 4), "ms")
        show("the kiosk: 16 dimensions, every rule on, 48 items", mine, "ms")
        for label, got in found:
            show(f"{label}: 1 dimension, no rules, 32 items", got, "ms", got["ms"] / mine["ms"])
        if items == 1_000 and found:
            fastest_at_1000 = min(got["ms"] for _, got in found)
            ratio = mine["ms"] / fastest_at_1000
            goal(
                "ours in 16 dimensions / fastest peer's in 1, at 1,000 items, goal <= 0.25",
                ratio,
                ratio <= 0.25,
            )


def sixteen(folder: Path) -> None:
    """Everyone in sixteen dimensions."""
    print("\nOne administered item in 16 correlated dimensions, 800 items (2PL, simple structure), 48 items")
    file = data.sixteen_dimensions(folder, 800)
    before = ours("sixteen_on_file", file, 4)
    got = peer("mirt", "mirt_sixteen.py", file, 30, LENGTH_SIXTEEN, limit=240.0)
    mine = both_ends(before, ours("sixteen_on_file", file, 4), "ms")
    show("the kiosk, every rule on", mine, "ms")
    if got is not None:
        show("mirt, MAP, A-optimality (keeps no correlations)", got, "ms", got["ms"] / mine["ms"])
        ratio = got["ms"] / mine["ms"]
        goal("fastest peer / ours in 16 dimensions, goal >= 300", ratio, ratio >= 300)
    print(f"  R mirtCAT: {r_mirtcat()}")


def r_mirtcat() -> str:
    """Whether R's mirtCAT could be compared here at all."""
    if shutil.which("Rscript") is None:
        return "R is not installed, not compared"
    asked = subprocess.run(
        ["Rscript", "-e", "cat(requireNamespace('mirtCAT', quietly = TRUE))"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "TRUE" not in asked.stdout:
        return "not installed, not compared"
    return "installed; this benchmark has no runner for it yet, not compared"


def simulated(folder: Path) -> None:
    """Simulated sittings a second."""
    print("\nSimulated sittings, 16 dimensions, 800 items, 48 items, every rule on")
    one_by_one = [ours("sittings", 200), ours("sittings", 200)]
    together = [ours("lockstep", 2000), ours("lockstep", 2000)]
    singly, many = both_ends(*one_by_one, "s"), both_ends(*together, "s")
    show("the kiosk, the real sitting, one by one", singly, "s")
    show("the kiosk, lock-step", many, "s")
    goal("real sittings a second, goal >= 80", singly["per_second"], singly["per_second"] >= 80)
    goal("lock-step sittings a second, goal >= 1,000", many["per_second"], many["per_second"] >= 1_000)

    print("\nSimulated tests, 1 dimension, 1,000 items (2PL), 32 items")
    file = data.one_dimension(folder, 1_000)
    before = ours("one_dimension", file, 20_000, LENGTH_ONE)
    found = []
    for name, script, arguments, label in SIMULATORS:
        got = peer(name, script, file, *arguments)
        if got is not None:
            found.append((label, got))
    mine = both_ends(before, ours("one_dimension", file, 20_000, LENGTH_ONE), "s")
    show("the kiosk, table look-up in lock-step", mine, "s")
    for label, got in found:
        show(label, got, "s", mine["per_second"] / got["per_second"])
    goal("one-dimensional tests a second, goal >= 10,000", mine["per_second"], mine["per_second"] >= 10_000)


interpreters: dict[str, Path | None] = {}
PARTS: dict[str, Callable[[Path], None]] = {"steps": steps, "sixteen": sixteen, "simulated": simulated}


def main() -> None:
    """Run all parts, or those named on the command line."""
    chosen = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        sys.exit(f"unknown part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    start = time.perf_counter()
    FOLDER.mkdir(exist_ok=True)
    interpreters.update({name: interpreter(name) for name in PINNED})
    print(
        f"Python {platform.python_version()}, {platform.machine()}, one thread; peers: {', '.join(PINNED.values())}"
    )
    with tempfile.TemporaryDirectory(prefix="bench-cat-") as folder:
        for part in chosen:
            PARTS[part](Path(folder))
    print(f"\n{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
