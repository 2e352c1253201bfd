"""A sensor of a session, real or simulated, and what to show of its link."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cli.screen.record_screen import LinkState, LinkView
from sensing.ble.inbox import Inbox, Reconnecting, StreamLost
from sensing.capture.capture import Capture
from sensing.core.samples import Side
from sensing.devices.base import Family, Setup
from sensing.profile.profile import UNCALIBRATED, Profile

_QUIET_S = 1.5
"""The screen reports a longer time without a packet; the link is given up only later."""


class Source(Protocol):
    """A sensor that streams: :class:`sensing.ble.link.Link`, or a simulated one."""

    family: Family
    setup: Setup | None

    @property
    def name(self) -> str:
        """Its display name."""

    async def open(self) -> None:
        """Start the stream for the first time; raises DeviceError if that fails."""

    async def keep(self) -> None:
        """Keep the stream going until cancelled."""

    async def close(self) -> None:
        """Stop the stream; never raises."""


@dataclass(slots=True)
class SessionSensor:
    """One sensor of the session and its current state.

    Attributes:
        profile: the calibration that its sets will be analysed with.
    """

    side: Side | None
    source: Source
    inbox: Inbox
    profile: Profile = UNCALIBRATED
    capture: Capture | None = None
    battery_pct: int | None = None
    lost: StreamLost | None = None
    reconnecting: Reconnecting | None = None
    path: Path | None = None

    @property
    def key(self) -> str:
        """Identifies it among the sensors of a session."""
        return self.side or ""

    @property
    def streaming(self) -> bool:
        """True while packets arrive, as far as is known."""
        return (
            self.capture is not None
            and self.lost is None
            and self.capture.last_packet_s is not None
        )


def link_view(sensor: SessionSensor, now_s: float) -> LinkView:
    """What to show of one sensor's link."""
    capture = sensor.capture
    state: LinkState = "connecting"
    detail = ""
    if sensor.reconnecting is not None:
        state, detail = "lost", f"reconnecting, attempt {sensor.reconnecting.attempt}"
        if sensor.reconnecting.why:
            detail += f" ({sensor.reconnecting.why})"
    elif sensor.lost is not None:
        state, detail = "lost", sensor.lost.why
    elif capture is not None and capture.last_packet_s is not None:
        quiet_s = now_s - capture.last_packet_s
        state = "silent" if quiet_s > _QUIET_S else "streaming"
        detail = f"silent for {quiet_s:.1f} s" if state == "silent" else ""
    return LinkView(
        name=sensor.source.name,
        state=state,
        battery_pct=sensor.battery_pct,
        rate_hz=None if capture is None else capture.rate_hz,
        lost_share=0.0 if capture is None else capture.lost_share,
        detail=detail,
    )
