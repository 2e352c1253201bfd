"""Toe-off by an athlete's own calibration against a reference.

Every estimate of toe-off is corrected by its calibrated error for this athlete; then they should
agree. Toe-off is the mean of the estimates that agree, weighted by their repeatability in this
athlete; one that caught something else (force has two peaks, ringing passes g early) is left out.
If too few agree, toe-off is unknown.

One contact is never known as well as its series. The reference also shows how much of a hop's
deviation from the series' median is real; the rest is removed, which hardly changes the mean.

Somebody else's hops are recognised: their estimates differ from each other in another way. Over
all hops of a window the median difference is compared with the learnt one, in units of the
athlete's own spread.
Where it is too far off, or contacts are far longer or shorter than those learnt from, the
calibration is not used: a wrong one is worse than none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.hops.hop_views import USUAL, HopViews
from sensing.core.units import Floats
from sensing.profile.contact_timing import ContactFit

AGREES = 3.0
"""SDs; an estimate further off has caught something else."""
_AGREES_LEAST_S = 0.012
"""s; landmarks of one push-off always differ by this much, for rate and smoothing."""
_AGREE_SHARE = 0.5
"""Share of the weight that has to agree."""
STRANGE = 2.0
"""SDs; mean distance of a window's estimates from the learnt pattern from which it is somebody
else's (or another strap or style). Simulated people on another day: 0.2–2; other people below 2
gained by the calibration as much as they lost, above it they lost."""
_BEYOND = 0.3
"""Contacts this share shorter or longer than any learnt from are another movement."""
LEAST_SERIES = 4
"""Fewest hops of a series with a median worth going by. Larger: short series scatter more; smaller:
two hops are made one."""
_MEDIAN_VARIANCE = math.pi / 2
"""Variance of the median of n normal values, in that of their mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTime:
    """One contact timed by an athlete's own calibration.

    Attributes:
        contact_time_s: s.
        sd_s: its standard uncertainty, s; None if unknown.
        agreed: False if the estimates do not agree.
    """

    contact_time_s: float
    sd_s: float | None
    agreed: bool = True


def is_own(hops: Sequence[HopViews], fit: ContactFit) -> bool:
    """Whether the hops of a window are like those a calibration was learnt from."""
    return not fit.views or not hops or strangeness(hops, fit) <= STRANGE


def own_times(series: Sequence[HopViews | None], fit: ContactFit) -> list[OwnTime | None] | None:
    """Contact times of a series by a calibration; None if contacts are of another length.

    Args:
        series: hops of one series, in order of time; None where one has no time.
        fit: what was learnt.
    """
    hops = [hop for hop in series if hop is not None]
    if not hops:
        return [None for _ in series]
    times = timed(hops, fit)
    usual_s = float(np.median([time.contact_time_s for time in times]))
    if fit.contact_s is not None:
        shortest_s, longest_s = fit.contact_s
        if not (1 - _BEYOND) * shortest_s <= usual_s <= (1 + _BEYOND) * longest_s:
            return None
    by_hop = iter(times)
    return [None if hop is None else next(by_hop) for hop in series]


def timed(series: Sequence[HopViews], fit: ContactFit) -> list[OwnTime]:
    """Contact times of a series by a calibration, whether it fits or not."""
    times = [own_time(hop, fit) for hop in series]
    good = [k for k, time in enumerate(times) if time.agreed]
    steady_s = steadied(np.array([times[k].contact_time_s for k in good]), fit.kept)
    for k, time_s in zip(good, steady_s.tolist(), strict=True):
        times[k] = replace(times[k], contact_time_s=time_s)
    return times


def steadied(times_s: Floats, kept: float) -> Floats:
    """Contact times of a series, shape (n,), s, nearer to their median by what is not real.

    Args:
        times_s: as measured.
        kept: share of a deviation that is real.
    """
    if len(times_s) < LEAST_SERIES:
        return times_s
    middle_s = float(np.median(times_s))
    return middle_s + kept * (times_s - middle_s)


def own_time(hop: HopViews, fit: ContactFit) -> OwnTime:
    """One contact time by a calibration."""
    offset = OwnTime(
        contact_time_s=hop.seen_s[USUAL] + fit.offset_s,
        sd_s=fit.sd_s,
        agreed=hop.agreed,
    )
    if not fit.weighted:
        return offset
    at, sd = _corrected(hop, fit)
    if len(at) < 2:
        return OwnTime(contact_time_s=offset.contact_time_s, sd_s=fit.sd_s, agreed=False)
    weight = sd**-2.0
    near = np.abs(at - _weighted_median(at, weight)) <= np.maximum(AGREES * sd, _AGREES_LEAST_S)
    share = float(np.sum(weight[near]) / np.sum(weight))
    return OwnTime(
        contact_time_s=float(np.sum((weight * at)[near]) / np.sum(weight[near])),
        sd_s=fit.sd_s,
        agreed=share >= _AGREE_SHARE,
    )


def strangeness(hops: Sequence[HopViews], fit: ContactFit) -> float:
    """Distance of the hops' estimates from the learnt pattern, in the athlete's own SDs.

    About 1 or less for the athlete it was learnt from; infinite if there is nothing to compare.
    """
    sd_s = {view.name: view.sd_s for view in fit.views}
    off: dict[str, list[float]] = {}
    for hop in hops:
        at, sd = _corrected(hop, fit)
        if len(at) >= 2:
            middle = _weighted_median(at, sd**-2.0)
            names = [view.name for view in fit.views if view.name in hop.seen_s]
            for name, value in zip(names, at, strict=True):
                off.setdefault(name, []).append(float(value - middle))
    if not off:
        return math.inf
    # The median of few hops is uncertain, too.
    squares = [
        float(np.median(values)) ** 2 / (sd_s[name] ** 2 * (1 + _MEDIAN_VARIANCE / len(values)))
        for name, values in off.items()
    ]
    return math.sqrt(float(np.mean(squares)))


def _corrected(hop: HopViews, fit: ContactFit) -> tuple[Floats, Floats]:
    """Corrected contact time by each estimate that the hop has, and its spread, s."""
    known = [view for view in fit.views if view.name in hop.seen_s]
    at = np.array([hop.seen_s[view.name] - view.late_s for view in known])
    return at, np.array([view.sd_s for view in known])


def _weighted_median(x: Floats, weight: Floats) -> float:
    order = np.argsort(x, kind="stable")
    total = np.cumsum(weight[order])
    return float(x[order][int(np.searchsorted(total, total[-1] / 2))])
