"""MbientLab MetaMotion R and S (BMI160 and BMI270 inside).

Every command and notification is ``[module][register (bit 7: answer to a read)][data]``. The chip
is read first, since the two have different codes for rate and range and send packed samples from
different registers. A single notification has one sample, a packed one three, by its length.
Nothing shows when a sample was taken or whether one was lost, except the count of samples on the
host's clock.

A packed notification equal to the one before is a copy: nine values with an LSB of noise or more do
not agree by chance. Single ones do, at rest, so they are all used.

Sources: mbientlab/MetaWear-SDK-Cpp (accelerometer_bosch.cpp, gyro_bosch.cpp, settings, its tests)
and MbientLab's cppdocs. Not yet tested with a sensor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import Floats
from sensing.devices.base import (
    Batch,
    Dialogue,
    Family,
    Listen,
    Setup,
    StreamRequest,
    Subscribe,
    Tally,
    Unsubscribe,
    Write,
    choose,
)
from sensing.devices.gatt import battery_level

NAME = "metamotion"
SERVICE = "326a9000-85cb-9195-d9dd-464cfbbae75a"
COMMAND = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY = "326a9006-85cb-9195-d9dd-464cfbbae75a"

ACC, SETTINGS, GYRO = 0x03, 0x11, 0x13
POWER, ENABLE, CONFIG = 0x01, 0x02, 0x03
BMI160, BMI270 = 1, 4

RATE_CODES: Mapping[float, int] = {50.0: 0x7, 100.0: 0x8, 200.0: 0x9, 400.0: 0xA}
RANGE_CODES: Mapping[int, Mapping[float, int]] = {
    BMI160: {2.0: 0x03, 4.0: 0x05, 8.0: 0x08, 16.0: 0x0C},
    BMI270: {2.0: 0x00, 4.0: 0x01, 8.0: 0x02, 16.0: 0x03},
}
FILTER_CODES: Mapping[int, int] = {BMI160: 0x20, BMI270: 0xA0}
GYRO_CODES: Mapping[float, int] = {2000.0: 0, 1000.0: 1, 500.0: 2, 250.0: 3, 125.0: 4}
PACKED: Mapping[tuple[int, int], int] = {
    (ACC, BMI160): 0x1C,
    (ACC, BMI270): 0x05,
    (GYRO, BMI160): 0x07,
    (GYRO, BMI270): 0x05,
}
_DATA_REGISTERS = {ACC: {0x04, 0x05, 0x1C}, GYRO: {0x04, 0x05, 0x07}}

FAST_LINK = bytes([SETTINGS, 0x09, 6, 0, 6, 0, 0, 0, 0x58, 0x02])
"""Request a connection interval of 7.5 ms: packed samples at 100 Hz and more need it."""
_ACC_COUNTS, _GYRO_LSB_2000 = 32768.0, 16.4
"""Counts of the full range; counts per °/s at ±2000 °/s."""
_ANSWER_S, _MOST_OTHERS = 3.0, 32
"""Longest wait for an answer, and other notifications skipped."""


def read_samples(payload: bytes) -> tuple[int, Floats] | None:
    """Module and counts, shape (1, 3) or (3, 3); None for other notifications.

    Raises:
        DeviceError: the length is not that of one or three samples.
    """
    if len(payload) < 2:
        raise DeviceError(f"a MetaMotion notification of {len(payload)} bytes has no header")
    module, register = payload[0], payload[1]
    if register not in _DATA_REGISTERS.get(module, ()):
        return None
    if len(payload) not in (8, 20):
        raise DeviceError(f"MetaMotion samples in {len(payload)} bytes, not 8 or 20")
    counts = np.frombuffer(payload, dtype="<i2", offset=2).reshape(-1, 3)
    return module, counts.astype(np.float64)


def acc_g_per_count(range_g: float) -> float:
    """g per count: 16384 counts per g at ±2 g, halved with every wider range."""
    return range_g / _ACC_COUNTS


def gyro_dps_per_count(range_dps: float) -> float:
    """°/s per count: 16.4 counts per °/s at ±2000 °/s, doubled with every narrower range."""
    return range_dps / 2000.0 / _GYRO_LSB_2000


def _chip() -> Dialogue[int]:
    """The accelerometer chip.

    Raises:
        DeviceError: no answer, or an unknown chip.
    """
    yield Write(COMMAND, bytes([ACC, 0x80]), response=False)
    for _ in range(_MOST_OTHERS):
        answer = yield Listen(NOTIFY, _ANSWER_S, 1)
        if not answer:
            break
        said = answer[0].payload
        if len(said) >= 3 and said[:2] == bytes([ACC, 0x80]):
            if said[2] in RANGE_CODES:
                return said[2]
            raise DeviceError(
                f"the MetaMotion has accelerometer {said[2]}; only the BMI160 (R) and BMI270 (S) "
                "are supported",
                remedy="use another sensor",
            )
    raise DeviceError("the MetaMotion does not answer", remedy="switch it off and on")


def start(request: StreamRequest) -> Dialogue[Setup]:
    """Configure, subscribe to packed samples, switch on, start, in that order.

    Raises:
        DeviceError: the sensor does not answer.
    """
    yield Subscribe(NOTIFY)
    chip = yield from _chip()
    rate_hz = choose(list(RATE_CODES), request.rate_hz)
    range_g = choose(list(RANGE_CODES[chip]), request.range_g)
    gyro_dps = choose(list(GYRO_CODES), request.gyro_range_dps) if request.gyro else None
    for command in _stop_commands(chip, gyro=True):
        yield Write(COMMAND, command, response=False)
    yield Write(COMMAND, FAST_LINK, response=False)
    odr = RATE_CODES[rate_hz]
    commands = [
        bytes([ACC, CONFIG, FILTER_CODES[chip] | odr, RANGE_CODES[chip][range_g]]),
        bytes([ACC, PACKED[ACC, chip], 1]),
        bytes([ACC, ENABLE, 1, 0]),
    ]
    if gyro_dps is not None:
        commands += [
            bytes([GYRO, CONFIG, 0x20 | odr, GYRO_CODES[gyro_dps]]),
            bytes([GYRO, PACKED[GYRO, chip], 1]),
            bytes([GYRO, ENABLE, 1, 0]),
            bytes([GYRO, POWER, 1]),
        ]
    commands.append(bytes([ACC, POWER, 1]))
    for command in commands:
        yield Write(COMMAND, command, response=False)
    return Setup(
        family=NAME,
        rate_hz=rate_hz,
        range_g=range_g,
        gyro_rate_hz=None if gyro_dps is None else rate_hz,
        gyro_range_dps=gyro_dps,
        details={"chip": float(chip)},
    )


def _stop_commands(chip: int, *, gyro: bool) -> list[bytes]:
    """Everything :func:`start` did, undone in reverse."""
    return [
        bytes([module, register, *data])
        for module in ((GYRO, ACC) if gyro else (ACC,))
        for register, data in (
            (POWER, (0,)),
            (ENABLE, (0, 1)),
            (PACKED[module, chip], (0,)),
        )
    ]


def stop(setup: Setup) -> Dialogue[None]:
    """Stop, switch off, unsubscribe."""
    chip = BMI270 if setup.details.get("chip") == BMI270 else BMI160
    for command in _stop_commands(chip, gyro=setup.gyro_rate_hz is not None):
        yield Write(COMMAND, command, response=False)
    yield Unsubscribe(NOTIFY)


class MetaMotionDecoder:
    """Decodes single and packed notifications, timed by arrival only."""

    def __init__(self, setup: Setup) -> None:
        self.tally = Tally()
        if setup.range_g is None:
            raise DeviceError("the sensor setup does not give the MetaMotion's range")
        self._acc_scale = acc_g_per_count(setup.range_g)
        self._has_gyro = setup.gyro_rate_hz is not None
        self._gyro_scale = gyro_dps_per_count(setup.gyro_range_dps or 2000.0)
        self._epoch = 0
        self._last: dict[int, bytes] = {}

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; see :class:`~sensing.devices.base.Decoder`."""
        if packet.characteristic != NOTIFY:
            return ()
        found = read_samples(packet.payload)
        if found is None:
            return ()
        module, counts = found
        if module == GYRO and not self._has_gyro:
            return ()
        if len(counts) > 1 and self._last.get(module) == packet.payload:
            self.tally.repeated += 1
            return ()
        self._last[module] = packet.payload
        acc_g = counts * self._acc_scale if module == ACC else None
        gyro_dps = counts * self._gyro_scale if module == GYRO else None
        return (
            Batch(
                acc_g=acc_g,
                gyro_dps=gyro_dps,
                device_s=None,
                arrival_s=packet.arrival_s,
                lost=None,
                epoch=self._epoch,
            ),
        )

    def interrupted(self) -> Sequence[Batch]:
        """Start a new epoch: it is unknown how many samples were lost."""
        self._epoch += 1
        return ()

    def finish(self) -> Sequence[Batch]:
        """Nothing is held back."""
        return ()


def battery() -> Dialogue[int | None]:
    """State of charge from the sensor's own register, else from the battery service, %."""
    yield Subscribe(NOTIFY)
    yield Write(COMMAND, bytes([SETTINGS, 0x8C]), response=False)
    for _ in range(_MOST_OTHERS):
        answer = yield Listen(NOTIFY, 1.0, 1)
        if not answer:
            break
        percent = read_battery(answer[0].payload)
        if percent is not None:
            return percent[0]
    return (yield from battery_level())


def read_battery(payload: bytes) -> tuple[int, int] | None:
    """Charge in % and voltage in mV, or None for another notification."""
    if len(payload) != 5 or payload[0] != SETTINGS or payload[1] not in (0x8C, 0xCC):
        return None
    if payload[2] > 100:
        return None
    return payload[2], int.from_bytes(payload[3:5], "little")


FAMILY = Family(
    name=NAME,
    title="MbientLab MetaMotion R, RL, S",
    advertises=r"^(MetaWear|MetaMotion)",
    services=(SERVICE,),
    notify=(NOTIFY,),
    rates_hz=tuple(RATE_CODES),
    ranges_g=(2.0, 4.0, 8.0, 16.0),
    has_gyro=True,
    clock_visible=False,
    loss_visible=False,
    start=start,
    stop=stop,
    decoder=MetaMotionDecoder,
    battery=battery,
)
