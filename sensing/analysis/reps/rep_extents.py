"""Where each rep of a set lies, and how it may go: the windows it is fitted in and first guesses.

A window takes in both rests, which separate the straight line from the movement, but not the next
rep.
"""

from __future__ import annotations

import numpy as np

from sensing.analysis.reps.raise_signals import RaiseSignals
from sensing.core.exercises import Look
from sensing.core.units import Floats, Ints

_LONGEST_REP = 1.3
"""Longest window, in the set's median rep."""
_REST_S = 0.35
"""s of rest at both ends of a rep's window, which separates the straight line from the movement."""
_SOON_S = 4.0
"""s within which the end of a pulse is looked for first. It changes cost only."""
_STARTS = (
    (1.0, 0.35, 0.05),
    (1.4, 0.6, 0.05),
    (1.0, 0.9, 0.05),
    (1.0, 0.4, 0.5),
    (1.4, 0.65, 0.3),
)
"""Raise in widths of its pulse, lowering and hold as shares of what is left. All raises longer:
right for simulated tremor, wrong for brisk people; none: the other way round."""


def fastest_of(slow: Floats, at: Ints) -> Ints:
    """Grid position of the fastest slow rising near each position, shape (n,)."""
    reach = max(1, int(0.2 * float(np.median(np.diff(at))))) if len(at) > 1 else 1
    found = [
        max(0, k - reach) + int(np.argmax(slow[max(0, k - reach) : k + reach + 1])) for k in at
    ]
    return np.array(found, dtype=np.int64)


def expected(signals: RaiseSignals, at: Ints, usual_s: Floats) -> tuple[Floats, Floats]:
    """First and last grid position of each rep's window, shape (n,) each, if the reps last as
    expected, shape (3,), s."""
    rate = signals.rate_hz
    start = at - 0.5 * usual_s[0] * rate
    end = start + usual_s.sum() * rate
    room = 0.2 * usual_s.sum() * rate + _REST_S * rate
    first, last = start - _REST_S * rate, end + room
    last[:-1] = np.minimum(last[:-1], np.maximum(start[1:] + 0.15 * rate, at[:-1] + 0.5 * rate))
    first[1:] = np.maximum(first[1:], np.minimum(end[:-1], start[1:] - 0.1 * rate))
    return np.maximum(first, 0.0), np.minimum(last, len(signals) - 1.0)


def extents(v: Floats, rate_hz: float, at: Ints, look: Look) -> tuple[Floats, Floats]:
    """First and last grid position of each rep's window, with both rests, without neighbours.

    Args:
        v: slow velocity, shape (p,), m/s.
        rate_hz: of the grid.
        at: grid positions of its maxima, shape (n,).
        look: usual durations of the exercise.

    Returns:
        Two of shape (n,).
    """
    onset = np.empty(len(at))
    for i, k in enumerate(at):
        back = int(max(0, k - 1.2 * look.rise_s[1] * rate_hz))
        quiet = np.flatnonzero(v[back : k + 1] < 0.05 * v[k])
        onset[i] = back + quiet[-1] if len(quiet) else back
    whole_s = look.rise_s[1] + look.lower_s[1] + 3.0
    usual = np.median(np.diff(onset)) if len(at) > 2 else whole_s * rate_hz
    longest = min(whole_s * rate_hz, max(1.6 * float(usual), float(usual) + 1.5 * rate_hz))
    following = np.append(onset[1:], len(v) - 1.0)
    last = np.minimum(following + 0.15 * rate_hz, onset + longest)
    first = np.maximum(onset - 0.7 * rate_hz, 0.0)
    first[1:] = np.maximum(first[1:], onset[:-1] + 0.3 * (onset[1:] - onset[:-1]))
    return first, np.maximum(last, at + 0.5 * rate_hz)


def without_neighbours(
    theta_s: Floats, first: Floats, last: Floats, rate_hz: float
) -> tuple[Floats, Floats]:
    """Windows from the end of the last rep to the start of the next, shape (n,) each.

    No window is much longer than the set's own reps: what follows the last one (a step, a shift of
    weight) is not its lowering.
    """
    start = theta_s[:, 0] * rate_hz
    whole = theta_s[:, 1:].sum(axis=1) * rate_hz
    end = start + np.minimum(whole, _LONGEST_REP * float(np.median(whole)))
    rest = _REST_S * rate_hz
    first = np.maximum(np.minimum(first, start - rest), start - 3 * rest)
    first[1:] = np.maximum(first[1:], np.minimum(end[:-1], start[1:] - 0.1 * rate_hz))
    last = np.minimum(np.maximum(last, end + rest), end + 2 * rest)
    last[:-1] = np.minimum(last[:-1], np.maximum(start[1:], end[:-1] + 0.1 * rate_hz))
    return np.maximum(first, 0.0), last


def rises_of(v: Floats, rate_hz: float, at: Ints) -> Floats:
    """Duration of each way up by the width of its pulse, shape (n,), s."""
    rises = np.empty(len(at))
    for i, k in enumerate(at.tolist()):
        left, right = (_below(way, 0.5 * float(v[k]), rate_hz) for way in (v[k::-1], v[k:]))
        # A minimum-jerk pulse is 0.54 of its length wide at half its height.
        rises[i] = max((left + right) / rate_hz / 0.54, 0.1)
    return rises


def _below(v: Floats, limit: float, rate_hz: float) -> int:
    """Points until v is below a limit, or all of them; it mostly is within seconds."""
    for reach in (int(_SOON_S * rate_hz), len(v)):
        below = v[:reach] < limit
        if below.any():
            return int(np.argmax(below))
    return len(v) - 1


def guesses_of(at_s: Floats, rises_s: Floats, last_s: Floats, look: Look) -> list[Floats]:
    """Several starts for each rep, each shape (n, 4): raises by the pulse's width, lowerings.

    Two of the raises are longer, for tremor cuts a slow pulse in two, and the fit then stays with
    the half it began with.
    """
    out = []
    for wide, share, stay in _STARTS:
        rise = np.clip(wide * np.clip(rises_s, 0.2, None), 0.2, 1.5 * look.rise_s[1])
        start = at_s - rise / 2
        room = np.maximum(last_s - start - rise, 0.4)
        lower = np.clip(share * room, 0.3, 1.3 * look.lower_s[1])
        out.append(np.column_stack([start, rise, stay * room, lower]))
    return out
