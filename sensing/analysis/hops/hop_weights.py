"""What each piece of evidence is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

View = Literal["foot by gyro", "foot", "shank"]
"""Where the sensor is worn and what its vertical is from; the last two have no gyro or need none."""


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
    _row("1", -6.88, -10.19, -10.82, ""),
    _row("strength", 1.16, 1.70, 1.09, ""),
    _row("quiet", -0.84, -1.48, 1.10, ""),
    _row("first low", 3.23, 2.23, 2.74, ""),
    _row("contact", -1.60, -2.49, -2.12, ""),
    _row("contact²", -1.92, -0.49, -2.36, ""),
    _row("flight", -0.78, -1.23, -1.40, ""),
    _row("flight²", -1.21, -0.60, -1.19, ""),
    _row("air", -1.16, -1.08, -1.38, ""),
    _row("fall", 2.03, 1.77, 1.38, ""),
    _row("calm", -1.17, -0.55, -0.32, ""),
    _row("all calm", -0.11, -1.20, 0.04, ""),
    _row("force", -1.25, -0.13, -0.34, ""),
    _row("alike", 2.36, 3.89, 6.47, ""),
)
TAKE_OFF = (
    _row("1", -4.90, -5.40, -5.37, ""),
    _row("strength", 1.07, 1.31, 0.56, ""),
    _row("flight", -0.44, -0.41, -1.12, ""),
    _row("flight²", -1.24, -0.36, -1.73, ""),
    _row("air", -1.80, -0.97, -1.11, ""),
    _row("fall", 0.17, 1.02, 2.87, ""),
)
LANDING = (
    _row("1", -5.18, -2.66, -2.96, ""),
    _row("strength", 1.14, 0.92, 0.86, ""),
    _row("low", 3.94, 1.49, 3.12, ""),
    _row("flight", 0.07, 0.48, 0.18, ""),
    _row("flight²", 0.36, 0.20, -0.19, ""),
    _row("air", -1.21, -1.82, -3.96, ""),
    _row("fall", -0.11, -0.02, -0.07, ""),
    _row("moves", 0.33, 0.58, 0.48, ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The three tables: of a hop, of a take-off, of a landing."""

    hop: tuple[Row, ...] = HOP
    take_off: tuple[Row, ...] = TAKE_OFF
    landing: tuple[Row, ...] = LANDING


WEIGHTS = Weights()
"""Those used."""
