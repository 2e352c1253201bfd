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
    _row("1", -6.88, -10.19, -11.00, "the odds before any evidence"),
    _row("strength", 1.16, 1.70, 1.43, "a hard landing"),
    _row(
        "quiet",
        -0.84,
        -1.48,
        -0.46,
        "no jerk just before the landing: a leg in flight moves, one that stands does not",
    ),
    _row("first low", 3.23, 2.23, 2.14, "the first landing at the lowest velocity around"),
    _row("contact", -1.60, -2.49, -1.98, "a contact longer than usual"),
    _row("contact²", -1.92, -0.49, -3.11, "one far from usual"),
    _row("flight", -0.78, -1.23, -1.52, "a flight longer than usual"),
    _row("flight²", -1.21, -0.60, -0.88, "one far from usual"),
    _row("air", -1.16, -1.08, -1.85, "vertical force in the air"),
    _row("fall", 2.03, 1.77, 2.57, "velocity lost in the air"),
    _row("calm", -1.17, -0.55, -0.15, "jerk never ebbs during contact: shaking, no stance"),
    _row("all calm", -0.11, -1.20, -0.22, "nor from landing to landing"),
    _row("force", -1.25, -0.13, -0.30, "high force in between"),
    _row("alike", 2.36, 3.89, 6.09, "both landings look the same"),
)
"""Of a hop. Larger weights: that evidence decides; smaller: it hardly counts. Fitted on people's
shoes (n = 8); the shank's near the foot's, on simulations and on people's ankles without hops."""
TAKE_OFF = (
    _row("1", -5.58, -5.28, -6.68, "the odds before any evidence"),
    _row("strength", 1.09, 1.29, 0.99, "a hard landing"),
    _row("air", -2.11, -1.36, -3.00, "vertical force in the air"),
    _row("fall", 0.54, 0.74, 2.44, "velocity lost in the air"),
)
"""Of a jump that need not begin with a landing. Larger and smaller likewise."""
LANDING = (
    _row("1", -4.98, -3.13, -6.89, "the odds before any evidence"),
    _row("strength", 1.18, 0.93, 1.76, "a hard landing"),
    _row("low", 3.67, 1.56, 3.29, "at the lowest velocity around"),
    _row("air", -0.81, -1.33, -1.67, "vertical force in the air"),
    _row("fall", 0.13, 0.66, 2.17, "velocity lost in the air"),
    _row("moves", 0.27, 0.54, 0.58, "the leg moves before it"),
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
