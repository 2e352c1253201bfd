"""Which movements are the athlete's reps: a matched filter with the athlete's own template.

A set provides its own template (``rep_candidates``), unless its movements are so small or slow that
tremor and sway are as large. Then it helps to know the movement: the template of the reference
reps, a whole rep long, is correlated with every moment of the window, and where similarity peaks
and size fits, there was a rep.

* The sensor may have turned about the leg since: the direction of the template's lean is taken from
  the window itself, as the one in which its most similar places agree.
* The tempo may differ: of several stretches of the template the best is taken.
* The set counts, too: after each round its own median rep is mixed into the template, the more reps
  the more, and size is measured by the set's own.

If what is found is not similar to the reference, the profile is not used (``None``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate, find_peaks

from sensing.analysis.reps.rep_candidates import Candidates
from sensing.analysis.signals.motion import Motion
from sensing.core.units import Bools, Floats, Ints
from sensing.profile.rep_template import SMALLEST, RepShape

_STRETCHES = (0.7, 0.8, 0.9, 1.0, 1.12, 1.25, 1.4)
"""Stretches of the template; a best fit at either end is another movement."""
_TEMPO_SPREAD = 0.25
"""Usual relative difference of tempo from day to day."""
_FROM_REP_TO_REP = (0.88, 1.14)
"""Reps of a set differ by some 10 % in duration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorParams:
    """Constants; independent of the sample rate.

    Attributes:
        alike: least similarity of a rep …
        spread: … and least and largest distance below the set's own median.
        smallest, largest: size of a rep against the set's own median …
        sure: … and least size of a sure one.
        residual: largest movement the template does not explain, against its own size.
        room: least distance of a doubtful rep from a sure one, in the sure ones' rhythm.
        next_to: largest distance of a rep before or after the sure ones, in their rhythm …
        reach: … and its similarity is sought so far around it.
        apart: least distance of reps, in a rep's length.
        worth: reps that the reference counts for beside the set's own.
        doubt: how much lower than the least reference rep's the set's median similarity may be.
        size: limits of the set's median size against the reference.
    """

    alike: float = 0.45
    spread: tuple[float, float] = (0.2, 0.35)
    smallest: float = SMALLEST
    largest: float = 2.0
    sure: float = 0.4
    residual: float = 1.3
    room: float = 0.6
    next_to: float = 1.6
    reach: float = 0.2
    apart: float = 0.6
    worth: float = 5.0
    doubt: float = 0.25
    size: tuple[float, float] = (0.35, 2.2)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Reps found with the athlete's template.

    Attributes:
        found: as from ``find_candidates``.
        stretch: duration of the set's reps against the reference (no unit).
        alike: similarity around every grid position of the window, shape (m,).
    """

    found: Candidates
    stretch: float
    alike: Floats

    def with_more(self, others: Candidates, params: PriorParams | None = None) -> Candidates:
        """With reps that the set's own template finds: between these, or next to them if they are
        fairly similar to the athlete's own."""
        p = params or PriorParams()
        mine = self.found.at
        if len(mine) < 2 or len(others.at) == 0:
            return self.found
        cycle = float(np.median(np.diff(mine)))
        near = np.abs(others.at[:, None] - mine[None, :]).min(axis=1)
        inside = (others.at > mine[0]) & (others.at < mine[-1])
        reach = int(p.reach * cycle)
        alike = np.array([self.alike[max(0, k - reach) : k + reach + 1].max() for k in others.at])
        next_to = (near < p.next_to * cycle) & (alike > p.alike)
        more = (near > p.room * cycle) & (inside | next_to)
        at = np.concatenate([mine, others.at[more]])
        order = np.argsort(at)
        return Candidates(
            at[order],
            np.concatenate([self.found.alike, others.alike[more]])[order],
            np.concatenate([self.found.size, others.size[more]])[order],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Template:
    """A rep on the window's grid: three levelled, weighted channels, shape (w, 3), and the position
    of its highest upward speed."""

    shape: Floats
    centre: int

    @property
    def size(self) -> float:
        return max(float(np.sqrt((self.shape**2).sum())), 1e-9)

    def lasting(self, factor: float) -> _Template:
        """The same movement of another duration."""
        n = len(self.shape)
        where = np.linspace(0.0, n - 1.0, max(3, round(n * factor)))
        laid = np.column_stack([np.interp(where, np.arange(n), axis) for axis in self.shape.T])
        laid[:, 0] /= factor
        return _Template(_levelled(laid), round(self.centre * factor))


@dataclass(frozen=True, slots=True, eq=False)
class _Likeness:
    """Similarity to a template around each grid position, each shape (m,)."""

    alike: Floats
    gain: Floats
    residual: Floats


def find_known(
    motion: Motion,
    shape: RepShape,
    params: PriorParams | None = None,
    *,
    free: Bools | None = None,
) -> Known | None:
    """Reps of one window by the athlete's own template.

    Args:
        motion: slow signals of the window.
        shape: the athlete's own raise.
        params: constants.
        free: grid positions at which a pulse may lie, shape (m,); None: anywhere.

    Returns:
        None if nothing in the window is similar to the reference.
    """
    p = params or PriorParams()
    weight = _weights(shape)
    channels = np.column_stack([motion.velocity_mps, motion.tilt_mps2]) * weight
    free = np.ones(len(motion), dtype=np.bool_) if free is None else free
    best: tuple[float, float, _Template] | None = None
    for stretch in _STRETCHES:
        own = _template(shape, motion.rate_hz, stretch, weight)
        if len(own.shape) > 0.8 * len(motion):
            continue
        turned, score = _turned(channels, own, free, p)
        score *= float(np.exp(-0.5 * (np.log(stretch) / _TEMPO_SPREAD) ** 2))
        if turned is not None and (best is None or score > best[0]):
            best = (score, stretch, turned)
    if best is None:
        return None
    _, stretch, reference = best
    if stretch in (_STRETCHES[0], _STRETCHES[-1]):
        return None
    template = reference
    at: Ints = np.zeros(0, dtype=np.int64)
    for _ in range(4):
        like = _likeness(channels, template)
        now = _chosen(like, template, free, p)
        if len(now) == 0:
            return None
        if np.array_equal(now, at):
            break
        at = now
        template = _mixed(channels, at, like.gain[at], reference, p)
    like = _likeness(channels, template)
    to_reference = _likeness(channels, reference)
    if float(np.median(to_reference.alike[at])) < shape.alike[0] - p.doubt:
        return None
    if not p.size[0] < float(np.median(to_reference.gain[at])) * stretch < p.size[1]:
        return None
    risen, place = np.unique(_fastest(motion, at, template), return_index=True)
    found = Candidates(risen, like.alike[at][place], like.gain[at][place])
    return Known(found, stretch, like.alike)


def _weights(shape: RepShape) -> Floats:
    """Weight of each channel: the template's share over the reference's size."""
    v = np.asarray(shape.velocity_mps)
    lean = np.concatenate([shape.lean_mps2, shape.aside_mps2])
    size = np.sqrt(np.maximum([(v**2).sum(), (lean**2).sum()], 1e-12))
    w = np.asarray(shape.say) / size
    return np.array([w[0], w[1], w[1]])


def _template(shape: RepShape, rate_hz: float, stretch: float, weight: Floats) -> _Template:
    """The reference on this grid, lasting ``stretch`` times as long."""
    points = np.column_stack([shape.velocity_mps, shape.lean_mps2, shape.aside_mps2])
    time_s = np.arange(len(points)) * shape.step_s * stretch
    grid_s = np.arange(0.0, time_s[-1], 1 / rate_hz)
    laid = np.column_stack([np.interp(grid_s, time_s, axis) for axis in points.T])
    laid[:, 0] /= stretch
    return _Template(_levelled(laid * weight), round(shape.before_s * stretch * rate_hz))


def _levelled(x: Floats) -> Floats:
    return np.asarray(x - x.mean(axis=0), dtype=np.float64)


def _correlated(channels: Floats, template: _Template) -> Floats:
    """Products of the template around each grid position with the channels, shape (m, 3)."""
    before = template.centre
    after = len(template.shape) - before
    padded = np.pad(channels, ((before, after - 1), (0, 0)), mode="edge")
    return np.column_stack(
        [
            correlate(x, y, mode="valid", method="fft")
            for x, y in zip(padded.T, template.shape.T, strict=True)
        ]
    )


def _energy(channels: Floats, template: _Template) -> Floats:
    """Energy of the levelled channels around each grid position, shape (m, 3)."""
    n = len(template.shape)
    padded = np.pad(channels, ((template.centre, n - template.centre - 1), (0, 0)), mode="edge")
    zero = np.zeros((1, 3))
    total = np.concatenate([zero, np.cumsum(padded, axis=0)])
    square = np.concatenate([zero, np.cumsum(padded**2, axis=0)])
    sums = total[n:] - total[:-n]
    spread = square[n:] - square[:-n] - sums**2 / n
    return np.asarray(np.maximum(spread, 1e-12), dtype=np.float64)


def _likeness(channels: Floats, template: _Template) -> _Likeness:
    """Similarity around each grid position, at the duration with the highest."""
    best = _likeness_as_is(channels, template)
    for factor in _FROM_REP_TO_REP:
        like = _likeness_as_is(channels, template.lasting(factor))
        better = like.alike > best.alike
        best = _Likeness(
            np.where(better, like.alike, best.alike),
            np.where(better, like.gain, best.gain),
            np.where(better, like.residual, best.residual),
        )
    return best


def _likeness_as_is(channels: Floats, template: _Template) -> _Likeness:
    dot = _correlated(channels, template).sum(axis=1)
    energy = _energy(channels, template).sum(axis=1)
    size = template.size
    gain = dot / size**2
    return _Likeness(
        alike=dot / (np.sqrt(energy) * size),
        gain=gain,
        residual=np.sqrt(np.maximum(energy - (gain * size) ** 2, 0.0)) / size,
    )


def _turned(
    channels: Floats, own: _Template, free: Bools, p: PriorParams
) -> tuple[_Template | None, float]:
    """The template with its lean turned to where it points in this window, and how well it fits.

    A turn about the vertical is a turn of lean + i·aside in the complex plane, and its best angle
    over several places that of the sum of their products (least squares).
    """
    n = len(own.shape)
    v = own.shape[:, 0]
    dot_v = _correlated(channels[:, :1].repeat(3, axis=1), own)[:, 0]
    energy_v = _energy(channels, own)[:, 0]
    size_v = max(float(np.sqrt((v**2).sum())), 1e-9)
    alike_v = dot_v / (np.sqrt(energy_v) * size_v)
    gain_v = dot_v / size_v**2
    peaks, _ = find_peaks(np.where(free, alike_v, -1.0), height=0.6, distance=max(1, int(0.6 * n)))
    peaks = peaks[(gain_v[peaks] > p.size[0]) & (gain_v[peaks] < p.size[1])]
    if len(peaks) == 0:
        return None, 0.0
    lean = own.shape[:, 1] + 1j * own.shape[:, 2]
    windows = _windows(channels, peaks, own)
    here = windows[:, :, 1] + 1j * windows[:, :, 2]
    product = (here * np.conj(lean)).sum(axis=1)
    # Steps lean many times as far; no place counts for more than twice the template's own size.
    most = 2 * float((np.abs(lean) ** 2).sum())
    product = product * np.minimum(1.0, most / np.maximum(np.abs(product), 1e-12))
    turn = product.sum() / max(float(np.abs(product.sum())), 1e-12)
    leant = lean * turn
    turned = _Template(np.column_stack([v, leant.real, leant.imag]), own.centre)
    like = _likeness(channels, turned)
    chosen = _chosen(like, turned, free, p)
    if len(chosen) == 0:
        return turned, 0.0
    # The movement explained, so that neither few perfect matches nor many poor ones win.
    return turned, float(((like.gain[chosen] * turned.size) ** 2).sum())


def _windows(channels: Floats, at: Ints, template: _Template) -> Floats:
    """Levelled stretches around grid positions, shape (n, w, 3)."""
    n = len(template.shape)
    padded = np.pad(channels, ((template.centre, n - template.centre - 1), (0, 0)), mode="edge")
    out = np.stack([padded[k : k + n] for k in at])
    return np.asarray(out - out.mean(axis=1, keepdims=True), dtype=np.float64)


def _chosen(like: _Likeness, template: _Template, free: Bools, p: PriorParams) -> Ints:
    """Positions that are similar enough and of the set's own size.

    Between two sure reps with room for one, a doubtful one counts, too: a set is seldom interrupted
    by a fairly similar movement in its rhythm. Before and after a set that is other movement.
    """
    fit = free & (like.residual < p.residual) & (like.gain > 0.0)
    peaks, _ = find_peaks(
        np.where(fit, like.alike, -1.0),
        height=p.alike,
        distance=max(1, int(p.apart * len(template.shape))),
    )
    alike, gain = like.alike[peaks], like.gain[peaks]
    sure = alike >= np.median(alike) if len(alike) else np.zeros(0, dtype=np.bool_)
    possible = sure
    for _ in range(4):
        if not sure.any():
            return np.zeros(0, dtype=np.int64)
        usual, middle = float(np.median(gain[sure])), float(np.median(alike[sure]))
        off = 1.4826 * float(np.median(np.abs(alike[sure] - middle)))
        least = max(p.alike, middle - float(np.clip(3.5 * off, *p.spread)))
        possible = (gain > p.smallest * usual) & (gain < p.largest * usual)
        sure = (alike > least) & (gain > p.sure * usual) & (gain < p.largest * usual)
    if not sure.any():
        return np.zeros(0, dtype=np.int64)
    certain = peaks[sure]
    if len(certain) > 1:
        room = p.room * float(np.median(np.diff(certain)))
        near = np.abs(peaks[:, None] - certain[None, :]).min(axis=1)
        inside = (peaks > certain[0]) & (peaks < certain[-1]) & (near > room)
        sure = sure | (possible & inside)
    return np.asarray(peaks[sure], dtype=np.int64)


def _mixed(
    channels: Floats, at: Ints, gain: Floats, reference: _Template, p: PriorParams
) -> _Template:
    """Mean of the reference and the set's median rep, weighted by their numbers of reps."""
    windows = _windows(channels, at, reference) / np.maximum(gain, 0.05)[:, None, None]
    share = len(at) / (len(at) + p.worth)
    both = share * np.median(windows, axis=0) + (1 - share) * reference.shape
    return _Template(_levelled(both), reference.centre)


def _fastest(motion: Motion, at: Ints, template: _Template) -> Ints:
    """Grid position of the highest upward speed near each position, shape (n,)."""
    reach = max(2, template.centre // 2)
    out = []
    for k in at:
        first = max(0, int(k) - reach)
        out.append(first + int(np.argmax(motion.velocity_mps[first : int(k) + reach + 1])))
    return np.asarray(out, dtype=np.int64)
