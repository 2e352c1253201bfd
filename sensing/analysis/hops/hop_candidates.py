"""Candidates for landings and for hops, and their evidence.

Every burst of jerk may be a *landing*; every two of them with a time between that allows a contact
and a flight may be the two ends of a *hop*. This module measures what speaks for either, in a band
that a sensor of 50 Hz has, too; ``hop_odds.py`` weighs it.

Flight is seen in the vertical: between the highest upward velocity (the end of the push-off) and
the landing, force is far below g. The vertical comes from the gyro or, without one, is the mean
vector of force over the hop itself, which is gravity if the hop ends as it began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.hops.initial_contacts import Bursts
from sensing.analysis.signals.vertical import FINE_HZ, Fine, jerk_gps
from sensing.core.exercises import Look
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats, Ints

# Constants, chosen by hand on people's shoes (n = 8); not fitted. What they were weighed with is.

_BAND_HZ = 20.0
"""Hz; band of all evidence, that of a sensor of 50 Hz. Larger: evidence depends on the rate;
smaller: a landing is blurred into what is around."""
_PEAK_S = (0.02, 0.06)
"""s before and after an onset in which its peak lies. Larger: other peaks count; smaller: the own
one is missed."""
_QUIET_S = (0.065, 0.015)
"""s before the onset in which jerk is compared with the landing's. Larger: the push-off of a quick
hop counts; smaller: the rise itself does."""
_SWING_S, _LEAST_SWING_MPS, _DRIFT_HZ = 0.8, 0.3, 0.5
"""s within which the velocity's extremes are sought, a hop and a half, their least difference, m/s,
and the high-pass of the velocity, Hz. Larger: slow movement outweighs a hop; smaller: a hop is no
whole swing."""
_LEAST_AIR_S = 0.03
"""s; shortest flight looked for. Larger: quick hops are missed; smaller: ringing flies."""
_BEFORE_S = 0.02
"""s left out at either end of a flight, where the push-off ends and the landing begins. Larger:
short flights are empty; smaller: contact counts as flight."""
_LOOK_BACK_S = 0.75
"""s before a landing in which its flight is sought where no contact before it is known. Larger:
other movement is found; smaller: high jumps are not."""
_MEAN_S = 1.2
"""s before such a landing whose mean force is its vertical without a gyro. Larger and smaller: a
leg that turns points elsewhere."""
_CALM_S = 0.1
"""s over which jerk is averaged to see a moment of calm. Larger: pauses are missed; smaller: every
hop has one."""
_AFTER_S = 0.08
"""s after a landing in which nothing is calm, for it rings. Larger: pauses are missed; smaller:
nothing changes."""
_MOVES_S = (0.15, 0.05)
"""s before a landing in which a leg in the air moves. Larger: the contact before counts; smaller:
chance decides."""
_SHAPE_HZ, _SHAPE_S = 15.0, (0.15, 0.2)
"""Hz and s around two landings in which they are compared. Larger: details that never repeat count;
smaller: everything is alike."""
_FORCE_HZ = 8.0
"""Hz; low-pass of the force of a contact. Larger: impacts count; smaller: contacts are blurred."""
_MARGIN_S = 0.2
"""s at either end of a window without candidates. Larger: hops at the ends are missed; smaller:
their evidence is cut off."""
_CHUNK = 4000
"""Pairs measured at once: memory against time, no effect on results."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Bursts that may be landings, in order of time.

    Attributes:
        bursts: the bursts themselves.
        strength_gps: peak of jerk, shape (k,), g/s.
        quiet: 1 where the jerk before was negligible against it, 0 where as large, shape (k,).
        low: 1 where the vertical velocity is at its lowest around, 0 at its highest, shape (k,).
        moves_gps: least jerk in the tenth of a second before, shape (k,), g/s: a leg in flight is
            never still.
        before: the flight before, sought without knowing where it began.
    """

    bursts: Bursts
    strength_gps: Floats
    quiet: Floats
    low: Floats
    moves_gps: Floats
    before: Flights

    @property
    def at(self) -> Floats:
        """Positions of the onsets on the fine grid, shape (k,)."""
        return self.bursts.at

    def __len__(self) -> int:
        return len(self.bursts)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Pairs of candidates that may be the ends of a hop: a contact, then a flight.

    Attributes:
        first, second: numbers of the candidates, shape (m,).
        period_s: time between them, shape (m,), s.
        contact_s: from the first to the highest upward velocity, shape (m,), s.
        air: the flight after it.
        calm_gps: least jerk of any tenth of a second during contact, shape (m,), g/s: small where
            somebody stood.
        all_calm_gps: the same from landing to landing.
        force_g: highest force between them, low-passed, shape (m,), g.
        alike: correlation of force around the two landings, shape (m,), −1…1.
    """

    first: Ints
    second: Ints
    period_s: Floats
    contact_s: Floats
    air: Flights
    calm_gps: Floats
    all_calm_gps: Floats
    force_g: Floats
    alike: Floats

    def __len__(self) -> int:
        return len(self.first)


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


def find_candidates(of: Signals, bursts: Bursts) -> Candidates:
    """The bursts of a window, with what speaks for a landing."""
    fine = of.fine
    margin = _MARGIN_S * FINE_HZ
    bursts = bursts.within(margin, len(fine) - margin)
    k = bursts.at.astype(np.int64)
    early, late = (int(s * FINE_HZ) for s in _PEAK_S)
    peak = _around(of.jerk_gps, k, -early, late + 1).max(axis=1, initial=0.0)
    far, near = (int(s * FINE_HZ) for s in _QUIET_S)
    noise = _around(of.jerk_gps, k, -far, -near + 1).max(axis=1, initial=0.0)
    far, near = (int(s * FINE_HZ) for s in _MOVES_S)
    begin = np.maximum(k - int(_LOOK_BACK_S * FINE_HZ), 0)
    top, air = _flights(of, begin, k, begin, k - int(_LEAST_AIR_S * FINE_HZ), whole=False)
    del top
    return Candidates(
        bursts=bursts,
        strength_gps=peak,
        quiet=1 - np.minimum(noise / np.maximum(peak, 1.0), 1.0),
        low=_lowness(fine, np.maximum(k - 1, 0)),
        moves_gps=_around(of.calm_gps, k, -far, -near).min(axis=1, initial=np.inf),
        before=air,
    )


def find_links(of: Signals, some: Candidates, look: Look) -> Links:
    """Every two candidates that a contact and a flight of an exercise could join."""
    least = int((look.contact_s[0] + look.flight_s[0]) * FINE_HZ)
    most = (look.contact_s[1] + look.flight_s[1]) * FINE_HZ
    from_, to = (np.searchsorted(some.at, some.at + apart) for apart in (least, most))
    first = np.repeat(np.arange(len(some)), np.maximum(to - from_, 0))
    second = np.concatenate([np.arange(a, b) for a, b in zip(from_, to, strict=True)] or [first])
    second = second.astype(np.int64)
    i, j = (some.at[each].astype(np.int64) for each in (first, second))
    shortest, longest = int(look.contact_s[0] * FINE_HZ), int(look.flight_s[1] * FINE_HZ)
    last = j - int(_LEAST_AIR_S * FINE_HZ)
    top, air = _flights(of, i, j, np.maximum(i + shortest, j - longest), last, whole=True)
    after, before = int(_AFTER_S * FINE_HZ), int(_BEFORE_S * 2 * FINE_HZ)
    force = np.linalg.norm(zero_phase(of.fine.acc_mps2, FINE_HZ, _FORCE_HZ), axis=1) / G_MPS2
    start = np.minimum(i + after, j - 1)
    return Links(
        first=first,
        second=second,
        period_s=(some.at[second] - some.at[first]) / FINE_HZ,
        contact_s=(top - i) / FINE_HZ,
        air=air,
        calm_gps=_ranges(np.minimum, of.calm_gps, start, np.maximum(top - before, start + 1)),
        all_calm_gps=_ranges(np.minimum, of.calm_gps, start, np.maximum(j - before, start + 1)),
        force_g=_ranges(np.maximum, force, start, np.maximum(j - before, start + 1)),
        alike=_alike(of.fine, some.at, first, second),
    )


def _around(x: Floats, k: Ints, begin: int, end: int) -> Floats:
    """Values at [k + begin, k + end), clamped to the window, shape (len(k), end − begin)."""
    grid = np.clip(k[:, None] + np.arange(begin, end)[None, :], 0, len(x) - 1)
    return np.asarray(x[grid], dtype=np.float64)


def _ranges(of: np.ufunc, x: Floats, begin: Ints, end: Ints) -> Floats:
    """The least or greatest of ``x`` within each [begin, end), none empty, shape (m,)."""
    if len(begin) == 0:
        return np.zeros(0)
    ends = np.column_stack([begin, np.minimum(end, len(x) - 1)]).ravel()
    return np.asarray(of.reduceat(x, ends)[::2], dtype=np.float64)


def _lowness(fine: Fine, at: Ints) -> Floats:
    """1 where the vertical velocity is at its lowest around, near 0 where it is high."""
    speed = np.cumsum(fine.up_mps2 - G_MPS2) / FINE_HZ
    speed = zero_phase(speed, FINE_HZ, _DRIFT_HZ, order=1, band="highpass")
    width = int(_SWING_S * FINE_HZ)
    low = ndimage.minimum_filter1d(speed, width)
    high = ndimage.maximum_filter1d(speed, width)
    place: Floats = np.clip(1 - (speed - low) / np.maximum(high - low, _LEAST_SWING_MPS), 0.05, 1.0)
    return place[at]


def _flights(
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
    end = np.maximum(landing - int(_BEFORE_S / 2 * FINE_HZ), begin + 1)
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
    from_ = np.minimum(top + int(_BEFORE_S * FINE_HZ), end - 1)
    air = _along(of.summed_g[end] - of.summed_g[from_], up) / np.maximum(end - from_, 1)
    fall_s = _along(summed[top + 1] - summed[end], weights) / FINE_HZ
    return top, air, fall_s


def _along(x: Floats, weights: Floats) -> Floats:
    """Scalar product of each row with its weights, shape (m,)."""
    return np.asarray((x * weights).sum(axis=1), dtype=np.float64)


def _alike(fine: Fine, at: Floats, first: Ints, second: Ints) -> Floats:
    """Correlation of force around two landings, direction and all, shape (m,)."""
    acc = zero_phase(fine.acc_mps2, FINE_HZ, _SHAPE_HZ)
    before, after = (int(s * FINE_HZ) for s in _SHAPE_S)
    grid = at.astype(np.int64)[:, None] + np.arange(-before, after)[None, :]
    shape = acc[np.clip(grid, 0, len(acc) - 1)].reshape(len(at), 3 * (before + after))
    shape /= np.maximum(np.linalg.norm(shape, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.einsum("mk,mk->m", shape[first], shape[second]), dtype=np.float64)
