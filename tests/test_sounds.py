"""Sounds: how each cue rings, silence in a pipe, and no waiting."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.screen.sounds import BELL, RINGS, Sounds
from sensing.guided.course import Cue


class Terminal(io.StringIO):
    """A terminal that remembers what was written."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def rings(script: dict[float, tuple[Cue, ...]], *, till_s: float = 5.0) -> list[float]:
    """When the bell rings, looking every 50 ms, given the cues of some moments."""
    terminal = Terminal()
    sounds = Sounds(terminal)
    heard = []
    for step in range(round(till_s / 0.05)):
        before = len(terminal.getvalue())
        sounds.ring(script.get(round(step * 0.05, 2), ()), step * 0.05)
        heard += [round(step * 0.05, 2)] * (len(terminal.getvalue()) - before)
    assert set(terminal.getvalue()) <= {BELL}
    return heard


@pytest.mark.parametrize(
    ("cue", "count"), [("rep", 1), ("tick", 1), ("trouble", 2), ("target", 3), ("second", 0)]
)
def test_each_cue_has_its_rings(cue: Cue, count: int) -> None:
    """One for a rep, two for trouble, three for the target."""
    assert len(rings({1.0: (cue,)})) == count


def test_three_rings_can_be_told_apart() -> None:
    """A terminal makes one of rings that come together."""
    assert rings({1.0: ("target",)}) == [1.0, 1.3, 1.6]


def test_the_most_important_of_several_rings() -> None:
    """The last rep is the target: three rings, not four; a rep does not cut off trouble."""
    assert len(rings({1.0: ("rep", "target")})) == 3
    assert rings({1.0: ("trouble",), 1.2: ("rep",)}) == [1.0, 1.5]
    assert rings({1.0: ("rep",), 1.1: ("trouble",)}) == [1.0, 1.1, 1.6]


def test_in_a_paced_set_a_rep_sounds_unlike_the_beat() -> None:
    """Single rings are the pace there; the next set without one has single reps again."""
    paced: dict[float, tuple[Cue, ...]] = {0.0: ("go", "accent"), 1.0: ("beat",), 1.5: ("rep",)}
    assert rings(paced)[-3:] == [1.0, 1.5, 1.7]
    assert rings({**paced, 3.0: ("go",), 4.0: ("rep",)})[-1:] == [4.0]


@pytest.mark.parametrize("quiet", [Sounds(Terminal(), mute=True), Sounds(io.StringIO())])
def test_nothing_rings_muted_or_in_a_pipe(quiet: Sounds) -> None:
    """A bell in a log is dirt."""
    quiet.ring(("target",), 1.0)
    quiet.ring((), 2.0)
    assert quiet._stream.getvalue() == ""  # type: ignore[attr-defined]


def test_a_terminal_that_has_gone_ends_nothing() -> None:
    """Closed between two looks."""
    terminal = Terminal()
    sounds = Sounds(terminal)
    terminal.close()
    sounds.ring(("rep",), 1.0)
    Sounds(terminal).ring(("rep",), 1.0)


def test_every_cue_is_either_rung_or_only_shown() -> None:
    """A new cue needs a decision."""
    assert set(RINGS) | {"second"} == set(get_args(Cue))


@given(st.lists(st.tuples(st.floats(0, 2), st.lists(st.sampled_from(get_args(Cue)), max_size=4))))
def test_whatever_comes_it_rings_at_most_once_a_look(
    looks: list[tuple[float, list[Cue]]],
) -> None:
    """No queue of bells builds up."""
    terminal = Terminal()
    sounds = Sounds(terminal)
    now_s = 0.0
    for by_s, cues in looks:
        now_s += by_s
        before = len(terminal.getvalue())
        sounds.ring(cues, now_s)
        assert len(terminal.getvalue()) - before <= 1
    for extra in range(3):
        sounds.ring((), now_s + 1 + extra)
    silent = len(terminal.getvalue())
    sounds.ring((), now_s + 10)
    assert len(terminal.getvalue()) == silent
