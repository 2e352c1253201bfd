"""Motion of one leg: ankle, shank and foot on an even, fine grid of time.

A *piece* is a stretch of movement with its ground truth; it starts in the pose in which the one
before ended. The world is x forward, y left, z up, with the floor at z = 0; angles are
yaw-pitch-roll in radians, pitch positive when the shank leans forward or the heel is up. A piece
only says how strong sway and tremor are; they are added to the whole recording at the end, so that
they continue across pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import betainc

from sensing.core.units import G_MPS2, Floats
from sensing.simulation.truth import Truth

FINE_HZ = 1000
"""Grid of the simulated movement; impacts and strap resonance lie below 150 Hz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A leg at one moment.

    Attributes:
        x_m, y_m, z_m: ankle joint; z is height above where it is with the foot flat.
        foot_pitch: heel up is positive, toes up negative, rad.
        shank_pitch: lean forward, rad.
        shank_roll: lean to the right, rad.
        heading: turned to the left, rad.
    """

    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 0.0
    foot_pitch: float = 0.0
    shank_pitch: float = 0.0
    shank_roll: float = 0.0
    heading: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """A leg over time, one value per step of the fine grid, shape (n,) each.

    Attributes:
        x_m … heading: as in :class:`Pose`.
        shock_mps2: acceleration beyond that of the rigid leg (knocks), world axes, shape (n, 3).
        sway: strength of sway, 1 in quiet standing.
        hold_tremor: strength of the tremor of a held position, 0 at rest.
        move_tremor: strength of the tremor of slow movement, 0 at rest.
    """

    x_m: Floats
    y_m: Floats
    z_m: Floats
    foot_pitch: Floats
    shank_pitch: Floats
    shank_roll: Floats
    heading: Floats
    shock_mps2: Floats
    sway: Floats
    hold_tremor: Floats
    move_tremor: Floats

    def __len__(self) -> int:
        return len(self.x_m)

    @property
    def last(self) -> Pose:
        """The pose in which it ends."""
        return Pose(**{name: float(getattr(self, name)[-1]) for name in _POSE})


_POSE = tuple(field.name for field in fields(Pose))
_CHANNELS = tuple(field.name for field in fields(Motion))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of movement and its ground truth, times from its own start."""

    motion: Motion
    truths: tuple[Truth, ...] = ()


def steps(seconds: float) -> int:
    """Number of grid steps in a time, at least one."""
    return max(1, round(seconds * FINE_HZ))


def still(pose: Pose, n: int, *, sway: float = 1.0, hold_tremor: float = 0.0) -> Motion:
    """The pose held for ``n`` steps."""
    return Motion(
        **{name: np.full(n, getattr(pose, name), dtype=np.float64) for name in _POSE},
        shock_mps2=np.zeros((n, 3)),
        sway=np.full(n, sway),
        hold_tremor=np.full(n, hold_tremor),
        move_tremor=np.zeros(n),
    )


def move_to(start: Pose, end: Pose, seconds: float, *, sway: float = 1.0) -> Motion:
    """From one pose to another along minimum-jerk paths."""
    n = steps(seconds)
    s = min_jerk(n)
    motion = still(start, n, sway=sway)
    changed = {
        name: getattr(motion, name) + s * (getattr(end, name) - getattr(start, name))
        for name in _POSE
    }
    return replace(motion, **changed)


def join(motions: list[Motion]) -> Motion:
    """One after the other."""
    return Motion(
        **{name: np.concatenate([getattr(m, name) for m in motions]) for name in _CHANNELS}
    )


def chain(pieces: list[Piece]) -> Piece:
    """One after the other, ground truth shifted in time."""
    truths: list[Truth] = []
    at = 0
    for piece in pieces:
        truths += [truth.later(at / FINE_HZ) for truth in piece.truths]
        at += len(piece.motion)
    return Piece(join([piece.motion for piece in pieces]), tuple(truths))


def min_jerk(
    n: int, *, skew: float = 0.0, end: float = 1.0, powers: tuple[float, float] = (2.0, 2.0)
) -> Floats:
    """Minimum-jerk path from 0 to 1 (Flash & Hogan 1985), shape (n,).

    Args:
        n: steps; the first is just after 0, the last is 1.
        skew: −0.5…0.5 bends time: above 0 the fast part comes late.
        end: below 1 the path is cut there and stretched, so it arrives with speed.
        powers: p and q of the speed u^p (1 − u)^q; 2 and 2 is minimum jerk, others start or stop
            more abruptly.
    """
    u = np.arange(1, n + 1) / n
    u = u + skew * u * (1 - u) * (2 * u if skew > 0 else 2 * (1 - u))
    u = u * end
    path = _travelled(u, powers)
    return np.asarray(path / _travelled(np.asarray(end), powers), dtype=np.float64)


def end_for_speed(speed: float, powers: tuple[float, float]) -> float:
    """Where to cut a path so that it arrives with this speed, in lengths per duration."""
    ends = np.linspace(0.35, 1.0, 400)
    way = _travelled(ends, powers)
    arrives = ends * np.gradient(way, ends) / way
    slower = np.flatnonzero(arrives <= speed)
    return float(ends[slower[0]]) if len(slower) else 1.0


def _travelled(u: Floats, powers: tuple[float, float]) -> Floats:
    """Share of the way at a share of the time, for the speed u^p (1 − u)^q."""
    if powers == (2.0, 2.0):
        return np.asarray(u**3 * (10 - 15 * u + 6 * u**2), dtype=np.float64)
    return np.asarray(betainc(powers[0] + 1, powers[1] + 1, u), dtype=np.float64)


def bump(n: int) -> Floats:
    """Smooth hill from 0 to 1 and back, sin⁴, shape (n,)."""
    return np.asarray(np.sin(np.pi * np.arange(1, n + 1) / (n + 1)) ** 4, dtype=np.float64)


def foot_lift(
    foot_pitch: Floats, *, pivot_m: float, ankle_m: float, heel_m: float
) -> tuple[Floats, Floats]:
    """How far the ankle moves forward and up when the foot turns on the floor, shape (n,) each, m.

    A raised heel turns about the forefoot, raised toes about the heel, as rigid bodies; the two are
    blended over about 2°, as soft soles do.

    Args:
        foot_pitch: heel up positive, shape (n,), rad.
        pivot_m: forefoot to below the ankle, m.
        ankle_m: height of the ankle joint, m.
        heel_m: heel to below the ankle, m.
    """
    soft = np.radians(1.0)
    up = 0.5 * (foot_pitch + np.sqrt(foot_pitch**2 + soft**2)) - 0.5 * soft
    down = up - foot_pitch
    forward = pivot_m * (1 - np.cos(up)) + ankle_m * np.sin(up)
    forward = forward - heel_m * (1 - np.cos(down)) - ankle_m * np.sin(down)
    rise = pivot_m * np.sin(up) + ankle_m * (np.cos(up) - 1)
    rise = rise + heel_m * np.sin(down) + ankle_m * (np.cos(down) - 1)
    return np.asarray(forward, dtype=np.float64), np.asarray(rise, dtype=np.float64)


def ringing(n: int, *, speed: float, hz: float, damping: float) -> Floats:
    """Displacement of a mass stopped from ``speed`` (m/s) by a damped spring, shape (n,), m."""
    t_s = np.arange(1, n + 1) / FINE_HZ
    w = 2 * np.pi * hz
    wd = w * np.sqrt(1 - damping**2)
    return np.asarray(speed / wd * np.exp(-damping * w * t_s) * np.sin(wd * t_s), dtype=np.float64)


def knock(n: int, at: int, rng: np.random.Generator, size_g: float) -> Floats:
    """Knock of a foot put down: a few rings of 10–22 Hz, shape (n, 3), m/s².

    Args:
        n: steps.
        at: step at which it lands.
        size_g: median size, g.
    """
    shock = np.zeros((n, 3))
    t_s = np.arange(max(0, n - at)) / FINE_HZ
    w = 2 * np.pi * rng.uniform(10, 22)
    ring = np.exp(-0.3 * w * t_s) * np.sin(w * t_s)
    size = G_MPS2 * size_g * float(np.exp(0.6 * rng.normal()))
    shock[at:] = size * ring[:, None] * rng.normal(0, [0.4, 0.3, 0.8])
    return shock


def soften(x: Floats, seconds: float) -> Floats:
    """Corners rounded by a Hann window of ± ``seconds``, ends extended; shape (n,) to (n,)."""
    k = np.hanning(2 * round(seconds * FINE_HZ) + 1)
    half = len(k) // 2
    padded = np.concatenate([np.full(half, x[0]), x, np.full(half, x[-1])])
    return np.asarray(np.convolve(padded, k / k.sum(), mode="valid"), dtype=np.float64)
