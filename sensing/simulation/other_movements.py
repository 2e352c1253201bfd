"""Movements between sets, which make counting hard.

Each is drawn at random in size and pace; some are rhythmic (tapping, bouncing), some resemble one
raise (a stretch on the toes). Each is in the ground truth as an *other movement* with its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sensing.simulation.foot_path import lowering, rising, turn_foot
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Piece,
    Pose,
    bump,
    chain,
    join,
    knock,
    min_jerk,
    move_to,
    steps,
    still,
)
from sensing.simulation.person import Person
from sensing.simulation.truth import OtherTruth

OtherMovement = Callable[[Pose, Person, np.random.Generator], Motion]


def rest(
    start: Pose,
    seconds: float,
    person: Person,
    rng: np.random.Generator,
    *,
    fidgets: int | None = None,
) -> Piece:
    """Standing or sitting, with ``fidgets`` other movements spread over the time.

    A rest too short for them becomes longer.
    """
    count = int(rng.poisson(person.restless * seconds * 0.6)) if fidgets is None else fidgets
    gaps = rng.dirichlet(np.full(count + 1, 2.0)) * seconds
    pieces = [Piece(still(start, steps(max(0.4, gaps[0]))))]
    pose = start
    for gap in gaps[1:]:
        piece = other_movement(pose, person, rng)
        pieces.append(piece)
        pose = piece.motion.last
        pieces.append(Piece(still(pose, steps(max(0.4, gap - len(piece.motion) / FINE_HZ)))))
    return chain(pieces)


def other_movement(start: Pose, person: Person, rng: np.random.Generator) -> Piece:
    """One movement of any kind."""
    names = list(KINDS)
    weights = np.array([KINDS[name][0] for name in names])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    motion = KINDS[name][1](start, person, rng)
    done = OtherTruth(start_s=0.0, end_s=len(motion) / FINE_HZ, what=name)
    return Piece(motion, (done,))


def _shift(start: Pose, _person: Person, rng: np.random.Generator) -> Motion:
    """Shift the weight to the other leg."""
    there = replace(
        start,
        shank_pitch=_bounded(start.shank_pitch + np.radians(rng.normal(0, 1.2)), start),
        shank_roll=float(np.radians(rng.normal(0, 2.5))),
    )
    return move_to(start, there, float(rng.uniform(0.4, 1.4)), sway=1.5)


def _bounded(pitch: float, start: Pose) -> float:
    return float(np.clip(pitch, start.shank_pitch - 0.1, start.shank_pitch + 0.1))


def _lean(start: Pose, _person: Person, rng: np.random.Generator) -> Motion:
    """Lean and come back, as when reaching for a bottle."""
    there = replace(
        start,
        shank_pitch=start.shank_pitch + float(np.radians(rng.normal(0, 5))),
        shank_roll=start.shank_roll + float(np.radians(rng.normal(0, 3))),
    )
    out_s, stay_s, back_s = rng.uniform([0.4, 0.1, 0.4], [1.2, 1.5, 1.2])
    out = move_to(start, there, out_s, sway=2)
    return join([out, still(there, steps(stay_s), sway=2), move_to(there, start, back_s, sway=2)])


def _tap(start: Pose, person: Person, rng: np.random.Generator) -> Motion:
    """Tap the toes or the heel, once or in a rhythm."""
    toes = rng.random() < 0.5
    size = np.radians(rng.uniform(4, 14)) * (-1 if toes else 1)
    beat_s = rng.uniform(0.18, 0.5)
    taps = []
    for _ in range(int(rng.integers(1, 7))):
        n = steps(beat_s * np.exp(0.1 * rng.normal()))
        foot = size * np.exp(0.2 * rng.normal()) * bump(n)
        motion = turn_foot(start, foot, person, tilt_share=person.tilt_share)
        taps.append(replace(motion, shock_mps2=knock(n, int(0.8 * n), rng, 0.3)))
    return join([*taps, still(start, steps(0.15))])


def _step(start: Pose, _person: Person, rng: np.random.Generator) -> Motion:
    """Lift the foot and put it down elsewhere."""
    n = steps(rng.uniform(0.35, 0.8))
    hill = bump(n)
    s = min_jerk(n)
    turn = float(np.radians(rng.normal(0, 12)))
    motion = still(start, n, sway=2)
    motion = replace(
        motion,
        x_m=motion.x_m + rng.normal(0, 0.12) * s,
        y_m=motion.y_m + rng.normal(0, 0.08) * s,
        z_m=motion.z_m + rng.uniform(0.02, 0.12) * hill,
        foot_pitch=motion.foot_pitch + np.radians(rng.uniform(-10, 25)) * hill,
        shank_pitch=motion.shank_pitch + np.radians(rng.uniform(-10, 30)) * hill,
        shank_roll=motion.shank_roll + np.radians(rng.normal(0, 4)) * hill,
        heading=motion.heading + turn * s,
    )
    after = still(motion.last, steps(0.3))
    return join([motion, replace(after, shock_mps2=knock(len(after), 0, rng, 0.8))])


def _turn(start: Pose, person: Person, rng: np.random.Generator) -> Motion:
    """Turn round in several small steps."""
    parts = []
    pose = start
    for _ in range(int(rng.integers(2, 5))):
        step = _step(pose, person, rng)
        parts.append(step)
        pose = step.last
    return join(parts)


def _stretch(start: Pose, person: Person, rng: np.random.Generator) -> Motion:
    """Stretch up on the toes once: resembles a raise but belongs to no set."""
    person = replace(person, strike_g=0.0)  # the knock below is the landing
    angle = np.radians(rng.uniform(5, 18))
    up = rising(angle, float(rng.uniform(0.4, 1.2)), person, rng)
    kept = np.full(steps(rng.uniform(0.05, 0.8)), up[-1])
    down = lowering(float(up[-1]), float(rng.uniform(0.4, 1.2)), person, rng)
    foot = np.concatenate([up, kept, down])
    motion = turn_foot(start, foot, person, tilt_share=person.tilt_share)
    after = still(start, steps(0.3))
    return join([motion, replace(after, shock_mps2=knock(len(after), 0, rng, 0.3))])


def _bounce(start: Pose, _person: Person, rng: np.random.Generator) -> Motion:
    """Small rhythmic knee bends, feet flat: the shank tilts, the ankle stays."""
    beats = int(rng.integers(2, 6))
    beat_s = rng.uniform(0.4, 0.9)
    size = np.radians(rng.uniform(3, 10))
    dips = []
    for _ in range(beats):
        n = steps(beat_s * np.exp(0.08 * rng.normal()))
        motion = still(start, n, sway=1.5)
        dips.append(replace(motion, shank_pitch=motion.shank_pitch + size * bump(n)))
    return join(dips)


def _shake(start: Pose, _person: Person, rng: np.random.Generator) -> Motion:
    """Lift the leg and shake it out."""
    n = steps(rng.uniform(1.2, 3.0))
    window = np.minimum(1, 4 * bump(n))
    window = np.convolve(window, np.ones(80) / 80, mode="same")
    t_s = np.arange(n) / FINE_HZ
    shaking = np.sin(2 * np.pi * rng.uniform(2, 4.5) * t_s + rng.uniform(0, 6))
    motion = still(start, n, sway=2)
    swing = np.radians(rng.uniform(3, 10)) * shaking * window
    motion = replace(
        motion,
        z_m=motion.z_m + rng.uniform(0.04, 0.12) * bump(n),
        foot_pitch=motion.foot_pitch + 2 * swing,
        shank_pitch=motion.shank_pitch + swing + np.radians(rng.uniform(5, 25)) * bump(n),
        shank_roll=motion.shank_roll + rng.normal(0, 0.5) * swing,
    )
    after = still(start, steps(0.3))
    return join([motion, replace(after, shock_mps2=knock(len(after), 0, rng, 0.8))])


KINDS: dict[str, tuple[float, OtherMovement]] = {
    "shift": (5, _shift),
    "lean": (3, _lean),
    "tap": (3, _tap),
    "step": (3, _step),
    "turn": (1, _turn),
    "stretch": (1, _stretch),
    "bounce": (1, _bounce),
    "shake": (1, _shake),
}
"""Name, relative frequency, and movement."""
