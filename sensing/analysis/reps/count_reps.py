"""Reps of a closed window: detected by similarity, timed by a fitted movement, grouped into sets.

``rep_candidates`` decides which upward movements belong together, ``rep_phases`` when each started
and ended; this file decides what is reported. A pause much longer than the set's own rhythm starts
a new set. A rep is partial when it rises clearly less than its set's own reps: there is no absolute
height to reach.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sensing.analysis.reps.calm import VIOLENT_MPS2, calm_pieces
from sensing.analysis.reps.raise_path import own_paths
from sensing.analysis.reps.rep_candidates import Candidates, find_candidates
from sensing.analysis.reps.rep_faults import with_faults
from sensing.analysis.reps.rep_fit import Tempo
from sensing.analysis.reps.rep_phases import Phases, fit_phases
from sensing.analysis.reps.rep_prior import find_known
from sensing.analysis.signals.motion import QUICK_FORCE_HZ, Motion, slow_motion
from sensing.core.events import Rep
from sensing.core.exercises import Look
from sensing.core.samples import Samples
from sensing.core.units import Bools, Floats, Ints
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.rep_template import RepShape


@dataclass(frozen=True, slots=True, kw_only=True)
class RepParams:
    """Constants; independent of the sample rate.

    Attributes:
        least_reps: fewer similar movements are not a set: two of anything are similar.
        partial: a rise below this part of the set's median is a partial rep.
        pause_s: time from one rep to the next that starts a new set …
        pause_cycles: … or this many of the set's own cycles, if that is longer …
        longest_pause_s: … but never longer than this, however slow the set.
        most_templates: different sets sought in one stretch.
        least_more_reps: least reps of further sets; what the first leaves is mostly other
            movement, three of which are soon similar.
        quick_s: a set with a quicker movement is timed from force up to 6 Hz.
        known: the athlete's template must find this share of what the set's own finds.
        worth: reps that the reference counts for beside the set's own, in its tempo.
        own_spread: relative spread of the durations from rep to rep where the path of the movement
            is known.
        other: a phase this many times as long or as short is of another tempo …
        stay_s: … and so is a hold at the top that differs by more.
        shaken: legs may shake so many times as much as in the reference.
    """

    least_reps: int = 3
    partial: float = 0.7
    pause_s: float = 8.0
    pause_cycles: float = 2.5
    longest_pause_s: float = 15.0
    most_templates: int = 4
    least_more_reps: int = 5
    quick_s: float = 0.65
    known: float = 0.8
    worth: float = 1.0
    own_spread: tuple[float, float] = (0.1, 0.1)
    other: float = 1.25
    stay_s: float = 0.5
    shaken: float = 1.6


def find_reps(
    window: Samples,
    look: Look,
    profile: Profile = UNCALIBRATED,
    params: RepParams | None = None,
    *,
    own: RepShape | None = None,
) -> list[tuple[Rep, ...]]:
    """Sets of reps in a window, in order of time.

    Args:
        window: closed window.
        look: what to expect of the exercise.
        profile: ``rise_scale`` turns measured into true height.
        params: constants.
        own: the athlete's own raise of this exercise and placement, if calibrated.
    """
    p = params or RepParams()
    return [
        reps for piece in _calm(window, own, p) for reps in _sets_in(piece, look, profile, own, p)
    ]


def count_known(window: Samples, look: Look, own: RepShape, params: RepParams | None = None) -> int:
    """Number of reps of a window that the athlete's own template finds."""
    p = params or RepParams()
    return sum(
        len(group.at)
        for piece in _calm(window, own, p)
        for group in _groups_in(slow_motion(piece), look, own, p)
        if group.known
    )


def _calm(window: Samples, own: RepShape | None, p: RepParams) -> list[Samples]:
    if own is None:
        return calm_pieces(window)
    return calm_pieces(window, max(VIOLENT_MPS2, p.shaken * own.shake_mps2))


def _sets_in(
    piece: Samples, look: Look, profile: Profile, own: RepShape | None, p: RepParams
) -> list[tuple[Rep, ...]]:
    """Sets of one piece, timed."""
    motion = slow_motion(piece)
    quick: Motion | None = None
    sets: list[tuple[Rep, ...]] = []
    for group in _groups_in(motion, look, own, p):
        phases, finest = fit_phases(motion, group.at, look), motion
        if _quick(phases) < p.quick_s:
            finest = quick = quick or slow_motion(piece, QUICK_FORCE_HZ)
            phases = fit_phases(quick, group.at, look)
        tempo = _tempo(own, phases, p) if own and group.known else None
        if tempo is not None:
            phases = fit_phases(finest, group.at, look, tempo)
        sets.append(_reps(piece, phases, profile, p, calibrated=group.known))
    return sorted(sets, key=lambda reps: reps[0].start_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Reps of one set: grid positions of their highest upward speed, and whether the athlete's own
    template found them."""

    at: Ints
    known: bool


def _groups_in(motion: Motion, look: Look, own: RepShape | None, p: RepParams) -> Iterator[_Group]:
    """Sets of one piece. What is left beside a set may be another one with its own template:
    straight and bent knee are not similar, nor are two tempos."""
    free: Bools = np.ones(len(motion), dtype=np.bool_)
    for turn in range(p.most_templates):
        found = find_candidates(motion, look, free=free)
        trusted = False
        known = None if own is None else find_known(motion, own, free=free)
        if known and len(known.found.at) >= p.known * len(found.at):
            found, trusted = known.with_more(found), True
        least = p.least_reps if turn == 0 else p.least_more_reps
        groups = [g for g in _groups(found, motion, p) if g.stop - g.start >= least]
        if not groups:
            break
        for group in groups:
            at = found.at[group]
            yield _Group(at, trusted)
            apart = p.pause_s * motion.rate_hz
            free[max(0, int(at[0] - apart)) : int(at[-1] + apart)] = False


def _tempo(own: RepShape, seen: Phases, p: RepParams) -> Tempo | None:
    """The athlete's own tempo, if given by a beat, adapted to a set measured without it.

    It is adapted only where the set's tempo clearly differs.
    """
    if not own.paced:
        return None
    today = _medians(seen)
    given = np.array([own.raise_s, own.top_s, own.lower_s])
    other = today / np.maximum(own.seen_s, 0.05)
    usual = np.where(
        np.abs(np.log(np.maximum(other, 0.01))) > np.log(p.other), given * other, given
    )
    later = today[1] - own.seen_s[1]
    usual[1] = max(0.0, given[1] + later) if abs(later) > p.stay_s else given[1]
    return Tempo(usual_s=usual, spread=p.own_spread, reps=p.worth, paths=own_paths(own))


def _medians(phases: Phases) -> Floats:
    """Median concentric, hold and eccentric durations, shape (3,), s."""
    return np.array(
        [
            np.median(phases.top_s - phases.start_s),
            np.median(phases.lower_s - phases.top_s),
            np.median(phases.end_s - phases.lower_s),
        ]
    )


def _quick(phases: Phases) -> float:
    """Median duration of the set's quicker phase, s."""
    up, down = phases.top_s - phases.start_s, phases.end_s - phases.lower_s
    return float(min(np.median(up), np.median(down)))


def _groups(found: Candidates, motion: Motion, p: RepParams) -> list[slice]:
    gaps_s = np.diff(found.at) / motion.rate_hz
    if len(gaps_s) == 0:
        return [slice(0, len(found.at))]
    pause_s = min(max(p.pause_s, p.pause_cycles * float(np.median(gaps_s))), p.longest_pause_s)
    cuts = [0, *(np.flatnonzero(gaps_s > pause_s) + 1), len(found.at)]
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(cuts)]


def _reps(
    window: Samples, phases: Phases, profile: Profile, p: RepParams, *, calibrated: bool
) -> tuple[Rep, ...]:
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
        # Two reps without a rest between them may overlap slightly in the fit.
        begin = max(start, before_s)
        times = np.clip([begin, max(top, begin), max(lower, begin), max(end, begin)], 0.0, last_s)
        start_s, top_s, lower_s, end_s = (window.time_s(x * window.rate_hz) for x in times)
        before_s = float(times[3])
        rep = Rep(
            start_s=start_s,
            top_s=top_s,
            lower_s=lower_s,
            end_s=end_s,
            rise_m=float(rise) * scale,
            partial=bool(rise < p.partial * usual_m),
            calibrated=calibrated,
        )
        reps.append(with_faults(rep, window))
    return tuple(reps)


def _ordered(x: Floats) -> list[float]:
    return [float(v) for v in x]
