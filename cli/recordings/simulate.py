"""``anklet simulate``: simulate a recording, with its ground truth in a JSON file beside it."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common.options import complete_exercise
from cli.common.output import remark
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.simulation.make import SimulatedRecording


def _complete(incomplete: str) -> list[tuple[str, str]]:
    """Exercises, and what else can be simulated, whose name begins with what was typed."""
    from sensing.simulation.options import MOVEMENTS, WORKOUT

    others = {WORKOUT: "raises, hops and a hold"} | dict.fromkeys(MOVEMENTS, "nothing to count")
    return complete_exercise(incomplete) + [
        (name, what) for name, what in others.items() if name.startswith(incomplete)
    ]


def simulate(
    exercise: Annotated[
        str,
        typer.Argument(
            metavar="EXERCISE",
            help="A name from `anklet exercises`, `workout`, or a movement in which nothing must "
            "be counted: `walking`, `walking-with-aids`, `stairs`, `squats`, `sit-to-stand` or "
            "`weight-shifts`.",
            autocompletion=_complete,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Plain CSV file to write, .csv or .csv.gz; by default EXERCISE.csv.gz.",
        ),
    ] = None,
    reps: Annotated[
        int | None, typer.Option(metavar="N", help="Number of reps, hops, jumps or steps.")
    ] = None,
    hold: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Duration of a hold.")
    ] = None,
    tempo: Annotated[
        str | None,
        typer.Option(
            metavar="UP-HOLD-DOWN", help="Paced reps: seconds up, held and down, such as 1-0-3."
        ),
    ] = None,
    fatigue: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Height lost by the last rep, 0 to 0.6.")
    ] = None,
    partial: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of partial reps, 0 to 1.")
    ] = None,
    fidgets: Annotated[
        int | None, typer.Option(metavar="N", help="Number of other movements around the set.")
    ] = None,
    lean: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Lean of the shank in a full raise; negative: backwards."),
    ] = None,
    strike: Annotated[
        float | None,
        typer.Option(
            metavar="G",
            help="Peak acceleration of the heel strikes, as far as the heel is quick enough.",
        ),
    ] = None,
    shake: Annotated[
        float | None, typer.Option(metavar="MG", help="Shaking while lowering the heels, RMS.")
    ] = None,
    cut: Annotated[
        Literal["start", "end", "both"] | None,
        typer.Option(help="Begin or end the recording in the middle of the set."),
    ] = None,
    idealised: Annotated[
        bool,
        typer.Option(
            "--idealised",
            help="Smooth raises, upright shank, heels set down softly: as nobody does them.",
        ),
    ] = False,
    rate: Annotated[float, typer.Option(metavar="HZ", help="Nominal samples per second.")] = 208.0,
    rate_error: Annotated[
        float | None, typer.Option(metavar="PERCENT", help="Error of the sample rate.")
    ] = None,
    range_g: Annotated[
        float, typer.Option("--range", metavar="G", help="Range of the accelerometer, ± g.")
    ] = 16.0,
    resolution: Annotated[
        float | None,
        typer.Option(metavar="MG", help="Smallest step of the accelerometer; by default 15 bits."),
    ] = None,
    noise: Annotated[
        float | None, typer.Option(metavar="UG", help="Noise density, µg/√Hz.")
    ] = None,
    loss: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of packets that are lost, 0 to 1.")
    ] = 0.0,
    gap: Annotated[
        float | None,
        typer.Option(
            metavar="MS", help="Lose samples in gaps of this length; by default packet by packet."
        ),
    ] = None,
    gyro: Annotated[bool, typer.Option("--gyro/--no-gyro", help="Simulate a gyroscope.")] = True,
    placement: Annotated[
        Literal["ankle", "shoe"], typer.Option(help="Where the sensor is worn.")
    ] = "ankle",
    side: Annotated[
        Literal["left", "right"], typer.Option(help="Leg the sensor is worn on.")
    ] = "right",
    seed: Annotated[
        int,
        typer.Option(
            metavar="N", help="Random seed; a different seed simulates a different person."
        ),
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
) -> None:
    """Simulate a recording with ground truth.

    Whatever is not given is drawn at random; the same seed gives the same recording. The ground
    truth is written to a JSON file of the same name. Use it to try things out and to test; it
    says nothing about accuracy on people, though the simulated people lean, strike the floor and
    shake as much as those of whom there are recordings.

    [bold]Examples[/bold]

      anklet simulate single-leg-calf-raise --reps 12 --tempo 1-0-3 --seed 4
      anklet simulate double-leg-calf-raise --tempo 0.3-0-0.3 --strike 5 --shake 100
      anklet simulate single-leg-hop -o hops.csv --range 8 --loss 0.02 --gap 110
      anklet simulate walking-with-aids --rate 100 --range 4 --resolution 10
      anklet simulate workout --seed 7 --rate 104 --no-gyro
    """
    from sensing.guided.pacing import Tempo
    from sensing.simulation.make import simulate as simulate_recording
    from sensing.simulation.options import Options

    options = Options(
        exercise=exercise,
        seed=seed,
        idealised=idealised,
        reps=reps,
        hold_s=hold,
        tempo=None if tempo is None else Tempo.parse(tempo),
        fatigue=fatigue,
        partial=partial,
        fidgets=fidgets,
        lean_deg=lean,
        strike_g=strike,
        shake_mg=shake,
        cut=cut,
        rate_hz=rate,
        rate_error=None if rate_error is None else rate_error / 100,
        range_g=range_g,
        resolution_mg=resolution,
        noise_ug=noise,
        loss=loss,
        gap_ms=gap,
        gyro=gyro,
        side=side,
        placement=placement,
    )
    recording = Path(f"{exercise}.csv.gz") if output is None else output
    truth = truth_path(recording)
    if not force:
        for path in (recording, truth):
            if path.exists():
                raise UsageError(
                    "exists already", where=str(path), remedy="replace it with --force"
                )
    made = simulate_recording(options)
    recording.write_bytes(recording_bytes(made, zipped=recording.suffix == ".gz"))
    truth.write_text(truth_text(made, recording), encoding="utf-8")
    remark(f"wrote {recording} ({made.truth['duration_s']:.0f} s) and its ground truth, {truth}")


def truth_path(recording: Path) -> Path:
    """Path of a recording's ground truth: the same name with .json.

    Raises:
        UsageError: the recording's name does not end in .csv or .csv.gz.
    """
    for ending in (".csv.gz", ".csv"):
        if recording.name.endswith(ending) and recording.name != ending:
            return recording.with_name(recording.name.removesuffix(ending) + ".json")
    raise UsageError(
        "only plain CSV can be written", where=str(recording), remedy="end the name in .csv.gz"
    )


def recording_bytes(made: SimulatedRecording, *, zipped: bool) -> bytes:
    """Plain CSV; compressed without name and time, so that equal data give equal bytes."""
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
    """The ground truth as JSON, with the recording's name."""
    name = recording.name.removesuffix(".gz").removesuffix(".csv")
    return json.dumps({"name": name, **made.truth}, indent=1, ensure_ascii=False) + "\n"
