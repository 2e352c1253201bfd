"""``anklet validate``: results compared with what an observer or an instrument says."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from cli.common.options import complete_exercise
from cli.common.output import out, print_json, remark
from cli.common.tables import AsJson
from cli.recordings.questions import InputFormat, Placed, ProfileFile, Question, Rate
from sensing.core.errors import UsageError

_WIDEST_S = 10.0


def validate(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Recordings, folders of recordings, or bundles."),
    ],
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            "-l",
            metavar="FILE",
            help="CSV with counts or events (may be repeated); by default what was tapped with "
            "--observe, or what a bundle holds.",
            show_default=False,
        ),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            "-e",
            metavar="NAME",
            help="Exercise that was done; by default as the labels or the recording say, "
            "else `auto`.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    placement: Placed = "auto",
    athlete_from: Annotated[
        str | None,
        typer.Option(
            "--athlete-from",
            metavar="REGEX",
            help="Find the person in a recording's path and name, such as '^[^-]+' or 'P[0-9]+'.",
        ),
    ] = None,
    no_shift: Annotated[
        bool,
        typer.Option("--no-shift", help="Compare labelled times as they are; assume no delay."),
    ] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            help="How far apart matching events may be; by default 0.5 s for a rep, 0.15 s for a "
            "ground contact, 1.5 s for a hold.",
        ),
    ] = None,
    profile: ProfileFile = None,
    rate: Rate = None,
    input_format: InputFormat = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="New folder for JSON, CSV and a picture (which needs the extra `plots`).",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare results with what an observer or an instrument says.

    Labels are a CSV of counts (`recording,reps`, or `hops`, `holds`) or of events
    (`recording,event,time_s,end_s`, where an event is a `rep`, a `contact` or a `hold`). Columns
    `person` and `exercise` are used if they are there. Reports how well was counted, which events
    were found, how far durations are off (Bland–Altman limits, ICC), and how often the stated
    uncertainty holds: for each person and for all. docs/validation.md tells how to plan such
    a study.

    [bold]Examples[/bold]

      anklet validate recordings/ --labels counts.csv --athlete-from 'P[0-9]+'
      anklet validate hops.csv --labels plate.csv -e single-leg-hop --no-shift
      anklet validate observed.anklet
      anklet validate clinic.zip -o results
    """
    from cli.validation.compare_recordings import How, compare_all, failure
    from cli.validation.sources import sources
    from cli.validation.validation_files import OURS, document, write_files
    from cli.validation.validation_report import print_validation
    from sensing.files.atomic_write import new_folder
    from sensing.validation.summary import sum_up

    if tolerance is not None and not 0 < tolerance <= _WIDEST_S:
        raise UsageError(f"--tolerance {tolerance:g} is not above 0 and at most {_WIDEST_S:g} s")
    how = How(
        exercise=exercise,
        question=Question(
            exercise=exercise or "auto",
            placement=placement,
            profile=profile,
            rate_hz=rate,
            format_name=input_format,
        ),
        athlete_from=_pattern(athlete_from),
        shift=not no_shift,
        tolerance_s=tolerance,
    )
    with ExitStack() as stack:
        made = None
        if output is not None:  # refused, if it is, before the work is done
            made = stack.enter_context(new_folder(output, force=force, ours=OURS))
        compared = compare_all(stack.enter_context(sources(paths, labels or [])), how)
        summed = sum_up(compared.comparisons)
        if made is not None:
            names = write_files(made, compared, summed, tolerance)
    if output is not None:
        remark(f"wrote {output}: {', '.join(names)}")
    if as_json:
        print_json(document(compared, summed, tolerance))
    elif compared.comparisons:
        own = "its own labels" if compared.recordings == 1 else "their own labels"
        said = ", ".join(each.name for each in labels or []) or own
        print_validation(compared, summed, said)
    else:
        out().print("No recording could be compared.")
    failed = failure(compared)
    if failed is not None:
        raise failed


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(
            f"--athlete-from {text!r} is not a regular expression ({error})",
            remedy="such as 'P[0-9]+'",
        ) from None
