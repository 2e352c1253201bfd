"""Sets of raises in a window: chains of pulses, their members, and whether they are raises.

The sets that explain most are taken first; what one has taken is not free for the next. What is
left beside a set is movement between sets more often than not, and three such movements are soon
alike, so a further set has to resemble the first or to be long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sensing.analysis.reps.raise_chains import (
    Channels,
    Pulses,
    channels,
    cut,
    find_chains,
    find_pulses,
    links_of,
)
from sensing.analysis.reps.raise_members import Members, find_members
from sensing.analysis.reps.raise_params import RaiseParams
from sensing.analysis.reps.raise_prior import RaisePrior, agreement, explained
from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.analysis.reps.raise_structure import Structure, structure_of, swing_deg, why_not
from sensing.analysis.reps.raise_template import template_of
from sensing.analysis.reps.remembered_reps import is_near
from sensing.core.filters import median_of
from sensing.core.units import Bools, Floats, Ints

_CHAINS = 3
"""Chains looked at before each set, those that tell most. Larger: slower; smaller: a set is lost
beside several that aren't."""
_STEPS = 1.1
"""Swing from which pulses are not looked at any further, over the furthest of a raise. Larger:
slower; smaller: sets that begin with a step are lost."""
_MOST = 0.75
"""Share of the reps known from before that a set has if it is theirs. Larger: one rep doubted makes
it another set; smaller: bumps within slow raises are preferred to them."""
_FEW = 6
"""Reps known from before up to which they are held to; more reps speak for themselves. Larger: a
wrong one is kept for longer; smaller: sets of slow reps change their mind."""
_WALKED = 0.5
"""Share of a set's reps in walking or running from which it is judged strictly. Larger: steps pass
for raises where raises were named; smaller: a few steps in a set make it doubtful."""


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
    walked: Bools | None = None,
    free: Bools | None = None,
    counted: Ints | None = None,
) -> list[RaiseSet]:
    """Sets of raises of a window, those that explain most of its movement first.

    Args:
        signals: of the window.
        p: parameters.
        named: whether somebody said that raises were done.
        prior: a raise known beforehand.
        walked: where the rhythm is that of walking or running, shape (n,): a set there is judged as
            if nobody had said that raises were done.
        free: where reps may be, shape (n,); everywhere if not given.
        counted: grid positions of reps known from before, shape (m,): the live count's own. A set
            of the named exercise that has enough of them has been judged before.
    """
    p = p or RaiseParams()
    few = counted is not None and len(counted) <= _FEW
    search = _Search(signals, channels(signals, p), p, prior, counted if few else None)
    if free is not None:
        search.free &= free
    found: list[RaiseSet] = []
    while (best := search.best()) is not None:
        seen, members = best
        structure = structure_of(signals, members.at)
        mild = named and (walked is None or float(walked[members.at].mean()) < _WALKED)
        judged = (
            named
            and counted is not None
            and int(is_near(members.at, counted).sum()) >= p.least_reps
        )
        if judged or why_not(structure, p, has_gyro=signals.has_gyro, named=mild) is None:
            one = RaiseSet(members, structure, search.agreement(seen, members))
            if not found or _believed(one, found[0], p, named=named):
                found.append(one)
        search.take(members)
    return found


@dataclass(slots=True, eq=False)
class _Search:
    """What is searched, and which of its grid positions are still free."""

    signals: RaiseSignals
    scales: list[Channels]
    p: RaiseParams
    prior: RaisePrior | None
    counted: Ints | None
    free: Bools = field(init=False)
    pulses: list[tuple[Channels, Pulses, Floats]] = field(init=False)
    known: dict[bytes, tuple[Channels, Members] | None] = field(init=False)

    def __post_init__(self) -> None:
        self.free = np.ones(len(self.signals), dtype=np.bool_)
        found = [(seen, find_pulses(seen, self.p)) for seen in self.scales]
        self.pulses = [
            (seen, pulses, links_of(seen, pulses, self.p))
            for seen, pulses in found
            if len(pulses) >= self.p.least_reps
        ]
        self.known = {}

    def best(self) -> tuple[Channels, Members] | None:
        """The set that tells most in what is still free, or None."""
        options = [self._members(*start) for start in self._starts()]
        sets = [each for each in options if each is not None]
        return max(sets, key=lambda each: self._says(*each), default=None)

    def _members(
        self, seen: Channels, at: Ints, width_s: Floats
    ) -> tuple[Channels, Members] | None:
        """The set that pulses belong to, or None if its reps are too few."""
        key = at.tobytes() + bytes([self.scales.index(seen)])
        known = self.known.get(key)
        if key in self.known and (known is None or self.free[known[1].at].all()):
            return known
        members = find_members(seen, at, width_s, self.free, self.p, self.prior, self.counted)
        self.known[key] = None if members is None else (seen, members)
        return self.known[key]

    def _starts(self) -> Iterator[tuple[Channels, Ints, Floats]]:
        """Free pulses that may be a set's: grid positions and widths."""
        for seen, pulses, links in self.pulses:
            chains = find_chains(pulses, links, self.free, self.p)
            tells = [len(chain) * self._plain(pulses.size_mps[chain]) for chain in chains]
            left = _CHAINS
            for k in np.argsort(tells)[::-1]:
                at, width_s = pulses.at[chains[k]], pulses.width_s[chains[k]]
                plain = tells[k] > self.p.least_say * max(tells) and self._may_be(width_s)
                if left and plain and not self._steps(at):
                    left -= 1
                    yield seen, at, width_s
        if self.prior is not None:
            seen = self.scales[0]
            for width in self.prior.widths_s():
                at = self.prior.places(seen.rows[:, 0], width, seen.rate_hz, self.p.alike)
                at = at[self.free[at]]
                if len(at) >= self.p.least_reps:
                    yield seen, at, np.full(len(at), width)

    def take(self, members: Members) -> None:
        """What lies within a set is no longer free."""
        room = int(0.4 * median_of(np.diff(members.at)))
        self.free[max(0, int(members.at[0]) - room) : int(members.at[-1]) + room] = False

    def agreement(self, seen: Channels, members: Members) -> float | None:
        """Likeness of a set's own template to the prior."""
        if self.prior is None:
            return None
        template = template_of(seen.rows, members.at, members.before, members.after)
        return agreement(template, _laid(self.prior, seen, members))

    def _says(self, seen: Channels, members: Members) -> tuple[bool, bool, float]:
        """How much a set tells, to be compared: whether it has most of the reps known from before,
        and what its reps are worth by their size, or how much of the movement in them the prior
        explains."""
        known = self.counted is not None and self._has_most(self.counted, members)
        if self.prior is None:
            size = self._plain(seen.drive_mps[members.at])
            return known, len(members.at) >= self.p.least_more_reps, members.worth * size
        seen = self.scales[0]
        windows = cut(seen.rows, members.at, members.before, members.after)
        return known, True, explained(windows, _laid(self.prior, seen, members))

    def _has_most(self, counted: Ints, members: Members) -> bool:
        """Whether a set has most of the reps known from before."""
        return bool(is_near(counted, members.at).sum() >= _MOST * len(counted))

    def _steps(self, at: Ints) -> bool:
        """Whether the leg swings further from pulse to pulse than in any raise."""
        p, has_gyro = self.p, self.signals.has_gyro
        most = (p.swing_gyro_deg if has_gyro else p.swing_gravity_deg)[0]
        return swing_deg(self.signals, at) > _STEPS * most

    def _may_be(self, width_s: Floats) -> bool:
        """Whether pulses may be the prior's by their tempo."""
        return self.prior is None or self.prior.lasts(median_of(width_s))

    def _plain(self, sizes_mps: Floats) -> float:
        """Usual size of pulses above sway, m/s; beyond what is plain a larger one is no surer."""
        return min(median_of(sizes_mps), self.p.plain_mps) - self.p.floor_mps


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
    if named and (size < p.more_size or tempo > np.log(p.more_tempo)):
        return False
    return len(one.members.at) >= p.least_more_reps
