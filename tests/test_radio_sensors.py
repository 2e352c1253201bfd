"""Questions to the emulated sensors: is what they send the person's, and does each fault do it?"""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from sensing.core.units import Floats
from sensing.devices.base import StreamRequest
from sensing.devices.registry import family as family_of
from tests.device_vectors import acc_rows, gyro_rows, stamps
from tests.radio.air import VirtualRadio
from tests.radio.person import FINE_HZ
from tests.radio.sensors import SENSORS, SensorClock, person_of
from tests.radio.worn import connected, on_air, streaming

RAISES = person_of("single-leg-calf-raise", 1)
HOPS = person_of("single-leg-hop", 3)
FAMILIES = sorted(SENSORS)
ANY_FAMILY = pytest.mark.parametrize("family", FAMILIES)
CLOCKED = pytest.mark.parametrize("family", ["polar-sense", "polar-h10", "movesense", "open-frame"])


@ANY_FAMILY
def test_what_is_decoded_is_what_the_person_did_within_a_count(family: str) -> None:
    """Hops at the sensor's true rate and range; clipped where the range ends, never wrapped."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, HOPS, StreamRequest(gyro=True))
        sensor = one.sensor
        await asyncio.sleep(25)
        batches = one.batches()
        setup = one.setup
        assert setup is not None
        began_s = sensor.person_began_s
        assert began_s is not None
        for rows, kind in ((acc_rows(batches), 0), (gyro_rows(batches), 1)):
            granted_hz = (setup.rate_hz, setup.gyro_rate_hz)[kind]
            sent = [
                s
                for s in sensor.sent
                if s.stream.rate_hz == granted_hz
                and (s.stream.acc_g, s.stream.gyro_dps)[kind]
                and s.samples is not None
            ]
            if granted_hz is None:
                assert not len(rows)
                continue
            stream = sent[0].stream
            at_s = np.concatenate([s.samples.at_s for s in sent if s.samples is not None])
            np.testing.assert_allclose(np.diff(at_s), 1 / (stream.rate_hz * 1.007), rtol=1e-6)
            felt = HOPS.at(at_s - began_s, rate_hz=stream.rate_hz)[kind]
            step = (stream.acc_g, stream.gyro_dps)[kind]
            limit = (stream.acc_limit, stream.gyro_limit)[kind]
            assert step is not None
            felt = np.clip(felt, -step * (limit + 1), step * limit)
            # The start dialogue hears the first packets; the last ones are still on their way.
            rows = rows[: len(felt)]
            first = _place(rows, felt)
            assert len(rows) > 20 * stream.rate_hz
            error = np.abs(rows - felt[first : first + len(rows)])
            assert error.max() <= 0.51 * step + 1e-5
        assert np.abs(acc_rows(batches)).max() > 3

    on_air(ask)


def _place(rows: Floats, whole: Floats) -> int:
    """Where the rows begin in the whole."""
    reach = len(whole) - len(rows)
    n = min(len(rows), 200)
    errors = [np.abs(rows[:n] - whole[k : k + n]).max() for k in range(reach + 1)]
    return int(np.argmin(errors))


@ANY_FAMILY
def test_the_wish_decides_rate_and_range_as_far_as_the_family_has_them(family: str) -> None:
    """Slow and narrow, fast and wide."""

    async def ask(radio: VirtualRadio) -> None:
        about = family_of(family)
        one = await streaming(radio, family, RAISES, StreamRequest(rate_hz=50, range_g=4))
        slow = one.setup
        await one.stop()
        await asyncio.sleep(0.5)
        assert not any(s.is_streaming for s in [one.sensor] if family != "witmotion")
        fast = await one.start(StreamRequest(rate_hz=416, range_g=16))
        assert slow is not None
        assert 50 <= slow.rate_hz <= 52
        assert fast.rate_hz == max(about.rates_hz)
        if fast.range_g is not None:
            assert fast.range_g == max(about.ranges_g)
        before = one.sensor.sent_samples
        await asyncio.sleep(10)
        rate_hz = (one.sensor.sent_samples - before) / 10
        assert rate_hz == pytest.approx(fast.rate_hz * 1.007, rel=0.05)

    on_air(ask)


@ANY_FAMILY
def test_battery_and_stop_work_over_the_air(family: str) -> None:
    """The charge by whichever way the family has; afterwards nothing is sent any more."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES, battery=50)
        assert await one.conversation.run(family_of(family).battery()) == 50
        await asyncio.sleep(1)
        await one.stop()
        await asyncio.sleep(0.2)
        packets = one.sensor.sent_packets
        await asyncio.sleep(3)
        assert one.sensor.sent_packets == packets > 0
        await one.client.disconnect()
        assert not one.sensor.is_connected

    on_air(ask)


@CLOCKED
def test_a_sensors_own_clock_dates_its_samples(family: str) -> None:
    """Offset and drift of the clock show in the stamps, the sampler's error in their distance."""

    async def ask(radio: VirtualRadio) -> None:
        clock = SensorClock(offset_s=3000.0, drift=1e-3)
        one = await streaming(radio, family, RAISES, clock=clock, rate_error=-0.01)
        await asyncio.sleep(30)
        t_s = stamps(one.batches())
        assert one.setup is not None
        assert abs(t_s[0] - 3000) < 3
        rate_hz = (len(t_s) - 1) / (t_s[-1] - t_s[0])
        assert rate_hz == pytest.approx(one.setup.rate_hz * 0.99 / 1.001, rel=2e-4)

    on_air(ask)


@CLOCKED
def test_a_clock_that_restarts_with_each_connection_does(family: str) -> None:
    """The second connection's stamps begin below the first's."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(
            radio, family, RAISES, clock=SensorClock(offset_s=50.0, restarts=True)
        )
        await asyncio.sleep(10)
        last_s = stamps(one.batches())[-1]
        one.sensor.drop()
        await one.gone.wait()
        again = await connected(one.sensor)
        await again.start()
        await asyncio.sleep(4)
        assert stamps(again.batches())[0] < last_s - 4

    on_air(ask)


@pytest.mark.parametrize(
    ("family", "model", "clocked"),
    [
        ("witmotion", {"can_clock": True}, True),
        ("witmotion", {"long_frames": True}, True),
        ("witmotion", {"rates": {6: 10.0, 0x0A: 200.0}}, False),
        ("metamotion", {"chip": 4}, False),
        ("polar-sense", {"says_factor": False}, True),
        ("movesense", {"mute": True}, True),
        ("open-frame", {"slow": 3}, True),
    ],
)
def test_models_and_firmwares_of_a_family_differ(
    family: str, model: dict[str, Any], *, clocked: bool
) -> None:
    """Each variant a family's driver has to cope with streams at 200 Hz."""

    async def ask(radio: VirtualRadio) -> None:
        one = await streaming(radio, family, RAISES, **model)
        await asyncio.sleep(5)
        setup = one.setup
        assert setup is not None
        assert setup.rate_hz >= 200
        batches = one.batches()
        assert len(acc_rows(batches)) > 4 * setup.rate_hz
        assert family_of(family).shows_clock(setup) == clocked

    on_air(ask)


def test_the_record_can_be_kept_short_and_told() -> None:
    """For long sessions: the last few are kept, all are counted and handed on."""

    async def ask(radio: VirtualRadio) -> None:
        told: list[bytes] = []
        one = await streaming(
            radio, "open-frame", RAISES, keeps=5, on_sent=lambda sent: told.append(sent.payload)
        )
        await asyncio.sleep(10)
        sensor = one.sensor
        assert len(sensor.sent) == 5
        assert len(told) == sensor.sent_packets > 150
        assert [s.payload for s in sensor.sent] == told[-5:]

    on_air(ask)


def test_a_person_stands_before_and_after_or_does_it_all_again() -> None:
    """At any time there is something to feel, without a jump at the seams."""
    for repeats in (False, True):
        person = person_of("single-leg-calf-raise", 2, repeats=repeats, idealised=True)
        end_s = person.duration_s
        t_s = np.arange(-10, 2.2 * end_s, 1 / FINE_HZ)
        acc_g, gyro_dps = person.at(t_s)
        assert np.isfinite(acc_g).all()
        assert np.isfinite(gyro_dps).all()
        size_g = np.sqrt((acc_g**2).sum(axis=1))
        assert np.abs(size_g[t_s < 0] - 1).max() < 0.1
        after = (t_s > end_s + 1) & (t_s < 2 * end_s)
        moved = np.ptp(size_g[after]) > 0.15
        assert moved == repeats
        assert np.abs(np.diff(acc_g, axis=0)).max() < 0.1
    assert person.reps == len([r for r in person.truth["reps"] if not r["partial"]]) > 5
    assert HOPS.hops == len(HOPS.truth["hops"]) > 5


def test_two_sensors_with_gyro_send_all_they_have() -> None:
    """A minute of 2 × 208 Hz; ``python -m tests.radio.soak`` says how long three hours take."""

    async def ask(radio: VirtualRadio) -> None:
        pair = [
            await streaming(
                radio,
                "open-frame",
                RAISES,
                StreamRequest(gyro=True),
                keeps=10,
                name=f"Anklet {side}",
            )
            for side in ("left", "right")
        ]
        for one in pair:
            one.received.clear()
        await asyncio.sleep(60)
        for one in pair:
            assert len(one.received) == pytest.approx(60 * 2 * 20.9, rel=0.02)

    on_air(ask)
