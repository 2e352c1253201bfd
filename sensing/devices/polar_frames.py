"""One PMD frame of a Polar sensor: header, and samples plain or as differences.

``u8 kind · u64 ns of the last sample · u8 frame type (bit 7: compressed) · samples``. Compressed,
the samples are a reference (three values of 2 or 4 bytes) and blocks of ``u8 bits · u8 count ·
count × 3 differences``. Each difference is ``bits`` wide, two's complement, from the lowest bit up:
a block is one long little-endian number. (A public decoder reads from the highest bit down, which
is the same only for widths of whole bytes.)

Source: polarofficial/polar-ble-sdk, online_measurement.pdf and BlePMDClient.kt.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from sensing.core.errors import DeviceError
from sensing.core.units import Floats, Ints

ACC, GYRO = 2, 5
_HEAD = struct.Struct("<BQB")
_KIND_MASK = 0x3F
_COMPRESSED = 0x80
_PLAIN_BYTES = {0: 1, 1: 2, 2: 3}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame of acceleration or angular rate.

    Attributes:
        kind: :data:`ACC` or :data:`GYRO`.
        stamp_ns: the sensor's time of the last sample, ns.
        compressed: True if sent as differences.
        type: frame type; with ``compressed`` it says what a unit is.
        values: shape (n, 3), in that unit.
    """

    kind: int
    stamp_ns: int
    compressed: bool
    type: int
    values: Floats


def read_frame(payload: bytes) -> Frame | None:
    """Read a frame; None for another kind (heart rate shares the characteristic).

    Raises:
        DeviceError: truncated, or of an unknown type.
    """
    if len(payload) < _HEAD.size:
        raise DeviceError(f"a Polar frame of {len(payload)} bytes is shorter than its header")
    kind, stamp_ns, flags = _HEAD.unpack_from(payload)
    kind &= _KIND_MASK
    if kind not in (ACC, GYRO):
        return None
    compressed, frame_type = bool(flags & _COMPRESSED), flags & ~_COMPRESSED
    body = payload[_HEAD.size :]
    if compressed and (frame_type == 0 or (frame_type == 1 and kind == ACC)):
        values = read_deltas(body, 2).astype(np.float64)
    elif compressed and frame_type == 1:
        # Deltas of the float's bit pattern, as a 32-bit integer that may wrap.
        bits = (read_deltas(body, 4, wraps=True) & 0xFFFFFFFF).astype("<u4")
        values = bits.view("<f4").astype(np.float64)
        if not np.isfinite(values).all():
            raise DeviceError("a Polar gyro frame contains NaN or infinite values")
    elif not compressed and kind == ACC and frame_type in _PLAIN_BYTES:
        values = _plain(body, _PLAIN_BYTES[frame_type]).astype(np.float64)
    else:
        raise DeviceError(f"a Polar frame of kind {kind} has unknown type 0x{flags:02X}")
    return Frame(kind, stamp_ns, compressed, frame_type, values)


def _plain(body: bytes, size: int) -> Ints:
    """Signed little-endian integers of ``size`` bytes, shape (n, 3)."""
    if not body or len(body) % (3 * size):
        raise DeviceError(f"{len(body)} bytes are not whole samples of 3 × {size} bytes")
    raw = np.frombuffer(body, dtype=np.uint8).reshape(-1, size).astype(np.int64)
    value = np.zeros(len(raw), dtype=np.int64)
    for i in range(size):
        value |= raw[:, i] << (8 * i)
    return _signed(value, 8 * size).reshape(-1, 3)


def _signed(value: Ints, bits: int) -> Ints:
    """Two's complement of ``bits`` bits."""
    return np.asarray(value - ((value >> (bits - 1)) << bits), dtype=np.int64)


def read_deltas(body: bytes, size: int, *, wraps: bool = False) -> Ints:
    """Samples from a reference sample and blocks of differences, shape (n, 3).

    Args:
        body: the frame's samples.
        size: bytes of a value of the reference.
        wraps: sums may leave the range of ``size`` bytes (bit patterns).

    Raises:
        DeviceError: a block is truncated or impossible, or a sum leaves its range.
    """
    at = 3 * size
    if len(body) < at:
        raise DeviceError(f"{len(body)} bytes are too few for a reference sample of {at}")
    rows = [_plain(body[:at], size)]
    while at < len(body):
        if at + 2 > len(body):
            raise DeviceError("a Polar frame ends within the header of a block")
        bits, count = body[at], body[at + 1]
        end = at + 2 + -(-bits * count * 3 // 8)
        if not 0 < bits <= 32 or count == 0 or end > len(body):
            raise DeviceError(
                f"a Polar frame announces {count} differences of {bits} bits but contains "
                f"{len(body) - at - 2} bytes of them"
            )
        stream = np.unpackbits(np.frombuffer(body[at + 2 : end], dtype=np.uint8), bitorder="little")
        each = stream[: bits * count * 3].reshape(-1, bits).astype(np.int64)
        weights = np.left_shift(np.int64(1), np.arange(bits, dtype=np.int64))
        rows.append(_signed(np.sum(each * weights, axis=1), bits).reshape(-1, 3))
        at = end
    values = np.cumsum(np.concatenate(rows), axis=0)
    limit = 1 << (8 * size - 1)
    if not wraps and (np.min(values) < -limit or np.max(values) >= limit):
        raise DeviceError("differences in a Polar frame leave the range of its samples")
    return values
