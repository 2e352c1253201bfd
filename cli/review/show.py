"""``anklet show``: everything stored of one session, the machine's word and the person's."""

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
    print_table,
    printable,
)
from cli.recordings.stored_samples import blocks_of
from cli.sets.session_rows import COLUMNS, NAMES, ROWS, event_rows, set_row

if TYPE_CHECKING:
    from sensing.core.samples import Samples
    from sensing.store.values.corrections import Item
    from sensing.store.values.rows import RecordingDetail, SessionDetail, StoredSet

Which = Literal["sets", "reps", "hops", "holds"]

WIDEST = 100
"""Columns used of a wide terminal; a longer picture is hard to read."""

_FIGURES = (
    *("raise_time_s", "hold_time_s", "lower_time_s", "rise_m", "contact_time_s", "flight_time_s"),
    *("rsi", "rsi_height_mps", "rms_mps2", "path_mps2_per_s", "tremor_rms_mps2", "tremor_peak_hz"),
)
"""Of which a median stands under the column."""


def show(
    session_id: SessionId,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw each set from the recording, if it is still there.")
    ] = False,
    table: Annotated[
        Which | None, typer.Option("--table", help="One table only, of all sets together.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """Show one session with every rep, hop and hold.

    Where you corrected something, the machine's word and yours stand side by side. Figures under
    a table are medians of what is valid and not marked false.

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
        first = () if table == "sets" else (Column(name="set", heading="set"),)
        print_rows(form, NAMES[table], rows[table], (*first, *COLUMNS[table]))
    elif form == "json":
        print_json({"session": _about(detail), **{k: named(NAMES[k], rows[k]) for k in rows}})
    else:
        _print_everything_as_csv(rows)


def _print_everything_as_csv(rows: dict[str, list[Row]]) -> None:
    """One row a rep, hop or hold; what a column has no meaning for is left empty."""
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
            _print_set(detail, each, blocks)
        if not found:
            console.print("\nNo set was found in it.")
    for each in added:
        console.print()
        _print_set(detail, each, ())


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
        yield "test", f"{test}; `anklet protocols result` tells what it came to"
    yield "recording", recording.path
    lost = f"{recording.lost_samples} samples lost, {recording.clipped_samples} clipped"
    yield "", f"{recording.duration_s:.1f} s at {recording.rate_hz:.1f} Hz; {lost}"
    sensor = [each for each in (recording.sensor_name, recording.sensor) if each]
    if sensor:
        yield "sensor", ", ".join(sensor)
    found = " (found from the signal)" if analysis.placement_found else ""
    profile = f"profile {analysis.profile}" if analysis.profile else "not calibrated"
    others = f"; {len(part.others)} more beside this one" if part.others else ""
    worn = f"sensor on the {analysis.placement}{found}"
    yield "analysis", f"{analysis.exercise}; {worn}; {profile}; engine {analysis.engine}{others}"
    for remark_made in analysis.notes:
        yield "remark", remark_made


def _print_set(detail: SessionDetail, each: StoredSet, blocks: Sequence[Samples]) -> None:
    console = out()
    row = set_row(detail, each)
    side = f", {row['side']}" if row["side"] else ""
    console.print(f"Set {each.n}  {each.exercise}{side}{_origin(each)}", style="bold")
    for line in _count_lines(each, row):
        console.print(f"  {line}")
    if blocks:
        _draw(each, blocks)
    tables: tuple[tuple[str, Item], ...] = (("reps", "rep"), ("hops", "hop"), ("holds", "hold"))
    for which, item in () if each.added else tables:
        rows = event_rows(detail, each, item)
        if rows:
            console.print()
            medians = {name: row[name] for name in _FIGURES if name in row}
            several = sum(bool(each["counted"]) for each in rows) > 1
            print_table(
                COLUMNS[which], rows, footer={"n": "median", **medians} if several else None
            )


def _origin(each: StoredSet) -> str:
    """Who says that it was this, and when it was."""
    found = each.found
    if each.added:
        when = "time not known" if each.at_s is None else f"at {each.at_s:.1f} s"
        return f" (added by you)  {when}"
    when = f"  {found.start_s:.1f}–{found.end_s:.1f} s"
    if each.exercise != found.exercise:
        guess = " guessed" if found.guessed else ""
        return f" (by you; the machine{guess}: {found.exercise}){when}"
    return f"{' (guessed)' if found.guessed and each.corrected.guessed else ''}{when}"


def _count_lines(each: StoredSet, row: Row) -> list[str]:
    if each.said.false_set:
        return ["you: no set at all; nothing in it is counted"]
    lines = []
    for item in ("rep", "hop", "step"):
        yours, machine = row[f"{item}s"], row[f"machine_{item}s"]
        if yours is None:
            continue
        words = [f"{yours} {item}{'' if yours == 1 else 's'}"]
        if not each.added and (each.said.counts or each.said.marks or each.said.missed):
            given = " (your count)" if item in each.said.counts else ""
            words = [f"{words[0]} by you{given}, {machine} by the machine"]
        for what, name in (("partial", f"partial_{item}s"), ("not trusted", f"invalid_{item}s")):
            if row.get(name):
                words.append(f"{row[name]} {what}")
        lines.append("; ".join(words))
    if row["time_under_tension_s"]:
        lines[0] += f"; under tension {row['time_under_tension_s']:.0f} s"
    if row["cadence_hz"]:
        lines[-1] += f"; {row['cadence_hz']:.2f} hops per second"
    if row["holds"] is not None:
        lines.append(f"held {row['hold_s']:.1f} s in all")
    return lines


def _draw(each: StoredSet, blocks: Sequence[Samples]) -> None:
    from cli.sets.terminal_plot import FINE, PLAIN, legend, picture

    console = out()
    marks = FINE if console.encoding.lower().startswith("utf") else PLAIN
    drawn = picture(blocks, each.corrected, width=min(console.width, WIDEST), marks=marks)
    if drawn:
        console.print(f"{drawn}\n{legend(each.corrected, marks=marks)}", soft_wrap=True)
