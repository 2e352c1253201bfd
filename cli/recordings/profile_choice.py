"""Which calibration profile a recording is analysed with: the one given, or the best match."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.profiles.choosing import Chosen, ProfileVersion, choose
from calibration.profiles.profile_files import read_profile
from calibration.profiles.profile_text import Scope, Written, from_toml, to_toml
from cli.common.output import out
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO
from sensing.profile.profile import UNCALIBRATED

if TYPE_CHECKING:
    from cli.recordings.questions import Choose, Metadata, Question
    from sensing.core.samples import Placement
    from sensing.files.recordings.recording_format import Header
    from sensing.store.store import Store
    from sensing.store.values.rows import StoredProfile

NONE = "none"
"""Value of ``--profile`` for no calibration."""

ME = "me"


def profile_chooser(
    question: Question, about: Metadata, header: Header | None, store: Store | None
) -> Choose:
    """What chooses the profile once the placement is known; an explicit one is read at once.

    ``question.profile`` is a file, a name, "none", or None for the best match. Without a store only
    a file can be used.

    Raises:
        UsageError: the file can't be used.
        StoreError: there is no profile of this name.
    """
    if question.profile == NONE:
        return lambda _: Chosen(profile=UNCALIBRATED)
    if question.profile is not None:
        named = _named(question.profile, store)
        return lambda _: named
    if store is None:
        return lambda _: Chosen(profile=UNCALIBRATED)
    stored = profiles_in_use(store)

    def best_match(placement: Placement) -> Chosen:
        wanted = Scope(
            athlete=about.athlete or ME,
            exercise=None if question.exercise == AUTO else question.exercise,
            side=about.side,
            placement=placement,
            sensor=header.sensor_name if header else None,
        )
        return choose(stored, wanted, today=datetime.now(UTC).astimezone().date())

    return best_match


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


def _named(text: str, store: Store | None) -> Chosen:
    if not text.strip():
        raise UsageError("--profile is empty", remedy="give a TOML file or the name of a profile")
    if store is None or not is_name(text):
        return Chosen(profile=read_profile(Path(text)))
    stored = read_stored(store.profile(text))
    return Chosen(profile=stored.written.profile, id=stored.id)
