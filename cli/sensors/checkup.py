"""Is this computer ready for a session? One function per check, each returning a :class:`Check`.

Clock, terminal and versions are passed in, so that tests can produce every result.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cli.common.output import many, size_words
from sensing.core.errors import AnkletError, RecordingError

if TYPE_CHECKING:
    from cli.recordings.import_status import Unsaved

State = Literal["ok", "trouble", "note"]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check.

    Attributes:
        name: what was checked.
        state: "ok"; "trouble" for a problem; "note" for information, or if it can't be checked.
        found: the result.
        remedy: what to do about a problem.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


NOT_CHECKED = "can't be checked before that is fixed"
"""Result if another problem prevented the check."""

_NUMBERS = re.compile(r"\d+")
_NEEDED = re.compile(r"^([\w.-]+)>=([\d.]+)$")

_HOUR_MB = 13.0
"""A recording of one sensor at 208 Hz with gyro: about 3.5 kB per second."""

_LEAST_FREE_MB, _LITTLE_FREE_MB = 200.0, 2000.0
_COLUMNS, _ROWS = 60, 16
"""Smallest window for the live screen."""

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Anklet is not older than this; a clock that shows less is wrong."""

_PATIENCE_S = 2.0
"""Time to look for recordings to import, since each is read; the rest is left to `recover`."""

_ELSEWHERE = "change its permissions, or choose another place with --db"


def packages() -> Check:
    """Are the required libraries installed, in sufficient versions?"""
    try:
        needed = requires("anklet") or []
    except PackageNotFoundError:
        return Check("packages", "note", "Anklet is not installed as a package")
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
            missing.append(f"{name} is {found}, but {least} is required")
    if missing:
        remedy = "reinstall Anklet, with the tool it was installed with"
        return Check("packages", "trouble", "; ".join(missing), remedy)
    return Check("packages", "ok", ", ".join(there))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in _NUMBERS.findall(text)[:3])


def terminal(*, is_terminal: bool, encoding: str, columns: int, rows: int) -> Check:
    """Is this a terminal with room for the live screen?"""
    if not is_terminal:
        found = "not a terminal: sessions have no live screen and no keys here"
        return Check("terminal", "note", found)
    size = f"{columns} × {rows}"
    if columns < _COLUMNS or rows < _ROWS:
        found = f"{size} is too small for the live screen"
        return Check("terminal", "note", found, f"make the window {_COLUMNS} × {_ROWS} or larger")
    if not encoding.lower().replace("-", "").startswith("utf8"):
        found = f"{size}, {encoding or 'unknown encoding'}: plots use plain characters"
        return Check("terminal", "note", found, "set PYTHONUTF8=1 to use all characters")
    return Check("terminal", "ok", f"{size}, UTF-8")


def database(place: Path) -> Check:
    """Can the database be opened and written, and is it intact?"""
    from sensing.store.database.health import examine

    try:
        health = examine(place)
    except AnkletError as error:
        found = f"{error.where}: {error.what}" if error.where else error.what
        return Check("database", "trouble", found, error.remedy)
    if not health.there:
        return _not_there_yet("database", place)
    sessions = many(health.sessions, "session")
    found = f"{place}: {sessions}, {size_words(health.size_bytes)}, intact"
    return Check("database", "ok", found)


def recordings(place: Path) -> Check:
    """Can recordings be written to their folder?"""
    if not place.exists():
        return _not_there_yet("recordings", place)
    trial = place / f".doctor-{os.getpid()}"
    try:
        with trial.open("xb") as file:
            file.write(b"can it be written?")
        trial.unlink()
    except OSError as error:
        found = f"{place}: can't be written to ({error.strerror})"
        return Check("recordings", "trouble", found, _ELSEWHERE)
    return Check("recordings", "ok", str(place))


def _not_there_yet(name: str, place: Path) -> Check:
    """Can something that does not exist yet be created?"""
    parent = next(each for each in place.parents if each.exists())
    if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
        return Check(name, "ok", f"{place}: does not exist yet; created when needed")
    found = f"{place}: can't be created, because {parent} can't be written to"
    return Check(name, "trouble", found, _ELSEWHERE)


def disk(place: Path) -> Check:
    """Is there enough free space for recordings?"""
    where = next(each for each in (place, *place.parents) if each.exists())
    try:
        free_mb = shutil.disk_usage(where).free / 1e6
    except OSError as error:
        return Check("disk", "note", f"can't be checked ({error.strerror})")
    return room(free_mb)


def room(free_mb: float) -> Check:
    """What this much free space is enough for."""
    hours = free_mb / _HOUR_MB
    found = f"{size_words(free_mb * 1e6)} free, enough for about {hours:,.0f} h of one sensor"
    if free_mb < _LEAST_FREE_MB:
        return Check("disk", "trouble", found, "free some space")
    state: State = "note" if free_mb < _LITTLE_FREE_MB else "ok"
    return Check("disk", state, found)


def clock(now: datetime, newest: datetime | None) -> Check:
    """Is the date plausible, also beside that of the newest recording in the database?"""
    found = f"{now:%Y-%m-%d %H:%M:%S %z}"
    remedy = "let the system set its clock from the network"
    if now < _EARLIEST:
        return Check("clock", "trouble", f"{found} is not possible", remedy)
    if newest is not None and now < newest - timedelta(days=1):
        found = f"{found}, but the newest recording is from {newest:%Y-%m-%d}"
        return Check("clock", "trouble", found, remedy)
    return Check("clock", "ok", found)


def unsaved(db: Path, *, patience_s: float = _PATIENCE_S) -> Check:
    """Are there recordings that never reached the database?"""
    from cli.recordings.import_status import Unsaved, folders_beside, recordings_in
    from sensing.store.store import open_store

    name = "to recover"
    try:
        with open_store(db, create=False) as store:
            paths = [each for folder in folders_beside(db) for each in recordings_in(folder, db)]
            counts = _counts(paths, Unsaved(store), time.monotonic() + patience_s)
    except RecordingError as error:
        return Check(name, "note", f"{error.where}: {error.what}")
    except AnkletError:
        return Check(name, "note", "can't be checked without the database")
    missing, raw, unseen = counts["missing"], counts["raw"], counts["unseen"]
    more = f"; {unseen} more were not checked" if unseen else ""
    if missing:
        are = "recording is" if missing == 1 else "recordings are"
        found = f"{missing} {are} not in the database{more}"
        return Check(name, "trouble", found, "import with `anklet recover`")
    words = []
    if raw:
        words.append(f"{raw} recorded with --raw-only; `anklet recover --raw` imports")
    if unclear := counts["unclear"]:
        words.append(f"{unclear} of this database or another; see `anklet recover`")
    state: State = "note" if words or unseen else "ok"
    return Check(name, state, f"{'; '.join(words) or 'none'}{more}")


def _counts(paths: Iterable[Path], unsaved: Unsaved, until_s: float) -> Counter[str]:
    """How many there are of each status, and how many were not checked in time (``unseen``)."""
    counts: Counter[str] = Counter()
    # The newest first: their names begin with the time.
    for path in sorted(paths, key=lambda each: each.name, reverse=True):
        if time.monotonic() > until_s:
            counts["unseen"] += 1
            continue
        try:
            counts[unsaved.status(path)[0]] += 1
        except (OSError, AnkletError):
            continue  # `recover` reports what is wrong with it
    return counts
