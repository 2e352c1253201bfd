"""What a person sees while recording: the number first, in any window, never by colour alone."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.screen.record_log import RecordLog
from cli.screen.record_screen import (
    LinkView,
    RecordScene,
    RecordScreen,
    SideScene,
    big_number,
    link_words,
)
from cli.screen.screen_parts import big
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.guided.course import Moment, Stage
from sensing.guided.pacing import Metronome, Tempo
from sensing.live.counter import LiveView
from sensing.live.set_count import SideCount

VIEW = LiveView(
    time_s=75.0,
    count=12,
    uncertain=True,
    phase="up",
    contacts_s=(0.201, 0.213),
    hold_s=17.4,
    sway_mps2=0.12,
    first_s=62.0,
    holding=True,
    best_contact_s=0.195,
)
LINK = LinkView(
    name="Polar Sense C0FFEE12",
    state="streaming",
    battery_pct=87,
    rate_hz=208.8,
    lost_share=0.003,
)
MOMENT = Moment(
    stage="set",
    set_n=2,
    sets=3,
    elapsed_s=43.0,
    left_s=None,
    set_s=43.0,
    count=12,
    certain=11,
    held_s=17.4,
    target_reps=15,
    target_s=None,
    reached=False,
    sides={"right": SideCount(count=12, certain=11, held_s=17.4)},
    beat=Tempo.parse("1-0-3").beat(2.2),
)
ONE = RecordScene(
    moment=MOMENT,
    exercise=find_exercise("single-leg-calf-raise"),
    sides=(SideScene(side="right", view=VIEW, link=LINK),),
)
TWO = replace(
    ONE,
    moment=replace(
        MOMENT,
        sides={
            "left": SideCount(count=11, certain=11, held_s=12.0),
            "right": SideCount(count=12, certain=11, held_s=17.4),
        },
    ),
    sides=(
        SideScene(
            side="left",
            view=replace(VIEW, phase="top"),
            link=replace(
                LINK,
                name="Polar Sense 11",
                battery_pct=15,
                state="lost",
                detail="reconnecting, attempt 3",
            ),
        ),
        ONE.sides[0],
    ),
)
HOLD = replace(
    ONE,
    exercise=find_exercise("calf-raise-hold"),
    moment=replace(MOMENT, beat=None, target_reps=None, target_s=30.0, left_s=12.6),
)


def shown(scene: RecordScene, *, width: int = 80, height: int = 24, colour: bool = False) -> str:
    """The screen as text."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        height=height,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    console.print(RecordScreen(scene))
    return out.getvalue()


def test_the_whole_screen_at_80_columns() -> None:
    """As it was looked at; a change of it is looked at again."""
    assert shown(ONE).splitlines() == [
        "╭────────────── single-leg-calf-raise · set 2 of 3 (provisional) ──────────────╮",
        "│                                                                              │",
        "│                                 █   ███  ██                                  │",
        "│                                ██     █    █                                 │",
        "│                                 █   ███   █                                  │",
        "│                                 █   █                                        │",
        "│                                ███  ███   █                                  │",
        "│                                                                              │",
        "│                                      up                                      │",
        "│                        down █████████░░░░░░░░░░░ 2 s                         │",
        "│                             target 15 · set 0:43                             │",
        "│                                                                              │",
        "│ right  Polar Sense C0FFEE12  streaming  209 Hz  0.3 % lost  battery 87 %     │",
        "╰──────────────── q or Ctrl-C ends the set · space skips ahead ────────────────╯",
    ]


def test_two_legs_in_40_columns() -> None:
    """Two numbers, the lost sensor said in words; what matters least is gone."""
    assert shown(TWO, width=40, height=16).splitlines() == [
        "╭─ single-leg-calf-raise · set 2 of 3 ─╮",
        "│                                      │",
        "│    █    █             █   ███  ██    │",
        "│   ██   ██            ██     █    █   │",
        "│    █    █             █   ███   █    │",
        "│    █    █             █   █          │",
        "│   ███  ███           ███  ███   █    │",
        "│        left              right       │",
        "│                                      │",
        "│             no data | up             │",
        "│    down █████████░░░░░░░░░░░ 2 s     │",
        "│         target 15 · set 0:43         │",
        "│                                      │",
        "│ left  lost: reconnecting, attempt 3  │",
        "│ right  streaming  209 Hz  0.3 % lost │",
        "╰───────── q end · space skip ─────────╯",
    ]


def test_120_columns_have_room_for_all_of_a_link() -> None:
    """Signal strength too, and a low battery in words."""
    text = shown(TWO, width=120)
    assert "Polar Sense 11  lost: reconnecting, attempt 3" in text
    assert "battery 15 % LOW" in text


SCENES = st.builds(
    lambda scene, stage, row, count, sure, left_s: replace(
        scene,
        exercise=row,
        moment=replace(
            scene.moment,
            stage=stage,
            left_s=left_s,
            sides={
                side.side or "": SideCount(count=count, certain=count - (not sure), held_s=left_s)
                for side in scene.sides
            },
        ),
    ),
    st.sampled_from([ONE, TWO, HOLD]),
    st.sampled_from(["waiting", "countdown", "set", "settling", "rest", "done"]),
    st.sampled_from([*CATALOGUE, None]),
    st.integers(1, 999),
    st.booleans(),
    st.floats(0, 4000),
)


@given(SCENES, st.integers(12, 140), st.integers(1, 50))
def test_the_number_is_on_the_screen_in_any_window(
    scene: RecordScene, width: int, height: int
) -> None:
    """Big or in figures, no line too wide, no line too many."""
    lines = shown(scene, width=width, height=height).splitlines()
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    number = big_number(scene, scene.sides[-1])
    text = "\n".join(lines)
    in_figures = number.strip() in text
    assert in_figures or all(row.rstrip() in text for row in big(number))


@given(SCENES)
def test_colours_tell_nothing_more(scene: RecordScene) -> None:
    """With NO_COLOR or seen without red, every word is there."""
    plain, coloured = shown(scene), shown(scene, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_an_uncertain_rep_has_a_question_mark_and_nothing_jumps() -> None:
    """The figures stand where they stood."""
    sure = replace(ONE, moment=replace(MOMENT, sides={"right": SideCount(count=12, certain=12)}))
    assert big_number(ONE, ONE.sides[0]) == "12?"
    before, after = shown(ONE).splitlines()[2:7], shown(sure).splitlines()[2:7]
    assert [line[:42] for line in before] == [line[:42] for line in after]
    assert before != after


@pytest.mark.parametrize(
    ("stage", "left_s", "number"),
    [
        ("waiting", None, "-"),
        ("countdown", 2.3, "3"),
        ("rest", 59.2, "60"),
        ("rest", 142.0, "2:22"),
    ],
)
def test_before_and_between_sets_the_time_left_is_big(
    stage: Stage, left_s: float | None, number: str
) -> None:
    """To be seen from where one rests."""
    scene = replace(ONE, moment=replace(MOMENT, stage=stage, left_s=left_s))
    assert big_number(scene, scene.sides[0]) == number


def test_a_hold_shows_its_seconds_what_is_left_and_how_steady() -> None:
    """Held, not elapsed."""
    text = shown(HOLD)
    assert big_number(HOLD, HOLD.sides[0]) == "17"
    assert "13 of 30 s left · set 0:43" in text
    assert "held 17.4 s · sway 0.12 m/s²" in text


def test_hops_show_the_last_and_the_best_contact() -> None:
    """In milliseconds."""
    scene = replace(ONE, exercise=find_exercise("single-leg-hop"))
    assert "contact 213 ms · best 195 ms" in shown(scene)


def test_a_beat_is_seen_to_go_to_and_fro() -> None:
    """Without sound too."""
    beats = [Metronome(bpm=60).beat(at_s) for at_s in (0.5, 1.5)]
    texts = [shown(replace(ONE, moment=replace(MOMENT, beat=beat))) for beat in beats]
    assert "· beat ▶" in texts[0]
    assert "◀ beat ·" in texts[1]


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        ("lost", "reconnecting (attempt 3)", "lost: reconnecting (attempt 3)"),
        ("silent", "silent for 2.1 s", "silent for 2.1 s"),
        ("streaming", "", "streaming"),
    ],
)
def test_a_link_is_said_in_words(state: str, detail: str, words: str) -> None:
    """Its state, and more where there is more."""
    assert link_words(replace(LINK, state=state, detail=detail)) == words  # type: ignore[arg-type]


def test_a_log_says_each_thing_once() -> None:
    """One line a stage, a rep, a change of link, a message; nothing that moves the cursor."""
    log = RecordLog()
    waiting = replace(ONE, moment=replace(MOMENT, stage="waiting"))
    counting = replace(ONE, moment=replace(MOMENT, stage="countdown", left_s=5.0))
    lost = replace(
        ONE,
        sides=(replace(ONE.sides[0], link=replace(LINK, state="lost", detail="out of range")),),
    )
    said = []
    for scene in (
        *(waiting, waiting, counting, ONE, ONE),
        replace(ONE, moment=replace(MOMENT, cues=("rep",))),
        *(lost, lost, ONE),
        replace(ONE, moment=replace(MOMENT, certain=15, stage="settling", cues=("rep", "target"))),
        replace(ONE, message="kept", moment=replace(MOMENT, stage="rest", left_s=58.0)),
        replace(ONE, message="kept", moment=replace(MOMENT, stage="rest", left_s=30.0)),
        replace(ONE, message="kept", moment=replace(MOMENT, stage="done")),
    ):
        said += log.lines(scene)
    assert said == [
        "right Polar Sense C0FFEE12: streaming",
        "waiting for the sensor to stream and for you to stand still",
        "set 2 of 3 begins in 5 s",
        "set 2 of 3: go",
        "11 reps",
        "right Polar Sense C0FFEE12: lost: out of range",
        "right Polar Sense C0FFEE12: streaming",
        "15 reps",
        "target reached",
        "set 2 of 3 over after 0:43: 15 reps; stand still",
        "rest: 58 s",
        "kept",
        "session over",
    ]


def test_a_log_tells_legs_and_contacts_apart() -> None:
    """Both counts, both last contacts."""
    scene = replace(
        TWO,
        exercise=find_exercise("single-leg-hop"),
        moment=replace(TWO.moment, cues=("rep",), certain=11),
    )
    assert "11 contacts (left 11, right 11) contact 213 | 213 ms" in RecordLog().lines(scene)
