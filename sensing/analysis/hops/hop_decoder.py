"""Which impacts are the landings of which series: one decoder for all of it.

A recording is a row of states with explicit durations:

* *rest*: anything that is no hop: standing, steps, other movement. It scores nothing;
* *contact* and *flight*, always one after the other: a hop, from landing to landing. It scores the
  log-odds of its evidence (``hop_odds.py``) and of its period against the one before;
* *stand*: a contact of any length between two jumps, in exercises that have them. The jump after it
  scores as a landing out of a flight, less a price;
* *step*: the foot put down for the first jump. It scores as a jump, less a price.

A series costs a price to start: little where somebody said that there are hops, much where nobody
did. The row of states with the highest score (semi-Markov Viterbi) says which series there are, how
each begins and ends, and which landings in between were missed by everything but the rhythm. No
rule says how many hops there must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sensing.core.units import Floats, Ints

Begins = Literal["landing", "step-in"]
"""How a series begins: with a landing, or with the foot put down for the first jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a series has to be worth, in log-odds.

    Attributes:
        start: of a series of two landings and more. Larger: short series are missed; smaller:
            chance makes some.
        hop: bonus of every hop, for there are fewer of them than of other movement among what the
            weights were fitted on. Larger and smaller: the reverse.
        lone: of a single landing, instead. Larger: single hops are missed; smaller: knocks are
            hops.
        step: of a first contact that is no landing. Larger: those contacts are missed; smaller: the
            burst of a push-off counts.
        stand: of a stand between two jumps; None: the exercise has none. Larger: sets are cut
            between jumps; smaller: knocks while standing are jumps.
        rhythm: weight of an even beat. Larger: uneven series are cut; smaller: missed landings stay
            missed.
    """

    start: float
    hop: float
    lone: float
    step: float
    stand: float | None
    rhythm: float


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the decoder decides on: k candidates in order of time, m possible hops.

    Attributes:
        time_s: of each candidate, shape (k,), s.
        landing: log-odds of a landing out of a flight, shape (k,).
        first, second: candidates that each hop joins, shape (m,).
        hop: log-odds of each hop, shape (m,).
        take_off: the same if its first contact is no landing, shape (m,).
        stand_s: shortest and longest time between two landings with a stand between them, s.
    """

    time_s: Floats
    landing: Floats
    first: Ints
    second: Ints
    hop: Floats
    take_off: Floats
    stand_s: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """One series: its candidates, and how each but the first was reached.

    Attributes:
        candidates: numbers of the candidates.
        links: number of the hop that leads to each, or None for a stand; one fewer.
        begins: how the series begins: by a landing, or by a foot put down.
    """

    candidates: tuple[int, ...]
    links: tuple[int | None, ...]
    begins: Begins


def evenness(before_s: Floats, after_s: Floats) -> Floats:
    """Log of how much likelier a period is after another in a series than after anything.

    The ratio of neighbouring periods in a series is 8 % (SD) in most hops, 35 % in the rest, and
    60 % between any two bursts (people's shoes, n = 8).

    Args:
        before_s: periods before, shape (m,), s.
        after_s: the period after each, shape (m,), s.

    Returns:
        Shape (m,).
    """
    ratio = np.log(after_s / before_s)

    def bell(sd: float) -> Floats:
        return np.asarray(np.exp(-0.5 * (ratio / sd) ** 2) / sd, dtype=np.float64)

    return np.log((0.85 * bell(0.08) + 0.15 * bell(0.35)) / (bell(0.6) + 1e-3))


_APART_S = 0.22
"""s; shortest time from one series to the next, as between any two landings of one foot (fastest
hopping: about 3.6 per second). Larger: series are cut; smaller: a landing that rings ends one
series and begins another."""
_ALONE_S = 1.2
"""s; a single landing has no other this near: the longest period of hops. Larger: single hops are
missed; smaller: series fall apart into single landings."""
_LEAST_ODDS = -5.0
"""Log-odds of a hop below which it is not looked at. Larger: missed landings stay missed; smaller:
slower."""


def decode(of: Evidence, prices: Prices) -> list[Found]:
    """The best set of series, in order of time."""
    return _Trellis(of, prices).best()


class _Trellis:
    """Ways to reach a landing: m by hops, in order of landing, then k from rest or from a stand,
    then k alone."""

    def __init__(self, of: Evidence, prices: Prices) -> None:
        self._of, self._prices = of, prices
        hop, step = of.hop + prices.hop, of.take_off + prices.hop - prices.step
        kept = np.flatnonzero(np.maximum(hop, step) > _LEAST_ODDS)
        self._hops = kept[np.argsort(of.second[kept], kind="stable")]
        m, k = len(self._hops), len(of.time_s)
        self._first = of.first[self._hops]
        self._from_rest = np.maximum(hop, step)[self._hops] - prices.start
        self._from_hop = hop[self._hops]
        self._by_step = (step > hop)[self._hops]
        self._begin = np.searchsorted(of.second[self._hops], np.arange(k + 1))
        self._earlier, self._rhythm, self._since = self._rhythms()
        self._score = np.full(m + k, -np.inf)
        self._before = np.full(m + k, -1)
        self._free_at = np.searchsorted(of.time_s, of.time_s - _APART_S, side="right")
        self._alone_at = np.searchsorted(of.time_s, of.time_s - _ALONE_S, side="right")
        self._alone_to = np.searchsorted(of.time_s, of.time_s + _ALONE_S)

    def _rhythms(self) -> tuple[Ints, Floats, Ints]:
        """The hops that may come before each hop, one after the other, what it gains by its period
        after each of them, and where those of each hop begin, shape (m + 1,)."""
        period_s = (self._of.time_s[self._of.second] - self._of.time_s[self._of.first])[self._hops]
        begin, end = self._begin[self._first], self._begin[self._first + 1]
        since = np.concatenate([[0], np.cumsum(end - begin)])
        after = np.repeat(np.arange(len(begin)), end - begin)
        before = np.arange(since[-1]) - (since[:-1] - begin)[after]
        gain = self._prices.rhythm * evenness(period_s[before], period_s[after])
        return before, gain, since

    def best(self) -> list[Found]:
        """Forwards for the scores, backwards for the series."""
        m, k = len(self._hops), len(self._of.time_s)
        free, ends = np.zeros(k + 1), np.full(k + 1, -1)
        lone: list[list[tuple[float, int]]] = [[] for _ in range(k + 1)]
        lone_score = self._of.landing - self._prices.lone
        begin: list[int] = self._begin.tolist()
        free_at: list[int] = self._free_at.tolist()
        alone_at: list[int] = self._alone_at.tolist()
        alone_to: list[int] = self._alone_to.tolist()
        for at in range(k):
            self._by_flight(m + at, at, float(free[free_at[at]]))
            first, last = begin[at], begin[at + 1]
            ended = [(float(free[at]), -1)]
            if last > first:
                self._by_hops(first, last, free)
                top = last - 1 - int(self._score[first:last][::-1].argmax())
                ended.append((float(self._score[top]), top))
            if self._before[m + at] >= 0:
                ended.append((float(self._score[m + at]), m + at))
            lone[alone_to[at]].append((float(free[alone_at[at]] + lone_score[at]), m + k + at))
            free[at + 1], ends[at + 1] = max([*ended, *lone[at + 1]])
        return self._traced(ends)

    def _by_flight(self, way: int, at: int, free: float) -> None:
        """Reach a landing out of a flight, from rest or from a stand."""
        of, prices, m = self._of, self._prices, len(self._hops)
        landing = float(of.landing[at])
        self._score[way] = free + landing - prices.start
        if prices.stand is None:
            return
        earliest, latest = np.searchsorted(of.time_s, of.time_s[at] - np.array(of.stand_s[::-1]))
        for since in range(int(earliest), int(latest)):
            ways = [m + since, *range(int(self._begin[since]), int(self._begin[since + 1]))]
            for way_before in ways:
                score = self._score[way_before] + landing - prices.stand
                if score > self._score[way]:
                    self._score[way], self._before[way] = score, way_before

    def _by_hops(self, begin: int, end: int, free: Floats) -> None:
        """Reach one landing straight from others before, by the hops of [begin, end): from rest,
        from a landing out of a flight, or from another hop."""
        ways, m = slice(begin, end), len(self._hops)
        landings = m + self._first[ways]
        from_hop = self._from_hop[ways]
        score = free[self._free_at[self._first[ways]]] + self._from_rest[ways]
        before = np.full(end - begin, -1)
        straight = self._score[landings] + from_hop
        better = straight > score
        score[better], before[better] = straight[better], landings[better]
        since = self._since[begin : end + 1]
        if since[-1] > since[0]:
            earlier = self._earlier[since[0] : since[-1]]
            gained = self._score[earlier] + self._rhythm[since[0] : since[-1]]
            some = np.flatnonzero(since[1:] > since[:-1])
            starts = since[some] - since[0]
            most = np.maximum.reduceat(gained, starts)
            there = most + from_hop[some]
            for i in np.flatnonzero(there > score[some]).tolist():
                n = int(some[i])
                a, b = since[n] - since[0], since[n + 1] - since[0]
                score[n], before[n] = there[i], earlier[a + int(gained[a:b].argmax())]
        self._score[ways], self._before[ways] = score, before

    def _traced(self, ends: Ints) -> list[Found]:
        m, k = len(self._hops), len(self._of.time_s)
        found: list[Found] = []
        at = len(ends) - 1
        while at > 0:
            way = int(ends[at])
            if way < 0:
                at -= 1
                continue
            if way >= m + k:
                found.append(Found((way - m - k,), (), "landing"))
                at = int(self._alone_at[way - m - k])
                continue
            candidates: list[int] = []
            links: list[int | None] = []
            begins: Begins = "landing"
            while way >= 0:
                hop = None if way >= m else int(self._hops[way])
                candidates.append(way - m if hop is None else int(self._of.second[hop]))
                before = int(self._before[way])
                if hop is not None:
                    links.append(hop)
                    if before < 0:
                        candidates.append(int(self._of.first[hop]))
                        begins = "step-in" if self._by_step[way] else "landing"
                elif before >= 0:
                    links.append(None)
                way = before
            at = int(self._free_at[candidates[-1]])
            found.append(Found(tuple(candidates[::-1]), tuple(links[::-1]), begins))
        return found[::-1]
