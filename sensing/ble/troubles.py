"""Bluetooth exceptions in one line: what is wrong, with which sensor, and the remedy.

Every exception of bleak passes through :func:`explained`; its cause is looked up in
:mod:`sensing.ble.causes`. General exceptions (a failed assertion, a missing key) are explained too
if they come from bleak or its dependencies, where they occur when a link or an adapter disappears
during a call; from Anklet's own code they are bugs and pass through.
"""

from __future__ import annotations

import contextlib
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)

from sensing.ble.causes import UNKNOWN, Platform, cause_of
from sensing.ble.signs import SlowStart, text_of
from sensing.core.errors import AnkletError, DeviceError

_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")

_BLUETOOTH = {"bleak", "dbus_fast", "winrt", "objc", "CoreBluetooth", "libdispatch"}
"""Packages whose exceptions are Bluetooth errors, whatever their class."""

_OWN_CODES = (0x80, 0x9F)
"""ATT error codes whose meaning each sensor defines (Core Specification 5.2, vol. 3,
part F, 3.4.1.1)."""

_DBUS_CATCH_ALL = re.compile(r"\.Failed$")
"""The name of such a D-Bus error means nothing and its text little, so both are shown."""


def this_platform() -> Platform:
    """The platform, as far as Bluetooth is concerned; any other Unix counts as Linux."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform in ("win32", "cygwin"):
        return "windows"
    if "microsoft" in platform.release().lower():
        return "wsl"
    return "container" if any(Path(mark).exists() for mark in _CONTAINER_MARKS) else "linux"


def explain(error: BaseException, *, where: str, here: Platform | None = None) -> DeviceError:
    """Explain a Bluetooth exception.

    Args:
        error: as bleak or the system raised it.
        where: name of the sensor, or empty; omitted if the problem is with the computer.
        here: the platform the remedy is for; the one this runs on if None.
    """
    here = here or this_platform()
    cause = cause_of(error, here)
    if cause.at == "sensor" and not where:
        cause = UNKNOWN  # no sensor is involved
    return DeviceError(
        cause.what.replace("{detail}", _detail(error)),
        where=where if cause.at == "sensor" else "",
        remedy=cause.remedy(here),
    )


@contextlib.contextmanager
def explained(where: str, *, here: Platform | None = None) -> Iterator[None]:
    """Turn Bluetooth exceptions raised inside into a :class:`DeviceError` (see :func:`explain`).

    A device error without a place gets the name too. Cancellation and errors that do not come from
    Bluetooth pass through.
    """
    try:
        yield
    except DeviceError as error:
        if error.where:
            raise
        raise DeviceError(error.what, where=where, remedy=error.remedy) from error
    except AnkletError:
        raise
    except Exception as error:
        if not _is_from_bluetooth(error):
            raise
        raise explain(error, where=where, here=here) from error


def _is_from_bluetooth(error: Exception) -> bool:
    """True for the exceptions of Bluetooth, of bleak and of its dependencies."""
    if isinstance(error, OSError):
        return error.filename is None  # with a file name it is a file error
    if isinstance(error, (BleakError, EOFError, SlowStart)):
        return True
    if any(kind.__module__.partition(".")[0] in _BLUETOOTH for kind in type(error).__mro__):
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    module = str(trace.tb_frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _BLUETOOTH


def _detail(error: BaseException) -> str:
    """The message of the platform, in words that can be searched for."""
    match error:
        case BleakCharacteristicNotFoundError():
            return f"characteristic {error.char_specifier}"
        case BleakGATTProtocolError():
            code = int(error.args[0])
            return f"code {code:#04x}" if _OWN_CODES[0] <= code <= _OWN_CODES[1] else _att(error)
        case BleakDBusError() if len(error.args) > 1 and not _DBUS_CATCH_ALL.search(error.args[0]):
            return str(error.args[1])
        case BleakError() | OSError():
            return text_of(error) or type(error).__name__
        case _:
            said = text_of(error)
            return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _att(error: BleakGATTProtocolError) -> str:
    return str(error.args[-1]).removeprefix("GATT Protocol Error: ")
