"""Which direction is forward in a sensor's axes, from a few raises or steps, including its sign.

A lean or a turn shows the sagittal plane but not which end of it is the front. The sign comes from
physics, not from habit:

* **Raise, ankle.** The foot turns about its ball, and the ankle lies behind *and above* that. As
  long as it rises it also moves forward, by half to all of its rise. So horizontal acceleration
  goes with vertical acceleration, and its direction is forward. The lean of the shank is as large
  in the reading and has either sign, but it goes with the height: with a gyro it is subtracted,
  without one it is fitted as well.
* **Raise, shoe.** The foot turns heel up by 20–36°, so "up" moves towards the heel in its axes.
* **Steps, shoe.** Every step swings the heel up twice as far as the toes (``foot_frame``).
* **Steps, ankle.** The leg is braked harder at the end of its swing, where the shank is nearly
  upright, than it is accelerated at the start, where the shank leans and gravity takes some of it
  off: across the vertical the largest forces point backwards. With a gyro the left axis is the one
  the shank swings about, and its fastest turn is the forward swing (Aminian 2002, J Biomech 35:689,
  the mid-swing peak); both must then agree.

Every direction is estimated again with each raise or stretch of steps left out; the differences
give its uncertainty (jackknife).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from sensing.analysis.signals.foot_frame import foot_frame
from sensing.analysis.signals.posture import Posture, runs
from sensing.analysis.signals.vertical import across
from sensing.core.filters import zero_phase
from sensing.core.units import Floats

_FORCE_HZ = 3.0
_LEAK_HZ = 0.15
"""Frequency band of a slow raise."""

RISING_MPS = 0.03
_PULSE_SHARE = 0.4
"""A raise moves up faster than this, and faster than this share of the fastest."""

_FOOT_TURNS_DEG = 12.0
"""A foot that turns less was not raised."""

_FLAT_DEG = 6.0
"""Between raises the foot lies flat again; a knee that stays bent does not."""

_BRAKED_HZ = 4.0
_BRAKED_SHARE = 0.1
_TURN_HZ = 8.0
_STEPPING_MPS2 = 2.0
_STRIDE_S = 1.1
"""Steps are left out about a stride at a time."""

_FLOOR_DEG = 3.0
"""Nobody raises or walks straighter than this (single-leg raises lean sideways by 1–5°)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forward:
    """The forward direction.

    Attributes:
        forward: unit vector perpendicular to ``up``, shape (3,).
        sd_deg: uncertainty of its direction, 1 SD, degrees.
        strength: how clear the sign is: 1 is usual for people, 0 is no evidence.
        parts: number of raises or stretches of steps it is based on.
        leans_deg: largest lean from standing in a raise, degrees.
    """

    forward: Floats
    sd_deg: float
    strength: float
    parts: int
    leans_deg: float = 0.0


def raise_spans(p: Posture, g_mps2: float) -> list[tuple[int, int]]:
    """Grid positions [first, last) of each raise of the ankle, including the rest around it."""
    velocity = ankle_velocity(p, g_mps2)
    return _around(velocity, max(RISING_MPS, _PULSE_SHARE * float(np.max(velocity))), p.rate_hz)


def ankle_velocity(p: Posture, g_mps2: float) -> Floats:
    """Vertical velocity of the ankle, leaky, shape (n,), m/s."""
    return _leaky(_vertical(p, g_mps2), p.rate_hz)


def ankle_raises(p: Posture, up: Floats, g_mps2: float) -> Forward | None:
    """Forward from raises at the ankle; None if there are fewer than two.

    Args:
        p: the movement, including the standing before and after it.
        up: unit vector up while standing, shape (3,).
        g_mps2: norm of specific force while standing, m/s².
    """
    spans = raise_spans(p, g_mps2)
    if len(spans) < 2:
        return None
    vertical = _vertical(p, g_mps2)
    first, last = spans[0][0], spans[-1][1]
    level = np.stack(across(up))
    # Perpendicular to the current vertical, not that of standing: on one leg the shank leans
    # sideways, and a few degrees of that turn part of the rise into a sideways movement.
    now = p.up if p.has_gyro else _unit(p.acc_mps2[first:last].mean(axis=0))[None]
    along = p.acc_mps2 - np.sum(p.acc_mps2 * now, axis=1)[:, None] * now
    aside = _banded(along, p.rate_hz) @ level.T
    columns = [_banded(vertical, p.rate_hz)]
    if not p.has_gyro:
        columns.append(_leaky(_leaky(vertical, p.rate_hz), p.rate_hz))
    known = np.column_stack(columns)
    power = [known[a:b].T @ known[a:b] for a, b in spans]
    product = [known[a:b].T @ aside[a:b] for a, b in spans]

    def without(k: int | None) -> Floats:
        others = [i for i in range(len(spans)) if i != k]
        total = sum((power[i] for i in others), np.zeros_like(power[0]))
        return np.asarray(np.linalg.solve(total, sum(product[i] for i in others))[0])

    share = without(None)
    leans = np.degrees(np.arccos(np.clip(p.up[first:last] @ up, -1, 1)))
    return Forward(
        forward=_unit(share @ level),
        sd_deg=_jackknife_deg([without(k) for k in range(len(spans))]),
        strength=float(np.linalg.norm(share)) / 0.7,
        parts=len(spans),
        leans_deg=float(np.max(leans)),
    )


def shoe_raises(p: Posture, up: Floats) -> Forward | None:
    """Forward from raises at the shoe; None if the foot turned up fewer than two times."""
    tilt = p.up - (p.up @ up)[:, None] * up
    angle_deg = np.degrees(np.arcsin(np.clip(np.linalg.norm(tilt, axis=1), 0, 1)))
    most_deg = float(np.max(angle_deg))
    if most_deg < _FOOT_TURNS_DEG:
        return None
    spans = [(a, b) for a, b in runs(angle_deg > 0.6 * most_deg) if b - a >= 0.1 * p.rate_hz]
    flat = [float(np.min(angle_deg[b:c])) for (_, b), (c, _) in pairwise(spans)]
    if len(spans) < 2 or max(flat) > _FLAT_DEG:
        return None
    level = np.stack(across(up))
    ways = np.array([-(tilt[a:b] @ level.T).mean(axis=0) for a, b in spans])
    return Forward(
        forward=_unit(ways.sum(axis=0) @ level),
        sd_deg=_jackknife_deg(_left_out(ways)),
        strength=most_deg / 25.0,
        parts=len(spans),
        leans_deg=most_deg,
    )


def shoe_steps(p: Posture, up: Floats) -> Forward | None:
    """Forward from steps at the shoe; None if no swing shows it."""
    if not p.has_gyro:
        return braked(p, up)
    ways = []
    level = np.stack(across(up))
    for a, b in _stretches(p):
        foot = foot_frame(_part(p, a, b))
        if foot is not None and foot.sure:
            ways.append(-foot.heel @ level.T)
    return _of_ways(np.array(ways), level) if len(ways) >= 2 else None


def ankle_steps(p: Posture, up: Floats) -> Forward | None:
    """Forward from steps at the ankle; None if there are too few, or two signs contradict."""
    other = braked(p, up)
    if not p.has_gyro or other is None:
        return other
    level = np.stack(across(up))
    turn = zero_phase(p.rate_dps, p.rate_hz, _TURN_HZ)
    ways = []
    for a, b in _stretches(p):
        part = turn[a:b]
        axis = np.linalg.eigh(part.T @ part)[1][:, -1]
        about = part @ axis
        left = -np.sign(float(np.sum(about**3))) * axis
        ways.append(np.cross(left, up) @ level.T)
    if len(ways) < 2:
        return None
    found = _of_ways(np.array(ways), level)
    if float(found.forward @ other.forward) < 0:
        return None
    return found


def braked(p: Posture, up: Floats) -> Forward | None:
    """Forward as the opposite of where the largest forces across the vertical point."""
    level = np.stack(across(up))
    aside = zero_phase(p.acc_mps2, p.rate_hz, _BRAKED_HZ) @ level.T
    aside = aside - np.median(aside, axis=0)
    ways = []
    for a, b in _stretches(p):
        part = aside[a:b]
        size = np.linalg.norm(part, axis=1)
        large = size >= np.quantile(size, 1 - _BRAKED_SHARE)
        total = max(float(size[large].sum()), 1e-9)
        ways.append(-(part[large] * size[large, None]).sum(axis=0) / total)
    return _of_ways(np.array(ways), level) if len(ways) >= 2 else None


def _of_ways(ways: Floats, level: Floats) -> Forward:
    """One forward direction from those of several stretches, shape (n, 2)."""
    unit = ways / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
    return Forward(
        forward=_unit(unit.sum(axis=0) @ level),
        sd_deg=_jackknife_deg(_left_out(unit)),
        strength=float(np.linalg.norm(unit.mean(axis=0))),
        parts=len(ways),
    )


def _stretches(p: Posture) -> list[tuple[int, int]]:
    """The walking in stretches of about a stride, without the standing before and after it."""
    size = np.linalg.norm(zero_phase(p.acc_mps2, p.rate_hz, _TURN_HZ), axis=1)
    walking = np.flatnonzero(np.abs(size - np.median(size)) > _STEPPING_MPS2)
    if len(walking) == 0:
        return []
    first, last = int(walking[0]), int(walking[-1]) + 1
    count = int((last - first) / (_STRIDE_S * p.rate_hz))
    edges = np.linspace(first, last, count + 1).astype(np.int64)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def _part(p: Posture, a: int, b: int) -> Posture:
    return Posture(
        p.time_s(a), p.rate_hz, p.acc_mps2[a:b], p.up[a:b], p.rate_dps[a:b], p.has_gyro, p.lost[a:b]
    )


def _vertical(p: Posture, g_mps2: float) -> Floats:
    """Vertical acceleration: norm of the slow force, minus gravity, shape (n,), m/s²."""
    slow = zero_phase(p.acc_mps2, p.rate_hz, _FORCE_HZ)
    return np.asarray(np.linalg.norm(slow, axis=1) - g_mps2, dtype=np.float64)


def _banded(x: Floats, rate_hz: float) -> Floats:
    return zero_phase(zero_phase(x, rate_hz, _FORCE_HZ), rate_hz, _LEAK_HZ, band="highpass")


def _leaky(x: Floats, rate_hz: float) -> Floats:
    """Leaky integral, so that drift does not accumulate."""
    return zero_phase(np.cumsum(x, axis=0) / rate_hz, rate_hz, _LEAK_HZ, band="highpass")


def _around(velocity: Floats, least: float, rate_hz: float) -> list[tuple[int, int]]:
    """A stretch around each upward pulse, out to halfway to its neighbours."""
    peaks: list[int] = []
    for a, b in runs(velocity > least):
        k = a + int(np.argmax(velocity[a:b]))
        if peaks and k - peaks[-1] < 0.8 * rate_hz:
            if velocity[k] > velocity[peaks[-1]]:
                peaks[-1] = k
        else:
            peaks.append(k)
    if not peaks:
        return []
    before, after = round(2.5 * rate_hz), round(4.0 * rate_hz)
    edges = [max(0, peaks[0] - before)]
    edges += [(a + b) // 2 for a, b in pairwise(peaks)]
    edges.append(min(len(velocity), peaks[-1] + after))
    return list(pairwise(edges))


def _left_out(ways: Floats) -> list[Floats]:
    """Sum of all but one, n times shape (2,)."""
    total = ways.sum(axis=0)
    return [np.asarray(total - way) for way in ways]


def _jackknife_deg(ways: list[Floats]) -> float:
    """Standard error of a direction from its values with one part left out each, degrees."""
    angles = np.array([np.arctan2(way[1], way[0]) for way in ways])
    middle = np.arctan2(np.sin(angles).sum(), np.cos(angles).sum())
    off = np.degrees(np.angle(np.exp(1j * (angles - middle))))
    n = len(off)
    sd = float(np.sqrt((n - 1) / n * np.sum(off**2)))
    sd *= float(special.stdtrit(n - 1, 0.8413))  # few parts: one SD of Student's t
    return float(np.hypot(sd, _FLOOR_DEG))


def _unit(v: Floats) -> Floats:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-9), dtype=np.float64)
