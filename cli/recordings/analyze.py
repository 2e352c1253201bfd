"""``anklet analyze``: the analysis of one recording, printed and not saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import stored
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

if TYPE_CHECKING:
    from cli.recordings.questions import Choose


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
    recording, analysis, _ = read_and_analyse(file, question, _chooser(question))
    if as_json:
        from sensing.results.json_document import document

        print_json(document(analysis))
    else:
        from cli.sets.analysis_report import print_report

        print_report(out(), analysis, recording.blocks, title=file.name, every=every)


def _chooser(question: Question) -> Choose:
    """The profile that was given, if any: without a database none is chosen automatically."""
    from cli.recordings.profile_choice import is_name, profile_chooser
    from cli.recordings.questions import Metadata

    if question.profile is None or not is_name(question.profile):
        return profile_chooser(question, Metadata(), None, None)
    with stored(None) as store:
        return profile_chooser(question, Metadata(), None, store)
