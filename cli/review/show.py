"""``anklet show``: everything stored of one session, as detected and as corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.database import Db, SessionId, stored
from cli.common.output import out, print_json
from cli.common.tables import (
    AsCsv,
    AsJson,
    Column,
    Row,
    chosen,
    named,
    plain,
    print_csv,
    print_pairs,
    print_rows,
    printable,
)
from cli.recordings.stored_samples import blocks_to_draw
from cli.sets.analysis_report import analysis_words, print_limitations, print_set, recording_words
from cli.sets.limitations import limitations, of_recording
from cli.sets.session_rows import COLUMNS, ITEMS, NAMES, rows_of
from cli.sets.set_figures import of_stored

if TYPE_CHECKING:
    from sensing.store.values.sessions import RecordingDetail, SessionDetail

Which = Literal["sets", "reps", "hops", "holds", "stands"]


def show(
    session_id: SessionId,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw each set, if its recording is still available.")
    ] = False,
    table: Annotated[Which | None, typer.Option(help="Only this table, for all sets.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show one session with every rep, hop and hold.

    Where you corrected something, the detected value and yours stand side by side. Figures are
    medians of what is valid and not marked false.

    [bold]Examples[/bold]

      anklet show 3
      anklet show 3 --plot
      anklet show 3 --json > session3.json
      anklet show 3 --table hops --csv > hops.csv
    """
    form = chosen(as_json=as_json, as_csv=as_csv)
    with stored(db) as store:
        detail = store.session(session_id)
    if form == "text" and table is None:
        _print_session(detail, plot=plot)
        return
    rows = {name: rows_of(detail, name) for name in NAMES}
    if table is not None:
        first = () if table == "sets" else (Column("set", "set"),)
        print_rows(form, NAMES[table], rows[table], (*first, *COLUMNS[table]))
    elif form == "json":
        print_json({"session": _about(detail), **{k: named(NAMES[k], rows[k]) for k in rows}})
    else:
        _print_everything_as_csv(rows)


def _print_everything_as_csv(rows: dict[str, list[Row]]) -> None:
    """One row for each rep, hop or hold; columns that do not apply are empty."""
    names = dict.fromkeys(name for table in ITEMS for name in ("item", *NAMES[table]))
    print_csv(
        list(names), [{"item": item, **row} for table, item in ITEMS.items() for row in rows[table]]
    )


def _about(detail: SessionDetail) -> dict[str, object]:
    names = ("id", "title", "day", "started_utc", "athlete", "side", "load_kg", "note")
    return {
        **plain({name: getattr(detail, name) for name in names}),
        "recordings": [
            {
                **plain(asdict(part.recording)),
                "analysis": plain(asdict(part.analysis)),
                "other_analyses": [plain(asdict(each)) for each in part.others],
            }
            for part in detail.recordings
        ],
    }


def _print_session(detail: SessionDetail, *, plot: bool) -> None:
    console = out()
    console.print(f"Session {detail.id}  {printable(detail.title)}", style="bold")
    print_pairs((f"  {label}", value) for label, value in _about_session(detail))
    several = len(detail.recordings) > 1
    added = [each for each in detail.sets if each.added]
    for number, part in enumerate(detail.recordings, 1):
        if several:
            side = f", {part.recording.side}" if part.recording.side else ""
            console.print(f"\nRecording {number}{side}", style="bold")
        about = _about_recording(part, several=several)
        print_pairs((f"  {label}", value) for label, value in about)
        blocks = blocks_to_draw(part) if plot else ()
        found = [each for each in part.sets if not each.added]
        for each in found:
            print_set(console, of_stored(each), blocks, every=True)
        if not found:
            console.print("\nNo set was detected.")
    for each in added:
        print_set(console, of_stored(each), (), every=True)
    measured = [
        of_recording(
            part, [of_stored(each) for each in part.sets if not each.corrections.false_set]
        )
        for part in detail.recordings
    ]
    print_limitations(console, limitations(measured), figures=bool(detail.sets))


def _about_session(detail: SessionDetail) -> Iterator[tuple[str, str]]:
    from sensing.store.write.athletes import ME

    yield "began", f"{detail.started_utc:%Y-%m-%d %H:%M} UTC"
    if detail.athlete != ME:
        yield "athlete", detail.athlete
    if detail.note:
        yield "note", detail.note


def _about_recording(part: RecordingDetail, *, several: bool) -> Iterator[tuple[str, str]]:
    recording, analysis = part.recording, part.analysis
    if several:
        yield "began", f"{recording.started_utc:%H:%M:%S} UTC"
    elif recording.side is not None:
        yield "side", recording.side
    if recording.load_kg is not None:
        yield "load", f"{recording.load_kg:g} kg"
    if recording.pain is not None:
        yield "pain", f"{recording.pain} of 10"
    if recording.note:
        yield "note", recording.note
    if test := recording.target.get("protocol"):
        yield "test", f"{test}; `anklet protocols result` shows its results"
    yield "recording", recording.path
    yield "", recording_words(recording)
    sensor = [each for each in (recording.sensor_name, recording.sensor) if each]
    if sensor:
        yield "sensor", ", ".join(sensor)
    others = f"; {len(part.others)} earlier, kept beside it" if part.others else ""
    yield "analysis", f"{analysis.exercise}; {analysis_words(analysis)}{others}"
