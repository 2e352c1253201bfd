"""Which program wrote a recording: recognised from the header of its table."""

from __future__ import annotations

from collections.abc import Sequence

from sensing.core.errors import RecordingError
from sensing.files.importers.layout import Beside, Layout, plain_name
from sensing.files.importers.metabase import METABASE
from sensing.files.importers.movesense import (
    MOVESENSE,
    MOVESENSE_CLOCK,
    MOVESENSE_IMU,
    MOVESENSE_IOS,
)
from sensing.files.importers.phyphox import LINEAR, PHYPHOX
from sensing.files.importers.polar import POLAR
from sensing.files.importers.sensor_logger import SENSOR_LOGGER, read_sensor_logger
from sensing.files.importers.witmotion import WITMOTION, WITMOTION_CLOCK
from sensing.files.tables.number_columns import Table
from sensing.sampling.columns import Columns

_LAYOUTS = (
    PHYPHOX,
    SENSOR_LOGGER,
    POLAR,
    MOVESENSE,
    MOVESENSE_CLOCK,
    MOVESENSE_IMU,
    MOVESENSE_IOS,
    METABASE,
    WITMOTION,
    WITMOTION_CLOCK,
)

NAMES = tuple(dict.fromkeys(layout.name for layout in _LAYOUTS))
"""Values of ``--input-format``, each program once."""


def layout_of(header: Sequence[str]) -> Layout | None:
    """The program whose header this is, or None."""
    return next((layout for layout in _LAYOUTS if layout.fits(header)), None)


def is_header(header: list[str]) -> bool:
    """Whether a line is the header of one of the programs, or of a table that must be refused."""
    return layout_of(header) is not None or LINEAR in [plain_name(name) for name in header]


def read_foreign(table: Table, beside: Beside, file_name: str, name: str | None = None) -> Columns:
    """The columns of another program's recording.

    Args:
        table: it is used up.
        beside: opens the files beside it: gyro or gravity may be in a file of their own.
        file_name: the recording's name.
        name: the program; None recognises it from the header.

    Raises:
        RecordingError: it is not a recording by this program, or has no gravity.
    """
    if LINEAR in [plain_name(each) for each in table.header]:
        raise RecordingError(
            "linear acceleration (without gravity) can't be analysed",
            where=table.where,
            remedy="record phyphox's 'Acceleration (with g)' instead",
        )
    fitting = [one for one in _LAYOUTS if name in (None, one.name) and one.fits(table.header)]
    named = [one for one in _LAYOUTS if one.name == name]
    layout = (fitting or named)[0]
    if layout is SENSOR_LOGGER:
        return read_sensor_logger(table, beside, file_name)
    return layout.read(table, beside, file_name)
