"""The results of one recording, as rows for a data frame or as the JSON's object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sensing.core import events
from sensing.results.json_document import HOLD_FIELDS, HOP_FIELDS, REP_FIELDS, Json, document

_KINDS = {"rep": REP_FIELDS, "hop": HOP_FIELDS, "hold": HOLD_FIELDS}
_STEADINESS = "steadiness"
_LEANS = {"lean_deg": "shank_lean_deg", "lean_sd_deg": "shank_lean_sd_deg"}
"""In a hold's row its own lean stands beside those of its steadiness."""

Value = str | float | int | bool | None
"""What a cell of a row holds; None is unknown, or does not apply to its kind of event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis(events.Analysis):
    """The results of one recording, and how they were obtained.

    The attributes are those of :class:`sensing.core.events.Analysis`: ``sets`` (with their
    ``reps``, ``hops``, ``holds``), ``bouts``, ``rate_hz``, ``duration_s``, ``placement``, ``notes``
    (limitations) and so on.
    """

    def to_dict(self) -> dict[str, Json]:
        """The object that ``anklet analyze --json`` prints (docs/interface.md)."""
        return document(self)

    def to_rows(self) -> list[dict[str, Value]]:
        """One row a rep, hop and hold, set by set, in order of time.

        Every row has the same keys, so the list is a table at once (``pandas.DataFrame(rows)``):
        ``event`` ("rep", "hop" or "hold"), ``set`` and ``n`` (both from 1), ``exercise``, ``side``,
        then the figures by the names of the JSON, with their units. Figures of other kinds of
        events are None, as is what is unknown; ``reasons`` says why, as "figure: word, …". Those of
        a hold's steadiness stand beside the hold's own; its lean is ``shank_lean_deg``.
        """
        whole = document(self)
        rows: list[dict[str, Value]] = []
        for number, each in enumerate(self.sets, start=1):
            for kind in _KINDS:
                names = _LEANS if kind == "hold" else {}
                for n, found in enumerate(_of_set(whole[f"{kind}s"], number), start=1):
                    row: dict[str, Value] = {"event": kind, "set": number, "n": n}
                    row |= {"exercise": each.exercise, "side": each.side}
                    rows.append(_EMPTY | row | _cells(found, names))
        return rows


def analysis_of(found: events.Analysis) -> Analysis:
    """The same results, with the methods of the public class."""
    return Analysis(**{each.name: getattr(found, each.name) for each in fields(found)})


def _of_set(listed: Json, number: int) -> list[dict[str, Json]]:
    """The events of one set, as the JSON lists them."""
    events_listed = listed if isinstance(listed, list) else []
    return [each for each in events_listed if isinstance(each, dict) and each["set"] == number]


def _cells(found: dict[str, Json], names: Mapping[str, str]) -> dict[str, Value]:
    """The figures of an event as cells, some by other names."""
    cells: dict[str, Value] = {}
    for key, value in found.items():
        match value:
            case dict() if key == _STEADINESS:
                cells |= _cells(value, {})
            case dict():
                cells[key] = ", ".join(f"{name}: {why}" for name, why in value.items())
            case list():
                raise TypeError(f"{key}: a list is no cell")
            case _ if key not in ("set", _STEADINESS):
                cells[names.get(key, key)] = value
    return cells


def _columns() -> list[str]:
    """The keys of every row, in order."""
    figures = [
        _LEANS.get(name, name) if kind == "hold" else name
        for kind in _KINDS
        for name in _KINDS[kind]
    ]
    inner = [each.name for each in fields(events.Steadiness)]
    wanted = ["event", "set", "n", "exercise", "side", *figures, *inner]
    return [name for name in dict.fromkeys(wanted) if name != _STEADINESS]


_EMPTY: dict[str, Value] = dict.fromkeys(_columns())
