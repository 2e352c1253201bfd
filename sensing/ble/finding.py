"""Scan for sensors nearby, and find the one that was asked for.

A scan does not filter by service, because several families advertise none of their own; names
decide what is recognised (``sensing/devices/registry.py``). A scan ends as soon as its question is
answered. Its results hold the platform's own device objects, which are needed to connect: macOS
invents an address for every sensor, and forgets it when the objects of the scan are gone.

A sensor that is already connected to this computer does not advertise. BlueZ keeps connections of
programs that crashed, so a named sensor that does not show up is looked for among those too.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import bleak
from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from sensing.ble.signs import SlowStart
from sensing.ble.troubles import explained, this_platform
from sensing.core.errors import DeviceError
from sensing.devices.base import Family
from sensing.devices.registry import recognise

START_S = 5.0
"""Longest wait for the scan to begin: it takes 0.1 s, or until a permission prompt is answered."""

STOP_S = 2.0
"""Longest wait for the scan to end."""

SETTLE_S = 0.3
"""How long to go on after the first match, because a second one would make the choice ambiguous.
Sensors advertise every 0.1–0.5 s; longer is safer, and slower."""

CONNECTED_S = 2.0
"""How long a named sensor is scanned for before it is looked for among those already connected:
longer than the interval between two advertisements."""

_ASK_AGAIN_S = 0.05
_LOUDEST_DBM = 20
_QUIETEST_DBM = -126
"""Values beyond these (−127 or +127) mean that the platform has no figure."""

_MOST_LISTED = 6
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device and its newest advertisement.

    Attributes:
        name: as advertised; None without one.
        address: the platform's address; on macOS a UUID valid on this computer only.
        family: the sensor family; None if it is not a supported sensor.
        rssi_dbm: signal strength, dBm; None if unknown.
        device: the object that bleak connects to.
    """

    name: str | None
    address: str
    family: Family | None
    rssi_dbm: int | None
    device: BLEDevice

    @property
    def title(self) -> str:
        """Its display name."""
        return self.name or self.address


Enough = Callable[[Sequence[Sighting]], bool]


async def scan(seconds: float, *, enough: Enough | None = None) -> list[Sighting]:
    """All devices nearby: the newest advertisement of each, supported ones first, strongest first.

    Args:
        seconds: longest duration of the scan.
        enough: called repeatedly with the devices so far; the scan ends when it returns True.

    Raises:
        DeviceError: Bluetooth cannot be used, with the remedy.
    """
    seen: dict[str, Sighting] = {}
    services: dict[str, set[str]] = {}
    news = asyncio.Event()

    def heard(device: BLEDevice, advertised: AdvertisementData) -> None:
        # A name may come in one advertisement and the services in another.
        offered = services.setdefault(device.address, set())
        offered.update(advertised.service_uuids)
        seen[device.address] = _sighting(device, advertised, offered, seen.get(device.address))
        news.set()

    with explained(""):
        async with _scanning(heard):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not (enough and enough(in_order(seen.values()))):
                        news.clear()
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(_ASK_AGAIN_S if enough else None):
                                await news.wait()
    return in_order(seen.values())


async def find(
    wanted: str | None,
    *,
    seconds: float,
    also: Sequence[str] = (),
    not_these: Collection[str] = (),
    settle_s: float = SETTLE_S,
) -> Sighting:
    """Find the one sensor that was asked for.

    An address decides at once. A name, or its beginning, decides if no second sensor matches.

    Args:
        wanted: name, beginning of a name, or address, in any case; None for the only
            supported sensor nearby.
        seconds: longest duration of the scan.
        also: further names and addresses of the same sensor.
        not_these: addresses to ignore.
        settle_s: how long to go on for a second match.

    Raises:
        DeviceError: there is none, or more than one; says what is nearby and what to do.
    """
    loop = asyncio.get_running_loop()
    connected: list[Sighting] = []
    excluded = {each.casefold() for each in not_these}
    asked = [each.strip() for each in (wanted, *also) if each and each.strip()]
    fitted_s: float | None = None

    def fitting(seen: Sequence[Sighting]) -> list[Sighting]:
        others = [each for each in seen if each.address.casefold() not in excluded]
        if not asked:
            return [each for each in others if each.family]
        return meant(others, asked) or meant(connected, asked)

    async def look_among_connected() -> None:
        await asyncio.sleep(CONNECTED_S)
        there = await connected_here()
        connected.extend(each for each in there if each.address.casefold() not in excluded)

    def enough(seen: Sequence[Sighting]) -> bool:
        nonlocal fitted_s
        found = fitting(seen)
        if any(has_address(each, asked) for each in found):
            return True
        if found and fitted_s is None:
            fitted_s = loop.time()
        return fitted_s is not None and loop.time() - fitted_s >= settle_s

    looking = asyncio.create_task(look_among_connected())
    try:
        seen = await scan(seconds, enough=enough)
    finally:
        looking.cancel()
    found = fitting(seen)
    if len(found) == 1:
        return found[0]
    raise _several(wanted, found) if found else _none(wanted, seen, seconds)


async def connected_here() -> list[Sighting]:
    """Devices already connected to this computer, by this program or another; never raises."""
    # Not every platform can tell.
    with contextlib.suppress(DeviceError, NotImplementedError), explained(""):
        async with asyncio.timeout(STOP_S):
            adapter = await bleak.BleakAdapter.get()
            return [
                Sighting(each.name, each.address, recognise(each.name), None, each)
                for each in await adapter.get_connected_devices()
            ]
    return []


def meant(seen: Iterable[Sighting], asked: Sequence[str]) -> list[Sighting]:
    """Those that match: by address, else by whole name, else by the beginning of a name."""
    there = list(seen)
    wanted = [each.casefold() for each in asked]
    names = [(each, (each.name or "").casefold()) for each in there]
    return (
        [each for each in there if has_address(each, asked)]
        or [each for each, name in names if name in wanted]
        or [each for each, name in names if wanted and name.startswith(wanted[0])]
    )


def has_address(sighting: Sighting, asked: Sequence[str]) -> bool:
    """True if one of those asked for is its address, written with colons or dashes."""
    own = sighting.address.casefold()
    return any(own in (each.casefold(), each.casefold().replace("-", ":")) for each in asked)


def in_order(seen: Iterable[Sighting]) -> list[Sighting]:
    """Supported ones first, then by signal strength, then by name."""
    return sorted(
        seen,
        key=lambda each: (
            each.family is None,
            -(each.rssi_dbm if each.rssi_dbm is not None else _QUIETEST_DBM),
            each.title,
        ),
    )


@contextlib.asynccontextmanager
async def _scanning(heard: Callable[[BLEDevice, AdvertisementData], None]) -> AsyncIterator[None]:
    scanner = BleakScanner(heard)
    try:
        async with asyncio.timeout(START_S):
            await scanner.start()
    except TimeoutError as error:
        raise SlowStart(f"no scan within {START_S:g} s") from error
    try:
        yield
    finally:
        # The results are there; a scan that cannot be ended fails when the next one begins.
        with contextlib.suppress(DeviceError), explained(""):
            async with asyncio.timeout(STOP_S):
                await scanner.stop()


def _sighting(
    device: BLEDevice, advertised: AdvertisementData, services: set[str], before: Sighting | None
) -> Sighting:
    name = advertised.local_name or device.name or (before.name if before else None)
    if name and name.casefold().replace("-", ":") == device.address.casefold():
        name = None  # BlueZ uses the address for a device without a name
    known_level = _QUIETEST_DBM <= advertised.rssi <= _LOUDEST_DBM
    return Sighting(
        name=name,
        address=device.address,
        family=recognise(name, services),
        rssi_dbm=advertised.rssi if known_level else None,
        device=device,
    )


def _none(wanted: str | None, seen: Sequence[Sighting], seconds: float) -> DeviceError:
    remedy = (
        "switch it on or wear it, bring it close to this computer, and close phone apps that are"
        " connected to it"
    )
    if wanted is None:
        count = "1 other device" if len(seen) == 1 else f"{len(seen)} other devices"
        others = f", only {count}" if seen else ""
        return DeviceError(f"no sensor found{others}", remedy=remedy)
    if _MAC.fullmatch(wanted.strip()) and this_platform() == "macos":
        remedy = "macOS uses other addresses: use the name or address that `anklet sensors` shows"
    known = [each.title for each in seen if each.family]
    near = f", but {_listed(known)} " + ("was" if len(known) == 1 else "were") if known else ""
    return DeviceError(f"not found within {seconds:g} s{near}", where=wanted, remedy=remedy)


def _several(wanted: str | None, found: Sequence[Sighting]) -> DeviceError:
    names = [each.title for each in found]
    alike = len(set(names)) < len(names)
    # If names are equal, show addresses.
    named = [f"{each.title} ({each.address})" if alike else each.title for each in found]
    what = "several sensors found" if wanted is None else f"{wanted!r} matches several sensors"
    first = found[0].address if alike else found[0].title
    return DeviceError(
        f"{what}: {_listed(named)}",
        remedy=f"choose one (record: --sensor), such as '{first}'",
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return ", ".join(names[:_MOST_LISTED]) + more
