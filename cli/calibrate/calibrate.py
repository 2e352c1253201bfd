"""``anklet calibrate``: calibrate an athlete, a sensor or its strap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.common.athletes import AthleteName, NewAthlete, athlete_for
from cli.common.database import Db, stored
from cli.common.options import DryRun, Leg, complete_exercise
from cli.common.output import write_text
from sensing.core.errors import UsageError

_DEFAULT = {"contact": "single-leg-hop", "height": "double-leg-calf-raise"}


def calibrate(
    what: Annotated[
        Literal["sensor", "placement", "exercise", "contact", "height"],
        typer.Argument(metavar="WHAT", help="sensor, placement, exercise, contact or height."),
    ],
    exercise: Annotated[
        str | None,
        typer.Argument(
            metavar="EXERCISE",
            help="Which exercise; required by `calibrate exercise`.",
            autocompletion=complete_exercise,
        ),
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Use this recording as the trial, not live."),
    ] = None,
    reps: Annotated[int, typer.Option(metavar="N", help="Number of reference reps.")] = 5,
    tempo: Annotated[
        str | None,
        typer.Option(metavar="U-H-D", help="Pace the reference reps: seconds up, held, down."),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Times of initial contact and toe-off of the hops."),
    ] = None,
    video_template: Annotated[
        bool, typer.Option("--video-template", help="Print a CSV to fill in from a 240 fps video.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="With --video-template: file to write; by default it is printed.",
        ),
    ] = None,
    rise: Annotated[
        float | None, typer.Option(metavar="CM", help="Known height of the heel, cm.")
    ] = None,
    side: Leg = None,
    placement: Annotated[
        Literal["ankle", "shoe"] | None, typer.Option(help="Where the sensor is worn.")
    ] = None,
    athlete: AthleteName = None,
    new_athlete: NewAthlete = False,
    sensor: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name or address of the sensor.")
    ] = None,
    dry_run: DryRun = False,
    db: Db = None,
) -> None:
    """Calibrate for your sensor, how it sits, and your exercises.

    Guided, live or from a recording. The result is saved in a profile; `replay` and `record` choose
    the one that fits. A trial that would make results worse is refused, with the reason.
    docs/calibration.md describes each kind.

    [bold]Examples[/bold]

      anklet calibrate sensor --sensor "Polar Sense A1"
      anklet calibrate placement --side left
      anklet calibrate exercise tibialis-raise --side left --reps 5
      anklet calibrate contact single-leg-hop --reference mat.csv --from hops.anklet --side left
      anklet calibrate contact --video-template -o contacts.csv
      anklet calibrate height --rise 8 --side left
    """
    if video_template:
        from calibration.contact_time.reference import video_template as template

        if what != "contact":
            raise UsageError("--video-template goes with `calibrate contact`")
        write_text(template(), output)
        return
    if output is not None:
        raise UsageError("--output goes with --video-template")
    from cli.calibrate.calibrate_run import run
    from cli.calibrate.request import Request
    from sensing.guided.pacing import Tempo
    from sensing.store.write.athletes import ME

    whose = athlete or ME
    if what != "sensor":  # a sensor's own errors are nobody's
        named = athlete or _named_in(from_file)
        with stored(db) as store:
            whose = athlete_for(store, named, new=new_athlete)
    run(
        Request(
            what=what,
            exercise=exercise or _DEFAULT.get(what),
            from_file=from_file,
            reps=reps,
            tempo=None if tempo is None else Tempo.parse(tempo),
            reference=reference,
            rise_cm=rise,
            side=side,
            placement=placement,
            athlete=whose,
            sensor=sensor,
            dry_run=dry_run,
            db=db,
        )
    )


def _named_in(file: Path | None) -> str | None:
    """The athlete named in a recording of our own; None if none is, or the file is no recording."""
    from sensing.core.errors import RecordingError
    from sensing.files.read_recording import read_header

    if file is None:
        return None
    try:
        header = read_header(file)
    except RecordingError:
        return None  # it is read again, and refused, where it is used
    return (header.athlete or "").strip() or None if header else None
