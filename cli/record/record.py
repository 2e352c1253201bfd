"""``anklet record``: a session with one sensor, or one on each leg, live and kept."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from cli.common.database import Db
from cli.record.record_protocol import complete_exercise_or_protocol
from cli.training.stored_plan import PlanFile
from sensing.core.errors import UsageError

_MOST = 100_000.0


def record(
    ctx: typer.Context,
    exercise: Annotated[
        str | None,
        typer.Argument(
            metavar="EXERCISE",
            help="What you will do, or a test (`anklet protocols`); `auto` finds out afterwards; "
            "without: what is next of your plan is offered.",
            autocompletion=complete_exercise_or_protocol,
        ),
    ] = None,
    sensor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Name or address of the sensor; else the last one. `demo`: none."
        ),
    ] = None,
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="Leg the sensor is on.")
    ] = None,
    left: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sensor on the left leg, of two.")
    ] = None,
    right: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sensor on the right leg, of two.")
    ] = None,
    placement: Annotated[
        Literal["ankle", "shoe"], typer.Option(help="Where the sensor is worn.")
    ] = "ankle",
    load: Annotated[
        float | None, typer.Option(min=0, metavar="KG", help="Weight carried, kg.")
    ] = None,
    reps: Annotated[
        int | None, typer.Option(metavar="N", help="A set ends after so many reps or hops.")
    ] = None,
    time: Annotated[
        float | None,
        typer.Option(
            "--time", metavar="S", help="A set ends after so many seconds, of holds: held."
        ),
    ] = None,
    sets: Annotated[int, typer.Option(metavar="N", help="How many sets.")] = 1,
    rest: Annotated[
        float, typer.Option(metavar="S", help="Rest from the end of a set to the next, s.")
    ] = 60.0,
    countdown: Annotated[
        float, typer.Option(metavar="S", help="Count down for so long before each set, s.")
    ] = 5.0,
    tempo: Annotated[
        str | None,
        typer.Option(metavar="U-H-D", help="Paced: seconds up, held, down, such as 1-0-3."),
    ] = None,
    metronome: Annotated[
        float | None, typer.Option(metavar="BPM", help="An even beat, per minute.")
    ] = None,
    pain: Annotated[
        int | None, typer.Option(min=0, max=10, help="Pain now, 0 (none) to 10.")
    ] = None,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A note to keep with it.")
    ] = None,
    athlete: Annotated[str, typer.Option(metavar="NAME", help="Who it is.")] = "me",
    mass: Annotated[
        float | None, typer.Option(metavar="KG", help="Body mass, kept for the figures of tests.")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option("--rate", metavar="HZ", help="Ask for this rate, not the exercise's."),
    ] = None,
    range_g: Annotated[
        float | None,
        typer.Option("--range", metavar="G", help="Ask for this range, ± g, not the exercise's."),
    ] = None,
    raw_only: Annotated[
        bool, typer.Option("--raw-only", help="Record now, analyse later with `recover`.")
    ] = False,
    mute: Annotated[bool, typer.Option("--mute", help="No sounds.")] = False,
    plan_file: PlanFile = None,
    db: Db = None,
) -> None:
    """Record a session with a sensor, live.

    Finds the sensor, counts down and shows the count, the contact times or the seconds held as you
    go. `q` or Ctrl-C ends the set and, pressed again, the session; Enter or space goes on to what
    comes next. Every packet is on the disk within a second. What the screen shows is a guess; what
    is kept is decided from the whole recording afterwards, as `replay` would. Without an exercise
    it offers what is next of your plan, or what you did last time.

    [bold]Examples[/bold]

      anklet record
      anklet record single-leg-calf-raise --side left --reps 12 --sets 3 --rest 90
      anklet record eccentric-calf-raise --tempo 1-0-3 --reps 15 --load 10
      anklet record single-leg-hop --left "Polar Sense A1" --right "Polar Sense B2" --time 20
      anklet record calf-raise-hold --time 45
      anklet record single-leg-hop --sensor demo --reps 20
      anklet record heel-raise-test --side left --mass 70
    """
    from cli.record.record_protocol import refuse_conflicts, tell_how
    from cli.record.record_run import run
    from cli.record.session_options import SessionOptions
    from sensing.guided.course import Course
    from sensing.guided.pacing import Tempo
    from sensing.guided.protocols import COUNTDOWN_S, protocol_or_exercise

    # What was typed, even with the very value that is usual.
    typed = {
        name
        for name in ctx.params
        if getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE"
    }
    if exercise is None:
        from cli.training.next_exercise import choose_next

        offer = choose_next(db, athlete=athlete, side=side, plan=plan_file)
        entry, exercise = offer.entry, offer.entry.exercise
        side = offer.side if left is None else None
        sets = sets if "sets" in typed else offer.sets
        if reps is None and time is None:
            reps, time = entry.reps, entry.time_s
        if tempo is None and metronome is None:
            tempo = None if entry.tempo is None else str(entry.tempo)
            metronome = entry.metronome_bpm
        rest = rest if "rest" in typed or entry.rest_s is None else entry.rest_s
        load = entry.load_kg if load is None else load
    elif plan_file is not None:
        raise UsageError("--plan is for recording what is next", remedy="leave the exercise out")
    protocol = protocol_or_exercise(exercise)
    if (left is None) != (right is None):
        raise UsageError("one of two sensors is missing", remedy="give --left and --right")
    if left is not None and (sensor is not None or side is not None):
        raise UsageError(
            "--sensor and --side are for one sensor", remedy="give --left and --right alone"
        )
    for option, value in (("--rate", rate), ("--range", range_g)):
        if value is not None and not 0 < value < _MOST:
            raise UsageError(f"{option} {value:g} is none a sensor could have")
    course = None
    if protocol is not None:
        refuse_conflicts(protocol, typed, two_sensors=left is not None, mass_kg=mass)
        course = protocol.course(
            countdown_s=countdown if "countdown" in typed else COUNTDOWN_S,
            rest_s=rest if "rest" in typed else None,
        )
        tell_how(protocol)
    plan = SessionOptions(
        exercise=exercise if protocol is None else protocol.exercise,
        sensors=((side, sensor),) if left is None else (("left", left), ("right", right)),
        course=course
        or Course(
            sets=sets,
            reps=reps,
            time_s=time,
            rest_s=rest,
            countdown_s=countdown,
            tempo=None if tempo is None else Tempo.parse(tempo),
            metronome_bpm=metronome,
        ),
        placement=placement,
        load_kg=load,
        pain=pain,
        note=note,
        athlete=athlete,
        rate_hz=rate,
        range_g=range_g,
        raw_only=raw_only,
        mute=mute,
        db=db,
        protocol=None if protocol is None else protocol.name,
        body_mass_kg=mass,
        brief="" if protocol is None else " · ".join(protocol.how),
    )
    run(plan)
