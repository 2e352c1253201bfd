"""A calibration profile is read as it was meant or refused with the key and the bound."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibration.profile_text import BOUNDS
from calibration.profiles import read_profile
from sensing.contact_fit import ContactFit
from sensing.errors import UsageError


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


def test_what_is_left_out_is_not_calibrated(tmp_path: Path) -> None:
    """None, so that the engine's own default is used; not 0."""
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
    """The message leads to the line to mend."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=hint) as caught:
        read_profile(path)
    assert "me.toml" in str(caught.value)


def test_a_profile_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text."""
    noise = tmp_path / "noise.toml"
    noise.write_bytes(b"\xff\xfe\x00\x01")
    for path in (tmp_path / "none.toml", tmp_path, noise):
        with pytest.raises(UsageError):
            read_profile(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(sorted(key for key in BOUNDS if "." not in key)), value=st.floats(allow_nan=False))
def test_no_number_outside_its_bounds_gets_through(key: str, value: float, tmp_path: Path) -> None:
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
