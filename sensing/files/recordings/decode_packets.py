"""From the packets of a recording to the columns every file is read into.

Packets go through the decoder of their sensor's family, as they did live, and their samples onto
the host's clock (:mod:`sensing.devices.packets_to_samples`); here they only become columns.
"""

from __future__ import annotations

from collections.abc import Iterable

from sensing.core.errors import RecordingError
from sensing.devices.base import Setup
from sensing.devices.packets_to_samples import Packet, decode_packets
from sensing.sampling.columns import Columns


def decoded(sensor: str, setup: Setup, happenings: Iterable[Packet | None], where: str) -> Columns:
    """Columns from packets.

    Args:
        sensor: name of the family.
        setup: what the sensor had granted.
        happenings: (arrival in s, characteristic, bytes) of each packet; None where the link was
            lost.
        where: the recording, for messages.

    Raises:
        DeviceError: there is no such family, or its setup makes no sense.
        RecordingError: no packet holds acceleration.
    """
    try:
        dated = decode_packets(sensor, setup, happenings)
    except RecordingError as error:
        raise RecordingError(error.what, where=where, remedy=error.remedy) from None
    return Columns(
        acc=dated.acc_g,
        acc_unit="g",
        t_s=dated.t_s,
        gyro_dps=dated.gyro_dps,
        range_g=dated.range_g,
        where=where,
        notes=dated.notes,
    )
