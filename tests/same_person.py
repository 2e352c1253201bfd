"""One simulated person in several sets: the same body and habits, another day's movement.

The strap is put on anew in every set unless told otherwise, so nothing can be learnt of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from sensing.core.samples import Placement, Samples
from sensing.sampling.checked_recording import recording_of
from sensing.sampling.columns import Columns
from sensing.simulation.options import Options
from sensing.simulation.raise_habits import draw_person
from sensing.simulation.script import whole_recording
from sensing.simulation.sensor import draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import SetTruth, set_json

RATES_HZ = (104.0, 208.0, 416.0, 100.0)
LOOSE_HZ, LOOSE_DAMPING = 9.0, 0.06
"""A loose strap: no fastened one rings below 18 Hz."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Done:
    """One set of a person.

    Attributes:
        samples: one block, accelerometer only.
        truth: what was really done, as in a truth file.
    """

    samples: Samples
    truth: dict[str, Any]

    @property
    def contacts(self) -> list[tuple[float, float]]:
        """Initial contact and toe-off of every hop, s."""
        return [(hop["contact_s"], hop["takeoff_s"]) for hop in self.truth["hops"]]


@cache
def done_by(
    person: int,
    exercise: str,
    *,
    day: int = 0,
    strap: int | None = None,
    loose: bool = False,
    placement: Placement = "ankle",
    reps: int | None = None,
    idealised: bool = False,
) -> Done:
    """A set of a person.

    Args:
        person: seed of the body and its habits.
        exercise: name from the catalogue.
        day: seed of the movement.
        strap: seed of the sensor and how it was put on; None: anew every day.
        loose: the strap came undone.
        placement: where it is worn.
        reps: how many hops or raises; None: the usual dose.
        idealised: the person moves as a model of raises would.
    """
    options = Options(
        exercise=exercise,
        seed=person,
        rate_hz=RATES_HZ[person % len(RATES_HZ)],
        gyro=False,
        placement=placement,
        reps=reps,
    )
    body = np.random.default_rng(np.random.SeedSequence(person).spawn(5)[0])
    worn = day if strap is None else 1000 + strap
    who = draw_person(body, idealised=idealised)
    movement, hardware, unrest, noise = (
        np.random.default_rng([person, kind, which])
        for kind, which in ((1, day), (2, worn), (3, day), (4, day))
    )
    whole = whole_recording(who, options, movement)
    sensor = draw_sensor(options, hardware)
    if loose:
        sensor = replace(sensor, strap_hz=LOOSE_HZ, strap_damping=LOOSE_DAMPING)
    readings = sense(with_sway_and_tremor(whole.motion, who, unrest), sensor, options, noise)
    truth = next(t for t in whole.truths if isinstance(t, SetTruth))
    trial = recording_of(Columns(acc=readings.acc_g, t_s=readings.t_s, where="made up"))
    return Done(
        samples=max(trial.blocks, key=len), truth=set_json(truth, whole.truths, options.side)
    )
