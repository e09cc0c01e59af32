"""Tables of text in batches of columns, from CSV or Parquet: what a file of responses looks like before it is understood.

Both kinds of file give the same thing, so that `responses` has one path to check. Only as much is decoded as a batch
holds: a file of millions of rows never stands in memory as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from itembank.errors import ItemBankFault, ResponsesInvalid

BATCH_CELLS = 1 << 13
"""About how many cells are decoded at a time: few enough for a processor's cache (2^20 takes four times as long)."""
FEWEST_ROWS = 64
LARGEST_FILE = 8 << 30
"""Bytes. 10^5 persons by 40 answers are 100 MB in the long layout."""
MOST_COLUMNS = 20_000
SEPARATORS = ",;\t"
PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: one sequence of texts a column, empty text where there is nothing."""

    columns: Sequence[Sequence[str]]
    lines: NDArray[np.int64]
    """(n,) the line on which each row begins; for Parquet the row's number, from 1."""
    done: int
    """How far into the file this batch reaches, in the unit of `Table.total`."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it."""

    header: tuple[str, ...]
    decimal_comma: bool
    """Whether numbers may be written 12,5: only where the comma does not part columns."""
    total: int
    batches: Iterator[Batch]


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV (separator ``,``, ``;`` or tab; UTF-8 with or without a byte-order mark; RFC 4180 quotes) or a Parquet file.

    Raises ResponsesInvalid with the codes `responses.empty`, `.too_large`, `.not_text`, `.csv`, `.ragged`,
    `.duplicate_column`, `.unnamed_column`, `.too_many_columns`, `.parquet` and `.parquet_type`; ItemBankFault
    `extra.missing` for a Parquet file without pyarrow; OSError when the path does not open.
    """
    size = path.stat().st_size
    if size == 0:
        raise ResponsesInvalid("responses.empty", file=str(path))
    if size > LARGEST_FILE:
        raise ResponsesInvalid("responses.too_large", file=str(path), size=size, limit=LARGEST_FILE)
    with path.open("rb") as raw:
        parquet = raw.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
        raw.seek(0)
        if parquet:
            yield _parquet(path, raw)
            return
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        try:
            yield _csv(path, raw, text, size)
        finally:
            text.detach()  # the file is closed once, by the `with` that opened it


def _checked_header(path: Path, names: Sequence[str], line: int) -> tuple[str, ...]:
    header = tuple(name.strip() for name in names)
    if len(header) > MOST_COLUMNS:
        raise ResponsesInvalid(
            "responses.too_many_columns", file=str(path), line=line, found=len(header), limit=MOST_COLUMNS
        )
    seen: set[str] = set()
    for position, name in enumerate(header):
        if not name and position:  # the first may be bare: tables written with row names have it so
            raise ResponsesInvalid(
                "responses.unnamed_column", file=str(path), line=line, position=position + 1
            )
        if name in seen:
            raise ResponsesInvalid("responses.duplicate_column", file=str(path), line=line, column=name)
        seen.add(name)
    return header


# --- CSV --------------------------------------------------------------------------------------------------


def _csv(path: Path, raw: io.BufferedReader, text: io.TextIOWrapper, size: int) -> Table:
    if b"\0" in raw.peek(4096)[:4096]:
        raise ResponsesInvalid("responses.not_text", file=str(path), line=1)
    try:
        first = ""
        while not first.strip():
            first = text.readline(1 << 22)
            if not first:
                raise ResponsesInvalid("responses.empty", file=str(path))
    except UnicodeDecodeError:
        raise ResponsesInvalid("responses.not_text", file=str(path), line=_undecodable(path)) from None
    separator = max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    text.seek(0)
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        header = next(row for row in reader if row)
    except (csv.Error, UnicodeDecodeError) as fault:
        raise _refused(path, reader.line_num, fault) from None
    named = _checked_header(path, header, reader.line_num)
    return Table(named, separator != ",", size, _csv_batches(path, raw, reader, len(named)))


def _csv_batches(path: Path, raw: io.BufferedReader, reader: Any, width: int) -> Iterator[Batch]:
    count = max(FEWEST_ROWS, BATCH_CELLS // width)
    while True:
        before = reader.line_num
        try:
            rows = list(islice(reader, count))
        except (csv.Error, UnicodeDecodeError) as fault:
            raise _refused(path, reader.line_num, fault) from None
        if not rows:
            return
        lines = before + 1 + np.arange(len(rows))
        if reader.line_num - before != len(rows):  # a quoted text runs over several lines
            breaks = [sum(cell.count("\n") for cell in row) for row in rows]
            lines[1:] += np.cumsum(breaks)[:-1]
        lengths = set(map(len, rows))
        if lengths != {width}:
            filled = [position for position, row in enumerate(rows) if row]
            for position in filled:
                if len(rows[position]) != width:
                    raise ResponsesInvalid(
                        "responses.ragged",
                        file=str(path),
                        line=int(lines[position]),
                        found=len(rows[position]),
                        expected=width,
                    )
            rows, lines = [rows[position] for position in filled], lines[filled]
        if rows:
            cells = list(chain.from_iterable(rows))  # quicker than zip(*rows)
            yield Batch([cells[i::width] for i in range(width)], lines, raw.tell())


def _refused(path: Path, line: int, fault: Exception) -> ResponsesInvalid:
    if isinstance(fault, UnicodeDecodeError):
        return ResponsesInvalid("responses.not_text", file=str(path), line=_undecodable(path))
    return ResponsesInvalid("responses.csv", file=str(path), line=line, reason=str(fault))


def _undecodable(path: Path) -> int:
    """The first line that is not UTF-8; 0 when there is none."""
    with path.open("rb") as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


# --- Parquet ----------------------------------------------------------------------------------------------


def _parquet(path: Path, raw: io.BufferedReader) -> Table:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise ItemBankFault("extra.missing", extra="calibration") from None
    try:
        file = parquet.ParquetFile(raw)
        schema = file.schema_arrow
    except (arrow.ArrowException, OSError) as fault:
        raise ResponsesInvalid("responses.parquet", file=str(path), reason=_first_line(fault)) from None
    for field in schema:
        kind = field.type.value_type if arrow.types.is_dictionary(field.type) else field.type
        if not (
            arrow.types.is_integer(kind)
            or arrow.types.is_floating(kind)
            or arrow.types.is_boolean(kind)
            or arrow.types.is_string(kind)
            or arrow.types.is_large_string(kind)
            or arrow.types.is_null(kind)
        ):
            raise ResponsesInvalid(
                "responses.parquet_type", file=str(path), column=field.name, kind=str(field.type)
            )
    header = _checked_header(path, schema.names, 0)
    if not header:
        raise ResponsesInvalid("responses.empty", file=str(path))
    return Table(header, False, file.metadata.num_rows, _parquet_batches(path, file, len(header)))


def _parquet_batches(path: Path, file: Any, width: int) -> Iterator[Batch]:
    import pyarrow as arrow

    done = 0
    try:
        for batch in file.iter_batches(batch_size=max(FEWEST_ROWS, BATCH_CELLS // width)):
            lines = done + 1 + np.arange(batch.num_rows)
            done += batch.num_rows
            yield Batch([_texts(arrow, column) for column in batch.columns], lines, done)
    except (arrow.ArrowException, OSError) as fault:
        raise ResponsesInvalid("responses.parquet", file=str(path), reason=_first_line(fault)) from None


def _texts(arrow: Any, column: Any) -> list[str]:
    if arrow.types.is_boolean(column.type):
        column = column.cast(arrow.int8())
    texts = column.cast(arrow.string()).fill_null("").to_pylist()
    return (
        ["" if text == "nan" else text for text in texts] if arrow.types.is_floating(column.type) else texts
    )


def _first_line(fault: BaseException) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0]
