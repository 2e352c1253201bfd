"""Toe-off: the end of a ground contact, estimated in several ways and fused.

Nothing in the signal of a foot or shank marks the instant at which ground force ends: the leg
pushes on into the air. So several estimates are made, each with a constant error of its own, and
fused; where they disagree, the uncertainty grows.

From the shank, by momentum (whatever the shape of the push):

* *Δv*: the vertical velocity falls by g·(flight time) from its maximum to the next landing;
* *landing speed*: what goes up comes down as fast: flight = 2 · (speed at landing) / g, the speed
  relative to the mean of the whole hop, which starts and ends at the same height.

  Both take the leg for the body. A leg that comes down faster than free fall is pulled; then the
  instant of the highest speed (below) counts, too, and the uncertainty grows with the pull.

From the foot, which turns and is thrown about, by the push itself:

* *speed*: the instant of the highest vertical velocity, where vertical force falls back to g;
* *force*: the last peak of specific force before the flight, later in hops that go forward;
* *turn*: where the foot's rotation over the toes has fallen to a quarter of its peak (gyro);
* *push*: the last peak of vertical force, which replaces *turn* without a gyro.

The constants are population means; a calibration replaces what is left of them. For the foot they
are from people: insole force against a sensor in the shoe, hops on one leg and two. For the shank
they are from two simulations of different physics, which agree on the landing speed to a
millisecond; on Δv they give +28 and −16 ms, and the constant lies between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.hops.push_off import Push, Span, end_of_turn, fastest, span_of, vertex
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import Look
from sensing.core.units import G_MPS2

_SWING_G = 0.55
"""g; a higher mean vertical force in the air is a leg that swings, not falls."""
_STRIDE_S = 0.58
"""s; same-foot landings closer together are hops, not running strides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One estimate of toe-off.

    Attributes:
        late_s: mean delay in its population (negative: early), s.
        sd_s: SD of that between people and hops, s.
    """

    late_s: float
    sd_s: float


# Estimates, as named above; on the foot from people, on the shank from simulations.
_DELTA_V = View(late_s=0.012, sd_s=0.020)
_LANDING_SPEED = View(late_s=-0.0135, sd_s=0.018)  # shank
_SPEED = View(late_s=-0.019, sd_s=0.022)  # foot
_FORCE = View(late_s=-0.027, sd_s=0.022)  # foot
_TURN = View(late_s=-0.005, sd_s=0.016)  # foot
_PUSH = View(late_s=-0.041, sd_s=0.022)  # foot

_SHANK_SPEED = View(late_s=-0.017, sd_s=0.030)  # speed, of a leg that is pulled
_PULLED_G = -0.3
"""g; a leg that comes down faster than free fall is pulled, and its momentum is not the body's."""
_PULLED = 0.25
"""Unknown share of the time that the pull simulates."""
REBOUND_S = 1.0
"""s; exercises with longer contacts are jumps with a stand in between."""
_STANCE = 0.5
"""Largest share of a running stride on the ground."""
_MOST_OF_HOP = 0.85
"""The push-off of a hop peaks before this share of the period."""
_COMMON_SD_S = {
    "shank": 0.0145,
    "foot": 0.016,
    "foot without gyro": 0.020,
    "swing": 0.030,
    "jump": 0.045,
}
"""Error that all estimates of a kind share, mostly between people, s."""
_APART_S = 0.045
"""s; an estimate this far from the median has caught something else."""
DISAGREE_S = 0.07
"""s; fused uncertainty from which the estimates do not agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """End of one contact.

    Attributes:
        at: position on the fine grid.
        sd_s: standard uncertainty of the contact time that follows from it, s.
        flight_g: mean vertical specific force between the velocity's maximum and the next landing,
            g: near 0 in free flight, 1 for a leg that only swings.
        rest_mps2: vertical specific force taken for rest, m/s².
    """

    at: float
    sd_s: float
    flight_g: float
    rest_mps2: float


def find_takeoff(
    push: Push, contact: float, landing: float, look: Look, rest_mps2: float | None = None
) -> TakeOff | None:
    """Toe-off between an initial contact and the next landing; None if there is no room.

    Args:
        push: smoothed window.
        contact: position of the initial contact.
        landing: position of the next.
        look: shortest and longest contact.
        rest_mps2: mean vertical force over the hops around, m/s²; None: over this one, which is g
            only if it starts and ends equally fast.
    """
    fine = push.fine
    span = span_of(fine, contact, landing, look, rest_mps2)
    if span is None:
        return None
    period = landing - contact
    swings = span.flight_g > _SWING_G and period > _STRIDE_S * FINE_HZ
    if fine.placement == "ankle" and not swings and look.contact_s[1] <= REBOUND_S:
        seen = [
            (landing - span.rise_mps / G_MPS2 * FINE_HZ, _DELTA_V),
            (landing - 2 * span.fall_mps / G_MPS2 * FINE_HZ, _LANDING_SPEED),
        ]
        common_sd_s = _COMMON_SD_S["shank"]
        if span.flight_g < _PULLED_G:
            doubt_s = -_PULLED * span.flight_g * (landing - span.top) / FINE_HZ
            common_sd_s = math.hypot(common_sd_s, doubt_s)
            seen = [(at, _doubted(view, doubt_s)) for at, view in seen]
            seen.append((fastest(span), _SHANK_SPEED))
        return _fuse(seen, common_sd_s, contact, landing, span)
    end = min(span.last, int(contact + (_STANCE if swings else _MOST_OF_HOP) * period))
    seen = _foot_views(push, span, max(end, span.first + 3))
    if span.top < end:
        seen.append((fastest(span), _SPEED))
    if fine.placement == "shoe" and not swings:
        kind = "foot" if fine.oriented else "foot without gyro"
    else:
        kind = "swing" if swings else "jump"
    return _fuse(seen, _COMMON_SD_S[kind], contact, landing, span)


def _doubted(view: View, sd_s: float) -> View:
    """The same estimate with a larger uncertainty."""
    return replace(view, sd_s=math.hypot(view.sd_s, sd_s))


def _foot_views(push: Push, span: Span, end: int) -> list[tuple[float, View]]:
    """Estimates from a push-off that peaks in the later part of [span.first, end)."""
    begin = span.first + int(0.3 * (end - span.first))
    peak = begin + int(np.argmax(push.force_g[begin:end]))
    seen = [(vertex(push.force_g, peak), _FORCE)]
    turned = None if push.gyro_dps is None else end_of_turn(push.gyro_dps, span)
    if turned is not None:
        seen.append((turned, _TURN))
    else:
        seen.append((vertex(push.up_g, begin + int(np.argmax(push.up_g[begin:end]))), _PUSH))
    return seen


def _fuse(
    seen: list[tuple[float, View]],
    common_sd_s: float,
    contact: float,
    landing: float,
    span: Span,
) -> TakeOff:
    """Mean weighted by uncertainty, without one far from the median of three."""
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
        flight_g=span.flight_g,
        rest_mps2=span.rest_mps2,
    )
