"""Positions kept, seen by a sensor on the shank: raised on the toes, or swaying on one leg.

*Raised.* The shank hardly tilts in a calf raise but goes up 5–10 cm and comes down again. The norm
of specific force less gravity is the vertical acceleration however the sensor is mounted
(``facts``: an orientation filter does no better); low-passed below tremor and integrated with a
leak it is a vertical velocity in which going up and coming down are two pulses. A pulse up whose
next large pulse is a pulse down, some seconds later, is a hold. The ends of a pulse are put where
a minimum-jerk movement (Flash & Hogan 1985, J Neurosci 5:1688) with the same width would end: it
spends 8.7 % of its time below a tenth of its top speed at either end.

*Swaying.* On one leg the shank trembles and corrects at 1–12 Hz several times as much as on two.
The two levels are told apart on the logarithm of that activity; each change of level is then put
where the likelihood of a change of variance is largest (Inclán & Tiao 1994, JASA 89:913).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal

from sensing.analysis.posture import Posture, Span, runs
from sensing.filters import zero_phase
from sensing.units import Bools, Floats

_VERTICAL_HZ = (0.1, 4.0)
"""Counting lives below 3–4 Hz, under the tremor; the leak takes out the bias."""

_LEAST_SPEED_MPS = 0.03
"""Top speed of 5 cm in 3 s, the slowest raise that is looked for."""

_LEAST_RISE_M = 0.015
"""Displacement of a pulse; smaller ones are corrections."""

_LONGEST_PULSE_S = 4.0

_FOOT = 0.1
"""A pulse is followed down to this share of its top speed …"""

_BEYOND_FOOT = 0.105
"""… and ends this share of that width further out (minimum jerk: 0.087 / (1 - 2·0.087))."""

_SWAY_HZ = (1.0, 12.0)
_LEVEL_S = 0.4
"""Activity is averaged over this long before levels are told apart."""

_LEAST_STEP = 1.8
"""Ratio of activity between a hold and rest, at least."""

_MOVING_MPS2 = 1.5
"""Activity above this is stepping, not swaying."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One movement up or down: from where to where (grid positions) and how far, m."""

    first: float
    last: float
    rise_m: float


def vertical_pulses(p: Posture) -> list[Pulse]:
    """Movements up and down of at least 1.5 cm, in order, not overlapping."""
    if len(p) < p.rate_hz:
        return []
    size = np.linalg.norm(p.acc_mps2, axis=1)
    speed = np.cumsum(zero_phase(size - np.median(size), p.rate_hz, _VERTICAL_HZ[1])) / p.rate_hz
    speed = zero_phase(speed, p.rate_hz, _VERTICAL_HZ[0], band="highpass")
    peaks, _ = signal.find_peaks(np.abs(speed), height=_LEAST_SPEED_MPS)
    found: list[Pulse] = []
    taken = np.zeros(len(p), dtype=np.bool_)
    reach = int(_LONGEST_PULSE_S * p.rate_hz)
    for k in peaks[np.argsort(-np.abs(speed[peaks]), kind="stable")]:
        if taken[k]:
            continue
        sign = 1.0 if speed[k] > 0 else -1.0
        low = max(0, int(k) - reach)
        part = sign * speed[low : int(k) + reach]
        below = part < _FOOT * part[k - low]
        before = np.flatnonzero(below[: k - low])
        after = np.flatnonzero(below[k - low :])
        a = low + (int(before[-1]) if len(before) else 0)
        b = int(k) + (int(after[0]) if len(after) else len(part) - 1 - (k - low))
        rise = float(speed[a : b + 1].sum() / p.rate_hz)
        taken[a : b + 1] = True
        if abs(rise) >= _LEAST_RISE_M:
            beyond = _BEYOND_FOOT * (b - a)
            found.append(Pulse(a - beyond, b + beyond, rise))
    return sorted(found, key=lambda pulse: pulse.first)


def raised_spans(p: Posture, *, shortest_s: float) -> list[Span]:
    """Stretches between a movement up and the movement down that ends it."""
    pulses = vertical_pulses(p)
    spans: list[Span] = []
    up: Pulse | None = None
    for pulse in pulses:
        if pulse.rise_m > 0:
            if up is None or pulse.rise_m > 0.5 * up.rise_m:
                up = pulse
        elif up is not None and -pulse.rise_m > 0.4 * up.rise_m:
            if pulse.first - up.last >= shortest_s * p.rate_hz:
                spans.append(Span(up.last, pulse.first))
            up = None
    return spans


def activity_mps2(p: Posture) -> Floats:
    """RMS of the 1–12 Hz band over 0.4 s, all directions together, m/s², shape (n,)."""
    band = zero_phase(p.acc_mps2, p.rate_hz, _SWAY_HZ, band="bandpass")
    power = ndimage.uniform_filter1d(
        np.sum(band**2, axis=1), max(1, int(_LEVEL_S * p.rate_hz)), mode="nearest"
    )
    return np.sqrt(np.maximum(power, 1e-12))


def swaying_spans(p: Posture, *, shortest_s: float) -> list[Span]:
    """Stretches of raised activity between quieter ones, stepping excluded."""
    if len(p) < shortest_s * p.rate_hz:
        return []
    log = np.log(activity_mps2(p))
    split = _split(log[log < np.log(_MOVING_MPS2)])
    if split is None:
        return []
    quiet, busy, threshold = split
    mask = (log > threshold) & (log < np.log(_MOVING_MPS2))
    mask = _bridge(mask, log > threshold, int(0.5 * p.rate_hz))
    spans = []
    for a, b in runs(mask):
        if b - a < shortest_s * p.rate_hz:
            continue
        first = 0.0 if a == 0 else _change(p, a, busy - quiet, rising=True)
        last = float(len(p)) if b == len(p) else _change(p, b, busy - quiet, rising=False)
        if last - first >= shortest_s * p.rate_hz:
            spans.append(Span(first, last, cut_first=a == 0, cut_last=b == len(p)))
    return spans


def _split(log: Floats) -> tuple[float, float, float] | None:
    """Two levels of log activity and the threshold between them (Otsu 1979), or None if one."""
    if len(log) < 10:
        return None
    counts, edges = np.histogram(log, bins=100)
    mid = (edges[1:] + edges[:-1]) / 2
    weight = np.cumsum(counts)
    total = np.cumsum(counts * mid)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = total / weight
        high = (total[-1] - total) / (weight[-1] - weight)
        between = weight * (weight[-1] - weight) * (high - low) ** 2
    between[~np.isfinite(between)] = 0
    k = int(np.argmax(between))
    if not high[k] - low[k] >= np.log(_LEAST_STEP):
        return None
    return float(low[k]), float(high[k]), float((low[k] + high[k]) / 2)


def _bridge(mask: Bools, allowed: Bools, longest: int) -> Bools:
    """Fill holes up to ``longest`` samples: a moment's calm, or a moment's stagger."""
    out = mask.copy()
    for a, b in runs(~mask):
        if a > 0 and b < len(mask) and b - a <= longest:
            out[a:b] = True
    del allowed
    return out


def _change(p: Posture, k: int, step: float, *, rising: bool) -> float:
    """Where within ±1 s of ``k`` the variance changes, by likelihood, grid position."""
    reach = int(1.0 * p.rate_hz)
    a, b = max(0, k - reach), min(len(p), k + reach)
    pad = int(0.5 * p.rate_hz)
    low, high = max(0, a - pad), min(len(p), b + pad)
    band = zero_phase(p.acc_mps2[low:high], p.rate_hz, _SWAY_HZ, band="bandpass")
    power = np.sum(band**2, axis=1)[a - low : b - low]
    power = np.minimum(power, 16 * np.median(power))
    n = np.arange(1, len(power))
    total = np.cumsum(power)
    before = np.maximum(total[:-1] / n, 1e-12)
    after = np.maximum((total[-1] - total[:-1]) / (len(power) - n), 1e-12)
    cost = n * np.log(before) + (len(power) - n) * np.log(after)
    right_way = after > before if rising else before > after
    del step
    cost = np.where(right_way, cost, np.inf)
    if not np.isfinite(cost).any():
        return float(k)
    edge = int(0.1 * p.rate_hz)
    cost[:edge] = np.inf
    cost[len(cost) - edge :] = np.inf
    return float(a + 1 + int(np.argmin(cost)))
