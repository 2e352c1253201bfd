"""How one person does the raises of one exercise: what a few reference reps taught.

Plain numbers, so that they can be written down, read and mended. How they are learnt is told in
``calibration/exercise/exercise.py``; what they are used for in
``sensing/analysis/reps/rep_prior.py`` (which movements are reps) and
``sensing/analysis/reps/rep_phases.py`` (when each began and ended).
"""

from __future__ import annotations

from dataclasses import dataclass

from sensing.core.samples import Placement

MINIMUM_JERK = (2.0, 2.0)
"""Exponents of the minimum-jerk path, whose speed is 30·u²·(1−u)² (Flash & Hogan 1985)."""

SMALLEST = 0.3
"""A rep against the median of its set; partial reps are 0.4–0.7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepShape:
    """A person's own raise, as a sensor in one placement sees it.

    Attributes:
        exercise: name in the catalogue; the shape is used for no other.
        placement: where the sensor was worn; the shape is used in no other.
        reps: how many it was learnt from.
        raise_s, top_s, lower_s: usual duration of each phase, s: as told by a beat, or as seen.
        seen_s: median duration of each phase as seen without being told, s. Where a slow movement
            creeps in and out the signal shows less of it than there was.
        raise_spread, lower_spread: how much a duration differs from rep to rep, as a part of it.
        top_spread_s: the same for the stay at the top, s.
        rise_m: median rise, as measured, m.
        rise_spread: how much it differs from rep to rep, as a part of it.
        up, down: how speed goes within a phase, as exponents (p, q) of uᵖ·(1−u)ᵠ with u from 0 at
            its begin to 1 at its end: a large p begins slowly, a small q arrives with speed.
        paced: whether durations were told by a beat; only then are ``up`` and ``down`` this
            person's, else they are those of a minimum-jerk path.
        step_s: time from one point of the template to the next, s.
        before_s: from the template's first point to the fastest moment of the way up, s.
        velocity_mps: mean vertical velocity of a rep, m/s.
        lean_mps2, aside_mps2: mean specific force across the vertical, along the direction in
            which it changes most and at a right angle to it, m/s². Where that direction lies in
            the sensor's axes is found anew in every recording, so the mounting doesn't matter.
        say: share of each channel (velocity, lean) that the template explains, 0…1.
        alike: least and median likeness of a reference rep to the mean of the others, 0…1.
        stir_mps2: how much it stirs between 0.4 and 5 Hz in the calmest of the reps, m/s².
        shake_mps2: how much the leg shakes above 3 Hz in the reps, m/s².
    """

    exercise: str
    placement: Placement
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
    say: tuple[float, float]
    alike: tuple[float, float]
    shake_mps2: float = 0.0
    stir_mps2: float = 1.0

    @property
    def smallest_m(self) -> float:
        """Rise of the smallest movement that is counted, m, in a set of reps like these."""
        return SMALLEST * self.rise_m
