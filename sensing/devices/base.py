"""What all sensor families share: how one is described, configured and decoded, without a radio.

A family says how to recognise its sensors, has the *dialogues* that start and stop one, and makes
the *decoder* that turns its packets into samples. A dialogue is a generator: it yields the
next step over the air (:data:`Step`) and is sent the answer (:data:`Answer`), so a radio, an
emulator or a script of bytes can run it. Its result is the :class:`Setup` that the sensor granted,
which a recording stores and a decoder is made from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import Floats

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Batch:
    """Consecutive samples, none missing between them, in the order they were taken.

    Attributes:
        acc_g: specific force in the sensor's axes, shape (n, 3), g; None for gyro only (some
            sensors send the two apart).
        gyro_dps: angular rate, shape (n, 3), °/s, or None.
        device_s: the sensor's own time of each sample, shape (n,), s from any origin, unwrapped;
            None if the protocol has no time.
        arrival_s: arrival of the packet that completed the batch, s on the host's clock.
        lost: samples known to be lost just before this batch; None if the protocol can't tell.
        epoch: device times (or counts, where there are none) compare only within one epoch; it
            grows when the sensor's clock restarts or a stream without time is interrupted.
        arrivals_s: arrival of each packet, shape (k,), s, where the batch has several of equally
            many samples, with the sensor's time; None for one.
    """

    acc_g: Floats | None
    gyro_dps: Floats | None
    device_s: Floats | None
    arrival_s: float
    lost: int | None
    epoch: int = 0
    arrivals_s: Floats | None = None

    def __len__(self) -> int:
        whole = self.acc_g if self.acc_g is not None else self.gyro_dps
        return 0 if whole is None else len(whole)


@dataclass(slots=True)
class Tally:
    """A decoder's counts so far: packets it could not use, and samples known to be lost."""

    damaged: int = 0
    repeated: int = 0
    late: int = 0
    lost_samples: int = 0


class Decoder(Protocol):
    """Turns the packets of one sensor into batches of samples.

    Samples come out once and in the order they were taken: repeated packets are dropped, and
    packets out of order are sorted where the protocol has a time or a sequence number. A packet
    that can't be read raises and leaves the decoder as it was.
    """

    tally: Tally

    def feed(self, packet: Packet) -> Sequence[Batch]:
        """Decode one packet; other characteristics than the family's own are ignored.

        Raises:
            DeviceError: the bytes are not what this sensor sends.
        """
        ...

    def interrupted(self) -> Sequence[Batch]:
        """Note that the link was lost; returns what was held back and drops partial packets."""
        ...

    def finish(self) -> Sequence[Batch]:
        """Return what was held back, at the end of the stream."""
        ...


@runtime_checkable
class TakesMany(Protocol):
    """A decoder that takes a recording's packets together, where each alone would cost too much."""

    def feed_all(self, packets: Sequence[Packet]) -> Sequence[Batch] | None:
        """Decode packets as one by one; their regular ones are one batch.

        Returns None, and changes nothing, if any of them can't be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRequest:
    """What to ask a sensor for; it grants the nearest it has.

    Attributes:
        rate_hz: the lowest rate offered that is not below this, else the highest offered.
        range_g: likewise. The defaults are for hops: landings reach 17 g at the ankle.
        gyro: stream angular rate, too, if there is a gyro.
        gyro_range_dps: likewise; every family has 2000 °/s.
    """

    rate_hz: float = 200.0
    range_g: float = 16.0
    gyro: bool = False
    gyro_range_dps: float = 2000.0


CLOCK_DETAIL = "clock"
"""Detail of a setup that is 1 where this sensor sends its time but not all of its family do."""
_LEAST, _MOST = 1e-9, 1e6
"""Smallest and largest rate, range or factor of a sensor."""
HOP_RATE_HZ, HOP_RANGE_G = 100.0, 16.0
"""Least rate and range that hops need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a sensor granted.

    Attributes:
        family: name of its family.
        rate_hz: nominal rate of the accelerometer, Hz; the true one is measured from the stream.
        range_g: range of the accelerometer, ± g; None if unknown.
        gyro_rate_hz: nominal rate of the gyro, Hz; None if it isn't streamed.
        gyro_range_dps: range of the gyro, ± °/s; None if unknown.
        details: other numbers the decoder needs, by name.
        notes: notes for the user.
    """

    family: str
    rate_hz: float
    range_g: float | None
    gyro_rate_hz: float | None = None
    gyro_range_dps: float | None = None
    details: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a recording's header."""
        plain = asdict(self)
        return {**plain, "details": dict(self.details), "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, family: str, plain: Mapping[str, Any]) -> Setup:
        """Inverse of :meth:`to_dict`; unknown keys are ignored, so that more may be added.

        Raises:
            DeviceError: a value is missing or is not a usable number.
        """

        remedy = "the recording is damaged, or was not written by Anklet"

        def checked(key: str, value: object, *, zero: bool = False) -> float:
            return positive(value, f"{key} of the sensor setup", zero=zero, remedy=remedy)

        def optional(key: str) -> float | None:
            value = plain.get(key)
            return None if value is None else checked(key, value)

        details, notes = plain.get("details") or {}, plain.get("notes") or ()
        if not isinstance(details, Mapping) or not isinstance(notes, (list, tuple)):
            raise DeviceError("details or notes of the sensor setup are not a list", remedy=remedy)
        return cls(
            family=family,
            rate_hz=checked("rate_hz", plain.get("rate_hz")),
            range_g=optional("range_g"),
            gyro_rate_hz=optional("gyro_rate_hz"),
            gyro_range_dps=optional("gyro_range_dps"),
            details={str(k): checked(str(k), v, zero=True) for k, v in details.items()},
            notes=tuple(str(n) for n in notes),
        )


def positive(
    value: object, what: str, *, zero: bool = False, remedy: str = "switch it off and on"
) -> float:
    """A number above 0 (or 0) that can be a rate, a range or a factor.

    Raises:
        DeviceError: it can't be; ``what`` names it.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DeviceError(f"{what} is {value!r}, not a number", remedy=remedy)
    if not (_LEAST <= value <= _MOST or (zero and value == 0)):
        raise DeviceError(f"{what} is {value!r}, which is impossible", remedy=remedy)
    return float(value)


def choose(offered: Sequence[float], wanted: float) -> float:
    """The smallest offered value that is not below the wanted one, else the largest.

    Raises:
        ValueError: nothing is offered.
    """
    return min((v for v in offered if v >= wanted), default=max(offered))


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Enable notifications or indications, whichever the characteristic has."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Disable them again."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a value, waiting for the acknowledgement if ``response``."""

    characteristic: str
    data: bytes
    response: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """Read a value; the answer is empty if there is no such characteristic."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for notifications of one characteristic.

    The answer holds, in order, all that this dialogue has not yet been given, also those that came
    before this ``Listen``: a reply may be quicker than the step that waits for it. It ends after
    ``seconds``, or with ``count`` notifications.
    """

    characteristic: str
    seconds: float
    count: int | None = None


Step = Subscribe | Unsubscribe | Write | Read | Listen
Answer = tuple[Packet, ...]
"""Values returned; empty if there are none."""
Dialogue = Generator[Step, Answer, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of sensor.

    Attributes:
        name: as written in recordings and on the command line.
        title: usual name.
        advertises: regular expression for the advertised name.
        not_these: regular expression for similar names of other devices.
        services: service UUIDs that only this family advertises.
        notify: characteristics whose notifications are recorded.
        rates_hz: rates to ask for; the sensor decides.
        ranges_g: ranges to ask for, likewise.
        has_gyro: angular rate can be streamed, too.
        clock_visible: samples carry the sensor's own time; if only in some sensors of the family,
            the setup says so (see :meth:`shows_clock`).
        loss_visible: a lost packet shows in the stream itself, not only on the host's clock.
        windows_pairing: Windows must be paired with it before it answers.
        start: dialogue that starts it with a request.
        stop: dialogue that stops it; each step is to be tried even if the one before failed.
        battery: dialogue that asks for the state of charge, %; None if unknown.
        decoder: makes the decoder for a setup.
    """

    name: str
    title: str
    advertises: str
    services: tuple[str, ...]
    notify: tuple[str, ...]
    rates_hz: tuple[float, ...]
    ranges_g: tuple[float, ...]
    has_gyro: bool
    clock_visible: bool
    loss_visible: bool
    start: Callable[[StreamRequest], Dialogue[Setup]]
    stop: Callable[[Setup], Dialogue[None]]
    decoder: Callable[[Setup], Decoder]
    battery: Callable[[], Dialogue[int | None]]
    not_these: str = r"(?!)"
    windows_pairing: bool = False

    def shows_clock(self, setup: Setup) -> bool:
        """True if this sensor's samples carry its own time, which also shows lost samples."""
        return self.clock_visible or bool(setup.details.get(CLOCK_DETAIL))

    def matches_name(self, advertised_name: str) -> bool:
        """True if a sensor of this family may have this name."""
        found = re.search(self.advertises, advertised_name)
        return found is not None and not self.rules_out_name(advertised_name)

    def rules_out_name(self, advertised_name: str) -> bool:
        """True if the name belongs to a similar device of another kind."""
        return re.search(self.not_these, advertised_name) is not None
