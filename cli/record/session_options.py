"""What a recording session is told beforehand: exercise, sensors, course, and its notes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sensing.core.exercises import AUTO, Exercise, find_exercise
from sensing.core.samples import Placement, Side
from sensing.devices.base import StreamRequest
from sensing.devices.choice import request_for
from sensing.guided.course import Course

DEMO = "demo"
"""The name of the sensor that isn't there: ``--sensor demo``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What is to be recorded, with what, and what is known of it beforehand.

    Attributes:
        sensors: side and name of each; a name of None is the last one used.
        protocol: name of the guided test it is, if it is one.
        body_mass_kg: as told; kept with the person and the recording.
        brief: how it is to be done, in a line or two.
    """

    exercise: str
    sensors: tuple[tuple[Side | None, str | None], ...]
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
    brief: str = ""

    @property
    def row(self) -> Exercise | None:
        """The exercise; None if that is to be found out."""
        return None if self.exercise == AUTO else find_exercise(self.exercise)

    @property
    def wish(self) -> StreamRequest:
        """What to ask the sensors for."""
        return request_for(self.row, self.placement, rate_hz=self.rate_hz, range_g=self.range_g)

    @property
    def is_demo(self) -> bool:
        """No sensor at all."""
        return all(name == DEMO for _, name in self.sensors)
