"""The result of a test: its figures, each with its uncertainty, and their limitations.

Every protocol (``sensing/guided/protocols.py``) ends in an :class:`Outcome`, whatever it measures,
so that all results are shown, compared and stored in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sensing.core.errors import UsageError
from sensing.core.samples import Placement, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a test.

    Attributes:
        name: with its unit, as in JSON.
        title: as printed.
        value: SI; None if unknown.
        sd: its standard uncertainty, in the same unit; None if unknown.
        unit: as printed.
        scale: from the SI value to that unit.
        places: decimal places.
        main: one of the few that are listed over time and in the summary.
        divides: whether left over right is meaningful; it is not for a change.
    """

    name: str
    title: str
    value: float | None
    sd: float | None = None
    unit: str = ""
    scale: float = 1.0
    places: int = 0
    main: bool = False
    divides: bool = True

    @property
    def text(self) -> str:
        """``5.1 ± 0.8 cm``; a dash if the value is unknown."""
        if self.value is None:
            return "–"
        words = f"{self.value * self.scale:.{self.places}f}"
        if self.sd is not None:
            words += f" ± {self.sd * self.scale:.{self.places}f}"
        return f"{words} {self.unit}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One test of one side.

    Attributes:
        protocol: its name.
        side: None if it is unknown.
        figures: in reading order.
        ended: why the test ended, in words; may be empty.
        norm: what healthy people reach, with its source; empty if none is published.
        doubts: limitations, one sentence each.
        rows: each raise, hop or trial, as plain values by name.
    """

    protocol: str
    side: Side | None
    figures: tuple[Measure, ...]
    ended: str = ""
    norm: str = ""
    doubts: tuple[str, ...] = ()
    rows: tuple[Mapping[str, object], ...] = field(default=())

    def figure(self, name: str) -> Measure | None:
        """The figure of this name, if it has one."""
        return next((each for each in self.figures if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known about an athlete and a recording besides the measurements.

    Attributes:
        body_mass_kg: None if unknown; then there is no work and no stiffness.
        load_kg: weight carried.
        rise_sd_share: standard uncertainty of a height as a share of it, if the height was
            calibrated; otherwise None.
        cycle_s: seconds from one raise to the next by the metronome; None without one.
        exercise: the one recorded, which may not be the one of the test.
        placement: of the sensor.
        age, female: for the norms; None if unknown.
        box_height_m: of a box that was jumped from; None if unknown.
    """

    body_mass_kg: float | None = None
    load_kg: float | None = None
    rise_sd_share: float | None = None
    cycle_s: float | None = None
    exercise: str = ""
    placement: Placement = "unknown"
    age: int | None = None
    female: bool | None = None
    box_height_m: float | None = None

    def __post_init__(self) -> None:
        mass = self.body_mass_kg
        if mass is not None and not MASS_KG[0] <= mass <= MASS_KG[1]:  # NaN fails too
            raise UsageError(
                f"a body mass of {mass:g} kg is not plausible",
                remedy=f"give {MASS_KG[0]:g} to {MASS_KG[1]:g} kg",
            )
        if self.age is not None and not AGES[0] <= self.age <= AGES[1]:
            raise UsageError(f"an age of {self.age} is not plausible", remedy="give it in years")
        box_m = self.box_height_m
        if box_m is not None and not BOX_M[0] <= box_m <= BOX_M[1]:
            raise UsageError(
                f"a box of {100 * box_m:g} cm is not plausible",
                remedy=f"give {100 * BOX_M[0]:g} to {100 * BOX_M[1]:g} cm",
            )


MASS_KG = (10.0, 400.0)
BOX_M = (0.05, 1.5)
AGES = (4, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One figure of both legs: ``left`` as a part of ``right``, with its standard uncertainty."""

    left: Measure
    right: Measure
    ratio: float | None
    ratio_sd: float | None


def beside(left: Outcome, right: Outcome) -> tuple[Beside, ...]:
    """The figures that both have, in order; their errors are assumed to be independent."""
    pairs = []
    for one in left.figures:
        other = right.figure(one.name)
        if other is None:
            continue
        ratio = sd = None
        if one.divides and one.value and other.value and min(one.value, other.value) > 0:
            ratio = one.value / other.value
            if one.sd is not None and other.sd is not None:
                sd = ratio * math.hypot(one.sd / one.value, other.sd / other.value)
        pairs.append(Beside(left=one, right=other, ratio=ratio, ratio_sd=sd))
    return tuple(pairs)
