"""Count calf raises: the sets of a closed window, each with its reps and their phases.

A raise moves the ankle up and back along the same path, so vertical velocity follows the rate at
which the shank leans: v = k · dθ/dt, with k of about 0.12 m/rad in people. A step does not come
back the way it went. The detector uses this in five steps:

1. ``raise_signals``: vertical velocity and lean, and what they agree on.
2. ``raise_chains``: upward pulses that repeat at an interval a rep can have, at any tempo.
3. ``raise_members``: the set's own template, learnt from them, and the likeliest sequence of reps
   that match it.
4. ``raise_structure``: whether the set's median cycle is a raise or something else done alike. An
   exercise that was named is evidence, so it is judged more mildly.
5. ``rep_phases``: a movement fitted to each rep, for its four moments and its height.

Here it is decided what is reported. A rep is partial when it rises clearly less than its set's own
reps: there is no absolute height an ankle has to reach.

Parameters are in ``raise_params``. Fails where the shank does not lean and the way up takes longer
than 3 s: such reps need a calibration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sensing.analysis.reps.raise_chains import Pulses, channels, find_chains, find_pulses
from sensing.analysis.reps.raise_members import Members, find_members
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_signals import RaiseSignals, raise_signals
from sensing.analysis.reps.raise_structure import Structure, structure_of, why_not
from sensing.analysis.reps.rep_phases import Phases, fit_phases
from sensing.core.events import Rep
from sensing.core.exercises import Look
from sensing.core.samples import Samples
from sensing.core.units import Floats, Ints
from sensing.profile.profile import UNCALIBRATED, Profile

_SHORTEST_S = 2.0
_QUICK_S = 0.65
"""A set with a quicker movement than this is timed from force up to 6 Hz."""
_PARTIAL = 0.7
"""A rise below this part of the set's median is a partial rep."""


@dataclass(frozen=True, slots=True, eq=False)
class RaiseSet:
    """One set of raises: its reps and its median cycle."""

    members: Members
    structure: Structure


def find_reps(
    window: Samples,
    look: Look,
    profile: Profile = UNCALIBRATED,
    params: RaiseParams | None = None,
    *,
    named: bool = True,
) -> list[tuple[Rep, ...]]:
    """Sets of reps in a window, in order of time.

    Args:
        window: closed window.
        look: what the exercise looks like.
        profile: ``rise_scale`` turns measured into true rise.
        params: tuning.
        named: whether somebody said that this exercise was done.
    """
    p = params or RaiseParams()
    if len(window) < _SHORTEST_S * window.rate_hz:
        return []
    signals = raise_signals(window, p)
    found = find_raise_sets(signals, p, named=named)
    if not found:
        return []
    sets = [_reps(window, fit_phases(signals, each.members.at, look), profile) for each in found]
    return sorted(sets, key=lambda reps: reps[0].start_s)


def find_raise_sets(signals: RaiseSignals, p: RaiseParams, *, named: bool) -> list[RaiseSet]:
    """Sets of raises of a window, those that explain most of its movement first."""
    pulses = find_pulses(signals, p)
    if len(pulses) < p.least_reps:
        return []
    rows = channels(signals, p)
    free = np.ones(len(signals), dtype=np.bool_)
    guesses = []
    for chain in _promising(find_chains(rows, pulses, signals.rate_hz, p), pulses, p):
        members = _members(rows, pulses, chain, signals, p, free)
        if members is not None:
            long = len(members.at) >= p.least_more_reps
            worth = members.worth * _above_sway(pulses, chain, p)
            guesses.append(((long, worth), chain, members))
    guesses.sort(key=lambda guess: guess[0], reverse=True)
    found: list[RaiseSet] = []
    for _, chain, first in guesses:
        members: Members | None = first
        if not free[first.at].all():
            members = _members(rows, pulses, chain[free[pulses.at[chain]]], signals, p, free)
        while members is not None:
            free[members.at[0] : members.at[-1] + 1] = False
            structure = structure_of(signals, members.at)
            if why_not(structure, p, has_gyro=signals.has_gyro, named=named) is None:
                one = RaiseSet(members, structure)
                if not found or _believed(one, found, p, named=named):
                    found.append(one)
            # A long pause ends a set, not the chain: the rest of it may be another one.
            members = _members(rows, pulses, chain[free[pulses.at[chain]]], signals, p, free)
    return found


def _promising(chains: list[Ints], pulses: Pulses, p: RaiseParams) -> list[Ints]:
    """Chains that may explain a part of the movement worth speaking of."""
    if not chains:
        return []
    says = [len(chain) * _above_sway(pulses, chain, p) for chain in chains]
    most = max(says)
    return [chain for chain, say in zip(chains, says, strict=True) if say > p.least_say * most]


def _above_sway(pulses: Pulses, chain: Ints, p: RaiseParams) -> float:
    """Usual size of a chain's pulses, m/s; beyond what is plain a larger one is no surer."""
    return min(float(np.median(pulses.size_mps[chain])), p.plain_mps) - p.floor_mps


def _members(
    rows: Floats, pulses: Pulses, chain: Ints, signals: RaiseSignals, p: RaiseParams, free: Floats
) -> Members | None:
    if len(chain) < p.least_reps:
        return None
    at, width_s = pulses.at[chain], pulses.width_s[chain]
    return find_members(rows, at, width_s, free, signals.rate_hz, p)


def _believed(one: RaiseSet, found: list[RaiseSet], p: RaiseParams, *, named: bool) -> bool:
    """Whether a further set is one: like the first, or at least long and, where the exercise was
    named, not much smaller. What is left over from a set is movement between sets more often than
    not, and three of those are soon alike."""
    first, this = found[0].structure, one.structure
    size = this.speed_mps / max(first.speed_mps, 1e-9)
    tempo = abs(np.log(this.beat_s / first.beat_s))
    if abs(np.log(size)) < np.log(p.same) and tempo < np.log(p.same):
        return True
    return len(one.members.at) >= p.least_more_reps and not (named and size < p.more_size)


def _reps(
    window: Samples, phases: Phases, profile: Profile
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
                partial=bool(rise < _PARTIAL * usual_m),
                valid=reason is None,
                reason=reason,
            )
        )
    return tuple(reps)


def _ordered(x: Floats) -> list[float]:
    return [float(v) for v in x]
