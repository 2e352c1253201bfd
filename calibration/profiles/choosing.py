"""Choose the profile for a recording, combined from everything that was ever calibrated.

Parts of a profile are calibrated at different times and apply to different things: a sensor's own
errors to every exercise, contact times to one athlete's hops on one leg. So each part comes from
the most specific profile that fits and has it. A profile fits if each of athlete, exercise, side,
placement and sensor is either the one asked for or not specified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.core.samples import Placement, Worn
from sensing.files.profiles.profile_text import PARTS, Scope, Written
from sensing.profile.profile import UNCALIBRATED, Profile

OLD_DAYS = 90
"""Straps, shoes and legs change; after a season it is worth a few minutes to calibrate again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVersion:
    """One version of a stored profile.

    Attributes:
        id: of this version.
        version: 1 and up.
        default: preferred over another one of the same scope.
        written: its contents; its scope is the database's.
    """

    id: int
    version: int
    default: bool
    written: Written

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.written.profile.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The profile to analyse a recording with.

    Attributes:
        profile: all parts combined; its name says where they come from.
        id: the most specific profile that a part came from; None if there is none.
        placement: where the sensor is taken to have been worn.
        notes: what the athlete should know about both, such as the profile's age.
    """

    profile: Profile
    id: int | None = None
    placement: Placement = "unknown"
    notes: tuple[str, ...] = ()


def choose(stored: Sequence[ProfileVersion], wanted: Scope, *, today: date) -> Chosen:
    """Combine the parts that fit.

    Args:
        stored: the newest version of every profile in use.
        wanted: what the recording is of; where that is unknown, no specific profile fits.
        today: the day on which the age of a part is judged.
    """
    fitting = sorted(
        (each for each in stored if fits(each.written.scope, wanted)),
        key=lambda each: (particular(each.written.scope), each.default, each.id),
        reverse=True,
    )
    profile, used, notes = UNCALIBRATED, list[ProfileVersion](), list[str]()
    for part in PARTS:
        source = next((each for each in fitting if has(each.written.profile, part)), None)
        if source is None:
            continue
        profile = with_part(profile, source.written.profile, part)
        if source not in used:
            used.append(source)
        notes += _age(source, part, today)
    if not used:
        return Chosen(profile=UNCALIBRATED, notes=_others(stored, wanted))
    used.sort(key=fitting.index)
    name = " + ".join(f"{each.name} (version {each.version})" for each in used)
    return Chosen(profile=replace(profile, name=name), id=used[0].id, notes=tuple(notes))


def fits(scope: Scope, wanted: Scope) -> bool:
    """True if a profile for ``scope`` may be used for ``wanted``."""
    return all(
        getattr(scope, each.name) in (None, getattr(wanted, each.name)) for each in fields(Scope)
    )


def calibrated_placement(stored: Sequence[ProfileVersion], wanted: Scope) -> Worn | None:
    """The one placement that all fitting profiles with a placement are for; None if they differ."""
    bare = replace(wanted, placement=None)
    found = {
        placement_of(each.written)
        for each in stored
        if fits(replace(each.written.scope, placement=None), bare)
    } - {None}
    return found.pop() if len(found) == 1 else None


def placement_of(written: Written) -> Worn | None:
    """The placement that a profile is for: its scope's, else the one that all its parts share."""
    if written.scope.placement is not None:
        return written.scope.placement
    parts = (getattr(written.profile, part, None) for part in PARTS)
    found = {getattr(part, "placement", None) for part in parts} - {None}
    return found.pop() if len(found) == 1 else None


def particular(scope: Scope) -> int:
    """How many of the five a scope specifies."""
    return sum(getattr(scope, each.name) is not None for each in fields(Scope))


def has(profile: Profile, part: str) -> bool:
    """True if this part of the profile was calibrated."""
    return getattr(profile, "rise_scale" if part == "height" else part) is not None


def with_part(profile: Profile, source: Profile, part: str) -> Profile:
    """``profile`` with one part taken from another."""
    if part == "height":
        return replace(profile, rise_scale=source.rise_scale, rise_sd_share=source.rise_sd_share)
    return replace(profile, **{part: getattr(source, part)})


def _age(stored: ProfileVersion, part: str, today: date) -> list[str]:
    """Warnings about a part that is old, or belongs to another algorithm version."""
    learnt = stored.written.learnt.get(part)
    if learnt is None:
        return []
    notes = []
    days = (today - learnt.day).days
    if days > OLD_DAYS:
        notes.append(
            f"{part} of profile {stored.name!r} was calibrated {days} days ago; calibrate it again"
        )
    if part != "sensor" and learnt.engine and learnt.engine != ALGORITHM_VERSION:
        notes.append(
            f"{part} of profile {stored.name!r} was calibrated for algorithm version "
            f"{learnt.engine}, but this is {ALGORITHM_VERSION}; calibrate it again"
        )
    return notes


def _others(stored: Sequence[ProfileVersion], wanted: Scope) -> tuple[str, ...]:
    """Profiles for this exercise that differ only by side, sensor or placement."""
    notes = []
    unknown = wanted.placement is None
    for each in sorted(stored, key=lambda one: one.id):
        scope = each.written.scope
        bare = replace(scope, side=None, sensor=None, placement=None)
        if scope.exercise is not None and fits(bare, wanted):
            changed = [
                f"{name} {getattr(scope, name)}"
                for name in ("side", "sensor", "placement")
                if getattr(scope, name) not in (None, getattr(wanted, name))
            ]
            if changed:
                worn = scope.placement is not None
                scopes = " and ".join(changed)
                way = "; --placement says where it was worn" if unknown and worn else ""
                notes.append(f"profile {each.name!r} is for {scopes}, so it was not used{way}")
    return tuple(notes)
