"""Tempo and metronome: what is due when, each mark once, invalid values refused in one line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensing.core.errors import UsageError
from sensing.guided.pacing import Metronome, Tempo

SECONDS = st.floats(0.15, 60)
TEMPI = st.builds(Tempo, raise_s=SECONDS, hold_s=st.floats(0, 60), lower_s=SECONDS)


@pytest.mark.parametrize(
    ("text", "parts"), [("1-0-3", (1, 0, 3)), ("3-1-3", (3, 1, 3)), ("0.5-0-2.5", (0.5, 0, 2.5))]
)
def test_a_tempo_is_read_as_people_write_it(text: str, parts: tuple[float, ...]) -> None:
    """Seconds up, held, down."""
    tempo = Tempo.parse(text)
    assert (tempo.raise_s, tempo.hold_s, tempo.lower_s) == parts
    assert str(tempo) == text


@given(st.text() | st.from_regex(r"\A[0-9na.e-]{1,9}\Z"))
def test_any_text_is_a_tempo_to_follow_or_one_clear_error(text: str) -> None:
    """Never another exception, never a tempo nobody can follow."""
    try:
        tempo = Tempo.parse(text)
    except UsageError as error:
        said = error.remedy
    else:
        assert 0.3 <= tempo.cycle_s <= 180
        said = "up"
    assert "up" in said
    assert "\n" not in said


@pytest.mark.parametrize("text", ["0-0-3", "nan-0-3", "1-nan-3", "inf-0-1", "1-0-99", "3010", ""])
def test_what_is_no_tempo_is_refused(text: str) -> None:
    """With the way to write one."""
    with pytest.raises(UsageError, match="up"):
        Tempo.parse(text)


def test_1_0_3_is_an_accent_up_a_beat_down_and_the_seconds_between() -> None:
    """Four seconds: up, down, one, two; and again."""
    heard = []
    last = -1
    for tick in range(85):
        number, mark = Tempo.parse("1-0-3").newest(tick / 10)
        if number > last:
            assert number == last + 1
            heard.append((tick / 10, mark))
            last = number
    assert heard == [
        *((0.0, "accent"), (1.0, "beat"), (2.0, "second"), (3.0, "second")),
        *((4.0, "accent"), (5.0, "beat"), (6.0, "second"), (7.0, "second")),
        (8.0, "accent"),
    ]


def test_the_bar_of_a_tempo_runs_through_its_parts() -> None:
    """3-1-3 at its half-ways."""
    tempo = Tempo.parse("3-1-3")
    parts = [tempo.beat(at_s) for at_s in (1.5, 3.5, 5.5, 8.5)]
    assert [beat.part for beat in parts] == ["up", "hold", "down", "up"]
    assert [beat.share for beat in parts] == pytest.approx([0.5] * 4)
    assert [beat.number for beat in parts] == [0, 0, 0, 1]


@given(TEMPI | st.builds(Metronome, bpm=st.floats(20, 300)), st.floats(-1, 1e5), st.floats(0, 5))
def test_marks_never_run_back_and_a_share_is_a_share(
    pace: Tempo | Metronome, since_s: float, more_s: float
) -> None:
    """Whatever the moment, later is never less, to the rounding of a float."""
    beat, later = pace.beat(since_s), pace.beat(since_s + more_s)
    assert 0 <= beat.share <= 1
    assert later.number >= beat.number
    assert pace.newest(since_s + more_s)[0] >= pace.newest(since_s)[0] >= 0


@given(st.floats(20, 300), st.integers(0, 300))
def test_a_metronome_keeps_its_beat_to_the_end(bpm: float, number: int) -> None:
    """No drift: the n-th beat is at n periods."""
    metronome = Metronome(bpm=bpm)
    assert metronome.newest((number + 1e-6) * 60 / bpm)[0] == number


def test_up_on_one_beat_down_on_the_next() -> None:
    """60 bpm are 30 raises a minute; hops need no accent."""
    raises = [Metronome(bpm=60, pairs=True).newest(t + 0.5)[1] for t in range(4)]
    assert raises == ["accent", "beat", "accent", "beat"]
    assert {Metronome(bpm=180).newest(t / 7)[1] for t in range(20)} == {"beat"}


@pytest.mark.parametrize("bpm", [0.0, -60.0, 1000.0, math.nan])
def test_an_impossible_metronome_is_refused(bpm: float) -> None:
    """One clear line."""
    with pytest.raises(UsageError, match="give 20 to 300"):
        Metronome(bpm=bpm)
