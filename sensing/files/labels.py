"""Labels of recordings: tables of counts or events in CSV, by hand, by program, or tapped live.

Counts: ``recording`` and one or more of ``reps``, ``hops`` (ground contacts), ``holds``; a row a
recording. Events: ``recording``, ``event`` (``rep``, ``contact`` or ``hold``), ``time_s`` and, if
known, ``end_s``; a row an event, times in seconds on the recording's own clock. A row ``observed``
is a span that was watched; what is detected outside such spans is left out. Both may have the
columns ``person`` and ``exercise``; other columns are ignored. Semicolons and decimal commas, as
spreadsheets write them in many countries, are read too.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, find_exercise
from sensing.files.tables.text_lines import Lines, open_recording
from sensing.validation.labels import (
    COUNT_COLUMNS,
    EVENT_KINDS,
    OBSERVED,
    EventKind,
    LabelledEvent,
    RecordingLabels,
)

ENDINGS = (".anklet", ".csv.gz", ".csv")
"""What a recording's name may end in without being part of what it is called."""
LABELS_ENDING = ".labels.csv"
EVENT_COLUMNS = ("recording", "event", "time_s", "end_s")
"""Columns of a table of events, as Anklet writes it."""

_MOST_COUNTED = 100_000
"""A larger count is a number of another kind."""


def bare_name(name: str) -> str:
    """What a recording is called: its file's name without the ending."""
    for ending in ENDINGS:
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name


def labels_path(recording: Path) -> Path:
    """Where labels lie beside a recording: ``NAME.labels.csv``."""
    return recording.with_name(bare_name(recording.name) + LABELS_ENDING)


@dataclass(slots=True)
class _Gathered:
    """What was read of one recording so far."""

    place: str
    counts: dict[EventKind, int] = field(default_factory=dict)
    counted_at: str = ""
    events: list[LabelledEvent] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def read_labels(files: Iterable[Path]) -> list[RecordingLabels]:
    """Read tables of labels and put together what they say of each recording.

    Raises:
        RecordingError: a file can't be opened or is not text.
        UsageError: a table makes no sense; says where.
    """
    found: dict[str, _Gathered] = {}
    for path in files:
        _read(path, found)
    return [
        RecordingLabels(
            recording=name,
            counts=each.counts,
            events=tuple(sorted(each.events, key=lambda event: event.time_s)),
            spans=tuple(sorted(each.spans)),
            person=each.said.get("person"),
            exercise=each.said.get("exercise"),
            place=each.place,
        )
        for name, each in found.items()
    ]


def event_rows(labels: RecordingLabels, recording: str, *, later_s: float = 0.0) -> list[list[str]]:
    """The events as rows of a table, under another name of the recording and moved in time."""
    rows: list[tuple[str, float, float | None]] = [
        *((OBSERVED, start_s, end_s) for start_s, end_s in labels.spans),
        *((each.event, each.time_s, each.end_s) for each in labels.events),
    ]
    return [
        [
            recording,
            event,
            f"{start_s + later_s:.4f}",
            "" if end_s is None else f"{end_s + later_s:.4f}",
        ]
        for event, start_s, end_s in rows
    ]


def _read(path: Path, found: dict[str, _Gathered]) -> None:
    with open_recording(path) as stream:
        text = [line for block in Lines(stream, path.name) for line in block]
    if not any(line.strip() for line in text):
        raise UsageError("there are no labels in it", where=path.name, remedy="give a table")
    first = next(i for i, line in enumerate(text) if line.strip())
    separator = max(",;\t", key=text[first].count)
    rows = csv.reader(text[first:], delimiter=separator, strict=False)
    header = [name.strip().lower() for name in next(rows)]
    _check_header(header, path)
    read = _event if "event" in header else _count
    some = False
    for n, cells in enumerate(rows, start=first + 2):
        if not any(cell.strip() for cell in cells):
            continue
        some = True
        place = f"{path.name}, line {n}"
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        if separator == ";":
            row |= {k: row[k].replace(",", ".") for k in ("time_s", "end_s") if k in row}
        name = bare_name(row.get("recording", ""))
        if not name:
            raise UsageError("names no recording", where=place, remedy="fill in the first column")
        one = found.setdefault(name, _Gathered(place))
        _also(one, row, place)
        read(one, row, place)
    if not some:
        raise UsageError(
            "there are no rows below the header", where=path.name, remedy="label something first"
        )


def _check_header(header: Sequence[str], path: Path) -> None:
    doubled = next((name for name in header if name and header.count(name) > 1), None)
    if doubled:
        raise UsageError(f"two columns are named {doubled}", where=path.name)
    counts = [name for name in COUNT_COLUMNS if name in header]
    if "recording" not in header or not ("event" in header or counts):
        seen = ", ".join(repr(name[:20]) for name in header[:6])
        raise UsageError(
            f"no labels: the columns are {seen}",
            where=path.name,
            remedy="counts need recording and reps (or hops, holds); "
            "events need recording, event, time_s",
        )
    if "event" in header and "time_s" not in header:
        raise UsageError("no column time_s", where=path.name, remedy="an event needs its time")


def _also(one: _Gathered, row: dict[str, str], place: str) -> None:
    """The person and the exercise, which may not differ within a recording."""
    for what in ("person", "exercise"):
        said = row.get(what, "")
        if not said:
            continue
        if one.said.setdefault(what, said) != said:
            raise UsageError(
                f"{what} {said!r}, but {one.said[what]!r} further up for the same recording",
                where=place,
                remedy="a recording has one",
            )
        if what == "exercise" and said != AUTO:
            try:
                find_exercise(said)
            except UsageError as error:
                raise UsageError(error.what, where=place, remedy=error.remedy) from None


def _count(one: _Gathered, row: dict[str, str], place: str) -> None:
    if one.counted_at:
        raise UsageError(
            f"counts a recording again that {one.counted_at} has",
            where=place,
            remedy="keep one row for each recording",
        )
    one.counted_at = place
    for column, kind in COUNT_COLUMNS.items():
        text = row.get(column, "")
        if not text:
            continue
        if not text.isdecimal() or int(text) > _MOST_COUNTED:
            raise UsageError(f"{column} {text!r} is not a count", where=place)
        one.counts[kind] = int(text)
    if not one.counts:
        raise UsageError("has no count", where=place, remedy="fill it in, or leave the row out")


def _event(one: _Gathered, row: dict[str, str], place: str) -> None:
    said = row.get("event", "")
    kind = next((each for each in EVENT_KINDS if each == said), None)
    if kind is None and said != OBSERVED:
        known = ", ".join([*EVENT_KINDS, OBSERVED])
        raise UsageError(f"event {said!r} is not known", where=place, remedy=f"use {known}")
    time_s = _seconds(row.get("time_s", ""), "time_s", place)
    end_s = _seconds(row["end_s"], "end_s", place) if row.get("end_s") else None
    if end_s is not None and end_s <= time_s:
        raise UsageError(f"end_s {end_s:g} is not after time_s {time_s:g}", where=place)
    if kind is None:
        if end_s is None:
            raise UsageError("a span that was observed needs end_s", where=place)
        one.spans.append((time_s, end_s))
        return
    twin = next((e for e in one.events if (e.event, e.time_s) == (kind, time_s)), None)
    if twin is not None:
        raise UsageError(
            f"the same {kind} stands in {twin.place}", where=place, remedy="delete one of the rows"
        )
    one.events.append(LabelledEvent(event=kind, time_s=time_s, end_s=end_s, place=place))


def _seconds(text: str, column: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{column} {text!r} is not a time", where=place, remedy="give seconds")
    return value
