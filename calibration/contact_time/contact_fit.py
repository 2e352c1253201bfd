"""Calibrate an athlete's ground-contact times with hops recorded beside a reference.

The sensor sees a hop in several ways (``sensing/analysis/hops/hop_views.py``), each with its own
error; they are compared with the true contact times. Three ways of timing are compared by
cross-validation. Whole series are left out in turn (or parts of a single series), because
neighbouring hops share their errors:

* no correction;
* one constant: the athlete's bias as far as the hops say more about it than is known of people in
  general (empirical Bayes). Three hops move it a little, thirty nearly all the way, and several
  recordings count more than as many hops of one;
* each view corrected by its own constant and weighted by how well it repeats in this athlete. The
  spread of a view is shrunk towards a usual one, which counts as much as four hops. At the shank
  only: on the foot the views share most of their error.

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

from calibration.contact_time.contact_bias import GROSS_S, ReferenceHops, bias_of, sd_of
from calibration.contact_time.contact_pairs import Matched
from sensing.analysis.hops.calibrated_toe_off import LEAST_SERIES, timed
from sensing.analysis.hops.contact_times import USUAL_KEPT
from sensing.analysis.hops.hop_views import HopViews
from sensing.core.errors import RecordingError
from sensing.core.samples import Worn
from sensing.core.units import Floats, Ints
from sensing.profile.contact_timing import ContactFit, OwnView
from sensing.validation.agreement import Agreement, agreement

Way = Literal["none", "constant", "views"]

_PRIOR_SD_S = 0.012
_PRIOR_HOPS = 4
"""Usual spread of a view within an athlete, and how many hops it counts as."""
_KEPT_HOPS: dict[Worn, int] = {"ankle": 6, "shoe": 30}
"""How many hops the usual share of a deviation that is real counts as: a slope needs many. On the
shoe, where the share is from people, more than at the shank. Larger: nobody differs from others;
smaller: chance in a few hops decides."""
LEAST_HOPS = 3
"""Fewest hops to learn from. Larger: people with short series can't be calibrated; smaller: a
stumble decides, and nothing can be left out."""
_WORSE = 1.2
"""A correction speaks against the reference if it is worse than none by this factor on hops left
out; less is chance. Larger: wrong references pass; smaller: right ones of few hops are refused."""
_SEEN_SHARE = 0.6
"""A view that fails in more than this share of the hops is not used."""
_BETTER = 1.0
"""Own weights must reduce the error to this share of what a constant leaves. Larger: they are used
by chance; smaller: hardly ever."""
_LEAST_FOR_VIEWS = 6
_FOLDS = 5
_LEAST_SERIES = 3
_LEAST_KEPT = 0.4
"""At least this share of a deviation is real: nobody hops more evenly."""
_WORST_S: dict[Worn, float] = {"ankle": 0.025, "shoe": 0.030}
"""Nobody's contact times scatter more than this about their own correction."""
_GOOD_S: dict[Worn, float] = {"ankle": 0.015, "shoe": 0.022}
"""Timing this good without correction needs none."""


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
    if n < LEAST_HOPS:
        raise RecordingError(
            f"{n} hops with a toe-off on both sides are too few for a calibration",
            remedy="record 10 to 15",
        )
    placement = trials[0].placement
    all_hops = ReferenceHops(
        views=hops,
        true_s=true_s,
        series=_series(trials),
        recording=np.repeat(np.arange(len(trials)), [len(trial.views) for trial in trials]),
        placement=placement,
    )
    folds = _folds(all_hops.series)
    before_s = _times(all_hops, ContactFit(offset_s=0.0, kept=USUAL_KEPT[placement]))
    by_way: dict[Way, Floats] = {
        "none": before_s,
        "constant": _left_out(all_hops, folds, _constant),
    }
    if placement == "ankle" and n >= _LEAST_FOR_VIEWS:
        by_way["views"] = _left_out(all_hops, folds, _weighted)
    error_s = {way: _rms(times_s - true_s) for way, times_s in by_way.items()}
    way: Way = "constant"
    if "views" in by_way and error_s["views"] < _BETTER * error_s["constant"]:
        way = "views"
    if error_s["none"] > _GOOD_S[placement] and error_s[way] > _WORSE * error_s["none"]:
        raise RecordingError(
            f"on hops left out of the fit, a correction is worse "
            f"(±{1e3 * error_s[way]:.0f} ms) than none (±{1e3 * error_s['none']:.0f} ms)",
            remedy="check that reference and sensor saw the same foot and that the strap is "
            "tight; record more hops",
        )
    if error_s[way] >= error_s["none"]:
        way = "none"
    if error_s[way] > _WORST_S[placement]:
        raise RecordingError(
            f"contact times scatter by ±{1e3 * error_s[way]:.0f} ms about the reference, more than "
            "anybody's",
            remedy="check that reference and sensor saw the same foot and that the strap is tight",
        )
    learn = {"none": _uncorrected, "constant": _constant, "views": _weighted}[way]
    fit = learn(all_hops)
    return ContactReport(
        fit=replace(fit, sd_s=round(sd_of(all_hops, by_way[way]), 4)),
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


def _left_out(
    hops: ReferenceHops, folds: Ints, learn: Callable[[ReferenceHops], ContactFit]
) -> Floats:
    """Contact times by a fit to the other folds, shape (n,), s."""
    out = np.zeros(len(folds))
    for fold in np.unique(folds).tolist():
        out[folds == fold] = _times(hops, learn(hops.part(folds != fold)))[folds == fold]
    return out


def _times(hops: ReferenceHops, fit: ContactFit) -> Floats:
    """Contact times by a fit, shape (n,), s; every series has its own trend."""
    out = np.zeros(len(hops.views))
    for each in np.unique(hops.series).tolist():
        inside = np.flatnonzero(hops.series == each).tolist()
        out[inside] = [time.contact_time_s for time in timed([hops.views[k] for k in inside], fit)]
    return out


def _uncorrected(hops: ReferenceHops) -> ContactFit:
    return replace(_offset(hops), offset_s=0.0, kept=USUAL_KEPT[hops.placement])


def _constant(hops: ReferenceHops) -> ContactFit:
    return _steadied(_offset(hops), hops)


def _weighted(hops: ReferenceHops) -> ContactFit:
    return _steadied(replace(_offset(hops), weighted=True), hops)


def _offset(hops: ReferenceHops) -> ContactFit:
    """One constant; the views are kept to recognise the athlete."""
    return ContactFit(
        offset_s=round(bias_of(hops)[0], 5),
        views=_views(hops.views, hops.true_s),
        contact_s=(round(float(hops.true_s.min()), 4), round(float(hops.true_s.max()), 4)),
        hops=len(hops.views),
    )


def _steadied(fit: ContactFit, hops: ReferenceHops) -> ContactFit:
    """The same fit with the share of a deviation within a series that is real.

    The share is the slope of true deviations over measured ones, shrunk towards everybody's as if
    some more hops had been like theirs.
    """
    times_s = _times(hops, fit)
    squares_s2 = _KEPT_HOPS[hops.placement] * _PRIOR_SD_S**2
    products_s2 = USUAL_KEPT[hops.placement] * squares_s2
    for each in np.unique(hops.series).tolist():
        inside = np.flatnonzero(hops.series == each).tolist()
        if len(inside) < LEAST_SERIES:
            continue
        ours, theirs = (
            np.clip(x - np.median(x), -GROSS_S, GROSS_S)
            for x in (times_s[inside], hops.true_s[inside])
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
        off_s = np.clip(late_s - middle_s, -GROSS_S, GROSS_S)
        squares_s2 = float(np.sum(off_s**2)) + _PRIOR_HOPS * _PRIOR_SD_S**2
        sd_s = math.sqrt(squares_s2 / (len(late_s) - 1 + _PRIOR_HOPS))
        out.append(OwnView(name=name, late_s=round(middle_s, 5), sd_s=round(sd_s, 5)))
    return tuple(out)


def _rms(error_s: Floats) -> float:
    """Root mean square, with gross errors capped, s."""
    return float(np.sqrt(np.mean(np.clip(error_s, -GROSS_S, GROSS_S) ** 2)))
