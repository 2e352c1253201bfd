"""Pair the contacts of two devices whose clocks have an unknown offset.

Every difference of two times is a candidate for the offset; those shared by many pairs come first.
From a candidate, contacts that are each other's nearest are paired, and offset and drift are fitted
to the pairs by least squares; both steps are repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.contact_time.reference import LEAST_CONTACTS, Reference
from sensing.core.units import Floats, Ints

_CLOSE_S = 0.025
"""Half the width within which differences of times count as the same offset."""
_REACH_S = (0.09, 0.06, 0.06)
"""How far a partner may be off, from the first fit to the last: initial contacts are detected to
about 10 ms, with outliers of 60 ms in a shoe."""
_CANDIDATES = 60
_TELLS_DRIFT_S = 8.0
"""Over less time a drift can't be distinguished from uneven hopping."""
CONTACT_FLOOR_S = 0.004
"""Neither side knows an initial contact better than this."""
END_S = 1.2
"""Longer than any hop."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alignment:
    """A reference's clock aligned with a recording's.

    Attributes:
        offset_s: recording's clock minus reference's, at the middle of the pairs, s.
        drift: seconds the recording's clock gains per second of the reference's.
        pairs: (index of the sensor's contact, index of the reference's), shape (m, 2), in order.
        spread_s: robust standard deviation of the sensor's contacts about the reference's, s.
        middle_s: time on the reference's clock at which ``offset_s`` holds, s.
    """

    offset_s: float
    drift: float
    pairs: Ints
    spread_s: float
    middle_s: float

    def on_recording(self, reference_s: Floats) -> Floats:
        """Times of the reference's clock on the recording's clock, same shape, s."""
        moved = reference_s + self.offset_s + self.drift * (reference_s - self.middle_s)
        return np.asarray(moved, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairing:
    """One candidate, fitted.

    Attributes:
        alignment: of the clocks.
        contact_off_s: sensor's initial contacts minus reference's, shape (m,), s.
        longer_s: sensor's contact times minus reference's, median, s.
        length_off_s: the same minus their median, where both are known, s.
        inner, outer: contacts without a partner inside the time both watched, and at its ends.
    """

    alignment: Alignment
    contact_off_s: Floats
    length_off_s: Floats
    longer_s: float
    inner: int
    outer: int


def candidates(
    contact_s: Floats, reference_s: Floats, drifts: tuple[float, ...]
) -> list[tuple[float, float]]:
    """(offset at the reference's middle, drift) shared by many pairs, the most shared first."""
    middle_s = _middle(reference_s)
    found: list[tuple[int, float, float]] = []
    for drift in drifts:
        moved = middle_s + (1 + drift) * (reference_s - middle_s)
        apart = np.sort((contact_s[:, None] - moved[None, :]).ravel())
        first, last = (np.searchsorted(apart, apart + side * _CLOSE_S) for side in (-1, 1))
        shared = last - first
        for _ in range(_CANDIDATES):
            k = int(np.argmax(shared))
            if shared[k] <= 0:
                break
            found.append((int(shared[k]), float(apart[k]), drift))
            shared[first[k] : last[k]] = 0
    found.sort(key=lambda each: (-each[0], abs(each[2])))
    return [(offset, drift) for _, offset, drift in found[: 2 * _CANDIDATES]]


def fitted(
    contact_s: Floats,
    contact_time_s: Floats,
    reference: Reference,
    offset_s: float,
    drift: float,
    drift_sd: float,
) -> Pairing | None:
    """Pair and fit repeatedly, from a candidate; None if too few find a partner.

    Args:
        contact_s, contact_time_s, reference: as for ``align``.
        offset_s, drift: the candidate.
        drift_sd: the size of drift to expect.
    """
    reference_s = reference.contact_s
    middle_s = _middle(reference_s)
    for reach_s in _REACH_S:
        moved = reference_s + offset_s + drift * (reference_s - middle_s)
        i, j = _mutual(contact_s, moved, reach_s)
        if len(i) < LEAST_CONTACTS:
            return None
        offset_s, drift = _line(
            reference_s[j] - middle_s, contact_s[i] - reference_s[j], drift, drift_sd
        )
    moved = reference_s + offset_s + drift * (reference_s - middle_s)
    i, j = _mutual(contact_s, moved, _REACH_S[-1])
    if len(i) < LEAST_CONTACTS:
        return None
    contact_off_s = contact_s[i] - moved[j]
    both = contact_time_s[i] - (reference.takeoff_s - reference_s)[j]
    known = both[np.isfinite(both)]
    usual_s = float(np.median(known)) if len(known) else 0.0
    inner, outer = _alone(contact_s, moved, i, j)
    return Pairing(
        alignment=Alignment(
            offset_s=offset_s,
            drift=drift,
            pairs=np.column_stack([i, j]),
            spread_s=robust_sd(contact_off_s),
            middle_s=middle_s,
        ),
        contact_off_s=contact_off_s,
        length_off_s=known - usual_s,
        longer_s=usual_s,
        inner=inner,
        outer=outer,
    )


def _mutual(a: Floats, b: Floats, reach_s: float) -> tuple[Ints, Ints]:
    """Indices of those that are each other's nearest, and near enough."""
    apart = np.abs(a[:, None] - b[None, :])
    to_b, to_a = apart.argmin(axis=1), apart.argmin(axis=0)
    i = np.flatnonzero(to_a[to_b] == np.arange(len(a)))
    i = i[apart[i, to_b[i]] <= reach_s]
    return i, to_b[i]


def _line(t_s: Floats, offset_s: Floats, drift: float, drift_sd: float) -> tuple[float, float]:
    """Offset and drift by least squares, with outliers and large drifts penalised.

    Over a short time the drift is left as it is.
    """
    level = float(np.median(offset_s - drift * t_s))
    for _ in range(4):
        left = np.abs(offset_s - level - drift * t_s)
        scale = max(CONTACT_FLOOR_S, 1.4826 * float(np.median(left)))
        weight = np.minimum(1.0, 1.5 * scale / np.maximum(left, 1e-9))
        if np.ptp(t_s) >= _TELLS_DRIFT_S:
            about = t_s - np.average(t_s, weights=weight)
            held = (scale / drift_sd) ** 2
            drift = float(np.sum(weight * about * offset_s) / (np.sum(weight * about**2) + held))
        level = float(np.average(offset_s - drift * t_s, weights=weight))
    return level, drift


def _alone(contact_s: Floats, moved_s: Floats, i: Ints, j: Ints) -> tuple[int, int]:
    """How many have no partner (inside the time both watched, at its ends).

    What the sensor calls a hop should be in the reference whenever that was watching. A reference
    also sees steps, so its contacts count only among the sensor's hops.
    """
    inner = outer = 0
    for times_s, paired, other_s in ((contact_s, i, moved_s), (moved_s, j, contact_s)):
        alone = np.delete(times_s, paired)
        gap_s = np.abs(alone[:, None] - other_s[None, :]).min(axis=1) if len(alone) else alone
        near = gap_s < END_S
        within = (alone > other_s[0]) & (alone < other_s[-1])
        after = np.searchsorted(other_s, alone)
        # Inside: a series of the other device continues on both sides.
        before_s, after_s = (
            other_s[np.maximum(after - 1, 0)],
            other_s[np.minimum(after, len(other_s) - 1)],
        )
        goes_on = within & (after_s - before_s < 2 * END_S)
        inner += int(np.sum(goes_on))
        outer += int(np.sum(near & ~goes_on))
    return inner, outer


def _middle(reference_s: Floats) -> float:
    return float(reference_s[0] + reference_s[-1]) / 2


def robust_sd(x: Floats) -> float:
    """1.4826 × median absolute deviation from the median; 0 of nothing."""
    return float(1.4826 * np.median(np.abs(x - np.median(x)))) if len(x) else 0.0
