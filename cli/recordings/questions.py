"""What every verb that analyses a recording may be told, and the analysis itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.exercise_names import complete_exercise
from cli.common.output import no_progress, progress
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, find_exercise

if TYPE_CHECKING:
    from calibration.profiles.choosing import Chosen
    from sensing.core.events import Analysis
    from sensing.core.samples import Placement, Recording, Side

    Choose = Callable[[Placement], Chosen]
    """Says which profile to use with a sensor worn there."""

_LONG_FILE_BYTES = 3_000_000  # smaller ones are read before a bar could be seen

Where = Literal["ankle", "shoe", "auto"]

ExerciseName = Annotated[
    str,
    typer.Option(
        "--exercise",
        "-e",
        metavar="NAME",
        help="What was done; `auto` finds out, for each bout.",
        autocompletion=complete_exercise,
    ),
]
Placed = Annotated[
    Where, typer.Option("--placement", help="Where the sensor was worn; `auto` finds out.")
]
ProfileFile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="FILE|NAME",
        help="Calibration to use: a TOML file, or one of `anklet profiles`.",
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", metavar="HZ", help="Samples per second, for a file that has no time in it."
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Program the file is from; else found out."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the athlete says about a recording; None says nothing.

    Attributes:
        began: when, local time unless it has an offset.
        session_id: session that it joins.
        again: analyse anew beside an old result of the same question.
    """

    side: Side | None = None
    load_kg: float | None = None
    pain: int | None = None
    note: str | None = None
    began: datetime | None = None
    athlete: str | None = None
    session_id: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question put to a recording, as typed."""

    exercise: str = AUTO
    placement: Where = "auto"
    profile: str | None = None
    rate_hz: float | None = None
    format_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before any file is opened.

        Raises:
            UsageError: there is no such exercise, or the rate is not above 0.
        """
        if self.exercise != AUTO:
            find_exercise(self.exercise)
        if self.rate_hz is not None and not 0 < self.rate_hz < float("inf"):
            raise UsageError(f"--rate {self.rate_hz:g} is not a number of samples per second")


def read_and_analyse(
    file: Path, asked: Asked, choose: Choose
) -> tuple[Recording, Analysis, Chosen]:
    """Read a recording and analyse it, with a bar on standard error while a long one takes.

    Raises:
        UsageError: the profile or the format makes no sense.
        RecordingError: the recording can't be read or analysed.
    """
    from sensing.analysis.analyse import analyse, placement_of
    from sensing.files.read_recording import read_recording

    long = file.is_file() and file.stat().st_size > _LONG_FILE_BYTES
    with progress(f"reading {file.name}") if long else no_progress() as step:
        recording = read_recording(file, rate_hz=asked.rate_hz, format_name=asked.format_name)
        step(f"analysing {file.name}")
        # Once, for the choice of the profile and for its use.
        placement = placement_of(recording) if asked.placement == "auto" else asked.placement
        chosen = choose(placement)
        analysis = analyse(recording, asked.exercise, placement, chosen.profile)
        analysis = replace(
            analysis,
            placement_found=asked.placement == "auto",
            notes=(*analysis.notes, *chosen.notes),
        )
        return recording, analysis, chosen
