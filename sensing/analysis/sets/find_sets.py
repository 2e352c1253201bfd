"""What was done in a closed window: each stretch goes to the analysis of its own kind.

With a given exercise the window is searched for it alone; walking and running are set aside first,
because a step is an upward movement, too. Without one, kinds are sought in the order in which they
are hardest to confuse: rhythmic impacts (hops; walking and running, which are no set), positions
held, and in the rest movements repeated at least four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sensing.analysis.gait.rhythm import Stretch, walking_and_running
from sensing.analysis.gait.walking_drills import find_walks
from sensing.analysis.holds.find_holds import detect_holds, find_holds
from sensing.analysis.holds.lean_holds import LEAN, detect_leans, find_leans
from sensing.analysis.hops.contact_kinds import apart
from sensing.analysis.hops.contact_times import find_hops
from sensing.analysis.reps.count_reps import find_reps
from sensing.analysis.reps.name_reps import name_reps
from sensing.analysis.sets.hops_or_gait import stretches_of_steps
from sensing.core.events import STAND, Hold, Hop, Rep, Set
from sensing.core.exercises import CALF_RAISE, Exercise, find_exercise
from sensing.core.samples import Samples, Worn
from sensing.profile.hold_reference import beside_quiet
from sensing.profile.profile import Profile

_ANY_HOP = "single-leg-hop"
"""Name of a series of hops where the exercise is not given: one leg cannot be told from two."""

# Constants, chosen by hand on simulated recordings and people's shoes; not fitted.

_LEAST_PIECE_S = 3.0
"""s between steps that may hold a set of reps. Larger: short sets are missed; smaller: fragments of
walking are searched."""
_REST_AROUND_S = 1.0
"""s kept around a series of hops. Larger: neighbouring movement gets in; smaller: the first and the
last contact lack context."""
_LEAST_DETECTED_HOPS = 2
"""Contacts of a series where the exercise is not given; told, a single one counts. Larger: pairs
are missed; smaller: knocks are sets."""
_JUMPS_S = 1.0
"""s; exercises with longer contacts consist of single jumps, each a set if need be. Fixed by the
catalogue: 0.6 s for hops, 1.2 s and more for jumps."""
_NEXT_JUMP_S = 8.0
"""s from one landing to the next jump of the same set: back onto the box, and a breath. Larger: two
sets become one; smaller: every jump is a set."""
_DROP_JUMP = 2
"""Contacts of a drop jump: the rebound and the landing after it. Fixed by what it is."""
_HOLD_BEYOND_S = 10.0
"""s; a longer hold counts even where raises were found in it. Larger: long holds become raises;
smaller: slow raises become holds."""
_WORKED = 0.4
"""Share of a hold that may be full of reps, as a leg sways as much in a set of raises. Larger: sets
of raises become holds; smaller: holds are lost to chance reps."""
_HOPS_TO_HOLD_S = 4.0
"""s from the last hop to its hold. Larger: unrelated holds join; smaller: slow balances are
apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Sets of a window, in order of time, and its stretches of steps."""

    sets: tuple[Set, ...]
    steps: tuple[Stretch, ...]


def find_sets(
    window: Samples, exercise: Exercise | None, placement: Worn, profile: Profile
) -> Sets:
    """Sets in a closed window.

    Args:
        window: closed window of samples.
        exercise: row of the catalogue, or None to detect it.
        placement: where the sensor is worn.
        profile: calibrated values.
    """
    gait = walking_and_running(window)
    steps = tuple(stretches_of_steps(window, placement, gait))
    if exercise is None:
        found = _unknown(window, gait, steps, placement, profile)
    elif exercise.kind == "reps":
        found = _rep_sets(window, steps, exercise, placement, profile)
    elif exercise.kind == "hops":
        found = hop_sets(window, exercise, placement, profile, gait)
    elif exercise.kind == "hold":
        found = [
            hold_set(hold, exercise.name)
            for hold in beside_quiet(
                find_holds(window, exercise, placement, mounting=profile.mounting),
                profile.hold,
                exercise.name,
                placement,
            )
        ]
    elif exercise.kind == "lean":
        found = [lean_set(holds) for holds in _leans(window, steps, placement, profile, told=True)]
    elif not exercise.is_seen:
        found = []
    elif exercise.kind == "hops-and-hold":
        found = _hops_and_holds(window, exercise, placement, profile, gait)
    else:
        found = [
            Set(start_s=w.start_s, end_s=w.end_s, exercise=exercise.name, steps=w.steps)
            for w in find_walks(window)
        ]
    return Sets(sets=tuple(sorted(found, key=lambda each: each.start_s)), steps=steps)


def rep_set(reps: tuple[Rep, ...], exercise: str) -> Set:
    """A set of reps."""
    return Set(start_s=reps[0].start_s, end_s=reps[-1].end_s, exercise=exercise, reps=reps)


def hop_set(hops: tuple[Hop, ...], exercise: str) -> Set:
    """A set of hops and of the stands between them; it ends with the last contact."""
    last = hops[-1]
    end_s = last.contact_s if last.takeoff_s is None else last.takeoff_s
    contacts, stands = apart(hops)
    return Set(
        start_s=hops[0].contact_s, end_s=end_s, exercise=exercise, hops=contacts, stands=stands
    )


def hold_set(hold: Hold, exercise: str) -> Set:
    """A set of one hold."""
    return Set(start_s=hold.start_s, end_s=hold.end_s, exercise=exercise, holds=(hold,))


def lean_set(holds: tuple[Hold, ...]) -> Set:
    """A set of leans."""
    return Set(start_s=holds[0].start_s, end_s=holds[-1].end_s, exercise=LEAN, holds=holds)


def _leans(
    window: Samples,
    steps: tuple[Stretch, ...],
    placement: Worn,
    profile: Profile,
    *,
    told: bool,
) -> list[tuple[Hold, ...]]:
    """Sets of leans between stretches of steps; the foot stays flat, so a shoe sees none."""
    if placement == "shoe":
        return []
    away = [(s.start_s, s.end_s) for s in steps]
    find = find_leans if told else detect_leans
    return [holds for piece in pieces(window, away) for holds in find(piece, profile.mounting)]


def _rep_sets(
    window: Samples,
    steps: tuple[Stretch, ...],
    exercise: Exercise,
    placement: Worn,
    profile: Profile,
) -> list[Set]:
    own = profile.rep_of(exercise.name, placement)
    walks = [(s.start_s, s.end_s) for s in steps if s.kind != "hop"]
    return [
        rep_set(reps, exercise.name)
        for reps in find_reps(window, exercise.look, profile, own=own, steps=walks)
    ]


def hop_sets(
    window: Samples,
    exercise: Exercise,
    placement: Worn,
    profile: Profile,
    gait: Sequence[Stretch] | None = None,
) -> list[Set]:
    """Sets of hops; the series of an exercise of single jumps are one set while they go on."""
    series = find_hops(window, exercise.look, placement, profile, gait)
    if exercise.look.contact_s[1] <= _JUMPS_S:
        return [hop_set(hops, exercise.name) for hops in series]
    together: list[tuple[Hop, ...]] = []
    for hops in map(_from_the_fall, series) if exercise.look.from_box else series:
        if len(hops) < exercise.least_contacts:
            continue
        if together and hops[0].contact_s - together[-1][-1].contact_s < _NEXT_JUMP_S:
            together[-1] += hops
        else:
            together.append(hops)
    return [hop_set(hops, exercise.name) for hops in together]


def _from_the_fall(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """A drop jump without what was seen of the step off the box, which is no ground contact."""
    stepped = ("soft", "unclear", STAND)
    while len(hops) > _DROP_JUMP and hops[0].reasons.get("contact_time_s") in stepped:
        hops = hops[1:]
    return hops


def _hops_and_holds(
    window: Samples,
    exercise: Exercise,
    placement: Worn,
    profile: Profile,
    gait: Sequence[Stretch],
) -> list[Set]:
    """Each series of hops with the hold right after it; other holds are sets of their own."""
    series = find_hops(window, exercise.look, placement, profile, gait)
    landings_s = [hop.contact_s for hops in series for hop in hops]
    holds = find_holds(window, exercise, placement, landings_s, profile.mounting)
    sets: list[Set] = []
    for hops in series:
        one = hop_set(hops, exercise.name)
        after = [h for h in holds if h.end_s - one.end_s >= 0.0 and h.start_s > one.start_s]
        after = [h for h in after if h.start_s - one.end_s < _HOPS_TO_HOLD_S]
        if after:
            holds.remove(after[0])
            one = replace(one, holds=(after[0],), end_s=after[0].end_s)
        sets.append(one)
    return sets + [hold_set(hold, exercise.name) for hold in holds]


def _unknown(
    window: Samples,
    gait: Sequence[Stretch],
    steps: tuple[Stretch, ...],
    placement: Worn,
    profile: Profile,
) -> list[Set]:
    found: list[Set] = []
    look = find_exercise(_ANY_HOP).look
    for start_s, end_s in _spans_of_hops(steps):
        part = between(window, start_s - _REST_AROUND_S, end_s + _REST_AROUND_S)
        found += [
            hop_set(hops, _ANY_HOP)
            for hops in find_hops(part, look, placement, profile, gait)
            if len(hops) >= _LEAST_DETECTED_HOPS
        ]
    away = [(s.start_s, s.end_s) for s in steps]
    leans = _leans(window, steps, placement, profile, told=False)
    found += [lean_set(holds) for holds in leans]
    away += [(holds[0].start_s, holds[-1].end_s) for holds in leans]
    own = profile.rep_of(None, placement)
    raises = [
        rep_set(reps, name)
        for reps in find_reps(window, find_exercise(CALF_RAISE).look, profile, named=False, own=own)
        if (name := name_reps(reps, placement, own)) is not None
    ]
    for hold, name in detect_holds(window, placement, profile.mounting):
        inside = [s for s in raises if s.start_s < hold.end_s and hold.start_s < s.end_s]
        if any(hold.start_s < b and a < hold.end_s for a, b in away):
            continue
        worked_s = sum(min(s.end_s, hold.end_s) - max(s.start_s, hold.start_s) for s in inside)
        held_s = hold.end_s - hold.start_s
        if inside and (held_s < _HOLD_BEYOND_S or worked_s > _WORKED * held_s):
            continue
        raises = [s for s in raises if s not in inside]
        found.append(hold_set(hold, name))
    return [replace(each, guessed=True) for each in found + raises]


def _spans_of_hops(steps: tuple[Stretch, ...]) -> list[tuple[float, float]]:
    """Stretches of hops, merged where their surroundings overlap."""
    spans: list[tuple[float, float]] = []
    for stretch in steps:
        if stretch.kind != "hop":
            continue
        if spans and stretch.start_s - spans[-1][1] <= 2 * _REST_AROUND_S:
            spans[-1] = (spans[-1][0], max(spans[-1][1], stretch.end_s))
        else:
            spans.append((stretch.start_s, stretch.end_s))
    return spans


def pieces(window: Samples, away: list[tuple[float, float]]) -> list[Samples]:
    """Parts of a window between the stretches ``away`` that are long enough for a set."""
    out = []
    begin_s = window.time_s(0)
    for start_s, end_s in [*sorted(away), (window.time_s(len(window)), float("inf"))]:
        if start_s - begin_s >= _LEAST_PIECE_S:
            out.append(between(window, begin_s, start_s))
        begin_s = max(begin_s, end_s)
    return out


def between(window: Samples, start_s: float, end_s: float) -> Samples:
    """Part of a window between two times."""
    return window.part(round(window.position(start_s)), round(window.position(end_s)))
