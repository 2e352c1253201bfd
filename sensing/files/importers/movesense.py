"""Movesense Showcase app: the sensor's ms clock and m/s², in one of three tables.

* Android, acceleration: ``Timestamp (ms),X: (m/s^2),Y: (m/s^2),Z: (m/s^2)``, with a comma after the
  last number; some versions write semicolons and a column ``Sensor``. Some log only the first
  sample of each packet; the rate is then that of the log, not of the sensor. Where the header says
  ``Timestamp (h:m:s)``, the time of day is used.
* Android, IMU: ``Timestamp,AccX,AccY,AccZ,GyroX,GyroY,GyroZ,MagnX,MagnY,MagnZ``, without cells for
  the magnetometer in IMU6. The app interpolates the times within a packet from the time since the
  packet before, so they may run a little ahead of the next packet.
* iOS: ``timestamp,x,y,z``, with a time only in the first row of each packet.

Based on the source code of the two apps and of forks. Not supported: the first two kinds written by
a phone with decimal commas, because their columns can't be separated; they are refused.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.files.importers.layout import Layout

MOVESENSE = Layout(
    name="movesense",
    program="Movesense Showcase",
    time=("timestamp(ms)",),
    time_scale_s=1e-3,
    acc=(("x:(m/s^2)",), ("y:(m/s^2)",), ("z:(m/s^2)",)),
    acc_unit="mps2",
    batched=True,
)

MOVESENSE_CLOCK = replace(MOVESENSE, time=("timestamp(h:m:s)", "timestamp"), time_scale_s=0.0)

MOVESENSE_IMU = replace(
    MOVESENSE,
    time=("timestamp",),
    acc=(("accx",), ("accy",), ("accz",)),
    gyro=(("gyrox",), ("gyroy",), ("gyroz",)),
)

MOVESENSE_IOS = replace(
    MOVESENSE, time=("timestamp",), acc=(("x",), ("y",), ("z",)), time_once_a_packet=True
)
