"""WitMotion's own text: tabs, ``ax(g)`` … or ``AccX(g)`` …, ``wx(deg/s)`` or ``AsX(°/s)``.

Built from the headers of the vendor's recording code (``Chiptime``, ``ax(g)``, ``wx(deg/s)`` …) and
of files that public scripts read (``time``, ``DeviceName``, ``AccX(g)``, ``AsX(°/s)``).
``Time(s)`` is read as seconds; ``Chiptime`` and ``time`` as a time of day, with a point or a colon
before the milliseconds. Not certain: files of older programs that begin with other lines.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.importers.layout import Layout

WITMOTION = Layout(
    name="witmotion",
    program="WitMotion",
    time=("time(s)",),
    acc=(("ax(g)", "accx(g)"), ("ay(g)", "accy(g)"), ("az(g)", "accz(g)")),
    gyro=(
        ("wx(deg/s)", "asx(deg/s)"),
        ("wy(deg/s)", "asy(deg/s)"),
        ("wz(deg/s)", "asz(deg/s)"),
    ),
    batched=True,
)

WITMOTION_CLOCK = replace(
    WITMOTION, time=("chiptime", "chiptime()", "time", "time()"), time_scale_s=0.0
)
