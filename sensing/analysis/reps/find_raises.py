"""Sets of raises in a window: chains of pulses, their members, and whether they are raises.

The sets that explain most are taken first; what one has taken is not free for the next. What is
left beside a set is movement between sets more often than not, and three such movements are soon
alike, so a further set has to resemble the first or to be long.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sensing.analysis.reps.raise_chains import (
    Channels,
    channels,
    cut,
    find_chains,
    find_pulses,
)
from sensing.analysis.reps.raise_members import Members, find_members, template_of
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior, agreement, explained
from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.analysis.reps.raise_structure import Structure, structure_of, why_not
from sensing.core.units import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class RaiseSet:
    """One set of raises.

    Attributes:
        members: its reps.
        structure: its median cycle.
        agrees: likeness to the prior it was found with, −1…1; None without one.
    """

    members: Members
    structure: Structure
    agrees: float | None = None


def find_raise_sets(
    signals: RaiseSignals,
    p: RaiseParams | None = None,
    *,
    named: bool,
    prior: RaisePrior | None = None,
) -> list[RaiseSet]:
    """Sets of raises of a window, those that explain most of its movement first.

    Args:
        signals: of the window.
        p: parameters.
        named: whether somebody said that raises were done.
        prior: a raise known beforehand.
    """
    p = p or RaiseParams()
    search = _Search(signals, channels(signals, p), p, prior)
    found: list[RaiseSet] = []
    for guess in search.guesses():
        members = search.members(guess)
        while members is not None:
            search.take(members)
            structure = structure_of(signals, members.at)
            if why_not(structure, p, has_gyro=signals.has_gyro, named=named) is None:
                one = RaiseSet(members, structure, search.agreement(guess.seen, members))
                if not found or _believed(one, found[0], p, named=named):
                    found.append(one)
            # A long pause ends a set, not the chain: the rest of it may be another one.
            members = search.members(guess)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """Pulses that may be a set's: grid positions and widths, and the channels they were seen in."""

    seen: Channels
    at: Ints
    width_s: Floats


@dataclass(slots=True, eq=False)
class _Search:
    """What is searched, and which of its grid positions are still free."""

    signals: RaiseSignals
    scales: list[Channels]
    p: RaiseParams
    prior: RaisePrior | None
    free: Bools = field(init=False)

    def __post_init__(self) -> None:
        self.free = np.ones(len(self.signals), dtype=np.bool_)

    def guesses(self) -> list[_Guess]:
        """What may be sets, the most telling first."""
        starts = [guess for seen in self.scales for guess in self._chains(seen)]
        starts += self._like_the_prior(self.scales[0])
        ranked = []
        for guess in starts:
            members = self.members(guess)
            if members is not None:
                ranked.append((self._says(guess.seen, members), guess))
        ranked.sort(key=lambda each: each[0], reverse=True)
        return [guess for _, guess in ranked]

    def members(self, guess: _Guess) -> Members | None:
        """Reps of the set that free pulses belong to, or None if they are too few."""
        left = self.free[guess.at]
        if np.count_nonzero(left) < self.p.least_reps:
            return None
        at, width_s = guess.at[left], guess.width_s[left]
        return find_members(guess.seen, at, width_s, self.free, self.p, self.prior)

    def take(self, members: Members) -> None:
        """What lies within a set is no longer free."""
        room = int(0.4 * float(np.median(np.diff(members.at))))
        self.free[max(0, int(members.at[0]) - room) : int(members.at[-1]) + room] = False

    def agreement(self, seen: Channels, members: Members) -> float | None:
        """Likeness of a set's own template to the prior."""
        if self.prior is None:
            return None
        template = template_of(seen.rows, members.at, members.before, members.after)
        return agreement(template, _laid(self.prior, seen, members))

    def _says(self, seen: Channels, members: Members) -> tuple[bool, float]:
        """How much a set tells, to be compared: what its reps are worth by their size, or how much
        of the movement in them the prior explains."""
        if self.prior is None:
            size = self._plain(seen.drive_mps[members.at])
            return len(members.at) >= self.p.least_more_reps, members.worth * size
        seen = self.scales[0]
        windows = cut(seen.rows, members.at, members.before, members.after)
        return True, explained(windows, _laid(self.prior, seen, members))

    def _chains(self, seen: Channels) -> list[_Guess]:
        pulses = find_pulses(seen, self.p)
        if len(pulses) < self.p.least_reps:
            return []
        chains = find_chains(seen, pulses, self.p)
        tells = [len(chain) * self._plain(pulses.size_mps[chain]) for chain in chains]
        return [
            _Guess(seen, pulses.at[chain], pulses.width_s[chain])
            for chain, tell in zip(chains, tells, strict=True)
            if tell > self.p.least_say * max(tells) and self._may_be(pulses.width_s[chain])
        ]

    def _may_be(self, width_s: Floats) -> bool:
        """Whether pulses may be the prior's by their tempo."""
        return self.prior is None or self.prior.lasts(float(np.median(width_s)))

    def _plain(self, sizes_mps: Floats) -> float:
        """Usual size of pulses above sway, m/s; beyond what is plain a larger one is no surer."""
        return min(float(np.median(sizes_mps)), self.p.plain_mps) - self.p.floor_mps

    def _like_the_prior(self, seen: Channels) -> list[_Guess]:
        """Where velocity looks like the prior's: reps too slow or small to be found by each other."""
        if self.prior is None:
            return []
        found = []
        for width_s in self.prior.widths_s():
            at = self.prior.places(seen.rows[:, 0], width_s, seen.rate_hz, self.p.alike)
            found.append(_Guess(seen, at, np.full(len(at), width_s)))
        return found


def _laid(prior: RaisePrior, seen: Channels, members: Members) -> Floats:
    """A prior on the grid of a set's template, shape (w, 3)."""
    known = prior.laid(members.before, members.after, members.width_s, seen.rate_hz)
    known[:, 1:] *= seen.lean_scale_mps
    return known


def _believed(one: RaiseSet, first: RaiseSet, p: RaiseParams, *, named: bool) -> bool:
    """Whether a further set is one: like the first, or at least long and, where the exercise was
    named, not much smaller."""
    size = one.structure.speed_mps / max(first.structure.speed_mps, 1e-9)
    tempo = abs(np.log(one.structure.beat_s / first.structure.beat_s))
    if abs(np.log(size)) < np.log(p.same) and tempo < np.log(p.same):
        return True
    return len(one.members.at) >= p.least_more_reps and not (named and size < p.more_size)
