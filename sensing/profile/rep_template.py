"""An athlete's own raise of one exercise, learnt from a few reference reps.

Learnt in ``calibration/exercise/exercise.py``; used in ``sensing/analysis/reps/raise_prior.py``
(which movements are reps) and ``sensing/analysis/reps/count_reps.py`` (when each began and ended).
"""

from __future__ import annotations

from dataclasses import dataclass

from sensing.core.samples import Worn

MINIMUM_JERK = (2.0, 2.0)
"""Exponents of the minimum-jerk path, whose speed is 30·u²·(1−u)² (Flash & Hogan 1985)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepShape:
    """An athlete's own raise, as measured in one placement.

    Attributes:
        exercise: name in the catalogue; used for no other.
        placement: where the sensor was worn; used in no other.
        reps: number of reps it was learnt from.
        raise_s, top_s, lower_s: usual duration of each phase, s: of the beat, or as measured.
        seen_s: median measured duration of each phase, s. Of a movement that starts and stops
            slowly the signal shows less than there was.
        raise_spread, lower_spread: relative spread of a duration from rep to rep.
        top_spread_s: the same for the hold at the top, s.
        rise_m: median measured height, m.
        rise_spread: its relative spread from rep to rep.
        up, down: course of speed within a phase, as exponents (p, q) of uᵖ·(1−u)ᵠ with u from 0 at
            its start to 1 at its end: a large p starts slowly, a small q arrives with speed.
        paced: durations were given by a beat; only then are ``up`` and ``down`` the athlete's own,
            else those of a minimum-jerk path.
        step_s: time from one point of the template to the next, s.
        before_s: from the template's first point to the highest upward speed, s.
        velocity_mps: mean vertical velocity of a rep, m/s.
        lean_mps2, aside_mps2: mean lean across the vertical, along the direction in which it
            changes most and at a right angle to it, rad × g, m/s². That direction is found anew in
            every recording, so the mounting doesn't matter.
        alike: least and median similarity of a reference rep to the mean of the others, 0…1.
        stir_mps2: movement level between 0.4 and 5 Hz in the quietest of the reps, m/s².
        say, shake_mps2: no longer used; profiles of algorithm version 1 have them.
    """

    exercise: str
    placement: Worn
    reps: int
    raise_s: float
    top_s: float
    lower_s: float
    seen_s: tuple[float, float, float]
    raise_spread: float
    lower_spread: float
    top_spread_s: float
    rise_m: float
    rise_spread: float
    up: tuple[float, float] = MINIMUM_JERK
    down: tuple[float, float] = MINIMUM_JERK
    paced: bool = False
    step_s: float
    before_s: float
    velocity_mps: tuple[float, ...]
    lean_mps2: tuple[float, ...]
    aside_mps2: tuple[float, ...]
    alike: tuple[float, float]
    stir_mps2: float = 1.0
    say: tuple[float, float] | None = None
    shake_mps2: float | None = None
