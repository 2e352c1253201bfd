"""How the demo's person does the guided tests: on the beat, until the heel no longer comes up.

So every test can be tried without a sensor, and ends as with people. The legs differ, so that there
is something to compare.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sensing.core.samples import Side
from sensing.guided.pacing import Tempo


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Options of the simulation; see :class:`sensing.simulation.options.Options`."""

    seed: int
    reps: int | None
    hold_s: float | None
    tempo: Tempo | None
    beat_s: float | None
    fatigue: float | None = None


_ON_THE_BEAT = Tempo(raise_s=0.75, hold_s=0.1, lower_s=0.75)
"""With the landing somewhat less than two beats of a second."""
_SPENT = 0.6
"""Share of height lost by the last raise: the last sixth are below half."""
_QUICK, _SPRINGY = 2, 8
"""Seeds of people who hop quickly, and who rebound high from short contacts."""


def demo_of(protocol: str, usual: Movement, side: Side | None) -> Movement:
    """The demo's movement in a test; in an unknown one, that of the exercise alone.

    Args:
        protocol: name of the test.
        usual: movement of the exercise alone.
        side: the leg.
    """
    left = side == "left"
    match protocol:
        case "heel-raise-test":
            return replace(
                usual,
                reps=26 if left else 31,
                tempo=_ON_THE_BEAT,
                beat_s=2.0,
                fatigue=_SPENT,
            )
        case "hop-cadence-test":  # more than 22 s of it at any pace
            fatigue = 0.15 if left else 0.05
            return replace(usual, seed=_QUICK, reps=90, hold_s=None, fatigue=fatigue)
        case "ten-to-five":
            return replace(usual, seed=_SPRINGY, reps=10, fatigue=0.0)
        case "drop-jump-test":
            return replace(usual, seed=_SPRINGY, reps=1, fatigue=0.0)
        case "hold-to-failure":
            return replace(usual, hold_s=34.0 if left else 41.0, fatigue=0.3)
        case "balance-test":
            return replace(usual, hold_s=11.0 if left else 18.0)
    return usual
