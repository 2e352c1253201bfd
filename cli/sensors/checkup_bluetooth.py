"""Does Bluetooth work? Try a scan, and find the step at which it fails.

A scan needs the system's Bluetooth service, permission to use it, an adapter, and the adapter
switched on, in this order. The error of a failed scan belongs to one of these steps: the ones
before it work, and the ones after it can't be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cli.common.output import many
from cli.sensors.checkup import NOT_CHECKED, Check, State
from sensing.core.errors import DeviceError

if TYPE_CHECKING:
    from sensing.ble.causes import Platform
    from sensing.ble.finding import Sighting

STEPS: tuple[tuple[str, str], ...] = (
    ("Bluetooth", "the service responds"),
    ("permission", "granted"),
    ("adapter", "found, with Low Energy"),
    ("switched on", "yes"),
    ("scan", ""),
)
"""Name of each step, and what is reported if it works."""

_STEP_OF = {
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
_SCAN = len(STEPS) - 1

SCAN_S = 2.5


async def bluetooth(seconds: float = SCAN_S) -> list[Check]:
    """Try a scan; a check for each step, from the service to the sensors found."""
    from sensing.ble.finding import scan

    try:
        seen = await scan(seconds)
    except DeviceError as error:
        return _failed(error)
    return [*(_works(step) for step in range(_SCAN)), _scan_result(seen, seconds)]


def _failed(error: DeviceError) -> list[Check]:
    from sensing.ble.causes import cause_of
    from sensing.ble.troubles import this_platform

    here = this_platform()
    cause = cause_of(error.__cause__, here) if error.__cause__ else None
    fails = _STEP_OF.get(cause.name, _SCAN) if cause else _SCAN
    return [
        Check(name, "trouble", error.what, error.remedy)
        if step == fails
        else _works(step)
        if step < fails and _is_known(step, fails, here)
        else Check(name, "note", NOT_CHECKED)
        for step, (name, _) in enumerate(STEPS)
    ]


def _is_known(step: int, fails: int, here: Platform) -> bool:
    """Whether a step must have worked for a later one to fail: macOS and Windows check the adapter
    before the permission.
    """
    unsure = (STEPS[step][0], STEPS[fails][0]) == ("permission", "adapter")
    return not unsure or here not in ("macos", "windows")


def _works(step: int) -> Check:
    name, words = STEPS[step]
    return Check(name, "ok", words)


def _scan_result(seen: Sequence[Sighting], seconds: float) -> Check:
    known = [each.title for each in seen if each.family]
    others = len(seen) - len(known)
    state: State = "ok" if seen else "note"
    devices = many(others, "other device")
    if known:
        found = f"{', '.join(known)}{f', and {devices}' if others else ''}"
    elif seen:
        found = f"no supported sensor found, but {devices}"
    else:
        found = f"no device found in {seconds:g} s"
    remedy = "" if known else "switch the sensor on and wear it; close phone apps that use it"
    return Check("scan", state, found, remedy)
