"""Polar Verity Sense, OH1 and H10: the PMD service ("Polar Measurement Data").

Requests go to a control point, which answers by indication; samples come as frames on a second
characteristic. A frame is stamped with the time of its *last* sample in nanoseconds and holds plain
integers, or a reference sample followed by blocks of differences of a few bits each. A Verity Sense
streams 52 Hz at ±8 g, but up to 416 Hz at ±16 g in SDK mode, which must be switched on before
anything streams.

Sources: polarofficial/polar-ble-sdk, technical_documentation/online_measurement.pdf and the Android
sources under ``…/gatt/client/pmd`` (PmdSetting, PmdControlPointResponse, AccData, GyrData,
PmdTimeStampUtils); products/PolarVeritySense.md and PolarH10.md for the models. The numbers after #
are issues of that repository. Not yet tested with a sensor.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import partial

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import (
    Batch,
    Dialogue,
    Family,
    Listen,
    Read,
    Setup,
    StreamRequest,
    Subscribe,
    Tally,
    Unsubscribe,
    Write,
    choose,
    positive,
)
from sensing.devices.gatt import battery_level
from sensing.devices.polar_frames import ACC, GYRO, Frame, read_frame
from sensing.devices.stamped_frames import StampedFrame
from sensing.devices.stamps import Sequencer

_SENSE, _H10 = "polar-sense", "polar-h10"
SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

GET_SETTINGS, START, STOP = 1, 2, 3
SDK_MODE = 9
FEATURE_ACC, FEATURE_GYRO, FEATURE_SDK = 1 << 2, 1 << 5, 1 << 9

RATE, RESOLUTION, RANGE, RANGE_MILLI, CHANNELS, FACTOR, SECURITY = range(7)
_SIZES = {RATE: 2, RESOLUTION: 2, RANGE: 2, RANGE_MILLI: 4, CHANNELS: 1, FACTOR: 4, SECURITY: 16}

OK, ALREADY = 0, 6
STATUS: Mapping[int, tuple[str, str]] = {
    1: ("unknown command", "update its firmware with Polar's app"),
    2: ("unknown kind of measurement", "use another sensor"),
    3: ("not supported", "use another sensor, or ask for less"),
    4: ("wrong length of the command", "update its firmware with Polar's app"),
    5: ("invalid parameter", "choose another rate or range"),
    7: ("resolution not available", "update its firmware with Polar's app"),
    8: ("rate not available", "choose another with --rate"),
    9: ("range not available", "choose another with --range"),
    10: ("Bluetooth packets too small", "move closer and connect again"),
    11: ("invalid number of channels", "update its firmware with Polar's app"),
    12: ("not possible in its present state", "switch it off and on, then try again"),
    13: ("it is in the charger", "take it out of the charger"),
    14: ("memory full", "delete its recordings with Polar's app"),
}
"""Status of a refusal: reason and remedy."""
_ANSWER_S = 5.0
"""Longest wait for an answer."""
_MOST_OTHERS, _MOST_PARTS = 16, 8
"""Other indications skipped, and parts of one answer."""
_NS = 1e-9
"""s per ns."""

Settings = dict[int, tuple[float, ...]]


def read_settings(params: bytes) -> Settings:
    """Settings offered or granted: number of the setting → its values.

    What follows an unknown setting can't be parsed and is ignored.

    Raises:
        DeviceError: a setting is truncated.
    """
    found: Settings = {}
    at = 0
    while at + 1 < len(params):
        key, count = params[at], params[at + 1]
        size = _SIZES.get(key)
        if size is None:
            break
        end = at + 2 + count * size
        if end > len(params):
            raise DeviceError(
                f"setting {key} of the Polar sensor is truncated",
                remedy="move closer and connect again",
            )
        values = [params[i : i + size] for i in range(at + 2, end, size)]
        if key == FACTOR:
            found[key] = tuple(struct.unpack("<f", v)[0] for v in values)
        else:
            found[key] = tuple(float(int.from_bytes(v, "little")) for v in values)
        at = end
    return found


def write_settings(chosen: Mapping[int, float]) -> bytes:
    """Parameters of the start command, one value per setting."""
    return b"".join(
        bytes([key, 1]) + round(value).to_bytes(_SIZES[key], "little")
        for key, value in chosen.items()
    )


def _request(op: int, kind: int, params: bytes = b"") -> Dialogue[tuple[int, bytes]]:
    """Send a command; returns its status and the joined parameters of its answer."""
    yield Write(CONTROL, bytes([op, kind]) + params)
    joined = b""
    parts = 0
    for _ in range(_MOST_OTHERS + _MOST_PARTS):
        answer = yield Listen(CONTROL, _ANSWER_S, 1)
        if not answer:
            break
        said = answer[0].payload
        if len(said) < 4 or said[:3] != bytes([0xF0, op, kind]):
            continue
        if said[3] != OK:
            return said[3], b""
        joined += said[5:]
        parts += 1
        if len(said) < 5 or said[4] == 0 or parts == _MOST_PARTS:
            return OK, joined
    raise DeviceError(
        "the Polar sensor does not answer",
        remedy="wake it and move closer; on Windows pair it first",
    )


def _refused(what: str, status: int) -> DeviceError:
    reason, remedy = STATUS.get(status, (f"error {status}", "switch it off and on"))
    return DeviceError(f"the Polar sensor refuses to {what}: {reason}", remedy=remedy)


def _start_stream(
    kind: int, rate_hz: float, span: float
) -> Dialogue[tuple[dict[int, float], Settings, bool]]:
    """Choose a setting and start; returns it, what was granted, and if it ran before."""
    what = "stream acceleration" if kind == ACC else "stream the gyro"
    status, params = yield from _request(GET_SETTINGS, kind)
    if status != OK:
        raise _refused(what, status)
    offered = read_settings(params)
    if not offered.get(RATE) or not (offered.get(RANGE) or offered.get(RANGE_MILLI)):
        raise DeviceError(
            "the Polar sensor does not report its rates and ranges",
            remedy="update its firmware with Polar's app",
        )
    chosen: dict[int, float] = {}
    if RANGE in offered:
        chosen[RANGE] = choose(offered[RANGE], span)
    else:
        chosen[RANGE_MILLI] = choose(offered[RANGE_MILLI], 1000 * span)
    chosen[RATE] = choose(offered[RATE], rate_hz)
    for key in (RESOLUTION, CHANNELS):
        if offered.get(key):
            chosen[key] = max(offered[key])
    status, params = yield from _request(START, kind, write_settings(chosen))
    if status not in (OK, ALREADY):
        raise _refused(what, status)
    return chosen, read_settings(params), status == ALREADY


def _range_of(chosen: Mapping[int, float]) -> float:
    return chosen[RANGE] if RANGE in chosen else chosen[RANGE_MILLI] / 1000


def _start(name: str, request: StreamRequest) -> Dialogue[Setup]:
    """Stop what still runs, enter SDK mode if there is one, choose and start.

    Raises:
        DeviceError: the sensor refuses, or its answer is unusable.
    """
    answer = yield Read(CONTROL)
    features = answer[0].payload if answer else b""
    if len(features) < 2 or features[0] != 0x0F:
        raise DeviceError(
            "the Polar sensor does not report its features",
            remedy="update its firmware with Polar's app; on Windows pair it first",
        )
    can = int.from_bytes(features[1:3], "little")
    if not can & FEATURE_ACC:
        raise DeviceError(
            "this Polar sensor has no accelerometer stream", remedy="use another sensor"
        )
    yield Subscribe(CONTROL)
    yield Subscribe(DATA)
    kinds = [ACC, GYRO] if can & FEATURE_GYRO else [ACC]
    for kind in kinds:
        yield from _request(STOP, kind)
    notes: list[str] = []
    if can & FEATURE_SDK:
        status, _ = yield from _request(START, SDK_MODE)
        if status not in (OK, ALREADY):
            reason = STATUS.get(status, (f"error {status}", ""))[0]
            notes.append(f"SDK mode refused ({reason}): only slow rates are available")
    chosen, granted, ran = yield from _start_stream(ACC, request.rate_hz, request.range_g)
    if ran:
        notes.append("it was already streaming: rate and range are as requested, not confirmed")
    details: dict[str, float] = {}
    if FACTOR in granted:
        details["acc_factor"] = positive(granted[FACTOR][0], "the sensor's conversion factor")
    gyro_rate_hz = gyro_range_dps = None
    if request.gyro and GYRO not in kinds:
        notes.append("it has no gyro")
    elif request.gyro:
        spun, granted, _ = yield from _start_stream(GYRO, chosen[RATE], request.gyro_range_dps)
        gyro_rate_hz, gyro_range_dps = spun[RATE], _range_of(spun)
        if FACTOR in granted:
            details["gyro_factor"] = positive(granted[FACTOR][0], "the gyro's conversion factor")
    return Setup(
        family=name,
        rate_hz=positive(chosen[RATE], "the sensor's rate"),
        range_g=positive(_range_of(chosen), "the sensor's range"),
        gyro_rate_hz=gyro_rate_hz,
        gyro_range_dps=gyro_range_dps,
        details=details,
        notes=tuple(notes),
    )


def stop(setup: Setup) -> Dialogue[None]:
    """Stop the streams (else an H10 stays awake) and leave SDK mode."""
    commands = [bytes([STOP, ACC])]
    if setup.gyro_rate_hz is not None:
        commands.append(bytes([STOP, GYRO]))
    if setup.family == _SENSE:
        commands.append(bytes([STOP, SDK_MODE]))
    for command in commands:
        yield Write(CONTROL, command)
        yield Listen(CONTROL, 1.0, 1)
    yield Unsubscribe(DATA)
    yield Unsubscribe(CONTROL)


class PolarDecoder:
    """Decodes PMD frames."""

    def __init__(self, setup: Setup) -> None:
        self.tally = Tally()
        self._setup = setup
        self._acc = Sequencer(setup.rate_hz, stamps="last", tally=self.tally)
        self._gyro: Sequencer | None = None
        if setup.gyro_rate_hz is not None:
            self._gyro = Sequencer(setup.gyro_rate_hz, stamps="last", tally=self.tally)

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; see :class:`~sensing.devices.base.Decoder`."""
        if packet.characteristic != DATA:
            return ()
        frame = read_frame(packet.payload)
        if frame is None:
            return ()
        stamp_s = frame.stamp_ns * _NS
        if frame.kind == ACC:
            acc_g = frame.values * self._acc_scale(frame)
            return self._acc.push(StampedFrame(stamp_s, acc_g, None, packet.arrival_s))
        if self._gyro is None:
            return ()
        gyro_dps = frame.values * self._gyro_scale(frame)
        return self._gyro.push(StampedFrame(stamp_s, None, gyro_dps, packet.arrival_s))

    def _acc_scale(self, frame: Frame) -> float:
        """g per unit: counts times a factor in compressed type 0, mg in all others."""
        factor = self._setup.details.get("acc_factor")
        if frame.compressed and frame.type == 0:
            # Newer firmware omits the factor (#331, #443); older ones sent range / 2^15.
            return factor or (self._setup.range_g or 8.0) / 2**15
        return (factor or 1.0) / 1000 if frame.compressed else 1 / 1000

    def _gyro_scale(self, frame: Frame) -> float:
        """°/s per unit: counts times a factor in type 0; floats in °/s in type 1."""
        factor = self._setup.details.get("gyro_factor")
        if frame.type == 0:
            return factor or (self._setup.gyro_range_dps or 2000.0) / 2**15
        return factor or 1.0

    def interrupted(self) -> Sequence[Batch]:
        """Return what waited for a delayed frame."""
        return [*self._acc.release(), *(self._gyro.release() if self._gyro else ())]

    def finish(self) -> Sequence[Batch]:
        """Return what is left."""
        return [*self._acc.finish(), *(self._gyro.finish() if self._gyro else ())]


VERITY_SENSE = Family(
    name=_SENSE,
    title="Polar Verity Sense, OH1",
    advertises=r"^Polar (Sense|OH1|Verity)",
    services=(SERVICE,),
    notify=(DATA, CONTROL),
    rates_hz=(26.0, 52.0, 104.0, 208.0, 416.0),
    ranges_g=(2.0, 4.0, 8.0, 16.0),
    has_gyro=True,
    clock_visible=True,
    loss_visible=True,
    start=partial(_start, _SENSE),
    stop=stop,
    decoder=PolarDecoder,
    battery=battery_level,
    windows_pairing=True,
)

H10 = Family(
    name=_H10,
    title="Polar H10",
    advertises=r"^Polar H10",
    services=(),
    notify=(DATA, CONTROL),
    rates_hz=(25.0, 50.0, 100.0, 200.0),
    ranges_g=(2.0, 4.0, 8.0),
    has_gyro=False,
    clock_visible=True,
    loss_visible=True,
    start=partial(_start, _H10),
    stop=stop,
    decoder=PolarDecoder,
    battery=battery_level,
    windows_pairing=True,
)
