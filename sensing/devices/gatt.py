"""Standard Bluetooth services: battery and device information."""

from __future__ import annotations

from sensing.devices.base import Dialogue, Read


def sig_uuid(short: int) -> str:
    """The full form of a 16-bit UUID of the Bluetooth SIG."""
    return f"0000{short:04x}-0000-1000-8000-00805f9b34fb"


BATTERY_LEVEL = sig_uuid(0x2A19)
LOW_BATTERY_PCT = 20
"""Below this there is a warning before a session; radios fail before batteries are empty."""
IDENTITY = {
    "manufacturer": sig_uuid(0x2A29),
    "model": sig_uuid(0x2A24),
    "serial": sig_uuid(0x2A25),
    "firmware": sig_uuid(0x2A26),
    "hardware": sig_uuid(0x2A27),
}


def battery_level() -> Dialogue[int | None]:
    """State of charge from the battery service, %; None if there is none."""
    answer = yield Read(BATTERY_LEVEL)
    if not answer or len(answer[0].payload) != 1 or answer[0].payload[0] > 100:
        return None
    return answer[0].payload[0]


def identity() -> Dialogue[dict[str, str]]:
    """Fields of the device information service that the sensor has."""
    found: dict[str, str] = {}
    for name, characteristic in IDENTITY.items():
        answer = yield Read(characteristic)
        text = answer[0].payload.decode("utf-8", "replace").strip("\x00 ") if answer else ""
        if text:
            found[name] = text
    return found
