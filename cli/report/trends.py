"""The trends and comparisons of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sensing.core.exercises import CATALOGUE

if TYPE_CHECKING:
    from cli.report.chosen_sessions import Chosen
    from cli.report.summary import Trends
    from sensing.review.figure import Figure
    from sensing.review.metrics import Metric
    from sensing.review.symmetry import Symmetry
    from sensing.store.store import Store

KINDS = {row.name: row.kind for row in CATALOGUE}


def figures_of(store: Store, chosen: Chosen) -> dict[tuple[str, str], list[Figure]]:
    """Figures of the sessions chosen, by exercise and metric."""
    from cli.report.summary import FOLLOWED
    from sensing.review.metrics import find_metric

    kinds = {KINDS.get(s.events.exercise) for each in chosen.sessions for s in each.sets}
    names = dict.fromkeys(name for kind in FOLLOWED if kind in kinds for name in FOLLOWED[kind])
    found: dict[tuple[str, str], list[Figure]] = {}
    for name in names:
        for each in store.figures(
            find_metric(name),
            athlete=chosen.athlete,
            since=chosen.first,
            until=chosen.last,
            exercise=chosen.exercise,
            side=chosen.side,
        ):
            kind = KINDS.get(each.exercise)
            if each.session_id in chosen.ids and kind and name in FOLLOWED[kind]:
                found.setdefault((each.exercise, name), []).append(each)
    return found


def trends_of(figures: Mapping[tuple[str, str], list[Figure]]) -> Trends:
    """The trend of each leg, by exercise and metric, where there is more than one session."""
    from sensing.review.metrics import find_metric
    from sensing.review.points import groups_of
    from sensing.review.trend import trend

    found = {}
    for (exercise, name), own in figures.items():
        legs = [
            (side or "both", trend(each, find_metric(name)))
            for (_, side), each in sorted(
                groups_of(own).items(), key=lambda group: group[0][1] or ""
            )
        ]
        if any(len(each.points) > 1 for _, each in legs):
            found[exercise, name] = legs
    return found


def symmetries_of(
    figures: Mapping[tuple[str, str], list[Figure]],
) -> list[tuple[str, Metric, Symmetry]]:
    """Left beside right of each exercise and metric that both legs have."""
    from sensing.review.metrics import find_metric
    from sensing.review.symmetry import symmetry

    found = []
    for (exercise, name), own in figures.items():
        metric = find_metric(name)
        each = symmetry(own, metric) if metric.of == "figure" else None
        if each is not None:
            found.append((exercise, metric, each))
    return found
