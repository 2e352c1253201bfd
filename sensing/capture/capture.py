"""Captures the stream of one sensor: first to disk, then to the provisional count.

A packet is written as it arrived before anything else is done with it, so nothing that happens
afterwards can lose it. Between sets nothing is written, but the count runs on. Stored results come
from the file, through the same code as every replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from sensing.capture.recorder import Recorder, Sync
from sensing.core.errors import DeviceError
from sensing.core.exercises import Exercise
from sensing.core.packets import LINK_LOST, Event, Packet
from sensing.core.samples import Placement
from sensing.devices.base import Batch, Decoder, Family, Setup
from sensing.files.recordings.recording_format import Header
from sensing.live.counter import LiveView
from sensing.live.stream import LiveStream
from sensing.live.wear_check import WearCheck, WearStatus
from sensing.profile.profile import UNCALIBRATED, Profile


class Capture:
    """Records and counts the stream of one sensor.

    Args:
        family: the sensor family.
        setup: what the sensor granted.
        exercise: what is counted live; None counts nothing.
        placement: how the sensor is worn.
        profile: the calibration that its recordings will be analysed with.
        on_batch: called with every decoded batch.
    """

    def __init__(
        self,
        family: Family,
        setup: Setup,
        exercise: Exercise | None,
        placement: Placement = "ankle",
        profile: Profile = UNCALIBRATED,
        *,
        on_batch: Callable[[Batch], None] | None = None,
    ) -> None:
        self._on_batch = on_batch
        self._family = family
        self._setup = setup
        self._decoder: Decoder = family.decoder(setup)
        self._live = LiveStream(setup, exercise, placement, profile)
        self._seat = WearCheck(setup.rate_hz)
        self._recorder: Recorder | None = None
        self._origin_s = 0.0
        self.unread = 0
        self.last_packet_s: float | None = None

    @property
    def view(self) -> LiveView | None:
        """The provisional results; None before the first sample."""
        return self._live.view if self._live.grid.samples else None

    @property
    def seat(self) -> WearStatus:
        """The result of the check at rest."""
        return self._seat.seat

    @property
    def rate_hz(self) -> float:
        """Measured sample rate, Hz."""
        return self._live.grid.rate_hz

    @property
    def lost_share(self) -> float:
        """Share of samples lost since the set began, 0 to 1."""
        due = self._live.grid.samples + self._live.grid.lost_samples
        return self._live.grid.lost_samples / due if due else 0.0

    @property
    def recording(self) -> bool:
        """True while packets are written to a file."""
        return self._recorder is not None

    def begin(
        self, path: Path, header: Header, *, origin_s: float = 0.0, sync: Sync | None = None
    ) -> None:
        """Begin the recording of a set.

        Args:
            path: must not exist yet.
            header: its header; sensor, setup and streams are filled in here.
            origin_s: time that is 0 s in the recording; shared by all of a session.
            sync: see :class:`~sensing.capture.recorder.Recorder`.

        Raises:
            RecordingError: the file cannot be created.
        """
        whole = replace(
            header,
            sensor=self._family.name,
            setup=self._setup.to_dict(),
            streams=self._family.notify,
            rate_hz=self._setup.rate_hz,
            range_g=self._setup.range_g,
        )
        self._recorder = Recorder(path, whole, sync=sync)
        self._origin_s = origin_s
        self._live.begin()

    def end(self) -> None:
        """End the recording; does nothing if there is none.

        Raises:
            RecordingError: the disk is full; what was written before is kept.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()

    def receive(self, packet: Packet) -> None:
        """Record and count one packet.

        Raises:
            RecordingError: it cannot be written; the file keeps what it has.
        """
        if self._recorder is not None:
            arrival_s = packet.arrival_s - self._origin_s
            self._recorder.packet(replace(packet, arrival_s=arrival_s))
        self.last_packet_s = packet.arrival_s
        try:
            self._count(self._decoder.feed(packet))
        except DeviceError:
            self.unread += 1

    def link_lost(self, at_s: float, why: str) -> None:
        """The link was lost.

        Raises:
            RecordingError: it cannot be written.
        """
        self.note(at_s, LINK_LOST, why)
        self._count(self._decoder.interrupted())

    def note(self, at_s: float, name: str, detail: str = "") -> None:
        """Record an event of the session.

        Raises:
            RecordingError: it cannot be written.
        """
        if self._recorder is not None:
            self._recorder.event(Event(at_s - self._origin_s, name, detail))

    def sync_if_due(self) -> None:
        """See :meth:`~sensing.capture.recorder.Recorder.sync_if_due`.

        Raises:
            RecordingError: the disk is full.
        """
        if self._recorder is not None:
            self._recorder.sync_if_due()

    def _count(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self._live.push(batch)
            if self._on_batch is not None:
                self._on_batch(batch)
            if batch.acc_g is not None:
                self._seat.push(batch.acc_g)
