"""A simulated sensor: a simulated person's movement as the packets a real one would send.

The person waits for the countdown, does the sets, and rests from then on; the sensor sends open
frames (``sensing/devices/open_frame.py``) as over the air: its rate is not quite the nominal one,
and frames wait for the next connection event, some for the one after. Time is the sensor's own,
from 0; the caller has the clock.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sensing.core.packets import Packet
from sensing.core.samples import Side
from sensing.core.units import Floats
from sensing.devices.base import Setup
from sensing.devices.open_frame import ACC, FRAME_HEAD, GYRO, NAME
from sensing.guided.pacing import Tempo
from sensing.simulation.motion import FINE_HZ, Piece, Pose, chain
from sensing.simulation.options import Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person
from sensing.simulation.raise_habits import draw_person
from sensing.simulation.script import one_set
from sensing.simulation.sensor import draw_sensor, sense
from sensing.simulation.sway_and_tremor import with_sway_and_tremor
from sensing.simulation.truth import Json, SetTruth, set_json

SEED = 4
"""A person of medium pace."""
_RATE_ERROR = 0.004
"""Relative error of the nominal rate."""
_GYRO_DPS, _COUNTS = 2000.0, 2**15
"""Range of the gyro, ± °/s; counts of a full range."""
_PER_FRAME = 10
"""Samples of a frame."""
_BOOTED_US = 41_700_000
"""Time on the sensor's clock when streaming starts, µs."""
_INTERVAL_S, _MISSED = 0.03, 0.04
"""Connection interval of a phone or laptop, s, and share of its events that fail."""
_RADIO_S = 0.004
"""Time on the air, s."""
_REACTION_S = 1.5
"""From the end of a set to the sound that marks it, and from *go* to the first movement, s."""
_TAIL_S = 20.0
"""Rest that is repeated at the end, s."""


class DemoSensor:
    """One simulated sensor on one simulated leg.

    Args:
        exercise: a name of the catalogue.
        seed: a different seed simulates a different person.
        side: leg it is worn on.
        reps: reps or hops per set; None: the usual dose.
        hold_s: duration of a hold, s; None likewise.
        sets: number of sets.
        rest_s: from the end of a set to the next *go*, s.
        starts_s: start of the first set, s after that of streaming.
        set_s: a set ends after so many seconds; None: with its last rep.
        tempo: paced movement instead of the person's own.
        beat_s: raises start on a beat, so many seconds apart; None: at the person's own pace.
        fatigue: share of range lost by the last rep; None: the person's own.
        rate_hz: nominal rate, Hz; the true one is 0.4 % higher.
        range_g: range of the accelerometer, ± g.
        gyro: stream angular rate, too.
        idealised: the person moves as a model of raises would.

    Attributes:
        setup: as granted.
        name: as advertised.
        battery: state of charge, %.
        truth: its sets, as in a file of ground truth, times in s from the start of streaming.

    Raises:
        UsageError: there is no such exercise, or a value that can't be simulated.
    """

    def __init__(
        self,
        exercise: str,
        seed: int = SEED,
        side: Side = "right",
        *,
        reps: int | None = None,
        hold_s: float | None = None,
        sets: int = 1,
        rest_s: float = 60.0,
        starts_s: float = 8.0,
        set_s: float | None = None,
        tempo: Tempo | None = None,
        beat_s: float | None = None,
        fatigue: float | None = None,
        rate_hz: float = 208.0,
        range_g: float = 16.0,
        gyro: bool = False,
        idealised: bool = False,
    ) -> None:
        options = Options(
            exercise=exercise,
            seed=seed,
            reps=reps,
            hold_s=hold_s,
            tempo=tempo,
            beat_s=beat_s,
            fatigue=fatigue,
            partial=0.0,
            fidgets=0,
            rate_hz=rate_hz,
            rate_error=_RATE_ERROR,
            range_g=range_g,
            gyro=gyro,
            side=side,
            idealised=idealised,
        )
        self.name = f"demo {side}"
        self.battery = 87
        self.setup = Setup(
            family=NAME,
            rate_hz=rate_hz,
            range_g=range_g,
            gyro_rate_hz=rate_hz if gyro else None,
            gyro_range_dps=_GYRO_DPS if gyro else None,
            details={"acc_g_per_count": range_g / _COUNTS}
            | ({"gyro_dps_per_count": _GYRO_DPS / _COUNTS} if gyro else {}),
        )
        # One person with two legs that move together, each with a sensor of its own.
        own = np.random.SeedSequence([seed, side == "left"]).spawn(4)
        sway, hardware, noise, radio = (np.random.default_rng(each) for each in own)
        person, whole = _movement(options, sets, rest_s=rest_s, starts_s=starts_s, set_s=set_s)
        readings = sense(
            with_sway_and_tremor(whole.motion, person, sway),
            draw_sensor(options, hardware),
            options,
            noise,
        )
        sets_json = [
            set_json(t, whole.truths, side) for t in whole.truths if isinstance(t, SetTruth)
        ]
        self.truth: Json = {"simulated": True, "sets": sets_json}
        self._t_s = readings.t_s
        self._streams = [(ACC, np.round(readings.acc_g / (range_g / _COUNTS)))]
        if gyro:
            self._streams.append((GYRO, np.round(readings.gyro_dps / (_GYRO_DPS / _COUNTS))))
        self._radio = radio
        self._coming = self._all_packets()
        self._next: Packet | None = next(self._coming)

    def packets(self, until_s: float) -> list[Packet]:
        """The packets due by now that were not returned before; they arrive s after the start.

        Args:
            until_s: now, s since streaming started.
        """
        due: list[Packet] = []
        while self._next is not None and self._next.arrival_s <= until_s:
            due.append(self._next)
            self._next = next(self._coming)
        return due

    def _all_packets(self) -> Iterator[Packet]:
        """All packets, in order."""
        event = 0
        for number, (t_s, rows) in enumerate(self._frames()):
            event = max(event, int(np.ceil((t_s[-1] + _RADIO_S) / _INTERVAL_S)))
            while self._radio.random() < _MISSED:
                event += 1
            micros = _BOOTED_US + round(1e6 * t_s[0])
            head = FRAME_HEAD.pack(micros % 2**32, number % 2**16, len(t_s))
            for (characteristic, _), counts in zip(self._streams, rows, strict=True):
                payload = head + counts.astype("<i2").tobytes()
                yield Packet(event * _INTERVAL_S, characteristic, payload)

    def _frames(self) -> Iterator[tuple[Floats, list[Floats]]]:
        """Times of each frame's samples, and their counts in each stream, endlessly."""
        n = len(self._t_s)
        step_s = float(self._t_s[-1] - self._t_s[0]) / (n - 1)
        # Standing played backwards is standing: the last seconds go to and fro.
        tail = int(_TAIL_S / 2 / step_s)
        to_and_fro = [*range(n - 2, n - 1 - tail, -1), *range(n - 1 - tail, n)]
        at = 0
        while True:
            k = np.arange(at, at + _PER_FRAME)
            beyond = (k - n) % len(to_and_fro)
            index = np.where(k < n, k, np.asarray(to_and_fro)[beyond])
            yield self._t_s[0] + k * step_s, [counts[index] for _, counts in self._streams]
            at += _PER_FRAME


def _movement(
    options: Options, sets: int, *, rest_s: float, starts_s: float, set_s: float | None
) -> tuple[Person, Piece]:
    """The person, and all sets with the rests around them; see :class:`DemoSensor`."""
    body, movement = (
        np.random.default_rng(each) for each in np.random.SeedSequence(options.seed).spawn(2)
    )
    person = draw_person(body, idealised=options.idealised)
    pieces: list[Piece] = []
    at_s, due_s, pose = 0.0, starts_s, Pose()
    for _ in range(sets):
        worked = one_set(options.exercise, pose, person, options, movement)
        done = next(truth for truth in worked.truths if isinstance(truth, SetTruth))
        before = rest(pose, max(1.0, due_s - at_s - done.start_s), person, movement, fidgets=0)
        pieces += [before, worked]
        begun_s = at_s + _length_s(before)
        at_s = begun_s + _length_s(worked)
        over_s = begun_s + done.end_s + _REACTION_S if set_s is None else due_s + set_s
        due_s = over_s + rest_s
        pose = worked.motion.last
    return person, chain([*pieces, rest(pose, _TAIL_S, person, movement, fidgets=0)])


def _length_s(piece: Piece) -> float:
    return len(piece.motion) / FINE_HZ
