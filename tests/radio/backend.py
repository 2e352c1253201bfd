"""What bleak takes for the platform's Bluetooth: its scanner and client over a virtual radio.

They behave as the real backends do where a program can tell: errors of the same classes for the
same troubles, :class:`asyncio.CancelledError` only for who was cancelled, a connection attempt that
is called off leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import att, core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Connection, Device, Peer

if TYPE_CHECKING:
    from tests.radio.air import VirtualRadio

T = TypeVar("T")

_UUID_LISTS = (
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)
_SMALLEST_MTU = 23
_GOODBYE_S = 1.0


def uuid_text(uuid: core.UUID) -> str:
    """The full form bleak uses; bumble keeps the bytes lowest first."""
    return normalize_uuid_str(uuid.uuid_bytes[::-1].hex())


async def whole(work: Awaitable[T]) -> T:
    """Let it be done even if who waits for it is cancelled: bumble can't be stopped half way."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(task)


async def _called_off(central: Device, attempt: asyncio.Future[Connection]) -> None:
    """Leave neither an attempt nor a connection behind that nobody owns."""
    await central.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
    with contextlib.suppress(core.BaseBumbleError):
        await (await attempt).disconnect()


class VirtualScanner(BaseBleakScanner):
    """bleak's scanner on a virtual radio, which a subclass names."""

    radio: VirtualRadio

    def __init__(
        self,
        detection_callback: Any,
        service_uuids: list[str] | None,
        scanning_mode: str = "active",
        **_: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"

    async def start(self) -> None:
        """Listen for advertisements."""
        self.radio.raise_trouble()
        self.seen_devices = {}
        central = await self.radio.central()
        central.on("advertisement", self._advertised)
        self.radio.scanners.add(self)
        if not central.is_scanning:
            await whole(central.start_scanning(active=self._active))

    async def stop(self) -> None:
        """Listen no more; the radio goes on for other scanners."""
        central = await self.radio.central()
        if self not in self.radio.scanners:
            return
        self.radio.scanners.discard(self)
        central.remove_listener("advertisement", self._advertised)
        if central.is_scanning and not self.radio.scanners:
            await whole(central.stop_scanning())

    def _advertised(self, heard: Advertisement) -> None:
        name = heard.data.get(AdvertisingData.COMPLETE_LOCAL_NAME)
        lists: list[Any] = [heard.data.get(kind) for kind in _UUID_LISTS]
        uuids = [uuid_text(each) for some in lists if some for each in some]
        maker: Any = heard.data.get(AdvertisingData.MANUFACTURER_SPECIFIC_DATA)
        data = AdvertisementData(
            local_name=None if name is None else str(name),
            manufacturer_data={maker[0]: maker[1]} if maker else {},
            service_data={},
            service_uuids=uuids,
            tx_power=None,
            rssi=heard.rssi,
            platform_data=(heard,),
        )
        if not self.is_allowed_uuid(uuids):
            return
        shown = self.radio.shown_address(str(heard.address))
        self.radio.seen.add(shown)
        device = self.create_or_update_device(shown, shown, data.local_name, heard.address, data)
        self.call_detection_callbacks(device, data)


class VirtualAdapter(BaseBleakAdapter):
    """bleak's adapter on a virtual radio, which a subclass names."""

    radio: VirtualRadio

    @classmethod
    async def get(cls, **_: Any) -> Self:
        """The adapter."""
        cls.radio.raise_trouble()
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        """Everything connected to it, whichever program connected it."""
        central = await self.radio.central()
        found = []
        for each in central.connections.values():
            real = str(each.peer_address)
            shown = self.radio.shown_address(real)
            found.append(BLEDevice(shown, self.radio.names.get(real), each.peer_address))
        return found


class VirtualClient(BaseBleakClient):
    """bleak's client on a virtual radio, which a subclass names."""

    radio: VirtualRadio

    def __init__(self, address_or_ble_device: Any, **more: Any) -> None:
        super().__init__(address_or_ble_device, **more)
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._callbacks: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        """As BlueZ names what has no name."""
        return self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """What both ends agreed on, bytes."""
        return self._up().connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        """Connect, agree on an MTU, discover the services.

        Raises:
            BleakDeviceNotFoundError: no scan has ever seen it, and it is not there now.
            TimeoutError: it was seen once but isn't there now.
        """
        self.radio.raise_trouble()
        if self.radio.failing_connects:
            raise self.radio.failing_connects.popleft()
        address = hci.Address(self.radio.real_address(self.address))
        try:
            async with asyncio.timeout(self._timeout), self.radio.connecting:
                self._connection = await self._reach(address)
        except TimeoutError:
            if self.address in self.radio.seen:
                raise
            missing = f"Device with address {self.address} was not found."
            raise BleakDeviceNotFoundError(self.address, missing) from None
        self._connection.on("disconnection", self._disconnected)
        self._peer = Peer(self._connection)
        try:
            await self._set_up(self._peer, pair=pair)
        except BaseException:
            with contextlib.suppress(TimeoutError):
                await whole(self.disconnect())
            raise

    async def _set_up(self, peer: Peer, *, pair: bool) -> None:
        if pair:
            await self.pair()
        if self.radio.mtu > _SMALLEST_MTU:
            await self._asked(peer.request_mtu(self.radio.mtu))
        self.services = await self._asked(self._discover(peer))

    async def _reach(self, address: hci.Address) -> Connection:
        central = await self.radio.central()
        attempt = asyncio.ensure_future(central.connect(address, timeout=None))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            await whole(_called_off(central, attempt))
            raise

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        await peer.discover_all()
        for service in peer.services:
            its_service = BleakGATTService(service, service.handle, uuid_text(service.uuid))
            found.add_service(its_service)
            for characteristic in service.characteristics:
                its_characteristic = BleakGATTCharacteristic(
                    characteristic,
                    characteristic.handle,
                    uuid_text(characteristic.uuid),
                    list(gatt_char_props_to_strs(characteristic.properties.value)),
                    lambda: peer.connection.att_mtu - 3,
                    its_service,
                )
                found.add_characteristic(its_characteristic)
                for each in characteristic.descriptors:
                    found.add_descriptor(
                        BleakGATTDescriptor(
                            each, each.handle, uuid_text(each.type), its_characteristic
                        )
                    )
        return found

    async def disconnect(self) -> None:
        """End the link; where the other end does not hear it, this end ends alone."""
        connection = self._connection
        if connection is not None:
            async with asyncio.timeout(_GOODBYE_S):
                await whole(connection.disconnect())

    def _disconnected(self, _: int) -> None:
        self._connection = self._peer = self.services = None
        self._callbacks.clear()
        if self._disconnected_callback:
            self._disconnected_callback()

    def _up(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    async def _asked(self, request: Awaitable[T]) -> T:
        """A request's answer, with bleak's errors.

        bumble cancels requests of a link that is lost; who is not cancelled must not see that.
        """
        task = asyncio.ensure_future(request)
        try:
            return await whole(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise BleakError("disconnected") from None
            raise
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """Read a value."""
        return bytearray(await self._asked(self._up().read_value(characteristic.obj)))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        """Write a value."""
        write = self._up().write_value(characteristic.obj, bytes(data), with_response=response)
        await self._asked(write)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """Read a descriptor."""
        return bytearray(await self._asked(self._up().read_value(descriptor.obj)))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        """Write a descriptor."""
        await self._asked(self._up().write_value(descriptor.obj, bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any
    ) -> None:
        """Subscribe to notifications, or indications where there are no others."""

        def arrived(value: bytes) -> None:
            self.radio.received(self.address, characteristic.uuid, bytes(value))
            callback(bytearray(value))

        self._callbacks[characteristic.handle] = arrived
        await self._asked(self._up().subscribe(characteristic.obj, arrived))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """End a subscription."""
        arrived = self._callbacks.pop(characteristic.handle, None)
        await self._asked(self._up().unsubscribe(characteristic.obj, arrived))

    async def pair(self, *_: Any, **__: Any) -> None:
        """Pair; only noted, no keys are made."""
        self.radio.pairings.append(self.address)

    async def unpair(self) -> None:
        """Forget the pairing."""
        self.radio.pairings = [each for each in self.radio.pairings if each != self.address]
