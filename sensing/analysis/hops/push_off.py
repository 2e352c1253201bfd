"""The push-off of one hop: its stretch of time, and its landmarks in the signal.

Between an initial contact and the next landing the vertical velocity rises to one maximum, in the
push-off, and falls through the flight. All estimates of toe-off are sought around that maximum, in
signals smoothed enough to remove the ringing of strap and sole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.signals.vertical import FINE_HZ, Fine, along_mean
from sensing.core.exercises import Look
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats

_SMOOTH_HZ = 15.0
"""Hz; above the push-off (3–8 Hz), below the ringing of strap and sole."""
_SHOCK_HZ = 30.0
"""Hz; keeps the force of a landing. Larger: ringing shifts its peak; smaller: the push-off does."""
_LEAST_AIR_S = 0.03
"""s; shortest flight."""
_ONSET_S = (0.01, 0.03)
"""s before and after an initial contact within which the velocity is lowest."""
_FALLS_S = 0.035
"""s before a landing at which a falling foot's speed is read: from there to the floor it falls
freely. Nearer, the landing's blow lies within the smoothing and the flight depends on the sensor's
rate (read 10 ms before: by 40 ms from 50 to 400 Hz); earlier, the foot is set for the landing."""
PUSH_SHARES = (0.25, 0.85)
"""The push-off of a hop peaks within these shares of the period. Wider: the landing's own peak is
taken for it; narrower: early or late ones are missed."""


_LONGEST_S = 1.0
"""s before a landing within which its push-off and flight lie, however long the contact before was.
Larger: a stand's sway is taken for a push-off; smaller: high jumps are cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """Smoothed signals of one window, in which toe-offs are sought.

    Attributes:
        fine: the window.
        force_g: norm of specific force, shape (n,), g.
        up_g: specific force along its slow mean, shape (n,), g. On a foot that hops about, its
            push-off repeats better than along the vertical of an orientation filter.
        shock_g: the same, smoothed less, for landings.
        speed_mps: vertical velocity up to a constant, with rest at 1 g, shape (n,), m/s.
    """

    fine: Fine
    force_g: Floats
    up_g: Floats
    shock_g: Floats
    speed_mps: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """The stretch in which toe-off between two landings must lie, and the leg's speed.

    Attributes:
        first, last: positions within which it lies, [first, last).
        contact: position of the initial contact.
        landing: position of the next landing.
        origin: position of the first value of ``speed_mps``, just before the contact.
        speed_mps: vertical velocity up to an unknown constant, to just after the next landing.
        top: position of the velocity's maximum in [first, last).
        rest_mps2: vertical specific force without acceleration, m/s².
        flight_g: mean vertical specific force between ``top`` and the next landing, g.
    """

    first: int
    last: int
    contact: int
    landing: int
    origin: int
    speed_mps: Floats
    top: int
    rest_mps2: float
    flight_g: float

    @property
    def rise_mps(self) -> float:
        """Velocity's maximum less its value just before the next landing, m/s."""
        before = int(_ONSET_S[0] * FINE_HZ)
        at_landing = self.speed_mps[self.landing - self.origin - before]
        return float(self.speed_mps[self.top - self.origin] - at_landing)

    @property
    def fall_mps(self) -> float:
        """Speed of falling at the next landing, counted from the mean of the whole hop, m/s."""
        before = int(_ONSET_S[0] * FINE_HZ)
        end = self.landing - self.origin
        mean = np.mean(self.speed_mps[before:end])
        return float(mean - np.min(self.speed_mps[end - before :]))


def push_signals(fine: Fine) -> Push:
    """Smooth a window once for all toe-offs in it."""
    along = along_mean(fine.acc_mps2) if fine.oriented else fine.up_mps2
    up_mps2 = zero_phase(fine.up_mps2, FINE_HZ, _SMOOTH_HZ)
    return Push(
        fine=fine,
        force_g=np.linalg.norm(zero_phase(fine.acc_mps2, FINE_HZ, _SMOOTH_HZ), axis=1) / G_MPS2,
        up_g=(zero_phase(along, FINE_HZ, _SMOOTH_HZ) if fine.oriented else up_mps2) / G_MPS2,
        shock_g=zero_phase(along, FINE_HZ, _SHOCK_HZ) / G_MPS2,
        speed_mps=np.cumsum(up_mps2 - G_MPS2) / FINE_HZ,
    )


def span_of(
    fine: Fine, contact: float, landing: float, look: Look, rest_mps2: float | None = None
) -> Span | None:
    """The span between an initial contact and the next landing; None if there is no room.

    Args:
        fine: the window.
        contact: position of the initial contact.
        landing: position of the next.
        look: shortest and longest contact.
        rest_mps2: mean vertical force over the hops around, m/s²; None: over this one, which is g
            only if it starts and ends equally fast. Not used with an orientation filter.
    """
    c, n = int(contact), int(landing)
    before, after = (int(s * FINE_HZ) for s in _ONSET_S)
    first = max(c + int(look.contact_s[0] * FINE_HZ), n - int(_LONGEST_S * FINE_HZ))
    last = n - int(_LEAST_AIR_S * FINE_HZ)
    if last - first < 4 or c < before:
        return None
    up = fine.up_mps2[c - before : n + after]
    # With an orientation filter rest is g; a mean vector equals gravity only over whole hops.
    if fine.oriented:
        rest_mps2 = G_MPS2
    elif rest_mps2 is None:
        rest_mps2 = float(np.mean(up[before : n - c + before]))
    speed = np.cumsum(up - rest_mps2) / FINE_HZ
    origin = c - before
    top = first + int(np.argmax(speed[first - origin : last - origin]))
    return Span(
        first=first,
        last=last,
        contact=c,
        landing=n,
        origin=origin,
        speed_mps=speed,
        top=top,
        rest_mps2=rest_mps2,
        flight_g=float(np.mean(fine.up_mps2[top : max(top + 1, n - 1)])) / G_MPS2,
    )


def push_peaks(
    push: Push, span: Span, shares: tuple[float, float] = PUSH_SHARES
) -> tuple[float, float]:
    """Positions of the push-off's peak of vertical force and of the norm of force.

    Args:
        push: smoothed window.
        span: where it lies.
        shares: of the period, between which the push-off peaks.
    """
    length = min(span.landing - span.contact, int(_LONGEST_S * FINE_HZ))
    start = span.landing - length
    end = max(min(span.last, start + int(shares[1] * length)), span.first + 3)
    begin = min(max(start + int(shares[0] * length), span.first), end - 2)
    up, force = (begin + int(np.argmax(x[begin:end])) for x in (push.up_g, push.force_g))
    return vertex(push.up_g, up), vertex(push.force_g, force)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """The flight of one hop by momentum: a body thrown up comes down after 2·v/g.

    Attributes:
        toe_off: position at which it began.
        flight_s: its duration, s.
        mean_g: mean vertical specific force in the air, g: near 0 if the foot fell freely.
        least_g: least norm of specific force in the air, g: far above 0 where the foot was swung.
    """

    toe_off: float
    flight_s: float
    mean_g: float
    least_g: float


def fall_of(push: Push, span: Span) -> Fall:
    """The flight between the velocity's maximum and the next landing, by how much it fell.

    The speed is read a little before the landing, and free fall assumed for the rest; so nothing
    of the landing's blow is in it, at any sensor rate.
    """
    speed = push.speed_mps
    top = span.first + int(np.argmax(speed[span.first : span.last]))
    before = int(_FALLS_S * FINE_HZ)
    read = max(span.landing - before, top + 1)
    flight_s = float(speed[top] - speed[read]) / G_MPS2 + (span.landing - read) / FINE_HZ
    up_g = np.diff(speed[top : read + 1]) * FINE_HZ / G_MPS2 + 1
    return Fall(
        toe_off=span.landing - flight_s * FINE_HZ,
        flight_s=flight_s,
        mean_g=float(np.mean(up_g)),
        least_g=float(np.min(push.force_g[top : max(span.landing - 4, top + 1)])),
    )


def fastest(span: Span) -> float:
    """Position of the highest vertical velocity: vertical force has fallen back to g."""
    return span.origin + vertex(span.speed_mps, span.top - span.origin)


def vertex(x: Floats, k: int) -> float:
    """Position of the vertex of the parabola around peak ``k`` of ``x``, shape (n,)."""
    if not 0 < k < len(x) - 1:
        return float(k)
    left, middle, right = float(x[k - 1]), float(x[k]), float(x[k + 1])
    bend = left - 2 * middle + right
    return k if bend >= 0 else k + float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))
