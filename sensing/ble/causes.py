"""The catalogue of Bluetooth problems: each cause, its signs, and the remedy on each platform.

The same cause looks different on each platform (:mod:`sensing.ble.signs`). The first cause with a
matching sign is used, so specific causes come before general ones. The exceptions were taken from
the source of bleak 3.1, and the messages of BlueZ, CoreBluetooth and Windows from its bug reports.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Literal

from bleak.exc import (
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
)

from sensing.ble.signs import (
    Sign,
    SlowStart,
    apple,
    dbus,
    gatt,
    is_a,
    made_by,
    says,
    system,
    unavailable,
    windows,
)

Platform = Literal["linux", "wsl", "container", "macos", "windows"]

_Reason = BleakBluetoothNotAvailableReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause of failure.

    Attributes:
        name: for tests and the documentation.
        what: what is wrong; ``{detail}`` is the message of the platform.
        at: whether the problem is with the computer or the sensor.
        signs: any of them identifies the cause.
        linux: remedy on Linux; empty if the problem does not exist there.
        macos: remedy on macOS, likewise.
        windows: remedy on Windows, likewise.
        guest: remedy on Linux inside WSL or a container, if it differs; ``{guest}`` is replaced by
            the name of that environment, ``{outside}`` by where to run Anklet instead.
    """

    name: str
    what: str
    at: Literal["computer", "sensor"]
    signs: tuple[Sign, ...]
    linux: str = ""
    macos: str = ""
    windows: str = ""
    guest: str = ""

    def remedy(self, here: Platform) -> str:
        """The remedy on a platform; empty if the problem does not exist there."""
        match here:
            case "macos":
                return self.macos
            case "windows":
                return self.windows
            case "wsl" | "container":
                guest, outside = _GUESTS[here]
                return (self.guest or self.linux).format(guest=guest, outside=outside)
            case "linux":
                return self.linux


_GUESTS: dict[Platform, tuple[str, str]] = {
    "wsl": ("WSL", "directly on Windows"),
    "container": ("a container", "outside the container"),
}

_OUTSIDE = "run Anklet {outside}: {guest} has no Bluetooth of its own"
_ONE_AT_A_TIME = (
    "close phone apps and programs that are connected to it (most sensors accept one connection)"
)
_NEARER = f"move it closer, charge it, and {_ONE_AT_A_TIME}"
_OFF_AND_ON = "switch it off and on"

CAUSES: tuple[Cause, ...] = (
    Cause(
        name="no adapter",
        what="this computer has no Bluetooth adapter",
        at="computer",
        signs=(unavailable(_Reason.NO_BLUETOOTH), says(r"^adapter '.*' not found")),
        linux="plug in an adapter for Bluetooth 4.0 or newer; if there is one, `sudo dmesg` may say"
        " which firmware is missing",
        macos="switch Bluetooth on in System Settings; a virtual machine has none, so run Anklet on"
        " the Mac itself",
        windows="plug in an adapter for Bluetooth 4.0 or newer; if there is one, look for its"
        " driver in Device Manager under Bluetooth",
        guest=_OUTSIDE,
    ),
    Cause(
        name="no low energy",
        what="the Bluetooth adapter of this computer does not support Low Energy",
        at="computer",
        signs=(
            unavailable(_Reason.NO_BLE_CENTRAL_ROLE),
            says("does not support GATT sessions"),
        ),
        linux="plug in an adapter for Bluetooth 4.0 or newer",
        macos="plug in an adapter for Bluetooth 4.0 or newer",
        windows="plug in an adapter for Bluetooth 4.0 or newer",
    ),
    Cause(
        name="switched off",
        what="Bluetooth is switched off",
        at="computer",
        signs=(
            unavailable(_Reason.POWERED_OFF),
            dbus("NotReady"),
            dbus("Failed", "not.powered|blocked"),
            says("is Bluetooth turned on|Bluetooth is not turned on"),
            windows(0x800710DF),  # ERROR_DEVICE_NOT_AVAILABLE: the radio is off
        ),
        linux="switch it on in the settings, or with `rfkill unblock bluetooth` and"
        " `bluetoothctl power on`",
        macos="switch it on in the menu bar or in System Settings > Bluetooth",
        windows="switch it on in Settings > Bluetooth & devices, and switch airplane mode off",
    ),
    Cause(
        name="not permitted",
        what="Anklet is not allowed to use Bluetooth",
        at="computer",
        signs=(
            unavailable(_Reason.DENIED_BY_USER, _Reason.DENIED_BY_UNKNOWN),
            dbus("AccessDenied"),
            is_a(PermissionError),
        ),
        linux="add yourself to the group with `sudo usermod -aG bluetooth $USER`, then log out and"
        " in again",
        macos="allow your terminal app in System Settings > Privacy & Security > Bluetooth, then"
        " quit the app and open it again; it cannot be allowed over ssh",
        windows="allow desktop apps to use it in Settings > Privacy & security > Radios, and run"
        " Anklet as the user who is logged in",
        guest="give the container access to the host's bus, without a security profile that blocks"
        " it (Docker: `--security-opt apparmor=unconfined`), or run Anklet on the computer itself",
    ),
    Cause(
        name="forbidden",
        what="Bluetooth is blocked by a policy of this computer",
        at="computer",
        signs=(unavailable(_Reason.DENIED_BY_SYSTEM), made_by("dbus_fast", "AuthError")),
        linux="run Anklet as the user who is logged in, without sudo",
        macos="ask the administrator of this Mac to lift the restriction (Screen Time or profile)",
        windows="ask the administrator of this computer to allow Bluetooth",
        guest="run it in the container with your user id outside it (Docker: `--user $(id -u)`)",
    ),
    Cause(
        name="no system bus",
        what="the system bus (D-Bus), which Bluetooth needs, is not running",
        at="computer",
        signs=(
            system(errno.ENOENT, errno.ECONNREFUSED),
            made_by("dbus_fast", "InvalidAddressError"),
        ),
        linux="start it and Bluetooth with `sudo systemctl start dbus bluetooth`",
        guest=_OUTSIDE,
    ),
    Cause(
        name="no service",
        what="the Bluetooth service (BlueZ's bluetoothd) is not running",
        at="computer",
        signs=(
            dbus("ServiceUnknown|NameHasNoOwner|NoSuchUnit|UnitMasked"),
            dbus(r"Spawn\.\w+"),
        ),
        linux="start it with `sudo systemctl enable --now bluetooth`; if there is none, install it"
        " (Debian, Ubuntu: `sudo apt install bluez`)",
        guest=_OUTSIDE,
    ),
    Cause(
        name="service stuck",
        what="the Bluetooth service of this computer does not respond",
        at="computer",
        signs=(
            dbus("NoReply|TimedOut|Timeout|Disconnected|LimitsExceeded"),
            is_a(EOFError),
            unavailable(_Reason.UNKNOWN),
        ),
        linux="restart it with `sudo systemctl restart bluetooth`",
        macos="switch Bluetooth off and on in the menu bar",
        windows="switch Bluetooth off and on in Settings > Bluetooth & devices",
    ),
    Cause(
        name="slow start",
        what="Bluetooth does not start scanning, without an error message",
        at="computer",
        signs=(is_a(SlowStart),),
        linux="restart it with `sudo systemctl restart bluetooth`",
        macos="answer the prompt that asks whether your terminal app may use Bluetooth, or allow it"
        " in System Settings > Privacy & Security > Bluetooth",
        windows="switch Bluetooth off and on in Settings > Bluetooth & devices",
    ),
    Cause(
        name="service too old",
        what="the Bluetooth service (BlueZ) is too old",
        at="computer",
        signs=(says("requires BlueZ"), says("^Roles$")),  # a key that older versions lack
        linux="update the system until `bluetoothctl --version` shows 5.55 or newer",
    ),
    Cause(
        name="no support",
        what="Bluetooth cannot be used from this Python ({detail})",
        at="computer",
        signs=(is_a(ImportError), says("unsupported (platform|backend)")),
        linux="reinstall Anklet with a Python from python.org or the system",
        macos="reinstall Anklet with a Python from python.org or Homebrew",
        windows="reinstall Anklet with a Python from python.org; Cygwin's has no Bluetooth",
    ),
    Cause(
        name="windows thread",
        what="another part of this program blocks Bluetooth events on Windows",
        at="computer",
        signs=(says("configured for Windows GUI"),),
        windows="run `anklet` by itself in a terminal, not inside another program",
    ),
    Cause(
        name="pairing lost",
        what="its pairing with this computer is no longer valid",
        at="sensor",
        signs=(apple(14, 15), dbus("AuthenticationFailed|AuthenticationCanceled")),
        linux="remove it with `bluetoothctl remove ADDRESS`, then try again",
        macos="forget it in System Settings > Bluetooth, then try again",
        windows="remove it in Settings > Bluetooth & devices, then try again",
    ),
    Cause(
        name="not paired",
        what="it must be paired with this computer first",
        at="sensor",
        signs=(
            gatt(0x05, 0x08, 0x0C, 0x0F),
            dbus("NotAuthorized|AuthenticationRejected|AuthenticationTimeout"),
            dbus("NotPermitted", "not paired"),
            says("could not pair|trying to pair|not support pairing"),
            windows(0x80650005, 0x80650008, 0x8065000C, 0x8065000F),  # ATT errors as HRESULT
        ),
        linux="pair it with `bluetoothctl pair ADDRESS`; if it is already paired, `bluetoothctl"
        " remove ADDRESS` first",
        macos="confirm the prompt of the system; if there is none, forget it in"
        " System Settings > Bluetooth and try again",
        windows="pair in Settings > Bluetooth & devices > Add device; if it is already listed,"
        " remove it there first",
    ),
    Cause(
        name="taken",
        what="another program is using it",
        at="sensor",
        signs=(
            dbus("NotPermitted", "notify acquired|write acquired"),
            says("access denied"),
            windows(0x80070005),
        ),
        linux=f"{_ONE_AT_A_TIME}; if none is open, `sudo systemctl restart bluetooth`",
        macos=_ONE_AT_A_TIME,
        windows=f"{_ONE_AT_A_TIME}; if none is open, remove it in Settings > Bluetooth & devices"
        " and try again",
    ),
    Cause(
        name="busy",
        what="Bluetooth is busy with something else",
        at="computer",
        signs=(dbus("InProgress|Busy|AlreadyConnected"), says("connection-busy|already scanning")),
        linux="close the Bluetooth settings and other programs that scan, wait 10 s and try again;"
        " if that does not help, `sudo systemctl restart bluetooth`",
        macos="wait 10 s and try again; if that does not help, switch Bluetooth off and on",
        windows="wait 10 s and try again; if that does not help, switch Bluetooth off and on",
    ),
    Cause(
        name="too many",
        what="this computer has reached its limit of Bluetooth connections",
        at="computer",
        signs=(apple(4, 11), says("connection limit")),
        linux="disconnect other Bluetooth devices and try again",
        macos="disconnect other Bluetooth devices and try again",
        windows="disconnect other Bluetooth devices and try again",
    ),
    Cause(
        name="gone",
        what="it is no longer there",
        at="sensor",
        signs=(
            is_a(BleakDeviceNotFoundError),
            dbus("UnknownObject|DoesNotExist|UnknownMethod"),
            says(r"^device '.*' not found|not found for device"),
            apple(12),
        ),
        linux=f"{_OFF_AND_ON}, move it closer and try again",
        macos=f"{_OFF_AND_ON}, move it closer and try again",
        windows=f"{_OFF_AND_ON}, move it closer and try again",
    ),
    Cause(
        name="link lost",
        what="the link was lost",
        at="sensor",
        signs=(
            says(r"\bdisconnected|not connected"),
            says("AcquireNotify socket"),
            dbus("NotConnected"),
            apple(3, 5, 7),
            is_a(BrokenPipeError, ConnectionResetError, ConnectionAbortedError),
            windows(0x80000013, 0x800704C7),  # RO_E_CLOSED, ERROR_CANCELLED
        ),
        linux=_NEARER,
        macos=_NEARER,
        windows=_NEARER,
    ),
    Cause(
        name="out of reach",
        what="it cannot be connected",
        at="sensor",
        signs=(
            says("unreachable|failed to connect|connection-(abort|refused|timeout|failed|unknown)"),
            dbus("ConnectionAttemptFailed|NotAvailable|HostDown"),
            dbus("Failed", "abort-by-local|page-timeout|connection|host is down"),
            apple(6, 10),
        ),
        linux=f"{_NEARER}; if that does not help, `bluetoothctl remove ADDRESS`",
        macos=_NEARER,
        windows=f"{_NEARER}; if that does not help, remove it in Settings > Bluetooth & devices",
    ),
    Cause(
        name="no answer",
        what="it did not respond in time",
        at="sensor",
        signs=(is_a(TimeoutError),),
        linux=f"{_OFF_AND_ON}; {_NEARER}",
        macos=f"{_OFF_AND_ON}; {_NEARER}",
        windows=f"{_OFF_AND_ON}; {_NEARER}",
    ),
    Cause(
        name="lacks a part",
        what="it lacks something that sensors of its kind have ({detail})",
        at="sensor",
        signs=(
            is_a(BleakCharacteristicNotFoundError),
            says("descriptor .* not found|does not support notif"),
            gatt(0x01, 0x0A, 0x12),
        ),
        linux="update its firmware in the maker's app; after an update, `bluetoothctl remove"
        " ADDRESS`",
        macos="update its firmware in the maker's app; after an update, switch Bluetooth off"
        " and on",
        windows="update its firmware in the maker's app; after an update, remove it in"
        " Settings > Bluetooth & devices",
    ),
    Cause(
        name="refused",
        what="it refused a request ({detail})",
        at="sensor",
        signs=(gatt(), dbus("NotPermitted|NotSupported|InvalidArguments|ImproperlyConfigured")),
        linux=f"{_OFF_AND_ON} and try again",
        macos=f"{_OFF_AND_ON} and try again",
        windows=f"{_OFF_AND_ON} and try again",
    ),
)

UNKNOWN = Cause(
    name="unknown",
    what="Bluetooth failed ({detail})",
    at="sensor",
    signs=(),
    linux="try again; if that does not help, switch the sensor off and on, and restart Bluetooth"
    " with `sudo systemctl restart bluetooth`",
    macos="try again; if that does not help, switch the sensor and Bluetooth off and on",
    windows="try again; if that does not help, switch the sensor and Bluetooth off and on",
)
"""Any error that matches no cause above."""


def cause_of(error: BaseException, here: Platform) -> Cause:
    """The first cause on this platform that matches the exception, or :data:`UNKNOWN`."""
    for cause in CAUSES:
        if cause.remedy(here) and any(sign(error) for sign in cause.signs):
            return cause
    return UNKNOWN
