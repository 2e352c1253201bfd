"""Find the offset between a reference's clock and the recording's from the contacts themselves.

Two devices that watched the same foot have the same pattern of contacts: pauses between series,
longer and shorter hops. Any contact of one might be any contact of the other, so every difference
of two times is a candidate for the offset. Candidates shared by many pairs are examined: contacts
are paired one to one, offset (and drift, if the recording is long enough) are fitted by least
squares, and the fit is judged by how well the contacts and the contact *times* agree, and by how
many contacts should have found a partner and did not.

A wrong pairing would lead to a wrong correction, so a pairing is accepted only if no other comes
close. Perfectly even hops fit just as well one hop later; such a trial is refused with that reason.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from calibration.contact_time.pairing import (
    CONTACT_FLOOR_S,
    END_S,
    Alignment,
    Pairing,
    candidates,
    fitted,
    robust_sd,
)
from calibration.contact_time.reference import LEAST_CONTACTS, Reference
from sensing.core.errors import RecordingError
from sensing.core.samples import Worn
from sensing.core.units import Bools, Floats, Ints

_DRIFTS = (0.0, *(sign * k * 1e-3 for k in range(1, 16) for sign in (1, -1)))
"""A clock is good to 0.01 %; a nominal sample rate is off by up to 1.5 %. Such a drift is tried
only if nothing fits without it, and accepted only over a long time."""
_DRIFT_SD = (0.0005, 0.006)
_LARGE_DRIFT_FROM_S = 20.0
_SAME_S = 0.08
"""Offsets closer than this are the same: two initial contacts are never this close."""
_LENGTH_FLOOR_S = 0.006
"""Neither side knows a contact time better than this."""
_MOST = 9.0
"""The most that one bad pair may cost: an outlier counts as three standard deviations."""
_MISSING, _MISSING_END = 9.0, 2.0
"""Cost of a contact without a partner: inside a series, and at its ends, where either side may have
started late or stopped early."""
_CLEARLY = 14.0
"""The best pairing must beat any other by this much, a log-likelihood ratio of 7."""
_SPREAD_S = 0.016
"""Initial contacts detected by the sensor scatter by less than this about the right reference."""
_LENGTH_SPREAD_S = 0.04
_LENGTH_OFF_S = 0.10
"""Uncalibrated contact times differ from the right reference by less, and scatter by less."""
_SHARES = ((8.0, 0.7, 0.45), (12.0, 0.7, 0.2), (25.0, 0.5, 0.0))
"""For a log-likelihood ratio against chance (all candidates considered) of at least this: the share
of one side, and of the other, that must have a partner. A reference may contain steps besides the
hops, or only every other hop; a sensor may see hops that nobody marked."""
_ALIKE = ((0.008, 0.6), (_SPREAD_S, 0.85))
"""On the shank, if initial contacts scatter by no more than this: least correlation of the
intervals between them with the reference's. Even hops that slow down alike fit
too, but not hop by hop."""
_LEAST_ALIKE = 4
_OUTLIER = 3.0
"""An initial contact off by this many standard deviations was a different instant."""
_BEAT_S = 0.4
"""Interval between hops: a partner by chance lies anywhere within it."""

_NO_MATCH = "the reference does not match the contacts in this recording"
_REMEDY = "both must come from the same foot and the same hops; check the file, foot and unit"


def align(
    contact_s: Floats, contact_time_s: Floats, reference: Reference, placement: Worn
) -> Alignment:
    """Align a reference with a recording's clock.

    Args:
        contact_s: initial contacts detected by the sensor, increasing, shape (m,), s.
        contact_time_s: their uncalibrated ground-contact times, shape (m,), s; NaN if unknown.
        reference: contacts measured by the reference.
        placement: where the sensor was worn; initial contacts are timed better on the shank.

    Raises:
        RecordingError: too few contacts match, none do, or several offsets fit equally well.
    """
    if len(contact_s) < LEAST_CONTACTS:
        raise RecordingError(
            f"the sensor detected {len(contact_s)} hops, too few to match a reference",
            remedy=f"record at least {LEAST_CONTACTS} hops, better 10 to 15",
        )
    span_s = min(float(np.ptp(contact_s)), float(np.ptp(reference.contact_s)))
    searches = [(_DRIFTS[:1], _DRIFT_SD[0])]
    if span_s >= _LARGE_DRIFT_FROM_S:
        searches.append((_DRIFTS, _DRIFT_SD[1]))
    refused: list[RecordingError] = []
    for drifts, drift_sd in searches:
        try:
            return _best(contact_s, contact_time_s, reference, placement, drifts, drift_sd)
        except RecordingError as error:
            refused.append(error)
    raise refused[0]


def _best(
    contact_s: Floats,
    contact_time_s: Floats,
    reference: Reference,
    placement: Worn,
    drifts: tuple[float, ...],
    drift_sd: float,
) -> Alignment:
    """The one pairing that fits; refused if there is none, or another is as good."""
    fits = [
        fit
        for offset_s, drift in candidates(contact_s, reference.contact_s, drifts)
        if (fit := fitted(contact_s, contact_time_s, reference, offset_s, drift, drift_sd))
        is not None
    ]
    if not fits:
        raise RecordingError(_NO_MATCH, remedy=_REMEDY)
    first = min(fits, key=lambda fit: _cost(fit, CONTACT_FLOOR_S, _LENGTH_FLOOR_S, drift_sd))
    contact_sd_s = max(CONTACT_FLOOR_S, first.alignment.spread_s)
    length_sd_s = max(_LENGTH_FLOOR_S, robust_sd(first.length_off_s))
    costs = [_cost(fit, contact_sd_s, length_sd_s, drift_sd) for fit in fits]
    best = fits[int(np.argmin(costs))]
    _check(best, contact_s, reference, placement, len(drifts))
    for fit, cost in zip(fits, costs, strict=True):
        apart_s = abs(_apart_s(fit.alignment, best.alignment))
        if cost < min(costs) + _CLEARLY and apart_s > _SAME_S:
            raise RecordingError(
                f"the reference fits the recording equally well {apart_s:.2f} s later",
                remedy="include some longer and shorter hops or a pause, and let both devices "
                "run from before the first hop until after the last",
            )
    return best.alignment


def _cost(fit: Pairing, contact_sd_s: float, length_sd_s: float, drift_sd: float) -> float:
    """How badly a pairing fits: −2 log-likelihood, with outliers and unpaired contacts capped."""
    pairs = len(fit.contact_off_s)
    contact = np.minimum((fit.contact_off_s / contact_sd_s) ** 2, _MOST)
    length = np.minimum((fit.length_off_s / length_sd_s) ** 2, _MOST)
    drift = (fit.alignment.drift / drift_sd) ** 2
    # Every pair is evidence; without this term, pairing fewer would always fit better.
    return float(
        np.sum(contact)
        + np.sum(length)
        + drift
        + _MISSING * fit.inner
        + _MISSING_END * fit.outer
        - _MOST * pairs
    )


def _check(
    best: Pairing, contact_s: Floats, reference: Reference, placement: Worn, drifts: int
) -> None:
    """Refuse the best pairing if it is poor or could be chance."""
    found = best.alignment
    paired = len(found.pairs)
    moved = found.on_recording(reference.contact_s)
    watched = int(np.sum((contact_s > moved[0] - _BEAT_S) & (contact_s < moved[-1] + _BEAT_S)))
    shares = sorted((paired / max(watched, 1), paired / len(reference)), reverse=True)
    contact_sd_s = max(CONTACT_FLOOR_S, found.spread_s)
    # A partner found by chance would lie anywhere between two hops.
    likely = paired * np.log(_BEAT_S / (contact_sd_s * np.sqrt(2 * np.pi)))
    likely -= 0.5 * np.sum(np.minimum((best.contact_off_s / contact_sd_s) ** 2, _MOST))
    likely -= np.log(len(contact_s) * len(reference) * drifts)
    enough = any(
        likely >= least and shares[0] >= one and shares[1] >= other for least, one, other in _SHARES
    )
    if not (
        enough
        and _fits_hop_by_hop(best, contact_s, reference.contact_s, placement)
        and robust_sd(best.length_off_s) <= _LENGTH_SPREAD_S
        and abs(best.longer_s) <= _LENGTH_OFF_S
    ):
        raise RecordingError(_NO_MATCH, remedy=_REMEDY)


def _fits_hop_by_hop(fit: Pairing, contact_s: Floats, reference_s: Floats, placement: Worn) -> bool:
    """True if the initial contacts follow the reference more closely than chance would allow."""
    spread_s = fit.alignment.spread_s
    if placement == "shoe":
        return spread_s <= _SPREAD_S
    alike = _alike(contact_s, reference_s, fit.alignment.pairs[_near(fit)])
    return any(spread_s <= most_s and alike >= least for most_s, least in _ALIKE)


def _near(fit: Pairing) -> Bools:
    """Pairs whose initial contact the sensor timed about right, shape (m,)."""
    reach_s = _OUTLIER * max(CONTACT_FLOOR_S, fit.alignment.spread_s)
    return np.asarray(np.abs(fit.contact_off_s) <= reach_s, dtype=np.bool_)


def _alike(contact_s: Floats, reference_s: Floats, pairs: Ints) -> float:
    """Correlation of the intervals between initial contacts, without any steady change."""
    i, j = pairs.T
    steps = np.column_stack([np.diff(i), np.diff(j)])
    kinds, kind, count = np.unique(steps, axis=0, return_inverse=True, return_counts=True)
    # A reference may have marked every other hop; what matters is that both are counted alike.
    usual = int(np.argmax(count))
    near = np.diff(contact_s[i]) < END_S * kinds[usual].max()
    k = np.flatnonzero((kind.ravel() == usual) & near)
    if len(k) < _LEAST_ALIKE:
        return 0.0
    ours, theirs = (signal.detrend(np.diff(x)[k]) for x in (contact_s[i], reference_s[j]))
    norm = float(np.sqrt(np.sum(ours**2) * np.sum(theirs**2)))
    return float(np.sum(ours * theirs)) / norm if norm > 0 else 0.0


def _apart_s(a: Alignment, b: Alignment) -> float:
    """How far apart two alignments place the same instant, s."""
    return float(a.on_recording(np.array([b.middle_s]))[0] - b.middle_s - b.offset_s)
