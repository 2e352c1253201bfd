"""What each piece of evidence is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

View = Literal["foot by gyro", "foot", "shank"]
"""Where the sensor is worn and what its vertical is from: the last two have or need no gyro."""


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of evidence.

    Attributes:
        name: as in ``hop_odds.py``; ``1`` is the constant.
        weight: log-odds per unit, by view.
        effect: what a larger value means.
    """

    name: str
    weight: Mapping[View, float]
    effect: str


def _row(name: str, gyro: float, foot: float, shank: float, effect: str) -> Row:
    return Row(name, {"foot by gyro": gyro, "foot": foot, "shank": shank}, effect)


HOP = (
    _row("1", -6.88, -10.19, -12.27, "the odds before any evidence"),
    _row("strength", 1.16, 1.70, 1.19, "a hard landing"),
    _row(
        "quiet",
        -0.84,
        -1.48,
        0.55,
        "no jerk just before the landing: a leg in flight moves, one that stands does not",
    ),
    _row("first low", 3.23, 2.23, 2.74, "the first landing at the lowest velocity around"),
    _row("contact", -1.60, -2.49, -1.91, "a contact longer than usual"),
    _row("contact²", -1.92, -0.49, -2.83, "one far from usual"),
    _row("flight", -0.78, -1.23, -1.02, "a flight longer than usual"),
    _row("flight²", -1.21, -0.60, -1.62, "one far from usual"),
    _row("air", -1.16, -1.08, -2.60, "vertical force in the air"),
    _row("fall", 2.03, 1.77, 3.06, "velocity lost in the air"),
    _row("calm", -1.17, -0.55, -0.25, "jerk never ebbs during contact: shaking, no stance"),
    _row("all calm", -0.11, -1.20, 0.21, "nor from landing to landing"),
    _row("force", -1.25, -0.13, -0.33, "high force in between"),
    _row("alike", 2.36, 3.89, 6.28, "both landings look the same"),
)
"""Of a hop. Larger weights: that evidence decides; smaller: it hardly counts. Fitted on people's
shoes (n = 8); the shank's near the foot's, on simulations and on people's ankles without hops."""
TAKE_OFF = (
    _row("1", -4.90, -5.40, -6.99, "the odds before any evidence"),
    _row("strength", 1.07, 1.31, 1.33, "a hard landing"),
    _row("flight", -0.44, -0.41, -0.99, "a flight longer than usual"),
    _row("flight²", -1.24, -0.36, -2.02, "one far from usual"),
    _row("air", -1.80, -0.97, -2.18, "vertical force in the air"),
    _row("fall", 0.17, 1.02, 3.66, "velocity lost in the air"),
)
"""Of a jump that need not begin with a landing. Larger and smaller likewise."""
LANDING = (
    _row("1", -5.18, -2.66, -4.50, "the odds before any evidence"),
    _row("strength", 1.14, 0.92, 1.57, "a hard landing"),
    _row("low", 3.94, 1.49, 2.47, "at the lowest velocity around"),
    _row("flight", 0.07, 0.48, 0.25, "a flight longer than usual"),
    _row("flight²", 0.36, 0.20, -0.28, "one far from usual"),
    _row("air", -1.21, -1.82, -5.21, "vertical force in the air"),
    _row("fall", -0.11, -0.02, 1.21, "velocity lost in the air"),
    _row("moves", 0.33, 0.58, 0.58, "the leg moves before it"),
)
"""Of a landing out of a flight. Larger and smaller likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The three tables: of a hop, of a jump, of a landing."""

    hop: tuple[Row, ...] = HOP
    take_off: tuple[Row, ...] = TAKE_OFF
    landing: tuple[Row, ...] = LANDING


WEIGHTS = Weights()
"""Those used."""
