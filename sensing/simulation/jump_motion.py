"""The motion of a leg whose heights are those of the chain of ``leg_chain.py``.

The foot turns about the forefoot as far as it lifts the heel, a bent knee leans the shank forward,
and whoever jumps onto a box or steps off it moves forward in the air.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import lfilter

from sensing.core.units import Floats
from sensing.simulation.leg_chain import CHAIN_HZ, Run
from sensing.simulation.motion import FINE_HZ, Motion, Pose, min_jerk, soften, still
from sensing.simulation.person import Person

_LEG_M = 0.85  # hip to ankle
_STRAIGHT_M = 0.02  # a standing leg is never quite straight
_LEAVES_S, _ARRIVES_S = 0.3, 0.05
"""s before toe-off and after landing between which the leg moves forward."""


@dataclass(frozen=True, slots=True)
class Forward:
    """A move forward during one flight, from ``start_s`` (toe-off) to ``end_s`` (landing)."""

    start_s: float
    end_s: float
    metres: float


def leg_motion(
    start: Pose, run: Run, person: Person, moves: Sequence[Forward], rng: np.random.Generator
) -> Motion:
    """Angles and positions of a leg whose heights are those of the chain."""
    every = CHAIN_HZ // FINE_HZ
    foot, ankle, body = (x[::every] for x in (run.foot_m, run.ankle_m, run.body_m))
    n = len(foot)
    zero = ankle[0]
    pitch = _foot_pitch(ankle - foot - (ankle[0] - foot[0]), person)
    # About the forefoot only: a heel that touches down does not become the pivot.
    forward = person.pivot_m * (1 - np.cos(pitch)) + person.ankle_m * np.sin(pitch)
    forward = soften(forward, 0.04)  # the leg gives sideways
    bent = _STRAIGHT_M - (body - ankle - (body[0] - ankle[0]))
    bent = 0.5 * (bent + np.sqrt(bent**2 + _STRAIGHT_M**2))
    knee = np.arccos(np.clip(1 - bent / _LEG_M, -1, 1))
    lean = person.knee_share * (knee - knee[0])
    fade = np.ones(n)
    last = min(n, FINE_HZ // 3)
    fade[n - last :] = 1 - min_jerk(last)  # what still swings comes to rest
    motion = still(start, n)
    z = (ankle - zero) * fade + (1 - fade) * run_floor(run)
    jolt = np.gradient(np.gradient(ankle)) * FINE_HZ**2
    shock = np.zeros((n, 3))
    forward_share = person.shock_forward * np.exp(0.15 * rng.normal())
    shock[:, 0] = forward_share * _above(jolt, 8.0)
    shock[:, 1] = person.shock_side * _above(jolt, 8.0)
    loaded = run.force_n[::every] > 0
    return replace(
        motion,
        x_m=motion.x_m + forward * fade + _moved(n, moves),
        z_m=motion.z_m + z,
        foot_pitch=pitch * fade,
        shank_pitch=motion.shank_pitch + lean * fade,
        shock_mps2=shock * fade[:, None],
        sway=1.0 + 1.5 * loaded.astype(np.float64),
    )


def _moved(n: int, moves: Sequence[Forward]) -> Floats:
    """How far the leg has moved forward, shape (n,), m."""
    x_m = np.zeros(n)
    for move in moves:
        a = max(0, round((move.start_s - _LEAVES_S) * FINE_HZ))
        b = min(n, round((move.end_s + _ARRIVES_S) * FINE_HZ))
        x_m[a:b] += move.metres * min_jerk(b - a)
        x_m[b:] += move.metres
    return x_m


def run_floor(run: Run) -> float:
    """Height of the floor the chain ends on, to the nearest centimetre, m."""
    return round(float(run.foot_m[-1]) * 100) / 100


def _foot_pitch(heel_m: Floats, person: Person) -> Floats:
    """Foot angle that lifts the ankle by this much, by rigid geometry.

    Near the end of its range a foot bends in the middle instead.
    """
    reach = float(np.hypot(person.pivot_m, person.ankle_m))
    flat = float(np.arctan2(person.ankle_m, person.pivot_m))
    height = (heel_m + person.ankle_m) / reach
    height = np.where(height < 0.65, height, 0.65 + 0.25 * np.tanh((height - 0.65) / 0.25))
    return np.asarray(np.arcsin(np.maximum(height, -0.9)) - flat, dtype=np.float64)


def _above(x: Floats, hz: float) -> Floats:
    """First-order high-pass: the shock in a movement."""
    keep = float(np.exp(-2 * np.pi * hz / FINE_HZ))
    return np.asarray(lfilter([(1 + keep) / 2, -(1 + keep) / 2], [1, -keep], x), dtype=np.float64)
