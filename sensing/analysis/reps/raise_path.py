"""The course of height within one phase: the smoothest path, or an athlete's own.

A movement is a bell of speed. The smoothest is the minimum-jerk path (Flash & Hogan 1985, J
Neurosci 5:1688), 30·u²·(1−u)² with u from 0 to 1. People's own bells are skewed, and a heel that
drops arrives with speed; uᵖ·(1−u)ᵠ has both (the beta profile of Plamondon & Alimi 1997, Behav
Brain Sci 20:279), and is the minimum-jerk path at p = q = 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sensing.core.units import Bools, Floats
from sensing.profile.rep_template import MINIMUM_JERK, RepShape

_POINTS = 512
"""Points of a tabulated path."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Share of the time gone (0…1), of the way done and its first two derivatives, each of one
    shape: of a whole path on a grid of u, or of several movements at the points of their windows.
    """

    share: Floats
    height: Floats
    speed: Floats
    push: Floats

    def of(self, which: Bools) -> Course:
        """The same for some of the movements, by flag, shape (n,)."""
        return Course(self.share[which], self.height[which], self.speed[which], self.push[which])


@dataclass(frozen=True, slots=True)
class Paths:
    """Exponents of the concentric and the eccentric phase."""

    up: tuple[float, float] = MINIMUM_JERK
    down: tuple[float, float] = MINIMUM_JERK


SMOOTHEST = Paths()


def own_paths(shape: RepShape | None) -> Paths:
    """The athlete's own paths, or the smoothest."""
    return SMOOTHEST if shape is None else Paths(shape.up, shape.down)


def course(u: Floats, exponents: tuple[float, float] = MINIMUM_JERK) -> Course:
    """Course at u, any shape (…,); still before u = 0 and after u = 1."""
    u = np.minimum(np.maximum(u, 0.0), 1.0)
    if exponents != MINIMUM_JERK:
        return _at(u, _path(exponents))
    bell = u * (1.0 - u)
    return Course(
        share=u,
        height=u * u * u * (10.0 - u * (15.0 - 6.0 * u)),
        speed=30.0 * bell * bell,
        push=60.0 * bell * (1.0 - 2.0 * u),
    )


def jerk(share: Floats, exponents: tuple[float, float] = MINIMUM_JERK) -> Floats:
    """Third derivative of the way done at shares of the time gone, shape (n, p) or any."""
    moving = (share > 0) & (share < 1)
    if exponents != MINIMUM_JERK:
        path = _path(exponents)
        return np.interp(share, path.share, np.gradient(path.push, path.share)) * moving
    return np.asarray(moving * (60.0 - 360.0 * share * (1.0 - share)), dtype=np.float64)


def _at(u: Floats, path: Course) -> Course:
    place = u * (_POINTS - 1)
    below = np.minimum(place.astype(np.int64), _POINTS - 2)
    part = place - below
    height, speed, push = (
        table[below] * (1 - part) + table[below + 1] * part
        for table in (path.height, path.speed, path.push)
    )
    moving = (u > 0) & (u < 1)
    return Course(u, height, speed * moving, push * moving)


@lru_cache(maxsize=64)
def _path(exponents: tuple[float, float]) -> Course:
    p, q = exponents
    u = np.linspace(0.0, 1.0, _POINTS)
    bell = u**p * (1.0 - u) ** q
    way = np.concatenate([[0.0], np.cumsum((bell[1:] + bell[:-1]) / 2)]) / (_POINTS - 1)
    bell = bell / way[-1]
    return Course(share=u, height=way / way[-1], speed=bell, push=np.gradient(bell, u))
