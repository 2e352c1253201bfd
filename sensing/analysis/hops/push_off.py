"""The push-off of one hop: its stretch of time, and its landmarks in the signal.

Between an initial contact and the next landing the vertical velocity rises to one maximum, in the
push-off, and falls through the flight. All estimates of toe-off are sought around that maximum, in
signals smoothed enough to remove the ringing of strap and sole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.signals.vertical import FINE_HZ, Fine
from sensing.core.exercises import Look
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats

_SMOOTH_HZ = 15.0
"""Hz; above the push-off (3–8 Hz), below the ringing of strap and sole."""
_LEAST_AIR_S = 0.03
"""s; shortest flight."""
_ONSET_S = (0.01, 0.03)
"""s before and after an initial contact within which the velocity is lowest."""
_TURN_LEFT = 0.25
"""Share of its peak at which the rotation over the toes ends."""
_TURN_S = (0.12, 0.03)
"""s before and after the highest speed within which that rotation peaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """Smoothed signals of one window, in which toe-offs are sought.

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """The stretch in which toe-off between two landings must lie, and the leg's speed.

    Attributes:
        first, last: positions within which it lies, [first, last).
        landing: position of the next landing.
        origin: position of the first value of ``speed_mps``, just before the contact.
        speed_mps: vertical velocity up to an unknown constant, to just after the next landing.
        top: position of the velocity's maximum in [first, last).
        rest_mps2: vertical specific force without acceleration, m/s².
        flight_g: mean vertical specific force between ``top`` and the next landing, g.
    """

    first: int
    last: int
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
    gyro = fine.gyro_dps
    return Push(
        fine=fine,
        force_g=np.linalg.norm(zero_phase(fine.acc_mps2, FINE_HZ, _SMOOTH_HZ), axis=1) / G_MPS2,
        up_g=zero_phase(fine.up_mps2, FINE_HZ, _SMOOTH_HZ) / G_MPS2,
        gyro_dps=None if gyro is None else zero_phase(gyro, FINE_HZ, _SMOOTH_HZ),
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
    first = c + int(look.contact_s[0] * FINE_HZ)
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
        landing=n,
        origin=origin,
        speed_mps=speed,
        top=top,
        rest_mps2=rest_mps2,
        flight_g=float(np.mean(fine.up_mps2[top : max(top + 1, n - 1)])) / G_MPS2,
    )


def fastest(span: Span) -> float:
    """Position of the highest vertical velocity: vertical force has fallen back to g."""
    return span.origin + vertex(span.speed_mps, span.top - span.origin)


def end_of_turn(gyro_dps: Floats, span: Span) -> float | None:
    """Position where the rotation over the toes ends; angular rate of shape (n, 3), °/s."""
    before, after = (int(s * FINE_HZ) for s in _TURN_S)
    begin, end = max(span.first, span.top - before), min(span.top + after, span.last)
    if end - begin < 3:
        return None
    axis = np.mean(gyro_dps[begin : span.top + 1], axis=0)
    about = gyro_dps[begin : span.last] @ (axis / max(float(np.linalg.norm(axis)), 1e-9))
    peak = int(np.argmax(np.linalg.norm(gyro_dps[begin:end], axis=1)))
    level = _TURN_LEFT * float(about[peak])
    low = np.flatnonzero(about[peak:] < level)
    if level <= 0 or len(low) == 0:
        return None
    k = peak + int(low[0])
    return begin + k - float((level - about[k]) / (about[k - 1] - about[k]))


def vertex(x: Floats, k: int) -> float:
    """Position of the vertex of the parabola around peak ``k`` of ``x``, shape (n,)."""
    if not 0 < k < len(x) - 1:
        return float(k)
    left, middle, right = float(x[k - 1]), float(x[k]), float(x[k + 1])
    bend = left - 2 * middle + right
    return k if bend >= 0 else k + float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))
