"""Times of ground contacts from a reference: contact mat, force plate, or frames of a video.

A CSV file in one of these forms. Commas, semicolons or tabs separate the columns; other columns are
ignored; lines that start with ``#`` are comments:

* ``contact_s,takeoff_s`` or ``contact_ms,takeoff_ms``: times of initial contact and toe-off, one
  ground contact in each line;
* ``contact_frame,takeoff_frame``: numbers of video frames, with a comment ``# fps=240`` or a column
  ``fps``;
* ``t_s,force_n`` (or ``t_ms``): vertical ground force; a contact is where it is above 20 N.

The clock may start anywhere; the offset to the recording's clock is estimated (``alignment.py``).
The unit is part of the header, because a wrong one would go unnoticed until it is in every figure;
implausible times are refused. An unknown toe-off is left empty.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.files.tables.number_columns import Table, open_table, read_rows
from sensing.files.tables.text_lines import Lines, open_recording

CONTACT_N = 20.0
"""Ground force at the start and end of a contact, N: the usual threshold of force plates."""
LEAST_CONTACTS = 6
"""Fewer can neither be aligned safely nor distinguish a bias from chance."""

_LEAST_FORCE_HZ = 100.0
_CONTACT_S = (0.03, 5.0)
"""Shortest and longest plausible ground contact."""
_CHATTER_S = 0.02
"""A shorter flight is the plate ringing."""
_SCALE_S = {"s": 1.0, "ms": 1e-3}
_LEAST_FPS, _MOST_FPS = 100.0, 5000.0
"""At 100 frames a second a contact time is known to ±4 ms (standard deviation of two roundings)."""
_FPS = re.compile(r"fps\s*[=:]\s*([0-9.,]+)", re.IGNORECASE)
_TEMPLATE = "`anklet calibrate contact --video-template` writes a file with the right columns"

Source = Literal["times", "frames", "force"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """Ground contacts measured by a reference, in order of time, on its own clock.

    Attributes:
        contact_s: initial contacts, shape (n,), s.
        takeoff_s: toe-offs, shape (n,), s; NaN if unknown.
        source: the form of file they came from.
        resolution_s: time between frames or samples, s; None if the file does not say.
    """

    contact_s: Floats
    takeoff_s: Floats
    source: Source
    resolution_s: float | None = None

    def __len__(self) -> int:
        return len(self.contact_s)


def read_reference(path: Path) -> Reference:
    """The contacts in a reference file.

    Raises:
        RecordingError: the file can't be read or used; the message names file, line and remedy.
    """
    with open_recording(path) as stream:
        return _read(Lines(stream, path.name))


def parse_reference(text: str, *, where: str = "reference") -> Reference:
    """The contacts in the text of a reference file.

    Args:
        text: the whole file.
        where: name of the file in messages.

    Raises:
        RecordingError: as in :func:`read_reference`.
    """
    return _read(Lines(io.BytesIO(text.encode()), where))


def _read(lines: Lines) -> Reference:
    table = open_table(lines, typed=True)
    table.header = names = [_name(each) for each in table.header]
    for unit in ("s", "ms", "frame"):
        if f"contact_{unit}" in names and f"takeoff_{unit}" in names:
            return _frames(table) if unit == "frame" else _times(table, unit)
    time = next((f"t_{unit}" for unit in _SCALE_S if f"t_{unit}" in names), None)
    if time is not None and "force_n" in names:
        return _force(table, time)
    raise RecordingError(
        f"the columns {', '.join(names)} are not those of a reference",
        where=f"{table.where}, line {table.first_line - 1}",
        remedy=_what_is_missing(names),
    )


def _name(cell: str) -> str:
    """A column's name in small letters, with its unit: ``Contact [ms]`` is ``contact_ms``."""
    return "_".join(re.findall(r"[a-z0-9]+", cell.lower()))


def video_template(fps: float = 240.0, rows: int = 15) -> str:
    """A CSV file to fill in while stepping through a video, with instructions as comments.

    Args:
        fps: frames per second at which the video was recorded.
        rows: number of empty lines for ground contacts.
    """
    lines = [
        "# Ground contacts marked in a video, for anklet calibrate contact --reference THIS_FILE",
        "#",
        "# 1. Film the foot from the side, camera on the floor, in slow motion (240 frames per",
        "#    second), while the sensor records. Film one series of 10 to 15 hops, or two with a",
        "#    pause. Make some longer and some shorter, so that the two clocks can be aligned.",
        "# 2. Step through the video frame by frame. For every ground contact write",
        "#    contact_frame: the first frame in which the shoe touches the floor,",
        "#    takeoff_frame: the first frame in which no part of the shoe touches it any more.",
        "#    Number the frames from any start, but keep one numbering for the whole video.",
        "# 3. fps is the rate at which the video was *recorded*, not the playback rate.",
        "#    Leave out a contact you can't see well; leave a toe-off you can't see empty.",
        f"# fps={fps:g}",
        "contact_frame,takeoff_frame",
        *[","] * rows,
    ]
    return "\n".join(lines) + "\n"


def _what_is_missing(names: list[str]) -> str:
    if {"contact", "takeoff"} & set(names):
        return "name the unit: contact_s,takeoff_s or contact_ms,takeoff_ms or contact_frame,…"
    units = {name.rpartition("_")[2] for name in names if name.startswith(("contact_", "takeoff_"))}
    if len(units) > 1:
        return "give contact and takeoff in the same unit"
    if any(name.startswith("force") for name in names):
        return "give t_s (or t_ms) and force_n, the vertical ground force in newtons"
    return f"contact_s,takeoff_s or contact_ms,… or contact_frame,… or t_s,force_n; {_TEMPLATE}"


def _times(table: Table, unit: str) -> Reference:
    columns, lines = _columns(table, (f"contact_{unit}", f"takeoff_{unit}"))
    contact_s, takeoff_s = _contacts(table, columns * _SCALE_S[unit], lines, unit)
    return Reference(contact_s=contact_s, takeoff_s=takeoff_s, source="times")


def _frames(table: Table) -> Reference:
    names = ("contact_frame", "takeoff_frame", *(["fps"] if "fps" in table.header else []))
    columns, lines = _columns(table, names)
    rates = [
        _frames_per_second(match.group(1), f"{table.where}, line {number}")
        for number, comment in table.comments
        if (match := _FPS.search(comment))
    ]
    in_column = np.unique(columns[:, 2:][np.isfinite(columns[:, 2:])])
    if len(in_column) > 1:
        raise RecordingError("fps differs between lines", where=table.where)
    if len(in_column):
        rates.append(_frames_per_second(f"{in_column[0]:g}", table.where))
    if not rates:
        raise RecordingError(
            "the frames have no frame rate",
            where=table.where,
            remedy="add a line `# fps=240` with the rate at which the video was recorded",
        )
    contact_s, takeoff_s = _contacts(table, columns[:, :2] / rates[-1], lines, "frame")
    return Reference(
        contact_s=contact_s, takeoff_s=takeoff_s, source="frames", resolution_s=1 / rates[-1]
    )


def _frames_per_second(text: str, where: str) -> float:
    try:
        fps = float(text.replace(",", "."))
    except ValueError:
        fps = math.nan
    if not _LEAST_FPS <= fps <= _MOST_FPS:
        raise RecordingError(
            f"fps {text!r} is too low to time a hop",
            where=where,
            remedy=f"film at {_LEAST_FPS:g} frames per second or more, preferably 240",
        )
    return fps


def _columns(table: Table, names: Sequence[str]) -> tuple[Floats, list[str]]:
    """These columns, shape (rows, names), NaN where empty, and the place of each row."""
    rows = read_rows(table, [table.header.index(name) for name in names])
    return rows.numbers, [f"{table.where}, line {number}" for number in rows.lines]


def _contacts(
    table: Table, times_s: Floats, places: Sequence[str], unit: str
) -> tuple[Floats, Floats]:
    """Contacts and toe-offs, s, each row of (n, 2) checked by itself and against the last."""
    contacts: list[float] = []
    takeoffs: list[float] = []
    for place, (start_s, end_s) in zip(places, times_s.tolist(), strict=True):
        if math.isnan(start_s):
            if math.isnan(end_s):
                continue
            raise RecordingError(f"takeoff_{unit} without contact_{unit}", where=place)
        _check(place, start_s, end_s, (contacts, takeoffs))
        contacts.append(start_s)
        takeoffs.append(end_s)
    _check_number(table.where, len(contacts))
    return np.array(contacts), np.array(takeoffs)


def _check(
    where: str, start_s: float, end_s: float, before: tuple[list[float], list[float]]
) -> None:
    """Refuse a contact that is not plausible."""
    contacts, takeoffs = before
    if contacts and not start_s > float(np.nanmax([contacts[-1], takeoffs[-1]])):
        raise RecordingError(
            "this contact starts before the one above it has ended",
            where=where,
            remedy="write one ground contact of one foot in each line, in order of time",
        )
    if end_s <= start_s:
        raise RecordingError("toe-off is not after the contact", where=where)
    shortest_s, longest_s = _CONTACT_S
    if not math.isnan(end_s) and not shortest_s <= end_s - start_s <= longest_s:
        raise RecordingError(
            f"a ground-contact time of {end_s - start_s:g} s is not plausible",
            where=where,
            remedy="check the unit in the header (s, ms or frames), and fps",
        )


def _check_number(where: str, n: int) -> None:
    if n < LEAST_CONTACTS:
        raise RecordingError(
            f"{n} ground contacts are too few for a calibration",
            where=where,
            remedy=f"provide at least {LEAST_CONTACTS}, better 10 to 15",
        )


def _force(table: Table, time: str) -> Reference:
    columns, places = _columns(table, (time, "force_n"))
    t_s, force_n = columns[:, 0] * _SCALE_S[time.removeprefix("t_")], columns[:, 1]
    empty = np.flatnonzero(np.isnan(columns).any(axis=1))
    if len(empty):
        raise RecordingError(f"{time} or force_n is empty", where=places[empty[0]])
    stuck = np.flatnonzero(np.diff(t_s) <= 0)
    if len(stuck):
        raise RecordingError(f"{time} does not increase", where=places[stuck[0] + 1])
    if len(t_s) < 2:
        raise RecordingError("the file has no force values", where=table.where)
    step_s = float(np.median(np.diff(t_s)))
    if step_s > 1 / _LEAST_FORCE_HZ:
        raise RecordingError(
            f"one force value every {step_s:.3g} s is too coarse to time a hop",
            where=table.where,
            remedy=f"export at least {_LEAST_FORCE_HZ:g} Hz; check the unit of {time}",
        )
    if not (force_n.max() > CONTACT_N > force_n.min()):
        raise RecordingError(
            f"force stays between {force_n.min():g} and {force_n.max():g} N",
            where=table.where,
            remedy="zero the unloaded plate; use vertical force in newtons, upwards positive",
        )
    contact_s, takeoff_s = contacts_of_force(t_s, force_n)
    _check_number(table.where, len(contact_s))
    return Reference(contact_s=contact_s, takeoff_s=takeoff_s, source="force", resolution_s=step_s)


def contacts_of_force(t_s: Floats, force_n: Floats) -> tuple[Floats, Floats]:
    """Ground contacts by the 20 N rule, interpolated between samples.

    Args:
        t_s: times, increasing, shape (n,), s.
        force_n: vertical ground force, shape (n,), N.

    Returns:
        Initial contacts and toe-offs, s, shape (k,) each. A contact that started before the first
        sample is left out; one that continues after the last has NaN for its toe-off.
    """
    loaded = force_n >= CONTACT_N
    k = np.flatnonzero(loaded[1:] != loaded[:-1])
    share = (CONTACT_N - force_n[k]) / (force_n[k + 1] - force_n[k])
    at_s = t_s[k] + share * (t_s[k + 1] - t_s[k])
    begins, ends = at_s[loaded[k + 1]], at_s[~loaded[k + 1]]
    if loaded[0]:
        ends = ends[1:]
    if loaded[-1]:
        ends = np.append(ends, np.nan)
    # Ringing of the plate after initial contact or toe-off is not a flight.
    apart = begins[1:] - ends[:-1] >= _CHATTER_S
    begins, ends = begins[np.append(True, apart)], ends[np.append(apart, True)]
    # Nor is a spike of force too short to stand on a contact.
    stood = ~(ends - begins < _CONTACT_S[0])
    return begins[stood], ends[stood]
