"""Signs by which a trouble of Bluetooth is told: questions to one exception.

bleak passes on what BlueZ (over D-Bus), CoreBluetooth and WinRT say, each in a way of its own; what
tells troubles apart is an exception's class, a code in it or, where there is no better, its words.
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


class SlowStart(Exception):  # noqa: N818 - what happened, told apart from every other timeout
    """The platform neither began to scan nor said why not."""


def text_of(error: BaseException) -> str:
    """What an exception says, its D-Bus name included, in one line."""
    # str() of a BleakDBusError parses its own text and may fail at it.
    parts = [str(part) for part in error.args] if error.args else [str(error)]
    return " ".join(": ".join(part for part in parts if part).split())


def unavailable(*reasons: BleakBluetoothNotAvailableReason) -> Sign:
    """Bleak says that there is no Bluetooth, for one of these reasons."""
    return lambda error: (
        isinstance(error, BleakBluetoothNotAvailableError) and error.reason in reasons
    )


def dbus(name: str, text: str = "") -> Sign:
    """A D-Bus error whose name ends so (a regular expression), with such a text."""
    return lambda error: (
        isinstance(error, BleakDBusError)
        and re.search(rf"\.(?:{name})$", str(error.args[0])) is not None
        and re.search(text, text_of(error), re.IGNORECASE) is not None
    )


def says(text: str) -> Sign:
    """An error with such a text (a regular expression)."""
    return lambda error: re.search(text, text_of(error), re.IGNORECASE) is not None


def gatt(*codes: int) -> Sign:
    """The sensor answered with one of these ATT error codes; any, if none is given."""
    return lambda error: (
        isinstance(error, BleakGATTProtocolError) and (not codes or int(error.args[0]) in codes)
    )


def is_a(*kinds: type[BaseException]) -> Sign:
    """An exception of one of these classes."""
    return lambda error: isinstance(error, kinds)


def system(*numbers: int) -> Sign:
    """The operating system refused with one of these error numbers."""
    return lambda error: isinstance(error, OSError) and error.errno in numbers


def windows(*results: int) -> Sign:
    """Windows refused with one of these HRESULTs, given as unsigned numbers."""
    return lambda error: getattr(error, "winerror", None) in {r - (1 << 32) for r in results}


def apple(*codes: int) -> Sign:
    """CoreBluetooth's CBError with one of these codes."""
    return says(rf"CBErrorDomain Code=(?:{'|'.join(map(str, codes))})\b")


def made_by(module: str, name: str) -> Sign:
    """An exception of this name from a module that not every platform has."""
    return lambda error: any(
        kind.__name__ == name and kind.__module__.partition(".")[0] == module
        for kind in type(error).__mro__
    )
