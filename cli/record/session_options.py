"""The options of a recording session: exercise, sensors, course, and notes."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, Exercise, find_exercise
from sensing.core.samples import Placement, Side
from sensing.devices.base import StreamRequest
from sensing.devices.choice import request_for
from sensing.guided.course import Course

if TYPE_CHECKING:
    from cli.training.next_exercise import Offer

DEMO = "demo"
"""The name of the simulated sensor: ``--sensor demo``."""

Sensors = tuple[tuple[Side | None, str | None], ...]
"""Side and name of each sensor; a name of None is the one used last."""


def course_from(offer: Offer, course: Course, typed: Container[str]) -> Course:
    """The course of the next exercise of the plan, with the options that were typed."""
    entry = offer.entry
    if course.reps is None and course.time_s is None:
        course = replace(course, reps=entry.reps, time_s=entry.time_s)
    if course.tempo is None and course.metronome_bpm is None:
        course = replace(course, tempo=entry.tempo, metronome_bpm=entry.metronome_bpm)
    if "rest" not in typed and entry.rest_s is not None:
        course = replace(course, rest_s=entry.rest_s)
    return course if "sets" in typed else replace(course, sets=offer.sets)


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
        athlete_shown: the athlete's name on the screen; empty if there is only oneself.
        placement: as given; "unknown" until what is known of the athlete was looked up.
        protocol: name of the guided test it is, if it is one.
        body_mass_kg: as given; stored with the athlete and the recording.
        box_height_m: of a box that is jumped from, as given; stored with the recording.
        observe: an observer taps each rep, landing or hold.
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
    athlete_shown: str = ""
    body_mass_kg: float | None = None
    box_height_m: float | None = None
    instructions: str = ""
    observe: bool = False

    @property
    def row(self) -> Exercise | None:
        """The exercise; None if it is to be detected afterwards."""
        return None if self.exercise == AUTO else find_exercise(self.exercise)

    @property
    def wish(self) -> StreamRequest:
        """What to ask the sensors for."""
        return request_for(self.row, self.placement, rate_hz=self.rate_hz, range_g=self.range_g)

    @property
    def is_demo(self) -> bool:
        """No real sensor at all."""
        return all(name == DEMO for _, name in self.sensors)
