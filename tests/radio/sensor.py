"""What all emulated sensors share: on the air, started, sampling a person, failing on command.

A family adds its GATT layout, its control side (a *board*, see ``encode_*.py``), what the board's
state means for streaming, and how samples are packed. The sensor takes samples at instants of its
own crystal, which is off by ``rate_error``; a packet goes on the air when its last sample has been
taken, a little later by chance. Everything put on the air is kept with its time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from bumble import att, gatt
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Connection, Device

from sensing.devices.gatt import BATTERY_LEVEL, IDENTITY
from sensing.units import Floats
from tests.device_vectors import Board
from tests.radio.air import VirtualRadio
from tests.radio.faults import Faults
from tests.radio.link import CONNECTION_TIMEOUT, REMOTE_POWER_OFF, AirController
from tests.radio.person import Person

Counts = npt.NDArray[np.int64]

_AHEAD_S = 0.5
"""Samples are taken this far ahead at a time; a fault shows no later than that anyway."""
_READY_S = 0.002
_ANSWER_S = 0.01
_ADVERTISING_MS = 100.0
_MOST_ADVERTISED = 31

_PROPERTIES = gatt.Characteristic.Properties
READ = _PROPERTIES.READ
WRITE = _PROPERTIES.WRITE
WRITE_SILENT = _PROPERTIES.WRITE_WITHOUT_RESPONSE
NOTIFY = _PROPERTIES.NOTIFY
INDICATE = _PROPERTIES.INDICATE

Layout = dict[str, dict[str, _PROPERTIES]]
"""Service UUID → characteristic UUID → properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Something a sensor samples and sends.

    Attributes:
        key: tells the streams of one sensor apart.
        rate_hz: nominal rate.
        acc_g: g per count, or None if it has no acceleration.
        acc_limit: largest count.
        gyro_dps: °/s per count, or None if it has no angular rate.
        gyro_limit: largest count.
    """

    key: str
    rate_hz: float
    acc_g: float | None = None
    acc_limit: int = 32767
    gyro_dps: float | None = None
    gyro_limit: int = 32767


@dataclass(slots=True, eq=False)
class Taken:
    """Consecutive samples.

    Attributes:
        at_s: when each was taken, the loop's clock, shape (n,).
        acc: counts, shape (n, 3).
        gyro: counts, shape (n, 3).
    """

    at_s: Floats
    acc: Counts
    gyro: Counts

    def __len__(self) -> int:
        return len(self.at_s)

    def __getitem__(self, part: slice) -> Taken:
        return Taken(self.at_s[part], self.acc[part], self.gyro[part])

    def __add__(self, more: Taken) -> Taken:
        return Taken(
            np.concatenate([self.at_s, more.at_s]),
            np.concatenate([self.acc, more.acc]),
            np.concatenate([self.gyro, more.gyro]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """One notification put on the air, at the loop's time, with the samples whose end it holds."""

    at_s: float
    characteristic: str
    payload: bytes
    stream: Stream
    samples: Taken | None


@dataclass(slots=True)
class SensorClock:
    """A sensor's own clock.

    Attributes:
        offset_s: what it shows at ``zero_s``.
        drift: how much it is fast (1e-5 is 10 ppm).
        zero_s: the loop's time at which it was switched on.
        restarts: it begins anew with each connection.
    """

    offset_s: float = 0.0
    drift: float = 0.0
    zero_s: float = 0.0
    restarts: bool = False

    def at(self, t_s: float) -> float:
        """What it shows at a time of the loop's clock, s."""
        return self.offset_s + (t_s - self.zero_s) * (1 + self.drift)


@dataclass(slots=True)
class _Running:
    """A stream under way."""

    stream: Stream
    task: asyncio.Task[None] = field(init=False)


class EmulatedSensor(Faults):
    """One sensor on the virtual radio.

    Args:
        radio: the air it is in.
        person: who wears it; begins with the first stream unless told to begin elsewhere.
        name: advertised; the family's usual one if None.
        address: its own; a new one if None.
        battery: state of charge, %.
        rate_error: how much faster than nominal it really samples.
        jitter_s: mean of the chance delay of each packet.
        mtu: largest ATT MTU it agrees to, bytes.
        rssi_dbm: how strong it is heard.
        clock: its own clock.
        needs_pairing: answers nothing of its own service until paired with (as on Windows).
        forgets: a lost connection stops its streams; if not, they run on unheard.
        seed: of everything left to chance.
        keeps: how many :class:`Sent` to keep; None for all.
        on_sent: called with each.
        model: what the family's board takes, for one of its models or firmwares.
    """

    family: ClassVar[str]
    usual_name: ClassVar[str]
    advertised: ClassVar[tuple[str, ...]]
    identity: ClassVar[dict[str, str]] = {}
    has_battery_service: ClassVar[bool] = True
    boots_clock: ClassVar[bool] = True
    clock_offset_s: ClassVar[float] = 0.0
    survives_disconnection: ClassVar[bool] = False

    def __init__(
        self,
        radio: VirtualRadio,
        person: Person,
        *,
        name: str | None = None,
        address: str | None = None,
        battery: int = 80,
        rate_error: float = 0.007,
        jitter_s: float = 0.002,
        mtu: int = 247,
        rssi_dbm: int = -60,
        clock: SensorClock | None = None,
        needs_pairing: bool = False,
        forgets: bool = True,
        seed: int = 0,
        keeps: int | None = None,
        on_sent: Callable[[Sent], None] | None = None,
        **model: Any,
    ) -> None:
        super().__init__(seed)
        self.radio = radio
        self.person = person
        self.name = name or self.usual_name
        self.address = address or radio.new_address()
        self.rate_error = rate_error
        self.jitter_s = jitter_s
        self.mtu = mtu
        self.rssi_dbm = rssi_dbm
        self.clock = clock or SensorClock(offset_s=self.clock_offset_s)
        self.needs_pairing = needs_pairing
        self.forgets = forgets
        self.battery = battery
        self.sent: list[Sent] = []
        self.sent_packets = 0
        self.sent_samples = 0
        self.writes: list[bytes] = []
        self.is_on = False
        self.model = model
        self.board = self.new_board()
        self._keeps = keeps
        self._on_sent = on_sent
        self._device: Device | None = None
        self._connection: Connection | None = None
        self._characteristics: dict[str, gatt.Characteristic[bytes]] = {}
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # What a family says of itself

    def new_board(self) -> Board:
        """The control side of a sensor just switched on."""
        raise NotImplementedError

    def layout(self) -> Layout:
        """Its own services."""
        raise NotImplementedError

    def streams(self) -> list[Stream]:
        """What streams by the board's present state."""
        raise NotImplementedError

    def fill(self, stream: Stream, waiting: Taken) -> int:
        """How many of the waiting samples make the next packet; 0 to wait for more."""
        raise NotImplementedError

    def pack(self, stream: Stream, samples: Taken) -> Sequence[tuple[str, bytes]]:
        """The notifications of one packet: characteristic and payload each."""
        raise NotImplementedError

    def obey(self, uuid: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Do what is written, and give what it notifies in answer."""
        return self.board.written(uuid, data)

    def refusal(self, data: bytes) -> Iterable[tuple[str, bytes]] | None:
        """What it notifies to refuse a command; None to refuse the write itself."""
        return None

    # On and off

    async def switch_on(self) -> None:
        """Switch it on, or off and on: it advertises, has forgotten everything but its address."""
        if self.is_on:
            self.switch_off()
        loop = asyncio.get_running_loop()
        if self._device is None or self._chip.link is not self.radio.air:
            self._build()
            await self._here.power_on()
        if self.boots_clock or not self.clock.zero_s:
            self.clock.zero_s = loop.time()
        self._restart()
        self.is_on = True
        await self._here.start_advertising(
            auto_restart=True,
            advertising_interval_min=_ADVERTISING_MS,
            advertising_interval_max=_ADVERTISING_MS,
        )

    def switch_off(self, *, goodbye: bool = False) -> None:
        """Switch it off; the other end notices at the supervision timeout, or at a goodbye."""
        self.is_on = False
        self._stop_streams()
        self._later(self._here.stop_advertising())
        if goodbye:
            self.radio.air.cut(self._chip, REMOTE_POWER_OFF)
        else:
            self.radio.air.power_fails(self._chip)

    def drop(self) -> None:
        """Say goodbye and disconnect; it advertises again at once."""
        if self._connection is not None:
            self._later(self._connection.disconnect())

    def break_link(self) -> None:
        """The link is lost at both ends this very moment."""
        self.radio.air.cut(self._chip, CONNECTION_TIMEOUT)

    def vanish(self, seconds: float | None = None) -> None:
        """Out of range for so long, or until :meth:`come_back`."""
        self.radio.air.fade(self._chip)
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, self.come_back)

    def come_back(self) -> None:
        """In range again."""
        self.radio.air.clear(self._chip)

    def restart_clock(self) -> None:
        """Its clock begins again."""
        self.clock.zero_s = asyncio.get_running_loop().time()

    @property
    def is_connected(self) -> bool:
        """Whether anybody is connected, as the sensor knows."""
        return self._connection is not None

    @property
    def is_streaming(self) -> bool:
        """Whether anything is sampled and sent."""
        return bool(self._running)

    @property
    def _here(self) -> Device:
        if self._device is None:
            raise RuntimeError("switch it on first")
        return self._device

    @property
    def _chip(self) -> AirController:
        chip = self._here.host.hci_sink
        found = getattr(chip, "sink", chip)
        assert isinstance(found, AirController)
        return found

    # On the air

    def _build(self) -> None:
        device = self._device = self.radio.device(self.name, self.address)
        device.gatt_server.max_mtu = self.mtu
        self._chip.rssi_dbm = self.rssi_dbm
        self._connection = None
        self._characteristics.clear()
        layout = dict(self.layout())
        if self.has_battery_service:
            layout[_sig("180f")] = {BATTERY_LEVEL: READ | NOTIFY}
        if self.identity:
            layout[_sig("180a")] = {IDENTITY[key]: READ for key in self.identity}
        device.add_services(
            gatt.Service(UUID(service), [self._made(c, p) for c, p in inside.items()])
            for service, inside in layout.items()
        )
        device.advertising_data, device.scan_response_data = self._advertisement()
        device.on("connection", self._connected)
        device.gatt_server.on("characteristic_subscription", lambda *_: self.retune())

    def _made(self, uuid: str, properties: _PROPERTIES) -> gatt.Characteristic[bytes]:
        made: gatt.Characteristic[bytes] = gatt.Characteristic(
            UUID(uuid),
            properties,
            gatt.Characteristic.READABLE | gatt.Characteristic.WRITEABLE,
            gatt.CharacteristicValue(
                read=lambda _: self._read(uuid), write=lambda _, data: self._written(uuid, data)
            ),
        )
        self._characteristics[uuid] = made
        return made

    def _advertisement(self) -> tuple[bytes, bytes]:
        """Advertising data and, for a name that is too long beside the rest, scan response."""
        flags = (
            AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE
            | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
        )
        first: list[tuple[int, bytes]] = [(AdvertisingData.FLAGS, bytes([flags]))]
        for each in self.advertised:
            short = len(UUID(each).uuid_bytes) == 2
            kind = (
                AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
                if short
                else AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
            )
            first.append((kind, UUID(each).uuid_bytes))
        name = (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode())
        whole = bytes(AdvertisingData([*first, name]))
        if len(whole) <= _MOST_ADVERTISED:
            return whole, b""
        return bytes(AdvertisingData(first)), bytes(AdvertisingData([name]))

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on("disconnection", self._disconnected)
        if self.clock.restarts:
            self.restart_clock()

    def _disconnected(self, _: int) -> None:
        self._connection = None
        if self.survives_disconnection or not self.forgets:
            self.retune()
        else:
            self._restart()

    def _restart(self) -> None:
        self._stop_streams()
        self.board = self.new_board()

    def _read(self, uuid: str) -> bytes:
        if uuid == BATTERY_LEVEL:
            return bytes([self.battery])
        for key, characteristic in IDENTITY.items():
            if uuid == characteristic:
                return self.identity[key].encode()
        self._check_pairing()
        return self.board.read(uuid) or b""

    def _check_pairing(self) -> None:
        shown = self.radio.shown_address(self.address)
        if self.needs_pairing and shown not in self.radio.pairings:
            raise att.ATT_Error(att.ErrorCode.INSUFFICIENT_AUTHENTICATION)

    def _written(self, uuid: str, data: bytes) -> None:
        data = bytes(data)
        self._check_pairing()
        self.writes.append(data)
        if self.is_ignored(data):
            return
        if self.is_refused(data):
            said = self.refusal(data)
            if said is None:
                raise att.ATT_Error(att.ErrorCode.WRITE_REQUEST_REJECTED)
        else:
            said = self.obey(uuid, data)
        answers = list(said)
        if answers:
            self._later(self._answer(answers))
        self.retune()

    async def _answer(self, answers: list[tuple[str, bytes]]) -> None:
        for characteristic, payload in answers:
            await asyncio.sleep(_ANSWER_S)
            await self._notify(characteristic, payload)

    async def _notify(self, uuid: str, payload: bytes) -> bool:
        """Notify or indicate; False if nobody is subscribed."""
        connection, found = self._connection, self._characteristics[uuid]
        if connection is None or not self.is_heard(uuid):
            return False
        server = self._here.gatt_server
        if found.properties & NOTIFY:
            await server.notify_subscriber(connection, found, payload)
        else:
            self._later(server.indicate_subscriber(connection, found, payload))
        return True

    def is_heard(self, uuid: str) -> bool:
        """Whether somebody has subscribed to a characteristic."""
        if self._connection is None:
            return False
        subscribed = self._here.gatt_server.subscribers.get(self._connection, {})
        return any(subscribed.get(self._characteristics[uuid].handle, b""))

    @property
    def agreed_mtu(self) -> int:
        """What both ends agreed on, bytes."""
        return 23 if self._connection is None else self._connection.att_mtu

    def _later(self, work: Awaitable[object]) -> None:
        """Do it in a task of its own; a link lost meanwhile is nobody's fault."""

        async def unless_lost() -> None:
            with contextlib.suppress(BaseBumbleError, TimeoutError):
                await work

        task = asyncio.ensure_future(unless_lost())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Sampling and sending

    def retune(self) -> None:
        """Start and stop streams to suit the board's state."""
        wanted = {each.key: each for each in self.streams()}
        for key in list(self._running):
            if wanted.get(key) != self._running[key].stream:
                self._running.pop(key).task.cancel()
        for key, stream in wanted.items():
            if key not in self._running:
                running = self._running[key] = _Running(stream)
                running.task = asyncio.ensure_future(self._run(stream))

    def _stop_streams(self) -> None:
        for running in self._running.values():
            running.task.cancel()
        self._running.clear()

    async def _run(self, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.slow_start_s)
        if self.person.origin_s is None:
            self.person.begin(loop.time())
        began_s, rate_hz = loop.time(), stream.rate_hz * (1 + self.rate_error)
        waiting = self._take(stream, began_s, rate_hz, 0)
        taken, free_s = len(waiting), began_s
        while True:
            n = self.fill(stream, waiting)
            if n == 0:
                more = self._take(stream, began_s, rate_hz, taken)
                taken += len(more)
                waiting = waiting + more
                continue
            samples, waiting = waiting[:n], waiting[n:]
            delay_s = _READY_S + float(self.chance.exponential(self.jitter_s))
            free_s = max(free_s, float(samples.at_s[-1]) + delay_s)
            await asyncio.sleep(free_s - loop.time())
            await self._send(stream, samples)

    def _take(self, stream: Stream, began_s: float, rate_hz: float, first: int) -> Taken:
        """Half a second of samples from this one on."""
        n = max(1, int(_AHEAD_S * rate_hz))
        at_s = began_s + np.arange(first, first + n) / rate_hz
        origin_s = self.person.origin_s or 0.0
        acc_g, gyro_dps = self.person.at(at_s - origin_s, rate_hz=stream.rate_hz)
        return Taken(
            at_s,
            _quantised(acc_g, stream.acc_g, stream.acc_limit),
            _quantised(gyro_dps, stream.gyro_dps, stream.gyro_limit),
        )

    async def _send(self, stream: Stream, samples: Taken) -> None:
        packets = self.pack(stream, samples)
        for number, (characteristic, payload) in enumerate(packets):
            last = number == len(packets) - 1
            what = (stream, samples if last else None, characteristic, payload)
            for each in self.through_faults(what):
                await self._put(*each)

    async def _put(
        self, stream: Stream, samples: Taken | None, characteristic: str, payload: bytes
    ) -> None:
        """On the air, and into the record if anybody is subscribed."""
        if not self.is_heard(characteristic):
            return
        now_s = asyncio.get_running_loop().time()
        sent = Sent(now_s, characteristic, payload, stream, samples)
        self.sent_packets += 1
        self.sent_samples += len(samples) if samples else 0
        self.sent.append(sent)
        if self._keeps is not None and len(self.sent) > self._keeps:
            del self.sent[: len(self.sent) - self._keeps]
        if self._on_sent is not None:
            self._on_sent(sent)
        await self._notify(characteristic, payload)


def _sig(short: str) -> str:
    return f"0000{short}-0000-1000-8000-00805f9b34fb"


def _quantised(values: Floats, step: float | None, limit: int) -> Counts:
    if step is None:
        return np.zeros(values.shape, dtype=np.int64)
    return np.clip(np.rint(values / step), -limit - 1, limit).astype(np.int64)
