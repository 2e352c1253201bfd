"""``anklet export``: the database as tables for R, pandas, a spreadsheet or a data archive."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.database import Db, stored
from cli.common.output import many, out, progress, remark, size_words
from cli.common.selection import Exercise, OneSide, Since, Until, Whose, filters
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.export.choosing import Selection
    from sensing.store.export.exporting import Exporting
    from sensing.store.export.forms import Form

_STDOUT = Path("-")


def complete_table(incomplete: str) -> list[str]:
    """Names of exported tables that begin with what was typed."""
    from sensing.store.export.tables import EXPORTED

    return [name for name in EXPORTED if name.startswith(incomplete)]


def export(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="New folder for all tables, one file each."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLACE",
            help="The folder, or with --table the file, to write; - is standard output.",
        ),
    ] = None,
    form: Annotated[
        Literal["csv", "jsonl", "parquet"] | None,
        typer.Option(
            "--format",
            help="Format of the files; by default as the file's name ends, else csv.",
            show_default=False,
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            "-t",
            metavar="NAME",
            help="One table only: sessions, sets, reps, hops, holds, logged, …",
            autocompletion=complete_table,
        ),
    ] = None,
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier export, or an existing file.")
    ] = False,
    db: Db = None,
) -> None:
    """Export the database as tables for other programs.

    A full export is a folder with one file per table and a data dictionary: README.md to read,
    dictionary.csv for spreadsheets, datapackage.json for programs. Unknown values are empty, never
    0; times are ISO 8601 in UTC.

    [bold]Examples[/bold]

      anklet export my-data
      anklet export my-data --format parquet --since 2026-01-01
      anklet export --table hops --exercise single-leg-hop > hops.csv
      anklet export --table sets -o sets.parquet
    """
    from sensing.store.export.choosing import Selection
    from sensing.store.export.exporting import Exporting, find_table

    if folder is not None and (table is not None or output is not None):
        raise UsageError(
            "FOLDER is for all tables and can't be combined with --table or --output",
            remedy="write one table with --table NAME -o FILE",
        )
    if table is None:
        folder, output = folder or output, None
    if table is None and folder in (None, _STDOUT):
        raise UsageError(
            "no folder to write to", remedy="`anklet export FOLDER`, or print one --table"
        )
    if table is not None:
        find_table(table)
    with stored(db) as store:
        exporting = Exporting.of(store)
        logged = exercise in store.logged_exercises()  # which is not in the catalogue
        wanted = filters(store, None if logged else exercise, side, since, until, athlete)
        selection = Selection(**wanted | {"exercise": exercise})
        if folder is not None:
            _export_all(exporting, folder, form or "csv", selection, force)
        elif output is None or output == _STDOUT:
            _export_stream(exporting, str(table), form or "csv", selection)
        else:
            _export_one(exporting, str(table), output, form or _form_of(output), selection, force)


def _export_all(
    exporting: Exporting, folder: Path, form: Form, selection: Selection, force: bool
) -> None:
    from importlib.metadata import version

    with progress("reading") as step:
        written = exporting.export_folder(
            folder,
            form=form,
            now_utc=datetime.now(UTC),
            version=version("anklet"),
            selection=selection,
            force=force,
            step=step,
        )
    rows = {each.table.name: each.rows for each in written}
    size = sum(each.size_bytes for each in written)
    names = ("sessions", "sets", "reps", "hops", "holds", "logged")
    counted = ", ".join(many(rows[name], name.removesuffix("s"), name) for name in names)
    out().print(f"{folder}: {counted}; {size_words(size)}.", soft_wrap=True)
    if not any(rows.values()):
        remark("nothing matches; every table is empty")


def _export_one(
    exporting: Exporting, table: str, file: Path, form: Form, selection: Selection, force: bool
) -> None:
    written = exporting.export_file(table, file, form=form, selection=selection, force=force)
    rows = many(written.rows, table.removesuffix("s"), table)
    out().print(f"{file}: {rows}; {size_words(written.size_bytes)}.", soft_wrap=True)


def _export_stream(exporting: Exporting, table: str, form: Form, selection: Selection) -> None:
    if form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet can't be shown in a terminal", remedy="give a file with -o")
    rows = exporting.export_stream(table, sys.stdout.buffer, form=form, selection=selection)
    if not rows:
        remark(f"no {table} match")


def _form_of(file: Path) -> Form:
    from sensing.store.export.forms import FORMS

    ending = file.suffix.lower().removeprefix(".")
    found = next((form for form in FORMS if form == ending), None)
    if found is None and ending:
        raise UsageError(
            f"there is no format .{ending}", where=str(file), remedy="choose one with --format"
        )
    return found or "csv"
