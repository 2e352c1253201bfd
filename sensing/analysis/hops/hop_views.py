"""All estimates of one hop's toe-off, for a calibration to learn from and to be applied to.

Between people every estimate of toe-off differs by tens of milliseconds, but within one athlete
most repeat to a few: a reference shows which. So here all are kept, unweighted. From shank and
foot:

* *usual*: the one of ``toe_off.py``;
* *speed*: the vertical velocity's maximum, where vertical force falls back to g;
* *fall*: the steepest fall of vertical force after its last peak;
* *half*: where vertical force has fallen to half of that peak.

From the shank only:

* *momentum*: flight = Δv / g from the velocity's maximum to the next landing;
* *landing*: flight = 2 · (speed at landing) / g;
* *light*: where the norm of specific force first falls below g after its last peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sensing.analysis.hops.push_off import Push, Span, fastest, push_signals, span_of, vertex
from sensing.analysis.hops.series import Series
from sensing.analysis.hops.timed_contacts import TimedContact, timed_contacts
from sensing.analysis.signals.vertical import FINE_HZ
from sensing.core.exercises import Look
from sensing.core.units import G_MPS2, Floats

USUAL = "usual"
_AROUND_TOP_S = (0.10, 0.06)
"""s before and, with ringing, after the highest speed in which the last peak of force lies; an
earlier one is the landing's."""
_FALL_S = 0.12
"""s within which force falls from its peak to nothing, even in slow hops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HopViews:
    """One contact with a flight after it.

    Attributes:
        contact_s: initial contact, s.
        period_s: to the next landing, s.
        agreed: False if it was soft, or the estimates of the usual one do not agree.
        seen_s: contact time by the name of the estimate, s; ``usual`` is always there.
    """

    contact_s: float
    period_s: float
    agreed: bool
    seen_s: Mapping[str, float]


def hop_views(series: Series, look: Look) -> tuple[HopViews | None, ...]:
    """All estimates for every contact of a series but the last; None where there is no room."""
    push = push_signals(series.fine)
    return views_of(timed_contacts(series, push, look), push, look)


def views_of(
    contacts: tuple[TimedContact, ...], push: Push, look: Look
) -> tuple[HopViews | None, ...]:
    """The same for contacts that are timed."""
    return tuple(_views(contact, push, look) for contact in contacts[:-1])


def _views(contact: TimedContact, push: Push, look: Look) -> HopViews | None:
    if contact.end is None or contact.next is None:
        return None
    span = span_of(push.fine, contact.start, contact.next, look, contact.rest_mps2)
    seen = {USUAL: contact.end.at}
    if span is not None:
        seen |= _seen(push, span, contact.next)
    return HopViews(
        contact_s=push.fine.time_s(contact.start),
        period_s=(contact.next - contact.start) / FINE_HZ,
        agreed=contact.clear and contact.end.agreed and contact.kind in ("rebound", "landing"),
        seen_s={name: (at - contact.start) / FINE_HZ for name, at in seen.items()},
    )


def _seen(push: Push, span: Span, landing: float) -> dict[str, float]:
    """Position of toe-off by each estimate but the usual one."""
    before, after = (int(s * FINE_HZ) for s in _AROUND_TOP_S)
    begin, end = max(span.first, span.top - before), min(span.last, span.top + after)
    peak = _last_peak(push.up_g, begin, end)
    seen = {"speed": fastest(span)}
    seen |= _falls(push.up_g, peak, span.last)
    if push.fine.placement == "shoe":
        return seen
    seen["momentum"] = landing - span.rise_mps / G_MPS2 * FINE_HZ
    seen["landing"] = landing - 2 * span.fall_mps / G_MPS2 * FINE_HZ
    light = _below(push.force_g, _last_peak(push.force_g, begin, end), span.last, 1.0)
    return seen if light is None else seen | {"light": light}


def _last_peak(force_g: Floats, begin: int, end: int) -> int:
    """Position of the greatest value in [begin, end)."""
    return begin + int(np.argmax(force_g[begin : max(end, begin + 1)]))


def _falls(up_g: Floats, peak: int, last: int) -> dict[str, float]:
    """Landmarks of the force's way down from its peak."""
    end = min(last, peak + int(_FALL_S * FINE_HZ))
    if end - peak < 3:
        return {}
    slope = -np.gradient(up_g[peak : end + 1])
    seen = {"fall": peak + vertex(slope, int(np.argmax(slope[:-1])))}
    half = _below(up_g, peak, last, 0.5 * float(up_g[peak]))
    return seen if half is None else seen | {"half": half}


def _below(x: Floats, begin: int, end: int, level: float) -> float | None:
    """Position in [begin, end) where a value first falls below a level."""
    low = np.flatnonzero(x[begin:end] < level)
    if len(low) == 0 or low[0] == 0:
        return None
    k = begin + int(low[0])
    return k - float((level - x[k]) / (x[k - 1] - x[k]))
