"""Fatigue within a set, from its first rep to its last, as rows and as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.common.output import out, remark
from cli.common.tables import Column, Row, columns, finite, print_table

if TYPE_CHECKING:
    from sensing.store.values.sessions import SessionDetail

TIRED_NAMES = (
    *("session", "set", "exercise", "side", "metric", "first", "last", "change", "low", "high"),
)


def tired_rows(detail: SessionDetail, exercise: str | None) -> list[Row]:
    """The change of each figure within each set of a session, of one exercise or of all."""
    from sensing.review.fatigue import FATIGUE_METRICS, fatigue
    from sensing.review.metrics import find_metric

    rows: list[Row] = []
    for each in detail.sets:
        if each.said.false_set or exercise not in (None, each.exercise):
            continue
        for name in FATIGUE_METRICS:
            found = fatigue(each.corrected, name)
            if found is None:
                continue
            metric = find_metric(name)
            rows.append(
                {
                    **asdict(found),
                    "low": finite(found.low),
                    "high": finite(found.high),
                    "session": detail.id,
                    "set": each.n,
                    "exercise": each.exercise,
                    "side": each.side,
                    "metric": name,
                    "shown": metric.title,
                    "change_text": _change(found.change, found.low, found.high),
                    "certain": found.certain,
                    "ends": f"{metric.text(found.first, unit=False)} → {metric.text(found.last)}",
                }
            )
    return rows


def print_tired(rows: list[Row]) -> None:
    """The changes beyond scatter, as a table."""
    certain = [row for row in rows if row["certain"]]
    out().print("\nFatigue within a set, from the first rep to the last", style="bold")
    if not certain:
        out().print(
            "no change beyond scatter" if rows else "no set has the six reps or hops needed"
        )
        return
    ends, change = Column("ends", "first → last"), Column("change_text", "change (95 % interval)")
    print_table(columns("session", "set", "exercise", "side", "shown", ends, change), certain)
    if len(certain) < len(rows):
        remark(
            f"{len(rows) - len(certain)} others show no change beyond scatter; --json lists all. "
            "About 1 in 20 figures without a change is listed by chance"
        )


def _change(change: float, low: float, high: float) -> str:
    return f"{100 * change:+.0f} % ({100 * low:+.0f} to {100 * high:+.0f})"
