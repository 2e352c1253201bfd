"""The sensors people can buy or build: bytes in, samples and device time out; commands out.

One family a file. Nothing here knows of a radio: see :mod:`sensing.devices.base` for how a family
is described, started, stopped and read. A new family is a file and its line below.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sensing.core.errors import DeviceError
from sensing.devices import metamotion, movesense, open_frame, polar, witmotion
from sensing.devices.base import Family

FAMILIES: tuple[Family, ...] = (
    polar.VERITY_SENSE,
    polar.H10,
    movesense.FAMILY,
    witmotion.FAMILY,
    metamotion.FAMILY,
    open_frame.FAMILY,
)


def family(name: str) -> Family:
    """The family of this name.

    Raises:
        DeviceError: there is none; the message offers the nearest name.
    """
    found = {each.name: each for each in FAMILIES}
    if name in found:
        return found[name]
    near = difflib.get_close_matches(name, found, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(found)}"
    raise DeviceError(f"no family of sensors is called {name!r}", remedy=hint)


def recognise(advertised_name: str | None, service_uuids: Iterable[str] = ()) -> Family | None:
    """The family a sensor belongs to by what it advertises, or None if it is none of ours.

    A name says more than a service: makers share services between models that differ.
    """
    name = (advertised_name or "").strip()
    for each in FAMILIES:
        if each.matches_name(name):
            return each
    services = {uuid.lower() for uuid in service_uuids}
    for each in FAMILIES:
        if services.intersection(each.services) and not each.rules_out_name(name):
            return each
    return None
