"""``anklet replay``: recordings analysed and kept; with ``--speed`` also watched as they happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.athletes import AthleteName, NewAthlete, athlete_for
from cli.common.completion import complete_session
from cli.common.database import Db, positive, stored
from cli.common.options import Leg, Load, Note, Observe, Pain
from cli.common.output import complain, err, out
from cli.recordings.ingest import analyse_file, describe_saved, save_analysis
from cli.recordings.questions import (
    ExerciseName,
    InputFormat,
    Metadata,
    Placed,
    ProfileFile,
    Question,
    Rate,
)
from sensing.core.errors import AnkletError, UsageError
from sensing.core.exercises import AUTO

if TYPE_CHECKING:
    from cli.recordings.ingest import AnalysedFile
    from sensing.store.store import Store
    from sensing.store.values.rows import Saved

_FASTEST = 1000.0


def replay(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Recordings to analyse and save.")
    ],
    exercise: ExerciseName = AUTO,
    placement: Placed = "auto",
    side: Leg = None,
    load: Load = None,
    pain: Pain = None,
    note: Note = None,
    began: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
            metavar="DATE",
            help="When it was recorded, such as '2026-03-01 18:30'; by default as the file says.",
        ),
    ] = None,
    athlete: AthleteName = None,
    new_athlete: NewAthlete = False,
    session_id: Annotated[
        int | None,
        typer.Option(
            "--session",
            parser=positive,
            metavar="ID",
            autocompletion=complete_session,
            help="Add it to this session; by default it is a session of its own.",
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            metavar="N", help="Play it on the live screen, N times as fast as it happened."
        ),
    ] = None,
    observe: Observe = False,
    again: Annotated[
        bool, typer.Option("--again", help="Analyse it again and keep both results.")
    ] = False,
    profile: ProfileFile = None,
    rate: Rate = None,
    input_format: InputFormat = None,
    db: Db = None,
) -> None:
    """Analyse recordings and save the results.

    A recording is recognised by its content: replayed twice, it is saved once. The counts that
    `--speed` shows are provisional; the results that are saved come from the whole recording and
    are the same at any speed.

    [bold]Examples[/bold]

      anklet replay monday.csv.gz --side left --load 20
      anklet replay recordings/*.csv.gz
      anklet replay right.csv --side right --session 3
      anklet replay hops.csv --exercise single-leg-hop --speed 1
    """
    if speed is not None and not 0 < speed <= _FASTEST:
        raise UsageError(f"--speed {speed:g} is not above 0 and at most {_FASTEST:g}")
    if observe and speed is None:
        raise UsageError("--observe needs the recording to be played", remedy="add --speed 1")
    if observe:
        from cli.screen.observer import need_terminal

        need_terminal()
    asked = Question(
        exercise=exercise,
        placement=placement,
        profile=profile,
        rate_hz=rate,
        format_name=input_format,
    )
    about = Metadata(
        side=side,
        load_kg=load,
        pain=pain,
        note=note,
        began=began,
        athlete=athlete,
        session_id=session_id,
        again=again,
    )
    if athlete is not None:
        with stored(db) as store:
            about = replace(about, athlete=athlete_for(store, athlete, new=new_athlete))
    failed = 0
    for number, file in enumerate(files):
        if number:
            out().print()
        try:
            with stored(db) as store:
                whose = _whose(file, about, store, new=new_athlete)
            replay_one(
                file, asked, replace(about, athlete=whose), db=db, speed=speed, observe=observe
            )
        except AnkletError as error:
            if len(files) == 1:
                raise
            complain(str(error))
            failed += 1
    if failed:
        raise UsageError(f"{failed} of {len(files)} recordings could not be replayed")


def _whose(file: Path, about: Metadata, store: Store, *, new: bool) -> str | None:
    """Whose recording it is, asked before it is analysed; None: as the database has it.

    Raises:
        RecordingError: the file can't be read.
        UsageError: it has to be said whose it is.
    """
    from sensing.files.read_recording import read_header, sha256_of

    if about.athlete is not None or about.session_id is not None:
        return about.athlete
    header = read_header(file)
    if store.stored_in(sha256_of(file)) is not None:
        return None
    named = ((header and header.athlete) or "").strip()
    return athlete_for(store, named or None, new=new and bool(named))


def replay_one(
    file: Path,
    asked: Question,
    about: Metadata,
    *,
    db: Path | None = None,
    speed: float | None = None,
    observe: bool = False,
) -> Saved:
    """Analyse one recording, play it if asked to, keep what was found and print it.

    Raises:
        RecordingError: the recording can't be read or analysed.
        StoreError: the database can't be opened or written.
        UsageError: the profile or the format makes no sense, or it can't be observed.
    """
    from cli.sets.analysis_report import print_report
    from sensing.store.store import open_store

    with stored(db) as profiles:  # a recording that can't be read makes no database
        found = analyse_file(file, about, question=asked, store=profiles)
    with open_store(db) as store:
        if speed is not None:
            _play(found, speed, observe=observe)
        try:
            saved = save_analysis(found, store)
        finally:  # what was found is worth reading even where it can't be kept
            print_report(out(), found.analysis, found.recording.blocks, title=file.name)
    out().print(f"\n{describe_saved(saved)}")
    return saved


def _play(found: AnalysedFile, speed: float, *, observe: bool) -> None:
    """Play a recording on the live screen, and store what an observer taps meanwhile."""
    from cli.recordings.replay_screen import play
    from cli.screen.keys import keys
    from cli.screen.observer import observer_of
    from cli.screen.record_display import Display

    if not observe:
        with Display(err(), mute=True) as display:
            play(found, speed, show=display.show)
        return
    observer = observer_of(found.question.exercise)
    observer.begin(found.file)
    try:
        with keys() as pressed, Display(err(), mute=True) as display:
            play(found, speed, show=display.show, observer=observer, pressed=pressed)
    finally:
        observer.end()
        observer.report()
