"""A recording taken in: read, analysed and kept, the same way whoever asks for it.

``replay``, ``record`` and ``recover`` all go this way, so that what they keep can't differ. What
was typed comes first; where nothing was typed the recording's own header speaks.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.recordings.questions import Asked, Details, read_and_analyse
from sensing.core.errors import RecordingError
from sensing.core.exercises import AUTO, CATALOGUE

if TYPE_CHECKING:
    from calibration.profiles.choosing import Chosen
    from sensing.core.events import Analysis
    from sensing.core.samples import Recording
    from sensing.files.recordings.recording_format import Header
    from sensing.store.store import Store
    from sensing.store.values.rows import Saved

_UNIX_S = (946_684_800.0, 4_102_444_800.0)  # 2000 to 2100: stamps in between are Unix time
_MOST_PAIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """A recording read and analysed, not kept yet.

    Attributes:
        asked: the question, filled in from the header.
        typed: what was typed of it.
        header: of a recording of our own.
    """

    file: Path
    asked: Asked
    typed: Details
    header: Header | None
    recording: Recording
    analysis: Analysis
    chosen: Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A recording that is in the database now."""

    saved: Saved
    recording: Recording
    analysis: Analysis


_NOTHING_TYPED = Asked()


def take_in(file: Path, about: Details, store: Store, *, asked: Asked = _NOTHING_TYPED) -> Taken:
    """Read, analyse and keep a recording.

    Args:
        file: the recording.
        about: what was typed of it.
        store: where to keep it.
        asked: the question put to it, as typed.

    Raises:
        RecordingError: the recording can't be read or analysed.
        StoreError: the database can't be written.
        UsageError: the profile or the format makes no sense.
    """
    found = analysed(file, about, asked=asked, store=store)
    return Taken(saved=keep(found, store), recording=found.recording, analysis=found.analysis)


def analysed(
    file: Path, about: Details, *, asked: Asked = _NOTHING_TYPED, store: Store | None = None
) -> Analysed:
    """The first half of :func:`take_in`: read and analyse, and keep nothing."""
    from cli.recordings.profile_choice import chooser
    from sensing.files.read_recording import read_header
    from sensing.files.recordings.recording_lock import is_being_recorded

    header = read_header(file)
    if header is not None:
        if is_being_recorded(file):
            raise RecordingError(
                "is being recorded just now", where=file.name, remedy="wait until it is finished"
            )
        asked = _question(asked, header)
    told = about if header is None else _filled_in(about, header)
    choose = chooser(asked, told, header, store)
    recording, analysis, chosen = read_and_analyse(file, asked, choose)
    return Analysed(
        file=file,
        asked=asked,
        typed=about,
        header=header,
        recording=recording,
        analysis=analysis,
        chosen=chosen,
    )


def keep(found: Analysed, store: Store) -> Saved:
    """The second half of :func:`take_in`: keep what was found."""
    from sensing.files.read_recording import sha256_of
    from sensing.store.values.rows import AnalysisRun, RecordingInfo, RecordingNotes

    header, sha256 = found.header, sha256_of(found.file)
    about = found.typed if header is None else _filled_in(found.typed, header)
    began = about.began.astimezone() if about.began else _began(found.file, found.recording)
    if store.stored_in(sha256) is not None:
        about = found.typed  # what a person has set right since then beats the header
    return store.save(
        found.analysis,
        RecordingInfo(
            path=str(found.file.absolute()),
            sha256=sha256,
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


def kept_words(saved: Saved) -> str:
    """What became of a recording, in words."""
    if saved.new_session:
        return f"Kept as session {saved.session_id}."
    if saved.new_recording:
        return f"Kept in session {saved.session_id}."
    if not saved.new:
        return f"Already kept as session {saved.session_id}; --again analyses it anew beside that."
    words = [f"Kept in session {saved.session_id}, beside the earlier analysis."]
    if saved.corrections_kept:
        words.append(f"Your corrections were carried over ({saved.corrections_kept}).")
    if saved.corrections_left:
        words.append(f"{saved.corrections_left} of them fit nothing in it and stay with the old.")
    return " ".join(words)


def _question(asked: Asked, header: Header) -> Asked:
    if asked.exercise == AUTO and header.exercise in {row.name for row in CATALOGUE}:
        asked = replace(asked, exercise=header.exercise)
    if asked.placement == "auto" and header.placement in ("ankle", "shoe"):
        asked = replace(asked, placement="shoe" if header.placement == "shoe" else "ankle")
    return asked


def _filled_in(about: Details, header: Header) -> Details:
    if about.side is None and header.side in ("left", "right"):
        about = replace(about, side="left" if header.side == "left" else "right")
    if about.load_kg is None:
        about = replace(about, load_kg=header.load_kg)
    if about.pain is None and header.pain is not None and 0 <= header.pain <= _MOST_PAIN:
        about = replace(about, pain=header.pain)
    if about.note is None:
        about = replace(about, note=header.note)
    if about.athlete is None:
        about = replace(about, athlete=header.athlete)
    if about.began is None and header.started is not None:
        with suppress(ValueError):
            about = replace(about, began=datetime.fromisoformat(header.started))
    return about


def _began(file: Path, recording: Recording) -> datetime:
    """When the recording began, in local time: by its own stamps, else by the file's date."""
    first_s = recording.blocks[0].time_s(0)
    if _UNIX_S[0] < first_s < _UNIX_S[1]:
        return datetime.fromtimestamp(first_s, UTC).astimezone()
    ended = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return (ended - timedelta(seconds=recording.duration_s)).astimezone()


def _parameters(found: Analysed) -> dict[str, object]:
    """What was asked, so that a later engine can ask the same again."""
    asked, profile = found.asked, found.chosen.profile
    return {
        "exercise": asked.exercise,
        "placement": asked.placement,
        "rate_hz": asked.rate_hz,
        "format": asked.format_name,
        "profile": asdict(profile) if profile.name else None,
    }
