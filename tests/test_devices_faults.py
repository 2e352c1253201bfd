"""Every family on a bad link: packets lost, repeated, swapped, truncated, and foreign ones.

Whatever happens, nothing but the device error comes out of a decoder, and no sample that was not
sent. Where the protocol carries time, each sample comes out at most once and in order; where it
does not, a copy or a swap can't be seen, and the tests do not pretend it could.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import DeviceError
from sensing.core.packets import Packet
from sensing.core.units import G_MPS2, Floats
from sensing.devices.base import Listen, Read, Setup, StreamRequest
from sensing.devices.registry import FAMILIES, family, recognise
from tests.device_vectors import acc_rows, decode, is_within, stamps
from tests.radio import (
    encode_metamotion,
    encode_movesense,
    encode_open_frame,
    encode_polar,
    encode_witmotion,
)

N = 240


def rows() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Rows that all differ, without a byte that begins a WitMotion frame."""
    k = np.arange(1, N + 1, dtype=np.int64)
    found = np.column_stack([7 * k, 2048 + k, 3 * k - 900])
    found[(found & 0xFF) == 0x55] += 1
    found[(found & 0xFF00) == 0x5500] += 256
    return found


@dataclass(frozen=True)
class Case:
    """One stream: its setup, its packets, what should come out, whether it carries time."""

    setup: Setup
    packets: list[Packet]
    acc_g: Floats
    timed: bool


def case(name: str) -> Case:
    """The stream of one family, or of a variant of it."""
    counts = rows()
    acc = counts / 2048
    gyro: Floats = counts.astype(np.float64)
    make: dict[str, Callable[[], Case]] = {
        "polar": lambda: Case(
            Setup(family="polar-sense", rate_hz=208.0, range_g=16.0),
            encode_polar.frames(counts, 208.0),
            acc,
            True,
        ),
        "movesense": lambda: Case(
            Setup(family="movesense", rate_hz=104.0, range_g=None),
            encode_movesense.packets(acc * G_MPS2, 104.0),
            acc,
            True,
        ),
        "movesense in parts": lambda: Case(
            Setup(family="movesense", rate_hz=208.0, range_g=None, gyro_rate_hz=208.0),
            encode_movesense.packets(acc * G_MPS2, 208.0, gyro_dps=gyro),
            acc,
            True,
        ),
        "open frame": lambda: Case(
            Setup(
                family="open-frame",
                rate_hz=208.0,
                range_g=16.0,
                details={"acc_g_per_count": 1 / 2048},
            ),
            encode_open_frame.packets(counts, 208.0),
            acc,
            True,
        ),
        "witmotion with a clock": lambda: Case(
            Setup(family="witmotion", rate_hz=200.0, range_g=16.0),
            encode_witmotion.packets(counts, 200.0, clocked="long"),
            acc,
            True,
        ),
        "witmotion": lambda: Case(
            Setup(family="witmotion", rate_hz=200.0, range_g=16.0),
            encode_witmotion.packets(counts, 200.0, per_packet=2),
            acc,
            False,
        ),
        "metamotion": lambda: Case(
            Setup(family="metamotion", rate_hz=200.0, range_g=16.0),
            encode_metamotion.packets(counts, 200.0),
            acc,
            False,
        ),
    }
    return make[name]()


CASES = (
    *("polar", "movesense", "movesense in parts", "open frame"),
    *("witmotion with a clock", "witmotion", "metamotion"),
)
TIMED = [name for name in CASES if case(name).timed]
APART = {"movesense in parts"}
"""Its parts carry no number of their packet: lost ones show, displaced ones can't."""

Fault = tuple[str, int, int]
where = st.integers(0, N)
faults = st.lists(
    st.tuples(st.sampled_from(["drop", "double", "swap", "cut"]), where, where), max_size=8
)
foreign = st.lists(st.tuples(where, st.binary(max_size=60)), max_size=5)


def struck(packets: list[Packet], hits: list[Fault], junk: list[tuple[int, bytes]]) -> list[Packet]:
    """Packets after faults; a copy or foreign packet arrives with the one it follows."""
    times = [packet.arrival_s for packet in packets]
    payloads = [(packet.characteristic, packet.payload) for packet in packets]
    for kind, a, b in hits:
        if not payloads:
            break
        at = a % len(payloads)
        c, p = payloads[at]
        if kind == "drop":
            del payloads[at], times[at]
        elif kind == "double":
            later = min(len(payloads) - 1, at + b % 4)
            payloads.insert(later + 1, (c, p))
            times.insert(later + 1, times[later])
        elif kind == "swap":
            other = min(len(payloads) - 1, at + b % 4)
            payloads[at], payloads[other] = payloads[other], payloads[at]
        else:
            payloads[at] = (c, p[: b % (len(p) + 1)])
    for at, data in junk if payloads else ():
        payloads.insert(1 + at % len(payloads), (packets[0].characteristic, data))
        times.insert(1 + at % (len(payloads) - 1), times[at % (len(payloads) - 1)])
    return [Packet(t, c, p) for t, (c, p) in zip(times, payloads, strict=True)]


def displacing(hit: Fault) -> bool:
    """True for a fault that puts a packet where another one belongs."""
    return hit[0] == "swap" or (hit[0] == "double" and hit[2] % 4 != 0)


@pytest.mark.parametrize("name", CASES)
def test_an_undamaged_stream_is_decoded_whole(name: str) -> None:
    """The reference for the other tests."""
    stream = case(name)
    got = acc_rows(decode(family(stream.setup.family).decoder(stream.setup), stream.packets))
    np.testing.assert_allclose(got, stream.acc_g[: len(got)], atol=1e-6)
    assert len(got) > N - 20


@pytest.mark.parametrize("name", TIMED)
@given(hits=faults, junk=foreign)
def test_no_fault_invents_or_repeats_a_sample(
    name: str, hits: list[Fault], junk: list[tuple[int, bytes]]
) -> None:
    """Streams with time: what comes out is part of what was sent, in order.

    WitMotion's frames have no checksum: pieces of cut ones that add up to a frame's length can't be
    told from a frame, so nothing is cut there (the test below cuts once).
    """
    stream = case(name)
    if name in APART:
        hits = [hit for hit in hits if not displacing(hit)]
    if name.startswith("witmotion"):
        hits = [hit for hit in hits if hit[0] != "cut"]
    packets = struck(stream.packets, hits, junk)
    batches = decode(family(stream.setup.family).decoder(stream.setup), packets)
    assert is_within(acc_rows(batches), stream.acc_g)
    for epoch in {b.epoch for b in batches}:
        part = [b for b in batches if b.epoch == epoch]
        assert (np.diff(stamps(part)) > 0).all()


@pytest.mark.parametrize("name", sorted(set(CASES) - set(TIMED)))
@given(hits=faults)
def test_without_time_every_sample_is_still_one_that_was_sent(name: str, hits: list[Fault]) -> None:
    """Streams without time: rows of what was sent, none made of two.

    One cut only: two cuts that add up to a frame's length can't be told from a frame without a
    checksum, and WitMotion's have none.
    """
    stream = case(name)
    cuts = [hit for hit in hits if hit[0] == "cut"]
    hits = [hit for hit in hits if hit[0] != "cut"] + cuts[:1]
    packets = struck(stream.packets, hits, [])
    got = acc_rows(decode(family(stream.setup.family).decoder(stream.setup), packets))
    sent = {tuple(row) for row in np.round(stream.acc_g, 6)}
    assert {tuple(row) for row in np.round(got, 6)} <= sent


@pytest.mark.parametrize("name", sorted(set(TIMED) - APART))
@given(swap=where, copies=st.lists(st.tuples(st.just("double"), where, where), max_size=4))
def test_copies_and_swaps_lose_nothing_where_there_is_time(
    name: str, swap: int, copies: list[Fault]
) -> None:
    """Swapped neighbours are sorted, copies dropped.

    The first packet stays where it is: nothing is waited for before a stream has begun.
    """
    stream = case(name)
    tail = struck(stream.packets[1:], [("swap", swap, 1), *copies], [])
    decoder = family(stream.setup.family).decoder(stream.setup)
    batches = decode(decoder, [stream.packets[0], *tail])
    got = acc_rows(batches)
    np.testing.assert_allclose(got, stream.acc_g[: len(got)], atol=1e-6)
    assert len(got) > N - 20
    assert sum(b.lost or 0 for b in batches) == 0


@pytest.mark.parametrize("name", [f.name for f in FAMILIES])
@given(packets=st.lists(st.binary(max_size=250), max_size=12))
def test_garbage_raises_only_device_errors(name: str, packets: list[bytes]) -> None:
    """Any bytes on any of a family's characteristics, and on foreign ones."""
    kind = family(name)
    setup = Setup(
        family=name,
        rate_hz=100.0,
        range_g=8.0,
        gyro_rate_hz=100.0,
        details={"acc_g_per_count": 0.001, "gyro_dps_per_count": 0.01},
    )
    decoder = kind.decoder(setup)
    for i, payload in enumerate(packets):
        for characteristic in (*kind.notify, "00002a37-0000-1000-8000-00805f9b34fb"):
            with contextlib.suppress(DeviceError):
                decoder.feed(Packet(i / 10, characteristic, payload))
    decoder.interrupted()
    decoder.finish()


@pytest.mark.parametrize("name", CASES)
@given(payload=st.binary(max_size=120))
def test_a_packet_that_is_refused_leaves_the_decoder_as_it_was(name: str, payload: bytes) -> None:
    """The packets after it are decoded as if it had never been."""
    stream = case(name)
    half = len(stream.packets) // 2 // 2 * 2
    decoder = family(stream.setup.family).decoder(stream.setup)
    before = [b for p in stream.packets[:half] for b in decoder.feed(p)]
    try:
        decoder.feed(replace(stream.packets[half - 1], payload=payload))
    except DeviceError:
        after = decode(decoder, stream.packets[half:])
        got = acc_rows([*before, *after])
        if name in APART:
            assert is_within(got, stream.acc_g)
        else:
            np.testing.assert_allclose(got, stream.acc_g[: len(got)], atol=1e-6)
            assert len(got) > N - 20


@pytest.mark.parametrize("name", [f.name for f in FAMILIES])
@given(answers=st.lists(st.binary(max_size=40), max_size=12))
def test_any_answer_to_a_dialogue_raises_only_device_errors(
    name: str, answers: list[bytes]
) -> None:
    """Random bytes for every read and every notification: a setup, or one clear line."""
    outcome = started(name, list(answers))
    if isinstance(outcome, DeviceError):
        assert outcome.remedy
        assert "\n" not in str(outcome)
    else:
        assert outcome.rate_hz > 0


def started(name: str, left: list[bytes]) -> Setup | DeviceError:
    """The result of a start answered with these bytes and then with silence."""
    dialogue = family(name).start(StreamRequest(gyro=True))
    try:
        step = next(dialogue)
        for _ in range(500):
            wants = isinstance(step, (Listen, Read))
            step = dialogue.send((Packet(0.0, "", left.pop(0)),) if wants and left else ())
    except StopIteration as end:
        setup: Setup = end.value
        return setup
    except DeviceError as error:
        return error
    raise AssertionError("a dialogue that never ends")


def test_every_family_is_found_by_its_name() -> None:
    """And by nothing else; for an unknown name the nearest is suggested."""
    assert all(family(f.name) is f for f in FAMILIES)
    assert len({f.name for f in FAMILIES}) == len(FAMILIES) == 6
    with pytest.raises(DeviceError, match="did you mean movesense"):
        family("movesens")


@pytest.mark.parametrize(
    ("advertised", "services", "expected"),
    [
        ("Polar Sense A1B2C3D4", (), "polar-sense"),
        ("Polar OH1 12345678", (), "polar-sense"),
        ("Polar H10 12345678", (), "polar-h10"),
        ("Polar H9 12345678", (), None),
        ("Movesense 174630000192", (), "movesense"),
        ("WT901BLE67", (), "witmotion"),
        ("WTVB01-BT50", ("0000ffe5-0000-1000-8000-00805f9a34fb",), None),
        ("BWT901BLE5.0", (), "witmotion"),
        (None, ("0000FFE5-0000-1000-8000-00805F9A34FB",), "witmotion"),
        ("x", ("0000ffe5-0000-1000-8000-00805f9b34fb",), None),
        ("MetaWear", (), "metamotion"),
        ("renamed", ("326A9000-85CB-9195-D9DD-464CFBBAE75A",), "metamotion"),
        ("Anklet 01", (), "open-frame"),
        ("", (), None),
        (None, (), None),
    ],
)
def test_sensors_are_recognised_by_what_they_advertise(
    advertised: str | None, services: tuple[str, ...], expected: str | None
) -> None:
    """Names first, then services; similar devices are ignored."""
    found = recognise(advertised, services)
    assert (found.name if found else None) == expected


@given(
    st.floats(1, 1000),
    st.none() | st.floats(1, 32),
    st.none() | st.floats(1, 1000),
    st.dictionaries(st.text(max_size=5), st.just(0.0) | st.floats(1e-9, 1e6), max_size=3),
    st.lists(st.text(max_size=9), max_size=2),
)
def test_a_setup_survives_being_written_to_a_recording(
    rate_hz: float,
    range_g: float | None,
    gyro_hz: float | None,
    details: dict[str, float],
    notes: list[str],
) -> None:
    """Through JSON and back, the same."""
    setup = Setup(
        family="movesense",
        rate_hz=rate_hz,
        range_g=range_g,
        gyro_rate_hz=gyro_hz,
        details=details,
        notes=tuple(notes),
    )
    assert Setup.from_dict("movesense", json.loads(json.dumps(setup.to_dict()))) == setup


@pytest.mark.parametrize(
    "damage",
    [
        {"rate_hz": None},
        {"rate_hz": "x"},
        {"rate_hz": 0},
        {"rate_hz": 1e300},
        {"range_g": -1},
        {"details": 3},
        {"notes": 7},
    ],
)
def test_a_damaged_setup_is_named(damage: dict[str, object]) -> None:
    """One line that says which value."""
    plain = Setup(family="movesense", rate_hz=52.0, range_g=8.0).to_dict() | damage
    with pytest.raises(DeviceError, match=next(iter(damage))):
        Setup.from_dict("movesense", plain)
