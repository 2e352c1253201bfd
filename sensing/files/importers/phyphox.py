"""phyphox: "Acceleration with g" (or "Acceleration (with g)") exported as CSV.

Built from the column names of phyphox's own export as public scripts read them: ``"Time (s)"``,
``"Acceleration x (m/s^2)"`` …, ``"Gyroscope x (rad/s)"`` …, one file a sensor in the exported
zip, with comma, semicolon or tab between and decimal point or comma; where one sensor gave fewer
values the rest says NaN. Not seen: the Excel export (not read), and translated column names.
"""

from __future__ import annotations

import math

from sensing.files.importers.layout import Layout

LINEAR = "linearaccelerationx(m/s^2)"
"""A column of the other experiment, which has taken gravity away."""

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
