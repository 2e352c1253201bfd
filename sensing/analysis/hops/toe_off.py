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

from sensing.analysis.hops.push_off import Push, Span, end_of_turn, fastest, span_of, vertex
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import Look
from sensing.core.units import G_MPS2

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
DISAGREE_S = 0.07
"""Views this far apart (their uncertainty, fused) did not see the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """End of one contact.

    Attributes:
        at: position on the fine grid.
        sd_s: standard uncertainty of the contact time that follows from it, s.
        flight_g: mean vertical specific force between the velocity's maximum and the next landing,
            g: near 0 in free flight, 1 for a leg that only swings.
        rest_mps2: what the vertical was taken to show at rest, m/s².
    """

    at: float
    sd_s: float
    flight_g: float
    rest_mps2: float


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
    """The same view, less sure by so much."""
    return replace(view, sd_s=math.hypot(view.sd_s, sd_s))


def _foot_views(push: Push, span: Span, end: int) -> list[tuple[float, View]]:
    """Views of a push-off that peaks in the later part of [span.first, end)."""
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
        flight_g=span.flight_g,
        rest_mps2=span.rest_mps2,
    )
