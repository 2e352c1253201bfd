"""The catalogue of exercises, one row each.

Adding an exercise means adding a row, unless its kind is new. ``dose`` is what runners are usually
prescribed, not advice to a particular person; ``look`` holds what the analyses expect.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from sensing.core.errors import UsageError
from sensing.core.exercise_guides import HOW, measured_on

Kind = Literal["reps", "hops", "hold", "hops-and-hold", "lean", "walk", "timer"]
"""What decides the analysis; of a ``timer`` the sensor sees nothing, so there is none."""

AUTO = "auto"
CALF_RAISE = "calf-raise"
"""A raise of a kind that the signal can't tell: straight knee or bent, one leg or two."""

_STRAP = "strap just above the ankle bone, snug, either face of the shank"
_HOP_STRAP = _STRAP + "; ±16 g and 100 Hz or more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the analyses expect of an exercise.

    Attributes:
        rise_s: shortest and longest usual concentric time, s.
        lower_s: shortest and longest usual eccentric time, s.
        rise_m: usual height at the ankle, smallest partial rep to largest full one, m.
        tilts: the shank turns with the movement (knee bent, seated, toes lifted).
        flight_s: shortest and longest flight, s.
        contact_s: shortest and longest ground contact, s.
        alone: each jump is done alone, so that a single landing is to be expected.
        from_box: each jump begins with a step off a box, which is no ground contact.
        on_box: some contacts are on a box: stands between jumps, and no ground contacts.
    """

    rise_s: tuple[float, float] = (0.3, 3.5)
    lower_s: tuple[float, float] = (0.4, 3.5)
    rise_m: tuple[float, float] = (0.02, 0.12)
    tilts: bool = False
    flight_s: tuple[float, float] = (0.05, 0.6)
    contact_s: tuple[float, float] = (0.08, 0.6)
    alone: bool = False
    from_box: bool = False
    on_box: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """The usual dose in numbers, smallest and largest; ``Exercise.dose`` puts it in words.

    Attributes:
        sets: per session and leg.
        reps: raises, hops or jumps per set.
        seconds: per set, where its duration is prescribed instead.
        lower_s: prescribed duration of the eccentric phase, s.
        per_week: sessions a week; None if not prescribed.
    """

    sets: tuple[int, int]
    reps: tuple[int, int] | None = None
    seconds: tuple[float, float] | None = None
    lower_s: float | None = None
    per_week: tuple[int, int] | None = (2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One row of the catalogue.

    Attributes:
        name: as written on the command line and in results.
        kind: decides the analysis.
        counts: what is counted or timed.
        dose: the usual dose, in words.
        usual: the same in numbers.
        worn: how the sensor is worn.
        least_contacts: fewest ground contacts of a set.
    """

    name: str
    kind: Kind
    counts: str
    dose: str
    usual: Dose
    worn: str = _STRAP
    look: Look = Look()
    least_contacts: int = 1

    @property
    def how(self) -> str:
        """How it is done, in words."""
        return HOW[self.name]

    @property
    def measured(self) -> str:
        """On whom Anklet has measured it."""
        return measured_on(self.name)

    @property
    def has_hops(self) -> bool:
        """True if it has hops."""
        return self.kind in ("hops", "hops-and-hold")

    @property
    def has_holds(self) -> bool:
        """True if it has holds."""
        return self.kind in ("hold", "hops-and-hold", "lean")

    @property
    def is_seen(self) -> bool:
        """True if the sensor sees it; otherwise it is only timed."""
        return self.kind != "timer"


_WEEK = "2–3 sessions a week"
_RAISES = f"5 × 12–16 with a 3-count hold at the top; {_WEEK}"

CATALOGUE: tuple[Exercise, ...] = (
    Exercise(
        name=CALF_RAISE,
        kind="reps",
        counts="raises of any kind: tempo, hold at the top, height",
        dose=_RAISES,
        usual=Dose(sets=(5, 5), reps=(12, 16)),
        look=Look(rise_s=(0.2, 4.0), lower_s=(0.3, 6.0), rise_m=(0.012, 0.14), tilts=True),
    ),
    Exercise(
        name="double-leg-calf-raise",
        kind="reps",
        counts="raises: tempo, hold at the top, height",
        dose=_RAISES,
        usual=Dose(sets=(5, 5), reps=(12, 16)),
    ),
    Exercise(
        name="single-leg-calf-raise",
        kind="reps",
        counts="raises of one leg: tempo, hold at the top, height",
        dose=_RAISES,
        usual=Dose(sets=(5, 5), reps=(12, 16)),
    ),
    Exercise(
        name="bent-knee-calf-raise",
        kind="reps",
        counts="raises with the knee bent: tempo, height",
        dose=f"3–5 × 15; {_WEEK}",
        usual=Dose(sets=(3, 5), reps=(15, 15)),
        look=Look(tilts=True),
    ),
    Exercise(
        name="seated-calf-raise",
        kind="reps",
        counts="raises sitting, load on the knee: tempo, height",
        dose=f"5 × 12–16, loaded; {_WEEK}",
        usual=Dose(sets=(5, 5), reps=(12, 16)),
        look=Look(tilts=True),
    ),
    Exercise(
        name="eccentric-calf-raise",
        kind="reps",
        counts="raises lowered slowly: eccentric phase, height",
        dose=f"3 × 15 with a straight and 3 × 15 with a bent knee, lowering for 3 s; {_WEEK}",
        usual=Dose(sets=(3, 6), reps=(15, 15), lower_s=3.0),
        look=Look(lower_s=(1.0, 7.0)),
    ),
    Exercise(
        name="jumping-calf-raise",
        kind="hops",
        counts="jumps from the calves: ground-contact and flight time, height",
        dose=f"3 × 10–15; {_WEEK}",
        usual=Dose(sets=(3, 3), reps=(10, 15)),
        worn=_HOP_STRAP,
        look=Look(contact_s=(0.08, 2.5), flight_s=(0.05, 0.8)),
    ),
    Exercise(
        name="soleus-squat",
        kind="reps",
        counts="raises in a squat: tempo, height",
        dose=f"3 × 10–15; {_WEEK}",
        usual=Dose(sets=(3, 3), reps=(10, 15)),
        look=Look(tilts=True),
    ),
    Exercise(
        name="tibialis-raise",
        kind="reps",
        counts="toe lifts: tempo; the ankle rises only about 1 cm",
        dose=f"2–3 × 15–25; {_WEEK}",
        usual=Dose(sets=(2, 3), reps=(15, 25)),
        look=Look(rise_m=(0.003, 0.03), tilts=True),
    ),
    Exercise(
        name="double-leg-hop",
        kind="hops",
        counts="hops: ground-contact time, flight time, RSI",
        dose=f"3 × 10–20; {_WEEK}",
        usual=Dose(sets=(3, 3), reps=(10, 20)),
        worn=_HOP_STRAP,
    ),
    Exercise(
        name="single-leg-hop",
        kind="hops",
        counts="hops of one leg: ground-contact time, flight time, RSI",
        dose=f"3 × 20 s on the toes, about 3 hops per second; {_WEEK}",
        usual=Dose(sets=(3, 3), seconds=(20, 20)),
        worn=_HOP_STRAP,
    ),
    Exercise(
        name="box-jump",
        kind="hops",
        counts="rebound jumps: ground-contact time, flight time; stands on the box",
        dose=f"3 × 5–8 with a quick rebound; {_WEEK}",
        usual=Dose(sets=(3, 3), reps=(5, 8)),
        worn=_HOP_STRAP,
        look=Look(contact_s=(0.08, 3.0), flight_s=(0.1, 1.2), on_box=True),
    ),
    Exercise(
        name="drop-jump",
        kind="hops",
        counts="drop jumps: ground-contact time, flight time, height, RSI",
        dose=f"3–5 × 5 from a box of 20–40 cm, 15 s or more between jumps; {_WEEK}",
        usual=Dose(sets=(3, 5), reps=(5, 5)),
        worn=_HOP_STRAP,
        look=Look(contact_s=(0.08, 1.2), flight_s=(0.1, 0.9), from_box=True),
        least_contacts=2,
    ),
    Exercise(
        name="calf-raise-hold",
        kind="hold",
        counts="time held at the top, postural sway",
        dose=f"3–5 × 30–60 s; {_WEEK}",
        usual=Dose(sets=(3, 5), seconds=(30, 60)),
    ),
    Exercise(
        name="seated-calf-raise-hold",
        kind="hold",
        counts="time held at the top, sitting, postural sway",
        dose=f"3–5 × 30–45 s; {_WEEK}",
        usual=Dose(sets=(3, 5), seconds=(30, 45)),
        look=Look(tilts=True),
    ),
    Exercise(
        name="leg-press-hold",
        kind="hold",
        counts="time the press is held, postural sway",
        dose=f"3–5 × 20–40 s; {_WEEK}",
        usual=Dose(sets=(3, 5), seconds=(20, 40)),
    ),
    Exercise(
        name="single-leg-balance",
        kind="hold",
        counts="time on one leg, postural sway",
        dose="3 × 10–15 s each leg",
        usual=Dose(sets=(3, 3), seconds=(10, 15), per_week=None),
    ),
    Exercise(
        name="hop-to-balance",
        kind="hops-and-hold",
        counts="the landing of the hop and the balance after it",
        dose="3–5 × one hop, then 10–15 s of balance, each leg",
        usual=Dose(sets=(3, 5), reps=(1, 1), per_week=None),
        worn=_HOP_STRAP,
        look=Look(alone=True),
    ),
    Exercise(
        name="vele-forward-lean",
        kind="lean",
        counts="leans: time held, lean angle of the shank",
        dose="2–3 × 8–10 leans of 5–10 s",
        usual=Dose(sets=(2, 3), reps=(8, 10), per_week=None),
    ),
    Exercise(
        name="short-foot",
        kind="timer",
        counts="nothing: the sensor can't see it; a timer with beeps",
        dose="2–3 × 10, held for 5 s, each foot",
        usual=Dose(sets=(2, 3), reps=(10, 10), per_week=None),
        worn="no sensor needed",
    ),
    Exercise(
        name="heel-walk",
        kind="walk",
        counts="time and steps",
        dose="2–3 × 20–30 s",
        usual=Dose(sets=(2, 3), seconds=(20, 30), per_week=None),
    ),
    Exercise(
        name="heel-toe-walk",
        kind="walk",
        counts="time and steps",
        dose="2–3 × 20–30 s",
        usual=Dose(sets=(2, 3), seconds=(20, 30), per_week=None),
    ),
)

_BY_NAME = {row.name: row for row in CATALOGUE}


def find_exercise(name: str) -> Exercise:
    """The row of the catalogue with this name.

    Raises:
        UsageError: there is none; the message suggests the nearest names.
    """
    row = _BY_NAME.get(name)
    if row is not None:
        return row
    names = [*_BY_NAME, AUTO]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    # "hopp" resembles no whole name, but a word of several.
    words = {word: known for known in reversed(names) for word in known.split("-")}
    near = near or [words[w] for w in difflib.get_close_matches(name, words, n=3, cutoff=0.6)]
    hint = f"did you mean {' or '.join(near)}?" if near else "`anklet exercises` lists them"
    raise UsageError(f"{name!r} is not an exercise", remedy=hint)
