"""Movesense Showcase app: the sensor's ms clock and m/s², in one of three tables.

* Android, acceleration: ``Timestamp (ms),X: (m/s^2),Y: (m/s^2),Z: (m/s^2)``, a comma after the last
  number, in some versions semicolons and a column ``Sensor``. Some log only the first sample of
  each packet; the rate measured from the stamps is then what was logged, not what was sampled. A
  version that writes ``Timestamp (h:m:s)`` is read by its time of day.
* Android, IMU: ``Timestamp,AccX,AccY,AccZ,GyroX,GyroY,GyroZ,MagnX,MagnY,MagnZ``, with no cells for
  the magnetometer in IMU6. The app spreads the stamps inside a packet by the time since the packet
  before, so that they may run ahead of the next one a little.
* iOS: ``timestamp,x,y,z``, the stamp (of the first sample) only in the first row of each packet.

Built from the source of the two apps and of forks of them. Not certain: a phone that writes decimal
commas makes tables of the first two kinds that can't be told apart any more; they are refused.
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
