"""The medium: what bumble's in-process link leaves out of a radio.

* Data travel at connection events only, so that notifications come in bursts.
* A sensor can *fade*: nothing of it is heard any more. Data wait at the link layer, as they do on
  the air, and arrive late if it is back before the supervision timeout; after it both ends lose the
  link without a goodbye.
* Advertisements carry the sensor's own signal strength and scan response, and only reach who
  listens.
* A connection attempt that is called off ends (bumble 0.0.236 acknowledges that and waits on).
"""

from __future__ import annotations

import asyncio
from typing import Any

from bumble import core, hci, ll
from bumble.controller import Connection, Controller
from bumble.host import Host
from bumble.link import LocalLink

CONNECTION_TIMEOUT = 0x08
REMOTE_POWER_OFF = 0x15

_End = tuple[Controller, Connection]

_LINK_LAYER_ROOM = 32
"""Packets a sensor's radio keeps for sending again; what comes when they are full is lost."""


class AirController(Controller):
    """The radio chip of one device.

    Attributes:
        rssi_dbm: how strong it is heard.
    """

    rssi_dbm = -60
    link: Air
    # bumble's 27 bytes cut each notification into pieces, five times slower to handle.
    le_acl_data_packet_length = 251
    acl_data_packet_length = 251
    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING

    # The next two without bumble's words for its log, which take a third of all time.
    def on_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Obey the host."""
        if isinstance(packet, hci.HCI_AclDataPacket):
            self.on_hci_acl_data_packet(packet)
        elif isinstance(packet, hci.HCI_Command):
            self.on_hci_command_packet(packet)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Tell the host."""
        if self.host:
            asyncio.get_running_loop().call_soon(self.host.on_packet, bytes(packet))

    def listens(self) -> bool:
        """Whether advertisements matter to it now."""
        return self.le_scan_enable or self.pending_le_connection is not None

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Report an advertisement and its scan response, and connect if it was waited for."""
        sender = self.link.find_le_controller(pdu.advertiser_address)
        if not isinstance(sender, AirController):
            return
        if self.le_scan_enable:
            kinds = hci.HCI_LE_Advertising_Report_Event.EventType
            self._report(kinds.ADV_IND, pdu, pdu.data, sender.rssi_dbm)
            if self.le_scan_type == hci.HCI_LE_Set_Scan_Parameters_Command.ACTIVE_SCANNING:
                more = sender.le_legacy_advertiser.scan_response_data
                self._report(kinds.SCAN_RSP, pdu, more, sender.rssi_dbm)
        pending = self.pending_le_connection
        connected = pdu.advertiser_address in self.le_connections
        if pending and pending.peer_address == pdu.advertiser_address and not connected:
            self.create_le_connection(pdu.advertiser_address)

    def _report(self, kind: Any, pdu: ll.AdvInd | ll.AdvExtInd, data: bytes, rssi: int) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind,
            address_type=pdu.advertiser_address.address_type,
            address=pdu.advertiser_address,
            data=data,
            rssi=rssi,
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """End the attempt that is called off."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            ended = hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
            asyncio.get_running_loop().call_soon(self.send_hci_packet, ended)
        return super().on_hci_le_create_connection_cancel_command(_command)


class QuietHost(Host):
    """The host's side of a device, likewise without words for the log."""

    def on_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Take what the controller says."""
        if isinstance(packet, hci.HCI_AclDataPacket):
            self.on_hci_acl_data_packet(packet)
        elif isinstance(packet, hci.HCI_Event):
            self.on_hci_event_packet(packet)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Tell the controller."""
        if self.hci_sink:
            self.hci_sink.on_packet(bytes(packet))


class Air(LocalLink):
    """One shared medium.

    Args:
        interval_s: time between connection events; 0 delivers at once.
        supervision_s: silence after which a link is lost.
    """

    def __init__(self, interval_s: float, supervision_s: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.interval_s = interval_s
        self.supervision_s = supervision_s
        self._faded: dict[Controller, asyncio.TimerHandle] = {}
        self._waiting: list[_Data] = []
        self._due = False

    def fade(self, controller: Controller) -> None:
        """Nothing gets through to or from it any more; its links end at the timeout."""
        if controller not in self._faded:
            self._faded[controller] = self._at_timeout(self._ends(controller))

    def clear(self, controller: Controller) -> None:
        """It is heard again; what waited to be sent again is sent."""
        timer = self._faded.pop(controller, None)
        if timer is not None:
            timer.cancel()
            # An end whose other one has let go meanwhile hears nothing and times out too.
            self._at_timeout([end for end in self._ends(controller) if not self._answered(end)])
            self._wake()

    def power_fails(self, controller: Controller) -> None:
        """It is switched off: its own ends of links are gone now, the others' at the timeout."""
        self.clear(controller)
        ends = self._ends(controller)
        self._cut([end for end in ends if end[0] is controller], CONNECTION_TIMEOUT)
        self._at_timeout([end for end in ends if end[0] is not controller])

    def cut(self, controller: Controller, reason: int = CONNECTION_TIMEOUT) -> None:
        """End all its links at both ends, now."""
        self._cut(self._ends(controller), reason)

    def _at_timeout(self, ends: list[_End]) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        return loop.call_later(self.supervision_s, self._cut, ends, CONNECTION_TIMEOUT)

    def _ends(self, controller: Controller) -> list[_End]:
        """Both ends of all its links."""
        return [
            (each, connection)
            for each in self.controllers
            for connection in each.le_connections.values()
            if each is controller or connection.peer_address == controller.random_address
        ]

    def _answered(self, end: _End) -> bool:
        """Whether the link's other end still stands."""
        _, connection = end
        other = self.find_le_controller(connection.peer_address)
        return other is not None and connection.self_address in other.le_connections

    def _cut(self, ends: list[_End], reason: int) -> None:
        for controller, connection in ends:
            if controller.le_connections.get(connection.peer_address) is connection:
                self._waiting = [w for w in self._waiting if controller not in w.ends]
                controller.on_le_disconnected(connection, reason)

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """To all who listen, unless the sender can't be heard."""
        if sender_controller in self._faded:
            return
        loop = asyncio.get_running_loop()
        for each in self.controllers:
            if each is sender_controller or each in self._faded:
                continue
            if isinstance(packet, ll.ConnectInd) or (
                isinstance(each, AirController) and each.listens()
            ):
                loop.call_soon(each.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """To the other end of a link, behind the data that wait; unless it can't be heard."""
        ends = [self.find_le_controller(a) for a in (sender_address, receiver_address)]
        if None in ends or any(end in self._faded for end in ends):
            return
        self._flush()
        super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """At the next connection event."""
        receiver = self.find_le_controller(destination_address)
        if receiver is None:
            return
        packet = _Data(sender_controller, receiver, destination_address, transport, data)
        if packet.ends & self._faded.keys():
            held = sum(packet.sender is each.sender for each in self._waiting)
            if held < _LINK_LAYER_ROOM:
                self._waiting.append(packet)
            return
        self._waiting.append(packet)
        self._wake()

    def _wake(self) -> None:
        if self._due:
            return
        self._due = True
        loop = asyncio.get_running_loop()
        if self.interval_s:
            event = int(loop.time() / self.interval_s) + 1
            loop.call_at(event * self.interval_s, self._flush)
        else:
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._due = False
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if each.ends & self._faded.keys():
                self._waiting.append(each)
            else:
                super().send_acl_data(each.sender, each.destination, each.transport, each.data)


class _Data:
    """A packet on its way between two controllers."""

    __slots__ = ("data", "destination", "ends", "sender", "transport")

    def __init__(
        self,
        sender: Controller,
        receiver: Controller,
        destination: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        self.sender = sender
        self.ends = {sender, receiver}
        self.destination = destination
        self.transport = transport
        self.data = data
