"""Walking and running, recognised by their stride rhythm.

Force (and turning, with a gyro) repeats stride by stride in all its directions: walking after about
0.9 s or more, running sooner (a stride is two steps: 100 steps a minute are 1.2 s, 160 are 0.75 s).
So do raises in a steady tempo; but a leg that steps swings, and its lean does not follow its height
(``swing``). Hopping in place repeats sooner or lets the leg fall, with |f| near zero for a tenth of
the time.

Steps:

1. Cut the window into frames of three to six strides; autocorrelation of the force vector, and of
   turning, gives each its stride and how alike strides are.
2. Keep the frames that move, repeat, do not fall, and swing as steps do.
3. Join neighbours of a kind; the highest force of each stride counts them.

Evidence: docs/validation.md (walking of 19 people at the ankle, running of two, raises of six).
Misses, without a gyro, slow steps of young people: they could be brisk raises.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import signal
from scipy.fft import irfft, next_fast_len, rfft

from sensing.analysis.gait.swing import Swings, frames_of, swings
from sensing.analysis.signals.slow_motion import slow_motion
from sensing.core.filters import zero_phase
from sensing.core.samples import Samples
from sensing.core.units import G_MPS2, Bools, Floats, Ints

StepKind = Literal["hop", "running", "walking"]

# Constants, chosen by hand on people (ankles of 25, shoes of 8); not fitted. Measured by
# tests/sensitivity.py, × 0.8 and × 1.25: all of 36 walks of 18 people are named with a gyro, 32
# without; no stretch within raises of 6 people and 44 simulated exercises; 629 s of about 650 s
# running. With the tables of swings scaled by what is best on the others, each person left out in
# turn is named as often, and no raise is.

_COARSE_HZ = 50.0
"""Hz of the signal. Larger: slower; smaller: impacts are blurred."""
_SHAPE_HZ = 5.0
"""Hz; low-pass of what is compared stride by stride. Larger: uneven impacts make strides differ;
smaller: half a stride looks like a whole one."""
_FRAME_S = 4.0
"""s; three to six strides. Larger: short walks are missed; smaller: chance rhythm passes. Measured:
30 named without a gyro at 0.8."""
_HOP_S = 1.0
"""s from frame to frame. Larger: coarser ends; smaller: slower."""
_STRIDE_S = (0.58, 2.2)
"""s; shortest and longest stride. A larger span: hops or slow drills pass for gait; a smaller one:
quick joggers or people with sticks are missed. Running at the ankle 0.74–0.80 s, walking
0.90–1.5 s, with sticks 1.7–2.0 s; jogging in shoes 0.61–0.85 s."""
_WALK_S = 0.88
"""s; a longer stride is walking. Larger: walks are called running (6 at 1.25); smaller: the reverse
(all running at 0.8)."""
_SHORTEST_S = 0.25
"""s; shortest lag looked at: a hop's, to see that the rhythm is one of hops. Larger: hops look like
strides of twice the time; smaller: ringing counts."""
_LEAST_SIMILARITY = 0.5
"""Autocorrelation from stride to stride; people walking and running have 0.5–1. Larger: uneven gait
is missed; smaller: other movement passes."""
_NEARLY_BEST = 0.85
"""Share of the best similarity from which the shortest lag is the stride. Larger: two strides are
one; smaller: half a stride does."""
_LEAST_MPS2 = {"running": 6.0, "walking": 1.2}
"""m/s²; RMS of force about its mean in a frame: running 9 and more, walking 1.6–8. Larger: gentle
gait is missed; smaller: sway passes."""
_NO_FALL_G = {"running": 0.75, "walking": 0.45}
"""g; tenth percentile of |f|: lower is falling, as in hops (0.09–0.48). Larger: gait is missed
(walking 0.46–0.99); smaller: hops are gait."""
_LOW_PERCENTILE = 10
"""Percentile of |f| compared with _NO_FALL_G. Larger: impacts lift it; smaller: a single sample
decides."""

# Raise or step. A leg that swings this far (°) is walking if height explains at most this share of
# its lean; less far is no walking. Measured in frames of people's recordings.

_STEPS_BY_GYRO = ((20.0, 0.45), (32.0, 0.45), (40.0, 0.85))
"""With a gyro. Raises reach 24° with shares of 0.54 and more; steps of people who shuffle or walk
with sticks 25–42° with 0.02–0.45, other steps 40–68° with 0.02–0.82. Larger swings: gentle walks
are missed; smaller: brisk raises are walking. Larger shares: the reverse. Measured: 35 named at 0.8
of both."""
_STEPS_BY_FORCE = (24.0, 0.62)
"""Without one. Larger swings: fewer walks are named; larger shares: raises are walking. Measured:
30 named at a share of 0.55, 33 at 0.65; a stretch within raises at 0.7."""
_RAISE_LEANS_DEG = 22.0
"""°; furthest swing of the shank in a raise. Larger: walks are missed without a gyro (26 named at
1.25); smaller: raises are walking."""
_RAISE_PUSHES_DEG_S2 = 33.0
"""° s²; what the ankle's acceleration forwards adds to it, times the square of the rhythm (it is a
movement of 14 cm). Brisk raises (0.86 s) reach 55° in all, steps of 1.2–1.5 s 35–60°. Larger and
smaller likewise. Measured: 27 named at 1.25; a stretch within raises where this, the swing above
and the pair above it are all at 0.8."""
_SLOWEST_BY_FORCE_S = 1.6
"""s; longest stride without a gyro: a slower rhythm may be one of jumps. Larger: those are walking;
smaller: slow walks are missed (22 named at 0.8, 33 at 1.25)."""
_BEAT = 0.5
"""Share of the best similarity from which the shortest lag may be the beat of raises: two raises in
turn may differ as much. Larger: brisk raises are walking; smaller: walks are missed."""
_LEAST_FRAMES = {True: 1, False: 2}
"""Frames in a row, with a gyro and without. Larger: short walks are missed; smaller: the rough end
of a set of raises is walking."""
_LEAST_STEPS_S = 3.0
"""s; shortest stretch. Larger: short walks are missed (35 named at 1.25); smaller: two chance
repeats pass."""
_LEAST_CONTACTS = 3
"""Contacts of a stretch. Larger and smaller likewise."""
_STEP_G = 1.1
"""g; force of a contact. Larger: gentle steps are not counted (33 named at 1.25); smaller: swings
are."""
_BEAT_SHARE = 0.65
"""Strides between two contacts at least. Larger: uneven steps are skipped; smaller: a step has two
peaks."""


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
    acc, gyro = slow_motion(window)
    acc, gyro = acc[::stride], None if gyro is None else gyro[::stride]
    frame, hop = int(_FRAME_S * rate_hz), int(_HOP_S * rate_hz)
    kinds, period_s = _kinds(acc, gyro, rate_hz, frame, hop)
    norm = np.linalg.norm(acc, axis=1)
    found = []
    for a, b in itertools.pairwise(np.flatnonzero(np.diff(kinds, prepend=0, append=0)).tolist()):
        if kinds[a] == 0 or b - a < _LEAST_FRAMES[gyro is not None]:
            continue
        # Frames overlap: between two kinds of steps the border is in the middle of the overlap.
        lap = (frame - hop) // 2
        first = a * hop + (lap if a > 0 and kinds[a - 1] > 0 else 0)
        last = b * hop + (lap if b < len(kinds) and kinds[b] > 0 else frame - hop)
        beats = _beats(norm[first:last], float(np.median(period_s[a:b])) * rate_hz)
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


def _kinds(
    acc: Floats, gyro: Floats | None, rate_hz: float, frame: int, hop: int
) -> tuple[Ints, Floats]:
    """Of each frame: 0 no gait, 1 walking, 2 running; and its stride, s."""
    shape = frames_of(zero_phase(acc, rate_hz, _SHAPE_HZ), frame, hop)
    like = _self_similarity(shape)
    if gyro is not None:
        turning = frames_of(zero_phase(gyro, rate_hz, _SHAPE_HZ), frame, hop)
        like = (like + _self_similarity(turning)) / 2
    period_s, similarity = _repeats(like, rate_hz, _NEARLY_BEST)
    period_s = np.where((similarity > 0) & (period_s > _STRIDE_S[0]), period_s, 0.0)
    moving = np.sqrt(shape.var(axis=1).sum(axis=1))
    norm = np.linalg.norm(acc, axis=1)[:, None]
    low_g = np.percentile(frames_of(norm, frame, hop)[:, :, 0], _LOW_PERCENTILE, axis=1) / G_MPS2
    swing = swings(acc, gyro, rate_hz, frame, hop)
    steps = (similarity > _LEAST_SIMILARITY) & (period_s > 0)
    if gyro is not None:
        steps &= _steps_by_gyro(swing)
    else:
        beat_s, _ = _repeats(like, rate_hz, _BEAT)
        steps &= _steps_by_force(swing, beat_s) & (period_s < _SLOWEST_BY_FORCE_S)
    kinds = np.zeros(len(steps), dtype=np.int64)
    for number, (kind, quick) in enumerate((("walking", False), ("running", True)), start=1):
        fits = steps & ((period_s < _WALK_S) == quick)
        fits &= (moving > _LEAST_MPS2[kind]) & (low_g > _NO_FALL_G[kind])
        kinds[fits] = number
    return kinds, period_s


def _steps_by_gyro(swing: Swings) -> Bools:
    """Whether each frame's swing is one of steps and not one of raises."""
    swing_deg, share = np.array(_STEPS_BY_GYRO).T
    most = np.interp(swing.swing_deg, swing_deg, share, left=0.0)
    return np.asarray(swing.follows < most, dtype=np.bool_)


def _steps_by_force(swing: Swings, beat_s: Floats) -> Bools:
    """The same without a gyro."""
    least_deg, most_share = _STEPS_BY_FORCE
    raise_deg = _RAISE_LEANS_DEG + _RAISE_PUSHES_DEG_S2 / beat_s**2
    unlike = (swing.swing_deg > least_deg) & (swing.follows < most_share)
    return np.asarray(unlike | (swing.swing_deg > raise_deg), dtype=np.bool_)


def _beats(norm: Floats, period: float) -> list[int]:
    """Positions of the highest force of every stride."""
    apart = max(1, int(_BEAT_SHARE * period))
    beats: list[int] = signal.find_peaks(norm, height=_STEP_G * G_MPS2, distance=apart)[0].tolist()
    return beats


def _self_similarity(frames: Floats) -> Floats:
    """Autocorrelation of vectors, all axes together, at each lag, −1…1, shape (m, width).

    Each lag is judged by the movement of the two parts that it compares, so that a frame which is
    half rest repeats as well as one that is full of steps.
    """
    width = frames.shape[1]
    level = np.ascontiguousarray(frames.transpose(0, 2, 1))
    level -= level.mean(axis=2, keepdims=True)
    spectrum = rfft(level, next_fast_len(2 * width, real=True))
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=1)
    product = irfft(power, next_fast_len(2 * width, real=True))[:, :width]
    energy = np.einsum("mcw,mcw->mw", level, level)
    before = np.cumsum(energy, axis=1)[:, ::-1]
    after = np.cumsum(energy[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(product / np.maximum(np.sqrt(before * after), 1e-9), dtype=np.float64)


def _repeats(like: Floats, rate_hz: float, share: float) -> tuple[Floats, Floats]:
    """Shortest lag of each frame nearly as good as the best, s, and the similarity at it, −1…1.

    Every second stride is just as alike, so the best lag alone could be one of two strides.
    """
    low, high = int(_SHORTEST_S * rate_hz), int(_STRIDE_S[1] * rate_hz)
    lags = np.arange(low, min(high, like.shape[1] - 2) + 1)
    inner = like[:, lags]
    is_peak = (inner >= like[:, lags - 1]) & (inner > like[:, lags + 1])
    height = np.where(is_peak, inner, -1.0)
    first = np.argmax(height >= share * height.max(axis=1, keepdims=True), axis=1)
    return lags[first] / rate_hz, height[np.arange(len(like)), first]
