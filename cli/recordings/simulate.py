"""``anklet simulate``: a recording made up, with its truth in a JSON file beside it."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.exercise_names import complete_exercise
from cli.common.output import remark
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.simulation.make import SimulatedRecording


def simulate(
    exercise: Annotated[
        str,
        typer.Argument(
            metavar="EXERCISE",
            help="A name of `anklet exercises`, or `workout`.",
            autocompletion=complete_exercise,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="CSV or .csv.gz to write; else EXERCISE.csv.gz."
        ),
    ] = None,
    reps: Annotated[
        int | None, typer.Option("--reps", metavar="N", help="Raises, hops, jumps or strides.")
    ] = None,
    hold: Annotated[
        float | None, typer.Option("--hold", metavar="SECONDS", help="How long a hold is kept.")
    ] = None,
    tempo: Annotated[
        str | None,
        typer.Option("--tempo", metavar="UP-HOLD-DOWN", help="Paced raises, in seconds: 1-0-3."),
    ] = None,
    fatigue: Annotated[
        float | None,
        typer.Option("--fatigue", metavar="SHARE", help="Range lost by the last rep, 0 to 0.6."),
    ] = None,
    partial: Annotated[
        float | None, typer.Option("--partial", metavar="SHARE", help="Share of partial reps.")
    ] = None,
    fidgets: Annotated[
        int | None,
        typer.Option(
            "--fidgets", metavar="N", help="Movements around the set that are none of it."
        ),
    ] = None,
    rate: Annotated[
        float, typer.Option("--rate", metavar="HZ", help="Nominal samples per second.")
    ] = 208.0,
    rate_error: Annotated[
        float | None,
        typer.Option("--rate-error", metavar="PERCENT", help="How far off the rate really is."),
    ] = None,
    range_g: Annotated[
        float, typer.Option("--range", metavar="G", help="The accelerometer clips at ± this.")
    ] = 16.0,
    noise: Annotated[
        float | None, typer.Option("--noise", metavar="UG", help="Noise density, µg/√Hz.")
    ] = None,
    loss: Annotated[
        float, typer.Option("--loss", metavar="SHARE", help="Share of packets that get lost.")
    ] = 0.0,
    gyro: Annotated[bool, typer.Option("--gyro/--no-gyro", help="With a gyroscope?")] = True,
    placement: Annotated[
        Literal["ankle", "shoe"], typer.Option("--placement", help="Where the sensor is worn.")
    ] = "ankle",
    side: Annotated[
        Literal["left", "right"], typer.Option("--side", help="Leg the sensor is worn on.")
    ] = "right",
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another number is another person.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Overwrite.")] = False,
) -> None:
    """Make a recording up, with its truth beside it.

    What is not given is drawn at random, the person included; the same seed gives the same
    recording. It is a simulation, not validated on people: good for trying things out and for
    tests, no evidence of accuracy.

    [bold]Examples[/bold]

      anklet simulate single-leg-calf-raise --reps 12 --tempo 1-0-3 --seed 4
      anklet simulate single-leg-hop --out hops.csv --range 8 --loss 0.01
      anklet simulate workout --seed 7 --rate 104 --no-gyro
    """
    from sensing.guided.pacing import Tempo
    from sensing.simulation.make import simulate as make_up
    from sensing.simulation.options import Options

    options = Options(
        exercise=exercise,
        seed=seed,
        reps=reps,
        hold_s=hold,
        tempo=None if tempo is None else Tempo.parse(tempo),
        fatigue=fatigue,
        partial=partial,
        fidgets=fidgets,
        rate_hz=rate,
        rate_error=None if rate_error is None else rate_error / 100,
        range_g=range_g,
        noise_ug=noise,
        loss=loss,
        gyro=gyro,
        side=side,
        placement=placement,
    )
    recording = Path(f"{exercise}.csv.gz") if out is None else out
    truth = truth_path(recording)
    if not force:
        for path in (recording, truth):
            if path.exists():
                raise UsageError("exists already", where=str(path), remedy="--force overwrites it")
    made = make_up(options)
    recording.write_bytes(recording_bytes(made, zipped=recording.suffix == ".gz"))
    truth.write_text(truth_text(made, recording), encoding="utf-8")
    remark(f"wrote {recording} ({made.truth['duration_s']:.0f} s) and its truth, {truth}")


def truth_path(recording: Path) -> Path:
    """Where the truth of a recording goes: the same name with .json.

    Raises:
        UsageError: the recording's name does not end in .csv or .csv.gz.
    """
    for ending in (".csv.gz", ".csv"):
        if recording.name.endswith(ending) and recording.name != ending:
            return recording.with_name(recording.name.removesuffix(ending) + ".json")
    raise UsageError(
        "a recording is written as plain CSV", where=str(recording), remedy="end it in .csv.gz"
    )


def recording_bytes(made: SimulatedRecording, *, zipped: bool) -> bytes:
    """Plain CSV; zipped, there is no name and no time in it, so that equal data are equal bytes."""
    columns = ["t_s", "ax_g", "ay_g", "az_g"]
    table = [made.samples_t_s, *made.acc_g.T]
    line = "%.5f,%.5f,%.5f,%.5f"
    if made.gyro_dps is not None:
        columns += ["gx_dps", "gy_dps", "gz_dps"]
        table += [*made.gyro_dps.T]
        line += ",%.3f,%.3f,%.3f"
    rows = [line % row for row in zip(*(column.tolist() for column in table), strict=True)]
    plain = "\n".join([",".join(columns), *rows, ""]).encode("ascii")
    if not zipped:
        return plain
    target = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(plain)
    return target.getvalue()


def truth_text(made: SimulatedRecording, recording: Path) -> str:
    """The truth as JSON, with the recording's name in it."""
    name = recording.name.removesuffix(".gz").removesuffix(".csv")
    return json.dumps({"name": name, **made.truth}, indent=1, ensure_ascii=False) + "\n"
