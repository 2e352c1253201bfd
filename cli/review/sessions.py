"""``anklet sessions``, ``note`` and ``delete``: list, annotate and delete sessions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from cli.common.database import LARGEST, Db, SessionId, stored
from cli.common.exercise_names import complete_exercise
from cli.common.output import remark
from cli.common.tables import AsCsv, AsJson, Column, chosen, print_rows
from sensing.core.exercises import AUTO, find_exercise

_NAMES = (
    *("id", "day", "started_utc", "athlete", "exercises", "side", "load_kg", "sets", "reps"),
    *("hops", "hold_s", "corrected", "note", "recordings", "pain"),
)
_LISTED = 50
"""How many are listed by default; JSON and CSV have all."""

_COLUMNS = (
    Column(name="id", heading="ID"),
    Column(name="day", heading="day"),
    Column(name="athlete", heading="athlete"),
    Column(name="exercises", heading="exercises"),
    Column(name="side", heading="side", optional=True),
    Column(name="load_kg", heading="load (kg)", places=1, optional=True),
    Column(name="pain", heading="pain (0–10)", optional=True),
    Column(name="sets", heading="sets"),
    Column(name="reps", heading="reps"),
    Column(name="hops", heading="hops"),
    Column(name="hold_s", heading="held (s)", places=1),
    Column(name="corrected", heading="corrected", optional=True),
    Column(name="note", heading="note", optional=True),
)


def sessions(
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=LARGEST,
            metavar="N",
            help="Only the newest N; default: 50, in JSON and CSV all.",
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Done on this day or later."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            "-e",
            metavar="NAME",
            help="Only sessions that contain this exercise.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    athlete: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only those of this athlete.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """List the stored sessions, newest first.

    Counts include your corrections. A session of several recordings is one line.

    [bold]Examples[/bold]

      anklet sessions

      anklet sessions --since 2026-03-01 --exercise single-leg-hop

      anklet sessions --csv > sessions.csv
    """
    from sensing.store.write.athletes import ME

    form = chosen(as_json=as_json, as_csv=as_csv)
    if exercise is not None and exercise != AUTO:
        find_exercise(exercise)
    with stored(db) as store:
        found = store.sessions(
            limit=_LISTED if limit is None and form == "text" else limit,
            since=since and since.date(),
            exercise=exercise,
            athlete=athlete,
        )
        if not found:
            any_at_all = bool(store.sessions(limit=1))
            remark(
                "no session matches; `anklet sessions` lists them all"
                if any_at_all
                else f"no session in {store.place} yet; `anklet replay RECORDING` stores the first"
            )
    if found or form != "text":
        columns = [
            column
            for column in _COLUMNS
            if column.name != "athlete" or any(row.athlete != ME for row in found)
        ]
        print_rows(form, _NAMES, [asdict(row) for row in found], columns)
    if form == "text" and limit is None and len(found) == _LISTED:
        remark(f"the newest {_LISTED}; --limit N lists more")


def note(
    session_id: SessionId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='The note; "" removes it.')],
    db: Db = None,
) -> None:
    """Put a note on a session.

    It replaces an earlier note.

    [bold]Examples[/bold]

      anklet note 3 "left Achilles stiff until the second set"

      anklet note 3 ""
    """
    with stored(db) as store:
        store.note(session_id, text)
    remark(f"session {session_id}: note {'saved' if text else 'removed'}")


def delete(
    session_id: SessionId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    db: Db = None,
) -> None:
    """Delete a session.

    Its results and your corrections are deleted. Its recordings are left where they are and can be
    imported again.

    [bold]Examples[/bold]

      anklet delete 3

      anklet delete 3 --yes
    """
    with stored(db) as store:
        detail = store.session(session_id)
        if not yes:
            sets = f"{len(detail.sets)} set{'' if len(detail.sets) == 1 else 's'}"
            typer.confirm(
                f"Delete session {session_id} ({detail.title}; {sets})?", abort=True, err=True
            )
        store.delete(session_id)
    paths = [part.recording.path for part in detail.recordings]
    left = (
        f"recording is left at {paths[0]}"
        if len(paths) == 1
        else f"{len(paths)} recordings are left where they are"
    )
    remark(f"session {session_id} deleted; its {left}")
