"""The WitMotion family: frames in a byte stream, the clock, the rate by trial."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import Setup, StreamRequest, Tally
from sensing.devices.witmotion import FAMILY, NOTIFY, UNLOCK, WitMotionDecoder, charge, command
from sensing.devices.witmotion_frames import WitFrame, WitStream, read_clock
from sensing.live.stream_quality import why_not_hops
from tests.device_vectors import (
    Silent,
    Talk,
    acc_rows,
    decode,
    gyro_rows,
    is_within,
    stamps,
    vectors,
)
from tests.radio import encode_witmotion as encode

VECTORS = vectors("witmotion")
SETUP = Setup(family="witmotion", rate_hz=200.0, range_g=16.0, gyro_rate_hz=200.0)


def frames_of(*chunks: bytes) -> list[WitFrame]:
    """Frames found in chunks, the end included."""
    stream = WitStream(Tally())
    found = [f for chunk in chunks for f in stream.feed(Packet(0.0, NOTIFY, chunk))]
    return [*found, *stream.finish()]


def test_the_published_motion_frame_is_found_and_scaled() -> None:
    """One 55 61 frame of the vendor's; its scale is ±16 g over 32768 counts."""
    frame = frames_of(bytes.fromhex(VECTORS[0]["hex"]))[0]
    np.testing.assert_allclose(frame.acc_g, np.array([0x0277, -0x158, -0x16E]) * 16 / 32768)
    np.testing.assert_allclose(frame.gyro_dps, np.array([518, -464, -51]) * 2000 / 32768)


def test_the_published_register_answer_is_read() -> None:
    """Register 3A, published as 360, 105, 122."""
    frame = frames_of(bytes.fromhex(VECTORS[1]["hex"]))[0]
    register, values = frame.register
    assert register == 0x3A
    assert values[:3] == (360, 105, 122)


MILLENNIUM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LONGEST_S = 100 * 365 * 86_400


@given(st.integers(0, 1000 * LONGEST_S))
def test_the_clock_counts_seconds_across_months_and_leap_years(milli: int) -> None:
    """Any instant of the century, against the calendar of the standard library."""
    when = MILLENNIUM + dt.timedelta(milliseconds=milli)
    eight = bytes([when.year - 2000, when.month, when.day, when.hour, when.minute, when.second])
    got = read_clock(eight + (when.microsecond // 1000).to_bytes(2, "little"))
    assert got == pytest.approx(milli / 1000, abs=1e-6)


@pytest.mark.parametrize(
    "eight", ["0000000000000000", "180D01000000E803", "18", "18021C183B3B0000"]
)
def test_an_invalid_date_is_not_a_clock(eight: str) -> None:
    """All zeros (never set), month 13, too short, hour 24."""
    assert read_clock(bytes.fromhex(eight)) is None


def counts(n: int) -> encode.Counts:
    """Rows that all differ, none with a byte that begins a frame."""
    k = np.arange(n, dtype=np.int64)
    rows = np.column_stack([k, 2048 + k, (k * 7) % 1000 - 500])
    rows[(rows & 0xFF) == 0x55] += 1
    rows[((rows >> 8) & 0xFF) == 0x55] += 256
    return rows


def scaled(rows: encode.Counts) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Counts in g."""
    return rows * 16 / 32768


@pytest.mark.parametrize("clocked", ["", "long", "apart"])
@given(cuts=st.lists(st.integers(0, 1200), max_size=30))
def test_any_cut_of_the_stream_gives_the_same_samples(clocked: str, cuts: list[int]) -> None:
    """Frames of 20 and 28 bytes and clock frames, cut anywhere."""
    rows = counts(40)
    whole = b"".join(p.payload for p in encode.packets(rows, 200.0, clocked=clocked))
    edges = [0, *sorted(c for c in cuts if c < len(whole)), len(whole)]
    chunks = [whole[a:b] for a, b in pairwise(edges)]
    batches = decode(
        WitMotionDecoder(SETUP), [Packet(i / 100, NOTIFY, c) for i, c in enumerate(chunks)]
    )
    np.testing.assert_allclose(acc_rows(batches), scaled(rows))


@pytest.mark.parametrize("clocked", ["long", "apart"])
def test_the_clock_times_the_samples_and_shows_loss(clocked: str) -> None:
    """Ten frames missing: only a clock shows it."""
    rows = counts(100)
    packets = encode.packets(rows, 200.0, clocked=clocked)
    del packets[40:50]
    batches = decode(WitMotionDecoder(SETUP), packets)
    assert [b.lost for b in batches if b.lost] == [10]
    np.testing.assert_allclose(np.diff(stamps(batches)[:40]), 0.005, atol=0.0011)
    blind = decode(WitMotionDecoder(SETUP), encode.packets(rows, 200.0)[:40])
    assert all(b.lost is None and b.device_s is None for b in blind)


def test_a_clock_that_stands_still_is_not_used() -> None:
    """A clock that was never set and does not run: samples continue, timed by arrival."""
    rows = counts(100)
    still = encode.clock(0.0)
    packets = [
        Packet(k / 200, NOTIFY, encode.motion(row, clock_bytes=still))
        for k, row in enumerate(encode.rows(rows))
    ]
    batches = decode(WitMotionDecoder(SETUP), packets)
    assert len(acc_rows(batches)) >= 94
    assert batches[-1].device_s is None
    assert batches[-1].epoch > batches[0].epoch


def test_a_damaged_clock_frame_costs_no_sample() -> None:
    """The motion frame behind it comes a period after the one before."""
    packets = encode.packets(counts(20), 200.0, clocked="apart")
    packets[7] = replace(packets[7], payload=packets[7].payload[10:])
    batches = decode(WitMotionDecoder(SETUP), packets)
    assert len(acc_rows(batches)) == 20
    assert all(b.lost == 0 for b in batches)


def test_gyro_and_acceleration_come_together() -> None:
    """Both are in every frame."""
    rows = counts(5)
    batches = decode(WitMotionDecoder(SETUP), encode.packets(rows, 200.0, gyro=rows))
    np.testing.assert_allclose(gyro_rows(batches), rows * 2000 / 32768)


def test_a_foreign_byte_costs_its_frame_and_in_a_head_the_one_before() -> None:
    """Inserted anywhere; nothing is decoded that was not sent."""
    rows = counts(12)
    whole = b"".join(p.payload for p in encode.packets(rows, 200.0))
    for at in range(60, 80):
        broken = whole[:at] + b"\x00" + whole[at:]
        got = acc_rows(decode(WitMotionDecoder(SETUP), [Packet(0.0, NOTIFY, broken)]))
        assert len(got) == (10 if at == 61 else 11)
        assert is_within(got, scaled(rows))


def test_memory_stays_bounded_on_endless_garbage() -> None:
    """A megabyte without a frame leaves almost nothing in memory."""
    stream = WitStream(Tally())
    garbage = Packet(0.0, NOTIFY, b"\x55\x61" + b"\x00" * 4094)
    for _ in range(256):
        assert list(stream.feed(garbage)) == []
    assert len(stream._bytes) <= 4096


@pytest.mark.parametrize(
    ("rates", "code"),
    [({6: 10.0, 0x0B: 200.0, 0x0A: 125.0}, 0x0B), ({6: 10.0, 0x0A: 200.0}, 0x0A)],
)
def test_200_hz_is_found_by_trying_both_codes(rates: dict[int, float], code: int) -> None:
    """0B on most models, 0A on some: what is measured decides."""
    board = encode.WitMotionBoard(rates=rates)
    talk = Talk(board)
    granted = talk.run(FAMILY.start(StreamRequest()))
    assert granted.rate_hz == 200.0
    assert granted.details["measured_rate_hz"] == pytest.approx(200.0, rel=0.02)
    assert [w[3] for w in talk.writes if w[:3] == b"\xff\xaa\x03"][-1] == code
    assert (granted.range_g, granted.gyro_range_dps) == (16.0, 2000.0)
    assert why_not_hops(granted) == []


def test_every_setting_is_unlocked_first() -> None:
    """The sensor locks itself again after ten seconds."""
    talk = Talk(encode.WitMotionBoard())
    talk.run(FAMILY.start(StreamRequest()))
    settings = [i for i, w in enumerate(talk.writes) if w != UNLOCK]
    assert settings
    assert all(talk.writes[i - 1] == UNLOCK for i in settings)
    assert talk.board.bandwidth == 2  # type: ignore[attr-defined]


def test_a_sensor_that_ignores_the_rate_is_recorded_at_its_own() -> None:
    """Stuck at 10 Hz: that is what was granted, and it is unsuitable for hops."""
    granted = Talk(encode.WitMotionBoard(rates={})).run(FAMILY.start(StreamRequest()))
    assert granted.rate_hz == 10.0
    assert why_not_hops(granted)


@pytest.mark.parametrize(("can", "long"), [(True, False), (False, True), (False, False)])
def test_the_clock_is_requested_and_detected(can: bool, long: bool) -> None:
    """Clock frames on request, a clock anyway, or none: the setup says which."""
    board = encode.WitMotionBoard(can_clock=can, long_frames=long)
    granted = Talk(board).run(FAMILY.start(StreamRequest()))
    assert FAMILY.shows_clock(granted) == (can or long)
    assert board.clock_on == can
    assert bool(granted.notes) == (not can and not long)


def test_a_silent_sensor_names_a_remedy() -> None:
    """No frames: one clear line."""
    for board in (Silent(), encode.WitMotionBoard(dead=True)):
        with pytest.raises(DeviceError) as caught:
            Talk(board).run(FAMILY.start(StreamRequest()))
        assert caught.value.remedy


def test_the_battery_register_becomes_a_charge() -> None:
    """Register 64 in hundredths of a volt, by the vendor's table."""
    assert Talk(encode.WitMotionBoard(registers={0x64: 388})).run(FAMILY.battery()) == 75
    assert Talk(Silent()).run(FAMILY.battery()) is None
    assert [charge(v) for v in (420, 397, 396, 380, 341, 340, 0)] == [100, 100, 90, 50, 5, 0, 0]


def test_commands_are_the_documented_bytes() -> None:
    """Rate 200 Hz and bandwidth 188 Hz."""
    assert command(0x03, 0x0B) == bytes.fromhex("FFAA030B00")
    assert command(0x1F, 0x02) == bytes.fromhex("FFAA1F0200")
    assert command(0x27, 0x64) == bytes.fromhex("FFAA276400")
