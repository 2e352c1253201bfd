"""Sensor Logger (the phone app): one CSV per sensor, ``time,seconds_elapsed,z,y,x``.

Based on the app's published reference of units and public readers of its exports. Every file has
the same header, so the file's name decides:

* ``TotalAcceleration.csv`` (Android) is acceleration with gravity in m/s²: read.
* ``AccelerometerUncalibrated.csv`` too, in m/s² on Android; on iOS in g and with the opposite sign,
  unless "Standardise Units & Frames" is on. The norm shows which.
* ``Accelerometer.csv`` is without gravity. With ``Gravity.csv`` beside it the two are added (iOS
  writes only these by default, both with the opposite sign, on which no result depends). Alone it
  is refused.
* ``Gyroscope.csv`` beside it, in rad/s, is interpolated at its times; other sensors' files are
  refused.

A renamed file is read as m/s² with gravity; its norm at rest is checked as usual. Not supported:
the single table of all sensors that some versions write.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sensing.core.errors import RecordingError
from sensing.core.units import Floats
from sensing.files.importers.layout import Beside, Layout
from sensing.files.tables.number_columns import Table, open_table
from sensing.files.tables.text_lines import Lines
from sensing.sampling.columns import Columns

BEST_FIRST = ("TotalAcceleration.csv", "AccelerometerUncalibrated.csv", "Accelerometer.csv")
"""Files of one recording that have acceleration, the best first."""

_OTHER = ("gravity", "gyroscope", "magnetometer", "orientation", "compass", "location")

_MPS2_FROM = 4.0
"""A median norm above this is m/s², below it g: gravity is 9.8 or 1."""

SENSOR_LOGGER = Layout(
    name="sensor-logger",
    program="Sensor Logger",
    time=("seconds_elapsed",),
    acc=(("x",), ("y",), ("z",)),
    acc_unit="mps2",
    gyro=(("x",), ("y",), ("z",)),
    gyro_scale=180 / math.pi,
    gyro_beside=lambda _: "Gyroscope.csv",
)


def read_sensor_logger(table: Table, beside: Beside, name: str) -> Columns:
    """The columns of one of the app's files; arguments as for :meth:`Layout.read`.

    Raises:
        RecordingError: it is not acceleration, or is without gravity.
    """
    kind = name.lower()
    if kind.startswith(_OTHER):
        raise RecordingError(
            "is not acceleration",
            where=table.where,
            remedy="give TotalAcceleration.csv, or the whole zip",
        )
    columns = SENSOR_LOGGER.read(table, beside, name)
    if kind.startswith("accelerometeruncalibrated"):
        norm = np.sqrt(np.sum(columns.acc * columns.acc, axis=1))
        if float(np.median(norm)) < _MPS2_FROM:
            return replace(columns, acc=-columns.acc, acc_unit="g")
    elif kind.startswith("accelerometer"):
        return replace(columns, acc=columns.acc + _gravity(columns, beside))
    return columns


def _gravity(columns: Columns, beside: Beside) -> Floats:
    """Gravity as the phone estimated it, at the samples' times, shape (n, 3), m/s²."""
    stream = beside("Gravity.csv")
    if stream is None:
        raise RecordingError(
            "linear acceleration (without gravity) can't be analysed",
            where=columns.where,
            remedy="give TotalAcceleration.csv, or the whole zip that contains Gravity.csv",
        )
    with stream:
        table = open_table(Lines(stream, "Gravity.csv"), is_header=SENSOR_LOGGER.fits)
        gravity = SENSOR_LOGGER.read(table, lambda _: None, "Gravity.csv")
    if columns.t_s is None or gravity.t_s is None:
        raise RecordingError("has no times", where="Gravity.csv", remedy="export again")
    times = np.maximum.accumulate(gravity.t_s)
    return np.column_stack([np.interp(columns.t_s, times, gravity.acc[:, i]) for i in range(3)])
