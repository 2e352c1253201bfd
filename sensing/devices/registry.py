"""All sensor families, and which of them a sensor belongs to."""

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
        DeviceError: there is none; the message suggests the nearest name.
    """
    found = {each.name: each for each in FAMILIES}
    if name in found:
        return found[name]
    near = difflib.get_close_matches(name, found, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(found)}"
    raise DeviceError(f"{name!r} is not a sensor family", remedy=hint)


def recognise(advertised_name: str | None, service_uuids: Iterable[str] = ()) -> Family | None:
    """The family of a sensor by its advertisement, or None if it is not supported.

    The name comes first: makers share services between models that differ.
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
