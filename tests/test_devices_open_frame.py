"""The open frame: round trip, loss and clock."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import Setup, StreamRequest
from sensing.devices.open_frame import (
    ACC,
    CONTROL,
    FAMILY,
    GYRO,
    INFO,
    SERVICE,
    OpenFrameDecoder,
    read_frame,
    read_info,
)
from sensing.devices.packets_to_samples import columns_of_packets
from sensing.live.stream_quality import why_not_hops
from tests.device_vectors import Silent, Talk, acc_rows, decode, gyro_rows, later, stamps, times_s
from tests.radio import encode_open_frame as encode

SETUP = Setup(
    family="open-frame",
    rate_hz=208.0,
    range_g=16.0,
    gyro_rate_hz=208.0,
    gyro_range_dps=2000.0,
    details={"acc_g_per_count": 16 / 32768, "gyro_dps_per_count": 0.07},
)


def stream(n: int) -> encode.Counts:
    """Rows that all differ."""
    k = np.arange(n, dtype=np.int64)
    return np.column_stack([k, 2048 - k, k * 31 % 1000])


@given(
    st.integers(1, 200),
    st.integers(1, 39),
    st.sampled_from([0, 2**32 - 200_000]),
    st.sampled_from([0, 65530]),
)
def test_what_is_sent_comes_back_across_both_wraps(
    n: int, per_frame: int, start_us: int, start_sequence: int
) -> None:
    """The u32 of µs and the u16 of the sequence both run over on the way."""
    packets = encode.packets(
        stream(n), 208.0, per_frame=per_frame, start_us=start_us, start_sequence=start_sequence
    )
    batches = decode(OpenFrameDecoder(SETUP), packets)
    np.testing.assert_allclose(acc_rows(batches) * 2048, stream(n))
    assert all(b.lost == 0 and b.epoch == 0 for b in batches)
    np.testing.assert_allclose(np.diff(stamps(batches)), 1 / 208, rtol=0.02)


def test_a_board_8_percent_slow_is_timed_by_its_own_clock() -> None:
    """The nominal rate is only a start; the difference does not count as loss."""
    packets = encode.packets(stream(400), 191.0)
    batches = decode(OpenFrameDecoder(SETUP), packets)
    assert sum(b.lost or 0 for b in batches) == 0
    np.testing.assert_allclose(np.diff(stamps(batches))[20:], 1 / 191, rtol=1e-3)


def test_lost_frames_are_counted_by_number_and_time() -> None:
    """Three frames of ten missing."""
    packets = encode.packets(stream(200), 208.0)
    del packets[5:8]
    batches = decode(OpenFrameDecoder(SETUP), packets)
    assert [b.lost for b in batches if b.lost] == [30]


def test_a_gap_made_by_the_board_itself_counts_as_loss() -> None:
    """Numbers continue, but the clock shows that seven samples were never read."""
    counts = stream(60)
    packets = encode.packets(counts[:30], 208.0)
    rest = encode.packets(
        counts[30:], 208.0, start_us=round(37e6 / 208), start_sequence=len(packets)
    )
    packets += later(rest, 37 / 208)
    batches = decode(OpenFrameDecoder(SETUP), packets)
    assert [b.lost for b in batches if b.lost] == [7]


def test_frames_out_of_order_are_sorted() -> None:
    """Two neighbours swapped, one delivered three frames late, one twice."""
    packets = encode.packets(stream(200), 208.0)
    order = [0, 2, 1, 3, 5, 6, 7, 4, 8, 8, *range(9, 20)]
    shuffled = [
        replace(packets[i], arrival_s=packets[slot].arrival_s) for slot, i in enumerate(order[:20])
    ]
    decoder = OpenFrameDecoder(SETUP)
    batches = decode(decoder, shuffled)
    np.testing.assert_allclose(acc_rows(batches) * 2048, stream(190))
    assert all(b.lost == 0 for b in batches)
    assert decoder.tally.repeated == 1


def test_a_frame_that_never_comes_does_not_hold_up_the_rest() -> None:
    """What waits for it is returned after a quarter of a second."""
    packets = encode.packets(stream(400), 208.0)
    lost_at_s = packets.pop(10).arrival_s
    decoder = OpenFrameDecoder(SETUP)
    fed = [packet.arrival_s for packet in packets if decoder.feed(packet)]
    assert min(at_s for at_s in fed if at_s > lost_at_s) - lost_at_s < 0.35


def test_a_board_that_restarts_starts_a_new_epoch_and_loses_nothing() -> None:
    """Clock and numbers start again from 0 after a pause."""
    first = encode.packets(stream(5000)[:2500], 208.0, start_us=60_000_000)
    again = later(encode.packets(stream(5000)[2500:], 208.0), 15.0)
    batches = decode(OpenFrameDecoder(SETUP), first + again)
    np.testing.assert_allclose(acc_rows(batches) * 2048, stream(5000))
    assert sorted({b.epoch for b in batches}) == [0, 1]


def test_one_wild_stamp_is_damage_and_not_a_restart() -> None:
    """A single unexpected frame does not affect the others."""
    packets = encode.packets(stream(200), 208.0)
    wild = replace(packets[8], payload=encode.frame(3_000_000_000, 4242, stream(10)))
    decoder = OpenFrameDecoder(SETUP)
    batches = decode(decoder, [*packets[:8], wild, *packets[8:]])
    np.testing.assert_allclose(acc_rows(batches) * 2048, stream(200))
    assert {b.epoch for b in batches} == {0}
    assert decoder.tally.damaged == 1


def test_the_gyro_has_a_characteristic_and_numbers_of_its_own() -> None:
    """Same frame, other scale."""
    packets = encode.packets(stream(50), 208.0)
    packets += encode.packets(stream(50), 208.0, characteristic=GYRO, start_sequence=900)
    batches = decode(OpenFrameDecoder(SETUP), sorted(packets, key=lambda p: p.arrival_s))
    np.testing.assert_allclose(gyro_rows(batches), stream(50) * 0.07)
    assert len(acc_rows(batches)) == 50


def test_the_smallest_notification_holds_two_samples() -> None:
    """20 bytes fit every link."""
    assert len(encode.frame(0, 0, stream(2))) == 19
    micros_s, sequence, counts = read_frame(encode.frame(1_500_000, 7, stream(2)))
    assert (micros_s, sequence) == (1.5, 7)
    np.testing.assert_array_equal(counts, stream(2))


def test_a_start_asks_and_records_what_the_board_says() -> None:
    """200 Hz asked, 208 granted, the gyro only where asked for; the board may take a moment."""
    board = encode.OpenFrameBoard(slow=3)
    talk = Talk(board)
    granted = talk.run(FAMILY.start(StreamRequest()))
    assert (granted.rate_hz, granted.range_g, granted.gyro_rate_hz) == (208.0, 16.0, None)
    assert why_not_hops(granted) == []
    assert talk.subscribed == {ACC}
    talk.run(FAMILY.stop(granted))
    assert not board.streaming
    spun = Talk(encode.OpenFrameBoard()).run(FAMILY.start(StreamRequest(gyro=True)))
    assert spun.gyro_range_dps == 2000.0
    assert spun.details["gyro_dps_per_count"] == pytest.approx(0.07)


@pytest.mark.parametrize(
    "board",
    [encode.OpenFrameBoard(version=2), encode.OpenFrameBoard(slow=1000), Silent()],
    ids=["another version", "never starts", "says nothing"],
)
def test_boards_without_usable_info_name_a_remedy(board: object) -> None:
    """One line each, with what to do."""
    with pytest.raises(DeviceError) as caught:
        Talk(board).run(FAMILY.start(StreamRequest()))  # type: ignore[arg-type]
    assert caught.value.remedy


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_scale_is_refused(scale: float) -> None:
    """0, negative, not a number."""
    with pytest.raises(DeviceError, match="per count"):
        read_info(struct.pack("<BBHHHff", 1, 1, 208, 16, 0, scale, 0.0))


def test_the_document_names_the_same_uuids_and_sizes(root: Path) -> None:
    """docs/open-frame.md, its sketch included, against what the code does."""
    text = (root / "docs" / "open-frame.md").read_text(encoding="utf-8")
    for number, uuid in enumerate((SERVICE, CONTROL, INFO, ACC, GYRO)):
        assert f"`{uuid}`" in text
        ends = [f"0x{byte:02x}" for byte in bytes.fromhex(uuid.replace("-", ""))[::-1]]
        assert ends[12] == f"0x{number:02x}"
        assert f"{{{', '.join(ends[:12])}, (n), {', '.join(ends[13:])}}}" in text
    assert f"{len(encode.frame(0, 0, stream(10)))} bytes" in text


@pytest.mark.parametrize(("mtu", "gyro"), [(247, False), (23, False), (247, True)])
def test_the_sketch_sends_what_anklet_reads(
    root: Path, tmp_path: Path, mtu: int, gyro: bool
) -> None:
    """Compiled and run: every frame is read, each gap seen, each sample timed to 0.2 ms."""
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("there is no C++ compiler here")
    text = (root / "docs" / "open-frame.md").read_text(encoding="utf-8")
    sketch = text.partition("```cpp\n")[2].partition("```")[0]
    lines = [line for line in sketch.splitlines() if not line.startswith("#include")]
    (tmp_path / "sketch.inc").write_text("\n".join(lines), encoding="utf-8")
    source = root / "tests" / "data" / "board.cpp"
    program = tmp_path / "board"
    subprocess.run(
        [compiler, "-std=c++17", "-Wall", f"-I{tmp_path}", str(source), "-o", str(program)],
        check=True,
    )
    ran = subprocess.run(
        [str(program), str(mtu), "2000" if gyro else "0"],
        check=True,
        capture_output=True,
        text=True,
    )
    info, *sent = ran.stdout.splitlines()
    granted = read_info(bytes.fromhex(info))
    assert (granted.rate_hz, granted.range_g) == (208.0, 16.0)
    assert (granted.gyro_rate_hz is not None) == gyro
    packets = []
    for line in sent:
        at_s, number, payload = line.split()
        assert len(payload) <= 2 * (mtu - 3)
        characteristic = ACC if number == "3" else GYRO
        packets.append(Packet(float(at_s), characteristic, bytes.fromhex(payload)))
    dated = columns_of_packets(granted, packets)
    number_sent = np.rint(dated.acc[:, 0] / granted.details["acc_g_per_count"])
    assert len(number_sent) > 3800
    assert 350 not in number_sent
    assert np.ptp(times_s(dated) - number_sent / 207.3) < 2e-4
    assert (dated.gyro_dps is not None) == gyro
    if dated.gyro_dps is not None:
        scale = granted.details["gyro_dps_per_count"]
        np.testing.assert_allclose(dated.gyro_dps[:, 0] / scale, -number_sent, atol=1e-3)
