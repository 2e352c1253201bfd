"""The Polar family: published frames, the dialogue, and what damage does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import HOP_RANGE_G, Setup, StreamRequest
from sensing.devices.polar import (
    CONTROL,
    DATA,
    H10,
    STATUS,
    VERITY_SENSE,
    PolarDecoder,
    read_settings,
    write_settings,
)
from sensing.devices.polar_frames import ACC, GYRO, read_deltas, read_frame
from sensing.devices.registry import family
from sensing.live.stream_quality import why_not_hops
from tests.device_vectors import Silent, Talk, acc_rows, decode, gyro_rows, later, stamps, vectors
from tests.radio import encode_polar as encode

VECTORS = vectors("polar")
SENSE = Setup(family="polar-sense", rate_hz=208.0, range_g=16.0)
SPUN = Setup(
    family="polar-sense",
    rate_hz=208.0,
    range_g=16.0,
    gyro_rate_hz=208.0,
    gyro_range_dps=2000.0,
)


def setup(**details: float) -> Setup:
    """A setup with these details."""
    return Setup(family="polar-sense", rate_hz=52.0, range_g=8.0, details=details)


def only(batches: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Acceleration of what one frame gave, mg."""
    return acc_rows(batches) * 1000  # type: ignore[arg-type]


def test_the_published_frame_in_mg_is_read_as_published() -> None:
    """Type 0x81 of AccDataTest.kt: two samples in mg and the stamp of the last."""
    vector = VECTORS[0]
    frame = read_frame(bytes.fromhex(vector["hex"]))
    assert frame is not None
    assert frame.stamp_ns == vector["timestamp_ns"]
    got = PolarDecoder(setup()).feed(Packet(0.0, DATA, bytes.fromhex(vector["hex"])))
    np.testing.assert_allclose(only(got), vector["samples_mg"])


def test_the_published_frame_in_counts_is_read_as_published() -> None:
    """Type 0x80 of AccDataTest.kt: 57 samples, 0.000244 g a count."""
    vector = VECTORS[1]
    payload = bytes.fromhex("02009435770000000080" + vector["hex"])
    got = only(PolarDecoder(setup(acc_factor=vector["factor_g"])).feed(Packet(0.0, DATA, payload)))
    assert len(got) == vector["n"]
    assert got[0, 0] == pytest.approx(vector["first_raw_x"] * 0.244)
    assert got[1, 1] == pytest.approx(vector["second_raw_y"] * 0.244)
    assert got[1, 2] == pytest.approx(vector["second_raw_z"] * 0.244)
    assert np.max(np.abs(got)) <= 8000


def test_a_missing_factor_is_the_range_over_the_counts() -> None:
    """Newer firmware omits the factor; ±8 g over 2¹⁵ counts is the 0.000244 of older ones."""
    vector = VECTORS[1]
    payload = bytes.fromhex("02009435770000000080" + vector["hex"])
    told = only(PolarDecoder(setup(acc_factor=vector["factor_g"])).feed(Packet(0.0, DATA, payload)))
    untold = only(PolarDecoder(setup()).feed(Packet(0.0, DATA, payload)))
    np.testing.assert_allclose(untold, told, rtol=1e-3)


def test_the_published_plain_frame_is_read_as_published() -> None:
    """Type 1 of AccDataTest.kt as an H10 sends it: 36 samples in mg."""
    vector = VECTORS[2]
    payload = bytes.fromhex("020094357700000000" + vector["hex"])
    got = only(PolarDecoder(setup()).feed(Packet(0.0, DATA, payload)))
    assert len(got) == vector["n"]
    np.testing.assert_allclose(got[0], vector["first_mg"])
    np.testing.assert_allclose(got[1], vector["second_mg"])


def test_the_published_gyro_frame_is_read_as_published() -> None:
    """Type 0x80 of GyrDataTest.kt, with the factor a Verity Sense gives."""
    vector = VECTORS[3]
    spun = Setup(
        family="polar-sense",
        rate_hz=52.0,
        range_g=8.0,
        gyro_rate_hz=52.0,
        details={"gyro_factor": 0.5},
    )
    got = PolarDecoder(spun).feed(Packet(0.0, DATA, bytes.fromhex(vector["hex"])))
    np.testing.assert_allclose(gyro_rows(got), np.array(vector["samples_raw"]) * 0.5)


def test_the_frame_of_the_documentation_is_read_as_published() -> None:
    """Figure 3 of online_measurement.pdf: 8-bit differences, factor 0.001 g."""
    vector = VECTORS[4]
    got = PolarDecoder(setup(acc_factor=1e-3)).feed(Packet(0.0, DATA, bytes.fromhex(vector["hex"])))
    np.testing.assert_allclose(only(got), vector["samples_mg"])
    assert stamps(got)[-1] == pytest.approx(vector["timestamp_ns"] * 1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("0000 0000", "too few"),
        ("000000000000 08", "header of a block"),
        ("000000000000 0802 0102", "announces 2"),
        ("000000000000 0005", "announces 5 differences of 0 bits"),
        ("000000000000 2101 00000000000000000000000000", "of 33 bits"),
        ("000000000000 0800", "announces 0"),
        ("FF7F00000000 0801 010000", "leave the range"),
        ("008000000000 0801 FF0000", "leave the range"),
    ],
)
def test_frames_that_cannot_be_are_refused_with_the_reason(body: str, why: str) -> None:
    """Truncated, impossible widths, sums beyond 16 bits: the whole frame is refused."""
    with pytest.raises(DeviceError, match=why):
        read_frame(encode.head(ACC, 0, 0x80) + bytes.fromhex(body))


int16 = st.integers(-(2**15), 2**15 - 1)
sample = st.tuples(int16, int16, int16)


@given(st.lists(sample, min_size=1, max_size=40), st.integers(1, 12))
def test_differences_come_back_as_the_samples_they_were_made_of(
    rows: list[tuple[int, int, int]], block: int
) -> None:
    """Any int16 samples, in blocks of any size and width."""
    counts = np.array(rows, dtype=np.int64)
    np.testing.assert_array_equal(read_deltas(encode.deltas(counts, block=block), 2), counts)


@given(st.lists(st.tuples(*[st.floats(-2000, 2000, width=32)] * 3), min_size=1, max_size=20))
def test_gyro_floats_survive_differences_of_their_bit_patterns(
    rows: list[tuple[float, float, float]],
) -> None:
    """Type 0x81 of the gyro."""
    values = np.array(rows, dtype=np.float32)
    frame = read_frame(encode.head(GYRO, 5, 0x81) + encode.float_deltas(values))
    assert frame is not None
    np.testing.assert_array_equal(frame.values, values.astype(np.float64))


@pytest.mark.parametrize(("frame_type", "size"), [(0, 1), (1, 2), (2, 3)])
@given(st.lists(st.tuples(*[st.integers(-128, 127)] * 3), min_size=1, max_size=20))
def test_plain_frames_of_every_width_are_read(
    frame_type: int, size: int, rows: list[tuple[int, int, int]]
) -> None:
    """Types 0, 1 and 2: one, two and three bytes a value."""
    counts = np.array(rows, dtype=np.int64)
    frame = read_frame(encode.head(ACC, 0, frame_type) + encode.plain(counts, size))
    assert frame is not None
    np.testing.assert_array_equal(frame.values, counts)


def test_settings_offered_by_an_h10_and_a_verity_sense_are_read() -> None:
    """The two answers worked out in Polar's documentation."""
    h10 = read_settings(bytes.fromhex("000419003200 6400C800 01011000 0203020004000800"))
    assert h10 == {0: (25, 50, 100, 200), 1: (16,), 2: (2, 4, 8)}
    verity = read_settings(bytes.fromhex("00013400 01011000 02010800 040103"))
    assert verity == {0: (52,), 1: (16,), 2: (8,), 4: (3,)}
    factor = read_settings(bytes.fromhex("050140DA7F39"))
    assert factor[5][0] == pytest.approx(0.000244, rel=1e-3)


def test_a_start_is_written_as_polar_writes_it() -> None:
    """H10, 200 Hz ±8 g: the bytes of the documentation."""
    wanted = bytes.fromhex("02010800 0001C800 01011000")
    assert write_settings({2: 8.0, 0: 200.0, 1: 16.0}) == wanted


def test_a_verity_sense_is_put_in_sdk_mode_and_grants_208_hz_at_16_g() -> None:
    """The whole dialogue: stop, SDK mode, settings, start with the composed bytes."""
    board = encode.PolarBoard(running={ACC})
    talk = Talk(board)
    granted = talk.run(VERITY_SENSE.start(StreamRequest()))
    assert (granted.rate_hz, granted.range_g) == (208.0, 16.0)
    assert why_not_hops(granted) == []
    assert board.sdk
    assert board.running == {ACC}
    assert board.started_with[ACC] == bytes.fromhex("02011000 0001D000 01011000 040103")
    assert talk.subscribed == {CONTROL, DATA}
    talk.run(VERITY_SENSE.stop(granted))
    assert not board.running
    assert not board.sdk
    assert not talk.subscribed


def test_the_gyro_is_started_where_there_is_one() -> None:
    """Verity Sense with gyro at the same rate; an H10 says it has none and streams on."""
    board = encode.PolarBoard(factor=0.07)
    granted = Talk(board).run(VERITY_SENSE.start(StreamRequest(gyro=True)))
    assert (granted.gyro_rate_hz, granted.gyro_range_dps) == (208.0, 2000.0)
    assert granted.details["gyro_factor"] == pytest.approx(0.07)
    h10 = Talk(chest()).run(H10.start(StreamRequest(gyro=True)))
    assert h10.gyro_rate_hz is None
    assert "no gyro" in " ".join(h10.notes)


def chest() -> encode.PolarBoard:
    """An H10."""
    return encode.PolarBoard(
        features=bytes([0x05, 0x00]), rates=(25, 50, 100, 200), ranges=(2, 4, 8), channels=False
    )


def test_an_h10_grants_8_g_and_says_so() -> None:
    """It has no SDK mode and no ±16 g: the setup says so, and it is unsuitable for hops."""
    talk = Talk(chest())
    granted = talk.run(H10.start(StreamRequest()))
    assert (granted.rate_hz, granted.range_g) == (200.0, 8.0)
    assert why_not_hops(granted)
    assert bytes.fromhex("0202 02010800 0001C800 01011000") in talk.writes
    assert not any(w[:2] == bytes([2, 9]) for w in talk.writes)


def test_an_answer_in_several_parts_is_joined() -> None:
    """Settings that do not fit into one indication."""
    granted = Talk(encode.PolarBoard(split=True)).run(
        VERITY_SENSE.start(StreamRequest(rate_hz=416.0))
    )
    assert granted.rate_hz == 416.0


def test_already_streaming_is_accepted() -> None:
    """After a reconnect a start may be answered with status 6."""
    granted = Talk(encode.PolarBoard(refuse={(2, ACC): 6})).run(VERITY_SENSE.start(StreamRequest()))
    assert granted.rate_hz == 208.0
    assert "already" in " ".join(granted.notes)


@pytest.mark.parametrize("status", [s for s in [*STATUS, 77] if s])
def test_every_refusal_names_its_remedy(status: int) -> None:
    """Each status a start can be refused with becomes one line with what to do."""
    with pytest.raises(DeviceError) as caught:
        Talk(encode.PolarBoard(refuse={(2, ACC): status})).run(VERITY_SENSE.start(StreamRequest()))
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_sdk_mode_refused_leaves_the_slow_rates() -> None:
    """Older firmware: 52 Hz at ±8 g, and a note that says why."""
    granted = Talk(encode.PolarBoard(refuse={(2, 9): 3})).run(VERITY_SENSE.start(StreamRequest()))
    assert (granted.rate_hz, granted.range_g) == (52.0, 8.0)
    assert "SDK mode" in granted.notes[0]


def test_a_silent_sensor_is_one_clear_line() -> None:
    """Without an answer it does not wait for ever."""
    with pytest.raises(DeviceError, match="does not report its features"):
        Talk(Silent()).run(VERITY_SENSE.start(StreamRequest()))


def stream(n: int = 400, rate_hz: float = 208.0) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Counts that all differ."""
    k = np.arange(n, dtype=np.int64)
    return np.column_stack([k, 2000 - 3 * k, (k * 37) % 1000])


def test_samples_are_one_true_period_apart_even_where_the_rate_is_off() -> None:
    """A sensor 1 % fast: the stamps say so, and the samples between them follow."""
    counts = stream()
    got = stamps(decode(PolarDecoder(SENSE), encode.frames(counts, 210.0, per_frame=31)))
    assert len(got) == len(counts)
    steps = np.diff(got[31:])
    np.testing.assert_allclose(steps, 1 / 210.0, rtol=2e-3)


def test_lost_frames_are_counted() -> None:
    """Two frames of 20 samples missing: 40 lost, none added."""
    packets = encode.frames(stream(), 208.0)
    del packets[7:9]
    decoder = PolarDecoder(SENSE)
    batches = decode(decoder, packets)
    assert [b.lost for b in batches if b.lost] == [40]
    assert decoder.tally.lost_samples == 40
    assert sum(map(len, batches)) == 360


def test_setting_the_clock_while_streaming_starts_a_new_epoch() -> None:
    """The stamps jump by years; nothing is lost and time does not run backwards within an epoch."""
    counts = stream()
    packets = encode.frames(counts[:200], 208.0)
    rest = encode.frames(counts[200:], 208.0, start_ns=10**15)
    packets += later(rest, 200 / 208.0)
    batches = decode(PolarDecoder(SENSE), packets)
    np.testing.assert_array_equal(acc_rows(batches)[:, 0] * 2048, counts[:, 0])
    assert {b.epoch for b in batches} == {0, 1}


def test_acceleration_and_gyro_are_separate() -> None:
    """Both on one characteristic: each batch holds one of them."""
    counts = stream(100)
    packets = encode.frames(counts, 208.0) + encode.frames(counts, 208.0, kind=GYRO)
    batches = decode(PolarDecoder(SPUN), sorted(packets, key=lambda p: p.arrival_s))
    assert all((b.acc_g is None) != (b.gyro_dps is None) for b in batches)
    assert len(acc_rows(batches)) == len(gyro_rows(batches)) == 100


def test_families_are_distinguished_by_name() -> None:
    """A Verity Sense and an H10 share the service and differ in what they can do."""
    assert max(family("polar-sense").ranges_g) >= HOP_RANGE_G
    assert max(family("polar-h10").ranges_g) < HOP_RANGE_G
