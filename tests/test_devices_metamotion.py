"""The MetaMotion family: the vendor's vectors, both chips, order of commands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.devices.base import Setup, StreamRequest
from sensing.devices.metamotion import (
    BMI160,
    BMI270,
    FAMILY,
    GYRO,
    NOTIFY,
    MetaMotionDecoder,
    gyro_dps_per_count,
    read_battery,
)
from sensing.live.stream_quality import why_not_hops
from tests.device_vectors import Silent, Talk, acc_rows, decode, gyro_rows, vectors
from tests.radio import encode_metamotion as encode

VECTORS = vectors("metamotion")


def setup(range_g: float, *, gyro: float | None = None) -> Setup:
    """A setup with this range."""
    return Setup(
        family="metamotion",
        rate_hz=100.0,
        range_g=range_g,
        gyro_rate_hz=None if gyro is None else 100.0,
        gyro_range_dps=gyro,
    )


@pytest.mark.parametrize(("number", "range_g"), [(0, 4.0), (1, 8.0)])
def test_the_vendors_samples_are_read_as_the_vendor_reads_them(number: int, range_g: float) -> None:
    """Single at ±4 g and packed at ±8 g, to the three decimals given."""
    payload = bytes.fromhex(VECTORS[number]["hex"])
    got = MetaMotionDecoder(setup(range_g)).feed(Packet(0.0, NOTIFY, payload))
    np.testing.assert_allclose(acc_rows(got), VECTORS[number]["samples_g"], atol=0.0006)


def test_packed_samples_are_read_from_the_registers_of_both_chips() -> None:
    """03 1C on the BMI160, 03 05 on the BMI270."""
    payload = bytes.fromhex(VECTORS[1]["hex"])
    other = bytes([3, 5]) + payload[2:]
    got = MetaMotionDecoder(setup(8.0)).feed(Packet(0.0, NOTIFY, other))
    np.testing.assert_allclose(acc_rows(got), VECTORS[1]["samples_g"], atol=0.0006)


def test_the_vendors_battery_answer_is_read() -> None:
    """99 %, 4148 mV; and the dialogue asks for it."""
    vector = VECTORS[2]
    assert read_battery(bytes.fromhex(vector["hex"])) == (vector["percent"], vector["millivolt"])
    assert Talk(encode.MetaMotionBoard(percent=63)).run(FAMILY.battery()) == 63
    assert Talk(Silent()).run(FAMILY.battery()) is None


@pytest.mark.parametrize(
    ("range_dps", "lsb"), [(2000, 16.4), (1000, 32.8), (500, 65.6), (250, 131.2), (125, 262.4)]
)
def test_gyro_counts_follow_the_vendors_table(range_dps: float, lsb: float) -> None:
    """Counts per °/s at each range."""
    assert 1 / gyro_dps_per_count(range_dps) == pytest.approx(lsb)


@pytest.mark.parametrize(
    ("chip", "config", "packed"),
    [(BMI160, "0303290C", "031C01"), (BMI270, "0303A903", "030501")],
)
def test_both_chips_are_started_with_their_own_bytes(chip: int, config: str, packed: str) -> None:
    """200 Hz ±16 g: config, subscribe, sampling on, start, in that order."""
    board = encode.MetaMotionBoard(chip=chip)
    talk = Talk(board)
    granted = talk.run(FAMILY.start(StreamRequest()))
    wanted = [bytes.fromhex(h) for h in (config, packed, "03020100", "030101")]
    assert talk.writes[-4:] == wanted
    assert (granted.rate_hz, granted.range_g) == (200.0, 16.0)
    assert why_not_hops(granted) == []
    talk.run(FAMILY.stop(granted))
    assert not board.streaming
    assert not board.subscribed
    assert not talk.subscribed


def test_the_gyro_is_started_at_the_same_rate() -> None:
    """200 Hz, 2000 °/s: the documented bytes."""
    board = encode.MetaMotionBoard()
    talk = Talk(board)
    granted = talk.run(FAMILY.start(StreamRequest(gyro=True)))
    assert bytes.fromhex("13032900") in talk.writes
    assert (granted.gyro_rate_hz, granted.gyro_range_dps) == (200.0, 2000.0)
    assert board.streaming == {3, GYRO}


def test_unknown_chips_and_silence_name_a_remedy() -> None:
    """An unknown chip is refused."""
    for board in (encode.MetaMotionBoard(chip=3), Silent()):
        with pytest.raises(DeviceError) as caught:
            Talk(board).run(FAMILY.start(StreamRequest()))
        assert caught.value.remedy


@given(
    st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=3, max_size=30),
    st.booleans(),
    st.sampled_from([BMI160, BMI270]),
)
def test_what_is_sent_comes_back(rows: list[tuple[int, int, int]], packed: bool, chip: int) -> None:
    """Any counts, single or packed, from either chip, gyro beside acceleration."""
    counts = np.array([(*r[:2], k) for k, r in enumerate(rows)], dtype=np.int64)
    whole = len(counts) // 3 * 3 if packed else len(counts)
    packets = encode.packets(counts, 100.0, chip=chip, packed=packed)
    packets += encode.packets(counts, 100.0, module=GYRO, chip=chip, packed=packed)
    batches = decode(
        MetaMotionDecoder(setup(16.0, gyro=2000.0)), sorted(packets, key=lambda p: p.arrival_s)
    )
    np.testing.assert_allclose(acc_rows(batches) * 2048, counts[:whole])
    np.testing.assert_allclose(gyro_rows(batches) * 16.4, counts[:whole])
    assert all(b.device_s is None and b.lost is None for b in batches)


def test_a_packed_copy_is_dropped_and_a_quiet_single_is_not() -> None:
    """Nine equal values are a copy; three may well be a sensor at rest."""
    decoder = MetaMotionDecoder(setup(16.0))
    three = encode.samples(3, 0x1C, np.arange(9).reshape(3, 3))
    one = encode.samples(3, 0x04, np.array([[1, 2, 3]]))
    got = decode(decoder, [Packet(0.0, NOTIFY, three), Packet(0.0, NOTIFY, three)])
    assert len(acc_rows(got)) == 3
    assert decoder.tally.repeated == 1
    assert len(acc_rows(decode(decoder, [Packet(0.0, NOTIFY, one), Packet(0.0, NOTIFY, one)]))) == 2


def test_a_lost_link_starts_a_new_epoch() -> None:
    """It is unknown how many samples were lost."""
    decoder = MetaMotionDecoder(setup(16.0))
    first = decode(decoder, encode.packets(np.arange(9).reshape(3, 3), 100.0))
    assert not decoder.interrupted()
    second = decode(decoder, encode.packets(np.arange(9, 18).reshape(3, 3), 100.0))
    assert second[0].epoch == first[0].epoch + 1


def test_a_setup_without_a_range_is_refused() -> None:
    """Counts without a range are not accelerations."""
    with pytest.raises(DeviceError, match="range"):
        MetaMotionDecoder(Setup(family="metamotion", rate_hz=100.0, range_g=None))
