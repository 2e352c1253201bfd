"""The analysis of a recording: samples in, sets out, the same however the samples arrive.

The segmenter cuts the stream into windows between rests; each window, once closed, is analysed as
a whole by pure functions (``sensing/analysis``), and its sets are returned once. ``analyse`` runs
a whole recording through the same :class:`Analyser`.

With the exercise given, a window is searched for that exercise alone. With ``auto`` (None here) it
is first searched for what was done, and each stretch gets the analysis of its kind (``find_sets``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sensing.analysis.sets.bouts import bouts_of
from sensing.analysis.sets.find_sets import find_sets
from sensing.analysis.sets.placement import find_placement
from sensing.analysis.sets.segment import Segmenter, params_for
from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.core.events import Analysis, Bout, Set
from sensing.core.exercises import AUTO, Exercise, find_exercise
from sensing.core.samples import Placement, Recording, Samples, rules_for
from sensing.profile.profile import UNCALIBRATED, Profile
from sensing.profile.sensor_correction import corrected

PLACEMENT_UNKNOWN = (
    "placement unknown: the signal does not show where the sensor was worn, so it was analysed as "
    "if on the ankle; specify it with --placement"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedWindow:
    """What one closed window held, and where it lies on the recording's clock, s."""

    start_s: float
    end_s: float
    sets: tuple[Set, ...]
    bouts: tuple[Bout, ...]


@dataclass(slots=True)
class Analyser:
    """Takes the samples of one recording in pieces and returns what each closed window held.

    Args:
        exercise: row of the catalogue, or None to detect it.
        placement: where the sensor is worn; if unknown, the rules of the ankle are used.
        profile: calibrated values of this athlete, sensor and placement.
    """

    exercise: Exercise | None
    placement: Placement
    profile: Profile = UNCALIBRATED
    _segmenter: Segmenter | None = field(default=None, init=False)
    _stop: int = field(default=-1, init=False)

    def push(self, samples: Samples) -> list[AnalysedWindow]:
        """Take the next samples. A new block (its index does not follow) ends the one before."""
        samples = corrected(samples, self.profile.sensor)
        found: list[AnalysedWindow] = []
        if samples.start != self._stop:
            found += self.finish()
        if self._segmenter is None:
            self._segmenter = Segmenter(
                samples.rate_hz, params_for(self.exercise, self.profile.rep)
            )
        self._stop = samples.stop
        found += [self._analyse(window) for window in self._segmenter.push(samples)]
        return found

    def finish(self) -> list[AnalysedWindow]:
        """The recording, or a block of it, ended."""
        if self._segmenter is None:
            return []
        windows = self._segmenter.finish()
        self._segmenter = None
        self._stop = -1
        return [self._analyse(window) for window in windows]

    def _analyse(self, window: Samples) -> AnalysedWindow:
        sets = find_sets(window, self.exercise, rules_for(self.placement), self.profile)
        return AnalysedWindow(
            start_s=window.time_s(0),
            end_s=window.time_s(len(window)),
            sets=sets.sets,
            bouts=bouts_of(window, sets),
        )


def stream(recording: Recording, analyser: Analyser) -> Iterator[AnalysedWindow]:
    """Run a whole recording through an analyser, block by block."""
    for block in recording.blocks:
        yield from analyser.push(block)
        yield from analyser.finish()


def placement_of(recording: Recording) -> Placement:
    """Where the sensor is worn as far as its steps tell, from the longest block as it was read.

    It is judged before any correction, because which correction to use depends on it.
    """
    return find_placement(max(recording.blocks, key=len))


def analyse(
    recording: Recording,
    exercise: str = AUTO,
    placement: Placement | None = None,
    profile: Profile = UNCALIBRATED,
) -> Analysis:
    """Everything found in a recording.

    Args:
        recording: what was read.
        exercise: a name from the catalogue, or ``auto``.
        placement: where the sensor is worn; None detects it from the signal, and if that does not
            tell, the rules of the ankle are used, the usual place.
        profile: calibrated values to use.

    Raises:
        UsageError: there is no such exercise.
    """
    row = None if exercise == AUTO else find_exercise(exercise)
    placement_used = placement_of(recording) if placement is None else placement
    found = list(stream(recording, Analyser(row, placement_used, profile)))
    sets = tuple(each for window in found for each in window.sets)
    return Analysis(
        exercise=exercise,
        placement=placement_used,
        placement_found=placement is None,
        rate_hz=recording.rate_hz,
        duration_s=recording.duration_s,
        samples=recording.samples,
        lost_samples=recording.lost_samples,
        clipped_samples=recording.clipped_samples,
        sets=sets,
        bouts=tuple(each for window in found for each in window.bouts),
        engine=ALGORITHM_VERSION,
        profile=profile.name or None,
        notes=(
            *recording.notes,
            *unseen_notes(row, placement_used),
            *((PLACEMENT_UNKNOWN,) if placement_used == "unknown" else ()),
            *profile_notes(sets, profile),
        ),
    )


def unseen_notes(exercise: Exercise | None, placement: Placement) -> tuple[str, ...]:
    """What the sensor can't see of an exercise that was asked for."""
    if exercise is not None and not exercise.is_seen:
        unseen = f"the sensor can't see {exercise.name}: the ankle does not move in it"
        return (f"{unseen}, so nothing is counted; `anklet record` runs it as a timer",)
    if exercise is not None and exercise.kind == "lean" and placement == "shoe":
        unseen = f"a sensor on the shoe can't see {exercise.name}"
        return (f"{unseen}: the foot stays flat; wear it on the ankle",)
    return ()


def profile_notes(sets: Iterable[Set], profile: Profile) -> tuple[str, ...]:
    """What has to be said about sets that a profile was used on."""
    sets = list(sets)
    notes = []
    hops = [hop for each in sets for hop in each.hops if hop.takeoff_s is not None]
    strange = sum(not hop.calibrated for hop in hops)
    if profile.contact is not None and strange:
        notes.append(
            f"{strange} of {len(hops)} hops don't look like those that profile {profile.name!r} "
            "learnt from (another person, side, style or strap); they are timed without it"
        )
    reps = [rep for each in sets for rep in each.reps]
    strange = sum(not rep.calibrated for rep in reps)
    if profile.rep is not None and strange:
        notes.append(
            f"{strange} of {len(reps)} reps don't look like the {profile.rep.exercise} that "
            f"profile {profile.name!r} learnt from (another exercise, person, side or tempo, or a "
            "loose strap); they are counted and timed without it"
        )
    return tuple(notes)
