"""Which upward pulses of the ankle are reps: a set provides its own template.

Every raise starts with an upward pulse of vertical velocity. The pulses of a set resemble each
other in velocity and in the lean of the shank; other movements between them (a step, a tap, a lean)
do not. So all pulses are candidates, the larger half gives a median template of velocity and the
two tilt channels, and what correlates with it and has its size is a rep. Steps are excluded by
their lean, which is many times the set's own.

A template from the session itself with normalised correlation is common in rep counters (RecoFit,
Morris 2014, CHI; Pernek 2013, Pers Ubiquit Comput 17); tilt beside velocity makes it work where the
ankle hardly rises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from sensing.analysis.signals.motion import Motion
from sensing.core.exercises import Look
from sensing.core.units import Bools, Floats, Ints

_LEAST_SAY = 0.05
"""Least weight of a channel that does not repeat, so that the lean of a step still counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateParams:
    """Constants; independent of the sample rate.

    Attributes:
        alike: least normalised correlation with the template …
        spread: … and least and largest distance below the set's own median: where reps correlate
            at 0.97, one at 0.6 is something else; where they shake it may be a rep.
        smallest: a rep's velocity pulse against the set's median; partial reps are 0.4–0.7.
        largest: the same, upper end.
        residual: largest movement that the template does not explain, against its size. A step
            leans several times as far as a raise.
        floor_mps: pulses below this are sway: 0.6° of 1/f sway moves the ankle 4–6 mm/s.
        before_s, after_s: extent of the template around the pulse of a 1 s raise; shorter for quick
            ones, so that neighbours stay out.
    """

    alike: float = 0.5
    spread: tuple[float, float] = (0.2, 0.4)
    smallest: float = 0.3
    largest: float = 2.0
    residual: float = 1.3
    floor_mps: float = 0.007
    before_s: float = 1.0
    after_s: float = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Accepted pulses of one window.

    Attributes:
        at: grid positions of the velocity maxima, shape (n,), ascending.
        alike: correlation of each with the template, shape (n,).
        size: least-squares size of each against the template, shape (n,).
    """

    at: Ints
    alike: Floats
    size: Floats


def _windows(channels: Floats, at: Ints, before: int, after: int) -> Floats:
    padded = np.pad(channels, ((before, after), (0, 0)), mode="edge")
    return np.stack([padded[k : k + before + after] for k in at])


def _levelled(windows: Floats) -> Floats:
    """Tilt less its mean over the window: attitude is not movement."""
    out = windows.copy()
    out[:, :, 1:] -= windows[:, :, 1:].mean(axis=1, keepdims=True)
    return out


def find_candidates(
    motion: Motion,
    look: Look,
    params: CandidateParams | None = None,
    *,
    free: Bools | None = None,
) -> Candidates:
    """Pulses of one window that are reps by their similarity to each other.

    Args:
        motion: slow signals of the window.
        look: what to expect of the exercise; sets the smallest pulse considered.
        params: constants.
        free: grid positions at which a pulse may lie, shape (m,); None: anywhere.
    """
    p = params or CandidateParams()
    v = motion.velocity_mps
    # A raise by h in the longest usual time T peaks at 1.875·h/T in a minimum-jerk movement
    # (Flash & Hogan 1985); candidates start at half of that.
    floor = max(p.floor_mps, 0.5 * 1.875 * look.rise_m[0] / look.rise_s[1])
    peaks, _ = find_peaks(v, height=floor, prominence=floor)
    at: Ints = np.asarray(peaks, dtype=np.int64)
    at = at if free is None else at[free[at]]
    none = Candidates(at[:0], np.zeros(0), np.zeros(0))
    if len(at) == 0:
        return none
    size = v[at]
    width_s = _pulse_width_s(v, at, motion.rate_hz)
    quick = float(np.clip(np.median(width_s) / 0.6, 0.4, 1.0))
    before = max(3, int(p.before_s * quick * motion.rate_hz))
    after = max(3, int(p.after_s * quick * motion.rate_hz))
    channels = np.column_stack([v, motion.tilt_mps2])
    raw = _levelled(_windows(channels, at, before, after))
    keep = _first_guess(size, np.sqrt((raw**2).sum(axis=(1, 2))))
    weight = _say(raw, keep, raw[:0])
    alike = gain = np.zeros(len(at))
    for _ in range(8):
        windows = raw * weight
        template = np.median(windows[keep], axis=0)
        norm = max(float(np.sqrt((template**2).sum())), 1e-9)
        energy = np.sqrt((windows**2).sum(axis=(1, 2)))
        dot = np.einsum("kij,ij->k", windows, template)
        alike = dot / (np.maximum(energy, 1e-9) * norm)
        gain = dot / norm**2
        residual = np.sqrt(np.maximum(energy**2 - (gain * norm) ** 2, 0.0)) / norm
        usual = float(np.median(size[keep]))
        now = (
            (alike > max(p.alike, _least_alike(alike[keep], p)))
            & (size > p.smallest * usual)
            & (size < p.largest * usual)
            & (gain < p.largest)
            & (residual < p.residual)
        )
        if not now.any() or (now == keep).all():
            keep = now
            break
        keep = now
        weight = _say(raw, keep, gain[keep, None, None] * np.median(raw[keep], axis=0))
    keep &= ~_same_raise(v, at, keep)
    return Candidates(at[keep], alike[keep], gain[keep]) if keep.any() else none


def _least_alike(alike: Floats, p: CandidateParams) -> float:
    """The set's own similarity less its spread (median absolute deviation)."""
    middle = float(np.median(alike))
    spread = 1.4826 * float(np.median(np.abs(alike - middle)))
    return middle - float(np.clip(3.5 * spread, *p.spread))


def _say(raw: Floats, keep: Bools, explained: Floats) -> Floats:
    """Weight of velocity and of the two tilt axes by how well each repeats in the set.

    Each is scaled to the set's own size; one of which the template explains little has little
    weight. The tilt axes share a weight, so that their direction doesn't matter.
    """
    energy = (raw[keep] ** 2).sum(axis=(0, 1)) / max(1, int(keep.sum()))
    energy = np.array([energy[0], energy[1:].sum(), energy[1:].sum()])
    share = np.ones(3)
    if len(explained):
        left = ((raw[keep] - explained) ** 2).sum(axis=(0, 1)) / max(1, int(keep.sum()))
        left = np.array([left[0], left[1:].sum(), left[1:].sum()])
        share = np.clip(1 - left / np.maximum(energy, 1e-12), _LEAST_SAY, 1.0)
    return np.asarray(np.sqrt(share / np.maximum(energy, 1e-12)), dtype=np.float64)


def _same_raise(v: Floats, at: Ints, keep: Bools) -> Bools:
    """Second maxima of one raise, between which the ankle did not come down."""
    repeated = np.zeros(len(at), dtype=np.bool_)
    kept = [int(i) for i in np.flatnonzero(keep)]
    last = -1
    for i in kept:
        if last >= 0:
            lowest = float(v[at[last] : at[i]].min())
            if lowest > -0.1 * min(v[at[last]], v[at[i]]):
                weaker = i if v[at[i]] <= v[at[last]] else last
                repeated[weaker] = True
                last = last if weaker == i else i
                continue
        last = i
    return repeated


def _pulse_width_s(v: Floats, at: Ints, rate_hz: float) -> Floats:
    """Width of each pulse at half its height, s."""
    widths = np.empty(len(at))
    for i, k in enumerate(at):
        half = 0.5 * v[k]
        below_left = np.flatnonzero(v[: k + 1] < half)
        below_right = np.flatnonzero(v[k:] < half)
        left = below_left[-1] if len(below_left) else 0
        right = k + below_right[0] if len(below_right) else len(v) - 1
        widths[i] = (right - left) / rate_hz
    return widths


def _first_guess(size: Floats, energy: Floats) -> Bools:
    """The larger half of the pulses without those with far larger movement (steps)."""
    median = float(np.median(np.sort(size)[-max(3, len(size) // 2) :]))
    large = size > 0.4 * median
    usual = float(np.median(energy[large]))
    guess = large & (energy < 2.5 * usual) & (size < 2.2 * median)
    return guess if guess.any() else large
