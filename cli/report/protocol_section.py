"""The guided tests in a report, each result with its uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.report.html import Html, join, table, tag
from sensing.core.errors import AnkletError
from sensing.guided.protocols import PROTOCOLS, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.protocols.protocol_results import Result
    from sensing.store.store import Store


def tests_section(store: Store, athlete: str, ids: Iterable[int]) -> Html | None:
    """A table for each test that was done in these sessions; None if none was."""
    wanted = set(ids)
    parts: list[Html] = []
    for protocol in PROTOCOLS:
        results = [
            each
            for session_id in store.sessions_of_protocol(protocol.name, athlete=athlete)
            if session_id in wanted
            for each in _results(store, session_id, protocol)
        ]
        if results:
            parts += [tag("h3", protocol.title), _table(protocol, results)]
            parts.append(tag("p", f"Source: {protocol.sources[0]}.", class_="quiet"))
    return join(parts) if parts else None


def _results(store: Store, session_id: int, protocol: Protocol) -> list[Result]:
    from cli.protocols.protocol_results import AthleteData, results_of

    try:
        return results_of(store, store.session(session_id), protocol, AthleteData())
    except AnkletError:
        return []  # nothing of the test's kind is left in it


def _table(protocol: Protocol, results: list[Result]) -> Html:
    main = [each for each in results[-1].outcome.figures if each.main]
    rows = []
    for result in reversed(results):
        figures = [result.outcome.figure(each.name) for each in main]
        rows.append(
            (
                result.day,
                str(result.session_id),
                result.outcome.side or "",
                *("–" if each is None else each.text for each in figures),
                result.outcome.ended,
            )
        )
    heads = ("day", "session", "side", *(each.title for each in main), "ended")
    return table(protocol.title, heads, rows, numbers=range(3, 3 + len(main)))
