"""A new bank file from an old one, with other numbers: what calibration and exposure control write.

The questions stay as they are; the old file is never touched. The new one appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from itembank.bank import Bank, content_digest
from itembank.item import Parameters
from itembank.response_model import check_parameters
from itembank.response_times import ResponseTime

Prior = tuple[Sequence[float], Sequence[Sequence[float]]]
"""Mean (D,) and covariance (D, D) of theta in the order of the bank's competences."""


def revise_bank(
    source: Path,
    target: Path,
    version: str,
    *,
    parameters: Mapping[str, Parameters] | None = None,
    response_times: Mapping[str, ResponseTime] | None = None,
    exposure: Mapping[str, float] | None = None,
    prior: Prior | None = None,
) -> str:
    """Write `source` with the given numbers changed to `target`, as `version`; return the new content digest.

    Mappings are by item id; items left out keep theirs. Raises BankUnreadable for a bad `source`, KeyError for an item
    that it does not hold, ValueError for numbers that describe no item, an exposure outside (0, 1], a prior of
    another size or a target that is the source, OSError where the place cannot be written.
    """
    if target.resolve() == source.resolve():
        raise ValueError("a release is a new file, never an edit in place")
    with Bank.open(source) as bank:
        points = {entry.id: entry.parameters.max_score for entry in bank.entries}
        competences = bank.competences
    for item_id, p in (parameters or {}).items():
        check_parameters(p)
        if p.max_score != points[item_id]:
            raise ValueError(f"item {item_id} has {points[item_id]} points, found {p.max_score} thresholds")
    for item_id, share in (exposure or {}).items():
        if not 0 < share <= 1:
            raise ValueError(f"exposure of item {item_id} must lie in (0, 1], found {share}")
    if prior is not None and not len(prior[0]) == len(prior[1]) == len(competences):
        raise ValueError(f"the prior must have {len(competences)} dimensions, found {len(prior[0])}")

    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        shutil.copyfile(source, aside)
        with closing(sqlite3.connect(aside)) as db:
            _set(db, "UPDATE item SET a = ?, b = ?, c = ?, se_a = ?, se_b = ?, se_c = ?, origin = ? WHERE id = ?",
                 ((p.a, json.dumps(p.b), p.c, p.se_a, p.se_b, p.se_c, p.origin, i) for i, p in (parameters or {}).items()))  # fmt: skip
            _set(db, "UPDATE item SET time_intensity = ?, time_discrimination = ? WHERE id = ?",
                 ((r.intensity, r.discrimination, i) for i, r in (response_times or {}).items()))  # fmt: skip
            _set(
                db, "UPDATE item SET exposure = ? WHERE id = ?", ((k, i) for i, k in (exposure or {}).items())
            )
            if prior is not None:
                _set(db, "UPDATE prior SET mean = ?, covariance = ? WHERE competence = ?",
                     ((float(m), json.dumps([float(x) for x in row]), c)
                      for m, row, c in zip(*prior, competences, strict=True)))  # fmt: skip
            db.execute("UPDATE meta SET value = ? WHERE key = 'version'", (version,))
            digest = content_digest(db)
            db.execute("UPDATE meta SET value = ? WHERE key = 'digest'", (digest,))
            db.commit()
            db.execute("VACUUM")
        with aside.open("rb") as handle:
            os.fsync(handle.fileno())
        aside.chmod(0o444)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return digest


def _set(db: sqlite3.Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        if db.execute(statement, row).rowcount != 1:
            raise KeyError(str(row[-1]))
