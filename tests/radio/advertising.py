"""What a sensor advertises."""

from __future__ import annotations

from collections.abc import Iterable

from bumble.core import UUID, AdvertisingData

_MOST_BYTES = 31
_FLAGS = (
    AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
)
_SHORT_BYTES = 2


def advertisement(name: str, services: Iterable[str]) -> tuple[bytes, bytes]:
    """Advertising data and scan response: the name moves into the latter if it does not fit."""
    first: list[tuple[int, bytes]] = [(AdvertisingData.FLAGS, bytes([_FLAGS]))]
    for each in services:
        uuid = UUID(each).uuid_bytes
        kind = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        if len(uuid) == _SHORT_BYTES:
            kind = AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
        first.append((kind, uuid))
    called = (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())
    whole = bytes(AdvertisingData([*first, called]))
    if len(whole) <= _MOST_BYTES:
        return whole, b""
    return bytes(AdvertisingData(first)), bytes(AdvertisingData([called]))
