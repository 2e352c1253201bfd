"""An athlete's bias of contact times, and what of it is known: empirical Bayes.

People differ from each other (``_BETWEEN_S``), one person's recordings from each other
(``_AGAIN_S``), and contacts of a recording from each other (``_WITHIN_S``). So the bias is the mean
of the recordings' means, weighted by how well each is known, and drawn to none by what is known of
people in general.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.analysis.hops.hop_views import USUAL, HopViews
from sensing.core.samples import Worn
from sensing.core.units import Bools, Floats, Ints

GROSS_S = 0.06
"""s; a larger error counts as this large, so that one stumble does not decide. Larger: it does;
smaller: real differences between people are cut."""
_AGAIN_S: dict[Worn, float] = {"ankle": 0.004, "shoe": 0.008}
"""How much an athlete's bias differs from recording to recording, beyond chance. On the shoe
measured on people (force, several recordings each); at the ankle simulated with the strap put on
anew. Larger: one recording counts less; smaller: its uncertainty is understated."""
_BETWEEN_S: dict[Worn, float] = {"ankle": 0.013, "shoe": 0.015}
"""How much the bias differs between people. On the shoe measured on eight people; at the ankle from
simulations alone. Larger: few hops decide; smaller: nobody differs from others."""
_WITHIN_S: dict[Worn, float] = {"ankle": 0.009, "shoe": 0.011}
"""How much a contact time scatters about its own recording's bias, likewise; counts as
``_PRIOR_HOPS`` hops beside the athlete's own. Larger and smaller: few hops count less, or more."""
_PRIOR_HOPS = 4
"""Hops that the usual scatter counts as. Larger: nobody is steadier than others; smaller: chance in
a few hops decides."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReferenceHops:
    """Hops to learn from: all views, the truth, and numbers of series and recording, shape (n,)."""

    views: Sequence[HopViews]
    true_s: Floats
    series: Ints
    recording: Ints
    placement: Worn

    def part(self, chosen: Bools) -> ReferenceHops:
        """Some of them, by a mask of shape (n,)."""
        return ReferenceHops(
            views=[self.views[k] for k in np.flatnonzero(chosen).tolist()],
            true_s=self.true_s[chosen],
            series=self.series[chosen],
            recording=self.recording[chosen],
            placement=self.placement,
        )


def sd_of(hops: ReferenceHops, left_out_s: Floats) -> float:
    """Standard uncertainty of a contact time in another recording, s.

    What single contacts scatter, what these hops leave unknown of the athlete's bias, and what it
    differs from recording to recording.
    """
    within_s = math.sqrt(_within_s2(hops, left_out_s - hops.true_s))
    return math.hypot(within_s, math.sqrt(bias_of(hops)[1]), _AGAIN_S[hops.placement])


def _within_s2(hops: ReferenceHops, error_s: Floats) -> float:
    """Variance of errors about their recording's mean, with a usual one as some hops more, s²."""
    squares_s2, degrees = _PRIOR_HOPS * _WITHIN_S[hops.placement] ** 2, float(_PRIOR_HOPS)
    for each in np.unique(hops.recording).tolist():
        own_s = error_s[hops.recording == each]
        off_s = np.clip(own_s - np.median(own_s), -GROSS_S, GROSS_S)
        squares_s2 += float(np.sum((off_s - off_s.mean()) ** 2))
        degrees += len(own_s) - 1
    return squares_s2 / degrees


def bias_of(hops: ReferenceHops) -> tuple[float, float]:
    """What the athlete's contact times lack, s, and the variance of that, s².

    The mean of the recordings' means, shrunk towards none by what is known of people.
    """
    missing_s = hops.true_s - np.array([hop.seen_s[USUAL] for hop in hops.views])
    within_s2 = _within_s2(hops, missing_s)
    weight = _BETWEEN_S[hops.placement] ** -2.0
    total = 0.0
    for each in np.unique(hops.recording).tolist():
        own_s = missing_s[hops.recording == each]
        near_s = np.clip(own_s, np.median(own_s) - GROSS_S, np.median(own_s) + GROSS_S)
        own_weight = 1 / (_AGAIN_S[hops.placement] ** 2 + within_s2 / len(own_s))
        weight += own_weight
        total += own_weight * float(np.mean(near_s))
    return total / weight, 1 / weight
