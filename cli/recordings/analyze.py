"""``anklet analyze``: what was done in one recording; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import stored
from cli.common.output import out, print_json
from cli.recordings.questions import (
    Asked,
    ExerciseName,
    InputFormat,
    Placed,
    ProfileFile,
    Rate,
    read_and_analyse,
)
from sensing.core.exercises import AUTO

if TYPE_CHECKING:
    from cli.recordings.questions import Choose


def analyze(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recording.")],
    exercise: ExerciseName = AUTO,
    placement: Placed = "auto",
    profile: ProfileFile = None,
    rate: Rate = None,
    input_format: InputFormat = None,
    every: Annotated[bool, typer.Option("--every", help="List every rep, hop and hold.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Analyse a recording and print the result.

    Counts raises, times hops and scores holds, draws each set, and says which figures can't be
    trusted and why. Nothing is stored; `anklet replay` does that.

    [bold]Examples[/bold]

      anklet analyze workout.csv.gz
      anklet analyze hops.csv --exercise single-leg-hop --every
      anklet analyze raw.csv --rate 104 --json > raw.json
    """
    asked = Asked(
        exercise=exercise,
        placement=placement,
        profile=profile,
        rate_hz=rate,
        format_name=input_format,
    )
    recording, analysis, _ = read_and_analyse(file, asked, _chooser(asked))
    if as_json:
        from sensing.results.json_document import document

        print_json(document(analysis))
    else:
        from cli.sets.analysis_report import print_report

        print_report(out(), analysis, recording.blocks, title=file.name, every=every)


def _chooser(asked: Asked) -> Choose:
    """Only what was asked for: nothing is looked up by itself where nothing is kept."""
    from cli.recordings.profile_choice import chooser, is_name
    from cli.recordings.questions import Details

    if asked.profile is None or not is_name(asked.profile):
        return chooser(asked, Details(), None, None)
    with stored(None) as store:
        return chooser(asked, Details(), None, store)
