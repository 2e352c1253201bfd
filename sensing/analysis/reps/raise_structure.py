"""Is a set of movements alike a set of raises? Physics, judged on the set's median cycle.

* Velocity follows the rate of lean, up and back the same way. A step swings the shank without
  lifting it, then lifts it on another path.
* A shank in a raise swings less far than in a step.
* A squat or a bow leans and does not rise, a step rises more than it leans: rise per lean lies in
  a range.
* The leg comes back to the attitude it started from.
* What comes in a quicker rhythm is hopping.

What leans too little to be asked (sitting, some people standing) is believed on velocity alone. An
exercise that was named is evidence in itself, so its limits are milder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.raise_chains import cut
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.core.filters import median_of, median_over
from sensing.core.units import Floats, Ints

_LONGEST_S = 6.0
"""s; longest cycle looked at: what is further from the pulse is rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Of a set's median cycle.

    Attributes:
        follows: share of the rate of lean that velocity explains (R²).
        k_m: rise per radian of lean, m.
        lean_dps: rate of lean, RMS, °/s.
        swing_deg: furthest swing of the shank, °.
        back: how far from where it began a cycle ends, against its swing.
        rise_m: height of the cycle's velocity summed up, m.
        speed_mps: largest velocity, m/s.
        beat_s: rhythm, s.
        above_noise: usual size of the pulses over the velocity of the sensor's noise.
    """

    follows: float
    k_m: float
    lean_dps: float
    swing_deg: float
    back: float
    rise_m: float
    speed_mps: float
    beat_s: float
    above_noise: float


def structure_of(signals: RaiseSignals, at: Ints) -> Structure:
    """Facts of the set whose pulses are at grid positions ``at``, shape (m,)."""
    beat = median_of(np.diff(at))
    rows = np.column_stack([signals.velocity_mps, signals.turn, signals.up])
    every = cut(rows, at, *_reach(signals, beat))
    cycle = median_over(every)
    velocity, turn, up = cycle[:, 0], cycle[:, 1:4], cycle[:, 4:]
    velocity = velocity - velocity.mean()
    turn = turn - turn.mean(axis=0)
    rate = velocity @ turn / max(float(velocity @ velocity), 1e-9)
    follows = float(rate @ rate) * float(velocity @ velocity) / max(float((turn**2).sum()), 1e-9)
    axis, swing = _swing(up)
    ends = every[:, -3:, 4:].mean(axis=1) - every[:, :3, 4:].mean(axis=1)
    away = median_of(np.abs(ends @ axis))
    return Structure(
        follows=follows,
        k_m=1 / max(float(np.linalg.norm(rate)), 1e-3),
        lean_dps=float(np.degrees(np.sqrt((turn**2).sum(axis=1).mean()))),
        swing_deg=float(np.degrees(swing)),
        back=away / max(swing, 0.02),
        rise_m=float(np.ptp(np.cumsum(velocity))) / signals.rate_hz,
        speed_mps=float(velocity.max()),
        beat_s=beat / signals.rate_hz,
        above_noise=median_of(signals.drive_mps[at]) / max(signals.noise_mps, 1e-9),
    )


def swing_deg(signals: RaiseSignals, at: Ints) -> float:
    """The swing alone, °, which tells most steps; pulses at grid positions of shape (m,)."""
    around = cut(signals.up, at, *_reach(signals, median_of(np.diff(at))))
    around[:, :, 0] -= around[:, :, 0].mean(axis=1, keepdims=True)
    return float(np.degrees(_swing(median_over(around))[1]))


def _reach(signals: RaiseSignals, beat: float) -> tuple[int, int]:
    """Grid points of a cycle before and from its pulse."""
    long = min(beat, _LONGEST_S * signals.rate_hz)
    return int(0.35 * long) + 5, int(0.65 * long) + 5


def _swing(up: Floats) -> tuple[Floats, float]:
    """Axis along which up, shape (w, 3), moves most, and how far it does, rad."""
    axis = np.linalg.eigh(up.T @ up)[1][:, -1]
    return axis, float(np.ptp(up @ axis))


def why_not(s: Structure, p: RaiseParams, *, has_gyro: bool, named: bool) -> str | None:
    """Why a set is no set of raises, or None if it may be one."""
    strict = 0 if named else 1
    sensor = 0 if has_gyro else 1
    least = (p.follows_gyro if has_gyro else p.follows_gravity)[strict]
    furthest = (p.swing_gyro_deg if has_gyro else p.swing_gravity_deg)[strict]
    fewest, most = (p.k_named_m, p.k_gyro_m if has_gyro else p.k_gravity_m)[strict], p.k_most_m
    asked = float(np.clip((s.swing_deg - p.leans_deg[sensor]) / p.leans_more_deg, 0.0, 1.0))
    if not has_gyro:
        # A brisk raise pushes the ankle forwards as it leans: it seems to lean more than it does,
        # and to rise less for its lean. A step swings the shank as far and rises more.
        brisk = float(np.clip((s.lean_dps - p.brisk_dps[0]) / np.ptp(p.brisk_dps), 0.0, 1.0))
        far = float(np.clip((s.swing_deg - p.far_deg[0]) / np.ptp(p.far_deg), 0.0, 1.0))
        least += p.follows_more[strict] * (brisk if named else far)
        slow = float(np.clip((s.beat_s - p.slow_beat_s[0]) / np.ptp(p.slow_beat_s), 0.0, 1.0))
        fewest = min(fewest, p.k_brisk_m[0] + slow * (fewest - p.k_brisk_m[0]))
        most += brisk * (p.k_brisk_m[1] - most)
    if s.follows < least * asked:
        return "velocity does not follow lean"
    if s.swing_deg > p.still_deg and s.k_m < fewest:
        return "rises too little for its lean"
    if asked == 1 and s.k_m > most:
        return "rises too much for its lean"
    if s.swing_deg > furthest:
        return "swings too far"
    if not p.rise_m[0] < s.rise_m < p.rise_m[1]:
        return "rises too little or too much"
    if s.above_noise < p.above_noise:
        return "no more than the sensor's noise"
    if s.speed_mps > p.speed_mps[strict]:
        return "rises too fast"
    if s.beat_s < p.beat_s[strict]:
        return "too quick"
    if s.swing_deg > p.still_deg and s.back > p.back[strict]:
        return "does not come back"
    return None
