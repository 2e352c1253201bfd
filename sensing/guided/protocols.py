"""The catalogue of tests: established protocols, one row each.

A protocol is an exercise with a course (sets, time, beat, rest), preparation and instructions, a
stopping rule and its publications. ``record`` guides through it, and
``sensing/guided/protocol_results.py`` chooses the module of ``sensing/protocol_scoring`` that
scores it. A source that was not read in the original is marked *second hand*.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from sensing.core.errors import UsageError
from sensing.core.exercises import AUTO, CATALOGUE
from sensing.guided.course import Course, Ends
from sensing.protocol_scoring import (
    cadence_test,
    drop_jump_test,
    endurance_test,
    hold_tests,
    ten_to_five,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One row of the catalogue.

    Attributes:
        name: as typed and stored.
        title: as printed.
        exercise: name in the exercise catalogue.
        measured: its results, in one line.
        one_leg: it tests one leg at a time, with one sensor.
        sets, reps, time_s, rest_s, metronome_bpm: the course; see :class:`Course`.
        ends: what ends a set besides.
        prepare: what is needed, one sentence each.
        how: instructions.
        stops: when it is over.
        sources: publications.
    """

    name: str
    title: str
    exercise: str
    measured: str
    one_leg: bool = True
    sets: int = 1
    reps: int | None = None
    time_s: float | None = None
    rest_s: float = 60.0
    metronome_bpm: float | None = None
    ends: Ends = "target"
    prepare: tuple[str, ...]
    how: tuple[str, ...]
    stops: tuple[str, ...]
    sources: tuple[str, ...]

    def course(self, *, countdown_s: float, rest_s: float | None = None) -> Course:
        """Its course, for the guide.

        Args:
            countdown_s: before each set, s.
            rest_s: rest between sets, s; None: that of the protocol.
        """
        return Course(
            sets=self.sets,
            reps=self.reps,
            time_s=self.time_s,
            rest_s=self.rest_s if rest_s is None else rest_s,
            countdown_s=countdown_s,
            metronome_bpm=self.metronome_bpm,
            ends=self.ends,
        )


COUNTDOWN_S = 10.0
"""Before a test, to read the instructions and take up the position."""

_OTHER_LEG = "rest for two minutes, move the sensor to the other leg and repeat"

PROTOCOLS: tuple[Protocol, ...] = (
    Protocol(
        name=endurance_test.NAME,
        title="heel-raise endurance test",
        exercise=endurance_test.EXERCISE,
        measured="raises, peak and total height, work, fatigue",
        metronome_bpm=60.0,
        ends="faltering",
        prepare=(
            "a 10° incline board, or always the same flat floor (norms are for the board)",
            "a wall in front, fingertips on it at shoulder height",
            "ten raises on both legs to the beat, to warm up",
        ),
        how=(
            "one leg, knee and trunk straight",
            "up as high as you can on one beat, down on the next: 30 raises a minute",
            "until you cannot continue; " + _OTHER_LEG,
        ),
        stops=(
            "two raises in a row below half your own height",
            "two raises in a row off the beat, or two beats without a raise",
            (
                "live, each failing raise is prompted, and the third in a row ends the test; "
                "the result comes from the whole recording"
            ),
            (
                "not detected by the sensor, so you or an observer must judge: bending the knee,"
                " leaning the trunk, more than fingertips on the wall"
            ),
        ),
        sources=(
            "board, support, beat, rest and stopping: Sleeswijk Visser, thesis, chapter 3",
            (
                "norms: Hébert-Losier 2017, Physiotherapy 103:446, 566 adults (by decade: "
                "second hand, as quoted by naasphysiotherapy.ie)"
            ),
            (
                "reliability: raises ICC 0.77, SEM 6.7; peak height ICC 0.85, SEM 0.8 cm; work"
                " ICC 0.84 (Byrne 2017, 38 people); raises ICC 0.96, SEM 2.1 (Ross 2000)"
            ),
            (
                "the number of raises alone misleads: a year after Achilles rupture 95 % of the "
                "other leg in raises, but less work (Silbernagel 2009)"
            ),
        ),
    ),
    Protocol(
        name=ten_to_five.NAME,
        title="10-to-5 repeated jump test",
        exercise=ten_to_five.EXERCISE,
        measured="RSI of the best five of ten rebound jumps",
        one_leg=False,
        # Eleven landings: ten rebounds have a flight, the eleventh landing ends it.
        reps=ten_to_five.REBOUNDS + 1,
        prepare=(
            "a firm floor, hands on the hips",
            "warmed up, a few practice jumps",
        ),
        how=(
            "start with one jump, then ten rebound jumps without a pause",
            "as high as possible with contacts as short as possible, legs nearly straight",
            "one trial is enough (Stratford 2020)",
        ),
        stops=("after the eleventh landing",),
        sources=(
            (
                "Harper 2011, BASES Annual Student Conference (its abstract; Comyns 2017 for "
                "ten and five, second hand)"
            ),
            (
                "repetitions: Stratford 2020, Biomechanics 1:1, 25 men: the best are the 7th to"
                " 10th, one trial is enough, ICC 0.92–0.99"
            ),
            "two definitions of RSI: flight/contact and height/contact (Young 1995, second hand)",
            "leg stiffness: Dalleau 2004, Int J Sports Med 25:170",
        ),
    ),
    Protocol(
        name=drop_jump_test.NAME,
        title="drop-jump test",
        exercise=drop_jump_test.EXERCISE,
        measured="RSI and height of the best of three drop jumps from one box",
        one_leg=False,
        sets=drop_jump_test.TRIALS,
        reps=drop_jump_test.LANDINGS,
        prepare=(
            "a box of 20 to 50 cm on a firm floor, its height given with --box",
            "warmed up, a few practice jumps, hands on the hips",
        ),
        how=(
            "stand on the box; at the signal step off it with one foot, without jumping up",
            "land on both feet, jump at once, high from a short contact, land where you took off",
            "three trials with a minute of rest; then the next box, as a test of its own",
        ),
        stops=("each trial after the second landing",),
        sources=(
            (
                "three trials from each box, and its reliability: Markwick 2015, Int J Sports "
                "Physiol Perform 10:482 (abstract; 13 men: RSI from 20, 40 and 50 cm ICC 0.95–0.99,"
                " CV 2–3 %)"
            ),
            (
                "three trials from 30 and 40 cm: ICC 0.93–0.95, CV 8–11 %; not interchangeable "
                "with the 10-to-5 test (Stratford, Dos'Santos, McMahon; abstract; 30 men)"
            ),
            "two definitions of RSI: flight/contact and height/contact (Young 1995, second hand)",
        ),
    ),
    Protocol(
        name=cadence_test.NAME,
        title="20 s single-leg hop cadence",
        exercise=cadence_test.EXERCISE,
        measured="hops in 20 s, cadence, contact and flight times, regularity, stiffness",
        # Two seconds more, to begin: the result is of 20 s from the first landing on.
        time_s=cadence_test.LENGTH_S + 2.0,
        prepare=("a firm floor, something to hold on to within reach",),
        how=(
            "begin at the signal, on one leg, on the forefoot",
            "quick, even hops, as fast as stays springy (about three a second)",
            "continue until the end signal; " + _OTHER_LEG,
        ),
        stops=("after 22 s; the 20 s from the first landing count",),
        sources=(
            "the usual training dose (3 × 20 s); no published norm",
            "rates studied on one leg: 1.5, 2.2, 3.0 a second (Diggin; second hand)",
            (
                "leg stiffness: Dalleau 2004, Int J Sports Med 25:170; varies by 14–15 % "
                "between days (Maloney 2015)"
            ),
        ),
    ),
    Protocol(
        name=hold_tests.HOLD,
        title="heel-raise hold to failure",
        exercise=hold_tests.HOLD_EXERCISE,
        measured="time held, sway and tremor from beginning to end",
        ends="let-go",
        prepare=("a wall in front, fingertips on it at shoulder height",),
        how=(
            "stand still on both feet, then rise onto the toes of one leg, as high as possible",
            "hold, knee straight, until the heel comes down; " + _OTHER_LEG,
        ),
        stops=(
            "when the heel comes down: it ends by itself",
            "a heel that sinks slowly is not detected",
        ),
        sources=(
            "no published protocol or norm for the hold without load is known to Anklet",
            "tremor band of the calf: Pozos 1982, J Appl Physiol 52",
            "family of steadiness measures: Mancini 2012, J NeuroEng Rehabil 9:59",
        ),
    ),
    Protocol(
        name=hold_tests.BALANCE,
        title="single-leg balance, 3 × 15 s",
        exercise=hold_tests.BALANCE_EXERCISE,
        measured="time and sway of each trial, best and mean",
        sets=hold_tests.TRIALS,
        time_s=hold_tests.TRIAL_S,
        rest_s=30.0,
        ends="let-go",
        prepare=("barefoot or always in the same shoes, eyes open, a firm floor",),
        how=(
            "stand still on both feet, hands on the hips, then lift the other foot",
            "hold still for 15 s; three trials with 30 s of rest",
            "then move the sensor to the other leg and repeat",
        ),
        stops=("after 15 s, or when the foot comes down",),
        sources=(
            (
                "three trials, best and mean: Springer 2007, J Geriatr Phys Ther 30:8 "
                "(abstract; 549 people, trials of up to 45 s, so its times are no norm for 15 "
                "s)"
            ),
            "a sensor at the ankle tells easy from hard balance: myAnkle, JMIR Rehab 2016",
            "family of sway measures: Mancini 2012, J NeuroEng Rehabil 9:59",
        ),
    ),
)

_BY_NAME = {row.name: row for row in PROTOCOLS}


def find_protocol(name: str) -> Protocol:
    """Row of the catalogue with this name.

    Raises:
        UsageError: there is none; the message suggests similar names.
    """
    row = _BY_NAME.get(name)
    if row is not None:
        return row
    near = _near(name, list(_BY_NAME))
    hint = f"did you mean {' or '.join(near)}?" if near else "`anklet protocols` lists them"
    raise UsageError(f"there is no protocol {name!r}", remedy=hint)


def protocol_or_exercise(name: str) -> Protocol | None:
    """The protocol of this name; None if it is the name of an exercise.

    Raises:
        UsageError: it is neither; the message suggests similar names of both.
    """
    exercises = [*(row.name for row in CATALOGUE), AUTO]
    if name in _BY_NAME or name in exercises:
        return _BY_NAME.get(name)
    near = _near(name, [*exercises, *_BY_NAME])
    hint = f"did you mean {' or '.join(near)}?" if near else "`anklet exercises` lists them"
    raise UsageError(f"there is no exercise or protocol {name!r}", remedy=hint)


def _near(name: str, names: list[str]) -> list[str]:
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    # "hopp" resembles no whole name, but a word in several.
    words = {word: known for known in reversed(names) for word in known.split("-")}
    return near or [words[w] for w in difflib.get_close_matches(name, words, n=3, cutoff=0.6)]
