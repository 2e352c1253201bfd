"""Hops that both a sensor and a reference saw, paired.

The sensor's contacts are detected as in any analysis of hops. Contacts that lost samples, were only
a foot put down, or whose usual views disagree are paired too, because they help to align the
clocks; but nothing is learnt from them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.contact_time.alignment import align
from calibration.contact_time.reference import Reference
from sensing.analysis.hops.find_series import find_series
from sensing.analysis.hops.hop_views import USUAL, HopViews, hop_views
from sensing.core.exercises import Look
from sensing.core.samples import Samples, Worn
from sensing.core.units import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenHops:
    """Contacts that a sensor detected in one recording, in order of time.

    Attributes:
        contact_s: initial contacts, shape (m,), s.
        contact_time_s: uncalibrated, shape (m,), s; NaN if no flight follows.
        views: all views of each contact that can be relied on; None for the others.
        series: number of the series each belongs to, shape (m,).
        placement: where the sensor was worn.
    """

    contact_s: Floats
    contact_time_s: Floats
    views: tuple[HopViews | None, ...]
    series: Ints
    placement: Worn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matched:
    """Hops that both sensor and reference saw.

    Attributes:
        views: of each of the n hops, as the sensor saw it.
        true_s: contact times by the reference, shape (n,), s.
        series: number of the series each belongs to, shape (n,).
        placement: where the sensor was worn.
    """

    views: tuple[HopViews, ...]
    true_s: Floats
    series: Ints
    placement: Worn


def seen_hops(windows: Sequence[Samples], look: Look, placement: Worn) -> SeenHops:
    """Every contact in some windows of one recording, with all views of it.

    Args:
        windows: blocks of a recording, corrected, in order of time.
        look: shortest and longest contact and flight to expect.
        placement: where the sensor was worn.
    """
    contacts: list[float] = []
    lengths: list[float] = []
    views: list[HopViews | None] = []
    series: list[int] = []
    found = [(window, each) for window in windows for each in find_series(window, look, placement)]
    for number, (window, each) in enumerate(found):
        seen = hop_views(each, look)
        for k, contact_s in enumerate(each.contacts_s):
            hop = seen[k] if k < len(seen) else None
            contacts.append(contact_s if hop is None else hop.contact_s)
            lengths.append(math.nan if hop is None else hop.seen_s[USUAL])
            views.append(hop if hop is not None and _is_whole(window, hop, look) else None)
            series.append(number)
    return SeenHops(
        contact_s=np.array(contacts),
        contact_time_s=np.array(lengths),
        views=tuple(views),
        series=np.array(series, dtype=np.int64),
        placement=placement,
    )


def _is_whole(window: Samples, hop: HopViews, look: Look) -> bool:
    """True if no part of a hop is lost and its times are plausible for the exercise."""
    usual_s = hop.seen_s[USUAL]
    return (
        hop.agreed
        and look.contact_s[0] <= usual_s <= look.contact_s[1]
        and look.flight_s[0] <= hop.period_s - usual_s <= look.flight_s[1]
        and window.fault(hop.contact_s, hop.contact_s + hop.period_s) != "gap"
    )


def matched(hops: SeenHops, reference: Reference) -> Matched:
    """Pair the sensor's contacts with the reference's.

    Raises:
        RecordingError: too few hops, or no unique alignment with the recording's clock.
    """
    found = align(hops.contact_s, hops.contact_time_s, reference, hops.placement)
    true_s = (reference.takeoff_s - reference.contact_s)[found.pairs[:, 1]]
    usable = [
        (hops.views[i], float(length_s), int(hops.series[i]))
        for i, length_s in zip(found.pairs[:, 0].tolist(), true_s.tolist(), strict=True)
        if hops.views[i] is not None and math.isfinite(length_s)
    ]
    return Matched(
        views=tuple(view for view, _, _ in usable if view is not None),
        true_s=np.array([length_s for _, length_s, _ in usable]),
        series=np.array([number for _, _, number in usable], dtype=np.int64),
        placement=hops.placement,
    )
