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


def _row(name: str, effect: str) -> Row:
    return Row(name, {"foot by gyro": 0.0, "foot": 0.0, "shank": 0.0}, effect)


HOP = tuple(_row(n,'') for n in ("1","strength","quiet","first low","contact","contact²","flight","flight²","air","fall","calm","all calm","force","alike"))
TAKE_OFF = tuple(_row(n,'') for n in ("1","strength","quiet","flight","flight²","air","fall"))
LANDING = tuple(_row(n,'') for n in ("1","strength","quiet","low","flight","flight²","air","fall","moves"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The three tables: of a hop, of a take-off, of a landing."""

    hop: tuple[Row, ...] = HOP
    take_off: tuple[Row, ...] = TAKE_OFF
    landing: tuple[Row, ...] = LANDING


WEIGHTS = Weights()
"""Those used."""
