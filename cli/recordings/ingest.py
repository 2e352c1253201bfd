"""Import a recording: read it, analyse it and save the result.

``replay``, ``record`` and ``recover`` all use this, so their results can't differ. What the user
typed takes precedence over the recording's own header.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.athletes import usual_athlete
from cli.recordings.questions import Metadata, Question, read_and_analyse
from sensing.core.errors import RecordingError
from sensing.core.exercises import AUTO, CATALOGUE
from sensing.core.samples import PLACEMENTS

if TYPE_CHECKING:
    from calibration.profiles.choosing import Chosen
    from cli.recordings.questions import Choose
    from sensing.core.events import Analysis
    from sensing.core.samples import Recording
    from sensing.files.recordings.recording_format import Header
    from sensing.profile.profile import Profile
    from sensing.store.store import Store
    from sensing.store.values.rows import Saved

_UNIX_S = (946_684_800.0, 4_102_444_800.0)  # 2000 to 2100: times in between are Unix time
_MOST_PAIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedFile:
    """A recording that was read and analysed, but not saved yet.

    Attributes:
        question: how it was analysed, completed from the header.
        typed: what the user said about it.
        header: of a recording of our own.
    """

    file: Path
    question: Question
    typed: Metadata
    header: Header | None
    recording: Recording
    analysis: Analysis
    chosen: Chosen


_DEFAULT = Question()


def import_recording(file: Path, about: Metadata, store: Store) -> tuple[AnalysedFile, Saved]:
    """Read, analyse and save a recording.

    Raises:
        RecordingError: the recording can't be read or analysed.
        StoreError: the database can't be written.
    """
    found = analyse_file(file, about, store=store)
    return found, save_analysis(found, store)


def analyse_file(
    file: Path, about: Metadata, *, question: Question = _DEFAULT, store: Store | None = None
) -> AnalysedFile:
    """The first half of :func:`import_recording`: read and analyse, and save nothing.

    The calibration profiles come from the store.

    Raises:
        RecordingError: the recording can't be read or analysed.
        UsageError: there is no such profile or format.
    """
    from sensing.files.read_recording import read_header
    from sensing.files.recordings.recording_lock import is_being_recorded

    header = read_header(file)
    if header is not None:
        if is_being_recorded(file):
            raise RecordingError(
                "is still being recorded", where=file.name, remedy="wait until it is finished"
            )
        question = _complete_question(question, header)
    choose = _chooser(question, about, header, store)
    recording, analysis, chosen = read_and_analyse(file, question, choose)
    return AnalysedFile(
        file=file,
        question=question,
        typed=about,
        header=header,
        recording=recording,
        analysis=analysis,
        chosen=chosen,
    )


def profile_for(header: Header, store: Store) -> Profile:
    """The profile that a recording with this header will be analysed with.

    Raises:
        StoreError: the database can't be read.
        UsageError: a stored profile makes no sense.
    """
    question = _complete_question(_DEFAULT, header)
    placement = "unknown" if question.placement == "auto" else question.placement
    return _chooser(question, Metadata(), header, store)(placement).profile


def _chooser(
    question: Question, about: Metadata, header: Header | None, store: Store | None
) -> Choose:
    from cli.recordings.profile_choice import profile_chooser

    known = about if header is None else _complete_metadata(about, header)
    if store is not None:
        known = replace(known, athlete=_athlete(known, store))
    return profile_chooser(question, known, header, store)


def save_analysis(found: AnalysedFile, store: Store) -> Saved:
    """The second half of :func:`import_recording`: save the result."""
    from sensing.files.read_recording import sha256_of
    from sensing.store.values.rows import AnalysisRun, RecordingInfo, RecordingNotes

    header, sha256 = found.header, sha256_of(found.file)
    about = found.typed if header is None else _complete_metadata(found.typed, header)
    began = about.began.astimezone() if about.began else _began(found.file, found.recording)
    if store.stored_in(sha256) is not None:
        about = found.typed  # the user may have changed in the database what the header says
    elif about.session_id is None:
        about = replace(about, athlete=_athlete(about, store))
    return store.save(
        found.analysis,
        RecordingInfo(
            path=str(found.file.absolute()),
            sha256=sha256,
            size_bytes=found.file.stat().st_size,
            format=found.recording.format,
            sensor=header.sensor or None if header else None,
            range_g=found.recording.range_g,
            sensor_name=header.sensor_name if header else None,
            sensor_address=header.sensor_address if header else None,
            started_utc=began.astimezone(UTC),
            day=began.date(),
            session_key=header.session if header else None,
        ),
        AnalysisRun(
            now_utc=datetime.now(UTC),
            profile_id=found.chosen.id,
            parameters=_parameters(found),
            again=about.again,
        ),
        RecordingNotes(
            side=about.side,
            load_kg=about.load_kg,
            pain=about.pain,
            note=about.note,
            target=dict(header.target) if header and header.target else None,
            athlete=about.athlete,
        ),
        session_id=about.session_id,
    )


def describe_saved(saved: Saved) -> str:
    """What happened to a recording, in words."""
    if saved.new_session:
        return f"Saved as session {saved.session_id}."
    if saved.new_recording:
        return f"Saved in session {saved.session_id}."
    if not saved.new:
        return (
            f"Already in the database (session {saved.session_id}); "
            "--again analyses it again and keeps both results."
        )
    words = [f"Saved in session {saved.session_id}, beside the earlier analysis."]
    if saved.corrections_kept:
        words.append(f"Your corrections were carried over ({saved.corrections_kept}).")
    if saved.corrections_left:
        words.append(
            f"{saved.corrections_left} of your corrections match nothing in the new analysis"
            " and stay with the earlier one."
        )
    return " ".join(words)


def _complete_question(question: Question, header: Header) -> Question:
    if question.exercise == AUTO and header.exercise in {row.name for row in CATALOGUE}:
        question = replace(question, exercise=header.exercise)
    for placement in PLACEMENTS:
        if question.placement == "auto" and header.placement == placement:
            question = replace(question, placement=placement)
    return question


def _complete_metadata(about: Metadata, header: Header) -> Metadata:
    if about.side is None and header.side in ("left", "right"):
        about = replace(about, side="left" if header.side == "left" else "right")
    if about.load_kg is None:
        about = replace(about, load_kg=header.load_kg)
    if about.pain is None and header.pain is not None and 0 <= header.pain <= _MOST_PAIN:
        about = replace(about, pain=header.pain)
    if about.note is None:
        about = replace(about, note=header.note)
    if about.athlete is None and (header.athlete or "").strip():
        about = replace(about, athlete=header.athlete)
    if about.began is None and header.started is not None:
        with suppress(ValueError):
            about = replace(about, began=datetime.fromisoformat(header.started))
    return about


def _athlete(about: Metadata, store: Store) -> str | None:
    """The athlete as stored: the one named, in whatever spelling, or else the usual one."""
    if about.athlete is None:
        return usual_athlete(store.athletes())
    return store.athlete_named(about.athlete) or about.athlete


def _began(file: Path, recording: Recording) -> datetime:
    """When the recording began, in local time: by its own times, else by the file's date."""
    first_s = recording.blocks[0].time_s(0)
    if _UNIX_S[0] < first_s < _UNIX_S[1]:
        return datetime.fromtimestamp(first_s, UTC).astimezone()
    ended = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return (ended - timedelta(seconds=recording.duration_s)).astimezone()


def _parameters(found: AnalysedFile) -> dict[str, object]:
    """How it was analysed, so that a later version can do the same again."""
    question, profile = found.question, found.chosen.profile
    return {
        "exercise": question.exercise,
        "placement": question.placement,
        "rate_hz": question.rate_hz,
        "format": question.format_name,
        "profile": asdict(profile) if profile.name else None,
    }
