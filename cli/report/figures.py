"""Figures as they stand on the page: readable, with the very value of the database behind them.

Each is a ``data`` element whose ``value`` is what the database holds, with what it is of beside it;
a test reads them back and compares.
"""

from __future__ import annotations

from cli.report.html import Html, tag
from sensing.review.metrics import Metric, find_metric


def figure(
    name: str,
    value: float | None,
    *,
    of: str,
    key: object = None,
    metric: Metric | None = None,
    unit: bool = True,
) -> Html:
    """One figure; a dash where nothing is known.

    Args:
        name: as the database calls it.
        value: SI units.
        of: what it is a figure of: ``set``, ``session``, ``total`` …
        key: which one.
        metric: how it is printed; None: the metric of this name.
        unit: print the unit behind it.
    """
    how = metric or find_metric(name)
    if value is None:
        return Html("–")
    return tag(
        "data",
        how.text(value, unit=unit),
        value=repr(value),
        data_of=of,
        data_key=key,
        data_name=name,
    )


def count(name: str, value: int, *, of: str, key: object = None) -> Html:
    """Something counted."""
    return tag("data", str(value), value=str(value), data_of=of, data_key=key, data_name=name)


def plus_minus(metric: Metric, error: float | None) -> Html:
    """Its standard deviation, small, behind a figure; nothing where nobody knows."""
    if error is None or error <= 0:
        return Html("")
    shown = metric.text(error, unit=False)
    if float(shown) == 0:
        return Html("")
    return tag("small", f" ± {shown}")
