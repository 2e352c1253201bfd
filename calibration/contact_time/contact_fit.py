"""Calibrate an athlete's ground-contact times with hops recorded beside a reference.

The sensor sees a hop in several ways (``sensing/analysis/hops/hop_views.py``), each with its own
error; they are compared with the true contact times. Three ways of timing are compared by
cross-validation. Whole series are left out in turn (or parts of a single series), because
neighbouring hops share their errors:

* no correction;
* one constant, shrunk by what may be chance in the mean difference (James & Stein 1961), so that an
  athlete without a bias gets no correction;
* each view corrected by its own constant and weighted by how well it repeats in this athlete. The
  spread of a view is shrunk towards a usual one, which counts as much as four hops.

All of them also learn how much of a hop's deviation from its own series is real.

Own weights are used only if they are clearly better than the constant, and any correction only if
it improves hops it was not fitted to. A trial in which those come out worse, or scatter more than
anybody's, is refused: a wrong calibration is worse than none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from calibration.contact_time.contact_pairs import Matched
from calibration.contact_time.reference import LEAST_CONTACTS
from sensing.analysis.hops.calibrated_toe_off import LEAST_SERIES, timed
from sensing.analysis.hops.contact_times import USUAL_KEPT
from sensing.analysis.hops.hop_views import USUAL, HopViews
from sensing.core.errors import RecordingError
from sensing.core.samples import Worn
from sensing.core.units import Floats, Ints
from sensing.profile.contact_timing import ContactFit, OwnView
from sensing.validation.agreement import Agreement, agreement

Way = Literal["none", "constant", "views"]

_GROSS_S = 0.06
"""A larger error counts as this large, so that one stumble does not decide."""
_PRIOR_SD_S = 0.012
_PRIOR_HOPS = 4
"""Usual spread of a view within an athlete, and how many hops it counts as."""
_KEPT_HOPS = 6
"""How many hops the usual share of a deviation that is real counts as: a slope needs many. Larger:
nobody differs from others; smaller: chance in a few hops decides."""
_SEEN_SHARE = 0.6
"""A view that fails in more than this share of the hops is not used."""
_BETTER: dict[Worn, float] = {"ankle": 1.0, "shoe": 0.9}
"""Own weights must reduce the error to this share of what a constant leaves. On the foot the views
share most of their error, so new weights seldom help."""
_LEAST_FOR_VIEWS: dict[Worn, int] = {"ankle": 6, "shoe": 10}
_FOLDS = 5
_LEAST_SERIES = 3
_LEAST_KEPT = 0.4
"""At least this share of a deviation is real: nobody hops more evenly."""
_WORST_S: dict[Worn, float] = {"ankle": 0.025, "shoe": 0.030}
"""Nobody's contact times scatter more than this about their own correction."""
_GOOD_S: dict[Worn, float] = {"ankle": 0.015, "shoe": 0.022}
"""Timing this good without correction needs none."""
_AGAIN_S: dict[Worn, float] = {"ankle": 0.004, "shoe": 0.008}
"""How much an athlete's bias differs from day to day, beyond chance. On the shoe measured on people
(force, several recordings each); at the ankle simulated with the strap put on anew."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContactReport:
    """The calibration, and how good it is on hops it was not fitted to.

    Attributes:
        fit: for the profile.
        way: ``none`` (no correction needed; only the uncertainty was learnt), ``constant`` or
            ``views`` (own weights).
        true_s: contact times by the reference, shape (n,), s.
        before_s: by the sensor without calibration, shape (n,), s.
        after_s: by the sensor with a calibration fitted to the other hops, shape (n,), s.
        before, after: their agreement with the reference, s.
    """

    fit: ContactFit
    way: Way
    true_s: Floats
    before_s: Floats
    after_s: Floats
    before: Agreement
    after: Agreement


def fit_contact(trials: Sequence[Matched]) -> ContactReport:
    """Fit one athlete's contact times to hops recorded beside a reference.

    Args:
        trials: one recording or more of one athlete, exercise, side and placement.

    Raises:
        RecordingError: too few hops, or the fit does not hold for hops it has not seen.
    """
    hops = [view for trial in trials for view in trial.views]
    true_s = np.concatenate([trial.true_s for trial in trials]) if trials else np.zeros(0)
    n = len(hops)
    if n < LEAST_CONTACTS:
        raise RecordingError(
            f"{n} hops with a toe-off on both sides are too few for a calibration",
            remedy=f"record at least {LEAST_CONTACTS}, better 10 to 15",
        )
    placement = trials[0].placement
    series = _series(trials)
    folds = _folds(series)
    before_s = _times(hops, series, ContactFit(offset_s=0.0, kept=USUAL_KEPT[placement]))
    by_way: dict[Way, Floats] = {
        "none": before_s,
        "constant": _left_out(hops, true_s, series, folds, placement, _constant),
    }
    if n >= _LEAST_FOR_VIEWS[placement]:
        by_way["views"] = _left_out(hops, true_s, series, folds, placement, _weighted)
    error_s = {way: _rms(times_s - true_s) for way, times_s in by_way.items()}
    way: Way = "constant"
    if "views" in by_way and error_s["views"] < _BETTER[placement] * error_s["constant"]:
        way = "views"
    if error_s[way] >= error_s["none"]:
        if error_s["none"] > _GOOD_S[placement]:
            raise RecordingError(
                f"on hops left out of the fit, a correction is worse "
                f"(±{1e3 * error_s[way]:.0f} ms) than none (±{1e3 * error_s['none']:.0f} ms)",
                remedy="check that reference and sensor saw the same foot and that the strap is "
                "tight; record more hops",
            )
        way = "none"
    if error_s[way] > _WORST_S[placement]:
        raise RecordingError(
            f"contact times scatter by ±{1e3 * error_s[way]:.0f} ms about the reference, more than "
            "anybody's",
            remedy="check that reference and sensor saw the same foot and that the strap is tight",
        )
    learn = {"none": _uncorrected, "constant": _constant, "views": _weighted}[way]
    fit = learn(hops, true_s, series, placement)
    sd_s = math.hypot(error_s[way] * math.sqrt((n + 1) / (n - 2)), _AGAIN_S[placement])
    return ContactReport(
        fit=replace(fit, sd_s=round(sd_s, 4)),
        way=way,
        true_s=true_s,
        before_s=before_s,
        after_s=by_way[way],
        before=agreement(before_s, true_s),
        after=agreement(by_way[way], true_s),
    )


def _series(trials: Sequence[Matched]) -> Ints:
    """Number of the series each hop belongs to, over all recordings, shape (n,)."""
    series = [
        (number, each) for number, trial in enumerate(trials) for each in trial.series.tolist()
    ]
    numbers = {each: k for k, each in enumerate(sorted(set(series)))}
    return np.array([numbers[each] for each in series], dtype=np.int64)


def _folds(series: Ints) -> Ints:
    """Which hops are left out together, shape (n,): series, or parts of equal length."""
    n = len(series)
    counts = np.bincount(series)
    if len(counts) >= _LEAST_SERIES and counts.max() <= n / 2:
        return series
    return np.arange(n) * min(_FOLDS, n) // n


Learner = Callable[[Sequence[HopViews], Floats, Ints, Worn], ContactFit]


def _left_out(
    hops: Sequence[HopViews],
    true_s: Floats,
    series: Ints,
    folds: Ints,
    placement: Worn,
    learn: Learner,
) -> Floats:
    """Contact times by a fit to the other folds, shape (n,), s."""
    out = np.zeros(len(hops))
    for fold in np.unique(folds).tolist():
        others = folds != fold
        fit = learn(
            [hops[k] for k in np.flatnonzero(others).tolist()],
            true_s[others],
            series[others],
            placement,
        )
        out[~others] = _times(hops, series, fit)[~others]
    return out


def _times(hops: Sequence[HopViews], series: Ints, fit: ContactFit) -> Floats:
    """Contact times by a fit, shape (n,), s; every series has its own trend."""
    out = np.zeros(len(hops))
    for each in np.unique(series).tolist():
        inside = np.flatnonzero(series == each).tolist()
        out[inside] = [time.contact_time_s for time in timed([hops[k] for k in inside], fit)]
    return out


def _uncorrected(hops: Sequence[HopViews], true_s: Floats, _: Ints, placement: Worn) -> ContactFit:
    return replace(_offset(hops, true_s), offset_s=0.0, kept=USUAL_KEPT[placement])


def _constant(
    hops: Sequence[HopViews], true_s: Floats, series: Ints, placement: Worn
) -> ContactFit:
    return _steadied(_offset(hops, true_s), hops, true_s, series, placement)


def _weighted(
    hops: Sequence[HopViews], true_s: Floats, series: Ints, placement: Worn
) -> ContactFit:
    return _steadied(replace(_offset(hops, true_s), weighted=True), hops, true_s, series, placement)


def _offset(hops: Sequence[HopViews], true_s: Floats) -> ContactFit:
    """One constant, shrunk by what may be chance; the views are kept to recognise the athlete."""
    missing_s = true_s - np.array([hop.seen_s[USUAL] for hop in hops])
    middle_s = float(np.median(missing_s))
    near_s = np.clip(missing_s, middle_s - _GROSS_S, middle_s + _GROSS_S)
    mean_s = float(np.mean(near_s))
    chance_s2 = float(np.var(near_s, ddof=1)) / len(near_s)
    share = max(0.0, 1.0 - chance_s2 / mean_s**2) if mean_s else 0.0
    return ContactFit(
        offset_s=round(share * mean_s, 5),
        views=_views(hops, true_s),
        contact_s=(round(float(true_s.min()), 4), round(float(true_s.max()), 4)),
        hops=len(hops),
    )


def _steadied(
    fit: ContactFit, hops: Sequence[HopViews], true_s: Floats, series: Ints, placement: Worn
) -> ContactFit:
    """The same fit with the share of a deviation within a series that is real.

    The share is the slope of true deviations over measured ones, shrunk towards everybody's as if
    some more hops had been like theirs.
    """
    times_s = _times(hops, series, fit)
    squares_s2 = _KEPT_HOPS * _PRIOR_SD_S**2
    products_s2 = USUAL_KEPT[placement] * squares_s2
    for each in np.unique(series).tolist():
        inside = np.flatnonzero(series == each).tolist()
        if len(inside) < LEAST_SERIES:
            continue
        ours, theirs = (
            np.clip(x - np.median(x), -_GROSS_S, _GROSS_S)
            for x in (times_s[inside], true_s[inside])
        )
        products_s2 += float(np.sum(ours * theirs))
        squares_s2 += float(np.sum(ours**2))
    return replace(fit, kept=round(min(1.0, max(_LEAST_KEPT, products_s2 / squares_s2)), 3))


def _views(hops: Sequence[HopViews], true_s: Floats) -> tuple[OwnView, ...]:
    """Constant and spread of each view in this athlete."""
    out = []
    for name in sorted({name for hop in hops for name in hop.seen_s}):
        late_s = np.array(
            [
                hop.seen_s[name] - length_s
                for hop, length_s in zip(hops, true_s.tolist(), strict=True)
                if name in hop.seen_s
            ]
        )
        if len(late_s) < max(3, _SEEN_SHARE * len(hops)):
            continue
        middle_s = float(np.median(late_s))
        off_s = np.clip(late_s - middle_s, -_GROSS_S, _GROSS_S)
        squares_s2 = float(np.sum(off_s**2)) + _PRIOR_HOPS * _PRIOR_SD_S**2
        sd_s = math.sqrt(squares_s2 / (len(late_s) - 1 + _PRIOR_HOPS))
        out.append(OwnView(name=name, late_s=round(middle_s, 5), sd_s=round(sd_s, 5)))
    return tuple(out)


def _rms(error_s: Floats) -> float:
    """Root mean square, with gross errors capped, s."""
    return float(np.sqrt(np.mean(np.clip(error_s, -_GROSS_S, _GROSS_S) ** 2)))
