"""ICC(2,1): how well single measurements by two methods tell the measured things apart.

Two-way random effects, absolute agreement, a single measurement: Shrout & Fleiss (1979, Psychol
Bull 86:420–428); the interval is that of McGraw & Wong (1996, Psychol Methods 1:30–46, case 2,
absolute agreement). It assumes that the things measured are independent of each other. Several hops
or sets of one person are not: then people are drawn with replacement, each with all that is theirs
(a bootstrap over people, with a fixed seed), and the interval is the middle 95 % of the results.
The ICC depends on how different the things were: among like people it is low however good the
method. Read it beside the limits of agreement, never instead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sensing.core.units import Floats

_COVER = 0.95
"""Share of samplings in which an interval holds the true value. Larger: wider intervals."""
_DRAWS = 2000
"""Bootstrap samples; larger: the ends of the interval vary less with the seed, at more cost."""
_SEED = 20070
"""Fixed, so that the same data give the same interval."""
LEAST_THINGS = 3
"""With fewer things measured there is no spread to compare with."""
LEAST_PEOPLE = 5
"""A bootstrap over fewer people draws the same few again and again; its interval would be a
pretence. Larger: fewer results have an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """ICC(2,1) and its 95 % interval; ``interval`` is None if there is none, and ``why`` says so.

    ``by`` is "people" (bootstrap over people) or "measurements" (McGraw & Wong).
    """

    icc: float
    interval: tuple[float, float] | None
    by: str | None
    why: str = ""


def icc_2_1(table: Floats) -> float | None:
    """ICC(2,1); None if nothing varies.

    Args:
        table: a row for each thing measured, a column for each method, shape (n, k).
    """
    rows, columns, error = _mean_squares(table)
    n, k = table.shape
    below = rows + (k - 1) * error + k * (columns - error) / n
    return float((rows - error) / below) if below > 0 else None


def icc_interval(table: Floats) -> tuple[float, float] | None:
    """95 % interval of ICC(2,1) for independent things measured; None if nothing varies.

    Args:
        table: as for :func:`icc_2_1`, shape (n, k).
    """
    from scipy.special import fdtri

    icc = icc_2_1(table)
    rows, columns, error = _mean_squares(table)
    n, k = table.shape
    if icc is None or rows == 0:
        return None
    if error == 0 and columns == 0:  # all agree
        return (1.0, 1.0)
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    freedom = (a * columns + b * error) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    up = float(fdtri(n - 1, freedom, (1 + _COVER) / 2))
    down = float(fdtri(freedom, n - 1, (1 + _COVER) / 2))
    others = k * columns + (k * n - k - n) * error
    low = n * (rows - up * error) / (up * others + n * rows)
    high = n * (down * rows - error) / (others + n * down * rows)
    return float(low), float(high)


def reliability(
    measured: Sequence[Floats], reference: Sequence[Floats], *, one_person: bool = False
) -> Reliability | None:
    """ICC(2,1) of two methods, with an interval that respects who was measured several times.

    Args:
        measured, reference: the same things by both methods, one array a person, each of shape
            (m,).
        one_person: all are of one person, and the interval is one within that person.

    Returns:
        None if fewer than three things were measured, or nothing varies.
    """
    pairs = [np.column_stack(both) for both in zip(measured, reference, strict=True)]
    pairs = [each for each in pairs if len(each)]
    if sum(map(len, pairs)) < LEAST_THINGS:
        return None
    table = np.concatenate(pairs)
    icc = icc_2_1(table)
    if icc is None:
        return None
    if one_person or all(len(each) == 1 for each in pairs):
        return Reliability(icc=icc, interval=icc_interval(table), by="measurements")
    if len(pairs) < LEAST_PEOPLE:
        few = f"fewer than {LEAST_PEOPLE} people: no interval between people"
        return Reliability(icc=icc, interval=None, by=None, why=few)
    return Reliability(icc=icc, interval=_drawn(pairs), by="people")


def _mean_squares(table: Floats) -> tuple[float, float, float]:
    """Mean squares between rows, between columns, and of the rest."""
    n, k = table.shape
    grand = table.mean()
    by_row, by_column = table.mean(axis=1), table.mean(axis=0)
    rows = k * float(np.sum((by_row - grand) ** 2))
    columns = n * float(np.sum((by_column - grand) ** 2))
    rest = float(np.sum((table - by_row[:, None] - by_column[None, :] + grand) ** 2))
    return rows / (n - 1), columns / (k - 1), rest / ((n - 1) * (k - 1))


def _drawn(pairs: Sequence[Floats]) -> tuple[float, float] | None:
    """The middle 95 % of the ICC of people drawn with replacement."""
    rng = np.random.default_rng(_SEED)
    middle = np.concatenate(pairs).mean()
    # Sums of each person suffice: n, Σx, Σy, Σx², Σy², Σxy.
    each = np.array(
        [
            [len(p), *(p - middle).sum(axis=0), *((p - middle) ** 2).sum(axis=0),
             np.prod(p - middle, axis=1).sum()]
            for p in pairs
        ]
    )  # fmt: skip
    drawn = rng.integers(len(pairs), size=(_DRAWS, len(pairs)))
    n, x, y, xx, yy, xy = each[drawn].sum(axis=1).T
    grand = (x + y) / (2 * n)
    rows = (xx + 2 * xy + yy) / 2 - 2 * n * grand**2
    columns = n * ((x / n - grand) ** 2 + (y / n - grand) ** 2)
    rest = np.maximum(xx + yy - 2 * n * grand**2 - rows - columns, 0.0)
    row, error = rows / (n - 1), rest / (n - 1)
    below = row + error + 2 * (columns - error) / n
    icc = np.divide(row - error, below, out=np.full(_DRAWS, np.nan), where=below > 0)
    icc = icc[np.isfinite(icc)]
    if not len(icc):
        return None
    low, high = np.quantile(icc, [(1 - _COVER) / 2, (1 + _COVER) / 2])
    return float(low), float(high)
