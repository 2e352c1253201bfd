"""``anklet reanalyze``: stored recordings analysed again, and what that changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.common.database import Db, ids_of, stored
from cli.common.output import complain, out
from cli.common.selection import (
    Exercise,
    OneSide,
    Since,
    Until,
    Whose,
    check_athlete,
    check_selection,
)
from sensing.core.errors import AnkletError, RecordingError, UsageError

if TYPE_CHECKING:
    from sensing.core.events import Analysis, Set
    from sensing.store.values.rows import RecordingDetail, SessionDetail


def reanalyze(
    sessions: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="These sessions, such as 3 5 or 3,5."),
    ] = None,
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    every: Annotated[bool, typer.Option("--all", help="All sessions.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    db: Db = None,
) -> None:
    """Analyse saved recordings again and report what changed.

    With the engine and the profiles of today. The earlier results stay beside the new ones, and
    your corrections are carried over where they fit. A recording whose file is gone keeps what it
    has.

    [bold]Examples[/bold]

      anklet reanalyze 12 13
      anklet reanalyze --since 2026-09-01 --dry-run
      anklet reanalyze --exercise single-leg-hop
      anklet reanalyze --all
    """
    check_selection(exercise, since, until)
    selected = any(each is not None for each in (exercise, side, since, until, athlete))
    if sum([bool(sessions), selected, every]) != 1:
        raise UsageError(
            "it is not clear which sessions",
            remedy="give IDs, or options such as --since, or --all",
        )
    with stored(db) as store:
        if sessions:
            ids = ids_of(sessions)
        else:
            check_athlete(store, athlete)
            found = store.sessions(
                since=since and since.date(),
                until=until and until.date(),
                exercise=exercise,
                side=side,
                athlete=athlete,
            )
            ids = [each.id for each in found]
        details = [store.session(each) for each in sorted(ids)]
    failed = changed = looked = 0
    for detail in details:
        for recording in detail.recordings:
            looked += 1
            try:
                changed += _one(detail, recording, db, dry_run=dry_run)
            except AnkletError as error:
                complain(f"session {detail.id}: {error}")
                failed += 1
    would = "would change" if dry_run else "changed"
    out().print(f"{looked} recordings analysed again; {changed} {would}.")
    if failed:
        raise RecordingError(
            f"{failed} of {looked} recordings could not be analysed again",
            remedy="they keep what they have",
        )


def _one(
    detail: SessionDetail, recording: RecordingDetail, db: Path | None, *, dry_run: bool
) -> bool:
    """One recording; True if something in it is new."""
    from cli.recordings.ingest import analyse_file, save_analysis
    from cli.recordings.questions import Metadata
    from sensing.files.read_recording import sha256_of
    from sensing.store.store import open_store

    path = Path(recording.recording.path)
    if not path.is_file():
        raise RecordingError("the file is gone", where=str(path), remedy="put it back there")
    if sha256_of(path) != recording.recording.sha256:
        raise RecordingError(
            "the file is not the one that was recorded", where=str(path), remedy="put it back"
        )
    about = Metadata(
        athlete=detail.athlete, side=recording.recording.side, session_id=None, again=True
    )
    with stored(db) as profiles:
        found = analyse_file(path, about, question=_asked(recording), store=profiles)
    before = recording.analysis
    same = (before.engine, before.profile) == (found.analysis.engine, found.analysis.profile)
    told = _differences([each.found for each in recording.sets], found.analysis)
    if same and not told:
        return False
    out().print(
        f"session {detail.id}, {path.name}: {_with(before.engine, before.profile)} → "
        f"{_with(found.analysis.engine, found.analysis.profile)}",
        soft_wrap=True,
    )
    for line in told or ["  the same results"]:
        out().print(line, soft_wrap=True)
    if not dry_run:
        with open_store(db) as store:
            save_analysis(found, store)
    return True


def _asked(recording: RecordingDetail) -> Any:
    """The question as it was asked the last time, but for the profile."""
    from cli.recordings.questions import Question

    told = json.loads(recording.analysis.parameters)
    placement = recording.analysis.placement
    return Question(
        exercise=recording.analysis.exercise,
        placement="auto" if recording.analysis.placement_found else placement,
        rate_hz=told.get("rate_hz"),
        format_name=told.get("format"),
    )


def _with(engine: str, profile: str | None) -> str:
    return f"engine {engine}, {profile or 'not calibrated'}"


def _differences(before: Sequence[Set], after: Analysis) -> list[str]:
    """What differs, set by set, in the figures people read."""
    lines = []
    for n in range(max(len(before), len(after.sets))):
        old = _figures(before[n]) if n < len(before) else {}
        new = _figures(after.sets[n]) if n < len(after.sets) else {}
        changes = [
            f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}"
            for name in dict.fromkeys([*old, *new])
            if old.get(name) != new.get(name)
        ]
        if changes:
            lines.append(f"  set {n + 1}: {', '.join(changes)}")
    return lines


def _figures(each: Set) -> dict[str, str]:
    """A set's figures as they are printed."""
    from sensing.results.set_summary import summarise

    found = summarise(each)
    figures = {"exercise": each.exercise}
    if found.reps is not None:
        figures["reps"] = str(found.reps.count)
        for name in ("raise_time_s", "lower_time_s"):
            value = getattr(found.reps, name, None)
            if value is not None:
                figures[name] = f"{value:.2f}"
        if found.reps.rise_m is not None:
            figures["rise_cm"] = f"{100 * found.reps.rise_m:.1f}"
    if found.hops is not None:
        figures["contacts"] = str(found.hops.count)
        if found.hops.contact_time_s is not None:
            figures["contact_ms"] = f"{1000 * found.hops.contact_time_s:.0f}"
    if found.holds is not None:
        figures["held_s"] = f"{found.holds.total_s:.1f}"
    return figures
