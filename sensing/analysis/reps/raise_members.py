"""Which movements in and next to a chain are its reps: a matched filter and a model of durations.

1. The chain's median movement is the set's template. A raise known beforehand is mixed in as if it
   were so many reps more (``raise_prior``).
2. Laid over every moment, at several tempos, the template says how alike the movement is there and
   how large. Each maximum of size is a possible rep; between two reps size has to fall, because
   the heel comes down.
3. The likeliest sequence of reps is found by dynamic programming. A rep that is as alike and as
   large as the set's others adds ``worth``; one that is not adds less or costs. The time from one
   rep to the next may vary by ``tempo_sd`` around the set's own; a pause has a price. So a
   doubtful movement that comes in the set's rhythm between two sure ones is a rep, and the same
   movement after the last one is not.
4. The reps found make a new template, until nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add

import numpy as np
from scipy.signal import find_peaks

from sensing.analysis.reps.raise_chains import Channels, reach_of
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior
from sensing.analysis.reps.raise_template import learn, likeness, sizes
from sensing.analysis.reps.remembered_reps import remembered
from sensing.core.filters import median_of
from sensing.core.units import Bools, Floats, Ints

_ROUNDS = 6
"""Rounds of template and reps; most sets settle in three."""
_CLOSE_S = 0.04
"""s; reps that move less from round to round have settled."""
_BEYOND = 2.5
"""Rhythms before the first and after the last rep in which more are looked for."""
_PAUSE = float(np.log(1.5))
"""A pause costs the more the further it is beyond one and a half rhythms."""
_MIDDLE = 0.25
"""Share of the template in which a gap excuses unlikeness. Larger: fidgets beside a gap count;
smaller: sets with a gap in every rep are lost."""
_FAR_S, _FAR = 8.0, 2.5
"""A pause longer than both this (s) and so many rhythms ends the set."""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Reps of one set.

    Attributes:
        at: grid positions of the template's pulse, shape (m,), ascending.
        alike: likeness to the template, shape (m,), 0…1.
        size: against the template, shape (m,).
        worth: sum over the reps of what each adds.
        before, after: grid points of the template before and from its pulse.
        width_s: usual width of the pulses.
    """

    at: Ints
    alike: Floats
    size: Floats
    worth: float
    before: int
    after: int
    width_s: float


def find_members(
    seen: Channels,
    at: Ints,
    width_s: Floats,
    free: Bools,
    p: RaiseParams,
    prior: RaisePrior | None = None,
    counted: Ints | None = None,
) -> Members | None:
    """Reps of the set that a chain belongs to; None if too few are left.

    Args:
        seen: velocity and lean of the window.
        at: grid positions of the chain's pulses.
        width_s: their widths.
        free: grid positions that belong to no other set, shape (n,).
        p: parameters.
        prior: a raise known beforehand.
        counted: grid positions of reps known from before, ascending (``remembered_reps``).
    """
    rows, rate_hz = seen.rows, seen.rate_hz
    before, after = reach_of(width_s, rate_hz)
    usual_s = median_of(width_s)
    known = None
    if prior is not None:
        before, after = prior.reach(usual_s, rate_hz)
        known = prior.laid(before, after, usual_s, rate_hz)
        known[:, 1:] *= seen.lean_scale_mps
    found: Members | None = None
    say = np.ones(rows.shape[1])
    for _ in range(_ROUNDS):
        beat = median_of(np.diff(at))
        template, say = learn(rows, at, before, after, say, prior, known)
        first = max(0, int(at[0] - _BEYOND * beat - before))
        last = min(len(rows), int(at[-1] + _BEYOND * beat + after))
        near = rows[first:last] * say
        size = np.where(free[first:last], sizes(near, template, before), 0.0)
        apart = max(1, int(0.4 * beat))
        peaks, _ = find_peaks(size, height=p.smallest, prominence=p.fall, distance=apart)
        if len(peaks) < p.least_reps:
            return None
        alike = likeness(near, peaks, template, before)
        mine = np.abs(peaks[:, None] + first - at).min(axis=1) < 0.2 * beat
        hidden = _hidden(seen.hidden[first:last], peaks, before, after)
        worth = own = _worth(alike, size[peaks], mine, hidden, p)
        least = median_of(alike[mine]) if mine.any() else 0.0
        may_end = alike > least - p.doubt_at_end
        if counted is not None and len(counted) >= p.least_reps:
            old, between = remembered(peaks + first, counted)
            worth = np.where(old, np.maximum(worth, p.worth), np.where(between, -np.inf, worth))
            may_end |= old
        gaps = np.log(np.diff(at) / beat)
        uneven = float(np.clip(1.48 * median_of(np.abs(gaps)), *p.tempo_sd))
        beats = np.array([beat, beat / 2])
        chosen = _likeliest(peaks, worth, may_end, beats, uneven, rate_hz, p)
        if len(chosen) < p.least_reps:
            return None
        new = peaks[chosen] + first
        total = float(own[chosen][np.isfinite(own[chosen])].sum())
        found = Members(new, alike[chosen], size[peaks[chosen]], total, before, after, usual_s)
        if len(new) == len(at) and np.abs(new - at).max() <= _CLOSE_S * rate_hz:
            break
        at = new
    return found


def _hidden(hidden: Bools, peaks: Ints, before: int, after: int) -> Bools:
    """Whether samples are missing in the middle of each movement, which bends it, shape (m,)."""
    if not hidden.any():
        return np.zeros(len(peaks), dtype=np.bool_)
    missing = np.concatenate([[0], np.cumsum(hidden)])
    first = np.maximum(peaks - int(_MIDDLE * before), 0)
    last = np.minimum(peaks + int(_MIDDLE * after), len(hidden))
    return np.asarray(missing[last] > missing[first])


def _worth(likeness: Floats, size: Floats, mine: Bools, hidden: Bools, p: RaiseParams) -> Floats:
    """Log-likelihood of each possible rep against no rep.

    Where samples are missing, unlikeness says little: integrated, a gap bends what follows it.
    """
    stray = np.minimum(size, 1.0) * np.sqrt(1 / np.clip(likeness, 0.1, 1.0) ** 2 - 1)
    mine = mine if mine.any() else np.ones(len(size), dtype=np.bool_)
    usual = median_of(stray[mine])
    spread = 1.48 * median_of(np.abs(stray[mine] - usual))
    off = np.maximum(stray - usual, 0.0) / float(np.clip(p.spreads * spread, *p.stray_sd))
    odd = np.where(hidden, 0.5 * p.worth, p.odd)
    worth = p.worth - np.minimum(_price(off), odd) - _price(np.log(size) / p.size_sd)
    return np.where(likeness > median_of(likeness[mine]) - p.doubt, worth, -np.inf)


def _price(x: Floats) -> Floats:
    """Half the square up to one standard deviation, straight beyond (Huber 1964): people do odd
    things more often than a normal distribution has it."""
    far = np.abs(x)
    return np.where(far < 1, 0.5 * far**2, far - 0.5)


def _likeliest(
    peaks: Ints,
    worth: Floats,
    may_end: Bools,
    beats: Floats,
    uneven: float,
    rate_hz: float,
    p: RaiseParams,
) -> Ints:
    """Indexes of the likeliest sequence of possible reps, in the likeliest rhythm (Viterbi).

    Args:
        peaks: grid positions of the possible reps, shape (m,).
        worth: of each, shape (m,).
        may_end: whether the first and the last rep may be it, shape (m,).
        beats: rhythms, grid points, shape (b,); each is tried.
        uneven: spread of the logarithm of the time from rep to rep.
        rate_hz: of the grid.
        p: parameters.
    """
    links = _links(peaks, beats, uneven, rate_hz, p)
    back, count = links.shape[2], len(peaks)
    links += worth[:, None]
    alone: list[float] = np.where(may_end, worth, -np.inf).tolist()
    best, chosen = -np.inf, [0]
    # Plain lists: row by row they are several times as quick as arrays.
    for rows in links.tolist():
        # Scores, with as many impossible reps before the first as are looked back at.
        score, before = [-np.inf] * back + alone, [-1] * count
        for j in range(1, count):
            total = list(map(add, score[j : j + back], rows[j]))
            most = max(total)
            if most > score[back + j]:
                score[back + j], before[j] = most, total.index(most) + j - back
        last = np.where(may_end, score[back:], -np.inf)
        at = int(last.argmax())
        if last[at] > best:
            best, chosen = float(last[at]), [at]
            while before[chosen[-1]] >= 0:
                chosen.append(before[chosen[-1]])
    return np.array(chosen[::-1])


def _links(peaks: Ints, beats: Floats, uneven: float, rate_hz: float, p: RaiseParams) -> Floats:
    """Log-likelihood of the time between possible reps, shape (b, m, d): of each rhythm and rep
    from the rep d places before it (the last column: one place); −inf if too far."""
    longest = np.minimum(np.maximum(_FAR_S * rate_hz, _FAR * beats), p.gap_s[1] * rate_hz)
    count = len(peaks)
    back = max(1, int((np.arange(count) - np.searchsorted(peaks, peaks - longest.max())).max()))
    earlier = np.arange(count)[:, None] - np.arange(back, 0, -1)
    lag = peaks[:, None] - peaks[np.maximum(earlier, 0)]
    far = (earlier < 0) | (lag > longest[:, None, None])
    gap = np.log(np.maximum(lag, 1) / beats[:, None, None])
    in_time = np.log(p.tempo_sd[1] / uneven)
    pause = p.pause + p.longer * np.maximum(gap - _PAUSE, 0.0)
    late = np.maximum(in_time - 0.5 * (gap / uneven) ** 2, -pause)
    early = in_time - _price(gap / np.sqrt(uneven * p.tempo_sd[1]))
    return np.where(far, -np.inf, np.where(gap < 0, early, late))
