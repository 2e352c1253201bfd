"""Bluetooth's exceptions in one line: what is wrong, with which sensor, and the remedy here.

Everything bleak can raise passes through :func:`explained`; what it means is looked up in
:mod:`sensing.ble.causes`. Exceptions of the general kinds (a failed assertion, a missing key) are
explained too if they come out of bleak or what it stands on, where they happen when a link or an
adapter goes away in the middle of a call; from Anklet's own code they are bugs and stay what they
are.
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
"""Packages whose exceptions are Bluetooth's, whatever their class."""

_OWN_CODES = (0x80, 0x9F)
"""ATT error codes that each sensor gives a meaning of its own (Core Specification 5.2, vol. 3,
part F, 3.4.1.1)."""

_DBUS_CATCH_ALL = re.compile(r"\.Failed$")
"""A D-Bus error of this name says nothing by its name, and little by its text: both are shown."""


def this_platform() -> Platform:
    """Where this program runs, as far as Bluetooth minds; any other Unix counts as Linux."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform in ("win32", "cygwin"):
        return "windows"
    if "microsoft" in platform.release().lower():
        return "wsl"
    return "container" if any(Path(mark).exists() for mark in _CONTAINER_MARKS) else "linux"


def explain(error: BaseException, *, where: str, here: Platform | None = None) -> DeviceError:
    """What an exception of Bluetooth means.

    Args:
        error: as bleak or the system raised it.
        where: the sensor's name; empty if none is meant. It is left out of troubles that are the
            computer's.
        here: the platform the remedy is for; the one this runs on if None.
    """
    here = here or this_platform()
    cause = cause_of(error, here)
    if cause.at == "sensor" and not where:
        cause = UNKNOWN  # no sensor has anything to do with it
    return DeviceError(
        cause.what.replace("{detail}", _detail(error)),
        where=where if cause.at == "sensor" else "",
        remedy=cause.remedy(here),
    )


@contextlib.contextmanager
def explained(where: str, *, here: Platform | None = None) -> Iterator[None]:
    """Turn what Bluetooth raises inside into a :class:`DeviceError` (see :func:`explain`).

    A device error that doesn't say where it happened yet is given the name too. Cancelling passes
    through, and so does what is no trouble of Bluetooth's.
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
        if not _is_bluetooths(error):
            raise
        raise explain(error, where=where, here=here) from error


def _is_bluetooths(error: Exception) -> bool:
    """Whether it is of a kind only Bluetooth raises, or comes out of bleak or what it stands on."""
    if isinstance(error, OSError):
        return error.filename is None  # what has a name is a file, and no trouble of Bluetooth's
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
    """What the platform said, in words a person may search for."""
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
