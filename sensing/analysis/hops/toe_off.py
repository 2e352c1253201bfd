"""Toe-off: the end of a ground contact.

Nothing in the signal of a foot or shank marks the instant at which ground force ends: the leg
pushes on into the air. On the foot it comes from landmarks whose constants are from people
(``foot_landmarks.py``).

At the shank it comes from momentum, whatever the shape of the push, in two ways that are fused:

* *Δv*: the vertical velocity falls by g·(flight time) from its maximum to the next landing;
* *landing speed*: what goes up comes down as fast: flight = 2 · (speed at landing) / g, the speed
  relative to the mean of the whole hop, which starts and ends at the same height.

Both take the leg for the body. A leg that comes down faster than free fall is pulled; then the
instant of the highest speed counts, too, and the uncertainty grows with the pull. A jump that is no
part of a series (off a box) doesn't start and end alike: there Δv is alone. Onto a box legs are
pulled up: there toe-off comes from the instant of the highest speed.

Constants of the shank are from simulations alone: two of different physics, which agree on the
landing speed to a millisecond; on Δv they give +28 and −16 ms, and the constant lies between. A
calibration replaces what is left of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sensing.analysis.hops.foot_landmarks import FOOT, FootTiming, toe_off
from sensing.analysis.hops.push_off import PUSH_SHARES, Push, Span, fastest, push_peaks, span_of
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import Look
from sensing.core.units import G_MPS2

_SWING_G = 0.55
"""g; a higher mean vertical force in the air is a leg that swings, not falls."""
_STRIDE_S = 0.58
"""s; same-foot landings closer together are hops, not running strides."""
_STANCE = (PUSH_SHARES[0], 0.5)
"""Shares of a running stride between which its push-off peaks."""
_SWING_PUSH_LATE_S = -0.036
"""s; peak of a runner's push-off after toe-off, chosen by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One estimate of toe-off at the shank, from simulations.

    Attributes:
        late_s: mean delay in its population (negative: early), s.
        sd_s: SD of that between people and hops, s.
    """

    late_s: float
    sd_s: float


# Estimates at the shank, as named above, from simulations alone. Larger delays: shorter contacts;
# larger SDs: less weight.
_DELTA_V = View(late_s=0.012, sd_s=0.020)  # from the highest speed to the landing
_LANDING_SPEED = View(late_s=-0.0135, sd_s=0.018)  # relative to the mean of the hop
_SPEED = View(late_s=-0.017, sd_s=0.030)  # of a leg that is pulled

_PULLED_G = -0.3
"""g; a leg that comes down faster than free fall is pulled, and its momentum is not the body's."""
_PULLED = 0.25
"""Unknown share of the time that the pull simulates."""
_TUCKED_G = -0.6
"""g; a leg that comes down faster than this was pulled up in the air, as onto a box. Simulated
jumps have −1.0 onto a box and −0.25 off one. Larger: momentum is used less; smaller: jumps onto a
box seem to fly for twice as long."""
_JUMP_LATE_S = 0.055
"""s; highest speed after toe-off in a single jump, from simulations alone (0.045–0.06)."""
REBOUND_S = 1.0
"""s; exercises with longer contacts are jumps with a stand in between."""
_SHANK_SD_S, _SWING_SD_S = 0.011, 0.030
"""s; error that all estimates share, mostly between people: at the shank, of a leg that swings."""
_JUMP_SD_S = 0.034
"""s; the same of single jumps: root mean square error of 66 simulated people's drop jumps, one vote
each; from simulations alone. Larger: figures seem less certain than they are; smaller: more."""
_DISAGREE_S = 0.07
"""s; fused uncertainty from which the estimates do not agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff:
    """End of one contact.

    Attributes:
        at: position on the fine grid.
        sd_s: standard uncertainty of the contact time that follows from it, s.
        agreed: False if the estimates do not agree: the contact time is not plausible.
        flight_g: mean vertical specific force between the velocity's maximum and the next landing,
            g: near 0 in free flight, 1 for a leg that only swings.
    """

    at: float
    sd_s: float
    agreed: bool
    flight_g: float


def find_takeoff(
    push: Push,
    contact: float,
    landing: float,
    look: Look,
    rest_mps2: float | None = None,
    timing: FootTiming = FOOT,
) -> TakeOff | None:
    """Toe-off between an initial contact and the next landing; None if there is no room.

    Args:
        push: smoothed window.
        contact: position of the initial contact.
        landing: position of the next.
        look: shortest and longest contact.
        rest_mps2: mean vertical force over the hops around, m/s²; None: over this one, which is g
            only if it starts and ends equally fast.
        timing: constants of the foot.
    """
    jumps = look.contact_s[1] > REBOUND_S
    span = span_of(push.fine, contact, landing, look, G_MPS2 if jumps else rest_mps2)
    if span is None:
        return None
    sd_s, agreed = timing.sd_s, True
    if push.fine.placement == "shoe":
        at, agreed = (instant := toe_off(push, span, timing)).at, instant.agreed
    elif span.flight_g > _SWING_G and landing - contact > _STRIDE_S * FINE_HZ:
        at = push_peaks(push, span, _STANCE)[0] - _SWING_PUSH_LATE_S * FINE_HZ
        sd_s = _SWING_SD_S
    elif jumps:
        at = landing - (span.rise_mps / G_MPS2 + _DELTA_V.late_s) * FINE_HZ
        if span.flight_g < _TUCKED_G:
            at = fastest(span) - _JUMP_LATE_S * FINE_HZ
        sd_s = _JUMP_SD_S
    else:
        at, sd_s = _by_momentum(span, landing)
        agreed = sd_s < _DISAGREE_S
    return TakeOff(
        at=min(max(at, contact + 1), landing - 1),
        sd_s=sd_s,
        agreed=agreed,
        flight_g=span.flight_g,
    )


def _by_momentum(span: Span, landing: float) -> tuple[float, float]:
    """Position of toe-off at the shank, and its uncertainty, s."""
    doubt_s = 0.0
    seen = [
        (landing - span.rise_mps / G_MPS2 * FINE_HZ, _DELTA_V),
        (landing - 2 * span.fall_mps / G_MPS2 * FINE_HZ, _LANDING_SPEED),
    ]
    if span.flight_g < _PULLED_G:
        doubt_s = -_PULLED * span.flight_g * (landing - span.top) / FINE_HZ
    at = [position - view.late_s * FINE_HZ for position, view in seen]
    sd_s = [math.hypot(view.sd_s, doubt_s) for _, view in seen]
    if doubt_s > 0:
        at.append(fastest(span) - _SPEED.late_s * FINE_HZ)
        sd_s.append(_SPEED.sd_s)
    weight = [sd**-2.0 for sd in sd_s]
    total = sum(weight)
    fused = sum(w * each for w, each in zip(weight, at, strict=True)) / total
    apart = sum(w * (each - fused) ** 2 for w, each in zip(weight, at, strict=True)) / total
    return fused, math.hypot(_SHANK_SD_S, doubt_s, math.sqrt(apart) / FINE_HZ)
