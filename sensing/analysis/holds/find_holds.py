"""Holds: positions from the moment they are reached to the moment they are left.

What marks a position depends on where the sensor sits: on the shoe the attitude of the foot
(``foot_holds``, ``foot_stance``), on the ankle the movement up and down or the sway of standing on
one leg (``shank_holds``). This file chooses between them by exercise; ``hold_figures`` turns the
stretches into holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sensing.analysis.holds.foot_holds import Plateau, foot_plateaus
from sensing.analysis.holds.foot_stance import Stance, one_leg_stances
from sensing.analysis.holds.gentle_pieces import gentle_pieces
from sensing.analysis.holds.hold_figures import How, hold_of
from sensing.analysis.holds.shank_holds import detected_holds, one_leg_holds, raised_holds
from sensing.analysis.holds.shank_sway import settled
from sensing.analysis.signals.foot_frame import foot_frame
from sensing.analysis.signals.posture import Posture, Span, posture
from sensing.core.events import Hold
from sensing.core.exercises import Exercise
from sensing.core.samples import Samples, Worn
from sensing.profile.mounting import Mounting

RAISE = "calf-raise-hold"
BALANCE = "single-leg-balance"

_ON_ONE_LEG = (BALANCE, "hop-to-balance")

# Constants, chosen by hand on people's shoes (n = 6, 30 recordings, 82 holds of 2 s and more); not
# fitted. Measured by tests/sensitivity.py, × 0.8 and × 1.25, for `auto`: 0.95 of the holds found,
# 0.86 of these within 0.7 s, all named right, 9 false.

SHORTEST_HOLD_S = 1.5
"""s; shorter is a pause at the top of a raise, or a step. Larger: short holds are missed; smaller:
pauses are reported. Measured: nothing changes."""
SHORTEST_DETECTED_S = 1.7
"""s; the same where the exercise is not given: many movements pass through a position for 1.5 s.
Larger: 0.89 found, 7 false; smaller: 16 false."""
_ANKLE_BENDS_DEG = 45.0
"""°; a foot tipped further is in the air: on the toes the heel rises by 40° at most (25–33°, motion
capture, n = 10). Larger: feet lifted high are called raised heels; smaller: the reverse. Measured:
no change; 0.97 named right."""
_FREE_SHAKE_MPS2 = 0.3
"""m/s²; a foot pressed to the floor shakes less (0.05–0.25), one in the air more (0.35–1.5).
Larger: lifted feet are called raised heels; smaller: the reverse. Measured: 0.99 and
0.97 named right."""
_HOPPING_SHAKE_MPS2 = 1.6
"""m/s²; the free foot of someone hopping on the other shakes more. Larger: such a foot is a balance
(10 false); smaller: unsteady balances are missed."""
_BRISK_DPS = 110.0
"""°/s; fastest rate up plus fastest rate down. A raise of 25° in 0.5 s reaches 90 °/s on the way up
alone (minimum jerk); a heel that comes up because the knee bends 40–100 both ways. Larger: 0.89
found; smaller: 16 false."""
_STANCE_SCORE = 1.1
"""Score of standing on one leg (``foot_stance``) that other activities with the foot flat seldom
reach. Larger: 0.89 found, 7 false; smaller: 0.98 found, 15 false."""
_STANCE_YAW_DPS = 0.9
"""°/s; a foot that turns on the spot faster is not standing alone. Larger: no change; smaller: 0.93
found."""
_STANCE_TIPS_DEG = 7.0
"""°; a foot tipped further from side to side stands on its edge: its owner leans over. Larger: 11
false; smaller: 0.94 found, 8 false."""


def find_holds(
    window: Samples,
    exercise: Exercise,
    placement: Worn,
    landings_s: Sequence[float] = (),
    mounting: Mounting | None = None,
) -> list[Hold]:
    """Holds of a given exercise in a closed window, in order.

    A hold in progress at the first or last sample starts or ends there; its duration is unknown,
    with the reason "cut off".

    Args:
        window: the window.
        exercise: what is held.
        placement: where the sensor is worn.
        landings_s: initial contacts of hops that end in a balance, s.
        mounting: how the sensor sits, if calibrated.
    """
    on_one_leg = exercise.name in _ON_ONE_LEG
    if placement == "shoe":
        p = posture(window)
        plateaus, stances = _on_shoe(p, SHORTEST_HOLD_S)
        spans = [plateau.span for plateau in plateaus]
        if on_one_leg:
            spans += [stance.span for stance in stances]
        return [hold_of(window, p, span, "shoe", mounting) for span in _in_order(spans)]
    if landings_s:
        p = posture(window)
        landings = [(t - p.t0_s) * p.rate_hz for t in landings_s]
        spans = one_leg_holds(p, shortest_s=SHORTEST_HOLD_S)
        return [
            hold_of(window, p, _after_landing(p, span, landings), "landing", mounting)
            for span in spans
        ]
    look_for = one_leg_holds if on_one_leg else raised_holds
    how: How = "one leg" if on_one_leg else "raised" if exercise.name == RAISE else "loaded"
    return [
        hold_of(window, p, _of_window(window, piece, span), how, mounting)
        for piece in gentle_pieces(window)
        for p in [posture(piece)]
        for span in _in_order(look_for(p, shortest_s=SHORTEST_HOLD_S))
    ]


def _of_window(window: Samples, piece: Samples, span: Span) -> Span:
    """The same span; only the end of the window cuts a hold off, walking away ends it."""
    return replace(
        span,
        cut_first=span.cut_first and piece.start == window.start,
        cut_last=span.cut_last and piece.stop == window.stop,
    )


def detect_holds(
    window: Samples, placement: Worn, mounting: Mounting | None = None
) -> list[tuple[Hold, str]]:
    """Holds where the exercise is not given, each with its name in the catalogue.

    Strict: a stretch that may be standing, sitting or leaning is not reported.
    """
    if placement == "shoe":
        p = posture(window)
        named = _named_on_shoe(p)
        return [(hold_of(window, p, span, "shoe", mounting), name) for span, name in named]
    return [
        (
            hold_of(
                window,
                p,
                _of_window(window, piece, span),
                "raised" if raised else "one leg",
                mounting,
            ),
            RAISE if raised else BALANCE,
        )
        for piece in gentle_pieces(window)
        for p in [posture(piece)]
        for span, raised in detected_holds(p)
    ]


def _named_on_shoe(p: Posture) -> list[tuple[Span, str]]:
    plateaus, stances = _on_shoe(p, SHORTEST_DETECTED_S)
    named = [(plateau.span, name) for plateau in plateaus if (name := _name(plateau)) is not None]
    named += [
        (stance.span, BALANCE)
        for stance in stances
        if stance.score > _STANCE_SCORE
        and stance.yaw_dps < _STANCE_YAW_DPS
        and stance.tips_deg < _STANCE_TIPS_DEG
    ]
    return sorted(named, key=lambda one: one[0].first)


def _after_landing(p: Posture, span: Span, landings: list[float]) -> Span:
    """The span from when the last landing in its first half has settled."""
    inside = [k for k in landings if span.first - p.rate_hz < k < (span.first + span.last) / 2]
    if not inside:
        return span
    return replace(span, first=settled(p, max(inside), span.last), cut_first=False)


def _on_shoe(p: Posture, shortest_s: float) -> tuple[list[Plateau], list[Stance]]:
    """Stretches with the foot held up, and of standing on it alone."""
    foot = foot_frame(p)
    if foot is None:
        return [], []
    return (
        foot_plateaus(p, foot, shortest_s=shortest_s),
        one_leg_stances(p, foot, shortest_s=shortest_s),
    )


def _name(plateau: Plateau) -> str | None:
    """Exercise of a plateau, or None if it may be anything.

    A foot tipped further than an ankle bends, or swinging freely, is in the air.
    """
    if plateau.brisk_dps < _BRISK_DPS or plateau.shake_mps2 > _HOPPING_SHAKE_MPS2:
        return None
    lifted = plateau.angle_deg > _ANKLE_BENDS_DEG or plateau.shake_mps2 > _FREE_SHAKE_MPS2
    return BALANCE if lifted else RAISE


def _in_order(spans: list[Span]) -> list[Span]:
    """Sorted by time, without the later of two that overlap."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.first):
        if not kept or span.first >= kept[-1].last:
            kept.append(span)
    return kept
