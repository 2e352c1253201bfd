"""Does a recording get the most specific parts that fit, with a note on their age?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from calibration.profiles.choosing import OLD_DAYS, ProfileVersion, choose, fits, particular
from sensing.core.algorithm_version import ALGORITHM_VERSION
from sensing.files.profiles.profile_text import Learnt, Scope, Written
from sensing.profile.contact_timing import ContactFit
from sensing.profile.profile import UNCALIBRATED, Profile

TODAY = date(2026, 11, 21)
LEFT = Scope(
    athlete="me", exercise="single-leg-hop", side="left", placement="ankle", sensor="Anklet 1"
)


def kept(
    number: int,
    scope: Scope,
    *,
    contact_s: float | None = None,
    rise: float | None = None,
    default: bool = False,
    days: int = 1,
    engine: str = ALGORITHM_VERSION,
) -> ProfileVersion:
    """A profile with some parts."""
    contact = None if contact_s is None else ContactFit(offset_s=contact_s)
    profile = Profile(name=f"profile {number}", contact=contact, rise_scale=rise)
    learnt = {"contact": Learnt(day=TODAY - timedelta(days=days), engine=engine)}
    written = Written(profile=profile, scope=scope, learnt=learnt if contact else {})
    return ProfileVersion(id=number, version=1, default=default, written=written)


def test_each_part_comes_from_the_most_specific_profile_that_has_it() -> None:
    """Contact from this leg's, rise from the person's, and the name says so."""
    person = kept(1, Scope(athlete="me"), contact_s=0.02, rise=1.1)
    leg = kept(2, Scope(athlete="me", exercise="single-leg-hop", side="left"), contact_s=-0.01)
    chosen = choose([person, leg], LEFT, today=TODAY)
    assert chosen.profile.contact == ContactFit(offset_s=-0.01)
    assert chosen.profile.rise_scale == 1.1
    assert chosen.id == 2
    assert chosen.profile.name == "profile 2 (version 1) + profile 1 (version 1)"
    assert chosen.notes == ()


def test_a_profile_of_another_scope_is_never_used() -> None:
    """Each alone keeps it out, and a near miss is mentioned."""
    for field, value in (
        ("athlete", "you"),
        ("exercise", "double-leg-hop"),
        ("side", "right"),
        ("placement", "shoe"),
        ("sensor", "Anklet 2"),
    ):
        told: dict[str, Any] = {"athlete": "me", "exercise": "single-leg-hop", field: value}
        other = kept(1, Scope(**told))
        chosen = choose([other], LEFT, today=TODAY)
        assert chosen.profile == UNCALIBRATED
        assert bool(chosen.notes) == (field in ("side", "placement", "sensor"))


def test_a_recording_of_unknown_scope_gets_no_specific_profile() -> None:
    """A recording of who knows which leg gets no leg's profile."""
    leg = kept(1, Scope(side="left"), rise=1.2)
    assert choose([leg], Scope(athlete="me"), today=TODAY).profile == UNCALIBRATED


def test_the_most_specific_of_many_profiles_is_used() -> None:
    """What is not known of the recording fits only what is for all."""
    hops, raises = "single-leg-hop", "single-leg-calf-raise"
    profiles = [
        kept(1, Scope(), rise=1.1),
        kept(2, Scope(athlete="me"), rise=1.2),
        kept(3, Scope(athlete="me", side="left"), rise=1.3),
        kept(4, Scope(athlete="me", side="right"), rise=1.4),
        kept(5, Scope(athlete="me", side="left", exercise=raises), rise=1.5),
    ]
    for wanted, number in (
        (Scope(athlete="me", side="left", exercise=hops), 3),
        (Scope(athlete="me", side="right"), 4),
        (Scope(athlete="me"), 2),
        (Scope(athlete="anna", side="left"), 1),
        (Scope(athlete="me", side="left", exercise=raises), 5),
        (Scope(athlete="me", side="left", exercise=raises, sensor="x"), 5),
    ):
        assert choose(profiles, wanted, today=TODAY).id == number


def test_of_two_profiles_of_one_scope_the_default_wins_then_the_newer() -> None:
    """The default is the athlete's choice."""
    older, newer = kept(1, Scope(side="left"), rise=1.1), kept(2, Scope(side="left"), rise=1.2)
    assert choose([older, newer], LEFT, today=TODAY).profile.rise_scale == 1.2
    told = kept(1, Scope(side="left"), rise=1.1, default=True)
    assert choose([told, newer], LEFT, today=TODAY).profile.rise_scale == 1.1


def test_a_part_that_is_old_or_of_another_algorithm_version_is_used_with_a_note() -> None:
    """Ninety days, or another algorithm version."""
    for one in (
        kept(1, LEFT, contact_s=0.0, days=OLD_DAYS + 1),
        kept(1, LEFT, contact_s=0.0, engine="0"),
    ):
        chosen = choose([one], LEFT, today=TODAY)
        assert chosen.profile.contact is not None
        assert len(chosen.notes) == 1
        assert "calibrate it again" in chosen.notes[0]
    assert choose([kept(1, LEFT, contact_s=0.0, days=OLD_DAYS)], LEFT, today=TODAY).notes == ()


SCOPES = st.builds(
    Scope,
    athlete=st.sampled_from([None, "me", "you"]),
    exercise=st.sampled_from([None, "single-leg-hop"]),
    side=st.sampled_from([None, "left", "right"]),
    placement=st.sampled_from([None, "ankle", "shoe"]),
    sensor=st.sampled_from([None, "a", "b"]),
)


@given(st.lists(SCOPES, max_size=8), SCOPES)
def test_the_order_of_profiles_does_not_matter(scopes: list[Scope], wanted: Scope) -> None:
    """And what is chosen fits, with no more specific profile that fits is left out."""
    all_kept = [kept(n, scope, rise=1 + n / 100) for n, scope in enumerate(scopes, start=1)]
    one = choose(all_kept, wanted, today=TODAY)
    assert choose(all_kept[::-1], wanted, today=TODAY) == one
    fitting = [each for each in all_kept if fits(each.written.scope, wanted)]
    if not fitting:
        assert one.profile == UNCALIBRATED
        return
    best = next(each for each in fitting if each.id == one.id)
    most = max(particular(each.written.scope) for each in fitting)
    assert particular(best.written.scope) == most
