"""phyphox: "Acceleration with g" (or "Acceleration (with g)") exported as CSV.

Based on the column names of phyphox's export as public scripts read them: ``"Time (s)"``,
``"Acceleration x (m/s^2)"`` …, ``"Gyroscope x (rad/s)"`` …, one file per sensor in the exported
zip, separated by comma, semicolon or tab, with decimal point or comma. Where one sensor has fewer
values, the rest is NaN. Not supported: the Excel export and translated column names.
"""

from __future__ import annotations

import math

from sensing.files.importers.layout import Layout

LINEAR = "linearaccelerationx(m/s^2)"
"""A column of the experiment without gravity."""

PHYPHOX = Layout(
    name="phyphox",
    program="phyphox",
    time=("time(s)",),
    acc=(
        ("accelerationx(m/s^2)", "accelerometerx(m/s^2)"),
        ("accelerationy(m/s^2)", "accelerometery(m/s^2)"),
        ("accelerationz(m/s^2)", "accelerometerz(m/s^2)"),
    ),
    acc_unit="mps2",
    gyro=(("gyroscopex(rad/s)",), ("gyroscopey(rad/s)",), ("gyroscopez(rad/s)",)),
    gyro_scale=180 / math.pi,
    gyro_beside=lambda name: (
        name.replace("Accelerometer", "Gyroscope") if "Accelerometer" in name else None
    ),
    nan_at_end=True,
)
