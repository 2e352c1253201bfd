"""``anklet bundle``: recordings with their labels and without names, to share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from cli.common.database import Db, SessionIds, ids_of, stored
from cli.common.output import many, out, progress, remark, size_words
from sensing.core.errors import UsageError

if TYPE_CHECKING:
    from sensing.store.values.sessions import RecordingDetail, SessionDetail
    from sensing.validation.labels import RecordingLabels


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One recording as it goes into the bundle; ``labels`` are under its original name."""

    said: dict[str, object]
    file: Path
    labels: RecordingLabels | None
    earlier_s: float


def bundle(
    session_ids: SessionIds,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Zip file to write.")
    ],
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            "-l",
            metavar="FILE",
            help="CSV with counts or events, as for `anklet validate` (may be repeated); what was "
            "tapped with --observe is always packed.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    db: Db = None,
) -> None:
    """Pack recordings with their labels, to share.

    Names, notes, pain, dates, and names and addresses of sensors are left out; athletes become
    person-1, person-2, … within the bundle. It holds what is needed to use the recordings: sensor
    family, rate, placement, side, exercise, load, body mass if known, and checksums. The licence is
    yours to choose: fill it in in README.md. `anklet validate FILE` works on the bundle as it is.

    [bold]Examples[/bold]

      anklet bundle 3 4 7 -o clinic.zip
      anklet bundle 3 --labels video.csv -o set3.zip
    """
    from cli.recordings.stored_samples import unchanged_file
    from sensing.files.atomic_write import new_file
    from sensing.files.bundle import write_bundle
    from sensing.files.labels import read_labels

    if output.suffix.lower() != ".zip":
        raise UsageError("a bundle is a zip", where=str(output), remedy="end the name in .zip")
    ids = ids_of(session_ids)
    with stored(db) as store:
        sessions = [store.session(each) for each in ids]
        masses = {each.name: each.body_mass_kg for each in store.athletes()}
    given = {each.recording: each for each in read_labels(labels or [])}
    used: set[str] = set()
    packed: list[Packed] = []
    people: dict[str, str] = {}
    with (
        new_file(output, force=force) as beside,  # refused, if it is, before the work is done
        TemporaryDirectory(prefix="anklet-") as folder,
        progress("packing") as step,
    ):
        for number, session in enumerate(sessions, start=1):
            person = people.setdefault(session.athlete, f"person-{len(people) + 1}")
            for part in session.recordings:
                step(f"packing session {number} of {len(sessions)}")
                file = unchanged_file(part)
                found = _labels_of(file, given)
                used |= {found.recording} if found is not None else set()
                one = _pack(part, file, Path(folder), len(packed) + 1, found)
                said = {
                    "person": person,
                    "session": number,
                    "body_mass_kg": _mass(part, session, masses),
                }
                one.said.update(said)
                packed.append(one)
        if not packed:
            raise UsageError("there is no recording in these sessions")
        unused = sorted(set(given) - used)
        if unused:
            raise UsageError(
                f"no recording of these sessions is called {unused[0]!r}",
                where=given[unused[0]].place,
                remedy="the column `recording` holds the file's name, with or without its ending",
            )
        texts = _texts(packed)
        write_bundle(beside, [(each.said, each.file) for each in packed], _about(), texts)
    labelled = sum(each.labels is not None for each in packed)
    size = size_words(output.stat().st_size)
    out().print(
        f"{output}: {many(len(packed), 'recording')} of {many(len(people), 'person', 'people')}, "
        f"{labelled} with labels; {size}.",
        soft_wrap=True,
    )
    remark("fill in the licence in README.md before you share it")


def _labels_of(file: Path, given: dict[str, RecordingLabels]) -> RecordingLabels | None:
    """What --labels says of a recording, else what was tapped."""
    from sensing.files.labels import bare_name, labels_path, read_labels

    named = given.get(bare_name(file.name))
    if named is not None:
        return named
    beside = labels_path(file)
    return next(iter(read_labels([beside])), None) if beside.is_file() else None


def _pack(
    part: RecordingDetail, file: Path, folder: Path, number: int, labels: RecordingLabels | None
) -> Packed:
    from sensing.files.anonymous import anonymous

    asked = json.loads(part.analysis.parameters)
    made = anonymous(file, rate_hz=asked.get("rate_hz"), format_name=asked.get("format"))
    name = f"{number:03d}"
    target = folder / f"{name}{made.ending}"
    target.write_bytes(made.data)
    kept, analysis = part.recording, part.analysis
    said: dict[str, object] = {
        "recording": name,
        "file": f"recordings/{target.name}",
        "sha256": hashlib.sha256(made.data).hexdigest(),
        "person": None,
        "session": None,
        "side": kept.side,
        "placement": analysis.placement,
        "exercise": labels.exercise if labels and labels.exercise else analysis.exercise,
        "load_kg": kept.load_kg,
        "body_mass_kg": None,
        "sensor": kept.sensor,
        "rate_hz": round(kept.rate_hz, 4),
        "range_g": kept.range_g,
        "duration_s": round(kept.duration_s, 3),
        "samples": kept.samples,
        "lost_samples": kept.lost_samples,
        "algorithm_version": analysis.engine,
        "labels": 0 if labels is None else len(labels.events),
    }
    return Packed(said=said, file=target, labels=labels, earlier_s=made.earlier_s)


def _mass(
    part: RecordingDetail, session: SessionDetail, masses: dict[str, float | None]
) -> float | None:
    """That of the day if it is known, else the athlete's."""
    day = part.recording.target.get("body_mass_kg")
    return day if isinstance(day, int | float) else masses.get(session.athlete)


def _about() -> dict[str, object]:
    from importlib.metadata import version

    return {
        "made_with": f"anklet {version('anklet')}",
        "units": {
            "time_s": "s on the recording's own clock",
            "load_kg": "kg",
            "body_mass_kg": "kg",
            "rate_hz": "samples per second",
            "range_g": "± g (9.80665 m/s²)",
        },
        "licence": None,
    }


def _texts(packed: Sequence[Packed]) -> dict[str, str]:
    """README and tables of labels, by their name in the zip."""
    from sensing.files.bundle import COUNTS, LABELS, README
    from sensing.files.labels import EVENT_COLUMNS, event_rows
    from sensing.validation.labels import COUNT_COLUMNS

    events = [",".join([*EVENT_COLUMNS, "person", "exercise"])]
    counts = [",".join(["recording", *COUNT_COLUMNS, "person", "exercise"])]
    for each in packed:
        if each.labels is None:
            continue
        name, also = str(each.said["recording"]), [each.said["person"], each.said["exercise"]]
        rows = event_rows(each.labels, name, later_s=-each.earlier_s)
        events += [",".join([*row, *map(str, also)]) for row in rows]
        if each.labels.counts:
            cells = [str(each.labels.counts.get(kind, "")) for kind in COUNT_COLUMNS.values()]
            counts.append(",".join([name, *cells, *map(str, also)]))
    tables = {LABELS: events, COUNTS: counts}
    made = {name: "\n".join([*lines, ""]) for name, lines in tables.items() if len(lines) > 1}
    return {README: _README, **made}


_README = """\
# Labelled recordings of a motion sensor on the ankle

Licence: ______________________ (to be chosen by whoever shares this)
Given by: ______________________ (optional)
Consent of the people recorded: ______________________

Made by `anklet bundle`. `anklet validate FILE.zip` compares Anklet's results with the labels.

| file | what |
|---|---|
| `bundle.json` | what each recording is: person (a number), session, side, placement, exercise, \
load, body mass, sensor family, rate, range, checksum (SHA-256), version of the algorithm |
| `labels.csv` | labelled events: `recording, event, time_s, end_s, person, exercise`. `rep`: its \
top, or its start with its end; `contact`: initial contact and toe-off; `hold`: from reaching the \
position to leaving it. Tapped events come a reaction time late |
| `counts.csv` | how many were counted: `recording, reps, hops, holds, person, exercise` |
| `recordings/` | `.anklet`: what came off the air, packet by packet; `.csv.gz`: plain samples |

All times are seconds on the recording's own clock; plain samples are in m/s² and °/s. An unknown
value is null or empty, never 0. `.anklet` is documented in Anklet's docs/recording-format.md.

Names, notes, dates, and names and addresses of sensors were left out. Packets are as they came:
some sensors count time in them since they were switched on, and some by a clock that was set.
"""
