"""WitMotion's text files: tabs or commas, g and °/s, time of day from the chip or the computer.

Three generations of column names, based on the vendor's recording code and on files that public
programs read:

* ``ax(g)`` … ``wx(deg/s)`` with ``Chiptime`` or ``Time(s)``;
* ``AccX(g)`` … ``AsX(°/s)`` with ``time``, ``DeviceName`` and ``ChipTime()``;
* ``Acceleration X(g)`` … ``Angular velocity X(°/s)`` with ``Time`` and ``Chip Time()``.

The chip's time is used where there is one (some write ``null``), with a point or a colon before the
milliseconds. Other lines may come before the header, and the header may be repeated. The ° may be
in any encoding, so any sign before ``/s`` counts as one. Older files have not been seen.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.files.importers.layout import Layout


def _acc(axis: str) -> tuple[str, ...]:
    return f"a{axis}(g)", f"acc{axis}(g)", f"acceleration{axis}(g)"


def _gyro(axis: str) -> tuple[str, ...]:
    return f"w{axis}(deg/s)", f"as{axis}(deg/s)", f"angularvelocity{axis}(deg/s)"


WITMOTION = Layout(
    name="witmotion",
    program="WitMotion",
    time=("time(s)",),
    acc=(_acc("x"), _acc("y"), _acc("z")),
    gyro=(_gyro("x"), _gyro("y"), _gyro("z")),
    batched=True,
)

WITMOTION_CLOCK = replace(
    WITMOTION, time=("chiptime", "chiptime()", "time", "time()"), time_scale_s=0.0
)
