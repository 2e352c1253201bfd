"""Rows written as CSV, JSON Lines or Parquet, a block at a time, so that memory stays flat.

All three hold the same values: ids and counts as integers, numbers at full precision, booleans as
such, days and moments as ISO 8601 (in Parquet as dates and times), and nothing at all where a value
isn't known: an empty field, ``null``, a Parquet null; never 0.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Literal, get_args

from sensing.core.errors import StoreError, UsageError
from sensing.store.export.csv_lines import UnixLines
from sensing.store.export.tables import ExportTable

Form = Literal["csv", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)

_BLOCK = 50_000
"""Rows of a Parquet row group: some megabytes, which is what readers skip by."""

Rows = Iterable[Sequence[Any]]


def write(form: Form, table: ExportTable, rows: Rows, stream: BinaryIO) -> int:
    """Write rows as the database gives them; gives how many there were.

    Raises:
        UsageError: Parquet was asked for and can't be written here.
        StoreError: a value isn't what its column says.
    """
    counted = _Counted(rows)
    _WRITERS[form](table, counted, stream)
    return counted.many


def need_library(form: Form) -> None:
    """Let pass what can be written here.

    Raises:
        UsageError: the library for it isn't installed.
    """
    if form == "parquet":
        _arrow()


class _Counted:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.many = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.many += 1
            yield row


def _places(table: ExportTable, *kinds: str) -> list[int]:
    return [at for at, each in enumerate(table.columns) if each.column.kind in kinds]


def _write_csv(table: ExportTable, rows: Rows, stream: BinaryIO) -> None:
    truth = {1: "true", 0: "false", None: None}
    booleans = _places(table, "boolean")

    def plain() -> Iterator[Sequence[Any]]:
        for row in rows:
            fields = list(row)
            for at in booleans:
                fields[at] = truth[fields[at]]
            yield fields

    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    try:
        writer = csv.writer(UnixLines(text))
        writer.writerow(each.column.name for each in table.columns)
        writer.writerows(plain())
        text.flush()
    finally:
        text.detach()


def _write_jsonl(table: ExportTable, rows: Rows, stream: BinaryIO) -> None:
    names = [each.column.name for each in table.columns]
    booleans, nested = _places(table, "boolean"), _places(table, "object", "array")
    truth = {1: True, 0: False, None: None}
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows:
        values = list(row)
        for at in booleans:
            values[at] = truth[values[at]]
        for at in nested:
            values[at] = json.loads(values[at])
        line = encode(dict(zip(names, values, strict=True)))
        stream.write(line.encode() + b"\n")


def _arrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed",
            remedy="pip install pyarrow beside Anklet, or give --format csv",
        ) from None
    return pa


def _write_parquet(table: ExportTable, rows: Rows, stream: BinaryIO) -> None:
    pa = _arrow()
    from pyarrow import parquet

    # From the type SQLite's values come in to the type they are kept in.
    types = {
        "integer": (pa.int64(), pa.int64()),
        "number": (pa.float64(), pa.float64()),
        "boolean": (pa.int8(), pa.bool_()),
        "date": (pa.string(), pa.date32()),
        "datetime": (pa.string(), pa.timestamp("s", tz="UTC")),
    }
    text = (pa.string(), pa.string())
    kinds = [types.get(each.column.kind, text) for each in table.columns]
    schema = pa.schema(
        [
            pa.field(
                each.column.name,
                kept,
                nullable=each.column.nullable,
                metadata={
                    "title": each.column.title,
                    "unit": each.column.unit,
                    "description": each.column.text,
                },
            )
            for each, (_, kept) in zip(table.columns, kinds, strict=True)
        ],
        metadata={"anklet.table": table.name, "description": table.text},
    )
    steady = iter(rows)
    with parquet.ParquetWriter(stream, schema) as writer:
        while block := list(itertools.islice(steady, _BLOCK)):
            columns = zip(*block, strict=True)
            try:
                arrays = [
                    pa.array(values, come).cast(kept)
                    for values, (come, kept) in zip(columns, kinds, strict=True)
                ]
            except pa.ArrowInvalid as error:
                raise StoreError(
                    f"a value of {table.name} is not what it should be ({error})",
                    remedy="--format csv writes it as it is",
                ) from error
            writer.write_batch(pa.record_batch(arrays, schema=schema))


_WRITERS: dict[Form, Callable[[ExportTable, Rows, BinaryIO], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
