"""Holds and balances: a position is reached, held with growing fatigue, and left.

On the toes the heel sags and is corrected, and tremor grows; on one leg sway grows and every few
seconds balance is nearly lost. The ground truth is the time from the end of the movement into the
position to the start of the one out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.core.units import Floats
from sensing.simulation.foot_path import landing, lowering, rising, turn_foot
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
from sensing.simulation.person import Person
from sensing.simulation.raises import lagging, shaking
from sensing.simulation.truth import HoldTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStyle:
    """How one kind of raised hold differs: as in ``raises.Style``, and its duration, s."""

    angle: tuple[float, float] = (0.7, 1.0)
    seated: bool = False
    tremor: float = 1.3
    sway: float = 2.0
    seconds: tuple[float, float] = (15.0, 45.0)


STYLES = {
    "calf-raise-hold": HoldStyle(),
    "seated-calf-raise-hold": HoldStyle(seated=True, tremor=0.8, sway=0.8, seconds=(20, 45)),
    "leg-press-hold": HoldStyle(angle=(0.3, 0.7), tremor=1.5, sway=0.6, seconds=(15, 40)),
}


def raised_hold(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Up on the toes, hold, and down."""
    style = STYLES[exercise]
    seconds = options.hold_s or float(rng.uniform(*style.seconds))
    angle = np.radians(person.foot_angle_deg) * rng.uniform(*style.angle)
    tilt = person.seated_tilt_share if style.seated else person.tilt_share
    pace_s = float(np.clip(person.raise_s * rng.uniform(0.8, 1.3), 0.35, 1.6))
    down_s = float(np.clip(person.lower_s * rng.uniform(0.5, 1.0), 0.35, 1.6))
    up = rising(angle, pace_s, person, rng)
    kept = _kept(float(up[-1]), angle, steps(seconds), person, options, rng)
    down = lowering(float(kept[-1]), down_s, person, rng)
    foot = np.concatenate([up, kept, down])
    motion = turn_foot(start, foot, person, tilt_share=tilt)
    tall = np.clip(foot / angle, 0, 1.2)
    n_up, n_kept = len(up), len(kept)
    holding = np.concatenate([np.zeros(n_up), np.ones(n_kept), np.zeros(len(down))])
    raising, lowered = shaking(person)
    moving = np.concatenate([np.full(n_up, raising), np.zeros(n_kept), np.full(len(down), lowered)])
    tiring = 1 + rng.uniform(0.2, 1.2) * np.clip((np.arange(len(foot)) - n_up) / n_kept, 0, 1)
    motion = replace(
        motion,
        sway=1 + (style.sway - 1) * tall,
        hold_tremor=style.tremor * holding * tall * tiring,
        move_tremor=style.tremor * moving * np.minimum(1, 2 * tall),
    )
    truth = HoldTruth(start_s=n_up / FINE_HZ, end_s=(n_up + n_kept) / FINE_HZ)
    floor = (
        landing(start, motion, person) if person.shank_give else move_to(motion.last, start, 0.3)
    )
    return chain([Piece(lagging(motion, person.lean_lag_s), (truth,)), Piece(floor)])


def _kept(
    reached: float,
    angle: float,
    n: int,
    person: Person,
    options: Options,
    rng: np.random.Generator,
) -> Floats:
    """Foot angle in the hold: settling, sagging with fatigue, corrected now and then."""
    fatigue = person.fatigue if options.fatigue is None else options.fatigue
    t = np.arange(1, n + 1) / n
    quick = min(n, steps(0.4))
    settle = np.concatenate([min_jerk(quick), np.ones(n - quick)])
    foot = reached + (angle - reached) * settle
    sag = 0.5 * fatigue * angle
    foot = foot - sag * min_jerk(n) * t
    at = rng.uniform(2.5, 8)
    while at < n / FINE_HZ - 2.0:
        # Sinks a little over a second or two and is pulled up quickly.
        sink_s, lift_s = rng.uniform(0.8, 2.0), rng.uniform(0.3, 0.8)
        depth = angle * rng.uniform(0.01, 0.08)
        a, b = steps(at), steps(at + sink_s)
        c = min(n, steps(at + sink_s + lift_s))
        foot[a:b] -= depth * min_jerk(b - a)
        foot[b:c] -= depth * (1 - min_jerk(c - b))
        at += sink_s + lift_s + rng.uniform(1.5, 9)
        if at >= n / FINE_HZ - 3.0:
            break
    return foot


def balance(
    start: Pose,
    options: Options,
    rng: np.random.Generator,
    *,
    settled: bool = False,
) -> Piece:
    """On one leg: the weight shifts, the other foot leaves the floor and comes back.

    With ``settled`` the person already stands on one leg (after a hop).
    """
    seconds = options.hold_s or float(rng.uniform(8, 30) if not settled else rng.uniform(8, 16))
    n = steps(seconds)
    side = -1.0 if options.side == "left" else 1.0
    over = replace(
        start,
        shank_pitch=start.shank_pitch + np.radians(rng.uniform(0.3, 2.5)),
        shank_roll=start.shank_roll + side * np.radians(rng.uniform(1.5, 4.5)),
    )
    shift_s = float(rng.uniform(0.5, 1.2))
    pieces = []
    pose = start
    if not settled:
        shift = move_to(start, over, shift_s)
        # The other foot pushes off: a small knock through the pelvis.
        shift = replace(shift, shock_mps2=knock(len(shift), len(shift) - 1, rng, 0.25))
        pieces.append(Piece(shift))
        pose = over
    sway = rng.uniform(1.8, 3.5) * (1 + 0.4 * np.arange(n) / n)
    kept = replace(still(pose, n, hold_tremor=rng.uniform(0.2, 0.8)), sway=sway)
    kept = replace(kept, **_catches(kept.shank_pitch, kept.shank_roll, rng))
    pieces.append(Piece(kept, (HoldTruth(start_s=0.0, end_s=n / FINE_HZ),)))
    back = move_to(kept.last, start if not settled else replace(pose), shift_s * 0.7)
    touch = int(0.25 * len(back))
    back = replace(back, shock_mps2=knock(len(back), touch, rng, 1.0))
    pieces.append(Piece(back))
    return chain(pieces)


def _catches(pitch: Floats, roll: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Every few seconds balance is nearly lost and saved by a quick tilt of the shank."""
    pitch, roll = pitch.copy(), roll.copy()
    at = rng.uniform(1.5, 6)
    while at < len(pitch) / FINE_HZ - 1.0:
        n = steps(rng.uniform(0.3, 0.9))
        a = steps(at)
        b = min(len(pitch), a + n)
        hill = bump(n)[: b - a]
        pitch[a:b] += np.radians(rng.normal(0, 1.0)) * hill
        roll[a:b] += np.radians(rng.normal(0, 1.2)) * hill
        at += rng.uniform(1.5, 9)
    return {"shank_pitch": pitch, "shank_roll": roll}
