"""Walking and running, recognised by their stride rhythm.

The norm of specific force at a leg, low-passed, repeats stride by stride after 0.6–1.5 s: walking
after about 0.9 s or more, running sooner (a stride is two steps: 100 steps a minute are 1.2 s, 160
are 0.75 s). In neither is the norm near zero for a tenth of the time, because the leg swings;
hopping in place it is, and a hop repeats sooner.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import signal

from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Floats

StepKind = Literal["hop", "running", "walking"]

# Constants, chosen by hand on people's walking and running (ankle n = 2, shoe n = 6); not fitted.
# Measured by tests/sensitivity.py, × 0.8 and × 1.25, with 33 % of 36 shank recordings of 18 people
# named walking, 3 stretches found within exercises, and 628 s of about 650 s running found.

_COARSE_HZ = 50.0
"""Hz of the signal. Larger: slower; smaller: impacts are blurred."""
_BAND_HZ = 12.0
"""Hz; low-pass. Larger: impacts outweigh the swing; smaller: strides look like anything.
Measured: 31 % of the walks named at 0.8."""
_FRAME_S = 4.0
"""s; three to six strides. Larger: short walks are missed; smaller: chance rhythm passes. Measured:
22 % named at 0.8, 42 % at 1.25."""
_HOP_S = 1.0
"""s from frame to frame. Larger: coarser ends; smaller: slower."""
_STRIDE_S = (0.58, 1.6)
"""s; shortest and longest stride. A larger span: hops or slow drills pass for gait; a smaller one:
quick joggers or slow walkers are missed. Running at the ankle 0.74–0.80 s, walking 0.98–1.03 s,
jogging in shoes 0.61–0.85 s."""
_WALK_S = 0.88
"""s; a longer stride is walking. Larger: walks are called running (19 % named at 1.25); smaller:
runs are called walking (all of them at 0.8)."""
_SHORTEST_S = 0.25
"""s; shortest lag looked at: a hop's, to see that the rhythm is one of hops. Larger: hops look like
strides of twice the time; smaller: ringing counts."""
_LEAST_SIMILARITY = 0.5
"""Autocorrelation from stride to stride; people walking and running have 0.5–1. Larger: uneven gait
is missed (31 % named at 1.25); smaller: other movement passes."""
_NEARLY_BEST = 0.85
"""Share of the best similarity from which the shortest lag is the stride. Larger: two strides are
one (25 % named at 0.8, nothing at 1 and more); smaller: half a stride does."""
_LEAST_MPS2 = 3.5
"""m/s²; RMS of |f| − g in a frame. Larger: gentle walking is missed (17 % named at 1.25); smaller:
raises pass for walking (4 within exercises at 0.8)."""
_NO_FALL_G = 0.75
"""g; tenth percentile of |f|: lower is falling, as in hops. Larger: nothing is gait (0 % named at
1.25); smaller: hops are (42 % named at 0.8)."""
_LEAST_STEPS_S = 3.0
"""s; shortest stretch. Larger: short walks are missed (11 % named at 1.25); smaller: two chance
repeats pass (42 % named at 0.8)."""
_LEAST_CONTACTS = 3
"""Contacts of a stretch. Larger and smaller likewise."""
_STEP_G = 1.5
"""g; force of a contact. Larger: gentle steps are not counted (25 % named at 1.25); smaller: swings
are."""
_BEAT_SHARE = 0.65
"""Strides between two contacts at least. Larger: uneven steps are skipped; smaller: a step has two
peaks."""
_LOW_PERCENTILE = 10
"""Percentile of |f| compared with _NO_FALL_G. Larger: impacts lift it; smaller: a single sample
decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one kind of rhythmic movement.

    Attributes:
        start_s: first contact, s.
        end_s: last contact, s.
        kind: what it is.
        contacts_s: contacts of the sensor's leg, s; in walking and running the highest force of
            each stride, which is near the contact and good for counting only.
    """

    start_s: float
    end_s: float
    kind: StepKind
    contacts_s: tuple[float, ...]


def walking_and_running(window: Samples) -> list[Stretch]:
    """Stretches of walking and running of a closed window, in order, none overlapping."""
    if len(window) < _FRAME_S * window.rate_hz:
        return []
    stride = max(1, round(window.rate_hz / _COARSE_HZ))
    rate_hz = window.rate_hz / stride
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    coarse = zero_phase(norm, window.rate_hz, _BAND_HZ)[::stride]
    frame, hop = int(_FRAME_S * rate_hz), int(_HOP_S * rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(coarse, frame)[::hop]
    period_s, similarity = _periods(frames, rate_hz)
    moving = np.sqrt(np.mean((frames - G_MPS2) ** 2, axis=1)) > _LEAST_MPS2
    upheld = np.percentile(frames, _LOW_PERCENTILE, axis=1) > _NO_FALL_G * G_MPS2
    stepping = moving & upheld & (similarity > _LEAST_SIMILARITY) & (period_s > 0)
    kinds = np.where(stepping, np.where(period_s < _WALK_S, 2, 1), 0)
    found = []
    for a, b in itertools.pairwise(np.flatnonzero(np.diff(kinds, prepend=0, append=0)).tolist()):
        if kinds[a] == 0:
            continue
        # Frames overlap: between two kinds of steps the border is in the middle of the overlap.
        lap = (frame - hop) // 2
        first = a * hop + (lap if a > 0 and kinds[a - 1] > 0 else 0)
        last = b * hop + (lap if b < len(kinds) and kinds[b] > 0 else frame - hop)
        beats = _beats(coarse[first:last], float(np.median(period_s[a:b])) * rate_hz)
        contacts_s = tuple(window.time_s((first + k) * stride) for k in beats)
        if len(beats) < _LEAST_CONTACTS or contacts_s[-1] - contacts_s[0] < _LEAST_STEPS_S:
            continue
        found.append(
            Stretch(
                start_s=contacts_s[0],
                end_s=contacts_s[-1],
                kind="running" if kinds[a] == 2 else "walking",
                contacts_s=contacts_s,
            )
        )
    return found


def _beats(norm: Floats, period: float) -> list[int]:
    """Positions of the highest force of every stride."""
    apart = max(1, int(_BEAT_SHARE * period))
    beats: list[int] = signal.find_peaks(norm, height=_STEP_G * G_MPS2, distance=apart)[0].tolist()
    return beats


def _periods(frames: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """Stride period of each frame, s (0 if none), and the similarity of two strides, 0…1."""
    count, width = frames.shape
    level = frames - frames.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(level, 2 * width, axis=1)) ** 2
    like = np.fft.irfft(power, axis=1)[:, :width] / np.arange(width, 0, -1)
    like = like / np.maximum(like[:, :1], 1e-9)
    low, high = int(_SHORTEST_S * rate_hz), min(int(_STRIDE_S[1] * rate_hz), width - 2)
    lags = np.arange(low, high + 1)
    inner = like[:, lags]
    is_peak = (inner >= like[:, lags - 1]) & (inner > like[:, lags + 1])
    height = np.where(is_peak, inner, -1.0)
    best = height.max(axis=1, keepdims=True)
    # The shortest lag nearly as good as the best: every second stride is just as alike.
    first = np.argmax(height >= _NEARLY_BEST * best, axis=1)
    similarity = height[np.arange(count), first]
    period_s = np.where((similarity > 0) & (lags[first] >= _STRIDE_S[0] * rate_hz), lags[first], 0)
    return period_s / rate_hz, similarity
