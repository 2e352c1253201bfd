"""Rhythmic stretches of a window: walking, running, and hops, told apart.

Walking and running repeat themselves stride by stride: the norm of specific force, low-passed,
comes back after 0.6–1.5 s. What comes back after 0.9 s or more is walking, sooner is running (a
stride of one foot is two steps: 100 steps a minute are 1.2 s, 160 are 0.75 s). In neither does the
leg come near free fall for a tenth of the time, because it swings; hopping it does. So stretches of
stride rhythm without free fall are steps; what is left is searched for hops, and a series counts
only if its flights are flights: at least three contacts and between most of them a vertical
specific force near zero.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import signal

from sensing.analysis.hops import hop_chains
from sensing.exercises import Look
from sensing.filters import zero_phase
from sensing.samples import Placement, Samples
from sensing.units import G_MPS2, Floats

StepKind = Literal["hop", "running", "walking"]

_COARSE_HZ = 50.0
_BAND_HZ = 12.0
_FRAME_S = 4.0
_HOP_S = 1.0
_STRIDE_S = (0.58, 1.6)
_WALK_S = 0.88
_LEAST_LIKENESS = 0.5
_LEAST_MPS2 = 3.5
_NO_FALL_G = 0.75
_LEAST_STEPS_S = 5.0
_LEAST_CONTACTS = 3
_FLIGHT_G = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one kind of rhythmic movement.

    Attributes:
        start_s: first contact, s.
        end_s: last contact, s.
        kind: what it is.
        contacts_s: contacts of the foot or leg the sensor is on, s.
    """

    start_s: float
    end_s: float
    kind: StepKind
    contacts_s: tuple[float, ...]


def stretches_of_steps(window: Samples, placement: Placement) -> list[Stretch]:
    """Stretches of hopping, running and walking in a closed window, in order, none overlapping.

    Args:
        window: consecutive samples, any length.
        placement: where the sensor is worn.
    """
    steps = _steps(window)
    found: list[Stretch] = []
    begin_s = window.time_s(0)
    for stretch in [*steps, None]:
        stop_s = window.time_s(len(window)) if stretch is None else stretch.start_s
        part = window.part(round(window.position(begin_s)), round(window.position(stop_s)))
        found += _hops(part, placement)
        if stretch is not None:
            found.append(stretch)
            begin_s = stretch.end_s
    return found


def _hops(part: Samples, placement: Placement) -> list[Stretch]:
    """Series of hops that nothing else could be."""
    found = []
    for chain in hop_chains(part, Look(), placement):
        flights = [link.flight_g for link in chain.links]
        if len(chain.contacts_s) >= _LEAST_CONTACTS and float(np.median(flights)) < _FLIGHT_G:
            found.append(
                Stretch(
                    start_s=chain.contacts_s[0],
                    end_s=chain.contacts_s[-1],
                    kind="hop",
                    contacts_s=chain.contacts_s,
                )
            )
    return found


def _steps(window: Samples) -> list[Stretch]:
    """Stretches of walking and running."""
    stride = max(1, round(window.rate_hz / _COARSE_HZ))
    rate_hz = window.rate_hz / stride
    if len(window) < _FRAME_S * window.rate_hz:
        return []
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    coarse = zero_phase(norm, window.rate_hz, _BAND_HZ)[::stride]
    frame, hop = int(_FRAME_S * rate_hz), int(_HOP_S * rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(coarse, frame)[::hop]
    period_s, likeness = _periods(frames, rate_hz)
    moving = np.sqrt(np.mean((frames - G_MPS2) ** 2, axis=1)) > _LEAST_MPS2
    upheld = np.percentile(frames, 10, axis=1) > _NO_FALL_G * G_MPS2
    stepping = moving & upheld & (likeness > _LEAST_LIKENESS) & (period_s > 0)
    kinds = np.where(stepping, np.where(period_s < _WALK_S, 2, 1), 0)
    found = []
    edges = np.flatnonzero(np.diff(kinds, prepend=0, append=0))
    for a, b in itertools.pairwise(edges.tolist()):
        if kinds[a] == 0:
            continue
        first, last = a * hop, (b - 1) * hop + frame
        if a > 0 and kinds[a - 1] > 0:  # the frames overlap: the border is in the middle
            first = a * hop + (frame - hop) // 2
        if b < len(kinds) and kinds[b] > 0:
            last = b * hop + (frame - hop) // 2
        stretch = _stretch(
            window,
            coarse[first:last],
            first,
            rate_hz,
            int(kinds[a]),
            float(np.median(period_s[a:b])),
        )
        if stretch is not None:
            found.append(stretch)
    return found


def _stretch(
    window: Samples, norm: Floats, first: int, rate_hz: float, kind: int, period_s: float
) -> Stretch | None:
    """One stretch of steps with its contacts: the highest peak of each stride."""
    peaks = signal.find_peaks(
        norm, height=1.5 * G_MPS2, distance=max(1, int(0.65 * period_s * rate_hz))
    )[0]
    if len(peaks) < _LEAST_CONTACTS:
        return None
    scale = window.rate_hz / rate_hz
    contacts_s = tuple(window.time_s((first + int(k)) * scale) for k in peaks)
    if contacts_s[-1] - contacts_s[0] < _LEAST_STEPS_S - 2 * period_s:
        return None
    return Stretch(
        start_s=contacts_s[0],
        end_s=contacts_s[-1],
        kind="running" if kind == 2 else "walking",
        contacts_s=contacts_s,
    )


def _periods(frames: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """Stride period of every frame, s (0 if none), and how alike two strides are (0 to 1)."""
    count, width = frames.shape
    level = frames - frames.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(level, 2 * width, axis=1)) ** 2
    like = np.fft.irfft(power, axis=1)[:, :width] / np.arange(width, 0, -1)
    like /= np.maximum(like[:, :1], 1e-9)
    low, high = int(0.25 * rate_hz), min(int(_STRIDE_S[1] * rate_hz), width - 2)
    lags = np.arange(low, high + 1)
    inner = like[:, lags]
    is_peak = (inner >= like[:, lags - 1]) & (inner > like[:, lags + 1])
    height = np.where(is_peak, inner, -1.0)
    best = height.max(axis=1)
    # The shortest lag nearly as good as the best: two strides are as alike as one.
    first = np.argmax(height >= 0.85 * best[:, None], axis=1)
    period_s = (lags[first]) / rate_hz
    likeness = height[np.arange(count), first]
    return np.where((likeness > 0) & (period_s >= _STRIDE_S[0]), period_s, 0.0), likeness
