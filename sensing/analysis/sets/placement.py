"""Is the sensor on the ankle or on the shoe? The foot rests in every step, the shank swings on.

In walking the foot lies flat and still on the floor for a third of every stride; the shank rolls
over it all that time and swings ahead in the rest. So each stride of walking is asked how still the
sensor comes to be:

* with a gyro: its slowest turning over a tenth of a second, against the stride's RMS. On people's
  feet 0.01–0.06 (medians of 38 recordings of 8 people), on shanks 0.20–0.51 (40 recordings, 19
  people);
* without: the share of the stride in which force changes little. Feet 0.29–0.50, shanks 0.02–0.23.

In running some feet rest (0.03–0.09) and some don't (0.13–0.57, those that land on the forefoot),
so a run can only tell a foot. Calf raises, hops and holds tell nothing: with people a shank leans
by 10–25° in a raise and a foot by 25–35°, and they overlap. Where nothing tells, the answer is
"unknown"; the analysis then uses the rules of the ankle, and nothing that is counted depends on it.
"""

from __future__ import annotations

import itertools

import numpy as np

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.reps.find_raises import find_raise_sets
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import raise_signals
from sensing.core.filters import zero_phase
from sensing.core.samples import Placement, Samples
from sensing.core.units import Floats

# Constants, chosen by hand on the recordings above; not fitted. Measured by tests/sensitivity.py,
# × 0.8 and × 1.25: found on all of 36 walks and 24 of 30 feet (31 and 11 without a gyro), and never
# wrong; no change but those below makes one wrong.

_SMOOTH_HZ = 8.0
"""Hz; low-pass of turning and force. Larger: noise is movement; smaller: rests are blurred."""
_REST_S = 0.12
"""s; shortest rest of a foot. Larger: quick steps have none; smaller: a shank that turns round
rests."""
_FOOT_TURNS, _SHANK_TURNS = 0.09, 0.14
"""Slowest turning against the stride's: a foot has less, a shank more; between them is unknown.
Larger: shanks are called feet, or unknown; smaller: the reverse."""
_CALM = 0.15
"""Change of force against the stride's RMS that is little. Larger: shanks rest, too; smaller: feet
never do."""
_FOOT_RESTS, _SHANK_RESTS = 0.28, 0.18
"""Share of a stride in which force changes little: a foot has more, a shank less; between them is
unknown. Larger: feet are called shanks, or unknown; smaller: the reverse. Measured: one wrong with
the first at 0.8, one with the second at 1.25."""
_LEAST_STRIDES = 3
"""Strides that tell a placement. Larger: short walks tell nothing; smaller: a stumble does."""
_LEAST_CALM_STRIDES = 8
"""Strides that tell a foot without a gyro: a few are slow and careful, and rest at a shank, too.
Larger and smaller likewise."""
_STRIDE_S = (0.5, 2.5)
"""s; contacts nearer or further apart are no stride. Wider: pauses count as rest; narrower: quick
and slow steps are left out."""
_LONGEST_S = 600.0
"""s looked at: ten minutes tell as much as an hour. Larger: slower; smaller: less to go by."""


def find_placement(window: Samples) -> Placement:
    """Where the sensor is worn, as far as the steps in the window tell."""
    part = window.part(0, round(_LONGEST_S * window.rate_hz))
    if len(part) == 0:
        return "unknown"
    steps = walking_and_running(part)
    walking = _strides(part, [s for s in steps if s.kind == "walking"])
    if part.gyro_dps is None:
        return _by_force(part, _beside_raises(part, walking))
    walks = len(walking) >= _LEAST_STRIDES
    strides = walking if walks else _strides(part, [s for s in steps if s.kind == "running"])
    if len(strides) < _LEAST_STRIDES:
        return "unknown"
    turning = np.linalg.norm(zero_phase(part.gyro_dps, part.rate_hz, _SMOOTH_HZ), axis=1)
    width = round(_REST_S * part.rate_hz)
    usual = float(np.median([_slowest(turning[a:b], width) for a, b in strides]))
    if usual < _FOOT_TURNS:
        return "shoe"
    return "ankle" if walks and usual > _SHANK_TURNS else "unknown"


def _beside_raises(part: Samples, strides: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Strides that are no raises: without a gyro, brisk ones of a shank that leans far look alike.

    The detector of raises sees more of them than their rhythm, and finds none in people's walks.
    """
    if not strides:
        return []
    signals = raise_signals(part, RaiseParams())
    spans = [
        (each.members.at[0] * signals.stride, each.members.at[-1] * signals.stride)
        for each in find_raise_sets(signals, named=False)
    ]
    return [(a, b) for a, b in strides if not any(first < b and a < last for first, last in spans)]


def _by_force(part: Samples, walking: list[tuple[int, int]]) -> Placement:
    force = zero_phase(part.acc_mps2, part.rate_hz, _SMOOTH_HZ)
    change = np.linalg.norm(np.gradient(force, axis=0), axis=1)
    rests = [float(np.mean(change[a:b] < _CALM * _rms(change[a:b]))) for a, b in walking]
    if len(rests) < _LEAST_STRIDES:
        return "unknown"
    usual = float(np.median(rests))
    if usual > _FOOT_RESTS and len(rests) >= _LEAST_CALM_STRIDES:
        return "shoe"
    return "ankle" if usual < _SHANK_RESTS else "unknown"


def _strides(part: Samples, stretches: list[Stretch]) -> list[tuple[int, int]]:
    """First and last position of each stride."""
    found = []
    for stretch in stretches:
        for begin_s, stop_s in itertools.pairwise(stretch.contacts_s):
            if _STRIDE_S[0] <= stop_s - begin_s <= _STRIDE_S[1]:
                found.append((round(part.position(begin_s)), round(part.position(stop_s))))
    return found


def _slowest(turning: Floats, width: int) -> float:
    """Least RMS over ``width`` samples, against the RMS of all."""
    power = np.convolve(turning**2, np.full(max(1, width), 1 / max(1, width)), mode="valid")
    return float(np.sqrt(max(0.0, float(power.min())))) / max(_rms(turning), 1e-9)


def _rms(x: Floats) -> float:
    return float(np.sqrt(np.mean(x**2)))
