"""Reps of a closed window: found by likeness, timed by a fitted movement, grouped into sets.

``rep_candidates`` says which upward movements belong together, ``rep_phases`` when each began and
ended; this file decides what is reported. A pause much longer than the set's own rhythm begins a
new set. A rep is partial when it rises clearly less than its set's own reps: there is no absolute
height an ankle has to reach.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from sensing.analysis.calm import calm_pieces
from sensing.analysis.motion import QUICK_FORCE_HZ, Motion, slow_motion
from sensing.analysis.rep_candidates import Candidates, find_candidates
from sensing.analysis.rep_phases import Phases, fit_phases
from sensing.events import Rep
from sensing.exercises import Look
from sensing.profile import UNCALIBRATED, Profile
from sensing.samples import Samples
from sensing.units import Bools, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RepParams:
    """Tuning; independent of the sample rate.

    Attributes:
        least_reps: fewer than this many movements alike are not a set: two of anything are alike.
        partial: a rise below this part of the set's median is a partial rep.
        pause_s: time from one rep to the next that begins a new set …
        pause_cycles: … or this many of the set's own cycles, if that is longer …
        longest_pause_s: … but never longer than this, however slow the set.
        most_templates: sets unlike each other that are looked for in one stretch.
        least_more_reps: reps of the second and further ones; what is left over from the first is
            fidgets more often than not, and three of those are soon alike.
        quick_s: a set with a quicker movement than this is timed from force up to 6 Hz.
    """

    least_reps: int = 3
    partial: float = 0.7
    pause_s: float = 8.0
    pause_cycles: float = 2.5
    longest_pause_s: float = 15.0
    most_templates: int = 4
    least_more_reps: int = 5
    quick_s: float = 0.65


def find_reps(
    window: Samples,
    look: Look,
    profile: Profile = UNCALIBRATED,
    params: RepParams | None = None,
) -> list[tuple[Rep, ...]]:
    """Sets of reps in a window, in order of time.

    Args:
        window: closed window.
        look: what the exercise looks like.
        profile: ``rise_scale`` turns measured into true rise.
        params: tuning.
    """
    p = params or RepParams()
    return [reps for piece in calm_pieces(window) for reps in _sets_in(piece, look, profile, p)]


def _sets_in(piece: Samples, look: Look, profile: Profile, p: RepParams) -> list[tuple[Rep, ...]]:
    """Sets of one piece. What is left beside a set may be another one with a template of its own:
    a straight and a bent knee are not alike, nor are two tempos."""
    motion = slow_motion(piece)
    quick: Motion | None = None
    free: Bools = np.ones(len(motion), dtype=np.bool_)
    sets: list[tuple[Rep, ...]] = []
    for turn in range(p.most_templates):
        found = find_candidates(motion, look, free=free)
        least = p.least_reps if turn == 0 else p.least_more_reps
        groups = [g for g in _groups(found, motion, p) if g.stop - g.start >= least]
        if not groups:
            break
        for group in groups:
            phases = fit_phases(motion, found.at[group], look)
            if _quick(phases) < p.quick_s:
                quick = quick or slow_motion(piece, QUICK_FORCE_HZ)
                phases = fit_phases(quick, found.at[group], look)
            sets.append(_reps(piece, phases, profile, p))
            apart = p.pause_s * motion.rate_hz
            first, last = found.at[group][0] - apart, found.at[group][-1] + apart
            free[max(0, int(first)) : int(last)] = False
    return sorted(sets, key=lambda reps: reps[0].start_s)


def _quick(phases: Phases) -> float:
    """The quicker of the set's two movements, median, s."""
    up, down = phases.top_s - phases.start_s, phases.end_s - phases.lower_s
    return float(min(np.median(up), np.median(down)))


def _groups(found: Candidates, motion: Motion, p: RepParams) -> list[slice]:
    gaps_s = np.diff(found.at) / motion.rate_hz
    if len(gaps_s) == 0:
        return [slice(0, len(found.at))]
    pause_s = min(max(p.pause_s, p.pause_cycles * float(np.median(gaps_s))), p.longest_pause_s)
    cuts = [0, *(np.flatnonzero(gaps_s > pause_s) + 1), len(found.at)]
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(cuts)]


def _reps(window: Samples, phases: Phases, profile: Profile, p: RepParams) -> tuple[Rep, ...]:
    scale = profile.rise_scale or 1.0
    usual_m = float(np.median(phases.rise_m))
    last_s = len(window) / window.rate_hz
    reps = []
    before_s = 0.0
    for start, top, lower, end, rise in zip(
        *(_ordered(x) for x in (phases.start_s, phases.top_s, phases.lower_s, phases.end_s)),
        phases.rise_m,
        strict=True,
    ):
        # Two reps without a rest between may overlap in the fit by a hair; the floor has one heel.
        begin = max(start, before_s)
        times = np.clip([begin, max(top, begin), max(lower, begin), max(end, begin)], 0.0, last_s)
        start_s, top_s, lower_s, end_s = (window.time_s(x * window.rate_hz) for x in times)
        before_s = float(times[3])
        reason = window.fault(start_s, end_s)
        reps.append(
            Rep(
                start_s=start_s,
                top_s=top_s,
                lower_s=lower_s,
                end_s=end_s,
                rise_m=float(rise) * scale,
                partial=bool(rise < p.partial * usual_m),
                valid=reason is None,
                reason=reason,
            )
        )
    return tuple(reps)


def _ordered(x: Floats) -> list[float]:
    return [float(v) for v in x]
