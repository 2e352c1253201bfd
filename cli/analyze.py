"""``anklet analyze``: what was done in one recording; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.exercises import complete_exercise
from cli.output import no_progress, out, print_json, progress
from sensing.errors import UsageError
from sensing.exercises import AUTO, find_exercise

if TYPE_CHECKING:
    from sensing.events import Analysis
    from sensing.samples import Take

_LONG_FILE_BYTES = 3_000_000  # smaller ones are read before a bar could be seen


def analyze(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recording.")],
    exercise: Annotated[
        str,
        typer.Option(
            "--exercise",
            "-e",
            metavar="NAME",
            help="What was done; `auto` finds out, for each bout.",
            autocompletion=complete_exercise,
        ),
    ] = AUTO,
    placement: Annotated[
        Literal["ankle", "shoe", "auto"],
        typer.Option(help="Where the sensor was worn; `auto` finds out."),
    ] = "auto",
    profile: Annotated[
        Path | None,
        typer.Option(metavar="TOML", help="Calibration of this person, exercise and sensor."),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Samples per second, for a file that has no time in it."),
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="Program the file is from; else found out."),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="List every rep, hop and hold.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what was done in a recording.

    Counts raises, times hops and scores holds, draws each set, and says which figures can't be
    trusted and why. Nothing is stored; `anklet replay` does that.

    [bold]Examples[/bold]

      anklet analyze workout.csv.gz

      anklet analyze hops.csv --exercise single-leg-hop --every

      anklet analyze raw.csv --rate 104 --json > raw.json
    """
    take, analysis = read_and_analyse(
        file,
        exercise=exercise,
        placement=placement,
        profile=profile,
        rate_hz=rate,
        format_name=format_name,
    )
    if as_json:
        from sensing.document import document

        print_json(document(analysis))
    else:
        from cli.report import print_report

        print_report(out(), analysis, take.blocks, title=file.name, every=every)


def read_and_analyse(
    file: Path,
    *,
    exercise: str = AUTO,
    placement: Literal["ankle", "shoe", "auto"] = "auto",
    profile: Path | None = None,
    rate_hz: float | None = None,
    format_name: str | None = None,
) -> tuple[Take, Analysis]:
    """Read a recording and analyse it, with a bar on standard error while a long one takes.

    Raises:
        UsageError: an option makes no sense.
        RecordingError: the recording can't be read or analysed.
    """
    if exercise != AUTO:
        find_exercise(exercise)
    if rate_hz is not None and not 0 < rate_hz < float("inf"):
        raise UsageError(f"--rate {rate_hz:g} is not a number of samples per second above 0")
    from sensing.session import analyse

    from calibration.profiles import read_profile
    from sensing.profile import UNCALIBRATED
    from sensing.reading import read_take

    known = UNCALIBRATED if profile is None else read_profile(profile)
    long = file.is_file() and file.stat().st_size > _LONG_FILE_BYTES
    with progress(f"reading {file.name}") if long else no_progress() as step:
        take = read_take(file, rate_hz=rate_hz, format_name=format_name)
        step(f"analysing {file.name}")
        analysis = analyse(take, exercise, None if placement == "auto" else placement, known)
    return take, analysis
