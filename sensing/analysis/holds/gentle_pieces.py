"""The parts of a window in which a hold can be measured: those between stretches of violent
movement.

Walking shakes the leg above 3 Hz ten times harder than the tremor of a hold, and its steps affect
the integrated velocity for seconds to either side. So the window is cut at every long stretch of
violent movement; a short one (a stumble, a knock on the sensor) is bridged by a straight line, so
that the hold continues across it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.filters import running_median, zero_phase
from sensing.core.samples import Samples
from sensing.core.units import Floats

# Constants, chosen by hand on simulated people and two who walked; not fitted.

_WORK_HZ = 25.0
"""Hz of the level. Larger: slower; smaller: the ends of stretches are blurred."""
_SHAKE_HZ = 3.0
"""Hz; faster movement is shaking. Larger: steps count less; smaller: slow movement counts."""
_VIOLENT_MPS2 = 0.9
"""m/s², median over a second. Tremor of a hard set is 0.1–0.5 (20 mg, Pozos 1982, J Appl Physiol
52, on all axes); walking at the ankle 1–4 (two people). Larger: gentle walking passes; smaller:
trembling holds are cut."""
_LONG_S = 3.0
"""s; a longer stretch cuts the window. Larger: steps are bridged; smaller: a stumble ends a
hold."""
_MARGIN_S = 0.4
"""s on both sides of any stretch. Larger: less is left to measure; smaller: the first and the last
step get in."""
_SHORTEST_S = 3.0
"""s; shortest piece. Larger: short holds are missed; smaller: nothing to measure in."""


def gentle_pieces(window: Samples) -> list[Samples]:
    """Pieces of at least 3 s between long violent stretches, in order, with short ones bridged."""
    stride = max(1, round(window.rate_hz / _WORK_HZ))
    rate_hz = window.rate_hz / stride
    if len(window) < _SHORTEST_S * window.rate_hz:
        return []
    violent = _shaking(window, stride) > _VIOLENT_MPS2
    if not violent.any():
        return [window]
    margin = round(_MARGIN_S * rate_hz)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], violent, [False]]).astype(np.int8)))
    pieces: list[Samples] = []
    bridges: list[tuple[int, int]] = []
    begin = 0
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        a, b = max(0, first - margin) * stride, (last + margin) * stride
        if last - first < _LONG_S * rate_hz:
            bridges.append((a, b))
            continue
        pieces += _piece(window, begin, a, bridges)
        begin, bridges = b, []
    return pieces + _piece(window, begin, len(window), bridges)


def _shaking(window: Samples, stride: int) -> Floats:
    """Median over a second of |f| above 3 Hz, at about 25 Hz, shape (m,), m/s²."""
    norm = np.linalg.norm(window.acc_mps2, axis=1)
    shake = np.abs(norm - zero_phase(norm, window.rate_hz, _SHAKE_HZ))
    edges = np.arange(0, len(norm), stride)
    sizes = np.diff(np.append(edges, len(norm)))
    level = np.add.reduceat(shake, edges) / sizes
    wide = 2 * round(0.5 * window.rate_hz / stride) + 1
    return np.asarray(running_median(level, wide), dtype=np.float64)


def _piece(window: Samples, begin: int, end: int, bridges: list[tuple[int, int]]) -> list[Samples]:
    if end - begin < _SHORTEST_S * window.rate_hz:
        return []
    acc = window.acc_mps2[begin:end]
    if bridges:
        acc = acc.copy()
        few = max(1, round(0.2 * window.rate_hz))
        for a, b in bridges:
            first, last = max(0, a - begin), min(len(acc), b - begin)
            before = acc[max(0, first - few) : first]
            after = acc[last : last + few]
            ends = [part.mean(axis=0) for part in (before, after) if len(part)]
            share = np.linspace(0.0, 1.0, last - first)[:, None]
            acc[first:last] = ends[0] * (1 - share) + ends[-1] * share if ends else acc[first:last]
    return [replace(window.part(begin, end), acc_mps2=acc)]
