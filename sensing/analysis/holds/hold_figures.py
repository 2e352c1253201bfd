"""From a stretch to a hold: its duration with its uncertainty, its steadiness, what is missing.

A lost packet takes no hold. Missing samples are bridged by straight lines, and steadiness is
measured over all of it: in 84 holds (simulated at the ankle, people's shoes) 2 % lost in gaps of
25–110 ms changed sway by 1 % and its other figures by 2–6 % (90th percentile), 5 % lost by 2 % and
4–10 %, a tenth by 3–4 % and 5–15 %. Leaving the bridged samples out did worse, for there is then
less to average over.

* A hold with more than a tenth missing, or with a long gap in its middle, may have been two: it is
  kept with ``valid=False`` and has no steadiness.
* A gap at an end widens the uncertainty of the duration; a long one makes it unknown.
* A hold in progress at the first or last sample is cut off: its duration is unknown.
"""

from __future__ import annotations

import math
from typing import Literal

from sensing.analysis.holds.steadiness import SHORTEST_S, steadiness
from sensing.analysis.holds.steadiness_uncertainty import with_missing
from sensing.analysis.signals.posture import Posture, Span
from sensing.core.events import CUT_OFF, Hold
from sensing.core.gaps import GAP, gaps, missing_share
from sensing.core.samples import Samples
from sensing.profile.mounting import Mounting

# Constants. The limits of what may be missing are judgement, the uncertainties are measured.

SETTLED_S = 0.3
"""s left off at either end before steadiness is measured: the transition is not sway. Larger: less
to measure; smaller: transitions count as sway. No reference for sway, so not measured."""
MOST_MISSING = 0.1
"""Share of the samples of a valid hold that may be missing. Larger: steadiness is measured on
straight lines; smaller: holds are lost to a poor link."""
LONGEST_GAP_S = 0.5
"""s; a longer gap may hide that the heel touched the floor. Larger: two holds pass for one;
smaller: holds are lost to a burst of lost packets."""
_AT_END_S = 0.1
"""s; a gap this near to an end, or nearer than its own length, may hide it. Larger: more durations
are widened; smaller: too few."""
_SEARCHED_S = 3.5
"""s outside an end in which a long gap may hide the real one: so far from the sway the movements
up and down are looked for (``shank_holds``). Larger: more durations are unknown; smaller: a hold
that seems to end early is trusted."""

How = Literal["raised", "loaded", "one leg", "landing", "shoe"]
"""What the ends of a hold were told by: ``loaded`` is a heel raised against a load or sitting."""

DURATION_SD_S: dict[How, float] = {
    "raised": 1.2,
    "loaded": 1.3,
    "one leg": 0.3,
    "landing": 0.3,
    "shoe": 0.42,
}
"""s; standard uncertainty of a duration without missing samples, so that ±2 of it hold 95 %. At
the ankle from simulated people, 40 and more of each kind but landings (6): half of the raised and
loaded ones are within 0.4 s, but one in five sinks so far before its end that it is taken for it,
2 s too early. On the shoe from 94 holds of eight people. Larger: durations count for less; smaller:
differences are taken for real. ``tests/coverage.py``."""


def too_much_missing(samples: Samples, start_s: float, end_s: float) -> str | None:
    """Why a position between two times can't be judged: "gap", "clipped", …; None if it can be."""
    long = [gap for gap in gaps(samples, start_s, end_s) if gap.length_s > LONGEST_GAP_S]
    if long:
        return long[0].why
    return GAP if missing_share(samples, start_s, end_s) > MOST_MISSING else None


def hold_of(window: Samples, p: Posture, span: Span, how: How, mounting: Mounting | None) -> Hold:
    """A stretch of the grid as a hold."""
    start_s = float(max(p.time_s(span.first), window.time_s(0)))
    end_s = float(min(p.time_s(span.last), window.time_s(len(window))))
    cut_off = span.cut_first or span.cut_last
    return hold_between(
        window, start_s, end_s, DURATION_SD_S[how], cut_off=cut_off, mounting=mounting
    )


def hold_between(
    window: Samples,
    start_s: float,
    end_s: float,
    sd_s: float,
    *,
    cut_off: bool,
    mounting: Mounting | None,
) -> Hold:
    """A hold of which the ends are known.

    Args:
        window: in which it was found.
        start_s, end_s: its ends, s.
        sd_s: standard uncertainty of its duration without missing samples, s.
        cut_off: the window begins or ends in it.
        mounting: how the sensor sits, if calibrated.
    """
    reasons = {"duration_s": CUT_OFF} if cut_off else {}
    sds_s = [sd_s]
    doubt = GAP if missing_share(window, start_s, end_s) > MOST_MISSING else None
    for gap in gaps(window, start_s - _SEARCHED_S, end_s + _SEARCHED_S):
        long = gap.length_s > LONGEST_GAP_S
        inside_s = max(_AT_END_S, gap.length_s)
        outside_s = _SEARCHED_S if long else inside_s
        if gap.touches(start_s - outside_s, start_s + inside_s) or gap.touches(
            end_s - inside_s, end_s + outside_s
        ):
            sds_s.append(gap.length_s / math.sqrt(12))
            if long:
                reasons.setdefault("duration_s", gap.why)
        elif long and gap.touches(start_s, end_s):
            doubt = gap.why
    part = window.part(
        int(window.position(start_s + SETTLED_S)), int(window.position(end_s - SETTLED_S))
    )
    steady = None
    if doubt is not None:
        reasons["steadiness"] = doubt
    elif len(part) >= SHORTEST_S * window.rate_hz:
        missing = missing_share(window, start_s, end_s)
        steady = with_missing(steadiness(part, mounting), missing)
    return Hold(
        start_s=start_s,
        end_s=end_s,
        steadiness=steady,
        valid=doubt is None,
        reason=doubt,
        duration_sd_s=None if "duration_s" in reasons else math.hypot(*sds_s),
        reasons=reasons,
    )
