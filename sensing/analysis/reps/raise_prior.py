"""What a raise looks like before a set has been seen: a template that counts as so many reps.

The template of a set is the mean of its reps; a prior is mixed in as if it were further reps. A
plain raise (minimum jerk, without lean) says little and weighs little; an athlete's own, learnt by
calibration, weighs more. Both are stretched to the width of the set's upward pulse, since tempo
changes from day to day, and lean is turned to where it points in this recording, since the strap
does, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from sensing.analysis.reps.raise_path import course
from sensing.core.units import G_MPS2, Floats, Ints
from sensing.profile.rep_template import RepShape

_STEP_S = 0.02
"""s from point to point of a plain raise; the grid's own."""
_MARGIN_S = 0.25
"""s of rest at both ends of a plain raise."""
_TEMPOS = np.array([0.5, 0.7, 1.0, 1.4, 2.0])
"""Duration of a set's reps against those known: people are up to twice as quick or slow on another
day …"""
_OTHER_TEMPO = 2.2
"""… and beyond this it is another raise. Larger: tremor passes for quick raises; smaller: a change
of tempo rules the known raise out."""
PULSE_WIDTH = 0.54
"""Width of a minimum-jerk pulse at half its height, as a share of the movement's duration."""


@dataclass(frozen=True, slots=True, eq=False)
class RaisePrior:
    """A raise known beforehand.

    Attributes:
        velocity_mps: shape (w,).
        lean_rad: along and across its main direction, shape (w, 2); zeros if nothing is known.
        step_s: from point to point.
        before_s: from the first point to the fastest rise.
        width_s: width of the upward pulse at half its height.
        reps: what it counts for beside the set's own reps.
    """

    velocity_mps: Floats
    lean_rad: Floats
    step_s: float
    before_s: float
    width_s: float
    reps: float

    def reach(self, width_s: float, rate_hz: float) -> tuple[int, int]:
        """Grid points before and after the pulse of a whole raise as quick as one of this width."""
        tempo = width_s / self.width_s
        whole_s = len(self.velocity_mps) * self.step_s
        before, after = self.before_s * tempo, (whole_s - self.before_s) * tempo
        return max(3, int(before * rate_hz)), max(3, int(after * rate_hz))

    def widths_s(self) -> list[float]:
        """Widths of the pulse at the tempos it is looked for."""
        return [float(self.width_s * tempo) for tempo in _TEMPOS]

    def lasts(self, width_s: float) -> bool:
        """Whether a pulse of this width may be the same raise at another tempo."""
        return 1 / _OTHER_TEMPO < width_s / self.width_s < _OTHER_TEMPO

    def places(self, velocity: Floats, width_s: float, rate_hz: float, least: float) -> Ints:
        """Grid positions where vertical velocity, shape (n,), looks like this raise at one tempo,
        with a likeness of ``least`` or more, shape (m,)."""
        before, after = self.reach(width_s, rate_hz)
        if before + after > len(velocity):
            return np.zeros(0, dtype=np.int64)
        known = self.laid(before, after, width_s, rate_hz)[:, 0]
        padded = np.pad(velocity, (before, after - 1))
        energy = float(known @ known)
        size = np.correlate(padded, known, "valid") / energy
        room = np.convolve(padded**2, np.ones(before + after), "valid")
        alike = size * np.sqrt(energy / np.maximum(room, 1e-12))
        apart = max(1, int(1.5 * width_s * rate_hz))
        at, _ = find_peaks(np.where(size > 0, alike, 0.0), height=least, distance=apart)
        return np.asarray(at, dtype=np.int64)

    def laid(self, before: int, after: int, width_s: float, rate_hz: float) -> Floats:
        """Velocity and lean around the pulse, as quick as one of this width, lean levelled, as the
        leg's attitude is no movement; shape (before + after, 3)."""
        tempo = width_s / self.width_s
        time_s = np.arange(-before, after) / rate_hz / tempo + self.before_s
        grid_s = np.arange(len(self.velocity_mps)) * self.step_s
        velocity = np.interp(time_s, grid_s, self.velocity_mps, left=0.0, right=0.0) / tempo
        lean = np.column_stack([np.interp(time_s, grid_s, axis) for axis in self.lean_rad.T])
        return np.column_stack([velocity, lean - lean.mean(axis=0)])


def own_prior(shape: RepShape, reps: float) -> RaisePrior:
    """An athlete's own raise as a prior that counts as ``reps``."""
    velocity = np.asarray(shape.velocity_mps)
    return RaisePrior(
        velocity_mps=velocity,
        lean_rad=np.column_stack([shape.lean_mps2, shape.aside_mps2]) / G_MPS2,
        step_s=shape.step_s,
        before_s=shape.before_s,
        width_s=_width_s(velocity, shape.step_s),
        reps=reps,
    )


def plain_prior(raise_s: float, top_s: float, lower_s: float, reps: float) -> RaisePrior:
    """The smoothest raise of a given tempo, of 5 cm, whose lean is unknown."""
    whole_s = raise_s + top_s + lower_s
    time_s = np.arange(-_MARGIN_S, whole_s + _MARGIN_S, _STEP_S)
    up = course(time_s / raise_s).speed / raise_s
    down = course((time_s - raise_s - top_s) / lower_s).speed / lower_s
    return RaisePrior(
        velocity_mps=0.05 * (up - down),
        lean_rad=np.zeros((len(time_s), 2)),
        step_s=_STEP_S,
        before_s=_MARGIN_S + raise_s / 2,
        width_s=PULSE_WIDTH * raise_s,
        reps=reps,
    )


def mixed(template: Floats, reps: int, prior: RaisePrior, known: Floats) -> Floats:
    """A set's template with the prior mixed in, shape (w, 4).

    Args:
        template: of the set: velocity and lean in the sensor's axes, on one scale.
        reps: that it is the mean of.
        prior: what is mixed in.
        known: the prior laid on the template's grid, lean on the same scale, shape (w, 3).
    """
    share = prior.reps / (prior.reps + reps)
    size = float(template[:, 0] @ known[:, 0]) / max(float(known[:, 0] @ known[:, 0]), 1e-12)
    if size <= 0:
        return template
    out = template.copy()
    out[:, 0] += share * (size * known[:, 0] - template[:, 0])
    if known[:, 1:].any():
        out[:, 1:] += share * (size * turned(template[:, 1:], known[:, 1:]) - template[:, 1:])
    return out


def turned(lean: Floats, known: Floats) -> Floats:
    """A known lean (w, 2) turned to where the set's (w, 3) points: the nearest of all turns and
    mirrorings (orthogonal Procrustes), shape (w, 3)."""
    left, _, right = np.linalg.svd(known.T @ lean, full_matrices=False)
    return np.asarray(known @ (left @ right), dtype=np.float64)


def agreement(template: Floats, known: Floats) -> float:
    """Likeness of a set's template, shape (w, 4), and a prior laid on its grid, (w, 3): −1…1."""
    other = np.column_stack([known[:, 0], turned(template[:, 1:], known[:, 1:])])
    size = np.sqrt(float((template**2).sum()) * float((other**2).sum()))
    return float((template * other).sum() / max(float(size), 1e-12))


def explained(windows: Floats, known: Floats) -> float:
    """Movement of reps, shape (m, w, 4), that a prior laid on their grid explains, (m/s)², times
    its share of all their movement: neither few perfect reps win nor many poor ones."""
    lean = np.median(windows, axis=0)[:, 1:]
    other = np.column_stack([known[:, 0], turned(lean, known[:, 1:])])
    dot = np.maximum(np.einsum("mwc,wc->m", windows, other), 0.0)
    by_prior = float((dot**2).sum()) / max(float((other**2).sum()), 1e-12)
    return by_prior**2 / max(float((windows**2).sum()), 1e-12)


def _width_s(velocity: Floats, step_s: float) -> float:
    top = int(np.argmax(velocity))
    below = velocity < 0.5 * velocity[top]
    before, after = below[top::-1], below[top:]
    left = int(np.argmax(before)) if before.any() else top
    right = int(np.argmax(after)) if after.any() else len(velocity) - top
    return max((left + right) * step_s, 0.06)
