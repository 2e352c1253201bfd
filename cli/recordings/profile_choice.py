"""Which profile a recording is analysed with: the one asked for, or the one that fits by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.profiles.choosing import Chosen, ProfileVersion, choose
from calibration.profiles.profile_files import read_profile
from calibration.profiles.profile_text import Scope, Written, from_toml
from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO
from sensing.profile.profile import UNCALIBRATED

if TYPE_CHECKING:
    from cli.recordings.questions import Asked, Choose, Details
    from sensing.core.samples import Placement
    from sensing.files.recordings.recording_format import Header
    from sensing.store.store import Store
    from sensing.store.values.rows import StoredProfile

NONE = "none"
"""As ``--profile`` takes it: no calibration."""

ME = "me"


def chooser(asked: Asked, about: Details, header: Header | None, store: Store | None) -> Choose:
    """How the profile for a recording is found; an explicit one is read at once.

    Args:
        asked: ``profile`` is a file, a name, "none", or None: find the one that fits.
        store: where profiles are kept; None: only a file can be used.

    Raises:
        UsageError: the file asked for makes no sense.
        StoreError: no profile has the name asked for.
    """
    if asked.profile == NONE:
        return lambda _: Chosen(profile=UNCALIBRATED)
    if asked.profile is not None:
        named = _named(asked.profile, store)
        return lambda _: named
    if store is None:
        return lambda _: Chosen(profile=UNCALIBRATED)
    kept = kept_profiles(store)

    def fitting(placement: Placement) -> Chosen:
        wanted = Scope(
            athlete=about.athlete or ME,
            exercise=None if asked.exercise == AUTO else asked.exercise,
            side=about.side,
            placement=placement,
            sensor=header.sensor_name if header else None,
        )
        return choose(kept, wanted, today=datetime.now(UTC).astimezone().date())

    return fitting


def is_name(text: str) -> bool:
    """True if what was typed can only be the name of a kept profile, not a file."""
    return text != NONE and Path(text).suffix != ".toml" and not Path(text).exists()


def kept_profiles(store: Store) -> list[ProfileVersion]:
    """The newest version of every profile in use."""
    return [kept_one(each) for each in store.profiles()]


def kept_one(stored: StoredProfile) -> ProfileVersion:
    """A stored profile, read; whom it is for is what the database says."""
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


def _named(text: str, store: Store | None) -> Chosen:
    if not text.strip():
        raise UsageError("--profile is empty", remedy="give a TOML file or a name")
    if store is None or not is_name(text):
        return Chosen(profile=read_profile(Path(text)))
    stored = kept_one(store.profile(text))
    return Chosen(profile=stored.written.profile, id=stored.id)
