"""The pose of each exercise, and how a person gets into it and out again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.simulation.motion import (
    FINE_HZ,
    Piece,
    Pose,
    bump,
    chain,
    knock,
    min_jerk,
    move_to,
    steps,
    still,
)
from sensing.simulation.options import Options
from sensing.simulation.truth import OtherTruth

_ONE_LEG = {"single-leg-calf-raise", "single-leg-hop", "hop-to-balance"}
_SITTING = {"seated-calf-raise", "seated-calf-raise-hold"}


def pose_for(exercise: str, stand: Pose, options: Options, rng: np.random.Generator) -> Pose:
    """The leg's pose at the start of the exercise, foot flat."""
    side = -1.0 if options.side == "left" else 1.0
    pitch, roll = stand.shank_pitch, stand.shank_roll
    if exercise in _ONE_LEG:
        pitch, roll = np.radians(rng.uniform(0, 4)), side * np.radians(rng.uniform(1, 5))
    elif exercise in _SITTING:
        pitch = np.radians(rng.uniform(-6, 10))
    elif exercise == "bent-knee-calf-raise":
        pitch = np.radians(rng.uniform(12, 28))
    elif exercise == "soleus-squat":
        pitch = np.radians(rng.uniform(22, 36))
    elif exercise == "leg-press-hold":
        pitch = -np.radians(rng.uniform(35, 65))
    elif exercise == "eccentric-calf-raise" and rng.random() < 0.5:
        pitch = np.radians(rng.uniform(0, 6))
    return replace(stand, shank_pitch=float(pitch), shank_roll=float(roll), z_m=0.0, foot_pitch=0.0)


def change(exercise: str, start: Pose, end: Pose, rng: np.random.Generator) -> Piece:
    """Into a pose or out of it: sitting down, going on one leg, or just settling."""
    far = abs(end.shank_pitch - start.shank_pitch) > np.radians(20)
    if exercise in _SITTING or exercise == "leg-press-hold" or far:
        return _resettle(start, end, rng, seconds=float(rng.uniform(1.2, 2.5)))
    motion = move_to(start, end, float(rng.uniform(0.5, 1.2)), sway=1.5)
    if exercise in _ONE_LEG:
        motion = replace(motion, shock_mps2=knock(len(motion), len(motion) // 2, rng, 0.08))
    done = OtherTruth(start_s=0.0, end_s=len(motion) / FINE_HZ, what="settle")
    return Piece(motion, (done,))


def _resettle(start: Pose, end: Pose, rng: np.random.Generator, *, seconds: float) -> Piece:
    """The foot is lifted, put down elsewhere, and the shank comes to its new angle."""
    n = steps(seconds)
    lift = np.zeros(n)
    a, b = int(0.15 * n), int(0.6 * n)
    lift[a:b] = bump(b - a)
    s = min_jerk(n)
    motion = move_to(start, end, seconds, sway=2)
    motion = replace(
        motion,
        x_m=motion.x_m + rng.normal(0, 0.1) * s,
        z_m=motion.z_m + rng.uniform(0.03, 0.1) * lift,
        foot_pitch=motion.foot_pitch + np.radians(rng.uniform(-5, 20)) * lift,
        shank_pitch=motion.shank_pitch + np.radians(rng.normal(0, 8)) * lift,
        shock_mps2=knock(n, b, rng, 0.5),
    )
    done = OtherTruth(start_s=0.0, end_s=n / FINE_HZ, what="settle")
    return chain([Piece(motion, (done,)), Piece(still(motion.last, steps(0.3)))])
