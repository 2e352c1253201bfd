"""``anklet record``: a live session with one sensor, or one on each leg."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.common.athletes import AthleteName, NewAthlete, athlete_for, is_shown
from cli.common.database import Db
from cli.common.options import Leg, Load, Note, Observe, Pain
from cli.common.output import err, remark
from cli.record.record_protocol import complete_exercise_or_protocol
from cli.training.stored_plan import PlanFile
from sensing.core.errors import UsageError
from sensing.core.exercises import CATALOGUE, find_exercise
from sensing.core.samples import Side

_MOST = 100_000.0


def record(
    ctx: typer.Context,
    exercise: Annotated[
        str | None,
        typer.Argument(
            metavar="EXERCISE",
            help="Exercise, or a test (`anklet protocols`); `auto` detects it afterwards. "
            "Default: the next one of your plan.",
            autocompletion=complete_exercise_or_protocol,
        ),
    ] = None,
    sensor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name or address of the sensor (`demo`: simulated). Default: the last one used.",
        ),
    ] = None,
    side: Leg = None,
    left: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of two sensors, the one on the left leg.")
    ] = None,
    right: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of two sensors, the one on the right leg.")
    ] = None,
    placement: Annotated[
        Literal["ankle", "shoe"] | None,
        typer.Option(help="Where the sensor is worn. Default: as calibrated, or as the last time."),
    ] = None,
    load: Load = None,
    reps: Annotated[int | None, typer.Option(metavar="N", help="Reps or hops in a set.")] = None,
    time: Annotated[
        float | None, typer.Option(metavar="S", help="Length of a set, s; of a hold: time held.")
    ] = None,
    sets: Annotated[int, typer.Option(metavar="N", help="Number of sets.")] = 1,
    rest: Annotated[float, typer.Option(metavar="S", help="Rest between sets, s.")] = 60.0,
    countdown: Annotated[
        float, typer.Option(metavar="S", help="Countdown before each set, s.")
    ] = 5.0,
    tempo: Annotated[
        str | None,
        typer.Option(
            metavar="U-H-D", help="Tempo: seconds up, at the top and down, such as 1-0-3."
        ),
    ] = None,
    metronome: Annotated[
        float | None, typer.Option(metavar="BPM", help="Metronome, beats per minute.")
    ] = None,
    pain: Pain = None,
    note: Note = None,
    athlete: AthleteName = None,
    new_athlete: NewAthlete = False,
    mass: Annotated[
        float | None, typer.Option(metavar="KG", help="Body mass, used for the results of tests.")
    ] = None,
    box: Annotated[
        float | None,
        typer.Option(metavar="CM", help="Height of the box you step off, for the drop-jump test."),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Sample rate to request. Default: by exercise."),
    ] = None,
    range_g: Annotated[
        float | None,
        typer.Option("--range", metavar="G", help="Range to request, ± g. Default: by exercise."),
    ] = None,
    raw_only: Annotated[
        bool, typer.Option("--raw-only", help="Only record; import later with `recover --raw`.")
    ] = False,
    mute: Annotated[bool, typer.Option("--mute", help="No sounds.")] = False,
    observe: Observe = False,
    plan_file: PlanFile = None,
    db: Db = None,
) -> None:
    """Record a session with a sensor, live.

    Finds the sensor, counts down, and shows reps, ground-contact times or the time held as you go.
    `q` or Ctrl-C ends the set and, pressed again, the session; Enter or space skips to the next
    step. Every packet is saved to disk within a second. Live counts are provisional; results come
    from the whole recording, as with `replay`. Without an exercise, the next one of your plan is
    offered, or the one you did last time.

    [bold]Examples[/bold]

      anklet record
      anklet record single-leg-calf-raise --side left --reps 12 --sets 3 --rest 90
      anklet record eccentric-calf-raise --tempo 1-0-3 --reps 15 --load 10
      anklet record single-leg-hop --left "Polar Sense A1" --right "Polar Sense B2" --time 20
      anklet record calf-raise-hold --time 45
      anklet record single-leg-hop --sensor demo --reps 20
      anklet record heel-raise-test --side left --mass 70
      anklet record drop-jump-test --box 30
    """
    from cli.protocols.protocols import card
    from cli.record.record_protocol import box_height, refuse_conflicts
    from cli.record.record_run import run
    from cli.record.session_options import DEMO, SessionOptions, course_from, sensors_from
    from sensing.guided.course import Course
    from sensing.guided.pacing import Tempo
    from sensing.guided.protocols import COUNTDOWN_S, protocol_or_exercise

    # The names of the options that were typed, even with their default values.
    sources = {name: ctx.get_parameter_source(name) for name in ctx.params}
    typed = {name for name, each in sources.items() if getattr(each, "name", "") == "COMMANDLINE"}
    two_sensors = left is not None and right is not None
    for option, value in (("--rate", rate), ("--range", range_g)):
        if value is not None and not 0 < value < _MOST:
            raise UsageError(f"no sensor has {option} {value:g}")
    course = Course(
        sets=sets,
        reps=reps,
        time_s=None if _is_unseen(exercise) else time,
        rest_s=rest,
        countdown_s=countdown,
        tempo=None if tempo is None else Tempo.parse(tempo),
        metronome_bpm=metronome,
    )
    if exercise is not None:
        protocol_or_exercise(exercise)
    # Before a sensor is sought: a question must not wait until somebody stands ready.
    demo = {sensor} == {DEMO} if left is None else {left, right} == {DEMO}
    alone = demo and exercise is not None and db is None
    whose, shown = _whose(athlete, new=new_athlete, db=db, alone=alone)
    if exercise is None:
        from cli.training.next_exercise import choose_next

        offer = choose_next(db, athlete=whose, side=side, plan=plan_file)
        exercise, side = offer.entry.exercise, None if two_sensors else offer.side
        course = course_from(offer, course, typed)
        load = offer.entry.load_kg if load is None else load
    elif plan_file is not None:
        raise UsageError("--plan is for recording what is next", remedy="leave the exercise out")
    elif not raw_only:
        from cli.training.next_exercise import remark_target

        legs: tuple[Side, ...] = ("left", "right") if two_sensors else (side,) if side else ()
        remark_target(db, exercise, athlete=whose, sides=legs)
    protocol = protocol_or_exercise(exercise)
    if observe and _is_unseen(exercise):
        raise UsageError(f"--observe compares with a sensor, which can't see {exercise}")
    if _is_unseen(exercise):
        from cli.record.timer import HOLD_S, Timed, run_timer

        row = find_exercise(exercise)
        run_timer(
            Timed(
                exercise=row,
                sets=course.sets,
                reps=course.reps or (row.usual.reps or (10, 10))[0],
                hold_s=HOLD_S if time is None else time,
                rest_s=course.rest_s,
                countdown_s=course.countdown_s,
                side=side,
                pain=pain,
                note=note,
                athlete=whose,
                mute=mute,
                db=db,
            )
        )
        return
    box_m = box_height(exercise, box)
    sensors = sensors_from(sensor, side, left, right)
    if observe and len(sensors) > 1:
        raise UsageError(
            "--observe is for one sensor: a tap does not say which leg it was",
            remedy="record the legs one after the other",
        )
    if protocol is not None:
        refuse_conflicts(protocol, typed, two_sensors=two_sensors, mass_kg=mass)
        course = protocol.course(
            countdown_s=countdown if "countdown" in typed else COUNTDOWN_S,
            rest_s=rest if "rest" in typed else None,
        )
        for line in card(protocol.name):
            err().print(line, soft_wrap=True)
    run(
        SessionOptions(
            exercise=exercise if protocol is None else protocol.exercise,
            sensors=sensors,
            course=course,
            placement=placement or "unknown",
            load_kg=load,
            pain=pain,
            note=note,
            athlete=whose,
            athlete_shown=shown,
            rate_hz=rate,
            range_g=range_g,
            raw_only=raw_only,
            mute=mute,
            db=db,
            protocol=None if protocol is None else protocol.name,
            body_mass_kg=mass,
            box_height_m=box_m,
            observe=observe,
            instructions="" if protocol is None else " · ".join(protocol.how),
        )
    )


def _whose(typed: str | None, *, new: bool, db: Path | None, alone: bool) -> tuple[str, str]:
    """The athlete, and the name to show, which is empty if there is only oneself."""
    from sensing.store.store import open_store
    from sensing.store.write.athletes import ME

    if alone:  # a demo: it goes into a database of its own, and is deleted
        return typed or ME, typed or ""
    with open_store(db, create=False) as store:
        whose = athlete_for(store, typed, new=new)
        shown = whose if is_shown(store, whose) else ""
    if shown:
        remark(f"athlete: {shown}")
    return whose, shown


def _is_unseen(name: str | None) -> bool:
    """True for an exercise that the sensor can't see."""
    return any(row.name == name and not row.is_seen for row in CATALOGUE)
