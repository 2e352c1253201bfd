"""A calibration profile is read as it was meant or refused with the key and the bound."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.files.profiles.profile_files import read_profile
from sensing.files.profiles.profile_text import BOUNDS, Learnt, Scope, Written, from_toml, to_toml
from sensing.profile.contact_timing import ContactFit, OwnView
from sensing.profile.mounting import Mounting
from sensing.profile.profile import Profile
from sensing.profile.rep_template import RepShape
from sensing.profile.sensor_correction import SensorFit


def written(folder: Path, text: str) -> Path:
    """A profile file with this text."""
    path = folder / "me.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_profile_is_read(tmp_path: Path) -> None:
    """Whole numbers count as numbers."""
    text = 'name = "left"\ncontact_offset_s = -0.012\ncontact_sd_s = 0.009\nrise_scale = 1\n'
    profile = read_profile(written(tmp_path, text))
    assert profile.contact == ContactFit(offset_s=-0.012, sd_s=0.009)
    assert (profile.name, profile.rise_scale) == ("left", 1.0)


def test_parts_left_out_are_not_calibrated(tmp_path: Path) -> None:
    """None, so that the default is used; not 0."""
    profile = read_profile(written(tmp_path, 'name = "left"\n'))
    assert profile.contact is None
    assert profile.rise_scale is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "name"),
        ('name = ""', "name"),
        ("name = 3", "name"),
        ('name = "x"\nrise_scal = 1.0', "rise_scale"),
        ('name = "x"\nheight = 1.0', "height"),
        ('name = "x"\nrise_scale = "1.0"', "rise_scale"),
        ('name = "x"\nrise_scale = true', "rise_scale"),
        ('name = "x"\nrise_scale = nan', "0.4"),
        ('name = "x"\ncontact_offset_s = 12', "0.2"),
        ('name = "x"\nrise_scale 1.0', "TOML"),
    ],
)
def test_a_wrong_profile_is_refused_by_name(text: str, hint: str, tmp_path: Path) -> None:
    """The message names the line to correct."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=hint) as caught:
        read_profile(path)
    assert "me.toml" in str(caught.value)


def test_a_missing_or_binary_profile_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are not text."""
    noise = tmp_path / "noise.toml"
    noise.write_bytes(b"\xff\xfe\x00\x01")
    for path in (tmp_path / "none.toml", tmp_path, noise):
        with pytest.raises(UsageError):
            read_profile(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(sorted(key for key in BOUNDS if "." not in key)),
    value=st.floats(allow_nan=False),
)
def test_numbers_outside_their_limits_are_refused(key: str, value: float, tmp_path: Path) -> None:
    """Any float at all: inside, it is kept exactly; outside, it is refused."""
    low, high = BOUNDS[key]
    number = repr(value) if value not in (float("inf"), float("-inf")) else str(value)
    path = written(tmp_path, f'name = "x"\n{key} = {number}\n')
    if low <= value <= high:
        profile = read_profile(path)
        fields = {"contact_offset_s": "offset_s", "contact_sd_s": "sd_s"}
        holder = profile.contact if key in fields else profile
        assert getattr(holder, fields.get(key, key)) == value
    else:
        with pytest.raises(UsageError, match=key):
            read_profile(path)


NUMBERS = st.floats(-0.19, 0.19)
TIMES = st.floats(0.05, 5.0)
UNIT = st.sampled_from([((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), ((0.0, 0.6, 0.8), (1.0, 0.0, 0.0))])


@st.composite
def whole_profiles(draw: st.DrawFn) -> Written:
    """Profiles with any of their parts."""
    up, forward = draw(UNIT)
    template = tuple(draw(st.lists(NUMBERS, min_size=3, max_size=3)))
    contact = ContactFit(
        offset_s=draw(NUMBERS),
        sd_s=draw(st.none() | st.floats(0.001, 0.1)),
        views=(OwnView(name="speed", late_s=draw(NUMBERS), sd_s=0.01),) * draw(st.integers(0, 2)),
        weighted=draw(st.booleans()),
        kept=draw(st.floats(0, 1)),
        contact_s=draw(st.none() | st.just((0.15, 0.3))),
        hops=draw(st.integers(0, 99)),
    )
    sensor = SensorFit(
        bias_mps2=(draw(NUMBERS), 0.0, -0.1),
        matrix=((1.01, 0.0, 0.0), (0.0, 0.99, draw(NUMBERS)), (0.0, 0.0, 1.0)),
        gyro_bias_dps=draw(st.none() | st.just((0.1, -0.2, 0.3))),
        positions=6,
        residual_before_mg=15.0,
        residual_after_mg=draw(st.floats(0, 5)),
        checked_mg=draw(st.none() | st.floats(0, 5)),
        expected_mg=2.0,
    )
    rep = RepShape(
        exercise="tibialis-raise",
        placement="ankle",
        reps=5,
        raise_s=draw(TIMES),
        top_s=0.2,
        lower_s=draw(TIMES),
        raise_spread=0.1,
        lower_spread=0.1,
        top_spread_s=0.05,
        rise_m=0.01,
        rise_spread=0.1,
        step_s=0.02,
        before_s=0.3,
        seen_s=(0.7, 0.2, draw(TIMES)),
        velocity_mps=template,
        lean_mps2=template,
        aside_mps2=template,
        say=(0.5, 0.4),
        alike=(0.8, 0.9),
    )
    mounting = Mounting(up=up, forward=forward, forward_sd_deg=3.0, placement="ankle", side="left")
    profile = Profile(
        name=draw(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)),
        contact=draw(st.none() | st.just(contact)),
        rise_scale=draw(st.none() | st.floats(0.5, 2.0)),
        sensor=draw(st.none() | st.just(sensor)),
        mounting=draw(st.none() | st.just(mounting)),
        rep=draw(st.none() | st.just(rep)),
    )
    learnt = {"rep": Learnt(day=date(2026, 11, 21), engine="1")} if profile.rep else {}
    return Written(profile=profile, scope=Scope(athlete="me", side="left"), learnt=learnt)


SENSOR = (
    "matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]\npositions = 6\n"
    "residual_before_mg = 1\nresidual_after_mg = 1\nexpected_mg = 1"
)


@given(whole_profiles())
def test_a_profile_written_and_read_again_is_the_same_to_the_last_bit(written: Written) -> None:
    """Whatever its parts."""
    if len(written.profile.name) <= 200:
        assert from_toml(to_toml(written), "me.toml") == written


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[contact]\noffset = 0.1", "contact.offset"),
        ("[contact]\noffset_s = 0.3", "0.2"),
        ("[contact]\nsd_s = 0.01", "contact.offset_s is missing"),
        ("contact_sd_s = 0.01\n[contact]\noffset_s = 0.1", "twice"),
        ("[contact]\noffset_s = 0.1\nweighted = 1", "true or false"),
        ('[contact]\noffset_s = 0.1\nviews = "all"', "a list"),
        ("[sensor]\nbias_mps2 = [0, 0]\n" + SENSOR, "3 values"),
        (
            (
                "[mounting]\nup = [0, 0, 0.5]\nforward = [1, 0, 0]\nforward_sd_deg = 3\n"
                'placement = "ankle"'
            ),
            "not a unit vector",
        ),
        (
            (
                "[mounting]\nup = [0, 0, 1]\nforward = [0, 0, 1]\nforward_sd_deg = 3\n"
                'placement = "ankle"'
            ),
            "not perpendicular",
        ),
        (
            (
                "[mounting]\nup = [0, 0, 1]\nforward = [1, 0, 0]\nforward_sd_deg = 3\n"
                'placement = "wrist"'
            ),
            "ankle or shoe",
        ),
        ('[for]\nexercise = "calf-rise"', "calf-rise"),
        ('[for]\nside = "up"', "left or right"),
        ('[learnt]\nrep = "yesterday"', "a day"),
        ("rep = 3", "a table"),
    ],
)
def test_an_error_in_a_part_is_reported_with_the_file(text: str, hint: str) -> None:
    """One line that names the key to correct."""
    with pytest.raises(UsageError, match=hint) as caught:
        from_toml(f'name = "x"\n{text}\n', "me.toml")
    assert "\n" not in str(caught.value)
