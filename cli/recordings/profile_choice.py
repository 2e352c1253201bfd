"""Which calibration profile a recording is analysed with, and where the sensor was worn.

The profile is the one given, or the best match. The placement is the one given, or what the signal
shows. Where it shows nothing, what is known of the athlete is assumed, with a note that says so:
the placement that the profile is for, else that of the last session.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.profiles.choosing import (
    Chosen,
    ProfileVersion,
    calibrated_placement,
    choose,
    placement_of,
)
from cli.common.database import stored
from cli.common.output import out
from cli.recordings.questions import Metadata
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO
from sensing.files.profiles.profile_files import read_written
from sensing.files.profiles.profile_text import Scope, Written, from_toml, to_toml
from sensing.profile.profile import UNCALIBRATED

if TYPE_CHECKING:
    from cli.recordings.questions import Choose, Question
    from sensing.core.samples import Placement
    from sensing.files.recordings.recording_format import Header
    from sensing.store.store import Store
    from sensing.store.values.rows import StoredProfile

NONE = "none"
"""Value of ``--profile`` for no calibration."""

ME = "me"

ASSUMED = (
    "the signal does not show where the sensor was worn; the {placement} is assumed ({source}); "
    "--placement changes that"
)


def profile_chooser(
    question: Question, about: Metadata, header: Header | None, store: Store | None
) -> Choose:
    """What chooses the profile once the signal was looked at; an explicit one is read at once.

    ``question.profile`` is a file, a name, "none", or None for the best match. Without a store only
    a file can be used.

    Raises:
        UsageError: the file can't be used.
        StoreError: there is no profile of this name.
    """
    scope = Scope(
        athlete=about.athlete or ME,
        exercise=None if question.exercise == AUTO else question.exercise,
        side=about.side,
        sensor=header.sensor_name if header else None,
    )
    named = _named(question.profile, store)
    stored = [] if store is None or named is not None else profiles_in_use(store)

    def chosen(placement: Placement) -> Chosen:
        notes: list[str] = []
        if placement == "unknown" and question.placement == "auto":
            for known, source in _assumed(question, scope, named, stored, store):
                if known is not None and known != "unknown":
                    placement = known
                    notes.append(ASSUMED.format(placement=placement, source=source))
                    break
        if named is not None:
            best = named
        else:
            wanted = replace(scope, placement=None if placement == "unknown" else placement)
            best = choose(stored, wanted, today=datetime.now(UTC).astimezone().date())
        return replace(best, placement=placement, notes=(*notes, *best.notes))

    return chosen


def given_profile(question: Question) -> Choose:
    """The profile that was given, if any: without a database none is chosen automatically."""
    if question.profile is None or not is_name(question.profile):
        return profile_chooser(question, Metadata(), None, None)
    with stored(None) as store:
        return profile_chooser(question, Metadata(), None, store)


def usual_placement(scope: Scope, store: Store) -> tuple[Placement, str]:
    """Where this athlete wears the sensor, and how that is known; unknown if it isn't."""
    for known, source in _known(scope, profiles_in_use(store), store):
        if known is not None:
            return known, source
    return "unknown", ""


def _assumed(
    question: Question,
    scope: Scope,
    named: Chosen | None,
    stored: Sequence[ProfileVersion],
    store: Store | None,
) -> Iterator[tuple[Placement | None, str]]:
    """Where the sensor may have been worn, the best guess first."""
    if named is not None:
        yield named.placement, "the profile is for it"
    yield question.before, "as in the earlier analysis"
    yield from _known(scope, stored, store)


def _known(
    scope: Scope, stored: Sequence[ProfileVersion], store: Store | None
) -> Iterator[tuple[Placement | None, str]]:
    yield calibrated_placement(stored, scope), "your profile is for it"
    if store is not None:
        yield store.last_placement(scope.athlete or ME), "as in the last session"


def is_name(text: str) -> bool:
    """Whether ``--profile`` names a stored profile rather than a file."""
    return text != NONE and Path(text).suffix != ".toml" and not Path(text).exists()


def profiles_in_use(store: Store) -> list[ProfileVersion]:
    """The newest version of every profile in use."""
    return [read_stored(each) for each in store.profiles()]


def read_stored(stored: StoredProfile) -> ProfileVersion:
    """A stored profile, parsed; its scope is what the database says."""
    written = from_toml(stored.toml, f"profile {stored.name!r}")
    scope = Scope(
        athlete=stored.athlete,
        exercise=stored.exercise,
        side=stored.side,
        placement=stored.placement,
        sensor=stored.sensor,
    )
    return ProfileVersion(
        id=stored.id,
        version=stored.version,
        default=stored.is_default,
        written=Written(profile=written.profile, scope=scope, learnt=written.learnt),
    )


def save_profile(store: Store, written: Written, name: str) -> None:
    """Save a new version of the profile of this name, and print which it is."""
    stored = store.put_profile(
        name, to_toml(written), now_utc=datetime.now(UTC), **asdict(written.scope)
    )
    out().print(f"Saved as profile {stored.name!r}, version {stored.version}.", soft_wrap=True)


def _named(text: str | None, store: Store | None) -> Chosen | None:
    """The explicit profile and the placement that it is for; None if none was given."""
    if text is None:
        return None if store is not None else Chosen(profile=UNCALIBRATED)
    if text == NONE:
        return Chosen(profile=UNCALIBRATED)
    if not text.strip():
        raise UsageError("--profile is empty", remedy="give a TOML file or the name of a profile")
    if store is None or not is_name(text):
        written, number = read_written(Path(text)), None
    else:
        version = read_stored(store.profile(text))
        written, number = version.written, version.id
    worn = placement_of(written) or "unknown"
    return Chosen(profile=written.profile, id=number, placement=worn)
