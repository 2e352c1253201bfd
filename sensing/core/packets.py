"""The two things a live recording consists of: packets of the sensor, and events of the session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packet:
    """One notification of a sensor; the same value from the radio to the file and back.

    Attributes:
        arrival_s: when it arrived, s on the host's monotonic clock.
        characteristic: the characteristic that sent it.
        payload: its bytes.
    """

    arrival_s: float
    characteristic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """A change of the link or an input by the athlete, at ``at_s``."""

    at_s: float
    name: str
    detail: str = ""


LINK_LOST = "link-lost"
LINK_BACK = "link-back"
