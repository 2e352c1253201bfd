"""Walking: one leg through its cycle, the foot rolling from heel to toes and swinging on.

Angles of foot and shank over the cycle are smooth periodic curves through the usual landmarks of
gait (Perry & Burnfield 2010): heel strike, foot flat, heel off, toe-off, mid-swing. While the foot
is on the floor the ankle follows from the foot's angle; in swing it is carried forward. The heel's
impact rings in the leg. Heel-walk keeps the toes up throughout; heel-toe-walk is slow and rises
high on the toes at the end of each step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline

from sensing.core.units import Floats
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Piece,
    Pose,
    bump,
    chain,
    foot_lift,
    knock,
    min_jerk,
    move_to,
    soften,
    steps,
    still,
)
from sensing.simulation.options import Options
from sensing.simulation.person import Person
from sensing.simulation.truth import OtherTruth, StepTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """One way of walking: angles at landmarks of the cycle, in degrees, and the pace.

    Attributes:
        at: landmarks as shares of the cycle, from 0 (contact) to 1 (next contact).
        foot_deg: heel up positive.
        shank_deg: forward lean.
        toe_off: share of the cycle at which the foot leaves the floor.
        stride_factor, length_factor: relative to the person's own.
        lift_m: height of the foot in swing, m.
        impact_g: median knock at contact, g.
        climb_m: how much higher each contact is than the one before, m.
    """

    at: tuple[float, ...] = (0.0, 0.08, 0.3, 0.45, 0.62, 0.75, 0.9, 1.0)
    foot_deg: tuple[float, ...] = (-20, 0, 0, 12, 62, 35, -14, -20)
    shank_deg: tuple[float, ...] = (-18, -10, 10, 24, 52, 38, -16, -18)
    toe_off: float = 0.62
    stride_factor: float = 1.0
    length_factor: float = 1.0
    lift_m: float = 0.03
    impact_g: float = 1.6
    climb_m: float = 0.0


WALK = Gait()
HEEL_WALK = Gait(
    foot_deg=(-22, -16, -16, -16, -12, -18, -24, -22),
    shank_deg=(-12, -8, 2, 10, 24, 16, -10, -12),
    stride_factor=0.95,
    length_factor=0.45,
    lift_m=0.04,
    impact_g=2.2,
)
HEEL_TOE_WALK = Gait(
    at=(0.0, 0.1, 0.3, 0.5, 0.64, 0.75, 0.9, 1.0),
    foot_deg=(-16, 0, 4, 32, 45, 20, -12, -16),
    shank_deg=(-10, -6, 4, 10, 30, 24, -8, -10),
    toe_off=0.64,
    stride_factor=1.7,
    length_factor=0.6,
    lift_m=0.04,
    impact_g=0.8,
)
_SOFT_S = 0.025
"""Half-width of the rounding of corners, s."""
DRILLS = {"heel-walk": HEEL_WALK, "heel-toe-walk": HEEL_TOE_WALK}


def walk(
    start: Pose,
    person: Person,
    rng: np.random.Generator,
    *,
    strides: int,
    gait: Gait = WALK,
    name: str | None = "walking",
) -> Piece:
    """Strides straight on, from standing and back to it.

    Args:
        start: position and heading.
        person: gives pace and length.
        rng: variation.
        strides: of the sensor's leg; the other takes as many.
        gait: the way of walking.
        name: among the other movements; None for a drill, which lists its steps.
    """
    flat = replace(start, foot_pitch=0.0, shank_pitch=0.0, shank_roll=0.0, z_m=0.0)
    if gait.climb_m:
        flat = replace(flat, z_m=start.z_m)
    ready = replace(flat, foot_pitch=np.radians(gait.foot_deg[0]), z_m=0.02)
    if gait.foot_deg[2] < 0:  # toes stay up: start and end on the heels
        pieces = [Piece(move_to(start, flat, 0.4)), Piece(move_to(flat, ready, 0.5))]
    else:
        pieces = [Piece(move_to(start, flat, 0.4))]
    pose = pieces[-1].motion.last
    floor_m = start.z_m if gait.climb_m else 0.0
    for k in range(strides + 2):
        ends = k in (0, strides + 1)
        share = 0.5 if ends else 1.0
        stride = _stride(pose, person, rng, gait, size=share, floor_m=floor_m)
        floor_m += share * gait.climb_m
        pieces.append(stride)
        pose = stride.motion.last
    stand = replace(flat, x_m=pose.x_m, y_m=pose.y_m, z_m=floor_m, heading=pose.heading)
    pieces.append(Piece(move_to(pose, stand, 0.4)))
    walked = chain(pieces)
    walked = replace(walked, motion=_softened(walked.motion))
    if name is None:
        return walked
    done = OtherTruth(start_s=0.0, end_s=len(walked.motion) / FINE_HZ, what=name)
    return Piece(walked.motion, (done,))


def _stride(
    start: Pose,
    person: Person,
    rng: np.random.Generator,
    gait: Gait,
    *,
    size: float,
    floor_m: float,
) -> Piece:
    """Stance from its middle to toe-off, swing, and the next stance to its middle.

    ``floor_m``: height of the floor under this stance.
    """
    vary = np.exp(rng.normal(0, [0.03, 0.04, 0.05, 0.05, 0.35]))
    seconds = person.stride_s * gait.stride_factor * vary[0] * (1.0 if size == 1 else 1.1)
    length_m = person.stride_m * gait.length_factor * vary[1] * size
    n = steps(seconds)
    # The cycle starts at mid-stance, where the foot is flat and the leg upright, as in standing.
    phase = (0.22 + np.arange(1, n + 1) / n) % 1.0
    foot = np.radians(_curve(gait.at, gait.foot_deg, phase)) * (size * vary[2])
    shank = np.radians(_curve(gait.at, gait.shank_deg, phase)) * (size * vary[3])
    if gait.foot_deg[2] < 0:
        foot = np.radians(gait.foot_deg[2]) + (foot - np.radians(gait.foot_deg[2]) * size * vary[2])
    forward, rise = foot_lift(
        foot, pivot_m=person.pivot_m, ankle_m=person.ankle_m, heel_m=person.heel_m
    )
    swing = (phase >= gait.toe_off).astype(np.float64)
    n_swing = int(swing.sum())
    u = min_jerk(n_swing)
    travel = np.zeros(n)
    hill = np.zeros(n)
    a = int(np.argmax(swing > 0))
    travel[a : a + n_swing] = u
    travel[a + n_swing :] = 1.0
    hill[a : a + n_swing] = bump(n_swing)
    motion = still(start, n, sway=1.5)
    contact = min(n - 1, a + n_swing)
    along = length_m * travel + forward - forward[-1] * np.arange(1, n + 1) / n
    base_pitch, base_foot, base_z = start.shank_pitch, start.foot_pitch, start.z_m
    into = min_jerk(n)
    shift = 1 - into
    z = floor_m + rise + gait.lift_m * size * hill + gait.climb_m * size * travel
    motion = replace(
        motion,
        x_m=motion.x_m + along * np.cos(start.heading),
        y_m=motion.y_m + along * np.sin(start.heading),
        z_m=z + shift * (base_z - z[0]),
        foot_pitch=foot + shift * (base_foot - foot[0]),
        shank_pitch=shank + shift * (base_pitch - shank[0]),
        shank_roll=motion.shank_roll + np.radians(3) * np.sin(2 * np.pi * phase) * size,
        shock_mps2=_impact(n, contact, rng, gait.impact_g * size * vary[4]),
    )
    step = StepTruth(start_s=contact / FINE_HZ, end_s=n / FINE_HZ)
    return Piece(motion, (step,))


def _impact(n: int, at: int, rng: np.random.Generator, size_g: float) -> Floats:
    shock = knock(n, at, rng, size_g)
    quick = knock(n, at, rng, 0.5 * size_g)
    return np.asarray(shock + quick, dtype=np.float64)


def _softened(motion: Motion) -> Motion:
    """The path with its corners rounded, as by shoes, pads and skin."""
    names = ("x_m", "y_m", "z_m", "foot_pitch", "shank_pitch", "shank_roll")
    return replace(motion, **{name: soften(getattr(motion, name), _SOFT_S) for name in names})


def _curve(at: tuple[float, ...], value: tuple[float, ...], phase: Floats) -> Floats:
    spline = CubicSpline(at, value, bc_type="periodic")
    return np.asarray(spline(phase), dtype=np.float64)


def drill(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Heel-walk or heel-toe-walk there and, after turning round, back."""
    strides = options.reps or int(rng.integers(10, 22))
    there = strides // 2 if strides > 8 else strides
    first = walk(start, person, rng, strides=there, gait=DRILLS[exercise], name=None)
    if there == strides:
        return first
    end = first.motion.last
    round_about = replace(end, heading=end.heading + np.pi * float(rng.choice([-1, 1])))
    turn = Piece(move_to(end, round_about, float(rng.uniform(1.5, 2.5)), sway=2))
    back = walk(
        turn.motion.last, person, rng, strides=strides - there, gait=DRILLS[exercise], name=None
    )
    return chain([first, turn, back])
