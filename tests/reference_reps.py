"""Simulated people who do reference reps one day and a set another, with a new strapping.

The reference is done as the guide asks: rested, all of them whole, standing for a moment between.
The set is the person's own: partial reps, fatigue, fidgets before and after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from calibration.exercise.reference_reps import Pace
from sensing.core.samples import Recording
from sensing.guided.pacing import Tempo
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.options import Options
from sensing.simulation.raise_habits import draw_person
from sensing.simulation.script import whole_recording
from sensing.simulation.sensor import draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import SetTruth, set_json

RATES_HZ = (52.0, 104.0, 208.0, 100.0, 50.0, 208.0, 104.0, 416.0)
PAUSE_S = 1.5
LOOSE_HZ, LOOSE_DAMPING = 9.0, 0.06
"""A loose strap: no fastened one rings below 18 Hz."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Done:
    """One recording of a person, and its ground truth."""

    trial: Recording
    truth: dict[str, Any]

    @property
    def reps(self) -> list[dict[str, Any]]:
        """True reps."""
        return list(self.truth["reps"])

    @property
    def full(self) -> int:
        """True reps that are not partial."""
        return sum(not rep["partial"] for rep in self.reps)


@cache
def reference(person: int, exercise: str, pace: Pace | None = None, **more: Any) -> Done:
    """Reference reps of a person, as the guide asks for them."""
    asked = {"reps": 5, "partial": 0.0, "fatigue": 0.0, "fidgets": 0, "day": 1, "pause_s": PAUSE_S}
    return done(person, exercise, pace, **(asked | more))


@cache
def own_set(person: int, exercise: str, pace: Pace | None = None, **more: Any) -> Done:
    """A set of a person as it comes."""
    return done(person, exercise, pace, **({"day": 2} | more))


def done(
    person: int,
    exercise: str,
    pace: Pace | None,
    *,
    day: int,
    pause_s: float | None = None,
    loose: bool = False,
    **options: Any,
) -> Done:
    """A recording.

    Args:
        person: seed of the body and its habits.
        exercise: name from the catalogue.
        pace: durations told by a beat.
        day: seed of the movement, of the sensor and of how it was put on.
        pause_s: standing between reps; None: the person's own.
        loose: the strap came undone.
        options: as in ``Options``.
    """
    if pace is not None:
        tempo = Tempo(raise_s=pace.raise_s, hold_s=pace.top_s, lower_s=pace.lower_s)
        options["tempo"] = tempo
    rate_hz = RATES_HZ[person % len(RATES_HZ)]
    asked = Options(exercise=exercise, **({"rate_hz": rate_hz, "gyro": False} | options))
    who = draw_person(np.random.default_rng([person, 0]), idealised=asked.idealised)
    if pause_s is not None:
        who = replace(who, pause_s=pause_s)
    movement, hardware, unrest, noise = (
        np.random.default_rng([person, kind, day]) for kind in range(1, 5)
    )
    whole = whole_recording(who, asked, movement)
    sensor = draw_sensor(asked, hardware)
    if loose:
        sensor = replace(sensor, strap_hz=LOOSE_HZ, strap_damping=LOOSE_DAMPING)
    readings = sense(with_sway_and_tremor(whole.motion, who, unrest), sensor, asked, noise)
    truth = next(t for t in whole.truths if isinstance(t, SetTruth))
    return Done(
        trial=recording_of(Columns(acc=readings.acc_g, t_s=readings.t_s, where="made up")),
        truth=set_json(truth, whole.truths, asked.side),
    )
