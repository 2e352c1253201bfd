"""A sensor of a session, wherever its packets come from, and what to show of its link."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cli.screen.record_screen import LinkState, LinkView
from sensing.ble.inbox import Inbox, Lost, Trying
from sensing.capture.capture import Capture
from sensing.core.samples import Side
from sensing.devices.base import Family, Setup
from sensing.profile.profile import UNCALIBRATED, Profile

_QUIET_S = 1.5
"""Without a packet for so long the screen says so, though nothing is given up yet."""


class Source(Protocol):
    """A sensor that streams: :class:`sensing.ble.link.Link`, or one that is made up."""

    family: Family
    setup: Setup | None

    @property
    def name(self) -> str:
        """What to call it."""

    async def open(self) -> None:
        """Start the stream for the first time; raises DeviceError if it can't be."""

    async def keep(self) -> None:
        """Keep it going until cancelled."""

    async def close(self) -> None:
        """Stop it; never raises."""


@dataclass(slots=True)
class Worn:
    """One sensor of the session and what is known of it.

    Attributes:
        profile: the calibration that its sets will be analysed with.
    """

    side: Side | None
    source: Source
    inbox: Inbox
    profile: Profile = UNCALIBRATED
    capture: Capture | None = None
    charge_pct: int | None = None
    lost: Lost | None = None
    trying: Trying | None = None
    path: Path | None = None

    @property
    def key(self) -> str:
        """Names it among the sensors of a session."""
        return self.side or ""

    @property
    def streaming(self) -> bool:
        """True while packets come, as far as is known."""
        return self.capture is not None and self.lost is None and self.capture.packets > 0


def link_view(worn: Worn, now_s: float) -> LinkView:
    """What to show of one sensor's link."""
    capture = worn.capture
    state: LinkState = "connecting"
    detail = ""
    if worn.trying is not None:
        state, detail = "lost", f"looking for it, attempt {worn.trying.attempt}"
        if worn.trying.why:
            detail += f" ({worn.trying.why})"
    elif worn.lost is not None:
        state, detail = "lost", worn.lost.why
    elif capture is not None and capture.last_heard_s is not None:
        quiet_s = now_s - capture.last_heard_s
        state = "silent" if quiet_s > _QUIET_S else "streaming"
        detail = f"silent for {quiet_s:.1f} s" if state == "silent" else ""
    return LinkView(
        name=worn.source.name,
        state=state,
        battery_pct=worn.charge_pct,
        rate_hz=None if capture is None else capture.rate_hz,
        lost_share=0.0 if capture is None else capture.lost_share,
        rssi_dbm=None,
        detail=detail,
    )
