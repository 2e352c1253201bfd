"""The files beside exported tables that explain them.

``datapackage.json`` follows the Frictionless Data Package (specs.frictionlessdata.io, version 1):
each file with its table's schema (fields, keys, what refers to what), size and SHA-256; of CSV it
is a Tabular Data Package. ``unit`` is a property of our own. ``dictionary.csv`` says the same as a
table and ``README.md`` to people. All of it comes from the store's dictionary.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sensing.store.export.forms import Form
from sensing.store.export.tables import ExportColumn, ExportTable
from sensing.store.schema.dictionary import plain

PACKAGE_FILES = ("README.md", "datapackage.json", "dictionary.csv")
_MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of an export.

    Attributes:
        table: what is in it.
        rows: how many.
        size_bytes: of the file.
        sha256: of the file.
    """

    table: ExportTable
    rows: int
    size_bytes: int
    sha256: str


def package_files(
    written: Sequence[Written], *, form: Form, selection: str, version: str, now_utc: datetime
) -> Mapping[str, str]:
    """The texts beside the tables, by file name.

    Args:
        written: the tables' files.
        form: of the tables' files.
        selection: what was chosen, in words.
        version: of Anklet.
        now_utc: when it was exported.
    """
    tables = [each.table for each in written]
    made = f"{now_utc:%Y-%m-%dT%H:%M:%SZ}"
    package = {
        "profile": "tabular-data-package" if form == "csv" else "data-package",
        "name": "anklet-export",
        "title": "Calf raises, hops and holds, measured by Anklet",
        "description": f"Exported by Anklet {version}: {selection}.",
        "created": made,
        "resources": [_resource(each, form, {table.name for table in tables}) for each in written],
    }
    return {
        "README.md": _readme(written, form=form, selection=selection, version=version, made=made),
        "datapackage.json": json.dumps(package, ensure_ascii=False, indent=2) + "\n",
        "dictionary.csv": dictionary_csv(tables),
    }


def dictionary_csv(tables: Sequence[ExportTable]) -> str:
    """A line for each column of these tables."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["table", "column", "title", "type", "unit", "can_be_missing", "description", "origin"]
    )
    for table in tables:
        for each in table.columns:
            column = each.column
            writer.writerow(
                [
                    *(table.name, column.name, column.title, column.kind, column.unit),
                    "true" if column.nullable else "false",
                    plain(column.text),
                    each.origin,
                ]
            )
    return text.getvalue()


def _resource(written: Written, form: Form, there: set[str]) -> dict[str, Any]:
    table = written.table
    dialect = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
    return {
        "profile": "tabular-data-resource" if form == "csv" else "data-resource",
        "name": table.name,
        "path": f"{table.name}.{form}",
        "description": plain(table.text),
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": written.size_bytes,
        "hash": f"sha256:{written.sha256}",
        **({"encoding": "utf-8"} if form != "parquet" else {}),
        **({"dialect": dialect} if form == "csv" else {}),
        "schema": {
            "fields": [_field(each, table) for each in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": field, "reference": {"resource": other, "fields": field}}
                for field, other in table.refers.items()
                if other in there
            ],
        },
    }


def _field(each: ExportColumn, table: ExportTable) -> dict[str, Any]:
    column = each.column
    # Text that is never missing may still be empty, which "required" would not let pass.
    required = not column.nullable and column.kind != "string"
    constraints = {"required": True} if required else {}
    if (column.name,) == table.key:
        constraints["unique"] = True
    return {
        "name": column.name,
        "type": column.kind,
        "title": column.title,
        "description": plain(column.text),
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


_MISSING = {"csv": "an empty field", "jsonl": "`null`", "parquet": "a null"}

_README = """\
# Calf raises, hops and holds, measured by Anklet

Exported on {made} by Anklet {version}: {selection}.

| file | rows | |
|---|---|---|
{files}

Every column is described in `dictionary.csv`, and for programs in `datapackage.json` (a
Frictionless Data Package).

## How to read it

* An unknown value is {missing}, never 0. Text that was left empty is empty.
* The end of a column's name is its unit: `_s` seconds, `_m` metres, `_hz`, `_kg`, `_mps2` m/s².
* `…_utc` is a moment in UTC. `day` is the calendar day where it was done. Times of events
  (`start_s`, `contact_s`, …) are seconds on the recording's own clock.
* Tables are linked by `session_id`, `recording_id`, `analysis_id` and `set_id`; a rep, hop
  or hold is identified by `set_id` and `n`. Ids are those of the database and stay.
* Only the current analysis of each recording is included, so nothing counts twice.

## Limitations

* `valid` false: touched by a data gap or clipping; `reason` says which.
* `counted` and `in_figures` are after corrections (`mark`). Events in neither are included too:
  select by `in_figures` before you take a mean, and by `set_counted`, which is false for a false
  detection.
* `calibrated` false: contact time, flight time and RSI are not fitted to the athlete. Compare an
  athlete with themselves, not with others.
* Columns with `_sd` are one standard uncertainty of the figure before them: of a single rep, hop or
  hold in their tables, of a set's median or total in `sets` and `figures`.
* `guessed` true: the exercise was detected from the signal, which cannot tell one leg from two.
* Heel-rise height is integrated twice: good for comparing reps of one athlete, rough as a length.
"""


def _readme(
    written: Sequence[Written], *, form: Form, selection: str, version: str, made: str
) -> str:
    files = (
        f"| `{each.table.name}.{form}` | {each.rows} | {plain(each.table.text)} |"
        for each in written
    )
    return _README.format(
        made=made,
        version=version,
        selection=selection,
        files="\n".join(files),
        missing=_MISSING[form],
    )
