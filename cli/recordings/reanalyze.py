"""``anklet reanalyze``: analyse stored recordings again and show what changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.common.database import LARGEST, Db, stored
from cli.common.exercise_names import complete_exercise
from cli.common.output import complain, out
from sensing.core.errors import AnkletError, RecordingError, UsageError

if TYPE_CHECKING:
    from sensing.core.events import Analysis, Set
    from sensing.store.values.sessions import RecordingDetail, SessionDetail


def reanalyze(
    sessions: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="ID...",
            min=1,
            max=LARGEST,
            help="Sessions to analyse; or choose them with the options below.",
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Sessions on this day or later."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            "-e",
            metavar="NAME",
            help="Sessions that contain this exercise.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All sessions.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    db: Db = None,
) -> None:
    """Analyse saved recordings again and report what changed.

    Uses today's algorithms and profiles. The earlier results are kept beside the new ones, and
    your corrections are carried over where they fit. A recording whose file is missing keeps its
    results.

    [bold]Examples[/bold]

      anklet reanalyze 12 13
      anklet reanalyze --since 2026-09-01 --dry-run
      anklet reanalyze --exercise single-leg-hop
      anklet reanalyze --all
    """
    chosen = [bool(sessions), since is not None or exercise is not None, every]
    if sum(chosen) != 1:
        raise UsageError(
            "no sessions chosen", remedy="give their IDs, or --since, --exercise or both, or --all"
        )
    with stored(db) as store:
        if sessions:
            ids = list(dict.fromkeys(sessions))
        else:
            day = since.date() if since else None
            ids = [each.id for each in store.sessions(since=day, exercise=exercise)]
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
            remedy="they keep their results",
        )


def _one(
    detail: SessionDetail, recording: RecordingDetail, db: Path | None, *, dry_run: bool
) -> bool:
    """Analyse one recording again; True if something changed."""
    from cli.recordings.ingest import analysed, keep
    from cli.recordings.questions import Details
    from sensing.files.read_recording import sha256_of
    from sensing.store.store import open_store

    path = Path(recording.recording.path)
    if not path.is_file():
        raise RecordingError("the file is missing", where=str(path), remedy="put it back there")
    if sha256_of(path) != recording.recording.sha256:
        raise RecordingError(
            "the file has changed since it was recorded",
            where=str(path),
            remedy="restore the original",
        )
    about = Details(
        athlete=detail.athlete, side=recording.recording.side, session_id=None, again=True
    )
    with stored(db) as profiles:
        found = analysed(path, about, asked=_asked(recording), store=profiles)
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
            keep(found, store)
    return True


def _asked(recording: RecordingDetail) -> Any:
    """What was asked of it the last time, but for the profile."""
    from cli.recordings.questions import Asked

    told = json.loads(recording.analysis.parameters)
    placement = recording.analysis.placement
    return Asked(
        exercise=recording.analysis.exercise,
        placement="auto" if recording.analysis.placement_found else placement,
        rate_hz=told.get("rate_hz"),
        format_name=told.get("format"),
    )


def _with(engine: str, profile: str | None) -> str:
    return f"algorithm version {engine}, {profile or 'not calibrated'}"


def _differences(before: Sequence[Set], after: Analysis) -> list[str]:
    """What differs in the figures shown, set by set."""
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
    """A set's figures as they are shown everywhere."""
    from cli.sets.set_figures import amount_words, fresh

    shown = fresh(1, each)
    return {
        "exercise": each.exercise,
        "done": amount_words(shown) or "nothing",
        **{one.quantity.label: one.text for one in shown.figures},
    }
