"""The flight before a landing: how long it was, how free, and how far the leg fell in it.

Flight is seen in the vertical: between the highest upward velocity (the end of the push-off) and
the landing, force is far below g. The vertical comes from the gyro or, without one, is the mean
vector of force over the hop itself, which is gravity if the hop ends as it began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.vertical import FINE_HZ, Fine, jerk_gps
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats, Ints

# Constants, chosen by hand on people's shoes (n = 8); not fitted.

_BAND_HZ = 20.0
"""Hz; band of all evidence, that of a sensor of 50 Hz. Larger: evidence depends on the rate;
smaller: a landing is blurred into what is around."""
AIR_MARGIN_S = 0.02
"""s left out at either end of a flight, where the push-off ends and the landing begins. Larger:
short flights are empty; smaller: contact counts as flight."""
_MEAN_S = 1.2
"""s before a landing of unknown beginning whose mean force is its vertical without a gyro. Larger
and smaller: a leg that turns points elsewhere."""
_CALM_S = 0.1
"""s over which jerk is averaged to see a moment of calm. Larger: pauses are missed; smaller: every
hop has one."""
_CHUNK = 4000
"""Pairs measured at once: memory against time, no effect on results."""


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What evidence is read from; every array on the fine grid.

    Attributes:
        fine: the window.
        jerk_gps: jerk of the band, shape (n,), g/s.
        calm_gps: its running mean, shape (n,), g/s.
        summed_g: sum of specific force before each position, along the vertical if the gyro knows
            it and else in the sensor's axes, shape (n + 1, 1 or 3), g.
    """

    fine: Fine
    jerk_gps: Floats
    calm_gps: Floats
    summed_g: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Flights:
    """The flight before each of m candidates, as far as it was one.

    Attributes:
        flight_s: from the highest upward velocity to the landing, shape (m,), s.
        air_g: mean vertical force in it, shape (m,), g: near 0 in free flight, 1 in none.
        fall_s: the velocity lost in it, as time in free fall, shape (m,), s.
    """

    flight_s: Floats
    air_g: Floats
    fall_s: Floats


def signals_of(fine: Fine) -> Signals:
    """Prepare a window, once for all its candidates."""
    jerk = jerk_gps(zero_phase(fine.acc_mps2, FINE_HZ, _BAND_HZ), FINE_HZ)
    force = fine.up_mps2[:, None] if fine.oriented else fine.acc_mps2
    return Signals(
        fine=fine,
        jerk_gps=jerk,
        calm_gps=ndimage.uniform_filter1d(jerk, int(_CALM_S * FINE_HZ) + 1),
        summed_g=np.concatenate([np.zeros((1, force.shape[1])), np.cumsum(force / G_MPS2, axis=0)]),
    )


def flights_before(
    of: Signals, begin: Ints, landing: Ints, earliest: Ints, latest: Ints, *, whole: bool
) -> tuple[Ints, Flights]:
    """Flights before landings, within a stretch of time each.

    Args:
        of: the window.
        begin: positions where the stretches start, shape (m,).
        landing: positions of the landings, shape (m,).
        earliest, latest: positions between which the highest velocity is sought, shape (m,).
        whole: the stretch is one whole hop, so that its mean force is g.

    Returns:
        Positions of the highest upward velocity, shape (m,), and the flights.
    """
    m = len(landing)
    top = np.zeros(m, dtype=np.int64)
    air, fall = np.zeros(m), np.zeros(m)
    for a in range(0, m, _CHUNK):
        part = slice(a, a + _CHUNK)
        top[part], air[part], fall[part] = _some_flights(
            of, begin[part], landing[part], earliest[part], latest[part], whole=whole
        )
    return top, Flights(flight_s=(landing - top) / FINE_HZ, air_g=air, fall_s=fall)


def _some_flights(
    of: Signals, begin: Ints, landing: Ints, earliest: Ints, latest: Ints, *, whole: bool
) -> tuple[Ints, Floats, Floats]:
    end = np.maximum(landing - int(AIR_MARGIN_S / 2 * FINE_HZ), begin + 1)
    if of.fine.oriented:
        up, rest = np.ones((len(begin), 1)), np.ones(len(begin))
    else:
        since = begin if whole else np.maximum(landing - int(_MEAN_S * FINE_HZ), 0)
        mean = (of.summed_g[end] - of.summed_g[since]) / np.maximum(end - since, 1)[:, None]
        rest = np.maximum(np.linalg.norm(mean, axis=1), 1e-9)
        up = mean / rest[:, None]
        rest = rest if whole else np.ones(len(begin))
    # Velocity is the sum of force along the vertical less as much rest, so its course is a product
    # with what was summed up once.
    latest = np.maximum(latest, earliest + 1)
    summed = np.column_stack([of.summed_g, np.arange(len(of.summed_g), dtype=np.float64)])
    weights = np.column_stack([up, -rest])
    many, width = summed.shape[1], int(np.max(latest - earliest))
    line = np.pad(summed[1:], ((0, width), (0, 0))).reshape(-1)
    courses = np.lib.stride_tricks.sliding_window_view(line, width * many)[earliest * many]
    speed = (courses.reshape(-1, width, many) @ weights[:, :, None])[..., 0]
    speed[np.arange(width) >= (latest - earliest)[:, None]] = -np.inf
    top = earliest + np.argmax(speed, axis=1)
    # Right after its highest velocity the foot still pushes.
    from_ = np.minimum(top + int(AIR_MARGIN_S * FINE_HZ), end - 1)
    air = _along(of.summed_g[end] - of.summed_g[from_], up) / np.maximum(end - from_, 1)
    fall_s = _along(summed[top + 1] - summed[end], weights) / FINE_HZ
    return top, air, fall_s


def _along(x: Floats, weights: Floats) -> Floats:
    """Scalar product of each row with its weights, shape (m,)."""
    return np.asarray((x * weights).sum(axis=1), dtype=np.float64)
