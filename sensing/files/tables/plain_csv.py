"""Plain recordings: a table of time, acceleration and, optionally, angular rate.

The first line names the columns, in any order; other columns are ignored:

====================== ====== ==========================================================
``t_s``                s      sensor time, any origin, increasing
``ax_g ay_g az_g``     g      specific force in the sensor's axes, norm 1 at rest
``ax_mps2`` …          m/s²   the same in SI
``gx_dps gy_dps gz_dps`` °/s  angular rate, optional
====================== ====== ==========================================================

Without ``t_s`` the sample rate must be given. Columns may be separated by commas, semicolons (with
decimal points or commas) or tabs, and the file may be compressed with gzip.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from sensing.core.errors import RecordingError
from sensing.core.samples import Recording
from sensing.core.units import Floats
from sensing.files.tables.number_columns import Table, read_rows
from sensing.sampling.checked_recording import LONGEST_S, recording_of
from sensing.sampling.columns import Columns

ACC = {unit: tuple(f"a{axis}_{unit}" for axis in "xyz") for unit in ("g", "mps2")}
GYRO = ("gx_dps", "gy_dps", "gz_dps")
TIME = "t_s"


def is_plain(header: Sequence[str]) -> bool:
    """Whether a header names all three axes of a plain recording."""
    return any(set(names) <= set(header) for names in ACC.values())


def read_plain(table: Table, *, rate_hz: float | None = None) -> Recording:
    """Read a plain recording.

    Args:
        table: it is used up.
        rate_hz: sample rate, Hz; needed if there is no column ``t_s``.

    Raises:
        RecordingError: anything is wrong with it; names line and column.
    """
    unit, acc_names = _acceleration(table)
    timed = TIME in table.header
    gyro_names = [name for name in GYRO if name in table.header]
    notes: list[str] = []
    if 0 < len(gyro_names) < 3:
        missing = [name for name in GYRO if name not in gyro_names]
        notes.append(f"no column {', '.join(missing)}: the gyro is left out")
        gyro_names = []
    if not timed and rate_hz is None:
        raise RecordingError(
            "no column t_s",
            where=table.where,
            remedy="add the time in seconds, or give the sample rate with --rate HZ",
        )
    wanted = [*([TIME] if timed else []), *acc_names, *gyro_names]
    first_t: list[float] = []

    def not_too_long(rows: Floats) -> None:
        first_t.append(float(rows[0, 0]))
        span_s = float(rows[-1, 0]) - first_t[0]
        if span_s > LONGEST_S and len(rows) / (rows[-1, 0] - rows[0, 0]) > 10:
            raise RecordingError(
                f"more than {LONGEST_S / 3600:.0f} hours long",
                where=table.where,
                remedy="cut out the session itself",
            )

    rows = read_rows(
        table,
        [table.header.index(name) for name in wanted],
        check=not_too_long if timed else None,
    )
    numbers = rows.numbers
    if len(numbers) == 0:
        raise RecordingError(
            "there are no rows below the header",
            where=table.where,
            remedy="record again, or copy the file again",
        )
    at = 1 if timed else 0
    return recording_of(
        Columns(
            acc=numbers[:, at : at + 3],
            acc_unit=unit,
            t_s=numbers[:, 0] if timed else None,
            gyro_dps=numbers[:, at + 3 :] if gyro_names else None,
            rate_hz=rate_hz,
            where=table.where,
            place=lambda row: f"{table.where}, line {rows.line_of(row)}",
            acc_names=(acc_names[0], acc_names[1], acc_names[2]),
            notes=(*table.notes, *notes),
        )
    )


def _acceleration(table: Table) -> tuple[str, list[str]]:
    """Unit and names of the three columns of acceleration."""
    doubled = sorted({name for name in table.header if name and table.header.count(name) > 1})
    known = {TIME, *GYRO, *ACC["g"], *ACC["mps2"]}
    if set(doubled) & known:
        raise RecordingError(
            f"two columns are named {doubled[0]}", where=table.where, remedy="name each only once"
        )
    for unit, names in ACC.items():
        if set(names) <= set(table.header):
            return unit, list(names)
    for names in ACC.values():
        found = [name for name in names if name in table.header]
        if found:
            missing = [name for name in names if name not in table.header]
            raise RecordingError(
                f"no column {', '.join(missing)}",
                where=table.where,
                remedy="all three axes are needed",
            )
    seen = ", ".join(repr(name[:20]) for name in table.header[:8])
    near = difflib.get_close_matches("ax_g", table.header, n=1, cutoff=0.6)
    hint = f" ({near[0]!r} is close)" if near else ""
    raise RecordingError(
        f"no columns ax_g, ay_g, az_g (or …_mps2) among {seen}{hint}",
        where=f"{table.where}, line {table.first_line - 1}",
        remedy="rename the columns, or give --input-format NAME for a file of another program",
    )
