"""Candidates for landings and for hops, and their evidence.

Every burst of jerk may be a *landing*; every two of them with a time between that allows a contact
and a flight may be the two ends of a *hop*. This module measures what speaks for either, in a band
that a sensor of 50 Hz has, too; ``hop_odds.py`` weighs it.

What speaks for a flight is in ``flight_evidence.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.hops.flight_evidence import (
    AIR_MARGIN_S,
    Flights,
    Signals,
    flights_before,
)
from sensing.analysis.hops.initial_contacts import Bursts
from sensing.analysis.signals.vertical import FINE_HZ, Fine
from sensing.core.exercises import Look
from sensing.core.filters import zero_phase
from sensing.core.units import G_MPS2, Floats, Ints

# Constants, chosen by hand on people's shoes (n = 8); not fitted. What they were weighed with is.

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
_LOOK_BACK_S = 0.75
"""s before a landing in which its flight is sought where no contact before it is known. Larger:
other movement is found; smaller: high jumps are not."""
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
    top, air = flights_before(of, begin, k, begin, k - int(_LEAST_AIR_S * FINE_HZ), whole=False)
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
    top, air = flights_before(of, i, j, np.maximum(i + shortest, j - longest), last, whole=True)
    after, before = int(_AFTER_S * FINE_HZ), int(AIR_MARGIN_S * 2 * FINE_HZ)
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


def _alike(fine: Fine, at: Floats, first: Ints, second: Ints) -> Floats:
    """Correlation of force around two landings, direction and all, shape (m,)."""
    acc = zero_phase(fine.acc_mps2, FINE_HZ, _SHAPE_HZ)
    before, after = (int(s * FINE_HZ) for s in _SHAPE_S)
    grid = at.astype(np.int64)[:, None] + np.arange(-before, after)[None, :]
    shape = acc[np.clip(grid, 0, len(acc) - 1)].reshape(len(at), 3 * (before + after))
    shape /= np.maximum(np.linalg.norm(shape, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.einsum("mk,mk->m", shape[first], shape[second]), dtype=np.float64)
