"""A profile as TOML: readable, editable by hand, and unchanged when read again.

The file mirrors the values of :class:`sensing.profile.profile.Profile`: a table for each part, a
line for each number, so a new field there needs nothing here except, perhaps, limits. The file also
says whom and what the profile is for (``[for]``) and when each part was calibrated, with which
algorithm version (``[learnt]``). Every value is checked, since a profile is applied to every figure
and a misplaced decimal point would go unnoticed. The limits are wide: several times the largest
published values (contact time ±36 ms between people; heel-rise height 7–24 %; sensor offsets
0.1 g).

There are two short forms for writing a few lines by hand: ``contact_offset_s`` and
``contact_sd_s`` at the top stand for a ``[contact]`` table with these two values.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import tomli_w

from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, find_exercise
from sensing.core.samples import Side, Worn
from sensing.files.toml_values import TomlReader
from sensing.profile.profile import Profile

PARTS = ("sensor", "mounting", "contact", "height", "rep", "hold")
"""The parts of a profile; ``height`` stands for ``rise_scale`` and ``rise_sd_share``."""

BOUNDS: dict[str, tuple[float, float]] = {
    "contact_offset_s": (-0.2, 0.2),
    "contact_sd_s": (0.001, 0.2),
    "rise_scale": (0.4, 2.5),
    "rise_sd_share": (0.001, 0.5),
    "contact.offset_s": (-0.2, 0.2),
    "contact.sd_s": (0.001, 0.2),
    "contact.views.late_s": (-0.5, 0.5),
    "contact.views.sd_s": (0.0, 0.5),
    "contact.kept": (0.0, 1.0),
    "contact.contact_s": (0.0, 5.0),
    "sensor.bias_mps2": (-5.0, 5.0),
    "sensor.matrix": (-1.5, 1.5),
    "sensor.gyro_bias_dps": (-50.0, 50.0),
    "hold.quiet_rms_mps2": (0.001, 2.0),
    "hold.rise_m": (0.0, 0.3),
    "mounting.up": (-1.001, 1.001),
    "mounting.forward": (-1.001, 1.001),
}
"""Limits of the values where a mistake would do most harm; the rest need only be numbers."""

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom and what a profile is for; None fits anything."""

    athlete: str | None = None
    exercise: str | None = None
    side: Side | None = None
    placement: Worn | None = None
    sensor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """When a part was calibrated, and with which algorithm version."""

    day: date
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The contents of a profile's file."""

    profile: Profile
    scope: Scope = Scope()
    learnt: Mapping[str, Learnt] = field(default_factory=dict)


def to_toml(written: Written) -> str:
    """The text of a profile; :func:`from_toml` reads the same values from it."""
    plain = _plain(asdict(written.profile))
    tables = {key: value for key, value in plain.items() if isinstance(value, dict)}
    out: dict[str, Any] = {key: value for key, value in plain.items() if key not in tables}
    scope = _plain(asdict(written.scope))
    if scope:
        out["for"] = scope
    if written.learnt:
        out["learnt"] = {
            part: {"day": each.day, "engine": each.engine}
            for part, each in sorted(written.learnt.items())
        }
    return tomli_w.dumps(out | tables)


def from_toml(text: str, where: str) -> Written:
    """Read a profile.

    Args:
        text: the TOML.
        where: name of its file in messages.

    Raises:
        UsageError: it is not TOML, or a key or value in it is not allowed; the message names the
            key and the limits.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"is not TOML: {error}", where=where, remedy="use lines such as rise_scale = 1.08"
        ) from error
    reader = _Reader(where)
    scope = reader.scope(table.pop("for", {}))
    learnt = reader.learnt(table.pop("learnt", {}))
    short = {
        key.removeprefix("contact_"): reader.number(key, table.pop(key))
        for key in ("contact_offset_s", "contact_sd_s")
        if key in table
    }
    if short and "contact" in table:
        raise UsageError(
            "contact is given twice", where=where, remedy="keep only the [contact] table"
        )
    if short:
        table["contact"] = {"offset_s": 0.0} | short
    name = table.pop("name", None)
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        raise UsageError(
            "name is missing or is not a short text",
            where=where,
            remedy='start the file with a line such as name = "left ankle, October"',
        )
    profile = reader.values(Profile, {"name": name.strip(), **table}, "")
    _check(profile, where)
    return Written(profile=profile, scope=scope, learnt=learnt)


def _plain(value: Any) -> Any:
    """Plain values for TOML: without unknown ones, tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


class _Reader(TomlReader):
    """Reads the parts of a profile's file besides the profile itself."""

    def __init__(self, where: str) -> None:
        super().__init__(
            where,
            bounds=BOUNDS,
            missing="calibrate again, or remove the whole part",
            also=("contact_offset_s", "contact_sd_s"),
        )

    def scope(self, table: Any) -> Scope:
        """Whom and what it is for."""
        scope = self.values(Scope, table, "for")
        assert isinstance(scope, Scope)  # noqa: S101 - narrows the type that was requested
        if scope.exercise is not None and scope.exercise != AUTO:
            find_exercise(scope.exercise)
        return scope

    def learnt(self, table: Any) -> dict[str, Learnt]:
        """When each part was calibrated."""
        if not isinstance(table, dict):
            raise self.wrong("learnt", table, "a table")
        found = {}
        for part, each in table.items():
            good = isinstance(each, dict) and isinstance(each.get("day"), date)
            if part not in PARTS or not good:
                raise self.wrong(f"learnt.{part}", each, "a day and an engine")
            found[part] = Learnt(day=each["day"], engine=str(each.get("engine", "")))
        return found


def _check(profile: Profile, where: str) -> None:
    """Check what must hold between values."""
    mounting, rep = profile.mounting, profile.rep
    if mounting is not None:
        for name, vector in (("up", mounting.up), ("forward", mounting.forward)):
            if abs(math.hypot(*vector) - 1) > 0.01:
                raise UsageError(f"mounting.{name} is not a unit vector", where=where)
        if abs(sum(a * b for a, b in zip(mounting.up, mounting.forward, strict=True))) > 0.05:
            raise UsageError("mounting.forward is not perpendicular to mounting.up", where=where)
    if profile.hold is not None:
        find_exercise(profile.hold.exercise)
    if rep is not None:
        find_exercise(rep.exercise)
        lengths = {len(rep.velocity_mps), len(rep.lean_mps2), len(rep.aside_mps2)}
        if len(lengths) != 1 or rep.step_s <= 0:
            raise UsageError("the parts of the rep template differ in length", where=where)
