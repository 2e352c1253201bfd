"""A sensor's Bluetooth: advertising, GATT server, on and off, near and far, and what is written.

What a family's control side answers comes from its *board* (see ``encode_*.py``), a moment after
the write was acknowledged, as it does from real ones.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Iterable
from typing import Any, ClassVar

from bumble import att, gatt
from bumble.core import UUID, BaseBumbleError
from bumble.device import Connection, Device

from sensing.devices.gatt import BATTERY_LEVEL, IDENTITY, sig_uuid
from tests.device_vectors import Board
from tests.radio.advertising import advertisement
from tests.radio.air import VirtualRadio
from tests.radio.faults import Faults
from tests.radio.link import CONNECTION_TIMEOUT, REMOTE_POWER_OFF, AirController

_ANSWER_S = 0.01
_ADVERTISING_MS = 100.0
_LEAST_MTU = 23
_BATTERY, _DEVICE_INFORMATION = sig_uuid(0x180F), sig_uuid(0x180A)

_PROPERTIES = gatt.Characteristic.Properties
READ = _PROPERTIES.READ
WRITE = _PROPERTIES.WRITE
WRITE_SILENT = _PROPERTIES.WRITE_WITHOUT_RESPONSE
NOTIFY = _PROPERTIES.NOTIFY
INDICATE = _PROPERTIES.INDICATE

Layout = dict[str, dict[str, _PROPERTIES]]
"""Service UUID → characteristic UUID → properties."""


class Peripheral(Faults):
    """One device on the virtual radio.

    Args:
        radio: the air it is in.
        name: advertised; the family's usual one if None.
        address: its own; a new one if None.
        battery: state of charge, %.
        mtu: largest ATT MTU it agrees to, bytes.
        rssi_dbm: how strong it is heard.
        needs_pairing: answers nothing of its own service until paired with (as on Windows).
        forgets: a lost connection stops its streams; if not, they run on unheard.
        seed: of everything left to chance.
        model: what the family's board takes, for one of its models or firmwares.

    Attributes:
        writes: everything written to it.
        is_on: whether it is switched on.
    """

    family: ClassVar[str]
    usual_name: ClassVar[str]
    advertised: ClassVar[tuple[str, ...]]
    identity: ClassVar[dict[str, str]] = {}
    has_battery_service: ClassVar[bool] = True
    survives_disconnection: ClassVar[bool] = False

    def __init__(
        self,
        radio: VirtualRadio,
        *,
        name: str | None = None,
        address: str | None = None,
        battery: int = 80,
        mtu: int = 247,
        rssi_dbm: int = -60,
        needs_pairing: bool = False,
        forgets: bool = True,
        seed: int = 0,
        **model: Any,
    ) -> None:
        super().__init__(seed)
        self.radio = radio
        self.name = name or self.usual_name
        self.address = address or radio.new_address()
        self.battery = battery
        self.mtu = mtu
        self.rssi_dbm = rssi_dbm
        self.needs_pairing = needs_pairing
        self.forgets = forgets
        self.model = model
        self.writes: list[bytes] = []
        self.is_on = False
        self.board = self.new_board()
        self._device: Device | None = None
        self._connection: Connection | None = None
        self._characteristics: dict[str, gatt.Characteristic[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # What a family says of itself

    def new_board(self) -> Board:
        """The control side of a sensor just switched on."""
        raise NotImplementedError

    def layout(self) -> Layout:
        """Its own services."""
        raise NotImplementedError

    def obey(self, uuid: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Do what is written, and give what it notifies in answer."""
        return self.board.written(uuid, data)

    def refusal(self, data: bytes) -> Iterable[tuple[str, bytes]] | None:
        """What it notifies to refuse a command; None to refuse the write itself."""
        return None

    # What a sensor does about it

    def retune(self) -> None:
        """Suit what it does to the board's state, which may have changed."""
        raise NotImplementedError

    def forget(self) -> None:
        """Be as just switched on."""
        self.board = self.new_board()

    def connected(self) -> None:
        """Take note of a new connection."""

    def moved(self) -> None:
        """Take note that another event loop runs: nothing of the old one is left."""

    # On and off

    async def switch_on(self) -> None:
        """Switch it on, or off and on: it advertises, has forgotten everything but its address."""
        if self._device is not None and self._chip.link is not self.radio.air:
            self._device, self.is_on = None, False
            self.moved()
        if self.is_on:
            self.switch_off()
        if self._device is None:
            self._build()
            await self._here.power_on()
        self.forget()
        self.is_on = True
        await self._advertise()

    async def _advertise(self) -> None:
        await self._here.start_advertising(
            advertising_interval_min=_ADVERTISING_MS,
            advertising_interval_max=_ADVERTISING_MS,
        )

    def switch_off(self, *, goodbye: bool = False) -> None:
        """Switch it off; the other end notices at the supervision timeout, or at a goodbye."""
        self.is_on = False
        self.forget()
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

    @property
    def is_connected(self) -> bool:
        """Whether anybody is connected, as the sensor knows."""
        return self._connection is not None

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
            layout[_BATTERY] = {BATTERY_LEVEL: READ | NOTIFY}
        if self.identity:
            layout[_DEVICE_INFORMATION] = {IDENTITY[key]: READ for key in self.identity}
        device.add_services(
            gatt.Service(UUID(service), [self._made(c, p) for c, p in inside.items()])
            for service, inside in layout.items()
        )
        device.advertising_data, device.scan_response_data = advertisement(
            self.name, self.advertised
        )
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

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on("disconnection", self._disconnected)
        self.connected()

    def _disconnected(self, _: int) -> None:
        self._connection = None
        if self.is_on:
            self._later(self._advertise())
        if self.survives_disconnection or not self.forgets:
            self.retune()
        else:
            self.forget()

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
            await self.notify(characteristic, payload)

    async def notify(self, uuid: str, payload: bytes) -> bool:
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
        return _LEAST_MTU if self._connection is None else self._connection.att_mtu

    def _later(self, work: Awaitable[object]) -> None:
        """Do it in a task of its own; a link lost meanwhile is nobody's fault."""

        async def unless_lost() -> None:
            with contextlib.suppress(BaseBumbleError, TimeoutError):
                await work

        task = asyncio.ensure_future(unless_lost())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
