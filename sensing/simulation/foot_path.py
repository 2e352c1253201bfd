"""The path of a foot that turns on the floor, and the leg that follows it.

Up along a minimum-jerk path or a more abrupt one, with overshoot; down with as much speed left as a
heel strike needs; roughened throughout. The ankle's height, its way forward and the lean of the
shank follow by geometry, as of one rigid leg; a heel that is stopped by the floor rings.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.units import G_MPS2, Floats
from sensing.simulation.motion import (
    FINE_HZ,
    Motion,
    Pose,
    bump,
    end_for_speed,
    foot_lift,
    min_jerk,
    ringing,
    steps,
    still,
)
from sensing.simulation.person import Person

RINGS_S = 0.35
"""How long a heel rings on the floor, s."""
_TOES_STRIKE = 0.3
"""Strike of the toes, felt at the ankle, against that of the heel."""
_RING_PEAK = 0.75
"""Peak acceleration of a damped ringing against that of an undamped one."""
_FALLING, _HASTE = 2.0, 0.6
"""Speed of a heel that falls all the way, in lengths per duration; a harder strike takes a shorter
lowering, at shortest this share of the intended one."""


def rising(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way up, with overshoot, shape (n,), rad."""
    n = steps(seconds)
    powers = (person.early, person.late)
    path = min_jerk(n, skew=person.skew + rng.normal(0, 0.1), powers=powers)
    return angle * (1 + person.overshoot) * (path + _roughness(n, person, rng))


def lowering(angle: float, seconds: float, person: Person, rng: np.random.Generator) -> Floats:
    """Foot angle on its way down to flat, shape (n,), rad.

    With ``drop`` or a heel strike it arrives with speed: as much as the strike needs, or as there
    is when the heel is let fall all the way in a somewhat shorter time.
    """
    vary = np.exp(0.3 * rng.normal())
    drop = np.clip(person.drop * vary, 0, 1)
    end = 1 - 0.22 * drop if drop > 0 else 1.0
    powers = (person.late, person.early)
    if person.strike_g:
        lever_m = person.pivot_m if angle > 0 else person.heel_m
        strike_g = person.strike_g * vary**1.5 * (1.0 if angle > 0 else _TOES_STRIKE)
        turn = strike_g / _strike_per_mps(person) / lever_m  # rad/s
        wanted = turn * seconds / max(abs(angle), 1e-3)
        haste = float(np.clip(_FALLING / wanted, _HASTE, 1.0))
        seconds *= haste
        end = end_for_speed(wanted * haste, powers)
    n = steps(seconds)
    skew = person.skew + rng.normal(0, 0.1)
    path = min_jerk(n, skew=float(np.clip(skew, -0.5, 0.5)), end=float(end), powers=powers)
    return angle * (1 - path + _roughness(n, person, rng))


def _strike_per_mps(person: Person) -> float:
    """Peak acceleration of a heel stopped from 1 m/s by the person's soft tissue, g."""
    return _RING_PEAK * 2 * np.pi * person.heel_ring_hz / G_MPS2


_TURNED_AT_ONCE_S = 0.15
"""A shorter hold leaves no time to come back from the overshoot, s."""


def top_of(reached: float, angle: float, seconds: float, rng: np.random.Generator) -> Floats:
    """Foot angle at the top, coming back from the overshoot, shape (n,), rad."""
    n = steps(seconds)
    settled = angle * (1 - rng.uniform(0, 0.04) * min(1.0, seconds))
    if seconds < _TURNED_AT_ONCE_S:
        settled = reached
    settle = min_jerk(n)
    if seconds > 0.5:
        n_quick = steps(0.35)
        settle = np.concatenate([min_jerk(n_quick), np.ones(n - n_quick)])
    return reached + (settled - reached) * settle


def _roughness(n: int, person: Person, rng: np.random.Generator) -> Floats:
    """Sub-movements of 1–3 Hz: people do not move along a smooth curve."""
    t_s = np.arange(1, n + 1) / FINE_HZ
    wobble = np.zeros(n)
    for _ in range(3):
        wobble += np.sin(2 * np.pi * rng.uniform(0.8, 3.0) * t_s + rng.uniform(0, 2 * np.pi))
    return np.asarray(person.rough * 0.5 * bump(n) * wobble, dtype=np.float64)


def turn_foot(start: Pose, foot_pitch: Floats, person: Person, *, tilt_share: float) -> Motion:
    """Motion of a leg whose foot turns on the floor by ``foot_pitch``, shape (n,), rad."""
    forward, rise = foot_lift(
        foot_pitch, pivot_m=person.pivot_m, ankle_m=person.ankle_m, heel_m=person.heel_m
    )
    motion = still(start, len(foot_pitch))
    lean, axis = tilt_share * foot_pitch, np.radians(person.lean_axis_deg)
    return replace(
        motion,
        x_m=motion.x_m + forward * np.cos(start.heading),
        y_m=motion.y_m + forward * np.sin(start.heading),
        z_m=motion.z_m + rise,
        foot_pitch=foot_pitch,
        shank_pitch=motion.shank_pitch + lean * np.cos(axis),
        shank_roll=motion.shank_roll + lean * np.sin(axis),
        heading=motion.heading + person.lean_turn * lean,
    )


def landing(start: Pose, motion: Motion, person: Person, *, seconds: float = RINGS_S) -> Motion:
    """Heel (or toes) stopped by the floor: soft tissue gives by about a millimetre and rings."""
    n = steps(seconds)
    hz, damping = person.heel_ring_hz, person.heel_ring_damping
    landed = still(start, n)
    fade = 1 - min_jerk(n)

    def rings(name: str, at_hz: float) -> Floats:
        path = getattr(motion, name)
        speed = float(path[-1] - path[-2]) * FINE_HZ if len(motion) > 1 else 0.0
        return ringing(n, speed=speed, hz=at_hz, damping=damping) * fade

    turns = ("shank_pitch", "shank_roll", "heading")
    return replace(
        landed,
        z_m=landed.z_m + rings("z_m", hz),
        x_m=landed.x_m + rings("x_m", hz * 0.8),
        **{name: getattr(landed, name) + person.shank_give * rings(name, hz) for name in turns},
    )
