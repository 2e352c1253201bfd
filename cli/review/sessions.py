"""``anklet sessions``, ``note`` and ``delete``: list, annotate and delete sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.common.database import Db, SessionId, SessionIds, ids_of, positive, stored
from cli.common.output import many, remark
from cli.common.selection import Exercise, OneSide, Since, Until, Whose, filters
from cli.common.tables import AsCsv, AsJson, Column, chosen, columns, print_rows

_NAMES = (
    *("id", "day", "started_utc", "athlete", "exercises", "side", "load_kg", "sets", "reps"),
    *("hops", "hold_s", "corrected", "note", "recordings", "pain"),
)
_LISTED = 50
"""How many are shown by default; JSON and CSV have all."""

_COLUMNS = columns(
    *("id", "day", "athlete", "exercises", "side", "load_kg", "pain", "sets", "reps", "hops"),
    *(Column("hold_s", "held (s)", places=1), "corrected", "note"),
)


def sessions(
    limit: Annotated[
        int | None,
        typer.Option(
            parser=positive,
            metavar="N",
            help="How many to list, newest first; by default 50, in JSON and CSV all.",
        ),
    ] = None,
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    db: Db = None,
) -> None:
    """List your sessions, newest first.

    Counts include your corrections. A session of several recordings is one line.

    [bold]Examples[/bold]

      anklet sessions
      anklet sessions --since 2026-03-01 --exercise single-leg-hop
      anklet sessions --csv > sessions.csv
    """
    from sensing.store.write.athletes import ME

    form = chosen(as_json=as_json, as_csv=as_csv)
    with stored(db) as store:
        most = _LISTED if limit is None and form == "text" else limit
        wanted = filters(store, exercise, side, since, until, athlete)
        found = store.sessions(limit=most, **wanted)
        if not found and store.sessions(limit=1):
            remark("no session matches; `anklet sessions` lists them all")
        elif not found:
            remark(f"no session in {store.place} yet; `anklet replay RECORDING` saves the first")
    if found or form != "text":
        mine = all(row.athlete == ME for row in found)
        shown = [each for each in _COLUMNS if each.name != "athlete" or not mine]
        print_rows(form, _NAMES, [asdict(row) for row in found], shown)
    if form == "text" and limit is None and len(found) == _LISTED:
        remark(f"showing the newest {_LISTED}; --limit N lists more")


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
    session_ids: SessionIds,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    db: Db = None,
) -> None:
    """Delete sessions.

    Their results and your corrections are deleted. The recordings stay where they
    are and can be replayed again.

    [bold]Examples[/bold]

      anklet delete 3
      anklet delete 3 5 --yes
    """
    ids = ids_of(session_ids)
    with stored(db) as store:
        details = [store.session(each) for each in ids]
        if not yes:
            for each in details:
                remark(f"session {each.id}: {each.title}; {many(len(each.sets), 'set')}")
            typer.confirm(f"Delete {_named(ids)}?", abort=True, err=True)
        for session_id in ids:
            store.delete(session_id)
    paths = [Path(part.recording.path) for detail in details for part in detail.recordings]
    remark(f"{_named(ids)} deleted; {_left(paths)}")


def _left(paths: Sequence[Path]) -> str:
    """What became of the files of the recordings: nothing."""
    from sensing.store.database.recording_files import is_file

    left = sum(map(is_file, paths))
    if len(paths) == 1:
        return f"the recording is {'still at' if left else 'gone from'} {paths[0]}"
    if left == len(paths):
        return f"the {left} recordings stay where they are"
    return f"{left} of the {len(paths)} recordings stay where they are, the others were gone"


def _named(ids: Sequence[int]) -> str:
    return f"session{'' if len(ids) == 1 else 's'} {', '.join(map(str, ids))}"
