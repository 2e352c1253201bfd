"""MetaBase (MbientLab): ``epoc (ms),timestamp (-0700),elapsed (s),x-axis (g),…``.

Based on the header that public programs for the boards write and read, with ``epoc`` or ``epoch``
and ``timestamp`` or ``time``. The gyro (``x-axis (deg/s)``) is in a file of its own, with
``Gyroscope`` in place of ``Accelerometer`` in its name. ``elapsed (s)`` is the app's estimate of
the time, rounded to ms, so times may repeat.
"""

from __future__ import annotations

from sensing.files.importers.layout import Layout


def _gyro_file(name: str) -> str | None:
    return name.replace("Accelerometer", "Gyroscope") if "Accelerometer" in name else None


METABASE = Layout(
    name="metabase",
    program="MetaBase",
    time=("elapsed(s)",),
    acc=(("x-axis(g)",), ("y-axis(g)",), ("z-axis(g)",)),
    gyro=(("x-axis(deg/s)",), ("y-axis(deg/s)",), ("z-axis(deg/s)",)),
    gyro_beside=_gyro_file,
    batched=True,
)
