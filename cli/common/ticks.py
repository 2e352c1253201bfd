"""Round numbers for the axis of a plot in the terminal."""

from __future__ import annotations

import math


def ticks(low: float, high: float, *, most: int) -> tuple[list[float], list[str]]:
    """At most ``most`` round numbers between two bounds, and their labels."""
    steps = (step * 10.0**power for power in range(-3, 6) for step in (1, 2, 5))
    step = next(step for step in steps if (high - low) / step <= most)
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [n * step for n in numbers], [f"{n * step:.{digits}f}" for n in numbers]
