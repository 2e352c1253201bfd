"""The Movesense family: captured packets, parts, results, wrap and loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import Setup, StreamRequest
from sensing.devices.movesense import (
    FAMILY,
    NOTIFY,
    REF_ACC,
    REF_IMU6,
    MovesenseDecoder,
    read_status,
    read_triples,
)
from sensing.live.stream_quality import why_not_hops
from tests.device_vectors import Silent, Talk, acc_rows, decode, gyro_rows, stamps, vectors
from tests.radio import encode_movesense as encode

VECTORS = {v["path"]: v for v in vectors("movesense")}
ARRAYS = {
    "/Meas/Acc/52": ("ArrayAcc",),
    "/Meas/Gyro/52": ("ArrayGyro",),
    "/Meas/Magn/13": ("ArrayMagn",),
    "/Meas/IMU6/52": ("ArrayAcc", "ArrayGyro"),
    "/Meas/IMU9/52": ("ArrayAcc", "ArrayGyro", "ArrayMagn"),
}
ACC_52 = Setup(family="movesense", rate_hz=52.0, range_g=None)
IMU6_52 = Setup(family="movesense", rate_hz=52.0, range_g=None, gyro_rate_hz=52.0)


def table(rows: list[dict[str, float]]) -> Floats:
    """Rows of x, y, z."""
    return np.array([[r["x"], r["y"], r["z"]] for r in rows])


@pytest.mark.parametrize("path", ARRAYS)
def test_captured_packets_are_read_as_the_reference_reads_them(path: str) -> None:
    """Blocks one after the other, never interleaved; the stamp in ms."""
    vector = VECTORS[path]
    stamp_ms, blocks = read_triples(bytes.fromhex(vector["packet_hex"]), len(ARRAYS[path]))
    assert stamp_ms == vector["json_entry"]["Timestamp"]
    for name, block in zip(ARRAYS[path], blocks, strict=True):
        np.testing.assert_allclose(block, table(vector["json_entry"][name]), rtol=1e-6)


def test_the_captured_acceleration_becomes_g() -> None:
    """A resting sensor: its norm is near 1 g (9.8 m/s² in the capture)."""
    payload = bytes([2, REF_ACC]) + bytes.fromhex(VECTORS["/Meas/Acc/52"]["packet_hex"])
    got = MovesenseDecoder(ACC_52).feed(Packet(1.0, NOTIFY, payload))
    np.testing.assert_allclose(np.linalg.norm(acc_rows(got), axis=1), 1.0, atol=0.02)
    np.testing.assert_allclose(stamps(got), 122.371 + np.arange(4) / 52)


def test_the_captured_imu6_gives_both() -> None:
    """Acceleration and gyro of the same instants in one batch."""
    vector = VECTORS["/Meas/IMU6/52"]
    payload = bytes([2, REF_IMU6]) + bytes.fromhex(vector["packet_hex"])
    got = MovesenseDecoder(IMU6_52).feed(Packet(1.0, NOTIFY, payload))
    np.testing.assert_allclose(
        acc_rows(got) * G_MPS2, table(vector["json_entry"]["ArrayAcc"]), rtol=1e-6
    )
    np.testing.assert_allclose(gyro_rows(got), table(vector["json_entry"]["ArrayGyro"]), rtol=1e-6)


@pytest.mark.parametrize("path", [p for p in VECTORS if p not in ARRAYS])
def test_captures_of_other_measurements_have_no_acceleration(path: str) -> None:
    """ECG, heart rate and temperature: ignored under their own reference, refused under ours."""
    body = bytes.fromhex(VECTORS[path]["packet_hex"])
    decoder = MovesenseDecoder(ACC_52)
    assert not decoder.feed(Packet(0.0, NOTIFY, bytes([2, 7]) + body))
    assert decode(decoder, [Packet(0.0, NOTIFY, bytes([2, REF_ACC]) + body)]) == []


@pytest.mark.parametrize(
    ("two", "status"), [("C800", 200), ("00C8", 200), ("01FB", 507), ("FB01", 507), ("9401", 404)]
)
def test_results_are_understood_in_both_byte_orders(two: str, status: int) -> None:
    """The firmware's own 507 comes swapped."""
    assert read_status(bytes.fromhex(two)) == status


@pytest.mark.parametrize("swapped", [False, True])
def test_a_start_subscribes_at_the_nearest_rate(swapped: bool) -> None:
    """200 Hz asked, 208 granted; the range is unknown and so unsuitable for hops."""
    board = encode.MovesenseBoard(swapped=swapped)
    talk = Talk(board)
    granted = talk.run(FAMILY.start(StreamRequest()))
    assert (granted.rate_hz, granted.range_g) == (208.0, None)
    assert why_not_hops(granted)
    assert talk.writes[-1] == bytes([1, 99]) + b"/Meas/Acc/208"
    assert board.subscribed == {99: "/Meas/Acc/208"}
    talk.run(FAMILY.stop(granted))
    assert not board.subscribed
    assert not talk.subscribed


def test_a_refused_rate_gives_way_to_the_next_lower() -> None:
    """416 Hz is not on every firmware: 208 is what was granted and recorded."""
    board = encode.MovesenseBoard(statuses={"/Meas/Acc/416": 404})
    assert Talk(board).run(FAMILY.start(StreamRequest(rate_hz=400.0))).rate_hz == 208.0


def test_firmware_without_results_is_accepted_by_its_data() -> None:
    """Some firmware just starts sending."""
    granted = Talk(encode.MovesenseBoard(mute=True)).run(FAMILY.start(StreamRequest(gyro=True)))
    assert (granted.rate_hz, granted.gyro_rate_hz) == (208.0, 208.0)


def test_refusals_and_silence_name_a_remedy() -> None:
    """Every rate refused; no room; nothing at all."""
    full = {f"/Meas/Acc/{r}": 507 for r in (13, 26, 52, 104, 208, 416)}
    with pytest.raises(DeviceError, match="no room") as caught:
        Talk(encode.MovesenseBoard(statuses=full)).run(FAMILY.start(StreamRequest()))
    assert caught.value.remedy
    with pytest.raises(DeviceError, match="does not answer") as caught:
        Talk(Silent()).run(FAMILY.start(StreamRequest()))
    assert caught.value.remedy


def stream(n: int) -> Floats:
    """Values that all differ, exact in float32."""
    k = np.arange(n, dtype=np.float64)
    return np.column_stack([k / 64, 9.75 - k / 32, (k * 37 % 1000) / 128])


@given(
    st.sampled_from([52.0, 104.0, 208.0]),
    st.integers(1, 400),
    st.booleans(),
    st.sampled_from([100.0, 2**32 - 500.0]),
)
def test_what_is_sent_comes_back_across_parts_and_the_wrap_of_the_stamp(
    rate_hz: float, n: int, gyro: bool, start_ms: float
) -> None:
    """Acc and IMU6, one to three parts, the u32 of ms running over on the way."""
    acc = stream(n)
    spin = acc[:, ::-1] * 3 if gyro else None
    setup = Setup(
        family="movesense", rate_hz=rate_hz, range_g=None, gyro_rate_hz=rate_hz if gyro else None
    )
    packets = encode.packets(acc, rate_hz, gyro_dps=spin, start_ms=start_ms)
    batches = decode(MovesenseDecoder(setup), packets)
    per_packet = round(rate_hz / 13)
    whole = n // per_packet * per_packet
    np.testing.assert_allclose(acc_rows(batches) * G_MPS2, acc[:whole])
    if spin is not None:
        np.testing.assert_allclose(gyro_rows(batches), spin[:whole])
    assert all(b.lost == 0 for b in batches)
    steps = np.diff(stamps(batches))
    assert (np.abs(steps * rate_hz - 1) < 0.5).all()


def test_three_parts_are_joined() -> None:
    """IMU6 at 208 Hz: 388 bytes in three notifications."""
    packets = encode.packets(stream(16), 208.0, gyro_dps=stream(16))
    assert [p.payload[0] for p in packets] == [2, 3, 4]


def test_a_lost_packet_shows_in_the_stamps() -> None:
    """Two packets of four samples missing."""
    packets = encode.packets(stream(80), 52.0)
    del packets[5:7]
    decoder = MovesenseDecoder(ACC_52)
    batches = decode(decoder, packets)
    assert [b.lost for b in batches if b.lost] == [8]
    assert decoder.tally.lost_samples == 8


def test_parts_of_two_packets_are_not_joined_to_one() -> None:
    """The end of one packet and the start of the next are lost: neither half passes for a whole."""
    setup = Setup(family="movesense", rate_hz=208.0, range_g=None, gyro_rate_hz=208.0)
    acc = stream(16 * 6)
    packets = encode.packets(acc, 208.0, gyro_dps=acc)
    del packets[4:7]
    got = acc_rows(decode(MovesenseDecoder(setup), packets)) * G_MPS2
    np.testing.assert_allclose(got, np.concatenate([acc[:16], acc[48:]]))


def test_packets_of_another_size_are_accepted_once_they_repeat() -> None:
    """A firmware with five samples a packet: the first two could be incomplete."""
    decoder = MovesenseDecoder(ACC_52)
    acc = stream(50)
    packets = []
    for at in range(0, 50, 5):
        whole = encode.payload(round(1000 * at / 52), [acc[at : at + 5]])
        packets.append(Packet((at + 5) / 52, NOTIFY, bytes([2, REF_ACC]) + whole))
    got = acc_rows(decode(decoder, packets)) * G_MPS2
    np.testing.assert_allclose(got, acc[10:])
