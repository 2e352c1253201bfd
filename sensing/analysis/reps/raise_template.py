"""A set's template, and how large and how alike the movement is around every moment.

The template is the set's median movement. Laid over the signals (a matched filter), its
least-squares size is a correlation, done by Fourier transform; its likeness is the normalised
correlation at the tempo and shift that fit best. Every tempo and shift is one column of a bank of
templates, so all of them are compared with all possible reps in one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from sensing.analysis.reps.raise_chains import cut
from sensing.analysis.reps.raise_prior import RaisePrior, mixed
from sensing.core.filters import median_of, median_over
from sensing.core.units import Floats, Ints

_TEMPOS = (1.0, 0.72, 0.85, 1.18, 1.4)
"""Tempos at which the template is compared; people's reps differ by up to a quarter."""
_SHIFTS = (-3, -1, 1, 3)
"""Grid points by which a rep may lie off its peak."""
_LEAST_SAY = 0.05
"""A channel that repeats nothing keeps this much, so that a step's lean still tells it."""

_AT_ONCE = 8
"""Reps in one matrix product: so few that the product is not spread over several cores, whose
waiting for one another costs more than it saves."""


def learn(
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

    Args:
        rows: velocity and lean, shape (n, c).
        at: grid positions of the reps' pulses, shape (m,).
        before, after: grid points of the template before and from its pulse.
        say: what each channel had to say before, shape (c,).
        prior: a raise known beforehand …
        known: … laid on the template's grid.

    Returns:
        The template, shape (before + after, c), and ``say``, shape (c,).
    """
    windows = cut(rows, at, before, after)
    size = np.sqrt(_energy(windows) @ say**2)
    windows /= np.maximum(size / median_of(size), 1e-9)[:, None, None]
    template = median_over(windows)
    template[:, 1:] -= template[:, 1:].mean(axis=0)
    if prior is not None and known is not None:
        template = mixed(template, len(at), prior, known)
    whole = _by_channel(_energy(windows).mean(axis=0))
    left = _by_channel(_energy(windows - template).mean(axis=0))
    share = np.clip(1 - left / np.maximum(whole, 1e-12), _LEAST_SAY, 1.0)
    say = np.sqrt(share / np.maximum(whole, 1e-12))
    return np.asarray(template * say, dtype=np.float64), np.asarray(say, dtype=np.float64)


def template_of(rows: Floats, at: Ints, before: int, after: int) -> Floats:
    """Median movement of reps at grid positions, shape (before + after, c), lean levelled."""
    return median_over(cut(rows, at, before, after))


def sizes(rows: Floats, template: Floats, before: int) -> Floats:
    """Least-squares size of the template laid around every grid position, shape (n,)."""
    after = len(template) - before
    padded = _edged(rows, before, after - 1).T
    length = next_fast_len(padded.shape[1], real=True)
    spectrum = rfft(padded, length) * rfft(template.T, length).conj()
    dot = irfft(spectrum.sum(axis=0), length)[: len(rows)]
    return np.asarray(dot / float((template**2).sum()), dtype=np.float64)


def likeness(rows: Floats, at: Ints, template: Floats, before: int) -> Floats:
    """Likeness around each position at the tempo and shift that fit best, shape (m,).

    Lean is levelled in each window, as where the leg stands is no movement. The bank's own lean is
    level, so only the windows' energy has to be corrected: by their sum, squared.
    """
    bank, first, lengths = _bank(template, before)
    channels = rows.shape[1]
    ahead, wide = -int(first.min()), len(bank) // channels
    room = _edged(rows - rows.mean(axis=0), ahead, wide - ahead)
    room[:, 0] += rows[:, 0].mean()
    windows = np.lib.stride_tricks.sliding_window_view(room.reshape(-1), wide * channels)
    few = np.pad(at, (0, -len(at) % _AT_ONCE), mode="edge").reshape(-1, _AT_ONCE)
    dot = (windows[few * channels] @ bank).reshape(-1, bank.shape[1])[: len(at)]
    start = at[:, None] + ahead + first
    stop = start + lengths
    sums = np.zeros((channels, len(room) + 1))
    np.einsum("nc,nc->n", room, room, out=sums[0, 1:])
    sums[1:, 1:] = room[:, 1:].T
    np.cumsum(sums, axis=1, out=sums)
    energy, *level = sums[:, stop] - sums[:, start]
    energy -= sum(each * each for each in level) / lengths
    return np.asarray((dot / np.sqrt(np.maximum(energy, 1e-12))).max(axis=1), dtype=np.float64)


def _bank(template: Floats, before: int) -> tuple[Floats, Ints, Ints]:
    """The template at every tempo and shift, each of energy 1, in windows long enough for all.

    Returns:
        Bank, shape (w · c, 20); and of each column the grid point, from the peak, where it begins,
        and its length.
    """
    plan = _plan(len(template), before)
    shape = template[plan.low] * (1 - plan.part) + template[plan.low + 1] * plan.part
    level = np.add.reduceat(shape[:, 1:], plan.begin) / plan.lengths[:, None]
    shape[:, 1:] -= np.repeat(level, plan.lengths, axis=0)
    energy = np.add.reduceat((shape**2).sum(axis=1), plan.begin)
    shape /= np.repeat(np.sqrt(energy), plan.lengths)[:, None]
    bank = np.zeros((len(_TEMPOS) * len(_SHIFTS), plan.wide, template.shape[1]))
    for k, (begin, length) in enumerate(zip(plan.begin, plan.lengths, strict=True)):
        for i in range(k * len(_SHIFTS), (k + 1) * len(_SHIFTS)):
            at = plan.ahead + plan.first[i]
            bank[i, at : at + length] = shape[begin : begin + length]
    return bank.reshape(len(bank), -1).T, plan.first, np.repeat(plan.lengths, len(_SHIFTS))


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """How a template of one size is stretched to every tempo, one after the other.

    Attributes:
        low, part: as of ``_stretch``, shapes (w,) and (w, 1).
        begin, lengths: where each tempo begins in them, and its points, shape (5,).
        ahead, wide: points before the peak, and of all, of windows long enough for all.
        first: grid point, from the peak, where each tempo begins at each shift, shape (20,).
    """

    low: Ints
    part: Floats
    begin: Ints
    lengths: Ints
    ahead: int
    wide: int
    first: Ints


@lru_cache(maxsize=256)
def _plan(length: int, before: int) -> _Plan:
    stretches = [_stretch(length, before, tempo) for tempo in _TEMPOS]
    lengths = np.array([len(low) for low, _, _ in stretches])
    aheads = np.array([ahead for _, _, ahead in stretches])
    ahead = int(aheads.max()) - min(_SHIFTS)
    return _Plan(
        low=np.concatenate([low for low, _, _ in stretches]),
        part=np.concatenate([part for _, part, _ in stretches]),
        begin=np.concatenate([[0], np.cumsum(lengths)[:-1]]),
        lengths=lengths,
        ahead=ahead,
        wide=ahead + int((lengths - aheads).max()) + max(_SHIFTS),
        first=(np.array(_SHIFTS) - aheads[:, None]).ravel(),
    )


def _stretch(length: int, before: int, tempo: float) -> tuple[Ints, Floats, int]:
    """How a template is made slower (> 1) or quicker by linear interpolation.

    Args:
        length: points of the template.
        before: points of it before its pulse.
        tempo: how many times as long.

    Returns:
        Of each point the template's point below it, shape (w,), the part of the way to the next,
        shape (w, 1), and the number of points before the pulse.
    """
    ahead, behind = int(before * tempo), int((length - before) * tempo)
    where = np.clip(before + np.arange(-ahead, behind) / tempo, 0.0, length - 1.0)
    low = np.minimum(where.astype(np.int64), length - 2)
    return low, (where - low)[:, None], ahead


def _edged(rows: Floats, before: int, after: int) -> Floats:
    """Rows with the first and the last repeated, as ``np.pad`` in a tenth of its time."""
    out = np.empty((before + len(rows) + after, rows.shape[1]))
    out[:before], out[before : before + len(rows)], out[before + len(rows) :] = (
        rows[0],
        rows,
        rows[-1],
    )
    return out


def _energy(windows: Floats) -> Floats:
    """Sum of squares of each rep and channel, shape (m, c)."""
    return np.asarray(np.einsum("mwc,mwc->mc", windows, windows))


def _by_channel(energy: Floats) -> Floats:
    """Of velocity, and of lean as a whole in each of its channels, shape (c,)."""
    return np.concatenate([energy[:1], np.full(len(energy) - 1, energy[1:].sum())])
