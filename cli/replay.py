"""``anklet replay``: recordings analysed and kept; with ``--speed`` also watched as they happen."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.asking import (
    Asked,
    ExerciseName,
    Format,
    Placed,
    ProfileFile,
    Rate,
    read_and_analyse,
)
from cli.output import complain, err, out
from cli.stored import Db
from sensing.errors import AnkletError, UsageError
from sensing.exercises import AUTO, CATALOGUE, find_exercise

if TYPE_CHECKING:
    from sensing.events import Analysis
    from sensing.recording import Header
    from sensing.samples import Side, Take
    from sensing.store import Saved

_UNIX_S = (946_684_800.0, 4_102_444_800.0)  # 2000 to 2100: stamps in between are Unix time
_FASTEST = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the person says of a recording, and where it is to be kept."""

    side: Side | None = None
    load_kg: float | None = None
    note: str | None = None
    began: datetime | None = None
    again: bool = False
    db: Path | None = None


def replay(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The recordings.")],
    exercise: ExerciseName = AUTO,
    placement: Placed = "auto",
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="Leg the sensor was on.")
    ] = None,
    load: Annotated[
        float | None, typer.Option(min=0, metavar="KG", help="Weight carried, kg.")
    ] = None,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A note to keep with it.")
    ] = None,
    began: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
            metavar="DATE",
            help="When it was recorded, local time, such as '2026-03-01 18:30'; else by the file.",
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="N", help="Play it N times as fast as it was, on the live screen."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Analyse anew, beside the old result.")
    ] = False,
    profile: ProfileFile = None,
    rate: Rate = None,
    format_name: Format = None,
    db: Db = None,
) -> None:
    """Analyse recordings and keep the result.

    A recording is known again by its content: replayed twice, it is stored once. `--again` puts a
    new analysis beside the old one. What `--speed` shows is a guess; what is stored is decided from
    each whole bout and is the same at any speed.

    [bold]Examples[/bold]

      anklet replay monday.csv.gz --side left --load 20
      anklet replay recordings/*.csv.gz
      anklet replay hops.csv --exercise single-leg-hop --speed 1
    """
    if speed is not None and not 0 < speed <= _FASTEST:
        raise UsageError(f"--speed {speed:g} is not above 0 and at most {_FASTEST:g}")
    asked = Asked(
        exercise=exercise,
        placement=placement,
        profile=profile,
        rate_hz=rate,
        format_name=format_name,
    )
    about = About(side=side, load_kg=load, note=note, began=began, again=again, db=db)
    failed = 0
    for number, file in enumerate(files):
        if number:
            out().print()
        try:
            replay_one(file, asked, about, speed=speed)
        except AnkletError as error:
            if len(files) == 1:
                raise
            complain(str(error))
            failed += 1
    if failed:
        raise UsageError(f"{failed} of {len(files)} recordings could not be replayed")


def replay_one(file: Path, asked: Asked, about: About, *, speed: float | None = None) -> Saved:
    """Analyse one recording, play it if asked to, keep what was found and print it.

    Raises:
        RecordingError: the recording can't be read or analysed.
        StoreError: the database can't be opened or written.
        UsageError: the profile or the format makes no sense.
    """
    from cli.report import print_report
    from sensing.reading import read_header, sha256_of
    from sensing.store import RecordingInfo, open_store

    header = read_header(file)
    asked, about = _filled_in(asked, about, header)
    take, analysis = read_and_analyse(file, asked)
    began = about.began.astimezone() if about.began else _began(file, take)
    recording = RecordingInfo(
        path=str(file.absolute()),
        sha256=sha256_of(file),
        format=take.format,
        sensor=header.sensor or None if header else None,
        range_g=take.range_g,
    )
    with open_store(about.db) as store:
        if speed is not None:
            _play(take, analysis, asked, speed)
        try:
            saved = store.save(
                analysis,
                recording=recording,
                started_utc=began.astimezone(UTC),
                now_utc=datetime.now(UTC),
                day=began.date(),
                side=about.side,
                load_kg=about.load_kg,
                note=about.note,
                parameters=_parameters(asked),
                again=about.again,
            )
        finally:  # what was found is worth reading even where it can't be kept
            print_report(out(), analysis, take.blocks, title=file.name, every=False)
    out().print(f"\n{_kept(saved)}")
    return saved


def _filled_in(asked: Asked, about: About, header: Header | None) -> tuple[Asked, About]:
    """What was typed, and where nothing was, what the recording says."""
    if header is None:
        return asked, about
    if asked.exercise == AUTO and header.exercise in {row.name for row in CATALOGUE}:
        asked = replace(asked, exercise=header.exercise)
    if asked.placement == "auto" and header.placement in ("ankle", "shoe"):
        asked = replace(asked, placement="shoe" if header.placement == "shoe" else "ankle")
    if about.side is None and header.side in ("left", "right"):
        about = replace(about, side="left" if header.side == "left" else "right")
    if about.load_kg is None:
        about = replace(about, load_kg=header.load_kg)
    if about.note is None:
        about = replace(about, note=header.note)
    if about.began is None and header.started is not None:
        with suppress(ValueError):
            about = replace(about, began=datetime.fromisoformat(header.started))
    return asked, about


def _play(take: Take, analysis: Analysis, asked: Asked, speed: float) -> None:
    from rich.live import Live

    from cli.live_screen import screen
    from cli.playing import Pace, play
    from sensing.session import Session

    exercise = None if asked.exercise == AUTO else find_exercise(asked.exercise)
    session = Session(exercise, analysis.placement)
    with Live(console=err(), auto_refresh=False, transient=True) as live:
        play(
            take,
            session,
            exercise,
            pace=Pace(speed=speed, clock=time),
            show=lambda scene: live.update(screen(scene), refresh=True),
        )


def _began(file: Path, take: Take) -> datetime:
    """When the recording began, in local time: by its own stamps, else by the file's date."""
    first_s = take.blocks[0].time_s(0)
    if _UNIX_S[0] < first_s < _UNIX_S[1]:
        return datetime.fromtimestamp(first_s, UTC).astimezone()
    ended = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return (ended - timedelta(seconds=take.duration_s)).astimezone()


def _parameters(asked: Asked) -> dict[str, object]:
    """What was asked, so that a later engine can ask the same again."""
    from calibration.profiles import read_profile

    return {
        "exercise": asked.exercise,
        "placement": asked.placement,
        "rate_hz": asked.rate_hz,
        "format": asked.format_name,
        "profile": None if asked.profile is None else asdict(read_profile(asked.profile)),
    }


def _kept(saved: Saved) -> str:
    if saved.new_session:
        return f"Kept as session {saved.session_id}."
    if not saved.new:
        return f"Already kept as session {saved.session_id}; --again analyses it anew beside that."
    words = [f"Kept in session {saved.session_id}, beside the earlier analysis."]
    if saved.corrections_kept:
        words.append(f"Your corrections were carried over ({saved.corrections_kept}).")
    if saved.corrections_left:
        words.append(f"{saved.corrections_left} of them fit nothing in it and stay with the old.")
    return " ".join(words)
