"""`python -m benchmarks.calibration`: how long calibration takes, beside other programs in the same run.

Two-parameter logistic model, simulated responses, one thread (set OPENBLAS_NUM_THREADS=1, or the figure is the machine's).
Peers run in environments of their own under the folder given by --peers or KIOSK_BENCH_PEERS, made on first use by `pip`;
one that cannot be installed is skipped, saying so. R's mirt is run when `Rscript` is there and has it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

from itembank.calibration.calibrate import calibrate
from itembank.calibration.models import Model
from itembank.calibration.responses import Responses
from itembank.calibration.setup import Options, same_for_all

SIZES = ((2_000, 40), (10_000, 100))
SPARSE = (100_000, 1_000, 40)
RUNS = 3

QUADRATURE = (21, 61)
"""mirt's own default, with which it is quicker and its log-likelihood coarser; and ours."""

PEERS = {
    "mirt": (
        "mirt==1.2.*",
        """
import json, sys, time
import numpy as np
import mirt
x = np.load(sys.argv[1])
mirt.fit_mirt(x[:50, :5], model="2PL")
best = {}
for name, errors in (("without errors", False), ("with errors", True)):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = mirt.fit_mirt(x, model="2PL", compute_standard_errors=errors, n_quadpts=int(sys.argv[2]))
        times.append(time.perf_counter() - start)
    best[name] = min(times)
print(json.dumps({"seconds": best, "log_likelihood": float(result.log_likelihood)}))
""",
    ),
    "girth": (
        "girth==0.8.*",
        """
import json, sys, time
import numpy as np
from girth import twopl_mml
x = np.load(sys.argv[1]).T
start = time.perf_counter()
result = twopl_mml(x)
seconds = time.perf_counter() - start
theta = np.linspace(-6, 6, 121)
w = np.exp(-theta**2 / 2); w /= w.sum()
z = result["Discrimination"][:, None] * (theta - result["Difficulty"][:, None])
logs = x.T @ -np.logaddexp(0, -z) + (1 - x.T) @ -np.logaddexp(0, z) + np.log(w)
top = logs.max(axis=1)
value = float((top + np.log(np.exp(logs - top[:, None]).sum(axis=1))).sum())
print(json.dumps({"seconds": {"without errors": seconds}, "log_likelihood": value}))
""",
    ),
}


def simulated(persons: int, items: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    a, b = np.exp(rng.normal(0, 0.3, items)), rng.normal(0, 1, items)
    theta = rng.normal(size=persons)
    return (rng.random((persons, items)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))).astype(np.int64)


def ours(table: np.ndarray) -> dict[str, object]:
    responses = Responses.from_dense(table)
    setups = same_for_all(responses.items, responses.max_score.tolist(), Model.TWO_PL)
    seconds = {}
    for name, errors in (("without errors", False), ("with errors", True)):
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            found = calibrate(responses, setups, options=Options(standard_errors=errors))
            times.append(time.perf_counter() - start)
        seconds[name] = min(times)
    return {"seconds": seconds, "log_likelihood": found.log_likelihood}


def peer_python(name: str, requirement: str, folder: Path) -> Path | None:
    """The peer's interpreter, installed on first use; None, saying why, if that fails."""
    python = folder / name / "bin" / "python"
    if not python.exists():
        venv.create(folder / name, with_pip=True)
    installed = subprocess.run([python, "-m", "pip", "show", "-q", name], capture_output=True, check=False)
    if installed.returncode:
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", requirement], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"  {name}: skipped, could not be installed ({done.stderr.strip().splitlines()[-1:]})")
            return None
    return python


def peer(name: str, table: np.ndarray, folder: Path, nodes: int) -> dict[str, object] | None:
    requirement, program = PEERS[name]
    python = peer_python(name, requirement, folder)
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "responses.npy"
        np.save(path, table)
        done = subprocess.run(
            [python, "-c", program, path, str(nodes)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"  {name}: skipped, failed ({done.stderr.strip().splitlines()[-1:]})")
        return None
    return dict(json.loads(done.stdout.splitlines()[-1]))


def show(name: str, found: dict[str, object], own: dict[str, object]) -> None:
    seconds, mine = found["seconds"], own["seconds"]
    assert isinstance(seconds, dict)
    assert isinstance(mine, dict)
    for what, value in seconds.items():
        ratio = value / mine[what]
        print(
            f"  {name:8} {what:15} {value:8.3f} s  {ratio:6.1f} x ours   log-likelihood {found['log_likelihood']:.3f}"
        )


def sparse(persons: int, items: int, length: int) -> None:
    rng = np.random.default_rng(1)
    a, b = np.exp(rng.normal(0, 0.3, items)), rng.normal(0, 1, items)
    theta = rng.normal(size=persons)
    item = np.concatenate(
        [
            np.sort(np.argpartition(rng.random((1000, items)), length, axis=1)[:, :length], axis=1)
            for _ in range(persons // 1000)
        ]
    ).ravel()
    person = np.repeat(np.arange(persons), length)
    score = (rng.random(len(item)) < 1 / (1 + np.exp(-a[item] * (theta[person] - b[item])))).astype(np.int64)
    names = tuple(f"i{k}" for k in range(items))
    responses = Responses(
        names,
        tuple(map(str, range(persons))),
        person,
        item,
        score,
        np.ones(persons),
        np.ones(items, dtype=np.int64),
    )
    start = time.perf_counter()
    found = calibrate(responses, same_for_all(names, [1] * items, Model.TWO_PL))
    seconds = time.perf_counter() - start
    off = np.array([i.b[0] for i in found.items]) - b
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  ours     with errors     {seconds:8.1f} s   {found.iterations} iterations, RMSE of b {np.sqrt((off**2).mean()):.4f},"
        f" peak {peak:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, default=os.environ.get("KIOSK_BENCH_PEERS"))
    parser.add_argument("--no-sparse", action="store_true")
    arguments = parser.parse_args()
    print(
        f"Python {sys.version.split()[0]}, numpy {np.__version__}, best of {RUNS}, loads {os.getloadavg()[0]:.1f}"
    )
    for persons, items in SIZES:
        print(f"{persons} persons x {items} items, 2PL")
        table = simulated(persons, items)
        own = ours(table)
        show("ours", own, own)
        for name in PEERS:
            if arguments.peers is None:
                print(f"  {name}: skipped, no folder for peers (--peers)")
                continue
            for nodes in QUADRATURE if name == "mirt" else QUADRATURE[-1:]:
                found = peer(name, table, Path(arguments.peers), nodes)
                if found is not None:
                    show(f"{name} {nodes}" if name == "mirt" else name, found, own)
        if shutil.which("Rscript") is None:
            print("  R mirt: not installed")
    if not arguments.no_sparse:
        persons, items, length = SPARSE
        print(f"{persons} persons x {items} items, {length} answers each, 2PL")
        sparse(persons, items, length)


if __name__ == "__main__":
    main()
