"""Forward leans as holds: when each position was held, how far the shank leaned, how well known.

Where the exercise is not given, only leans that nothing else looks like are reported: at least
``_DETECTED`` in a row, alike in direction and angle, each held, out of a quiet upright stance and
back into the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sensing.analysis.holds.attitude_steps import ShankPath, shank_path
from sensing.analysis.holds.forward_leans import Lean, forward, forward_leans
from sensing.analysis.holds.hold_figures import hold_between
from sensing.analysis.holds.lean_uncertainty import lean_sds
from sensing.core.events import Hold
from sensing.core.gaps import GAP, missing_share
from sensing.core.samples import Samples
from sensing.profile.mounting import Mounting

LEAN = "vele-forward-lean"

# Constants, chosen by hand on simulated leans and people's walking; no leans of people.

_SAME_SET_S = 20.0
"""s from one lean to the next in a set. Larger: sets merge; smaller: a long pause splits one."""
_MOST_MISSING = 0.5
"""Share of the stance before a lean that may be missing. Larger: angles against a straight line;
smaller: angles are lost to a poor link."""
_DETECTED = 3
"""Leans in a row that are reported where the exercise is not given. Larger: short sets are missed;
smaller: two chance movements are a set."""
_DETECTED_DEG = (2.5, 12.0)
"""°; their angles: no weight shift, no squat, no step. A larger span: such pass; a smaller one:
small and far leans are missed."""
_DETECTED_HELD_S = (2.0, 45.0)
"""s; time held. Larger: longer stances pass, short ones do not; smaller: the reverse."""
_DETECTED_ALIKE = 0.35
"""Share of the median angle by which they differ at most. Larger: chance movements pass; smaller:
uneven leans are missed."""
_DETECTED_SHAKE_MPS2 = 0.5
"""m/s² above 4 Hz from the first to the last of them. Larger: feet that are moved pass; smaller:
trembling people are missed."""
_DETECTED_MOVE_S = 3.5
"""s; longest movement out or back. Larger: slow drifts pass; smaller: slow leans are missed."""


def find_leans(window: Samples, mounting: Mounting | None = None) -> list[tuple[Hold, ...]]:
    """Sets of leans where the exercise is known to be one; a single one must be beyond doubt.

    Args:
        window: without walking in it.
        mounting: how the sensor sits, if calibrated.
    """
    path = shank_path(window)
    leans = forward_leans(path, forward(mounting))
    sets = [
        each for each in _sets(path, leans) if len(each) > 1 or _unmistakable(path, each, fewest=1)
    ]
    return [_holds(window, path, each, mounting) for each in sets]


def detect_leans(window: Samples, mounting: Mounting | None = None) -> list[tuple[Hold, ...]]:
    """Sets of leans where the exercise is not given."""
    path = shank_path(window)
    leans = forward_leans(path, forward(mounting))
    found = [
        kept for each in _sets(path, leans) if (kept := _unmistakable(path, each, fewest=_DETECTED))
    ]
    return [_holds(window, path, each, mounting) for each in found]


def _sets(path: ShankPath, leans: Sequence[Lean]) -> list[list[Lean]]:
    """Leans that follow one another."""
    sets: list[list[Lean]] = []
    for lean in leans:
        if sets and lean.first - sets[-1][-1].last < _SAME_SET_S * path.rate_hz:
            sets[-1].append(lean)
        else:
            sets.append([lean])
    return sets


def _unmistakable(path: ShankPath, leans: list[Lean], *, fewest: int) -> list[Lean]:
    """The leans of a set, if they can be nothing else; else none."""
    low, high = _DETECTED_DEG
    short, long = (s * path.rate_hz for s in _DETECTED_HELD_S)
    longest = _DETECTED_MOVE_S * path.rate_hz
    median_deg = float(np.median([x.lean_deg for x in leans]))
    kept = [
        x
        for x in leans
        if x.is_over
        and x.is_sure
        and low < x.lean_deg < high
        and short < x.left - x.reached < long
        and max(x.reached - x.first, x.last - x.left) < longest
        and abs(x.lean_deg - median_deg) < _DETECTED_ALIKE * median_deg
    ]
    if len(kept) < max(fewest, len(leans) - 1):
        return []
    a, b = max(0, int(kept[0].first)), int(kept[-1].last) + 1
    return kept if path.shake_mps2[a:b].max() < _DETECTED_SHAKE_MPS2 else []


def _holds(
    window: Samples, path: ShankPath, leans: list[Lean], mounting: Mounting | None
) -> tuple[Hold, ...]:
    sds = lean_sds(path, leans)
    return tuple(
        _hold(window, path, lean, sd, mounting) for lean, sd in zip(leans, sds, strict=True)
    )


def _hold(
    window: Samples,
    path: ShankPath,
    lean: Lean,
    sds: tuple[float, float],
    mounting: Mounting | None,
) -> Hold:
    hold = hold_between(
        window,
        path.time_s(lean.reached),
        path.time_s(lean.left),
        sds[1],
        cut_off=not lean.is_over,
        mounting=mounting,
    )
    begin_s, stop_s = (path.time_s(k) for k in lean.upright)
    known = missing_share(window, begin_s, stop_s) < _MOST_MISSING and hold.valid
    return replace(
        hold,
        lean_deg=lean.lean_deg if known else None,
        lean_sd_deg=sds[0] if known else None,
        reasons=hold.reasons if known else {**hold.reasons, "lean_deg": GAP},
    )
