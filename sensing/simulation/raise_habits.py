"""How a simulated person raises the heels: habits drawn to cover people, quicker ones included.

Measured (``tests/raise_shapes.py`` prints it) on six recordings of people doing double-leg raises
with a sensor at the ankle, 178 raises, two independent groups; each range below is theirs, widened
by about a half, for six people are few. Foot angles of 25–33° by motion capture are at the upper
end (ten adults, CalfRaiseClassification), so the range of the foot's angle covers both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sensing.simulation.options import Options
from sensing.simulation.person import Person, draw_idealised

# Constants: measured range of the six people in brackets; wider ranges are harder to analyse.
_PERIOD_S = (0.75, 5.0)
"""From rep to rep [1.0–4.3 s]; log-uniform."""
_UP_S, _DOWN_S, _SLOWS = (0.30, 0.55), (0.30, 0.65), 0.7
"""Raising and lowering at a period of 1 s [.32–.85 and .29–.99 s over all periods]; both grow with
this power of the period, the rest of which is standing."""
_STAYS, _STAY, _LONGEST_STAY_S = 0.4, (0.1, 0.85), 1.3
"""At the top, some people, share of what is left of a period; the others turn at once
[0 in five people of six, 1.3 s in one]."""
_SHARE = (0.55, 1.4)
"""Lean of the shank per angle of the foot [height per lean .10–.12 m/rad in five people, .19 in a
band: with a forefoot of .13 m that is 1.1–1.3 and .7]; log-uniform."""
_SEATED_SHARE, _TOES_SHARE = (0.1, 0.45), (-0.1, 0.3)
"""Backwards when sitting, for the knee stays while the ankle comes forward; and little when the
toes are lifted [neither has been measured at the ankle]."""
_LEAN_DEG = (10.0, 26.0)
"""Full lean [13–23°]: limits, the foot turns no further than they let it."""
_FOOT_DEG = (13.0, 38.0)
"""Full angle of the foot [8–25° by height]."""
_HARDLY, _BACKWARDS = 0.12, 0.10
"""Shares of people whose shank hardly leans, and leans backwards [none of six; an ankle strap that
turns on the skin, or a knee kept in place, would do it]."""
_ASIDE = (0.05, 0.35)
"""Turns of the shank about other axes, against its lean [.03–.2 of all rotation]."""
_LAG = 0.05
"""Lean behind height or before it, standard deviation, against the time of a raise [height follows
lean with R² .25–.9]."""
_SWAY = (1.0, 4.0)
"""Sway in a set against quiet standing [the same R²]."""
_EARLY, _LATE = (1.3, 3.0), (0.8, 1.6)
"""Powers of the speed u^p (1 − u)^q of a raise [a top that is turned at rather than stopped at:
.12–.26 s above nine tenths of the lean]; a lowering is the same way back."""
_VARIATION = (0.05, 0.16)
"""Of phases from rep to rep, relative [variation of the period .07–.22]."""
_STRIKE_G = (0.15, 8.0)
"""Heel strike that is sought, median over reps [|f| 1.2–2.6 g, a tenth of them up to 4.3 g];
log-uniform. Who lowers slowly cannot strike hard."""
_RING_HZ = (12.0, 40.0)
"""Of a heel on the floor: shod on a mat to barefoot on stone [most of it at 7–25 Hz, for the
sensors took 50 samples a second]; with the strike, how fast the heel has to come down."""
_SHAKE_UP_MG, _SHAKE_DOWN_MG = (6.0, 40.0), (15.0, 120.0)
"""Above 3 Hz raising and lowering, strikes apart [12–82 and 29–285 mg with them]; log-uniform."""
_SHAKY, _SHAKY_MG = 0.12, (120.0, 400.0)
"""Share of people who shake hard while lowering [one of six, ± .5 g], and how hard."""
_SHAKE_HZ = (5.0, 11.0)
"""Peak of it [7–12 Hz]."""


def draw_person(rng: np.random.Generator, *, idealised: bool = False) -> Person:
    """Draw a person as people are, or an idealised one.

    Body, hops and holding still are the same in both.
    """
    person = draw_idealised(rng)
    if idealised:
        return person

    def between(span: tuple[float, float]) -> float:
        return float(rng.uniform(*span))

    def log_between(span: tuple[float, float]) -> float:
        return float(np.exp(rng.uniform(*np.log(span))))

    period_s = log_between(_PERIOD_S)
    raise_s = between(_UP_S) * period_s**_SLOWS
    lower_s = between(_DOWN_S) * period_s**_SLOWS
    left_s = max(0.05, period_s - raise_s - lower_s)
    stays = rng.random() < _STAYS
    top_s = min(_LONGEST_STAY_S, left_s * between(_STAY)) if stays else 0.0

    share = log_between(_SHARE)
    low, high = (max(_FOOT_DEG[0], _LEAN_DEG[0] / share), min(_FOOT_DEG[1], _LEAN_DEG[1] / share))
    foot_deg = between((low, max(low, high)))
    kind = rng.random()
    if kind < _HARDLY:
        share = person.tilt_share
        foot_deg = between((15.0, _FOOT_DEG[1]))
    elif kind < _HARDLY + _BACKWARDS:
        share = -share * 0.6
    bent_share = share if rng.random() < 0.5 else person.bent_tilt_share * between((0.7, 2.0))

    shaky = rng.random() < _SHAKY
    return replace(
        person,
        foot_angle_deg=foot_deg,
        tilt_share=share,
        bent_tilt_share=bent_share,
        seated_tilt_share=-between(_SEATED_SHARE),
        toes_tilt_share=between(_TOES_SHARE),
        toes_angle_deg=person.foot_angle_deg,
        lean_axis_deg=float(rng.normal(0, 15)),
        lean_turn=float(rng.normal(0, 0.2)),
        lean_lag_s=raise_s * float(np.clip(rng.normal(0, _LAG), -2 * _LAG, 2 * _LAG)),
        lean_variation=between((0.02, 0.12)),
        raise_s=raise_s,
        top_s=top_s,
        lower_s=lower_s,
        pause_s=max(0.05, left_s - top_s),
        variation=between(_VARIATION),
        raise_sway=between(_SWAY),
        turns_aside=between(_ASIDE),
        first_rep=0.15,
        no_stay=0.0 if stays and rng.random() < 0.5 else 0.5,
        early=between(_EARLY),
        late=between(_LATE),
        skew=0.0,
        rough=between((0.0, 0.12)),
        drop=0.0,
        strike_g=log_between(_STRIKE_G),
        shank_give=1.0,
        least_lower_s=0.2,
        raise_shake_mg=log_between(_SHAKE_UP_MG),
        lower_shake_mg=log_between(_SHAKY_MG if shaky else _SHAKE_DOWN_MG),
        move_tremor_hz=between(_SHAKE_HZ),
        heel_ring_hz=between(_RING_HZ),
        breath=between((0.0, 0.6)),
    )


def as_asked(person: Person, options: Options) -> Person:
    """The person with the lean, heel strike and shaking that the options ask for."""
    asked: dict[str, float] = {}
    if options.lean_deg is not None:
        share = options.lean_deg / person.foot_angle_deg
        asked |= {"tilt_share": share, "bent_tilt_share": share, "seated_tilt_share": share}
    if options.strike_g is not None:
        asked |= {"strike_g": options.strike_g, "shank_give": 1.0}
    if options.shake_mg is not None:
        asked["lower_shake_mg"] = options.shake_mg
    return replace(person, **asked)
