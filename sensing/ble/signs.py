"""Signs that identify a Bluetooth problem: predicates of an exception.

bleak passes on the errors of BlueZ (over D-Bus), CoreBluetooth and WinRT, each in its own form.
They are recognised by the class of the exception, by a code in it or, failing that, by its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakGATTProtocolError,
)

Sign = Callable[[BaseException], bool]


class SlowStart(Exception):  # noqa: N818 - describes what happened
    """The platform neither started to scan nor gave a reason."""


def text_of(error: BaseException) -> str:
    """The text of an exception, including its D-Bus name, in one line."""
    # str() of a BleakDBusError parses its own text and may fail.
    parts = [str(part) for part in error.args] if error.args else [str(error)]
    return " ".join(": ".join(part for part in parts if part).split())


def unavailable(*reasons: BleakBluetoothNotAvailableReason) -> Sign:
    """Bleak reports that there is no Bluetooth, for one of these reasons."""
    return lambda error: (
        isinstance(error, BleakBluetoothNotAvailableError) and error.reason in reasons
    )


def dbus(name: str, text: str = "") -> Sign:
    """A D-Bus error whose name ends with ``name`` and whose text contains ``text`` (regexes)."""
    return lambda error: (
        isinstance(error, BleakDBusError)
        and re.search(rf"\.(?:{name})$", str(error.args[0])) is not None
        and re.search(text, text_of(error), re.IGNORECASE) is not None
    )


def says(text: str) -> Sign:
    """An error whose text contains ``text`` (a regular expression)."""
    return lambda error: re.search(text, text_of(error), re.IGNORECASE) is not None


def gatt(*codes: int) -> Sign:
    """The sensor answered with one of these ATT error codes; with any, if none is given."""
    return lambda error: (
        isinstance(error, BleakGATTProtocolError) and (not codes or int(error.args[0]) in codes)
    )


def is_a(*kinds: type[BaseException]) -> Sign:
    """An exception of one of these classes."""
    return lambda error: isinstance(error, kinds)


def system(*numbers: int) -> Sign:
    """The operating system returned one of these error numbers."""
    return lambda error: isinstance(error, OSError) and error.errno in numbers


def windows(*results: int) -> Sign:
    """Windows returned one of these HRESULTs, given as unsigned numbers."""
    return lambda error: getattr(error, "winerror", None) in {r - (1 << 32) for r in results}


def apple(*codes: int) -> Sign:
    """CoreBluetooth's CBError with one of these codes."""
    return says(rf"CBErrorDomain Code=(?:{'|'.join(map(str, codes))})\b")


def made_by(module: str, name: str) -> Sign:
    """An exception of this name from a module that exists only on some platforms."""
    return lambda error: any(
        kind.__name__ == name and kind.__module__.partition(".")[0] == module
        for kind in type(error).__mro__
    )
