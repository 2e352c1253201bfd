"""A reference file is read as it was meant, or refused with the line and what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.contact_time.reference import (
    CONTACT_N,
    contacts_of_force,
    parse_reference,
    read_reference,
    video_template,
)
from sensing.core.errors import RecordingError

HOPS = [(1.0 + 0.5 * k, 1.25 + 0.5 * k) for k in range(8)]


def rows(scale: float, separator: str = ",", decimal: str = ".") -> str:
    """The hops as lines of numbers."""
    lines = [f"{scale * a:.4f}{separator}{scale * b:.4f}" for a, b in HOPS]
    return "\n".join(line.replace(".", decimal) for line in lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "contact_s,takeoff_s\n" + rows(1),
        "contact_ms,takeoff_ms\n" + rows(1000),
        "Contact [ms]; Takeoff [ms]\n" + rows(1000, ";"),
        "contact_s;takeoff_s\n" + rows(1, ";", ","),
        "contact_s\ttakeoff_s\n" + rows(1, "\t", ","),
        "# by mat\n\ncontact_s,takeoff_s\n" + rows(1) + "\n,\n",
        "# fps=240\ncontact_frame,takeoff_frame\n" + rows(240),
        "contact_frame,takeoff_frame\n# FPS: 240\n" + rows(240),
        "\ufeffcontact_s,takeoff_s\r\n" + rows(1).replace("\n", "\r\n"),
    ],
)
def test_every_form_of_file_gives_the_same(text: str, tmp_path: Path) -> None:
    """Seconds, milliseconds, frames; commas, semicolons, tabs; decimal commas; comments."""
    path = tmp_path / "mat.csv"
    path.write_text(text, encoding="utf-8")
    found = read_reference(path)
    assert found.contact_s == pytest.approx([a for a, _ in HOPS])
    assert found.takeoff_s == pytest.approx([b for _, b in HOPS])


def test_frames_may_carry_their_rate_in_a_column() -> None:
    """The fps differs between lines."""
    lines = [f"{240 * a:.0f},{240 * b:.0f},240" for a, b in HOPS]
    found = parse_reference("contact_frame,takeoff_frame,fps\n" + "\n".join(lines))
    assert found.source == "frames"
    assert found.resolution_s == pytest.approx(1 / 240)
    assert found.takeoff_s - found.contact_s == pytest.approx(0.25)


def test_a_missing_toe_off_is_unknown() -> None:
    """NaN."""
    text = "contact_s,takeoff_s\n" + rows(1) + "9.0,\n"
    found = parse_reference(text)
    assert len(found) == len(HOPS) + 1
    assert np.isnan(found.takeoff_s[-1])


GOOD = rows(1)
BAD = [
    ("", "empty"),
    ("# only a remark\n", "no line names the columns"),
    ("contact,takeoff\n" + GOOD, "unit"),
    ("start_s,end_s\n" + GOOD, "contact_s"),
    ("contact_s,takeoff_ms\n" + GOOD, "same unit"),
    ("contact_s,takeoff_s\n" + rows(1, ",", ","), "line 2.*semicolons"),
    ("contact_s,takeoff_s\n1.0,1.2\n2.0,two\n", "line 3, column takeoff_s: 'two'.*not a finite"),
    ("contact_s,takeoff_s\n1.0,1.2\nnan,2.2\n", "line 3, column contact_s.*not a finite number"),
    ("contact_s,takeoff_s\n1.0,1.2\n1.1,1.4\n", "line 3.*before the one above"),
    ("contact_s,takeoff_s\n2.0,2.2\n1.0,1.2\n", "line 3.*order of time"),
    ("contact_s,takeoff_s\n1.0,0.9\n", "line 2.*not after"),
    ("contact_s,takeoff_s\n,1.2\n", "line 2.*without contact_s"),
    ("contact_s,takeoff_s\n1000,1250\n", "line 2.*unit"),
    ("contact_ms,takeoff_ms\n1.0,1.25\n", "line 2.*unit"),
    ("contact_s,takeoff_s\n1.0,1.2\n2.0,2.2\n", "2 ground contacts are too few"),
    ("contact_frame,takeoff_frame\n" + rows(240), "fps=240"),
    ("# fps=30\ncontact_frame,takeoff_frame\n" + rows(30), "line 1.*fps '30'"),
    ("# fps=fast\ncontact_frame,takeoff_frame,fps\n240,300,quick\n", "fps"),
    ("contact_frame,takeoff_frame,fps\n240,300,240\n360,400,120\n", "fps differs between lines"),
    ("t_s,force_kn\n0,1\n", "newtons"),
    ("t_s,force_n\n0.0,0\n0.001,800\n0.001,800\n", "line 4.*increase"),
    ("t_s,force_n\n0.0,0\n0.001,\n", "line 3.*empty"),
    ("t_s,force_n\n0.0,0\n0.1,800\n0.2,0\n", "too coarse"),
    ("t_s,force_n\n0.0,50\n0.001,800\n0.002,90\n", "zero"),
    ("t_s,force_n\n0.0,0\n0.001,800\n0.002,0\n", "too few"),
]


@pytest.mark.parametrize(("text", "hint"), BAD)
def test_implausible_files_are_refused_in_one_line(text: str, hint: str) -> None:
    """With the file, the line where there is one, and what to do."""
    with pytest.raises(RecordingError, match=f"^mat.csv.*{hint}") as caught:
        parse_reference(text, where="mat.csv")
    assert "\n" not in str(caught.value)


def test_a_last_line_without_an_end_counts() -> None:
    """Whoever types a file may leave the last line open; it is read, and refused if it is wrong."""
    lines = ("contact_s,takeoff_s\n" + GOOD).rstrip("\n")
    assert len(parse_reference(lines)) == len(HOPS)
    with pytest.raises(RecordingError, match="line 10, column takeoff_s: 'tw'"):
        parse_reference(lines + "\n9.0,tw")


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder, bytes."""
    noise = tmp_path / "noise.csv"
    noise.write_bytes(b"\xff\xfe\x00\x01\x9f")
    for path in (tmp_path / "none.csv", tmp_path, noise):
        with pytest.raises(RecordingError):
            read_reference(path)


def test_the_video_template_filled_in_is_a_reference() -> None:
    """And not filled in, it is refused as too few, not as nonsense."""
    text = video_template(fps=120)
    assert all(line.startswith("#") or "," in line for line in text.splitlines())
    with pytest.raises(RecordingError, match="0 ground contacts"):
        parse_reference(text)
    lines = text.rstrip("\n,").splitlines()
    filled = "\n".join([*lines, *(f"{120 * a:.0f},{120 * b:.0f}" for a, b in HOPS)])
    assert parse_reference(filled).contact_s == pytest.approx([a for a, _ in HOPS])


@given(
    st.lists(
        st.tuples(st.floats(0.08, 0.4), st.floats(0.08, 0.4), st.floats(200, 2500)),
        min_size=6,
        max_size=12,
    ),
    st.sampled_from([200.0, 500.0, 1000.0]),
)
def test_force_gives_back_the_contacts_it_was_made_of(
    hops: list[tuple[float, float, float]], rate_hz: float
) -> None:
    """Half sines of force, any peak: contacts at the 20 N crossings, within a sample."""
    ends, true = 0.2, []
    for length_s, flight_s, peak_n in hops:
        true.append((ends, ends + length_s, peak_n))
        ends += length_s + flight_s
    t_s = np.arange(0, ends + 0.1, 1 / rate_hz)
    force_n = np.zeros(len(t_s))
    for a, b, peak_n in true:
        inside = (t_s > a) & (t_s < b)
        force_n[inside] = peak_n * np.sin(np.pi * (t_s[inside] - a) / (b - a))
    on_s, off_s = contacts_of_force(t_s, force_n)
    late_s = [np.arcsin(CONTACT_N / peak_n) / np.pi * (b - a) for a, b, peak_n in true]
    assert on_s == pytest.approx(
        [a + x for (a, _, _), x in zip(true, late_s, strict=True)], abs=1 / rate_hz
    )
    assert off_s == pytest.approx(
        [b - x for (_, b, _), x in zip(true, late_s, strict=True)], abs=1 / rate_hz
    )


def test_contacts_cut_off_by_the_recording_and_ringing_of_the_plate() -> None:
    """Contacts cut off by the recording have no length; ringing of the plate is not a flight."""
    t_s = np.arange(0, 3, 0.001)
    force_n = np.where((t_s < 0.5) | ((t_s > 1.0) & (t_s < 1.3)) | (t_s > 2.0), 800.0, 0.0)
    force_n[1100:1110] = 0.0
    on_s, off_s = contacts_of_force(t_s, force_n)
    assert on_s == pytest.approx([1.0, 2.0], abs=0.002)
    assert off_s[0] == pytest.approx(1.3, abs=0.002)
    assert np.isnan(off_s[1])
