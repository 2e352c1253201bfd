"""Analyse labelled recordings and compare the results with the labels, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cli.common.output import complain, progress
from cli.recordings.profile_choice import given_profile
from cli.recordings.questions import Question, read_and_analyse
from cli.validation.sources import Source, person_of
from sensing.core.errors import AnkletError, RecordingError
from sensing.core.exercises import AUTO, CATALOGUE
from sensing.core.samples import PLACEMENTS
from sensing.files.read_recording import read_header
from sensing.files.recordings.recording_lock import is_being_recorded
from sensing.validation.comparison import Comparison, compare

if TYPE_CHECKING:
    from sensing.files.recordings.recording_format import Header


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How recordings are analysed and compared.

    Attributes:
        exercise: as typed; None takes that of the labels, of the recording, or ``auto``.
        question: the other options of an analysis.
        athlete_from: finds the person in a recording's name.
    """

    exercise: str | None
    question: Question
    athlete_from: re.Pattern[str] | None = None
    shift: bool = True
    tolerance_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came out; ``failed`` are names of recordings that could not be analysed."""

    comparisons: tuple[Comparison, ...]
    recordings: int
    failed: tuple[str, ...]
    profile: str | None
    engine: str


def compare_all(found: Sequence[Source], how: How) -> Compared:
    """Analyse and compare recordings; one that can't be read is reported and left out.

    Raises:
        UsageError: labels contradict the recording, or an option makes no sense.
        RecordingError: the only recording can't be analysed.
    """
    out: list[Comparison] = []
    failed: list[str] = []
    profile, engine = None, ""
    with progress("comparing") as step:
        for number, source in enumerate(found, start=1):
            assert source.labels is not None  # noqa: S101 - sources() yields no other
            header, person = None, None
            try:
                header = _header(source)
                person = person_of(source, how.athlete_from, header.athlete if header else None)
                step(f"{number} of {len(found)}: {source.path.name}")
                question = _question(source, how, header)
                recording, analysis, _ = read_and_analyse(
                    source.path, question, given_profile(question), quiet=True
                )
            except RecordingError as error:
                if len(found) == 1:
                    raise
                complain(str(error))
                failed.append(source.name)
                continue
            profile, engine = analysis.profile, analysis.engine
            out += compare(
                source.labels,
                analysis,
                recording.blocks[0].time_s(0),
                person=person,
                shift=how.shift,
                tolerance_s=how.tolerance_s,
            )
    return Compared(
        comparisons=tuple(out),
        recordings=len(found) - len(failed),
        failed=tuple(failed),
        profile=profile,
        engine=engine,
    )


def _header(source: Source) -> Header | None:
    header = read_header(source.path)
    if header is not None and is_being_recorded(source.path):
        raise RecordingError(
            "is still being recorded", where=source.path.name, remedy="wait until it is finished"
        )
    return header


def _question(source: Source, how: How, header: Header | None) -> Question:
    """The question, completed from the labels, the bundle and the recording's header."""
    said = (
        how.exercise,
        source.labels.exercise if source.labels else None,
        source.exercise,
        header.exercise if header else None,
    )
    known = {row.name for row in CATALOGUE} | {AUTO}
    exercise = next((each for each in said if each in known), AUTO)
    question = replace(how.question, exercise=exercise or AUTO)
    placed = (source.placement, header.placement if header else None)
    for placement in PLACEMENTS:
        if question.placement == "auto" and placement in placed:
            question = replace(question, placement=placement)
    return question


def failure(compared: Compared) -> AnkletError | None:
    """What to say at the end if a recording could not be analysed."""
    if not compared.failed:
        return None
    count = len(compared.failed)
    return RecordingError(
        f"{count} of {compared.recordings + count} labelled recordings could not be analysed"
    )
