"""The options of every verb that analyses a recording, and the analysis itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.options import complete_exercise
from cli.common.output import no_progress, progress
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, find_exercise

if TYPE_CHECKING:
    from calibration.profiles.choosing import Chosen
    from sensing.core.events import Analysis
    from sensing.core.samples import Placement, Recording, Side

    Choose = Callable[[Placement], Chosen]
    """Chooses the profile, and the placement where the signal shows none."""

_LONG_FILE_BYTES = 3_000_000  # smaller ones are read before a progress bar could be seen

Where = Literal["ankle", "shoe", "auto"]

ExerciseName = Annotated[
    str,
    typer.Option(
        "--exercise",
        "-e",
        metavar="NAME",
        help="Exercise that was done; `auto` detects it, set by set.",
        autocompletion=complete_exercise,
    ),
]
Placed = Annotated[
    Where,
    typer.Option("--placement", help="Where the sensor was worn; `auto` detects it from steps."),
]
ProfileFile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="FILE|NAME",
        help="Calibration profile: a TOML file, a name from `anklet profiles`, or `none`.",
    ),
]
Rate = Annotated[
    float | None,
    typer.Option("--rate", metavar="HZ", help="Samples per second, for a file without times."),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--input-format",
        metavar="NAME",
        help="Program that wrote the file; by default recognised from its header.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the user says about a recording; None where nothing was said.

    Attributes:
        began: when it began, in local time unless it has an offset.
        session_id: session to add it to.
        again: analyse it again even if there is a result already, and keep both.
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
class Question:
    """How a recording is to be analysed, as typed.

    Attributes:
        placement: "auto" looks at the signal; "unknown" was recorded so, and stays so.
        before: placement of an earlier analysis, for where the signal shows none.
    """

    exercise: str = AUTO
    placement: Where | Placement = "auto"
    before: Placement = "unknown"
    profile: str | None = None
    rate_hz: float | None = None
    format_name: str | None = None

    def __post_init__(self) -> None:
        """Check the values before any file is opened.

        Raises:
            UsageError: there is no such exercise, or the rate is not above 0.
        """
        if self.exercise != AUTO:
            find_exercise(self.exercise)
        if self.rate_hz is not None and not 0 < self.rate_hz < float("inf"):
            raise UsageError(f"--rate {self.rate_hz:g} is not a possible sample rate")


def read_and_analyse(
    file: Path, question: Question, choose: Choose, *, quiet: bool = False
) -> tuple[Recording, Analysis, Chosen]:
    """Read and analyse a recording, with a progress bar on standard error for a long one.

    Without one if ``quiet``: a caller that reads many has its own.

    Raises:
        UsageError: there is no such profile or format.
        RecordingError: the recording can't be read or analysed.
    """
    from sensing.analysis.analyse import analyse, placement_of
    from sensing.files.read_recording import read_recording

    long = not quiet and file.is_file() and file.stat().st_size > _LONG_FILE_BYTES
    with progress(f"reading {file.name}") if long else no_progress() as step:
        recording = read_recording(file, rate_hz=question.rate_hz, format_name=question.format_name)
        step(f"analysing {file.name}")
        # Once, for the choice of the profile and for its use.
        auto = question.placement == "auto"
        placement = placement_of(recording) if question.placement == "auto" else question.placement
        chosen = choose(placement)
        analysis = analyse(recording, question.exercise, chosen.placement, chosen.profile)
        notes = (*analysis.notes, *chosen.notes)
        return recording, replace(analysis, placement_found=auto, notes=notes), chosen
