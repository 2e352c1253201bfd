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

import numpy as np
from scipy.signal import find_peaks, oaconvolve

from sensing.analysis.reps.raise_chains import Channels, cut, reach_of
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior, mixed
from sensing.core.units import Bools, Floats, Ints

_TEMPOS = (1.0, 0.72, 0.85, 1.18, 1.4)
"""Tempos at which the template is compared; people's reps differ by up to a quarter."""
_ROUNDS = 6
"""Rounds of template and reps; most sets settle in three."""
_SHIFT = 3
"""Grid points by which a rep may lie off its peak."""
_LEAST_SAY = 0.05
"""A channel that repeats nothing keeps this much, so that a step's lean still tells it."""
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
) -> Members | None:
    """Reps of the set that a chain belongs to; None if too few are left.

    Args:
        seen: velocity and lean of the window.
        at: grid positions of the chain's pulses.
        width_s: their widths.
        free: grid positions that belong to no other set, shape (n,).
        p: parameters.
        prior: a raise known beforehand.
    """
    rows, rate_hz = seen.rows, seen.rate_hz
    before, after = reach_of(width_s, rate_hz)
    usual_s = float(np.median(width_s))
    known = None
    if prior is not None:
        before, after = prior.reach(usual_s, rate_hz)
        known = prior.laid(before, after, usual_s, rate_hz)
        known[:, 1:] *= seen.lean_scale_mps
    found: Members | None = None
    say = np.ones(rows.shape[1])
    for _ in range(_ROUNDS):
        beat = float(np.median(np.diff(at)))
        template, say = _template(rows, at, before, after, say, prior, known)
        first = max(0, int(at[0] - _BEYOND * beat - before))
        last = min(len(rows), int(at[-1] + _BEYOND * beat + after))
        near = rows[first:last] * say
        size = np.where(free[first:last], _sizes(near, template, before), 0.0)
        apart = max(1, int(0.4 * beat))
        peaks, _ = find_peaks(size, height=p.smallest, prominence=p.fall, distance=apart)
        if len(peaks) < p.least_reps:
            return None
        likeness = _likeness(near, peaks, template, before)
        mine = np.abs(peaks[:, None] + first - at).min(axis=1) < 0.2 * beat
        hidden = _hidden(seen.hidden[first:last], peaks, before, after)
        worth = _worth(likeness, size[peaks], mine, hidden, p)
        least = float(np.median(likeness[mine])) if mine.any() else 0.0
        gaps = np.log(np.diff(at) / beat)
        uneven = float(np.clip(1.48 * np.median(np.abs(gaps)), *p.tempo_sd))
        options = [
            _likeliest(peaks, worth, likeness > least - p.doubt_at_end, one, uneven, rate_hz, p)
            for one in (beat, beat / 2)
        ]
        chosen = max(options, key=lambda option: option[0])[1]
        if len(chosen) < p.least_reps:
            return None
        new = peaks[chosen] + first
        total = float(worth[chosen].sum())
        sizes = size[peaks[chosen]]
        found = Members(new, likeness[chosen], sizes, total, before, after, usual_s)
        if len(new) == len(at) and np.abs(new - at).max() <= _CLOSE_S * rate_hz:
            break
        at = new
    return found


def _template(
    rows: Floats,
    at: Ints,
    before: int,
    after: int,
    say: Floats,
    prior: RaisePrior | None,
    known: Floats | None,
) -> tuple[Floats, Floats]:
    """Median movement of the reps, each brought to the same size, and what each channel has to say.

    Velocity and lean are brought to the same size, and then to the share of them that repeats from
    rep to rep: the sway of somebody whose shank hardly leans says nothing of raises.
    """
    windows = cut(rows, at, before, after)
    size = np.sqrt(((windows * say) ** 2).sum(axis=(1, 2)))
    windows /= np.maximum(size / np.median(size), 1e-9)[:, None, None]
    template = np.median(windows, axis=0)
    template[:, 1:] -= template[:, 1:].mean(axis=0)
    if prior is not None and known is not None:
        template = mixed(template, len(at), prior, known)
    whole = _by_channel((windows**2).mean(axis=0).sum(axis=0))
    left = _by_channel(((windows - template) ** 2).mean(axis=0).sum(axis=0))
    share = np.clip(1 - left / np.maximum(whole, 1e-12), _LEAST_SAY, 1.0)
    say = np.sqrt(share / np.maximum(whole, 1e-12))
    return np.asarray(template * say, dtype=np.float64), np.asarray(say, dtype=np.float64)


def template_of(rows: Floats, at: Ints, before: int, after: int) -> Floats:
    """Median movement of reps at grid positions, shape (before + after, c), lean levelled."""
    return np.asarray(np.median(cut(rows, at, before, after), axis=0))


def _by_channel(energy: Floats) -> Floats:
    """Of velocity, and of lean as a whole in each of its channels, shape (c,)."""
    return np.concatenate([energy[:1], np.full(len(energy) - 1, energy[1:].sum())])


def _sizes(rows: Floats, template: Floats, before: int) -> Floats:
    """Least-squares size of the template laid around every grid position, shape (n,)."""
    after = len(template) - before
    padded = np.pad(rows, ((before, after - 1), (0, 0)), mode="edge")
    dot = oaconvolve(padded, template[::-1], mode="valid", axes=0).sum(axis=1)
    return np.asarray(dot / float((template**2).sum()), dtype=np.float64)


def _likeness(rows: Floats, peaks: Ints, template: Floats, before: int) -> Floats:
    """Likeness around each position at the tempo and shift that fit best, shape (m,)."""
    best = np.full(len(peaks), -1.0)
    for tempo in _TEMPOS:
        shape, ahead = stretched(template, before, tempo)
        shape = shape / np.sqrt((shape**2).sum())
        wide = cut(rows, peaks, ahead + _SHIFT, len(shape) - ahead + _SHIFT)
        for shift in range(0, 2 * _SHIFT + 1, 2):
            windows = wide[:, shift : shift + len(shape)]
            windows = windows - np.append(0.0, np.ones(windows.shape[2] - 1)) * windows.mean(
                axis=1, keepdims=True
            )
            dot = np.einsum("mwc,wc->m", windows, shape)
            best = np.maximum(best, dot / np.sqrt(np.maximum((windows**2).sum(axis=(1, 2)), 1e-12)))
    return best


def stretched(template: Floats, before: int, tempo: float) -> tuple[Floats, int]:
    """The template slower (> 1) or quicker, shape (w, c), and its points before its pulse.

    Args:
        template: shape (w, c).
        before: points of it before its pulse.
        tempo: how many times as long.
    """
    ahead, behind = int(before * tempo), int((len(template) - before) * tempo)
    where = before + np.arange(-ahead, behind) / tempo
    grid = np.arange(len(template))
    out = np.column_stack([np.interp(where, grid, axis) for axis in template.T])
    out[:, 1:] -= out[:, 1:].mean(axis=0)
    return out, ahead


def _hidden(hidden: Bools, peaks: Ints, before: int, after: int) -> Bools:
    """Whether samples are missing in the middle of each movement, which bends it, shape (m,)."""
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
    usual = float(np.median(stray[mine]))
    spread = 1.48 * float(np.median(np.abs(stray[mine] - usual)))
    off = np.maximum(stray - usual, 0.0) / float(np.clip(p.spreads * spread, *p.stray_sd))
    odd = np.where(hidden, 0.5 * p.worth, p.odd)
    worth = p.worth - np.minimum(_price(off), odd) - _price(np.log(size) / p.size_sd)
    return np.where(likeness > np.median(likeness[mine]) - p.doubt, worth, -np.inf)


def _price(x: Floats) -> Floats:
    """Half the square up to one standard deviation, straight beyond (Huber 1964): people do odd
    things more often than a normal distribution has it."""
    far = np.abs(x)
    return np.where(far < 1, 0.5 * far**2, far - 0.5)


def _likeliest(
    peaks: Ints,
    worth: Floats,
    may_end: Bools,
    beat: float,
    uneven: float,
    rate_hz: float,
    p: RaiseParams,
) -> tuple[float, Ints]:
    """Log-likelihood and indexes of the best sequence of possible reps (Viterbi)."""
    count = len(peaks)
    score = np.where(may_end, worth, -np.inf)
    before = np.full(count, -1)
    in_time = np.log(p.tempo_sd[1] / uneven)
    longest = min(max(_FAR_S * rate_hz, _FAR * beat), p.gap_s[1] * rate_hz)
    for j in range(1, count):
        i = np.arange(int(np.searchsorted(peaks, peaks[j] - longest)), j)
        if len(i) == 0:
            continue
        gap = np.log((peaks[j] - peaks[i]) / beat)
        pause = p.pause + p.longer * np.maximum(gap - _PAUSE, 0.0)
        late = np.maximum(in_time - 0.5 * (gap / uneven) ** 2, -pause)
        early = in_time - _price(gap / np.sqrt(uneven * p.tempo_sd[1]))
        total = score[i] + np.where(gap < 0, early, late) + worth[j]
        best = int(np.argmax(total))
        if total[best] > score[j]:
            score[j], before[j] = total[best], i[best]
    last = np.where(may_end, score, -np.inf)
    chain = [int(np.argmax(last))]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return float(last[chain[0]]), np.array(chain[::-1])
