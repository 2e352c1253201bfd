"""What a test came to: its figures, each with its uncertainty, and what must be known beside them.

Every protocol (``sensing/guided/protocols.py``) ends in an :class:`Outcome`, whatever was
measured, so that results are shown, compared and kept alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sensing.core.errors import UsageError
from sensing.core.samples import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a test.

    Attributes:
        name: with its unit, as in JSON.
        title: as people read it.
        value: SI; None where it can't be told.
        sd: its standard uncertainty, in the same unit; None where nobody knows.
        unit: as printed.
        scale: from the SI value to that unit.
        places: digits after the point.
        main: one of the few that are listed over time and told in a sentence.
        divides: left over right says something of it; of a change it doesn't.
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
        """``5.1 ± 0.8 cm``; a dash where nothing is known."""
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
        side: None if it was not told.
        figures: in the order they are read.
        ended: why it was over, in words; empty where there is nothing to say.
        norm: what healthy people reach, with its source; empty where nobody published it.
        doubts: what can't be trusted or has to be known, one sentence each.
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
    """What is known of a person and a recording besides what was measured.

    Attributes:
        body_mass_kg: None if it was never told; then there is no work and no stiffness.
        load_kg: what was carried besides.
        rise_sd_share: standard uncertainty of a rise as a part of it, where the height was
            calibrated; None where it wasn't.
        cycle_s: seconds from one raise to the next that a metronome beat; None without one.
        exercise: what was recorded, which may be another one than the test is made of.
        placement: where the sensor was.
        age, female: for the norms; None where they were not told.
    """

    body_mass_kg: float | None = None
    load_kg: float | None = None
    rise_sd_share: float | None = None
    cycle_s: float | None = None
    exercise: str = ""
    placement: str = "ankle"
    age: int | None = None
    female: bool | None = None

    def __post_init__(self) -> None:
        mass = self.body_mass_kg
        if mass is not None and not MASS_KG[0] <= mass <= MASS_KG[1]:  # NaN fails too
            raise UsageError(
                f"a body mass of {mass:g} kg can't be meant",
                remedy=f"give {MASS_KG[0]:g} to {MASS_KG[1]:g} kg",
            )
        if self.age is not None and not AGES[0] <= self.age <= AGES[1]:
            raise UsageError(f"an age of {self.age} can't be meant", remedy="give it in years")


MASS_KG = (10.0, 400.0)
AGES = (4, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One figure of both legs: ``left`` as a part of ``right``, with its standard uncertainty."""

    left: Measure
    right: Measure
    ratio: float | None
    ratio_sd: float | None


def beside(left: Outcome, right: Outcome) -> tuple[Beside, ...]:
    """The figures that both have, in order; the two are taken to err independently."""
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
