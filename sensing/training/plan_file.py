"""Read a plan from TOML written by hand, and check every value.

``[[exercise]]`` tables in the order they are done; ``docs/plan.md`` describes them. An error is one
line that names the entry and the key.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sensing.core.errors import UsageError
from sensing.core.samples import Side
from sensing.files.toml_values import TomlReader
from sensing.guided.pacing import Metronome, Tempo
from sensing.guided.protocols import protocol_or_exercise
from sensing.training.ladder import Progression
from sensing.training.plan import Entry, Plan
from sensing.training.progression_file import BOUNDS, Start, WrittenProgress, progression_of
from sensing.training.weeks import WEEKDAYS

PLAN_FILE = "plan.toml"
"""Where earlier versions stored the plan: beside the database. One that is there is honoured."""

_ITS_OWN = ("reps", "time_s", "tempo", "metronome_bpm", "progress")
"""Keys that a guided test sets itself."""

_Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_BOUNDS = {
    "sets": (1, 100),
    "reps": (1, 1000),
    "time_s": (1, 3600),
    "load_kg": (0, 1000),
    "rest_s": (0, 3600),
    "metronome_bpm": (20, 300),
    "per_week": (1, 7),
    **BOUNDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """An entry as it is in the file."""

    name: str
    sets: int = 1
    reps: int | None = None
    time_s: float | None = None
    tempo: str | None = None
    metronome_bpm: float | None = None
    load_kg: float | None = None
    rest_s: float | None = None
    sides: tuple[Side, ...] = ()
    days: tuple[_Day, ...] = ()
    per_week: int | None = None
    by_hand: bool = False
    progress: WrittenProgress | None = None
    note: str = ""


def read_plan(path: Path) -> Plan:
    """Read a plan's file.

    Raises:
        UsageError: it can't be read, or something in it is not valid.
    """
    return parse_plan(plan_text(path), str(path))


def plan_text(path: Path) -> str:
    """The text of a plan's file.

    Raises:
        UsageError: it can't be read.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise UsageError(
            "there is no such file", where=str(path), remedy="`anklet plan example` prints one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"can't be read: {why}", where=str(path)) from None


def parse_plan(text: str, where: str) -> Plan:
    """Read a plan.

    Args:
        text: the TOML.
        where: name of its file in messages.

    Raises:
        UsageError: it is not TOML, or an entry is not valid; the message names entry and key.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"is not TOML: {error}", where=where, remedy="`anklet plan example` shows the format"
        ) from None
    for key in table:
        if key not in ("name", "exercise"):
            raise UsageError(
                f"unknown key {key!r}", where=where, remedy="known: name, [[exercise]]"
            )
    name = table.get("name", "plan")
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"name is {name!r}, not a text", where=where)
    entries = table.get("exercise", [])
    if not isinstance(entries, list) or not entries:
        raise UsageError(
            "it has no [[exercise]]",
            where=where,
            remedy="`anklet plan example` shows the format",
        )
    plan = Plan(
        name=name.strip(),
        entries=tuple(_entry(each, n, where) for n, each in enumerate(entries, 1)),
    )
    _refuse_two_of_one(plan, where)
    return plan


def _refuse_two_of_one(plan: Plan, where: str) -> None:
    """Refuse a second entry of an exercise and leg that progresses: which one was done?"""
    for n, entry in enumerate(plan.entries, 1):
        for earlier, other in enumerate(plan.entries[: n - 1], 1):
            same = entry.is_of(other.counts_as or other.exercise)
            legs = not entry.sides or not other.sides or set(entry.sides) & set(other.sides)
            if same and legs and (entry.progression or other.progression):
                raise UsageError(
                    f"the same exercise as exercise {earlier}, and progress can't tell whose "
                    "sessions are whose",
                    where=f"{where}, exercise {n} ({entry.exercise})",
                    remedy="make them one entry, or remove progress",
                )


def _entry(table: Any, n: int, where: str) -> Entry:
    called = table.get("name") if isinstance(table, dict) else None
    place = f"{where}, exercise {n}" + (f" ({called})" if isinstance(called, str) else "")
    reader = TomlReader(
        place, bounds=_BOUNDS, missing='add a line such as name = "single-leg-calf-raise"'
    )
    written = reader.values(_Written, table, "")
    assert isinstance(written, _Written)  # noqa: S101 - narrows the type that was requested
    for key in ("sets", "reps", "per_week"):
        if getattr(written, key) is not None:
            reader.number(key, getattr(written, key))
    if written.progress is not None:
        for key in ("step_reps", "sessions", "max_pain"):
            if getattr(written.progress, key) is not None:
                reader.number(f"progress.{key}", getattr(written.progress, key))
        for each in written.progress.reps or ():
            reader.number("progress.reps", each)
    _check(written, place)
    name = written.name.strip()
    protocol = None if written.by_hand else protocol_or_exercise(name)
    rule = _progression(written, place)
    reps, time_s = written.reps, written.time_s
    if rule is not None and rule.what == "reps":
        reps = reps or int(rule.steps[0])
    elif rule is not None:
        time_s = time_s or rule.steps[0]
    return Entry(
        exercise=name,
        counts_as="" if protocol is None else protocol.exercise,
        sets=written.sets,
        reps=reps,
        time_s=time_s,
        tempo=_told(Tempo.parse, written.tempo, place),
        metronome_bpm=written.metronome_bpm,
        load_kg=written.load_kg,
        rest_s=written.rest_s,
        sides=tuple(dict.fromkeys(written.sides)),
        days=tuple(sorted({WEEKDAYS.index(day) for day in written.days})),
        per_week=written.per_week,
        by_hand=written.by_hand,
        progression=rule,
        note=written.note,
    )


def _progression(written: _Written, place: str) -> Progression | None:
    if written.progress is None:
        return None
    start = Start(
        exercise=written.name.strip(),
        by_hand=written.by_hand,
        reps=written.reps,
        time_s=written.time_s,
        load_kg=written.load_kg,
        has_tempo=written.tempo is not None,
    )
    return progression_of(written.progress, start, place)


def _told(parse: Any, value: str | None, place: str) -> Any:
    """The parsed value; an error gets its place."""
    if value is None:
        return None
    try:
        return parse(value)
    except UsageError as error:
        raise UsageError(error.what, where=place, remedy=error.remedy) from None


def _check(written: _Written, place: str) -> None:
    """Check what must hold between an entry's values."""
    if not written.name.strip():
        raise UsageError("name is empty", where=place)
    if not written.by_hand:
        _told(protocol_or_exercise, written.name.strip(), place)
    own = [key for key in _ITS_OWN if getattr(written, key) is not None]
    if own and not written.by_hand and protocol_or_exercise(written.name.strip()) is not None:
        raise UsageError(
            f"{written.name} sets its own course: remove {', '.join(own)}", where=place
        )
    if written.reps is not None and written.time_s is not None:
        raise UsageError("reps and time_s are both given", where=place, remedy="keep one")
    if written.tempo is not None and written.metronome_bpm is not None:
        raise UsageError("tempo and metronome_bpm are both given", where=place, remedy="keep one")
    if written.metronome_bpm is not None:
        Metronome(bpm=written.metronome_bpm)
    if bool(written.days) == (written.per_week is not None):
        both = "both given" if written.days else "both missing"
        raise UsageError(
            f"days and per_week are {both}",
            where=place,
            remedy='write days = ["mon", "thu"] or per_week = 2',
        )
