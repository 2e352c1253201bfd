"""How well a lean is known: its angle and the time it was held.

*Angle.* It is the difference of two mean attitudes, and a body sways. Sway has slow parts that do
not average out within seconds: as a process that forgets in τ, the mean of T seconds keeps the
share v = 2τ/T·(1 − τ/T·(1 − e^(−T/τ))) of the variance. The sway seen about such a mean is only
1 − v of it; so the whole is that over 1 − v, taken together over all leans of a set, standing and
leaning apart. Added are what a sensor's own errors leave of a difference: gains that differ by a
percent or two between its axes, and a bias that drifts between the two positions.

*Time held.* Either end is where a movement of some duration meets a level that sways: the larger
the sway against the lean and the longer the movement, the less is known where it ended.

Not in it: how the strap and the skin give way, which nobody has measured here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sensing.analysis.holds.attitude_steps import ShankPath
from sensing.analysis.holds.forward_leans import Lean
from sensing.core.units import Floats

# Constants, fitted by hand so that two thirds of the errors of 140 simulated people lie within one
# standard uncertainty; nobody has been measured.

_FORGETS_S = 1.2
"""s; τ of sway, whose spectrum is flat below 0.05 Hz in the simulation; people's sway is similar
(Collins & De Luca 1993, Exp Brain Res 95:308). Larger: larger uncertainties; smaller: smaller."""
_GAIN = 0.01
"""Share of the lean that unlike gains of a sensor's axes make. Larger: larger
uncertainties; smaller:
smaller ones."""
_DRIFT_DEG = 0.06
"""°; 1 mg of bias that changed in between. Larger: larger uncertainties; smaller: smaller ones."""
_EDGE_S = 0.09
"""s; an end where nothing sways: grid, low-pass, and how a movement begins and ends. Larger: larger
uncertainties; smaller: smaller ones."""
_EDGE_SHARE = 1.3
"""Uncertainty of an end as a share of movement × sway / lean, fitted on 140 simulated people.
Larger: larger uncertainties; smaller: smaller ones."""


def lean_sds(path: ShankPath, leans: Sequence[Lean]) -> list[tuple[float, float]]:
    """Standard uncertainty of the angle, °, and of the time held, s, of each lean of a set."""
    up = path.up
    standing = _sway_deg(up, [(x.upright, x.turn) for x in leans], path.rate_hz)
    leaning = _sway_deg(up, [(x.held, x.turn) for x in leans], path.rate_hz)
    found = []
    for lean in leans:
        angle = np.sqrt(
            standing**2 * _kept(_length_s(lean.upright, path.rate_hz))
            + leaning**2 * _kept(_length_s(lean.held, path.rate_hz))
            + (_GAIN * lean.lean_deg) ** 2
            + _DRIFT_DEG**2
        )
        moves_s = (lean.reached - lean.first) / path.rate_hz, (lean.last - lean.left) / path.rate_hz
        sway = leaning / max(lean.lean_deg, 1e-6)
        edges = [_EDGE_S**2 + (_EDGE_SHARE * move_s * sway) ** 2 for move_s in moves_s]
        found.append((float(angle), float(np.sqrt(sum(edges)))))
    return found


def _length_s(span: tuple[int, int], rate_hz: float) -> float:
    return (span[1] - span[0]) / rate_hz


def _kept(seconds: float) -> float:
    """Share of the variance of sway that the mean of so many seconds keeps."""
    ratio = _FORGETS_S / max(seconds, 1e-3)
    return float(2 * ratio * (1 - ratio * (1 - np.exp(-1 / ratio))))


def _sway_deg(up: Floats, parts: Sequence[tuple[tuple[int, int], Floats]], rate_hz: float) -> float:
    """Sway along the lean, slow parts included, from all stretches together, °."""
    seen = known = 0.0
    for span, turn in parts:
        along = np.degrees(up[slice(*span)] @ (turn / np.linalg.norm(turn)))
        seen += float(((along - along.mean()) ** 2).sum())
        known += len(along) * (1 - _kept(_length_s(span, rate_hz)))
    return float(np.sqrt(seen / known)) if known > 0 else 0.0
