"""Count forward leans: tipped forward about the ankles, held until the toes grip, and back.

The heels stay down, so nothing rises; only the shank turns, by 2–12°, stays for seconds, and comes
back to where it was. (Nobody leans further without a step: the toes end 13–20 cm before the ankle,
the centre of mass is some 95 cm up.) The path of gravity in the sensor's axes shows it at any
mounting, with or without a gyro (``attitude_steps``).

1. *Direction.* A strap stays as it is, so all leans of a recording turn gravity the same way in the
   sensor's axes. Of the changes of attitude the direction is taken that most of them share.
2. *Out and back.* Along it, changes out and changes back alternate. Which of the two ways is out
   follows from the pairs: the way that gives more, else the first one.
3. *What a lean is.* It comes back to the attitude before it, nothing rises, the foot stays quiet,
   and the position is held.

What looks the same: a lean back or aside, unless the mounting is calibrated; a shallow squat.
Tested on simulated people only.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.holds.attitude_steps import (
    ShankPath,
    attitude_changes,
    fitted_step,
    peaks_of,
)
from sensing.core.units import Floats, Ints
from sensing.profile.mounting import Mounting

# Constants, chosen by hand on simulated leans (tests/labelled); no recordings of people.

_LEAST_DEG, _MOST_DEG = 1.5, 15.0
"""°; smallest and largest lean. Larger: small leans are missed, squats pass; smaller: sway passes,
far leans are missed."""
_OVER_SWAY = 6.0
"""A change of attitude is at least this many times the window's 10th percentile, which is that of
standing still; the largest of a minute of quiet standing is 6 times it. Larger: small leans of
restless people are missed; smaller: their sway is a lean."""
_SHARE = 0.45
"""Share of the window's typical change that a lean has at least, and the inverse at most. Larger:
uneven leans are missed; smaller: weight shifts between them count."""
_ALIKE = 0.8
"""Cosine of the angle to the common direction. Larger: uneven leans are missed; smaller: weight
shifts aside count."""
_OF_ITS_RUN = 0.6
"""Share of the typical change, or of the largest in a run the same way if that is smaller, from
which a change is large.
Larger: a late step ends a lean; smaller: a correction does."""
_SURE = 1.9
"""Leans by which one reading of out and back is ahead of the other where it is beyond doubt.
Larger: short sets are in doubt; smaller: upright stances may be taken for leans."""
_STILL = 1e-6
"""rad per point added to the speed of sway, against division by nothing. Fixed."""
_TIE = 0.1
"""Leans that the first change being out is worth: decides a tie and nothing else. Fixed."""
_HELD_S = 1.5
"""s; shorter is reaching for something. Larger: short leans are missed; smaller: such movements
count."""
_COMES_BACK = 0.5
"""Share of the lean by which the attitudes before and after may differ, if that is more than the
least change looked for. Larger: changes of stance count; smaller: leans of people who settle anew
are missed."""
_NEAR_S = 1.0
"""s before and after a lean that are compared for it. Larger: a step after it gets in; smaller:
sway does."""
_RISE_M = 0.03
"""m; a calf raise lifts the ankle by 5–10 cm, a lean by a millimetre. Larger: low raises count;
smaller: noise of slow movements looks like a rise."""
_RISE_MPS = 0.01
"""m/s; added for each second that a movement takes beyond two. Larger and smaller likewise."""
_SHAKE_MPS2 = 1.0
"""m/s² above 4 Hz; a foot put down shakes by more, gripping toes by 0.05–0.3. Larger: steps pass;
smaller: trembling people's leans are missed."""
_STANDING_S = 3.0
"""s before the movement out that are the upright attitude. Larger: an earlier stance gets in;
smaller: less of the sway averages out."""
_SETTLED_S = 0.2
"""s left off at the ends of a position. Larger: less to average; smaller: the movement gets in."""


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """One lean; all positions on the grid of the path.

    Attributes:
        first, last: the movement out begins, the movement back ends.
        reached, left: the position held lies between; ``left`` is the path's end if it goes on.
        upright, held: stretches whose mean attitudes are compared.
        turn: their difference of unit vectors, shape (3,), rad.
        is_over: the way back was seen.
        is_sure: that out is out and back is back, rather than the reverse, is beyond doubt.
    """

    first: float
    reached: float
    left: float
    last: float
    upright: tuple[int, int]
    held: tuple[int, int]
    turn: Floats
    is_over: bool = True
    is_sure: bool = True

    @property
    def lean_deg(self) -> float:
        """Angle between the two attitudes, °."""
        return float(np.degrees(2 * np.arcsin(min(1.0, float(np.linalg.norm(self.turn)) / 2))))


def forward(mounting: Mounting | None) -> Floats | None:
    """Way in which up moves in the sensor's axes in a forward lean, shape (3,), if calibrated."""
    return None if mounting is None else -np.asarray(mounting.forward, dtype=np.float64)


def forward_leans(path: ShankPath, toward: Floats | None = None) -> list[Lean]:
    """Leans of a path in order; the last one may still go on.

    Args:
        path: of one window without walking in it.
        toward: way in which up moves in the sensor's axes when the shank leans, shape (3,), if
            known; then nothing else is out.
    """
    changes = attitude_changes(path)
    size = np.linalg.norm(changes, axis=1)
    known = size[size > 0]
    if not len(known):
        return []
    least = max(np.radians(_LEAST_DEG), _OVER_SWAY * float(np.percentile(known, 10)))
    direction = _direction(changes[peaks_of(size, path.rate_hz, least=least)])
    if direction is None:
        return []
    peaks = _candidates(path, changes, direction, least)
    if not len(peaks):
        return []
    if toward is not None:
        way = direction if toward @ direction > 0 else -direction
        return _leans(path, changes, peaks, way, least)
    one, other = (_leans(path, changes, peaks, way, least) for way in (direction, -direction))
    ahead = _evidence(path, one, other, changes[peaks] @ direction)
    sure = abs(ahead) > _SURE
    return [replace(lean, is_sure=sure) for lean in (one if ahead > 0 else other)]


def _evidence(path: ShankPath, one: list[Lean], other: list[Lean], along: Floats) -> float:
    """How much speaks for the first of two readings, in leans; the other takes up for lean.

    It has more leans; people stand before the first large change and after the last one; and they
    sway faster leaning than upright.
    """
    large = np.sign(along[np.abs(along) > _OF_ITS_RUN * np.median(np.abs(along))])
    at_ends = (large[0] - large[-1]) / 2
    faster = np.sign(_faster(path, one) - _faster(path, other))
    return float(len(one) - len(other) + at_ends + faster + _TIE * large[0])


def _faster(path: ShankPath, leans: list[Lean]) -> float:
    """Median ratio of the speed of sway, leaning to upright; 1 without leans."""
    up = path.up
    speed = np.linalg.norm(np.diff(up, axis=0, prepend=up[:1]), axis=1)
    return float(
        np.median(
            [
                speed[slice(*x.held)].mean() / (speed[slice(*x.upright)].mean() + _STILL)
                for x in leans
            ]
        )
        if leans
        else 1.0
    )


def _direction(changes: Floats) -> Floats | None:
    """Direction that most changes share, either way along it, times their typical size, rad."""
    if not len(changes):
        return None
    size = np.linalg.norm(changes, axis=1)
    cosine = changes @ changes.T / np.outer(size, size)
    shared = (np.abs(cosine) > _ALIKE) @ np.minimum(size, np.radians(_MOST_DEG))
    k = int(np.argmax(shared))
    alike = np.abs(cosine[k]) > _ALIKE
    mean = (np.sign(cosine[k, alike])[:, None] * changes[alike]).sum(axis=0)
    return np.asarray(mean / np.linalg.norm(mean) * np.median(size[alike]))


def _candidates(path: ShankPath, changes: Floats, direction: Floats, least: float) -> Ints:
    """Peaks of change along the direction, either way, without those of a foot put down."""
    typical = float(np.linalg.norm(direction))
    along = np.asarray(changes @ direction / typical, dtype=np.float64)
    size = np.linalg.norm(changes, axis=1)
    peaks = peaks_of(np.abs(along), path.rate_hz, least=max(least * _ALIKE, _SHARE * typical))
    near = round(_NEAR_S * path.rate_hz)
    quiet = [path.shake_mps2[max(0, k - near) : k + near].max() < _SHAKE_MPS2 for k in peaks]
    alike = np.abs(along[peaks]) > _ALIKE * size[peaks]
    likely = np.abs(along[peaks]) < typical / _SHARE
    return np.asarray(peaks[alike & likely & np.asarray(quiet, dtype=np.bool_)], dtype=np.int64)


def _alternating(peaks: Ints, along: Floats, typical: float) -> Ints:
    """Changes out (positive) and back by turns: of a run one way the innermost large one."""
    kept: list[int] = []
    for is_out, run in itertools.groupby(peaks.tolist(), key=lambda k: along[k] > 0):
        one_way = list(run)
        most = min(typical, max(abs(along[k]) for k in one_way))
        large = [k for k in one_way if abs(along[k]) > _OF_ITS_RUN * most]
        kept.append(large[-1] if is_out else large[0])
    return np.asarray(kept, dtype=np.int64)


def _leans(
    path: ShankPath, changes: Floats, peaks: Ints, direction: Floats, least: float
) -> list[Lean]:
    """Pairs of a change out, along the direction, and the next one back."""
    typical = float(np.linalg.norm(direction))
    out_of = direction / typical
    peaks = _alternating(peaks, changes @ out_of, typical)
    if not len(peaks):
        return []
    along = path.up @ out_of
    edges = [0, *((peaks[1:] + peaks[:-1]) // 2).tolist(), len(path)]
    ends = [
        fitted_step(along if changes[k] @ out_of > 0 else -along, k, (a, b), path.rate_hz)
        for k, (a, b) in zip(peaks.tolist(), itertools.pairwise(edges), strict=True)
    ]
    found: list[Lean] = []
    for n, k in enumerate(peaks.tolist()):
        if changes[k] @ out_of < 0:
            continue
        before = ends[n - 1][1] if n else 0.0
        back = ends[n + 1] if n + 1 < len(peaks) else (float(len(path)), float(len(path)))
        lean = _lean(path, before, ends[n], back, is_over=n + 1 < len(peaks))
        if lean is not None and _is_lean(path, lean, least):
            found.append(lean)
    usual_deg = np.median([lean.lean_deg for lean in found]) if found else 0.0
    return [lean for lean in found if lean.lean_deg > _SHARE * usual_deg]


def _lean(
    path: ShankPath,
    before: float,
    out: tuple[float, float],
    back: tuple[float, float],
    *,
    is_over: bool,
) -> Lean | None:
    """The lean between a movement out and one back; None where a position is too short."""
    standing, settled = _STANDING_S * path.rate_hz, _SETTLED_S * path.rate_hz
    upright = round(max(before, out[0] - standing, 0.0)), round(out[0] - settled / 2)
    held = round(out[1] + settled), round(back[0] - settled)
    if upright[1] - upright[0] < 1 or held[1] - held[0] < 1:
        return None
    up = path.up
    turn = up[slice(*held)].mean(axis=0) - up[slice(*upright)].mean(axis=0)
    return Lean(out[0], out[1], back[0], back[1], upright, held, turn, is_over)


def _is_lean(path: ShankPath, lean: Lean, least: float) -> bool:
    if not _LEAST_DEG <= lean.lean_deg <= _MOST_DEG:
        return False
    if lean.left - lean.reached < _HELD_S * path.rate_hz:
        return False
    a, b = max(0, int(lean.first)), min(len(path), int(lean.last) + 1)
    if path.shake_mps2[a:b].max() > _SHAKE_MPS2:
        return False
    if _rises(path, lean.first, lean.reached):
        return False
    return not lean.is_over or (
        not _rises(path, lean.left, lean.last) and _comes_back(path, lean, least)
    )


def _comes_back(path: ShankPath, lean: Lean, least: float) -> bool:
    """True if the attitude right after a lean is that right before it."""
    near = round(_NEAR_S * path.rate_hz)
    a, b = lean.upright[1], min(len(path) - 1, round(lean.last))
    up = path.up
    missed = up[b : b + near].mean(axis=0) - up[max(0, a - near) : a].mean(axis=0)
    most = max(_COMES_BACK * float(np.linalg.norm(lean.turn)), least)
    return bool(np.linalg.norm(missed) < most)


def _rises(path: ShankPath, first: float, last: float) -> bool:
    """True if the ankle is lifted or lowered in a movement; noise grows with its length."""
    least_m = _RISE_M + _RISE_MPS * max(0.0, (last - first) / path.rate_hz - 2.0)
    return abs(_rise_m(path, first, last)) > least_m


def _rise_m(path: ShankPath, first: float, last: float) -> float:
    """How far the ankle is lifted in a movement that begins and ends at rest, m.

    |f| less its level at rest is the vertical acceleration at any mounting. A sensor's unlike gains
    change that level with the attitude; so it goes from the level before to that after.
    """
    a, b = max(0, round(first)), min(len(path), round(last) + 1)
    if b - a < 2:
        return 0.0
    beside = round(0.5 * path.rate_hz)
    size = np.linalg.norm(path.force_mps2, axis=1)
    level = np.linspace(
        size[max(0, a - beside) : a + 1].mean(), size[b - 1 : b + beside].mean(), b - a
    )
    speed = np.cumsum(size[a:b] - level) / path.rate_hz
    speed = speed - np.linspace(0.0, speed[-1], len(speed))
    return float(speed.sum() / path.rate_hz)
