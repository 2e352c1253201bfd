"""Is a set of detected movements a set of raises, and of which exercise?

Anything done three times alike may be a set: squats, leaning, lifting a bag. A raise is short,
rises a few centimetres, comes back down, and follows the last one without a long pause. Which raise
it is can only be said in part: one leg cannot be told from two. The name is the most usual one that
fits, and the set is marked as detected.
"""

from __future__ import annotations

import itertools
import statistics

import numpy as np

from sensing.analysis.signals.motion import Motion, slow_motion
from sensing.core.events import Rep
from sensing.core.exercises import Look
from sensing.core.samples import Placement, Samples
from sensing.core.units import G_MPS2

ANY_RAISE = Look(rise_s=(0.2, 4.0), lower_s=(0.3, 6.0), rise_m=(0.012, 0.14), tilts=True)
"""Expectations of a raise of any kind."""
_LEAST_REPS = 4
"""Three similar movements happen in any ten minutes; with a given exercise, three are enough."""
_JOLT_PER_DENSITY, _ABOVE_NOISE = 3.1, 2.0
"""Jolts that white noise makes per unit of density; a set's velocity over that noise."""
_LONGEST_PAUSE_S = 5.0
"""s; usual pause between reps."""
_RISE_M = (0.006, 0.16)
"""m; lowest and highest usual height; …"""
_TIBIALIS_M = 0.016
"""… lower is a tibialis raise."""
_SLOW_S, _SLOWER = 2.2, 1.7
"""s; a slower lowering, that also takes this many times the raise, is an eccentric raise."""
_TILT_DEG = 2.5
"""°; more tilt is a bent knee (simulation; wrong for people whose shank tilts 13–25°)."""


def name_reps(window: Samples, reps: tuple[Rep, ...], placement: Placement) -> str | None:
    """Name under which a detected set is reported, or None if it is not raises.

    Args:
        window: the window the reps were found in.
        reps: the reps of one set.
        placement: where the sensor is worn; a shoe rises and turns more than an ankle.
    """
    rises = [r.rise_m for r in reps if r.rise_m is not None]
    if len(rises) < _LEAST_REPS:
        return None
    rise_m = statistics.median(rises)
    pauses = [b.start_s - a.end_s for a, b in itertools.pairwise(reps)]
    if not _RISE_M[0] <= rise_m <= _RISE_M[1]:
        return None
    if pauses and statistics.median(pauses) > _LONGEST_PAUSE_S:
        return None
    motion = slow_motion(window)
    if not _stands_out(window, motion, reps):
        return None
    if rise_m < _TIBIALIS_M and placement == "ankle":
        return "tibialis-raise"
    if statistics.median(r.end_s - r.lower_s for r in reps) > _SLOW_S:
        raised = statistics.median(r.top_s - r.start_s for r in reps)
        if statistics.median(r.end_s - r.lower_s for r in reps) > _SLOWER * raised:
            return "eccentric-calf-raise"
    if placement == "ankle" and _tilt_deg(window, motion, reps) > _TILT_DEG:
        return "bent-knee-calf-raise"
    return "single-leg-calf-raise"


def _stands_out(window: Samples, motion: Motion, reps: tuple[Rep, ...]) -> bool:
    """Whether the set's velocity exceeds that of the sensor's integrated noise.

    White noise of density d gives a velocity of 0.45·d RMS in this band, with maxima up to 1.6·d in
    five minutes, and jolts of 3.1–3.7·d (both measured with simulated noise, 100–416 Hz).
    """
    # Below 67 Hz the band of the jolts is cut off.
    heard = min(1.0, max(0.1, (0.45 * window.rate_hz - 12.0) / 18.0)) ** 1.5
    density = float(np.percentile(motion.jolt_mps2, 10)) / (_JOLT_PER_DENSITY * heard)
    peaks = []
    for rep in reps:
        a, b = (round(window.position(t) / motion.stride) for t in (rep.start_s, rep.top_s))
        peaks.append(float(motion.velocity_mps[max(0, a) : b + 2].max(initial=0.0)))
    return bool(statistics.median(peaks) > _ABOVE_NOISE * density)


def _tilt_deg(window: Samples, motion: Motion, reps: tuple[Rep, ...]) -> float:
    """Median lean of the shank from the bottom to the top of a rep, degrees."""
    leans = []
    for rep in reps:
        a, b = (
            min(len(motion) - 1, max(0, round(window.position(t) / motion.stride)))
            for t in (rep.start_s, (rep.top_s + rep.lower_s) / 2)
        )
        turned = np.linalg.norm(motion.tilt_mps2[b] - motion.tilt_mps2[a])
        leans.append(float(np.degrees(np.arcsin(min(1.0, float(turned) / G_MPS2)))))
    return statistics.median(leans)
