"""Holds: positions kept, from where they are reached to where they are left.

What marks a position depends on where the sensor sits. On the shoe it is the attitude of the foot
(``foot_holds``); on the ankle it is the movement up and down, or the sway of standing on one leg
(``shank_holds``). This file says which of them an exercise is looked for with, and turns stretches
into holds: what a gap or clipping touches, or the edge of the window cuts off, is kept, with
``valid=False`` and the reason.
"""

from __future__ import annotations

from sensing.analysis.foot_holds import Plateau, foot_plateaus
from sensing.analysis.posture import Posture, Span, posture
from sensing.analysis.shank_holds import raised_spans, swaying_spans
from sensing.analysis.steadiness import SHORTEST_S, steadiness
from sensing.events import Hold
from sensing.exercises import Exercise
from sensing.samples import Placement, Samples

SHORTEST_HOLD_S = 1.5
"""Shorter than this is a pause at the top of a raise or a step, not a hold."""

_SETTLED_S = 0.3
"""Left off at either end before steadiness is taken: the transition is not sway."""

_ANKLE_BENDS_DEG = 45.0
"""On the toes the heel is up by 40° at most (25–33° in ten adults with motion capture)."""

_FREE_SHAKE_MPS2 = 0.3
"""A foot pressed to the floor by its toes shakes by 0.05–0.25 m/s², one in the air by 0.35–1.5."""

CUT_OFF = "cut off"
"""Reason of a hold that was under way when the window began or ended."""


def find_holds(window: Samples, exercise: Exercise, placement: Placement) -> list[Hold]:
    """Holds of a given exercise in a closed window, in order.

    A hold under way at the first or last sample is given from or to that edge, with
    ``valid=False`` and the reason "cut off": its duration is not known.
    """
    p = posture(window)
    if placement == "shoe":
        spans = [plateau.span for plateau in foot_plateaus(p, shortest_s=SHORTEST_HOLD_S)]
    elif exercise.name in ("single-leg-balance", "hop-to-balance"):
        spans = swaying_spans(p, shortest_s=SHORTEST_HOLD_S)
    else:
        spans = raised_spans(p, shortest_s=SHORTEST_HOLD_S) or swaying_spans(
            p, shortest_s=SHORTEST_HOLD_S
        )
    return [_hold(window, p, span) for span in spans]


def guess_holds(window: Samples, placement: Placement) -> list[tuple[Hold, str]]:
    """Holds found without being told the exercise, each with its name in the catalogue.

    Strict: a stretch that might as well be standing, sitting or leaning is left alone.
    """
    if placement == "shoe":
        p = posture(window)
        return [
            (_hold(window, p, plateau.span), _name(plateau))
            for plateau in foot_plateaus(p, shortest_s=SHORTEST_HOLD_S)
        ]
    return []


def _name(plateau: Plateau) -> str:
    """A foot tipped further than an ankle bends, or swinging freely, is in the air."""
    lifted = plateau.angle_deg > _ANKLE_BENDS_DEG or plateau.shake_mps2 > _FREE_SHAKE_MPS2
    return "single-leg-balance" if lifted else "calf-raise-hold"


def _hold(window: Samples, p: Posture, span: Span) -> Hold:
    """A stretch of the grid as a hold."""
    start_s = max(p.time_s(span.first), window.time_s(0))
    end_s = min(p.time_s(span.last), window.time_s(len(window)))
    reason = window.fault(start_s, end_s)
    if reason is None and (span.cut_first or span.cut_last):
        reason = CUT_OFF
    part = window.part(
        int(window.position(start_s + _SETTLED_S)), int(window.position(end_s - _SETTLED_S))
    )
    known = reason in (None, CUT_OFF) and len(part) >= SHORTEST_S * window.rate_hz
    return Hold(
        start_s=start_s,
        end_s=end_s,
        steadiness=steadiness(part) if known else None,
        valid=reason is None,
        reason=reason,
    )
