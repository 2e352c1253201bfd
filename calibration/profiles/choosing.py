"""The right profile for a recording, put together from all that was ever learnt.

Parts are learnt at different times and hold for different things: a sensor's own errors for every
exercise, the timing of contacts for one person's hops on one leg. So each part comes from the most
particular profile that fits and has it. A profile fits if each of athlete, exercise, side,
placement and sensor is what is asked for, or says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from calibration.profiles.profile_text import PARTS, Scope, Written
from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.profile.profile import UNCALIBRATED, Profile

OLD_DAYS = 90
"""Straps, shoes and legs change; after a season a calibration is worth a few minutes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A profile as the database keeps it.

    Attributes:
        id: of this version.
        version: 1 and up.
        default: wins over another one that is for just the same.
        written: what it says; its scope is the database's.
    """

    id: int
    version: int
    default: bool
    written: Written

    @property
    def name(self) -> str:
        """What it is called."""
        return self.written.profile.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What to analyse with.

    Attributes:
        profile: all parts together; its name says where they are from.
        id: the most particular profile that gave a part; None if none did.
        notes: what the person should know of it, such as its age.
    """

    profile: Profile
    id: int | None = None
    notes: tuple[str, ...] = ()


def choose(kept: Sequence[Kept], wanted: Scope, *, today: date) -> Chosen:
    """Put the parts that fit together.

    Args:
        kept: the newest version of every profile in use.
        wanted: what the recording is of; what isn't known of it fits no particular profile.
        today: the day the age of a part is judged on.
    """
    fitting = sorted(
        (each for each in kept if fits(each.written.scope, wanted)),
        key=lambda each: (particular(each.written.scope), each.default, each.id),
        reverse=True,
    )
    profile, used, notes = UNCALIBRATED, list[Kept](), list[str]()
    for part in PARTS:
        giver = next((each for each in fitting if has(each.written.profile, part)), None)
        if giver is None:
            continue
        profile = with_part(profile, giver.written.profile, part)
        if giver not in used:
            used.append(giver)
        notes += _age(giver, part, today)
    if not used:
        return Chosen(profile=UNCALIBRATED, notes=_others(kept, wanted))
    used.sort(key=fitting.index)
    name = " + ".join(f"{each.name} (version {each.version})" for each in used)
    return Chosen(profile=replace(profile, name=name), id=used[0].id, notes=tuple(notes))


def fits(scope: Scope, wanted: Scope) -> bool:
    """True if a profile for ``scope`` may be used on what is ``wanted``."""
    return all(
        getattr(scope, each.name) in (None, getattr(wanted, each.name)) for each in fields(Scope)
    )


def particular(scope: Scope) -> int:
    """How many of the five a scope names."""
    return sum(getattr(scope, each.name) is not None for each in fields(Scope))


def has(profile: Profile, part: str) -> bool:
    """True if this part of it was learnt."""
    return getattr(profile, "rise_scale" if part == "height" else part) is not None


def with_part(profile: Profile, giver: Profile, part: str) -> Profile:
    """``profile`` with one part from another."""
    if part == "height":
        return replace(profile, rise_scale=giver.rise_scale, rise_sd_share=giver.rise_sd_share)
    return replace(profile, **{part: getattr(giver, part)})


def _age(kept: Kept, part: str, today: date) -> list[str]:
    """What speaks against a part that was learnt long ago, or for another engine."""
    learnt = kept.written.learnt.get(part)
    if learnt is None:
        return []
    notes = []
    days = (today - learnt.day).days
    if days > OLD_DAYS:
        notes.append(f"{part} of profile {kept.name!r} was learnt {days} days ago: learn it again")
    if part != "sensor" and learnt.engine and learnt.engine != ALGORITHM_VERSION:
        notes.append(
            f"{part} of profile {kept.name!r} was learnt with engine {learnt.engine}, "
            f"this is {ALGORITHM_VERSION}: learn it again"
        )
    return notes


def _others(kept: Sequence[Kept], wanted: Scope) -> tuple[str, ...]:
    """Profiles for this exercise that miss only by leg, sensor or place."""
    notes = []
    for each in sorted(kept, key=lambda one: one.id):
        scope = each.written.scope
        bare = replace(scope, side=None, sensor=None, placement=None)
        if scope.exercise is not None and fits(bare, wanted):
            changed = [
                f"{name} {getattr(scope, name)}"
                for name in ("side", "sensor", "placement")
                if getattr(scope, name) not in (None, getattr(wanted, name))
            ]
            if changed:
                told = " and ".join(changed)
                notes.append(f"profile {each.name!r} is for {told} and was not used")
    return tuple(notes)
