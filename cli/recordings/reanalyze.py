"""``anklet reanalyze``: analyse stored recordings again and show what changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.common.database import Db, ids_of, stored
from cli.common.options import DryRun
from cli.common.output import complain, many, out, remark
from cli.common.selection import Exercise, OneSide, Since, Until, Whose, filters
from sensing.core.errors import AnkletError, UsageError

if TYPE_CHECKING:
    from sensing.core.events import Analysis, Set
    from sensing.store.values.sessions import RecordingDetail, SessionDetail

_NOT_ALL = 1
"""Exit status if a recording could not be analysed again."""


def reanalyze(
    sessions: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="These sessions, such as 3 5 or 3,5.")
    ] = None,
    exercise: Exercise = None,
    side: OneSide = None,
    since: Since = None,
    until: Until = None,
    athlete: Whose = None,
    every: Annotated[bool, typer.Option("--all", help="All sessions.")] = False,
    dry_run: DryRun = False,
    db: Db = None,
) -> None:
    """Analyse saved recordings again and report what changed.

    Uses today's algorithms and profiles. The earlier results are kept beside the new ones, and
    your corrections are carried over where they fit. A recording whose file is gone keeps its
    results; `anklet relink` finds files that were moved. The exit status is 1 if a recording could
    not be analysed.

    [bold]Examples[/bold]

      anklet reanalyze 12 13
      anklet reanalyze --since 2026-09-01 --dry-run
      anklet reanalyze --exercise single-leg-hop
      anklet reanalyze --all
    """
    selected = any(each is not None for each in (exercise, side, since, until, athlete))
    if sum([bool(sessions), selected, every]) != 1:
        raise UsageError(
            "no sessions chosen", remedy="give IDs, or options such as --since, or --all"
        )
    with stored(db) as store:
        wanted = filters(store, exercise, side, since, until, athlete)
        ids = ids_of(sessions) if sessions else [each.id for each in store.sessions(**wanted)]
        details = [store.session(each) for each in sorted(ids)]
    from cli.recordings.stored_samples import RELINK, FileGoneError

    analysed = changed = gone = failed = 0
    for detail in details:
        for recording in detail.recordings:
            try:
                changed += _one(detail, recording, db, dry_run=dry_run)
                analysed += 1
            except FileGoneError as error:
                complain(f"session {detail.id}: {error.where}: {error.what}")
                gone += 1
            except AnkletError as error:
                complain(f"session {detail.id}: {error}")
                failed += 1
    would = "would change" if dry_run else "changed"
    out().print(f"{many(analysed, 'recording')} analysed again; {changed} {would}.")
    if gone or failed:
        out().print(_left_out(gone, failed), soft_wrap=True)
        if gone:
            remark(RELINK)
        raise typer.Exit(_NOT_ALL)


def _left_out(gone: int, failed: int) -> str:
    whys = []
    if gone:
        whys.append("the file is gone" if gone == 1 else f"{gone} files are gone")
    if failed:
        whys.append(f"{failed} could not be analysed")
    keep = "it keeps its" if gone + failed == 1 else "they keep their"
    return f"{gone + failed} not, {keep} results: {', '.join(whys)}."


def _one(
    detail: SessionDetail, recording: RecordingDetail, db: Path | None, *, dry_run: bool
) -> bool:
    """Analyse one recording again; True if something changed."""
    from cli.recordings.ingest import analyse_file, save_analysis
    from cli.recordings.questions import Metadata
    from cli.recordings.stored_samples import unchanged_file
    from sensing.store.store import open_store

    path = unchanged_file(recording)
    about = Metadata(
        athlete=detail.athlete, side=recording.recording.side, session_id=None, again=True
    )
    with stored(db) as profiles:
        found = analyse_file(path, about, question=_asked(recording), store=profiles)
    before = recording.analysis
    same = (before.engine, before.profile) == (found.analysis.engine, found.analysis.profile)
    detected = [each.detected for each in recording.sets if not each.added]
    told = _differences(detected, found.analysis)
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
    """What was asked of it the last time, except the profile."""
    from cli.recordings.questions import Question

    told = json.loads(recording.analysis.parameters)
    placement = recording.analysis.placement
    return Question(
        exercise=recording.analysis.exercise,
        placement="auto" if recording.analysis.placement_found else placement,
        before=placement,
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
