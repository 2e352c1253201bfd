"""Bluetooth problems: each is recognised and gets a remedy for the platform.

The exceptions are those the backends of bleak 3.1 raise on Linux (BlueZ over D-Bus), macOS
(CoreBluetooth) and Windows (WinRT), with the words people have seen.
"""

from __future__ import annotations

import asyncio
import os
import sys
import types
from pathlib import Path

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from sensing.ble.causes import CAUSES, UNKNOWN, Cause, Platform, cause_of
from sensing.ble.signs import SlowStart
from sensing.ble.troubles import explain, explained, this_platform
from sensing.core.errors import DeviceError, StoreError
from tests.radio.air import TROUBLES

PLATFORMS: tuple[Platform, ...] = ("linux", "wsl", "container", "macos", "windows")
_Reason = BleakBluetoothNotAvailableReason
NAME = "Polar Sense 1A2B3C4D"


def unavailable(reason: BleakBluetoothNotAvailableReason) -> Exception:
    """No Bluetooth, and why."""
    return BleakBluetoothNotAvailableError("Bluetooth is not available", reason)


def windows_error(result: int) -> OSError:
    """What WinRT raises for an HRESULT; the attribute is there on Windows only."""
    error = OSError(22, "The device is not ready for use")
    error.winerror = result - (1 << 32)  # type: ignore[attr-defined,unused-ignore]
    return error


def bluez(name: str, text: str = "") -> Exception:
    """A D-Bus error of BlueZ."""
    return BleakDBusError(f"org.bluez.Error.{name}", [text] if text else [])


def bus(name: str, text: str = "") -> Exception:
    """A D-Bus error of the bus itself."""
    return BleakDBusError(f"org.freedesktop.DBus.Error.{name}", [text] if text else [])


def apple(code: int, text: str) -> Exception:
    """What CoreBluetooth says of a connection."""
    return BleakError(
        f'failed to connect: Error Domain=CBErrorDomain Code={code} "{text}"'
        f" UserInfo={{NSLocalizedDescription={text}}}"
    )


REJECTED = (
    'Rejected send message, 2 matched rules; type="method_call", sender=":1.18" (uid=1000)'
    ' interface="org.freedesktop.DBus.ObjectManager" destination="org.bluez"'
)

SEEN: list[tuple[str, Exception]] = [
    ("no adapter", unavailable(_Reason.NO_BLUETOOTH)),
    ("no adapter", BleakError("adapter 'hci0' not found")),
    ("no low energy", unavailable(_Reason.NO_BLE_CENTRAL_ROLE)),
    ("no low energy", BleakError("device does not support GATT sessions")),
    ("switched off", unavailable(_Reason.POWERED_OFF)),
    ("switched off", bluez("NotReady", "Resource Not Ready")),
    ("switched off", bluez("Failed", "br-connection-adapter-not-powered")),
    ("switched off", bluez("Failed", "Blocked through rfkill")),
    ("switched off", BleakError("Failed to start scanner. Is Bluetooth turned on?")),
    ("switched off", windows_error(0x800710DF)),
    ("not permitted", unavailable(_Reason.DENIED_BY_USER)),
    ("not permitted", unavailable(_Reason.DENIED_BY_UNKNOWN)),
    ("not permitted", bus("AccessDenied", REJECTED)),
    ("not permitted", PermissionError(13, "Permission denied")),
    ("forbidden", unavailable(_Reason.DENIED_BY_SYSTEM)),
    ("no system bus", FileNotFoundError(2, "No such file or directory")),
    ("no system bus", ConnectionRefusedError(111, "Connection refused")),
    ("no service", bus("ServiceUnknown", "The name org.bluez was not provided by any .service")),
    ("no service", bus("NameHasNoOwner", "Could not get owner of name 'org.bluez': no such name")),
    ("no service", bus("Spawn.ExecFailed", "Failed to execute program org.bluez")),
    ("no service", BleakDBusError("org.freedesktop.systemd1.NoSuchUnit", ["Unit not found."])),
    ("service stuck", bus("NoReply", "Did not receive a reply")),
    ("service stuck", bus("TimedOut", "Failed to activate service 'org.bluez': timed out")),
    ("service stuck", EOFError()),
    ("service stuck", unavailable(_Reason.UNKNOWN)),
    ("slow start", SlowStart("no scan within 5 s")),
    ("service too old", BleakError("Bleak requires BlueZ >= 5.55.")),
    ("service too old", KeyError("Roles")),
    ("no support", BleakError("Unsupported platform: SunOS")),
    ("no support", ModuleNotFoundError("No module named 'winrt'")),
    (
        "windows thread",
        BleakError("Thread is configured for Windows GUI but callbacks are not working."),
    ),
    ("pairing lost", apple(14, "Peer removed pairing information")),
    ("pairing lost", bluez("AuthenticationFailed", "Authentication Failed")),
    ("not paired", BleakGATTProtocolError(0x05)),
    ("not paired", BleakGATTProtocolError(0x0F)),
    ("not paired", bluez("NotPermitted", "Not paired")),
    ("not paired", bluez("NotAuthorized", "Operation Not Authorized")),
    ("not paired", BleakError("Could not pair with device: FAILED")),
    ("not paired", BleakError("Failure trying to pair with device!")),
    ("not paired", windows_error(0x80650005)),
    ("taken", bluez("NotPermitted", "Notify acquired")),
    ("taken", BleakError("Could not get GATT services: Access Denied")),
    ("taken", windows_error(0x80070005)),
    ("busy", bluez("InProgress", "Operation already in progress")),
    ("busy", bluez("Failed", "br-connection-busy")),
    ("too many", apple(11, "The system has reached the maximum number of connections.")),
    ("too many", BleakError("Connection Limit Exceeded")),
    ("gone", BleakDeviceNotFoundError("C0:DE:00:00:00:01", "Device was not found.")),
    ("gone", BleakDeviceNotFoundError("C0:DE:00:00:00:01")),
    ("gone", BleakError("device 'dev_C0_DE_00_00_00_01' not found")),
    (
        "gone",
        bus("UnknownObject", 'Method "Connect" with signature "" on "/org/bluez/hci0/dev_C0"'),
    ),
    ("gone", bluez("DoesNotExist", "Does Not Exist")),
    ("gone", apple(12, "Unknown device")),
    ("link lost", BleakError("Not connected")),
    ("link lost", BleakError("disconnected")),
    ("link lost", BleakError("failed to discover services, device disconnected")),
    ("link lost", bluez("Failed", "Not connected")),
    ("link lost", bluez("NotConnected", "Not Connected")),
    ("link lost", apple(7, "The specified device has disconnected from us.")),
    ("link lost", RuntimeError("AcquireNotify socket disconnected")),
    ("link lost", BrokenPipeError(32, "Broken pipe")),
    ("link lost", windows_error(0x80000013)),
    ("link lost", windows_error(0x800704C7)),
    ("out of reach", BleakError("Could not get GATT services: Unreachable")),
    ("out of reach", bluez("Failed", "le-connection-abort-by-local")),
    ("out of reach", bluez("Failed", "Software caused connection abort")),
    ("out of reach", bluez("ConnectionAttemptFailed", "Page Timeout")),
    ("out of reach", apple(10, "The connection has failed unexpectedly.")),
    ("out of reach", BleakError("failed to connect: None")),
    ("out of reach", apple(6, "The connection has timed out unexpectedly.")),
    ("no answer", TimeoutError()),
    ("lacks a part", BleakCharacteristicNotFoundError("fb005c81-02e7-f387-1cad-8acd2d8df0c8")),
    ("lacks a part", BleakGATTProtocolError(0x0A)),
    ("lacks a part", BleakError("Descriptor with handle 9 was not found!")),
    ("refused", BleakGATTProtocolError(0x03)),
    ("refused", BleakGATTProtocolError(0x81)),
    ("refused", bluez("NotSupported", "Operation is not supported")),
    ("unknown", BleakError("something new")),
    ("unknown", BleakError()),
    ("unknown", bluez("Failed")),
    ("unknown", bluez("Failed", "ATT error: 0x")),  # bleak's own str() of it raises
    ("unknown", OSError(5, "Input/output error")),
]
IDS = [f"{name}: {type(error).__name__} {error.args!r:.60}" for name, error in SEEN]


@pytest.mark.parametrize(("name", "error"), SEEN, ids=IDS)
def test_each_exception_is_a_sign_of_its_cause(name: str, error: Exception) -> None:
    """Exceptions of bleak are recognised on every platform."""
    assert cause_of(error, home(name)).name == name


def home(name: str) -> Platform:
    """A platform that knows this cause."""
    return "windows" if name == "windows thread" else "linux"


def test_every_cause_is_shown_by_something_that_is_tried_here() -> None:
    """A cause without an example may be one that no exception reaches."""
    assert {name for name, _ in SEEN} == {cause.name for cause in (*CAUSES, UNKNOWN)}


def test_every_sign_of_every_cause_is_seen_in_something_that_is_tried_here() -> None:
    """Likewise each sign, but for the exceptions of dbus-fast, which not every platform has."""
    foreign = {"no system bus": 1, "forbidden": 1}
    for cause in CAUSES:
        examples = [error for name, error in SEEN if name == cause.name]
        unseen = sum(not any(sign(error) for error in examples) for sign in cause.signs)
        assert unseen == foreign.get(cause.name, 0), cause.name


LOCAL = {
    "no system bus": ("linux", "wsl", "container"),
    "no service": ("linux", "wsl", "container"),
    "service too old": ("linux", "wsl", "container"),
    "windows thread": ("windows",),
}


@pytest.mark.parametrize("here", PLATFORMS)
@pytest.mark.parametrize("cause", [*CAUSES, UNKNOWN], ids=lambda cause: cause.name)
def test_every_cause_has_a_remedy_on_every_platform_it_is_known_on(
    cause: Cause, here: Platform
) -> None:
    """One line, no full stop, nothing left to fill in, and no other platform's tools."""
    remedy = cause.remedy(here)
    assert bool(remedy) == (here in LOCAL.get(cause.name, PLATFORMS))
    assert "\n" not in remedy
    assert not remedy.endswith(".")
    assert "{" not in remedy
    foreign = {
        "linux": ("System Settings", "Device Manager", "Settings >"),
        "macos": ("systemctl", "bluetoothctl", "Device Manager", "& devices"),
        "windows": ("systemctl", "bluetoothctl", "System Settings"),
    }
    for tool in foreign.get(here, ()):
        assert tool not in remedy


@pytest.mark.parametrize("error", [error for _, error in SEEN], ids=IDS)
def test_an_explained_trouble_is_one_plain_line(error: Exception) -> None:
    """No exception class, D-Bus path or escape in what a person reads, and the sensor's name."""
    for here in PLATFORMS:
        told = explain(error, where=NAME, here=here)
        line = str(told)
        assert "\n" not in line
        assert "{detail}" not in line
        assert told.what
        assert told.remedy
        known = cause_of(error, here)
        assert told.where == ("" if known.at == "computer" else NAME)
        if known is not UNKNOWN:
            assert "org." not in line.replace("python.org", "")
            assert "Error:" not in line.replace("ModuleNotFoundError:", "")


@pytest.mark.parametrize("trouble", sorted(TROUBLES))
def test_every_trouble_of_the_virtual_radio_is_a_known_one(trouble: str) -> None:
    """The radio of the other tests raises nothing that this does not know."""
    assert cause_of(TROUBLES[trouble](), "linux") is not UNKNOWN


def test_a_refusal_is_reported_in_the_words_of_the_sensor() -> None:
    """The ATT error's meaning is part of the line."""
    line = str(explain(BleakGATTProtocolError(0x03), where=NAME, here="linux"))
    assert line.startswith(f"{NAME}: it refused a request (Write Not Permitted);")


def test_what_no_cause_knows_keeps_what_the_platform_said() -> None:
    """Nobody can help with "Bluetooth failed" alone."""
    line = str(explain(bluez("Failed", "the moon is full"), where=NAME, here="linux"))
    assert "org.bluez.Error.Failed: the moon is full" in line


@pytest.mark.parametrize(
    ("remedy", "here", "error"),
    [
        ("rfkill unblock bluetooth", "linux", unavailable(_Reason.POWERED_OFF)),
        ("menu bar", "macos", unavailable(_Reason.POWERED_OFF)),
        ("airplane", "windows", unavailable(_Reason.POWERED_OFF)),
        ("usermod -aG bluetooth", "linux", bus("AccessDenied", REJECTED)),
        ("Privacy & Security > Bluetooth", "macos", unavailable(_Reason.DENIED_BY_USER)),
        ("Add device", "windows", BleakGATTProtocolError(0x05)),
        ("WSL has no Bluetooth", "wsl", FileNotFoundError(2, "No such file or directory")),
        ("a container has no", "container", FileNotFoundError(2, "No such file or directory")),
        ("systemctl enable --now bluetooth", "linux", bus("ServiceUnknown", "no org.bluez")),
    ],
)
def test_the_remedy_is_the_one_of_the_platform(
    remedy: str, here: Platform, error: Exception
) -> None:
    """The well-known ones, by what everybody would look for in them."""
    assert remedy in explain(error, where=NAME, here=here).remedy


def test_where_no_sensor_is_meant_none_is_blamed() -> None:
    """A scan that times out has no sensor that should be held nearer."""
    for error in (TimeoutError(), bluez("Failed", "le-connection-abort-by-local")):
        told = explain(error, where="", here="linux")
        assert told.what.startswith("Bluetooth failed")
        assert "nearer" not in told.remedy


def raised_in(module: str, code: str) -> Exception:
    """An exception whose innermost frame is in a module of this name."""
    made = types.ModuleType(module)
    try:
        exec(compile(code, f"{module}.py", "exec"), made.__dict__)  # noqa: S102 - a module made here
    except Exception as error:  # noqa: BLE001 - whatever it is, that is the point
        return error
    raise AssertionError


def test_failed_assertions_of_bleak_are_bluetooths_and_ours_are_bugs() -> None:
    """A link that goes away in mid-call ends in bleak's assertions; our own must not be hidden."""
    for code in ("assert False", "{}['/org/bluez/hci0']", "raise RuntimeError('socket')"):
        with pytest.raises(DeviceError), explained(NAME):
            raise raised_in("bleak.backends.bluezdbus.manager", code)
        with pytest.raises((AssertionError, KeyError, RuntimeError)), explained(NAME):
            raise raised_in("sensing.ble.link", code)


@pytest.mark.skipif(sys.platform != "linux", reason="dbus-fast is there under Linux only")
def test_the_bus_that_turns_somebody_away_is_known_by_its_own_exceptions() -> None:
    """dbus-fast raises its own kinds, which bleak passes on where it connects to a sensor."""
    from dbus_fast.errors import AuthError, InvalidAddressError

    assert cause_of(AuthError("REJECTED"), "linux").name == "forbidden"
    assert cause_of(InvalidAddressError("no transport"), "linux").name == "no system bus"
    with pytest.raises(DeviceError), explained(NAME):
        raise AuthError("REJECTED")


def test_errors_that_are_explained_already_are_given_the_name_only_if_they_have_none() -> None:
    """A family's refusal says nothing of which sensor refused."""
    with pytest.raises(DeviceError) as bare, explained(NAME):
        raise DeviceError("it refuses 400 Hz", remedy="ask for less")
    assert str(bare.value) == f"{NAME}: it refuses 400 Hz; ask for less"
    with pytest.raises(DeviceError) as named, explained(NAME):
        raise DeviceError("gone", where="another")
    assert named.value.where == "another"
    with pytest.raises(StoreError), explained(NAME):
        raise StoreError("no room")


def test_a_file_that_is_missing_is_no_trouble_of_bluetooth() -> None:
    """An error with a file's name passes through."""
    with pytest.raises(FileNotFoundError), explained(NAME):
        Path("no such folder/no such file").read_bytes()


def test_who_is_cancelled_is_cancelled() -> None:
    """Ctrl-C and the end of a task are no troubles."""
    for kind in (asyncio.CancelledError, KeyboardInterrupt):
        with pytest.raises(kind), explained(NAME):
            raise kind


@pytest.mark.parametrize(
    ("system", "release", "here"),
    [
        ("darwin", "25.0", "macos"),
        ("win32", "11", "windows"),
        ("linux", "5.15.90.1-microsoft-standard-WSL2", "wsl"),
        ("freebsd14", "14.0", "linux"),
    ],
)
def test_the_platform_is_recognised(
    monkeypatch: pytest.MonkeyPatch, system: str, release: str, here: Platform
) -> None:
    """By what Python says of it; WSL by its kernel."""
    monkeypatch.setattr("sensing.ble.troubles.sys.platform", system)
    monkeypatch.setattr("sensing.ble.troubles.platform.release", lambda: release)
    monkeypatch.setattr("sensing.ble.troubles._CONTAINER_MARKS", ())
    assert this_platform() == here


def test_a_container_is_recognised_by_its_mark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Docker and Podman leave one."""
    monkeypatch.setattr("sensing.ble.troubles.sys.platform", "linux")
    monkeypatch.setattr("sensing.ble.troubles.platform.release", lambda: "6.1")
    monkeypatch.setattr("sensing.ble.troubles._CONTAINER_MARKS", (str(tmp_path),))
    assert this_platform() == "container"


DOCS = Path(__file__).resolve().parent.parent / "docs" / "troubleshooting.md"
RENEW = "ANKLET_RENEW"


def written(at: str) -> str:
    """The table as people read it: each trouble with its remedies."""
    parts = []
    for cause in (*CAUSES, UNKNOWN):
        if cause.at != at:
            continue
        what = cause.what.replace("{detail}", "…")
        lines = [f"**{what[0].upper()}{what[1:]}**", ""]
        remedies = [cause.linux, cause.macos, cause.windows]
        if len(set(remedies)) == 1:
            lines.append(f"- {cause.linux}")
        else:
            named = zip(("Linux", "macOS", "Windows"), remedies, strict=True)
            lines += [f"- {name}: {remedy}" for name, remedy in named if remedy]
        if cause.guest:
            lines.append(f"- In a container: {cause.remedy('container')}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def test_the_documentation_lists_every_trouble_with_its_remedies() -> None:
    """docs/troubleshooting.md is the table; ANKLET_RENEW=1 writes it anew."""
    text = DOCS.read_text(encoding="utf-8")
    for at in ("computer", "sensor"):
        begin = f"<!-- {at} -->\n"
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition("<!-- end -->\n")
        text = f"{head}{begin}\n{written(at)}\n\n<!-- end -->\n{tail}"
    if os.environ.get(RENEW):
        DOCS.write_text(text, encoding="utf-8")
    assert DOCS.read_text(encoding="utf-8") == text
