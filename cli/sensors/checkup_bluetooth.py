"""Is Bluetooth fit for a session? A scan tried, and the rung found on which it fails.

A scan needs the system's Bluetooth service, the permission to use it, an adapter, and the adapter
switched on, in this order. The trouble that a scan ends in belongs to one of these; what comes
before it is well, and what comes after it can't be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cli.sensors.checkup import UNTOLD, Check, State
from sensing.core.errors import DeviceError

if TYPE_CHECKING:
    from sensing.ble.causes import Platform
    from sensing.ble.finding import Sighting

RUNGS: tuple[tuple[str, str], ...] = (
    ("Bluetooth", "its service answers"),
    ("permission", "Anklet may use Bluetooth"),
    ("adapter", "there is one, for Low Energy"),
    ("switched on", "yes"),
    ("scan", ""),
)
"""Name of each rung, and what there is to say if it holds."""

_RUNG_OF = {
    **dict.fromkeys(
        (
            *("no support", "no system bus", "no service", "service stuck", "service too old"),
            *("slow start", "windows thread"),
        ),
        0,
    ),
    **dict.fromkeys(("not permitted", "forbidden"), 1),
    **dict.fromkeys(("no adapter", "no low energy"), 2),
    "switched off": 3,
}
_SCAN = len(RUNGS) - 1

SCAN_S = 2.5


async def bluetooth(seconds: float = SCAN_S) -> list[Check]:
    """Try a scan; one answer for each rung, from the service to the sensors that were heard."""
    from sensing.ble.finding import scan

    try:
        seen = await scan(seconds)
    except DeviceError as error:
        return _failed(error)
    return [*(_holds(rung) for rung in range(_SCAN)), _heard(seen, seconds)]


def _failed(error: DeviceError) -> list[Check]:
    from sensing.ble.causes import cause_of
    from sensing.ble.troubles import this_platform

    here = this_platform()
    cause = cause_of(error.__cause__, here) if error.__cause__ else None
    fails = _RUNG_OF.get(cause.name, _SCAN) if cause else _SCAN
    return [
        Check(name=name, state="trouble", found=error.what, remedy=error.remedy)
        if rung == fails
        else _holds(rung)
        if rung < fails and _is_known(rung, fails, here)
        else Check(name=name, state="note", found=UNTOLD)
        for rung, (name, _) in enumerate(RUNGS)
    ]


def _is_known(rung: int, fails: int, here: Platform) -> bool:
    """Whether a rung must have held for another to fail: on macOS and Windows the adapter is
    asked for before the permission.
    """
    return RUNGS[rung][0] != "permission" or RUNGS[fails][0] != "adapter" or here not in _ASK_LATE


_ASK_LATE = ("macos", "windows")


def _holds(rung: int) -> Check:
    name, words = RUNGS[rung]
    return Check(name=name, state="ok", found=words)


def _heard(seen: Sequence[Sighting], seconds: float) -> Check:
    known = [each.title for each in seen if each.family]
    others = len(seen) - len(known)
    state: State = "ok" if seen else "note"
    devices = "1 other device" if others == 1 else f"{others} other devices"
    if known:
        found = f"{', '.join(known)}{f', and {devices}' if others else ''}"
    elif seen:
        found = f"no sensor that Anklet knows is near, but {devices}"
    else:
        found = f"nothing was heard in {seconds:g} s"
    remedy = "" if known else "switch a sensor on or wear it, and close phone apps that use it"
    return Check(name="scan", state=state, found=found, remedy=remedy)
