"""Figures on the page: readable, with the very value of the database behind them.

Each is a ``data`` element whose ``value`` is what the database holds, with what it belongs to; a
test reads them back and compares.
"""

from __future__ import annotations

from cli.report.html import Html, tag
from sensing.results.quantities import QUANTITIES

_DECIMALS = 6


def figure(
    name: str, value: float, *, of: str, key: object = None, sd: float | None = None
) -> Html:
    """One figure, its uncertainty in small type behind it.

    It is named as in the database and in SI units. ``of`` says what it is a figure of (``set``,
    ``session``, ``total`` …), ``key`` which one.
    """
    how = QUANTITIES[name]
    exact = round(value, _DECIMALS)
    shown = tag(
        "data", how.text(value), value=repr(exact), data_of=of, data_key=key, data_name=name
    )
    error = how.plus_minus(sd)
    return Html(f"{shown}{tag('small', error)}") if error else shown


def count(name: str, value: int, *, of: str, key: object = None) -> Html:
    """Something counted."""
    return tag("data", str(value), value=str(value), data_of=of, data_key=key, data_name=name)
