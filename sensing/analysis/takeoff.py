"""Take-off: the end of a ground contact, seen in several ways and fused.

Nothing in the signal of a foot or shank marks the instant at which the ground force ends: the leg
goes on pushing into the air. So several views are taken, each off by a constant of its own, and
fused; where they disagree the uncertainty says so.

From the shank, by momentum (both hold whatever the shape of the push):

* *Δv*: the vertical velocity falls by g·(flight time) from its maximum to the next landing;
* *landing speed*: what goes up comes down as fast: flight = 2 · (speed at landing) / g, the speed
  counted from the mean of the whole hop, which begins and ends at the same height.

  Both take the leg for the body. A leg that comes down faster than free fall is pulled, so then the
  instant of the greatest speed (below) is heard too, and the uncertainty grows with the pull.

From the foot, which turns and is thrown about, by the push itself:

* *speed*: the instant of the greatest vertical velocity, where vertical force falls back to g;
* *force*: the last peak of specific force before the flight, later where a hop also goes forward;
* *turn*: where the foot's rotation over the toes has fallen to a quarter of its peak (gyro);
* *push*: the last peak of vertical force, which stands in for *turn* without a gyro.

The constants are population means, and a person's own profile replaces what is left of them. For
the foot they are from people: insole force against a sensor in the shoe, one-leg and two-leg hops.
For the shank there are no people yet, only two simulations of different physics. They agree on the
landing speed to a millisecond; on Δv they see +28 and −16 ms, and the constant lies between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.vertical import FINE_HZ, Fine
from sensing.exercises import Look
from sensing.filters import zero_phase
from sensing.units import G_MPS2, Floats

_SMOOTH_HZ = 15.0
"""Above the push-off (3–8 Hz), below the ringing of strap and sole."""

_LEAST_AIR_S = 0.03
_ONSET_S = (0.01, 0.03)
"""Before and after an initial contact: where the velocity is lowest."""
_SWING_G = 0.55
"""Mean vertical force in the air above this is a leg that swings, not one that falls."""
_STRIDE_S = 0.58
"""Same-foot landings closer than this are hops: the quickest running stride is about as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One way to see a take-off.

    Attributes:
        late_s: how late its population sees the take-off (negative: early), s.
        sd_s: how much that differs between people and hops, s.
    """

    late_s: float
    sd_s: float


_DELTA_V = View(late_s=0.012, sd_s=0.020)
_LANDING_SPEED = View(late_s=-0.0135, sd_s=0.018)
_SPEED = View(late_s=-0.019, sd_s=0.022)
_FORCE = View(late_s=-0.027, sd_s=0.022)
_TURN = View(late_s=-0.005, sd_s=0.016)
_PUSH = View(late_s=-0.041, sd_s=0.022)

_SHANK_SPEED = View(late_s=-0.017, sd_s=0.030)
_PULLED_G = -0.3
"""A leg in the air that is faster down than free fall is being pulled, and its momentum is not
the body's; then the time of the greatest speed has a say."""
_PULLED = 0.25
"""Part of the time that the pull feigns which is not known."""

REBOUND_S = 1.0
"""Exercises with longer contacts are jumps off and onto boxes, or with a stand in between."""
_STANCE = 0.5
"""Running, the foot is off the ground for at least half of every stride."""
_MOST_OF_HOP = 0.85
"""The push-off of a hop peaks before this part of the period."""
_TURN_LEFT = 0.25
_TURN_S = (0.12, 0.03)
"""The rotation over the toes is at its fastest this long before, to after, the greatest speed."""

_COMMON_SD_S = {
    "shank": 0.0145,
    "foot": 0.016,
    "foot without gyro": 0.020,
    "swing": 0.030,
    "jump": 0.045,
}
"""What all views of a kind share and fusing them can't take away: mostly the person."""
_APART_S = 0.045
"""A view this far from the middle one has seen something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """End of one contact.

    Attributes:
        at: position on the fine grid.
        sd_s: standard uncertainty of the contact time that follows from it, s.
        flight_g: mean vertical specific force between the velocity's maximum and the next landing,
            g: near 0 in free flight, 1 for a leg that only swings.
    """

    at: float
    sd_s: float
    flight_g: float


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """Smoothed signals of one window in which take-offs are looked for.

    Attributes:
        fine: the window.
        force_g: norm of specific force, shape (n,), g.
        up_g: specific force along the vertical, shape (n,), g.
        gyro_dps: angular rate, shape (n, 3), °/s, or None where it is not used.
    """

    fine: Fine
    force_g: Floats
    up_g: Floats
    gyro_dps: Floats | None


def push_signals(fine: Fine) -> Push:
    """Smooth a window once for all the take-offs in it."""
    gyro = fine.gyro_dps if fine.oriented else None
    return Push(
        fine=fine,
        force_g=np.linalg.norm(zero_phase(fine.acc_mps2, FINE_HZ, _SMOOTH_HZ), axis=1) / G_MPS2,
        up_g=zero_phase(fine.up_mps2, FINE_HZ, _SMOOTH_HZ) / G_MPS2,
        gyro_dps=None if gyro is None else zero_phase(gyro, FINE_HZ, _SMOOTH_HZ),
    )


def find_takeoff(
    push: Push, contact: float, landing: float, look: Look, rest_mps2: float | None = None
) -> TakeOff | None:
    """Take-off between an initial contact and the next landing; None if there is no room.

    Args:
        push: smoothed window.
        contact: position of the initial contact.
        landing: position of the next.
        look: shortest and longest contact.
        rest_mps2: what the vertical shows on average over the hops around, m/s²; None: over this
            one, which is g only if it begins and ends equally fast.
    """
    fine = push.fine
    c, n = int(contact), int(landing)
    before, after = (int(s * FINE_HZ) for s in _ONSET_S)
    first = c + int(look.contact_s[0] * FINE_HZ)
    last = n - int(_LEAST_AIR_S * FINE_HZ)
    if last - first < 4 or c < before:
        return None
    up = fine.up_mps2[c - before : n + after]
    # An orientation filter knows g; a mean vector is only as long as gravity over whole hops.
    if fine.oriented:
        rest_mps2 = G_MPS2
    elif rest_mps2 is None:
        rest_mps2 = float(np.mean(up[before : n - c + before]))
    speed = np.cumsum(up - rest_mps2) / FINE_HZ
    origin = c - before
    top = first + int(np.argmax(speed[first - origin : last - origin]))
    flight_g = float(np.mean(fine.up_mps2[top : max(top + 1, n - 1)])) / G_MPS2
    period = landing - contact
    swings = flight_g > _SWING_G and period > _STRIDE_S * FINE_HZ
    if fine.placement == "ankle" and not swings and look.contact_s[1] <= REBOUND_S:
        fast = speed[top - origin] - speed[n - origin - before]
        fall = np.mean(speed[before : n - origin]) - np.min(speed[n - origin - before :])
        seen = [
            (landing - float(fast) / G_MPS2 * FINE_HZ, _DELTA_V),
            (landing - 2 * float(fall) / G_MPS2 * FINE_HZ, _LANDING_SPEED),
        ]
        common_sd_s = _COMMON_SD_S["shank"]
        if flight_g < _PULLED_G:
            doubt_s = -_PULLED * flight_g * (landing - top) / FINE_HZ
            common_sd_s = math.hypot(common_sd_s, doubt_s)
            seen = [(at, _doubted(view, doubt_s)) for at, view in seen]
            seen.append((origin + _vertex(speed, top - origin), _SHANK_SPEED))
        return _fuse(seen, common_sd_s, contact, landing, flight_g)
    end = min(last, int(contact + (_STANCE if swings else _MOST_OF_HOP) * period))
    seen = _foot_views(push, first, max(end, first + 3), top, last)
    if top < end:
        seen.append((origin + _vertex(speed, top - origin), _SPEED))
    if fine.placement == "shoe" and not swings:
        kind = "foot" if fine.oriented else "foot without gyro"
    else:
        kind = "swing" if swings else "jump"
    return _fuse(seen, _COMMON_SD_S[kind], contact, landing, flight_g)


def _doubted(view: View, sd_s: float) -> View:
    """The same view, less sure by so much."""
    return replace(view, sd_s=math.hypot(view.sd_s, sd_s))


def _foot_views(push: Push, first: int, end: int, top: int, last: int) -> list[tuple[float, View]]:
    """Views of a push-off that peaks in the later part of [first, end)."""
    begin = first + int(0.3 * (end - first))
    peak = begin + int(np.argmax(push.force_g[begin:end]))
    seen = [(_vertex(push.force_g, peak), _FORCE)]
    turned = None if push.gyro_dps is None else _end_of_turn(push.gyro_dps, first, top, last)
    if turned is not None:
        seen.append((turned, _TURN))
    else:
        seen.append((_vertex(push.up_g, begin + int(np.argmax(push.up_g[begin:end]))), _PUSH))
    return seen


def _end_of_turn(gyro_dps: Floats, first: int, top: int, last: int) -> float | None:
    """Where the rotation of the push-off has fallen to a part of its peak, about its own axis."""
    before, after = (int(s * FINE_HZ) for s in _TURN_S)
    begin, end = max(first, top - before), min(top + after, last)
    if end - begin < 3:
        return None
    axis = np.mean(gyro_dps[begin : top + 1], axis=0)
    about = gyro_dps[begin:last] @ (axis / max(float(np.linalg.norm(axis)), 1e-9))
    peak = int(np.argmax(np.linalg.norm(gyro_dps[begin:end], axis=1)))
    level = _TURN_LEFT * float(about[peak])
    low = np.flatnonzero(about[peak:] < level)
    if level <= 0 or len(low) == 0:
        return None
    k = peak + int(low[0])
    return begin + k - float((level - about[k]) / (about[k - 1] - about[k]))


def _vertex(x: Floats, k: int) -> float:
    """Position of the top of the parabola through the samples around a peak."""
    if not 0 < k < len(x) - 1:
        return float(k)
    left, middle, right = float(x[k - 1]), float(x[k]), float(x[k + 1])
    bend = left - 2 * middle + right
    return k if bend >= 0 else k + float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))


def _fuse(
    seen: list[tuple[float, View]],
    common_sd_s: float,
    contact: float,
    landing: float,
    flight_g: float,
) -> TakeOff:
    """Weigh views by their uncertainty; one far from the middle of three is left out."""
    at = [position - view.late_s * FINE_HZ for position, view in seen]
    middle = sorted(at)[len(at) // 2] if len(at) % 2 else sum(at) / len(at)
    near = [abs(each - middle) <= _APART_S * FINE_HZ or len(at) < 3 for each in at]
    weight = [view.sd_s**-2.0 * ok for (_, view), ok in zip(seen, near, strict=True)]
    total = sum(weight)
    fused = sum(w * each for w, each in zip(weight, at, strict=True)) / total
    apart = sum(w * (each - fused) ** 2 for w, each in zip(weight, at, strict=True)) / total
    return TakeOff(
        at=min(max(fused, contact + 1), landing - 1),
        sd_s=math.hypot(common_sd_s, math.sqrt(apart) / FINE_HZ),
        flight_g=flight_g,
    )
