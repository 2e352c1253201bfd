"""``anklet show``: everything stored of one session, as detected and as corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    print_rows,
    printable,
)
from cli.recordings.stored_samples import blocks_of
from cli.sets.analysis_report import figure_lines, print_limitations, print_lines, print_picture
from cli.sets.limitations import limitations, of_recording
from cli.sets.session_rows import COLUMNS, NAMES, ROWS, event_table
from cli.sets.set_figures import ShownSet, corrections_of, count_words, of_stored

if TYPE_CHECKING:
    from sensing.core.samples import Samples
    from sensing.store.values.corrections import Item
    from sensing.store.values.sessions import RecordingDetail, SessionDetail, StoredSet

Which = Literal["sets", "reps", "hops", "holds"]


def show(
    session_id: SessionId,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw each set, if its recording is still available.")
    ] = False,
    table: Annotated[
        Which | None, typer.Option("--table", help="Only this table, for all sets.")
    ] = None,
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
    rows = {name: make(detail) for name, make in ROWS.items()}
    if table is not None:
        first = () if table == "sets" else (Column("set", "set"),)
        print_rows(form, NAMES[table], rows[table], (*first, *COLUMNS[table]))
    elif form == "json":
        print_json({"session": _about(detail), **{k: named(NAMES[k], rows[k]) for k in rows}})
    else:
        _print_everything_as_csv(rows)


def _print_everything_as_csv(rows: dict[str, list[Row]]) -> None:
    """One row for each rep, hop or hold; columns that do not apply are empty."""
    names = dict.fromkeys(
        name for which in ("reps", "hops", "holds") for name in ("item", *NAMES[which])
    )
    print_csv(
        list(names),
        [
            {"item": which.removesuffix("s"), **row}
            for which in ("reps", "hops", "holds")
            for row in rows[which]
        ],
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
    _print_pairs(_about_session(detail))
    several = len(detail.recordings) > 1
    added = [each for each in detail.sets if each.added]
    for number, part in enumerate(detail.recordings, 1):
        if several:
            side = f", {part.recording.side}" if part.recording.side else ""
            console.print(f"\nRecording {number}{side}", style="bold")
        _print_pairs(_about_recording(part, several=several))
        blocks = blocks_of(part) if plot else ()
        found = [each for each in part.sets if not each.added]
        for each in found:
            console.print()
            _print_set(of_stored(each), blocks)
        if not found:
            console.print("\nNo set was detected.")
    for each in added:
        console.print()
        _print_set(of_stored(each), ())
    measured = [
        of_recording(part, [of_stored(each) for each in part.sets if not each.said.false_set])
        for part in detail.recordings
    ]
    print_limitations(console, limitations(measured), figures=bool(detail.sets))


def _print_pairs(pairs: Iterator[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    about = Table.grid(padding=(0, 1))
    for label, value in pairs:
        about.add_row(f"  {label}", Text(printable(value)))
    if about.row_count:
        out().print(about)


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
    lost = f"{recording.lost_samples} samples lost, {recording.clipped_samples} clipped"
    yield "", f"{recording.duration_s:.1f} s at {recording.rate_hz:.1f} Hz; {lost}"
    sensor = [each for each in (recording.sensor_name, recording.sensor) if each]
    if sensor:
        yield "sensor", ", ".join(sensor)
    found = " (detected from the signal)" if analysis.placement_found else ""
    profile = f"profile {analysis.profile}" if analysis.profile else "not calibrated"
    others = f"; {len(part.others)} earlier, kept beside it" if part.others else ""
    worn = f"sensor on the {analysis.placement}{found}"
    yield (
        "analysis",
        f"{analysis.exercise}; {worn}; {profile}; algorithm version {analysis.engine}{others}",
    )


def _print_set(each: ShownSet, blocks: Sequence[Samples]) -> None:
    console, stored = out(), each.stored
    side = f", {each.side}" if each.side else ""
    origin = _origin(stored) if stored else ""
    console.print(f"Set {each.n}  {each.events.exercise}{side}{origin}", style="bold")
    if stored is not None and stored.said.false_set:
        print_lines(console, ["a false detection, as you marked it; nothing in it is counted"])
    else:
        print_lines(console, [*count_words(each), *corrections_of(each), *figure_lines(each)])
    if blocks:
        print_picture(console, each, blocks)
    items: tuple[Item, ...] = ("rep", "hop", "hold")
    for item in () if stored is not None and stored.added else items:
        table = event_table(each, item)
        if table is not None:
            console.print()
            console.print(table, crop=False)


def _origin(each: StoredSet) -> str:
    """Whether it was detected, corrected or added, and when it was."""
    found = each.found
    if each.added:
        when = "time not known" if each.at_s is None else f"at {each.at_s:.1f} s"
        return f" (added by you)  {when}"
    when = f"  {found.start_s:.1f}–{found.end_s:.1f} s"
    if each.exercise != found.exercise:
        return f" (corrected by you; detected: {found.exercise}){when}"
    return f"{' (detected)' if found.guessed and each.corrected.guessed else ''}{when}"
