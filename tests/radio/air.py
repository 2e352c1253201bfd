"""A radio without hardware: one in-process air, and bleak's own API talking over it.

Sensors are bumble devices with a real controller, link layer, ATT and GATT each; a central device
is the adapter. ``with radio.installed():`` makes ``BleakScanner()`` and ``BleakClient(device)`` of
unmodified bleak use it. bumble's devices belong to the event loop they were made in, so a radio
whose program starts a loop of its own (``asyncio.run`` in a command) builds itself anew there and
switches the sensors on that were :meth:`VirtualRadio.place`\\ d.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import bleak
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from bumble.device import Device
from bumble.hci import Address
from bumble.transport.common import AsyncPipeSink

from sensing.core.packets import Packet
from tests.radio.backend import VirtualAdapter, VirtualClient, VirtualScanner, whole
from tests.radio.link import Air, AirController, QuietHost

_UUIDS = uuid.UUID("c0de0000-0000-4000-8000-00000000c0de")

_SCANNER_TYPE = "get_platform_scanner_backend_type"
_CLIENT_TYPE = "get_platform_client_backend_type"
_ADAPTER_TYPE = "get_platform_adapter_backend_type"

_REASON = BleakBluetoothNotAvailableReason
TROUBLES: dict[str, Callable[[], Exception]] = {
    "no adapter": lambda: BleakBluetoothNotAvailableError(
        "No Bluetooth adapters found.", _REASON.NO_BLUETOOTH
    ),
    "classic only": lambda: BleakBluetoothNotAvailableError(
        "No Bluetooth adapters with BLE 'central' role found.", _REASON.NO_BLE_CENTRAL_ROLE
    ),
    "adapter off": lambda: BleakBluetoothNotAvailableError(
        "No powered Bluetooth adapters found. Turn on Bluetooth and try again.",
        _REASON.POWERED_OFF,
    ),
    "denied by user": lambda: BleakBluetoothNotAvailableError(
        "Bluetooth access is denied by the user for the current application. Check macOS privacy "
        "settings.",
        _REASON.DENIED_BY_USER,
    ),
    "denied by system": lambda: BleakBluetoothNotAvailableError(
        "authentication failed: REJECTED: ['EXTERNAL']", _REASON.DENIED_BY_SYSTEM
    ),
    "unknown": lambda: BleakBluetoothNotAvailableError(
        "Bluetooth state is unknown", _REASON.UNKNOWN
    ),
    "no bus": lambda: FileNotFoundError(2, "No such file or directory"),
    "no daemon": lambda: BleakDBusError(
        "org.freedesktop.DBus.Error.ServiceUnknown", ["The name org.bluez was not provided"]
    ),
    "not ready": lambda: BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]),
    "in progress": lambda: BleakDBusError(
        "org.bluez.Error.InProgress", ["Operation already in progress"]
    ),
    "aborted": lambda: BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]),
    "unreachable": lambda: BleakError("Could not get GATT services: Unreachable"),
}
"""What the backends of bleak raise on Linux, macOS and Windows, by what is wrong."""


class Placed(Protocol):
    """Something that can be switched on in whatever loop runs."""

    async def switch_on(self) -> None:
        """Be there."""
        ...


@dataclass(frozen=True, slots=True)
class Received(Packet):
    """A packet as bleak handed it to the program, with the sensor's address."""

    address: str


class VirtualRadio:
    """One air and one adapter.

    Args:
        interval_s: time between connection events, s; 0 for none.
        supervision_s: silence after which a link is lost, s.
        mtu: ATT MTU the adapter asks for, bytes; 23 leaves it at that.
        addresses: what the program sees for an address: "mac", or "uuid" as on macOS.

    Attributes:
        pairings: addresses paired with, in order.
        failing_connects: raised by the next attempts to connect, one each.
        on_received: called with everything bleak hands to the program.
        seen: addresses any scan has seen.
        names: what devices call themselves, by address.
    """

    def __init__(
        self,
        *,
        interval_s: float = 0.0075,
        supervision_s: float = 2.0,
        mtu: int = 247,
        addresses: Literal["mac", "uuid"] = "mac",
    ) -> None:
        self.interval_s = interval_s
        self.supervision_s = supervision_s
        self.mtu = mtu
        self.pairings: list[str] = []
        self.failing_connects: deque[Exception] = deque()
        self.on_received: Callable[[Received], None] | None = None
        self.seen: set[str] = set()
        self.scanners: set[BaseBleakScanner] = set()
        self.connecting = asyncio.Lock()
        self._addresses = addresses
        self.names: dict[str, str] = {}
        self._real: dict[str, str] = {}
        self._trouble: Callable[[], Exception] | None = None
        self._placed: list[Placed] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._air: Air | None = None
        self._central: asyncio.Future[Device] | None = None
        self._made = 0

    @property
    def air(self) -> Air:
        """The medium of the running loop."""
        loop = asyncio.get_running_loop()
        if self._air is None or self._loop is not loop:
            self._loop = loop
            self._air = Air(self.interval_s, self.supervision_s)
            self._central = None
            self.scanners.clear()
            self.connecting = asyncio.Lock()
        return self._air

    def place(self, sensor: Placed) -> None:
        """Switch it on as soon as a program uses the radio, in that program's loop."""
        self._placed.append(sensor)

    def new_address(self) -> str:
        """An address nobody has; its top bits say random and static, as most sensors' do."""
        self._made += 1
        return f"C0:DE:00:00:{self._made >> 8:02X}:{self._made & 255:02X}"

    def device(self, name: str, address: str) -> Device:
        """A device on this air, its power off."""
        chip = AirController(name, link=self.air, public_address=address)
        # The sink makes the way from host to chip asynchronous, as it is everywhere else.
        device = Device(
            name=name, address=Address(address), host=QuietHost(chip, AsyncPipeSink(chip))
        )
        self._real[self.shown_address(address)] = address
        self.names[address] = name
        return device

    async def central(self) -> Device:
        """The adapter, switched on with whatever was placed near it."""
        air = self.air
        if self._central is None:
            self._central = asyncio.ensure_future(self._rise())
        central = await whole(self._central)
        assert air is self._air
        return central

    async def _rise(self) -> Device:
        central = self.device("adapter", "C0:DE:FF:FF:FF:FF")
        await central.power_on()
        for each in self._placed:
            await each.switch_on()
        return central

    def shown_address(self, address: str) -> str:
        """A device's address as the program sees it."""
        if self._addresses == "mac":
            return address
        return str(uuid.uuid5(_UUIDS, address)).upper()

    def real_address(self, shown: str) -> str:
        """The address behind one the program gives; itself if nobody has it."""
        return self._real.get(shown, shown)

    def fails(self, what: str | None) -> None:
        """From now on scans and connections fail with one of :data:`TROUBLES`; None: no more."""
        self._trouble = None if what is None else TROUBLES[what]

    async def adapter_off(self) -> None:
        """Bluetooth is switched off: all links are lost and nothing works."""
        self.fails("adapter off")
        central = await self.central()
        for connection in list(central.connections.values()):
            await connection.disconnect()

    def raise_trouble(self) -> None:
        """Raise what is wrong with the adapter, if anything is."""
        if self._trouble is not None:
            raise self._trouble()

    def received(self, address: str, characteristic: str, payload: bytes) -> None:
        """Tell who wants to know what a program was given."""
        if self.on_received is not None:
            now_s = asyncio.get_running_loop().time()
            self.on_received(Received(now_s, characteristic, payload, address))

    def backends(self) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
        """Classes to hand to bleak as ``backend``."""
        return (
            type("Scanner", (VirtualScanner,), {"radio": self}),
            type("Client", (VirtualClient,), {"radio": self}),
        )

    @contextlib.contextmanager
    def installed(self) -> Iterator[VirtualRadio]:
        """Be the Bluetooth of whoever uses bleak inside."""
        scanner, client = self.backends()
        adapter = type("Adapter", (VirtualAdapter,), {"radio": self})
        patched = vars(bleak)
        before = {name: patched[name] for name in (_SCANNER_TYPE, _CLIENT_TYPE, _ADAPTER_TYPE)}
        patched[_SCANNER_TYPE] = lambda: (scanner, "virtual")
        patched[_CLIENT_TYPE] = lambda: (client, "virtual")
        patched[_ADAPTER_TYPE] = lambda: (adapter, "virtual")
        try:
            yield self
        finally:
            patched.update(before)
