"""Upward pulses that resemble each other: the first guess at where sets are.

Every raise begins with an upward pulse of the drive, fast or slow. All pulses are candidates. Two
candidates are linked if their velocity and lean around the pulse are alike (normalised correlation)
and the second follows as late as a rep can: after the first could go up and down, before a set is
over. A set is the chain of links that explains most; dynamic programming finds it whatever the
tempo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks, peak_widths

from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.core.filters import median_of, zero_phase
from sensing.core.units import Bools, Floats, Ints

_REACH = 8
"""Candidates looked ahead: what a person does between two reps is fewer pulses than this."""

_BEFORE_S, _AFTER_S = 0.8, 1.3
"""Window around a pulse half a second wide; it shrinks and grows with the pulse …"""
_WIDTH_S = 0.5
"""s; such a pulse …"""
_ZOOMS = np.array([0.35, 0.5, 0.7, 1.0, 1.4])
"""… in these steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """Upward pulses of one window.

    Attributes:
        at: grid positions of their maxima, shape (m,), ascending.
        size_mps: height, shape (m,).
        width_s: width at half their height, shape (m,).
    """

    at: Ints
    size_mps: Floats
    width_s: Floats

    def __len__(self) -> int:
        return len(self.at)


def find_pulses(seen: Channels, p: RaiseParams) -> Pulses:
    """All upward pulses of the drive that force sees, too."""
    drive = seen.drive_mps
    at, _ = find_peaks(drive, height=p.floor_mps, prominence=p.floor_mps)
    at = at[seen.rows[at, 0] > 0]
    return Pulses(at, drive[at], widths_s(drive, at, seen.rate_hz))


def widths_s(drive: Floats, at: Ints, rate_hz: float) -> Floats:
    """Width of each pulse at half its height, shape (m,), s."""
    if len(at) == 0:
        return np.zeros(0)
    reach = int(4 * rate_hz)
    ends = np.maximum(at - reach, 0), np.minimum(at + reach, len(drive) - 1)
    size = np.maximum(drive[at], 1e-6)
    wide = peak_widths(drive, at, 0.5, (size, *ends))[0] / rate_hz
    return np.asarray(np.maximum(wide, 0.06), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Velocity and lean brought to one scale.

    Attributes:
        rows: vertical velocity and the three components of up, scaled, shape (n, 4), m/s.
        drive_mps: velocity as far as lean confirms it, shape (n,).
        agree: how far it does (R²), 0…1, shape (n,).
        hidden: where samples are missing, shape (n,).
        rate_hz: of the grid.
        lean_scale_mps: velocity that a radian of lean counts as.
    """

    rows: Floats
    drive_mps: Floats
    agree: Floats
    hidden: Bools
    rate_hz: float
    lean_scale_mps: float


def channels(signals: RaiseSignals, p: RaiseParams) -> list[Channels]:
    """Velocity and lean of a window: as they are, and for slow reps without what is quick.

    A slow way up is seldom one smooth movement: at full detail it may look like two.
    """
    scale = p.lean_scale_mps[0 if signals.has_gyro else 1]
    rows = np.column_stack([signals.velocity_mps, scale * signals.up, signals.drive_mps])
    slow = zero_phase(rows, signals.rate_hz, p.slow_hz)
    agree, hidden, rate_hz = signals.agree, signals.hidden, signals.rate_hz
    return [
        Channels(np.ascontiguousarray(r[:, :4]), r[:, 4].copy(), agree, hidden, rate_hz, scale)
        for r in (rows, slow)
    ]


def reach_of(width_s: Floats, rate_hz: float) -> tuple[int, int]:
    """Grid points before and after a pulse that a template takes in.

    Args:
        width_s: widths of the set's pulses, shape (m,), s.
        rate_hz: of the grid.
    """
    zoom = float(np.clip(median_of(width_s) / _WIDTH_S, 0.35, 1.6))
    return int(_BEFORE_S * zoom * rate_hz), int(_AFTER_S * zoom * rate_hz)


def cut(rows: Floats, at: Ints, before: int, after: int) -> Floats:
    """Windows around grid positions, shape (m, before + after, c), all but velocity levelled:
    where the leg stands is no movement."""
    many, wide = rows.shape[1], before + after
    if len(at) == 0:
        return np.zeros((0, wide, many))
    first, last = int(at.min()) - before, int(at.max()) + after
    near = rows[max(0, first) : max(0, last)]
    missing = max(0, -first), max(0, last - len(rows))
    if any(missing):
        near = np.pad(near, (missing, (0, 0)), mode="edge")
    line = np.ascontiguousarray(near).reshape(-1)
    # Whole windows are copied from this view; element by element it takes ten times as long.
    start = (at - before - first) * many
    windows = np.lib.stride_tricks.sliding_window_view(line, wide * many)[start]
    windows = windows.reshape(len(at), wide, many)
    windows[:, :, 1:] -= windows[:, :, 1:].mean(axis=1, keepdims=True)
    return np.asarray(windows, dtype=np.float64)


def find_chains(pulses: Pulses, links: Floats, free: Bools, p: RaiseParams) -> list[Ints]:
    """Chains of pulses alike, as indexes into them; those that explain most come first.

    No pulse is in two chains, and no chain reaches across what is not free. Chains of fewer than
    ``least_reps`` are left out.

    Args:
        pulses: of the window.
        links: between them, as of ``links_of``.
        free: grid positions that belong to no set, shape (n,).
        p: parameters.
    """
    count = len(pulses)
    # Plain lists: element by element they are several times as quick as arrays.
    is_free: list[bool] = free[pulses.at].tolist()
    taken: list[int] = np.cumsum(~free)[pulses.at].tolist()
    worth: list[list[float]] = links.T.tolist()
    score, before = [0.0] * count, [-1] * count
    for j in range(count):
        if not is_free[j]:
            continue
        for d in range(1, min(_REACH, j) + 1):
            link = worth[j][d]
            if link > 0 and taken[j] == taken[j - d] and score[j - d] + link > score[j]:
                score[j], before[j] = score[j - d] + link, j - d
    chains = []
    for last in np.argsort(-np.array(score)).tolist():
        chain = []
        at = last
        while at >= 0 and is_free[at]:
            is_free[at] = False
            chain.append(at)
            at = before[at]
        if len(chain) >= p.least_reps:
            chains.append(np.array(chain[::-1]))
    return chains


def links_of(seen: Channels, pulses: Pulses, p: RaiseParams) -> Floats:
    """Worth of a link from pulse j − d to pulse j, shape (reach + 1, m), m/s; not above 0: none."""
    count, rate_hz = len(pulses), seen.rate_hz
    at, size, width = pulses.at, pulses.size_mps, pulses.width_s
    zoom = np.clip(width / _WIDTH_S, _ZOOMS[0], _ZOOMS[-1])
    links = np.full((_REACH + 1, count), -1.0)
    level = np.full(links.shape, -1)
    for d in range(1, min(_REACH + 1, count)):
        i, j = np.arange(count - d), np.arange(d, count)
        gap_s = (at[j] - at[i]) / rate_hz
        fit = (gap_s >= np.maximum(p.gap_s[0], p.beyond_width * width[i])) & (gap_s <= p.gap_s[1])
        fit &= np.abs(np.log(size[j] / size[i])) < np.log(p.neighbours)
        fit &= np.abs(np.log(width[j] / width[i])) < np.log(2.5)
        near = np.abs(np.log(_ZOOMS)[:, None] - 0.5 * np.log(zoom[i] * zoom[j])).argmin(axis=0)
        level[d, d:] = np.where(fit, near, -1)
    for k, z in enumerate(_ZOOMS):
        apart, later = np.nonzero(level == k)
        used, place = np.unique([later - apart, later], return_inverse=True)
        one, other = place.reshape(2, -1)
        w = cut(seen.rows, at[used], int(_BEFORE_S * z * rate_hz), int(_AFTER_S * z * rate_hz))
        # The lean of somebody who hardly leans is sway, and says nothing.
        w[:, :, 1:] *= seen.agree[at[used], None, None]
        w = w.reshape(len(used), w.shape[1] * w.shape[2])
        w /= np.maximum(np.linalg.norm(w, axis=1, keepdims=True), 1e-9)
        likeness = np.einsum("ij,ij->i", w[one], w[other])
        links[apart, later] = (likeness - p.alike) * np.sqrt(size[later - apart] * size[later])
    return links
