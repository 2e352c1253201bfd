"""A whole recording of one exercise: rest, get ready, the set, rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.core.exercises import find_exercise
from sensing.simulation import box_jumps, holds, hops, leans, raises, walking
from sensing.simulation.motion import FINE_HZ, Piece, Pose, chain, steps, still
from sensing.simulation.options import Options
from sensing.simulation.other_movements import rest
from sensing.simulation.person import Person
from sensing.simulation.poses import change, pose_for
from sensing.simulation.truth import ContactTruth, SetTruth


def one_set(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """Get ready, do one set, return to the pose before."""
    ready = pose_for(exercise, start, options, rng)
    into = change(exercise, start, ready, rng)
    pause = Piece(still(into.motion.last, steps(rng.uniform(0.6, 2.0))))
    done = exercise_piece(exercise, pause.motion.last, person, options, rng)
    first, last = _span(done)
    done = Piece(
        done.motion, (*done.truths, SetTruth(start_s=first, end_s=last, exercise=exercise))
    )
    end = done.motion.last
    after = Piece(still(end, steps(rng.uniform(0.4, 1.2))))
    back = replace(start, x_m=end.x_m, y_m=end.y_m, z_m=end.z_m, heading=end.heading)
    out = change(exercise, end, back, rng)
    return chain([into, pause, done, after, out])


def exercise_piece(
    exercise: str, start: Pose, person: Person, options: Options, rng: np.random.Generator
) -> Piece:
    """The set itself."""
    if exercise in raises.STYLES:
        return raises.raises(exercise, start, person, options, rng)
    if exercise in holds.STYLES:
        return holds.raised_hold(exercise, start, person, options, rng)
    if exercise in walking.DRILLS:
        return walking.drill(exercise, start, person, options, rng)
    match exercise:
        case "single-leg-hop" | "double-leg-hop":
            return hops.hops(exercise, start, person, options, rng)
        case "jumping-calf-raise":
            return hops.jumping_raises(start, person, options, rng)
        case "box-jump":
            return box_jumps.box_jumps(start, person, options, rng)
        case "drop-jump":
            return box_jumps.drop_jumps(start, person, options, rng)
        case "hop-to-balance":
            return hops.hops_to_balance(start, person, options, rng)
        case "single-leg-balance":
            return holds.balance(start, options, rng)
        case "vele-forward-lean":
            return leans.forward_leans(start, options, rng)
        case "short-foot":
            return leans.short_feet(start, options, rng)
    find_exercise(exercise)
    raise AssertionError(f"{exercise} is in the catalogue but not in the simulation")


def whole_recording(person: Person, options: Options, rng: np.random.Generator) -> Piece:
    """One set with rests before and after, and other movements in them as requested."""
    before = after = None
    if options.fidgets is not None:
        before = int(rng.integers(0, options.fidgets + 1))
        after = options.fidgets - before
    first = rest(Pose(), float(rng.uniform(5, 12)), person, rng, fidgets=before)
    still_before = Piece(still(first.motion.last, steps(rng.uniform(0.8, 2.0))))
    worked = one_set(options.exercise, still_before.motion.last, person, options, rng)
    still_after = Piece(still(worked.motion.last, steps(rng.uniform(0.8, 2.0))))
    last = rest(still_after.motion.last, float(rng.uniform(5, 10)), person, rng, fidgets=after)
    return chain([first, still_before, worked, still_after, last])


def _span(done: Piece) -> tuple[float, float]:
    """Start and end of the set, without standing before and after jumps."""
    starts, ends = [], []
    if not done.truths:  # nothing that could be seen
        return 0.0, len(done.motion) / FINE_HZ
    for t in done.truths:
        if isinstance(t, ContactTruth):
            starts.append(t.start_s if t.lands else t.end_s)
            ends.append(t.end_s if t.leaves else t.start_s)
        else:
            starts.append(t.start_s)
            ends.append(t.end_s)
    return min(starts), max(ends)
