"""What a recording session is told beforehand: exercise, sensors, course, and its notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, Exercise, find_exercise
from sensing.core.samples import Placement, Side
from sensing.devices.base import Wish
from sensing.devices.choice import wish_for
from sensing.guided.course import Course
from sensing.guided.pacing import Tempo
from sensing.guided.protocols import COUNTDOWN_S, Protocol

if TYPE_CHECKING:
    from cli.training.next_exercise import Offer

DEMO = "demo"
"""The name of the simulated sensor: ``--sensor demo``."""

Sensors = tuple[tuple[Side | None, str | None], ...]
"""Side and name of each sensor; a name of None is the one used last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOptions:
    """The options that say what a set is, as typed.

    Attributes:
        typed: names of the options that were typed, even with their default values.
    """

    sets: int
    reps: int | None
    time_s: float | None
    rest_s: float
    countdown_s: float
    tempo: str | None
    metronome_bpm: float | None
    load_kg: float | None
    typed: frozenset[str]

    def filled_from(self, offer: Offer) -> CourseOptions:
        """What was not typed comes from the next exercise of the plan."""
        entry = offer.entry
        filled = self
        if "sets" not in self.typed:
            filled = replace(filled, sets=offer.sets)
        if self.reps is None and self.time_s is None:
            filled = replace(filled, reps=entry.reps, time_s=entry.time_s)
        if self.tempo is None and self.metronome_bpm is None:
            tempo = None if entry.tempo is None else str(entry.tempo)
            filled = replace(filled, tempo=tempo, metronome_bpm=entry.metronome_bpm)
        if "rest" not in self.typed and entry.rest_s is not None:
            filled = replace(filled, rest_s=entry.rest_s)
        if self.load_kg is None:
            filled = replace(filled, load_kg=entry.load_kg)
        return filled

    def course(self, protocol: Protocol | None) -> Course:
        """The course of the session; a protocol has its own, but for countdown and rest.

        Raises:
            UsageError: a value or a combination that makes no sense.
        """
        if protocol is not None:
            return protocol.course(
                countdown_s=self.countdown_s if "countdown" in self.typed else COUNTDOWN_S,
                rest_s=self.rest_s if "rest" in self.typed else None,
            )
        return Course(
            sets=self.sets,
            reps=self.reps,
            time_s=self.time_s,
            rest_s=self.rest_s,
            countdown_s=self.countdown_s,
            tempo=None if self.tempo is None else Tempo.parse(self.tempo),
            metronome_bpm=self.metronome_bpm,
        )


def sensors_from(
    sensor: str | None, side: Side | None, left: str | None, right: str | None
) -> Sensors:
    """One sensor, or one on each leg.

    Raises:
        UsageError: the options contradict each other.
    """
    if (left is None) != (right is None):
        raise UsageError("one of two sensors is missing", remedy="give --left and --right")
    if left is None:
        return ((side, sensor),)
    if sensor is not None or side is not None:
        raise UsageError(
            "--sensor and --side are for one sensor", remedy="give only --left and --right"
        )
    return (("left", left), ("right", right))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What is to be recorded, with what, and what is known of it beforehand.

    Attributes:
        protocol: name of the guided test it is, if it is one.
        body_mass_kg: as given; stored with the athlete and the recording.
        instructions: how it is to be done, in a line or two.
    """

    exercise: str
    sensors: Sensors
    course: Course
    placement: Placement
    load_kg: float | None
    pain: int | None
    note: str | None
    athlete: str
    rate_hz: float | None
    range_g: float | None
    raw_only: bool
    mute: bool
    db: Path | None
    protocol: str | None = None
    body_mass_kg: float | None = None
    instructions: str = ""

    @property
    def row(self) -> Exercise | None:
        """The exercise; None if it is to be detected afterwards."""
        return None if self.exercise == AUTO else find_exercise(self.exercise)

    @property
    def wish(self) -> Wish:
        """What to ask the sensors for."""
        return wish_for(self.row, self.placement, rate_hz=self.rate_hz, range_g=self.range_g)

    @property
    def is_demo(self) -> bool:
        """No real sensor at all."""
        return all(name == DEMO for _, name in self.sensors)
