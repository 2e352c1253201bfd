"""A whole workout: single-leg calf raises, hops and a hold, with movement between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.simulation.motion import Piece, Pose, chain
from sensing.simulation.options import Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person
from sensing.simulation.script import one_set
from sensing.simulation.walking import walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One set of the workout."""

    exercise: str
    reps: int | None = None
    hold_s: float | None = None


PLAN = (
    Dose(exercise="single-leg-calf-raise", reps=12),
    Dose(exercise="single-leg-hop", reps=20),
    Dose(exercise="calf-raise-hold", hold_s=30.0),
)
"""The sets, in order."""
_REST_S = (20.0, 30.0)
"""Shortest and longest rest between sets, s."""


def whole_workout(person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """Three sets, with standing, other movements and a few steps between them.

    ``options.reps`` and ``hold_s`` replace the plan's where given; ``fidgets`` is per rest.
    """
    pieces = [rest(Pose(), 12.0, person, rng, fidgets=options.fidgets)]
    for dose in PLAN:
        wanted = replace(
            options,
            exercise=dose.exercise,
            reps=options.reps or dose.reps,
            hold_s=options.hold_s or dose.hold_s,
        )
        pieces.append(one_set(dose.exercise, pieces[-1].motion.last, person, wanted, rng))
        pieces.append(rest(pieces[-1].motion.last, 3.0, person, rng, fidgets=0))
        if dose is not PLAN[-1]:
            strides = int(rng.integers(4, 8))
            pieces.append(walk(pieces[-1].motion.last, person, rng, strides=strides))
            seconds = float(rng.uniform(*_REST_S))
            pieces.append(
                rest(pieces[-1].motion.last, seconds, person, rng, fidgets=options.fidgets)
            )
            pieces.append(walk(pieces[-1].motion.last, person, rng, strides=strides))
            pieces.append(rest(pieces[-1].motion.last, 4.0, person, rng, fidgets=0))
    pieces.append(rest(pieces[-1].motion.last, 8.0, person, rng, fidgets=options.fidgets))
    return chain(pieces)
