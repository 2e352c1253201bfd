"""``anklet export``: what is stored, as tables for R, pandas, a spreadsheet or a data archive."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.database import Db, stored
from cli.common.exercise_names import complete_exercise
from cli.common.output import out, progress, remark
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.export.choosing import Selection
    from sensing.store.export.exporting import Exporting
    from sensing.store.export.forms import Form
    from sensing.store.store import Store

_STDOUT = Path("-")


def complete_table(incomplete: str) -> list[str]:
    """Names of exported tables that begin so."""
    from sensing.store.export.tables import EXPORTED

    return [name for name in EXPORTED if name.startswith(incomplete)]


def export(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="A new folder, for every table; a file each."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="With --table: a new file; - is stdout."
        ),
    ] = None,
    form: Annotated[
        Literal["csv", "jsonl", "parquet"] | None,
        typer.Option(
            "--format", help="Of the files; else as FILE ends, or csv.", show_default=False
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            "-t",
            metavar="NAME",
            help="One table alone: sessions, sets, reps, hops, holds, logged, …",
            autocompletion=complete_table,
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Done on this day or later."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Done on this day or earlier."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            "-e",
            metavar="NAME",
            help="Only sets of it.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="Only sets of this leg.")
    ] = None,
    athlete: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this person did.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier export, or FILE.")
    ] = False,
    db: Db = None,
) -> None:
    """Write what is stored as tables for other programs.

    A whole export is a folder: a file for each table, and a data dictionary for people
    (README.md), spreadsheets (dictionary.csv) and programs (datapackage.json). It appears whole or
    not at all. What isn't known is left empty, never 0; times are ISO 8601, in UTC.

    [bold]Examples[/bold]

      anklet export my-data

      anklet export my-data --format parquet --since 2026-01-01

      anklet export --table hops --exercise single-leg-hop > hops.csv

      anklet export --table sets -o sets.parquet
    """
    from sensing.store.export.exporting import Exporting, find_table

    if folder is None and table is None:
        raise UsageError(
            "where to?", remedy="`anklet export FOLDER`, or one --table to standard output"
        )
    if folder is not None and (table is not None or output is not None):
        raise UsageError(
            "a FOLDER is for every table; it goes with neither --table nor --output",
            remedy="write one table with --table NAME -o FILE",
        )
    if table is not None:
        find_table(table)
    with stored(db) as store:
        exporting = Exporting.of(store)
        selection = _selection(store, since, until, exercise, side, athlete)
        if folder is not None:
            _export_all(exporting, folder, form or "csv", selection, force)
        elif output is None or output == _STDOUT:
            _export_stream(exporting, str(table), form or "csv", selection)
        else:
            _export_one(exporting, str(table), output, form or _form_of(output), selection, force)


def _selection(
    store: Store,
    since: datetime | None,
    until: datetime | None,
    exercise: str | None,
    side: Literal["left", "right"] | None,
    athlete: str | None,
) -> Selection:
    from sensing.core.exercises import find_exercise
    from sensing.store.export.choosing import Selection

    if since is not None and until is not None and until < since:
        raise UsageError(f"--until {until.date()} is before --since {since.date()}")
    if exercise is not None and exercise not in store.logged_exercises():
        find_exercise(exercise)
    if athlete is not None and athlete not in (names := [each.name for each in store.athletes()]):
        there = f"there is {', '.join(names)}" if names else "there is nobody yet"
        raise UsageError(f"there is nobody called {athlete!r}", remedy=there)
    return Selection(
        since=since and since.date(),
        until=until and until.date(),
        exercise=exercise,
        side=side,
        athlete=athlete,
    )


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
    counted = ", ".join(_many(rows[name], name) for name in names)
    out().print(f"{folder}: {counted}; {size_words(size)}.", soft_wrap=True)
    if not any(rows.values()):
        remark("nothing is like that; every table is empty")


def _export_one(
    exporting: Exporting, table: str, file: Path, form: Form, selection: Selection, force: bool
) -> None:
    written = exporting.export_file(table, file, form=form, selection=selection, force=force)
    out().print(
        f"{file}: {_many(written.rows, table)}; {size_words(written.size_bytes)}.", soft_wrap=True
    )


def _export_stream(exporting: Exporting, table: str, form: Form, selection: Selection) -> None:
    if form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is nothing to read on a screen", remedy="give a file with -o")
    rows = exporting.export_stream(table, sys.stdout.buffer, form=form, selection=selection)
    if not rows:
        remark(f"none of the {table} is like that")


def _many(rows: int, name: str) -> str:
    return f"{rows} {name.removesuffix('s') if rows == 1 else name}"


def _form_of(file: Path) -> Form:
    from sensing.store.export.forms import FORMS

    ending = file.suffix.lower().removeprefix(".")
    found = next((form for form in FORMS if form == ending), None)
    if found is None and ending:
        raise UsageError(
            f"no format ends in .{ending}", where=str(file), remedy="choose one with --format"
        )
    return found or "csv"


def size_words(size_bytes: int) -> str:
    """A file's size as people say it: ``137.8 MB``."""
    size, unit = float(size_bytes), "bytes"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.{0 if unit == 'bytes' else 1}f} {unit}"
