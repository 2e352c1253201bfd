"""Vélé's forward lean, and the short foot.

*Forward lean.* The body tips forward about the ankles as one piece until the toes grip the floor,
stays there with more sway than upright, and comes back. The heels stay down, so the ankle stays
where it is and only the shank turns. Forefoot and toes end 13–20 cm before the ankle, the body's
centre of mass is some 95 cm up: nobody leans further than about 12° without a step.

*Short foot.* The arch is drawn up without a movement of the shank, but for a fraction of a degree.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.units import Floats
from sensing.simulation.motion import (
    FINE_HZ,
    Piece,
    Pose,
    chain,
    min_jerk,
    move_to,
    steps,
    still,
)
from sensing.simulation.options import Options
from sensing.simulation.truth import LeanTruth

_REPS = (5, 11)


def forward_leans(start: Pose, options: Options, rng: np.random.Generator) -> Piece:
    """A set of leans from standing tall, each held and returned from."""
    usual_deg = float(rng.uniform(2.5, 9.0))
    usual_s = options.hold_s or float(np.exp(rng.uniform(np.log(2.5), np.log(16.0))))
    pace_s = float(np.exp(rng.uniform(np.log(0.6), np.log(2.2))))
    aside = float(rng.normal(0, 0.08))  # nobody leans exactly forward
    grip = float(rng.uniform(0.1, 0.5))
    pieces = []
    pose = start
    for nth in range(options.reps or int(rng.integers(*_REPS))):
        if nth:
            pieces.append(Piece(still(pose, steps(rng.uniform(1.2, 4.0)))))
        lean = np.radians(np.clip(usual_deg * np.exp(0.12 * rng.normal()), 2.0, 11.0))
        held_s = usual_s * float(np.exp(0.1 * rng.normal()))
        out_s, back_s = (pace_s * float(np.exp(0.15 * rng.normal())) for _ in range(2))
        upright = replace(
            start,
            shank_pitch=start.shank_pitch + float(np.radians(rng.normal(0, 0.25))),
            shank_roll=start.shank_roll + float(np.radians(rng.normal(0, 0.15))),
        )
        pieces.append(_lean(pose, upright, float(lean), aside, (out_s, held_s, back_s), grip, rng))
        pose = pieces[-1].motion.last
    return chain(pieces)


def _lean(
    start: Pose,
    upright: Pose,
    lean: float,
    aside: float,
    seconds: tuple[float, float, float],
    grip: float,
    rng: np.random.Generator,
) -> Piece:
    """One lean: out, held with more sway, and back to a slightly different upright."""
    out_s, held_s, back_s = seconds
    there = replace(
        start,
        shank_pitch=start.shank_pitch + lean,
        shank_roll=start.shank_roll + aside * lean,
    )
    sway = float(rng.uniform(1.2, 2.2))
    out = move_to(start, there, out_s)
    ramp = np.linspace(0, 1, len(out))
    out = replace(out, sway=1 + (sway - 1) * ramp, hold_tremor=grip * ramp)
    n = steps(held_s)
    creep = lean * rng.normal(0, 0.06) * min_jerk(n)  # gives way a little, or ventures further
    held = still(there, n, sway=sway, hold_tremor=grip)
    held = replace(held, shank_pitch=held.shank_pitch + creep)
    mean_deg = float(np.degrees(np.hypot(lean + creep.mean(), aside * lean)))
    back = move_to(held.last, upright, back_s)
    ramp = np.linspace(1, 0, len(back))
    back = replace(back, sway=1 + (sway - 1) * ramp, hold_tremor=grip * ramp)
    truth = LeanTruth(start_s=0.0, end_s=n / FINE_HZ, lean_deg=mean_deg)
    return chain([Piece(out), Piece(held, (truth,)), Piece(back)])


def short_feet(start: Pose, options: Options, rng: np.random.Generator) -> Piece:
    """The arch drawn up and let go; at the ankle a fraction of a degree."""
    pieces = []
    for _ in range(options.reps or 10):
        n = steps(options.hold_s or 5.0)
        turned = np.radians(rng.uniform(0.0, 0.3)) * _up_and_down(n)
        held = still(start, n, sway=1.1, hold_tremor=0.1)
        pieces.append(Piece(replace(held, shank_roll=held.shank_roll + turned)))
        pieces.append(Piece(still(start, steps(rng.uniform(2.0, 4.0)))))
    return chain(pieces)


def _up_and_down(n: int) -> Floats:
    """0 to 1 and back with a plateau between, shape (n,)."""
    ramp = min_jerk(max(1, n // 4))
    return np.concatenate([ramp, np.ones(n - 2 * len(ramp)), ramp[::-1]])
