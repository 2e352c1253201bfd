"""Sway of the shank: tremor on the toes, corrections on one leg.

On two feet the shank is still; raised or on one leg it trembles and is corrected without a pause.
The jerk at 1–12 Hz shows both (of all measures of sway, jerk separates people best, Mancini 2012,
J NeuroEng Rehabil 9:59; tremor on the toes is 6–9 Hz, Pozos 1982). Its logarithm has two levels,
rest and hold, separated per window (Otsu 1979, IEEE SMC 9:62), so that neither the athlete nor the
sensor's noise has to be known. A change of level is put where a change of mean fits best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from sensing.analysis.signals.posture import Posture, Span, runs
from sensing.core.filters import zero_phase
from sensing.core.units import Bools, Floats

# Constants, chosen by hand on simulated holds; not fitted. Measured as in ``shank_holds`` (p95 0.27
# s, 8 false).

_BAND_HZ = (1.0, 12.0)
"""Hz; corrections and tremor. Larger: leaning is left out, knocks get in (11 false); smaller: the
reverse (11 false, p95 0.23 s)."""
_AVERAGE_S = 0.5
"""s; a few swings of tremor, short against the shortest hold. Larger: 11 false; smaller: 7."""
_FLOOR_MPS3 = 1e-3
"""m/s³ added before the logarithm; fixed: far below any sensor's noise."""
_LEAST_STEP = np.log(1.8)
"""log; closer levels are one level. Larger: faint sway is missed; smaller: one level is split.
Measured: no change."""
_MOVING = np.log(60.0)
"""log m/s³; jerk of steps and landings; holds and rests lie below 20. Larger: steps set the levels;
smaller: shaky holds are cut. Measured: no change."""
_LULL_S = 1.0
"""s; a shorter lull does not end a hold. Larger: holds merge (no change); smaller: 9 false."""
_BURST = np.log(3.0)
"""log; at the ends of a stretch, jerk this much above its own level is the movement there. Larger:
movement counts as hold; smaller: tremor is trimmed. Measured: no change."""
_SETTLED = np.log(1.6)
"""log; sway after a landing is over when within this factor of the hold's own median. Larger: the
balance starts sooner; smaller: later."""
_SEARCH_S = 1.0
"""s around an end within which the change of mean is looked for. Larger: neighbouring changes win;
smaller: slow changes are missed (p95 0.26 s)."""
_FEWEST = 10
"""Grid samples needed to separate two levels; fixed: fewer than any window has."""


@dataclass(frozen=True, slots=True)
class Sway:
    """A stretch of sway between quieter ones.

    Attributes:
        span: grid positions.
        level: its median log jerk, log m/s³.
        above_rest: its distance from the window's level of rest.
        spread: interquartile range of its log jerk.
    """

    span: Span
    level: float
    above_rest: float
    spread: float


def log_jerk(p: Posture) -> Floats:
    """Logarithm of the magnitude of the jerk at 1–12 Hz, not averaged, log m/s³, shape (n,).

    A straight line has no jerk: where samples were lost, the mean around them is carried over.
    """
    band = zero_phase(p.acc_mps2, p.rate_hz, _BAND_HZ, band="bandpass")
    jerk = np.gradient(band, axis=0) * p.rate_hz
    log = np.asarray(np.log(np.linalg.norm(jerk, axis=1) + _FLOOR_MPS3), dtype=np.float64)
    known = ~ndimage.binary_dilation(p.lost)
    if known.all() or not known.any():
        return log
    width = max(1, round(_AVERAGE_S * p.rate_hz))
    share = ndimage.uniform_filter1d(known.astype(np.float64), width, mode="nearest")
    total = ndimage.uniform_filter1d(np.where(known, log, 0.0), width, mode="nearest")
    near = np.flatnonzero(share > 0.5 / width)
    around = np.interp(np.arange(len(log)), near, total[near] / share[near])
    return np.where(known, log, around)


def sway_spans(p: Posture, *, shortest_s: float) -> list[Sway]:
    """Stretches of at least ``shortest_s`` above the window's level of rest, in order."""
    if len(p) < max(2.0, shortest_s * p.rate_hz):
        return []
    raw = log_jerk(p)
    level = ndimage.uniform_filter1d(raw, max(1, round(_AVERAGE_S * p.rate_hz)), mode="nearest")
    split = _two_levels(level[level < _MOVING])
    if split is None:
        return []
    rest, threshold = split
    found = []
    busy = _without_short(level > threshold, round(_LULL_S * p.rate_hz))
    for a, b in runs(busy):
        trimmed = _trim(level, a, b)
        if trimmed is None:
            continue
        first, last = trimmed
        if last - first < shortest_s * p.rate_hz:
            continue
        own = float(np.median(level[first:last]))
        clipped = np.minimum(raw, own + 1.0)
        start = 0.0 if first == 0 else _change(clipped, first, p.rate_hz, rising=True)
        stop = float(len(p)) if last == len(p) else _change(clipped, last, p.rate_hz, rising=False)
        if stop - start < shortest_s * p.rate_hz:
            continue
        found.append(
            Sway(
                Span(start, stop, cut_first=first == 0, cut_last=last == len(p)),
                own,
                own - rest,
                float(np.ptp(np.quantile(level[first:last], (0.25, 0.75)))),
            )
        )
    return found


def settled(p: Posture, landing: float, last: float) -> float:
    """Grid position at which the sway after a landing has come down to the hold's own level.

    From the landing to here is a time to stabilisation, of which there are many definitions (18
    compared by Fransz 2015); so it is not reported, it only starts the hold.
    """
    raw = log_jerk(p)
    level = ndimage.uniform_filter1d(raw, max(1, round(_AVERAGE_S * p.rate_hz)), mode="nearest")
    own = float(np.median(level[int((landing + last) / 2) : int(last)]))
    begin = int(landing + _AVERAGE_S / 2 * p.rate_hz)
    calm = np.flatnonzero(level[begin : int(last)] < own + _SETTLED)
    return float(begin + int(calm[0])) if len(calm) else landing


def _two_levels(level: Floats) -> tuple[float, float] | None:
    """Mean of the lower level and the threshold above it; None if there is only one level."""
    if len(level) < _FEWEST or np.ptp(level) < _LEAST_STEP:
        return None
    counts, edges = np.histogram(level, bins=100)
    middle = (edges[1:] + edges[:-1]) / 2
    weight = np.cumsum(counts)[:-1].astype(np.float64)
    total = np.cumsum(counts * middle)
    low = total[:-1] / weight
    high = (total[-1] - total[:-1]) / (len(level) - weight)
    k = int(np.argmax(weight * (len(level) - weight) * (high - low) ** 2))
    if high[k] - low[k] < _LEAST_STEP:
        return None
    return float(low[k]), float(middle[k + 1] + middle[k]) / 2


def _without_short(mask: Bools, longest: int) -> Bools:
    """The mask with gaps up to ``longest`` samples filled."""
    out = mask.copy()
    for a, b in runs(~mask):
        if a > 0 and b < len(mask) and b - a <= longest:
            out[a:b] = True
    return out


def _trim(level: Floats, a: int, b: int) -> tuple[int, int] | None:
    """A stretch without the movements at its ends, such as a landing or a step."""
    own = float(np.median(level[a:b]))
    calm = np.flatnonzero(level[a:b] < min(own + _BURST, _MOVING))
    if len(calm) == 0:
        return None
    return a + int(calm[0]), a + int(calm[-1]) + 1


def _change(x: Floats, k: int, rate_hz: float, *, rising: bool) -> float:
    """Grid position near ``k`` at which two means, in the right order, fit best."""
    reach = round(_SEARCH_S * rate_hz)
    a, b = max(0, k - reach), min(len(x), k + reach)
    part = x[a:b]
    n = np.arange(1, len(part))
    total = np.cumsum(part)
    before = total[:-1] / n
    after = (total[-1] - total[:-1]) / (len(part) - n)
    step = after - before if rising else before - after
    gain = n * (len(part) - n) * np.maximum(step, 0.0) ** 2
    if not gain.any():
        return float(k)
    return float(a + 1 + int(np.argmax(gain)))
