"""``anklet analyze``: the analysis of one recording, printed and not saved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.common.output import out, print_json
from cli.common.tables import AsJson
from cli.recordings.questions import (
    ExerciseName,
    InputFormat,
    Placed,
    ProfileFile,
    Question,
    Rate,
    read_and_analyse,
)
from sensing.core.exercises import AUTO


def analyze(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Recording to analyse.")],
    exercise: ExerciseName = AUTO,
    placement: Placed = "auto",
    profile: ProfileFile = None,
    rate: Rate = None,
    input_format: InputFormat = None,
    every: Annotated[bool, typer.Option("--every", help="List every rep, hop and hold.")] = False,
    as_json: AsJson = False,
) -> None:
    """Analyse a recording and print the result.

    Counts calf raises, times hops and scores holds, draws each set and states the limitations of
    the results. Nothing is saved; `anklet replay` does that.

    [bold]Examples[/bold]

      anklet analyze workout.csv.gz
      anklet analyze hops.csv --exercise single-leg-hop --every
      anklet analyze raw.csv --rate 104 --json > raw.json
    """
    question = Question(
        exercise=exercise,
        placement=placement,
        profile=profile,
        rate_hz=rate,
        format_name=input_format,
    )
    from cli.recordings.profile_choice import given_profile

    recording, analysis, _ = read_and_analyse(file, question, given_profile(question))
    if as_json:
        from sensing.results.json_document import document

        print_json(document(analysis))
    else:
        from cli.sets.analysis_report import print_report

        print_report(out(), analysis, recording.blocks, title=file.name, every=every)
