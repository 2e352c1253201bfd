"""Movesense Showcase app: ``Timestamp (ms),X: (m/s^2),Y: (m/s^2),Z: (m/s^2)``.

Built from the header that forks of the app write: the sensor's ms clock, m/s², a comma after the
last number, sometimes semicolons and a column ``Sensor``. Some versions log only the first sample
of each packet; the rate measured from the stamps is then what was logged, not what the sensor
sampled. A version that writes ``Timestamp (h:m:s)`` is read by its time of day.
"""

from __future__ import annotations

from dataclasses import replace

from sensing.importers.layout import Layout

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
