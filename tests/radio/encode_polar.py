"""A Polar sensor's bytes: frames with differences packed as tightly as the real ones do, answers.

The emulated sensor keeps the rules the real one has: no SDK mode while a stream runs, rates and
ranges by mode, an error for what it doesn't offer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sensing.core.packets import Packet
from sensing.devices.polar import CONTROL, DATA

Counts = npt.NDArray[np.int64]


def head(kind: int, stamp_ns: int, frame_type: int) -> bytes:
    """The ten bytes every frame begins with."""
    return struct.pack("<BQB", kind, stamp_ns, frame_type)


def plain(counts: Counts, size: int) -> bytes:
    """Samples of ``size`` bytes a value."""
    return b"".join(int(v).to_bytes(size, "little", signed=True) for v in counts.ravel())


def deltas(counts: Counts, *, size: int = 2, block: int = 10, bits: int | None = None) -> bytes:
    """A reference and blocks of differences, each block as wide as its largest difference."""
    out = [plain(counts[:1], size)]
    steps = np.diff(counts, axis=0)
    for at in range(0, len(steps), block):
        part = steps[at : at + block].ravel().tolist()
        width = bits or max(1, *(needed(v) for v in part))
        joined = 0
        for i, value in enumerate(part):
            joined |= (value & ((1 << width) - 1)) << (width * i)
        body = joined.to_bytes(-(-width * len(part) // 8), "little")
        out.append(bytes([width, len(part) // 3]) + body)
    return b"".join(out)


def needed(value: int) -> int:
    """Bits of two's complement a value needs."""
    return (value if value >= 0 else ~value).bit_length() + 1


def float_deltas(values: npt.NDArray[np.float32], *, block: int = 10) -> bytes:
    """Floats as differences of their bit patterns, 32 bits each with wrap."""
    patterns = values.astype("<f4").view("<i4").astype(np.int64)
    out = [values[:1].astype("<f4").tobytes()]
    steps = np.diff(patterns, axis=0)
    for at in range(0, len(steps), block):
        part = steps[at : at + block].ravel()
        body = b"".join((int(v) & 0xFFFFFFFF).to_bytes(4, "little") for v in part)
        out.append(bytes([32, len(part) // 3]) + body)
    return b"".join(out)


def answer(op: int, kind: int, status: int = 0, params: bytes = b"", *, more: int = 0) -> bytes:
    """An indication of the control point."""
    if status:
        return bytes([0xF0, op, kind, status])
    return bytes([0xF0, op, kind, 0, more]) + params


def offer(key: int, values: Sequence[int], size: int) -> bytes:
    """One setting with all values offered."""
    return bytes([key, len(values)]) + b"".join(v.to_bytes(size, "little") for v in values)


@dataclass
class PolarBoard:
    """The control point of a Polar sensor.

    Attributes:
        features: the two bytes after ``0F``.
        refuse: status to answer by (op, kind) instead of what would be right.
        factor: conversion factor in the answer to a start; None as on newer firmware.
        running: kinds of measurement that stream.
    """

    features: bytes = bytes([0x6E, 0x02])
    rates: tuple[int, ...] = (52,)
    ranges: tuple[int, ...] = (8,)
    sdk_rates: tuple[int, ...] = (26, 52, 104, 208, 416)
    sdk_ranges: tuple[int, ...] = (2, 4, 8, 16)
    channels: bool = True
    factor: float | None = None
    sdk: bool = False
    split: bool = False
    running: set[int] = field(default_factory=set)
    started_with: dict[int, bytes] = field(default_factory=dict)
    refuse: dict[tuple[int, int], int] = field(default_factory=dict)

    def read(self, characteristic: str) -> bytes | None:
        """The features, on the control point only."""
        return bytes([0x0F]) + self.features + bytes(14) if characteristic == CONTROL else None

    def passing(self, seconds: float) -> Iterable[tuple[float, str, bytes]]:
        """Nothing comes unasked."""
        return ()

    def written(self, characteristic: str, data: bytes) -> Iterable[tuple[str, bytes]]:
        """The indications that answer a request."""
        if characteristic != CONTROL:
            return
        op, kind, params = data[0], data[1], data[2:]
        status = self.refuse.get((op, kind))
        if status is None:
            status, params = self._do(op, kind, params)
        if self.split and params:
            yield CONTROL, answer(op, kind, status, params[:5], more=1)
            yield CONTROL, answer(op, kind, status, params[5:])
        else:
            yield CONTROL, answer(op, kind, status, params)

    def _do(self, op: int, kind: int, params: bytes) -> tuple[int, bytes]:
        if op == 1:
            return 0, self._offers(kind)
        if kind == 9:
            if self.running:
                return 12, b""
            self.sdk = op == 2
            return 0, b""
        if op == 3:
            known = kind in self.running
            self.running.discard(kind)
            return (0 if known else 6), b""
        if kind in self.running:
            return 6, b""
        self.running.add(kind)
        self.started_with[kind] = params
        factor = self.factor_for(kind, params)
        if factor is None:
            return 0, b""
        return 0, bytes([5, 1]) + struct.pack("<f", factor)

    def factor_for(self, kind: int, params: bytes) -> float | None:
        """Conversion factor in the answer to a start."""
        return self.factor

    def _offers(self, kind: int) -> bytes:
        ranges = self.sdk_ranges if self.sdk else self.ranges
        if kind == 5:
            ranges = (250, 500, 1000, 2000) if self.sdk else (2000,)
        offers = offer(0, self.sdk_rates if self.sdk else self.rates, 2)
        offers += offer(1, [16], 2) + offer(2, ranges, 2)
        return offers + (offer(4, [3], 1) if self.channels else b"")


def frames(
    counts: Counts, rate_hz: float, *, per_frame: int = 20, kind: int = 2, start_ns: int = 10**18
) -> list[Packet]:
    """A stream in frames of type 0x80, each arriving 20 ms after its last sample."""
    out = []
    for at in range(0, len(counts), per_frame):
        part = counts[at : at + per_frame]
        last_s = (at + len(part) - 1) / rate_hz
        payload = head(kind, start_ns + round(last_s * 1e9), 0x80) + deltas(part)
        out.append(Packet(last_s + 0.02, DATA, payload))
    return out
