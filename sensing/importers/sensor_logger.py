"""Sensor Logger (the phone app): one CSV a sensor, ``time,seconds_elapsed,z,y,x``.

Built from the app's published export format and public readers of it: ``time`` is Unix time in ns,
``seconds_elapsed`` in s, the axes come z first; ``TotalAcceleration.csv`` is in m/s² with gravity,
``Accelerometer.csv`` without, ``Gyroscope.csv`` in rad/s. Every file has the same header, so the
file's name decides: what is called Accelerometer is refused. Not certain: older versions on iOS
wrote g into ``AccelerometerUncalibrated.csv``, which is not read.
"""

from __future__ import annotations

import math

from sensing.importers.layout import Layout

SENSOR_LOGGER = Layout(
    name="sensor-logger",
    program="Sensor Logger",
    time=("seconds_elapsed",),
    acc=(("x",), ("y",), ("z",)),
    acc_unit="mps2",
    gyro=(("x",), ("y",), ("z",)),
    gyro_scale=180 / math.pi,
    gyro_beside=lambda name: name.replace("TotalAcceleration", "Gyroscope"),
)
