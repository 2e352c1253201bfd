"""From what a recording holds (packets, or runs of samples) to the columns every file is read into.

Packets go through the decoder of their sensor's family, as they did live. Batches with the sensor's
own time keep it, set onto the host's clock by the packet that waited least; those without are
stamped with their arrival, and the clock fit makes an even row of them. Where acceleration and
angular rate come in batches of their own, the gyro is interpolated to the samples of acceleration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sensing.clock import fit_stamps
from sensing.devices import family
from sensing.devices.base import Batch, Setup
from sensing.errors import DeviceError, RecordingError
from sensing.intake import Columns, gyro_at
from sensing.units import Floats


def decoded(
    sensor: str,
    setup: Setup,
    happenings: Iterable[tuple[float, str, bytes] | None],
    where: str,
) -> Columns:
    """Columns from packets.

    Args:
        sensor: name of the family.
        setup: what the sensor had granted.
        happenings: (arrival in s, characteristic, bytes) of each packet; None where the link was
            lost.
        where: the recording, for messages.

    Raises:
        DeviceError: there is no such family.
        RecordingError: no packet could be read.
    """
    decoder = family(sensor).decoder(setup)
    batches: list[Batch] = []
    unread = 0
    for happening in happenings:
        if happening is None:
            batches += decoder.interrupted()
            continue
        arrival_s, characteristic, payload = happening
        try:
            batches += decoder.feed(characteristic, payload, arrival_s)
        except DeviceError:
            unread += 1
    batches += decoder.finish()
    notes = [f"{unread} packets could not be read"] if unread else []
    if decoder.tally.damaged:
        notes.append(f"{decoder.tally.damaged} packets were damaged")
    return columns_of(batches, where=where, range_g=setup.range_g, notes=notes)


def columns_of(
    batches: Sequence[Batch],
    *,
    where: str,
    range_g: float | None = None,
    notes: Sequence[str] = (),
) -> Columns:
    """Columns from batches of samples.

    Raises:
        RecordingError: none of them holds acceleration.
    """
    acc = [(b, b.acc_g) for b in batches if b.acc_g is not None and len(b)]
    if not acc:
        raise RecordingError(
            "holds no acceleration", where=where, remedy="record again with the sensor streaming"
        )
    waited = _waited(batches)
    t_s, clocked = _times([b for b, _ in acc], waited)
    said = list(notes)
    gyro: Floats | None = None
    if all(b.gyro_dps is not None for b, _ in acc):
        gyro = np.concatenate([b.gyro_dps for b, _ in acc if b.gyro_dps is not None])
    else:
        apart = [b for b in batches if b.gyro_dps is not None and len(b)]
        if apart:
            rates = np.concatenate([b.gyro_dps for b in apart if b.gyro_dps is not None])
            gyro_t_s = _times(apart, waited)[0]
            if not clocked:
                t_s, gyro_t_s = _evened(t_s, where), _evened(gyro_t_s, where)
            gyro, remark = gyro_at(t_s, gyro_t_s, rates)
            said += [remark] if remark else []
    return Columns(
        acc=np.concatenate([a for _, a in acc]),
        acc_unit="g",
        t_s=t_s,
        gyro_dps=gyro,
        range_g=range_g,
        where=where,
        batched=True,
        notes=tuple(said),
    )


def _waited(batches: Sequence[Batch]) -> dict[int, float]:
    """For every epoch, what to add to the sensor's time to have the host's, s."""
    waited: dict[int, float] = {}
    for b in batches:
        if b.device_s is not None and len(b):
            late = b.arrival_s - float(b.device_s[-1])
            waited[b.epoch] = min(late, waited.get(b.epoch, late))
    return waited


def _times(batches: Sequence[Batch], waited: dict[int, float]) -> tuple[Floats, bool]:
    """Time of every sample on the host's clock, never falling, and whether the sensor gave it."""
    clocked = all(b.device_s is not None for b in batches)
    parts = [
        np.full(len(b), b.arrival_s)
        if b.device_s is None or not clocked
        else b.device_s + waited[b.epoch]
        for b in batches
    ]
    return np.maximum.accumulate(np.concatenate(parts)), clocked


def _evened(t_s: Floats, where: str) -> Floats:
    """Arrival times as the even row of samples they stand for."""
    return np.concatenate([g.times_s() for g in fit_stamps(t_s, where=where)])
