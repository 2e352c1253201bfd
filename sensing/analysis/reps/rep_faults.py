"""What missing samples do to the figures of a rep: widen them, or leave them unknown.

A rep that was seen is counted, whatever is missing. Its figures are judged one by one:

* A gap in a phase, or at one of its ends, shifts the phase's duration by up to its own length. Its
  standard uncertainty grows by that of a uniform distribution, length/√12.
* A longer gap on an instant hides it: the durations that begin or end there are unknown.
* So is a duration of which a long gap takes the middle, and the height of a raise that was mostly
  not seen.
* What begins or ends with the samples themselves is cut off there.

Measured by making gaps in recordings of simulated people (24 recordings, 626 reps and gaps of
each length): a gap of 0.06, 0.11, 0.20, 0.35 s in a phase shifts its ends by 0.01, 0.03, 0.06,
0.09 s (68th percentile; length/√12 is 0.02, 0.03, 0.06, 0.10), wherever in the phase it is, and the
height by 2, 6, 11 and 20 %. ``tests/test_rep_faults.py`` repeats it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from sensing.core.events import CUT_OFF, Rep
from sensing.core.gaps import GAP, Gap, gaps, missing_share
from sensing.core.samples import Samples

HIDES_S = 0.12
"""s; a longer gap hides the instant it lies on. Larger: durations are given that nobody saw end;
smaller: a single lost packet (5–40 ms, bursts to 0.11 s) takes figures."""
_ON_IT_S = 0.05
"""s; an instant is known to about this, so a gap this near may lie on it. Larger: more figures are
widened or unknown; smaller: gaps beside an instant are ignored."""
_LONGEST_S = 0.5
"""s; a longer gap in a phase makes its duration and the height unknown: at 0.6 s they are off by
more than half. Larger: such figures are given; smaller: figures good to a tenth are withheld."""
_MOST_OF_RAISE = 0.5
"""Share of the concentric phase in one gap that makes the height unknown. Larger and smaller as
above."""
_RISE_PER_S = 0.55
"""1/s; relative uncertainty of the height per second of gap, from the percentages above. Larger:
heights count for less; smaller: they are given too exactly."""
_MOST_MISSING = 0.5
"""Share of a rep's samples whose loss makes it doubtful that it was one. Larger: reps that were
mostly interpolated are trusted; smaller: reps that were seen are doubted."""


def with_faults(rep: Rep, samples: Samples) -> Rep:
    """A rep with its uncertainties widened, and figures unknown, where samples are missing.

    Args:
        rep: as if no sample were missing; its uncertainties are those of the method, or None.
        samples: in which it was found; what lies outside was not seen.
    """
    near = gaps(samples, rep.start_s - _ON_IT_S, rep.end_s + _ON_IT_S)
    cut_start = rep.start_s <= samples.time_s(0)
    cut_end = rep.end_s >= samples.time_s(len(samples) - 1)
    if not near and not cut_start and not cut_end:
        return rep
    cut = {"raise_time_s": cut_start, "hold_time_s": False, "lower_time_s": cut_end}
    spans = {
        "raise_time_s": (rep.start_s, rep.top_s, rep.raise_time_sd_s),
        "hold_time_s": (rep.top_s, rep.lower_s, rep.hold_time_sd_s),
        "lower_time_s": (rep.lower_s, rep.end_s, rep.lower_time_sd_s),
    }
    reasons = dict(rep.reasons)
    sds: dict[str, float | None] = {}
    for name, (begin_s, end_s, sd_s) in spans.items():
        inside = [each for each in near if each.touches(begin_s - _ON_IT_S, end_s + _ON_IT_S)]
        why = _hidden(inside, begin_s, end_s) or (CUT_OFF if cut[name] else None)
        if why is not None:
            reasons[name] = why
        sds[name] = None if name in reasons else _widened(sd_s, inside)
    rise_m = rep.rise_m
    if rise_m is not None:
        in_raise = [each for each in near if each.touches(rep.start_s, rep.lower_s)]
        why = _too_much(in_raise, rep.top_s - rep.start_s) or (CUT_OFF if cut_start else None)
        if why is not None:
            reasons["rise_m"], rise_m = why, None
    doubtful = rep.valid and missing_share(samples, rep.start_s, rep.end_s) > _MOST_MISSING
    return replace(
        rep,
        rise_m=rise_m,
        raise_time_sd_s=sds["raise_time_s"],
        hold_time_sd_s=sds["hold_time_s"],
        lower_time_sd_s=sds["lower_time_s"],
        rise_sd_m=None if rise_m is None else _rise_sd_m(rise_m, rep.rise_sd_m, near),
        reasons=reasons,
        valid=rep.valid and not doubtful,
        reason=GAP if doubtful else rep.reason,
    )


def _hidden(inside: Iterable[Gap], begin_s: float, end_s: float) -> str | None:
    """Why the duration between two instants can't be known, or None."""
    for gap in inside:
        ends = (gap.touches(t - _ON_IT_S, t + _ON_IT_S) for t in (begin_s, end_s))
        if gap.length_s > (HIDES_S if any(ends) else _LONGEST_S):
            return gap.why
    return None


def _too_much(in_raise: Iterable[Gap], raise_time_s: float) -> str | None:
    """Why the height of a raise can't be known, or None."""
    for gap in in_raise:
        if gap.length_s > min(_LONGEST_S, max(HIDES_S, _MOST_OF_RAISE * raise_time_s)):
            return gap.why
    return None


def _widened(sd_s: float | None, inside: Iterable[Gap]) -> float | None:
    """A standard uncertainty with that of the gaps; None stays None if there are none."""
    own = [] if sd_s is None else [sd_s]
    parts = own + [gap.length_s / math.sqrt(12) for gap in inside]
    return math.hypot(*parts) if parts else None


def _rise_sd_m(rise_m: float, sd_m: float | None, near: Iterable[Gap]) -> float | None:
    """The same for the height, m."""
    own = [] if sd_m is None else [sd_m]
    parts = own + [_RISE_PER_S * rise_m * gap.length_s for gap in near]
    return math.hypot(*parts) if parts else None
