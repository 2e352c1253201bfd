"""Polar Sensor Logger: ``…_ACC.txt``, semicolons, the sensor's own ns clock, mg.

Based on the header that public readers and writers of the format agree on: ``Phone
timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg]``, and ``X [dps]`` … in ``…_GYRO.txt`` beside
it. The sensor's clock is used, not the phone's. The last name may be followed by a blank.
"""

from __future__ import annotations

from sensing.files.importers.layout import Layout


def _gyro_file(name: str) -> str | None:
    return name.replace("_ACC", "_GYRO") if "_ACC" in name else None


POLAR = Layout(
    name="polar-sensor-logger",
    program="Polar Sensor Logger",
    time=("sensortimestamp[ns]",),
    time_scale_s=1e-9,
    acc=(("x[mg]",), ("y[mg]",), ("z[mg]",)),
    acc_scale=1e-3,
    gyro=(("x[dps]",), ("y[dps]",), ("z[dps]",)),
    gyro_beside=_gyro_file,
)
