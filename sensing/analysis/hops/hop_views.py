"""All estimates of one hop's toe-off, for a calibration to learn from and to be applied to.

``toe_off`` fuses a few estimates with the weights of a population. Between people each of them
differs by tens of milliseconds, but within one athlete most repeat to a few: a reference shows
which. So here all are kept, unweighted. From shank and foot:

* *usual*: the fused one;
* *speed*: the vertical velocity's maximum, where vertical force falls back to g;
* *fall*: the steepest fall of vertical force after its last peak;
* *half*: where vertical force has fallen to half of that peak.

From the shank only:

* *momentum*: flight = Δv / g from the velocity's maximum to the next landing;
* *landing*: flight = 2 · (speed at landing) / g;
* *light*: where the norm of specific force first falls below g after its last peak.

From the foot only:

* *force*: the last peak of specific force before the flight;
* *turn*: the end of the rotation over the toes (gyro).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sensing.analysis.hops.chains import Chain
from sensing.analysis.hops.push_off import (
    Push,
    Span,
    end_of_turn,
    fastest,
    push_signals,
    span_of,
    vertex,
)
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
        usual_sd_s: standard uncertainty by the population's weights, s.
        seen_s: contact time by the name of the estimate, s; ``usual`` is always there.
    """

    contact_s: float
    period_s: float
    usual_sd_s: float
    seen_s: Mapping[str, float]


def hop_views(chain: Chain, look: Look) -> tuple[HopViews, ...]:
    """All estimates for every contact of a chain with a flight after it, in order of time."""
    push = push_signals(chain.fine)
    out = []
    for k, link in enumerate(chain.links):
        at, landing = ((chain.contacts_s[i] - chain.fine.t0_s) * FINE_HZ for i in (k, k + 1))
        span = span_of(chain.fine, at, landing, look, link.rest_mps2)
        seen = {USUAL: link.at} | ({} if span is None else _seen(push, span, landing))
        out.append(
            HopViews(
                contact_s=chain.contacts_s[k],
                period_s=chain.contacts_s[k + 1] - chain.contacts_s[k],
                usual_sd_s=link.sd_s,
                seen_s={name: (position - at) / FINE_HZ for name, position in seen.items()},
            )
        )
    return tuple(out)


def _seen(push: Push, span: Span, landing: float) -> dict[str, float]:
    """Position of toe-off by each estimate but the usual one."""
    before, after = (int(s * FINE_HZ) for s in _AROUND_TOP_S)
    begin, end = max(span.first, span.top - before), min(span.last, span.top + after)
    peak = _last_peak(push.up_g, begin, end)
    seen = {"speed": fastest(span)}
    seen |= _falls(push.up_g, peak, span.last)
    if push.fine.placement == "shoe":
        seen["force"] = vertex(push.force_g, _last_peak(push.force_g, begin, end))
        turned = None if push.gyro_dps is None else end_of_turn(push.gyro_dps, span)
        return seen if turned is None else seen | {"turn": turned}
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
