"""Is the computer fit for a session? One question a function, each answered by a :class:`Check`.

What isn't the computer itself (the clock, the terminal, the versions) is handed in, so that every
answer can be asked for in a test.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from sensing.core.errors import AnkletError

State = Literal["ok", "trouble", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An answer.

    Attributes:
        name: what was looked at.
        state: "ok"; "trouble" if it keeps something from working; "note" if it can't be told or
            is only worth knowing.
        found: what there is.
        remedy: what to do about it.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


UNTOLD = "can't be told before that is mended"
"""Found where another trouble is in the way."""

_NUMBERS = re.compile(r"\d+")
_NEEDED = re.compile(r"^([\w.-]+)>=([\d.]+)$")

_HOUR_MB = 13.0
"""A recording of one sensor at 208 Hz with gyro: about 3.5 kB a second with the packets' heads."""

_LEAST_FREE_MB, _LITTLE_FREE_MB = 200.0, 2000.0
_COLUMNS, _ROWS = 60, 16
"""Of a window the live screen has room in."""

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Anklet is not older; a clock that says so has lost its battery."""

_PATIENCE_S = 2.0
"""Looking for lost recordings reads every one of them; beyond this the rest is left to recover."""

RECORDINGS = "*.anklet"


def packages() -> Check:
    """The libraries that Anklet says it needs, with their versions."""
    try:
        needed = requires("anklet") or []
    except PackageNotFoundError:
        return Check(name="packages", state="note", found="Anklet itself is not installed here")
    return _packages(needed)


def _packages(needed: Iterable[str]) -> Check:
    there, missing = [], []
    for line in needed:
        match = _NEEDED.match(line.partition(";")[0].strip())
        if match is None or "extra" in line.partition(";")[2]:
            continue
        name, least = match.groups()
        try:
            found = version(name)
        except PackageNotFoundError:
            missing.append(f"{name} is missing")
            continue
        there.append(f"{name} {found}")
        if _numbers(found) < _numbers(least):
            missing.append(f"{name} is {found} and {least} is needed")
    if missing:
        return Check(
            name="packages",
            state="trouble",
            found="; ".join(missing),
            remedy="install Anklet anew, with the tool it was installed with",
        )
    return Check(name="packages", state="ok", found=", ".join(there))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in _NUMBERS.findall(text)[:3])


def terminal(*, is_terminal: bool, encoding: str, columns: int, rows: int) -> Check:
    """Is there room for the live screen, in a terminal that can show it?"""
    if not is_terminal:
        return Check(
            name="terminal",
            state="note",
            found="this is no terminal: sessions have no live screen and no keys here",
        )
    size = f"{columns} × {rows}"
    if columns < _COLUMNS or rows < _ROWS:
        return Check(
            name="terminal",
            state="note",
            found=f"{size} is too small for the live screen",
            remedy=f"make the window {_COLUMNS} × {_ROWS} or larger",
        )
    if not encoding.lower().replace("-", "").startswith("utf8"):
        return Check(
            name="terminal",
            state="note",
            found=f"{size}, in {encoding or 'an unknown encoding'}: pictures are plain",
            remedy="set PYTHONUTF8=1 for all of them",
        )
    return Check(name="terminal", state="ok", found=f"{size}, UTF-8")


def database(place: Path) -> Check:
    """Can it be opened and written, and is it whole?"""
    from sensing.store.database.health import examine

    try:
        health = examine(place)
    except AnkletError as error:
        found = f"{error.where}: {error.what}" if error.where else error.what
        return Check(name="database", state="trouble", found=found, remedy=error.remedy)
    if not health.there:
        return _to_be_made("database", place)
    many = "1 session" if health.sessions == 1 else f"{health.sessions} sessions"
    found = f"{place}: {many}, {_size(health.size_bytes)}, whole"
    return Check(name="database", state="ok", found=found)


def recordings(place: Path) -> Check:
    """Can recordings be written there?"""
    if not place.exists():
        return _to_be_made("recordings", place)
    trial = place / f".doctor-{os.getpid()}"
    try:
        with trial.open("xb") as file:
            file.write(b"can it be written?")
        trial.unlink()
    except OSError as error:
        return Check(
            name="recordings",
            state="trouble",
            found=f"{place}: can't be written to ({error.strerror})",
            remedy="give yourself the right to, or choose another place with --db",
        )
    return Check(name="recordings", state="ok", found=str(place))


def _to_be_made(name: str, place: Path) -> Check:
    """Something that isn't there yet: can it be made?"""
    parent = next(each for each in place.parents if each.exists())
    if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
        return Check(name=name, state="ok", found=f"{place}: none yet; made when it is needed")
    return Check(
        name=name,
        state="trouble",
        found=f"{place}: can't be made, as {parent} can't be written to",
        remedy="give yourself the right to, or choose another place with --db",
    )


def disk(place: Path) -> Check:
    """Is there room for what is recorded?"""
    where = next(each for each in (place, *place.parents) if each.exists())
    try:
        free_mb = shutil.disk_usage(where).free / 1e6
    except OSError as error:
        return Check(name="disk", state="note", found=f"can't be asked ({error.strerror})")
    return room(free_mb)


def room(free_mb: float) -> Check:
    """What so much room is good for."""
    hours = free_mb / _HOUR_MB
    found = f"{_size(free_mb * 1e6)} free, for about {hours:,.0f} h of one sensor"
    if free_mb < _LEAST_FREE_MB:
        return Check(name="disk", state="trouble", found=found, remedy="make room")
    state: State = "note" if free_mb < _LITTLE_FREE_MB else "ok"
    return Check(name="disk", state=state, found=found)


def clock(now: datetime, newest: datetime | None) -> Check:
    """Is the date one that sessions can be kept by?

    Args:
        now: what the computer says, with its time zone.
        newest: when the newest recording in the database began.
    """
    found = f"{now:%Y-%m-%d %H:%M:%S %z}"
    remedy = "let the system set its clock by the network"
    if now < _EARLIEST:
        return Check(name="clock", state="trouble", found=f"{found} can't be", remedy=remedy)
    if newest is not None and now < newest - timedelta(days=1):
        return Check(
            name="clock",
            state="trouble",
            found=f"{found}, but the newest recording is of {newest:%Y-%m-%d}",
            remedy=remedy,
        )
    return Check(name="clock", state="ok", found=found)


def unsaved(place: Path, db: Path, *, patience_s: float = _PATIENCE_S) -> Check:
    """Are there recordings that never reached the database?"""
    name = "to recover"
    try:
        paths = sorted(place.rglob(RECORDINGS), reverse=True) if place.is_dir() else []
    except OSError as error:
        return Check(name=name, state="note", found=f"{place}: can't be read ({error.strerror})")
    try:
        lost, raw, unseen = _sorted_out(paths, db, time.monotonic() + patience_s)
    except AnkletError:
        return Check(name=name, state="note", found="not known without the database")
    more = f"; {unseen} more were not looked at" if unseen else ""
    if lost:
        are = "recording is" if lost == 1 else "recordings are"
        return Check(
            name=name,
            state="trouble",
            found=f"{lost} {are} not in the database{more}",
            remedy="take in what is lost with `anklet recover`",
        )
    kept_raw = f"{raw} kept raw, for `anklet recover --raw`" if raw else "nothing"
    return Check(name=name, state="note" if raw or unseen else "ok", found=f"{kept_raw}{more}")


def _sorted_out(paths: Iterable[Path], db: Path, until_s: float) -> tuple[int, int, int]:
    """How many are lost, kept raw on purpose, and were not looked at for want of time."""
    from cli.recordings.import_status import import_status_of
    from sensing.store.store import open_store

    lost = raw = unseen = 0
    with open_store(db, create=False) as store:
        for path in paths:
            if time.monotonic() > until_s:
                unseen += 1
                continue
            try:
                standing = import_status_of(path, store)[0]
            except (OSError, AnkletError):
                continue  # recover says of each what is wrong with it
            lost += standing == "missing"
            raw += standing == "raw"
    return lost, raw, unseen


def _size(size_bytes: float) -> str:
    for unit, worth in (("GB", 1e9), ("MB", 1e6)):
        if size_bytes >= worth:
            return f"{size_bytes / worth:.1f} {unit}"
    return f"{size_bytes / 1e3:.0f} kB"
