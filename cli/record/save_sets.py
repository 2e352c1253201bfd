"""Saves the sets of a session: one recording each, imported when finished, reported in the end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.output import complain, out, remark
from cli.record.record_protocol import body_mass
from cli.recordings.ingest import AnalysedFile, describe_saved, import_recording, profile_for
from cli.recordings.made_with import versions
from cli.recordings.profile_choice import usual_placement
from cli.recordings.questions import Metadata
from cli.sets.analysis_report import print_report
from cli.sets.set_figures import set_words
from sensing.ble.finding import Sighting
from sensing.core.errors import AnkletError, RecordingError
from sensing.core.exercises import AUTO
from sensing.core.samples import Side
from sensing.files.profiles.profile_text import Scope
from sensing.files.recordings.recording_format import Header
from sensing.profile.profile import Profile
from sensing.store.database.place import recordings_path
from sensing.store.store import open_store
from sensing.store.values.rows import KnownSensor, Saved

if TYPE_CHECKING:
    from cli.record.session_options import SessionOptions


class SetSaver:
    """Names the files of a session, which lie beside the database, imports and reports them."""

    def __init__(self, options: SessionOptions, db: Path) -> None:
        self._options = options
        self._db = db
        self._folder = recordings_path(db)
        self._session_key = secrets.token_hex(8)
        self._began = datetime.now().astimezone()
        self._imported: list[tuple[AnalysedFile, Saved]] = []
        self._failed: list[AnkletError] = []
        self._raw: list[Path] = []
        self._sensors: dict[Side | None, tuple[str, str | None]] = {}
        self._mass_kg = options.body_mass_kg

    @property
    def session_ids(self) -> list[int]:
        """The stored sessions."""
        return list(dict.fromkeys(saved.session_id for _, saved in self._imported))

    def check(self) -> None:
        """Check, before a sensor is started, that recordings can be stored.

        Raises:
            StoreError: the database cannot be used.
            RecordingError: the folder for recordings cannot be created.
        """
        with open_store(self._db) as store:
            if self._options.protocol is not None:
                self._mass_kg = body_mass(store, self._options.athlete, self._options.body_mass_kg)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise RecordingError(
                f"the folder for recordings cannot be created ({error.strerror})",
                where=str(self._folder),
                remedy="check its permissions, or choose another place with --db",
            ) from None

    def with_placement(self) -> SessionOptions:
        """The options with the usual placement if none was given; prints where it comes from.

        The live count and the stored results then use the same one.
        """
        if self._options.placement != "unknown":
            return self._options
        if self._options.is_demo:
            self._options = replace(self._options, placement="ankle")
            return self._options
        exercise = None if self._options.exercise == AUTO else self._options.exercise
        scope = Scope(athlete=self._options.athlete, exercise=exercise)
        with open_store(self._db) as store:
            found = {
                usual_placement(replace(scope, side=s), store) for s, _ in self._options.sensors
            }
        placements = {placement for placement, _ in found}
        if len(placements) == 1 and placements != {"unknown"}:
            placement, source = sorted(found)[0]
            self._options = replace(self._options, placement=placement)
            remark(f"sensor on the {placement} ({source}); --placement changes that")
        return self._options

    def last_sensor(self, side: Side | None) -> KnownSensor | None:
        """The sensor last used on this side, or on any."""
        with open_store(self._db) as store:
            return store.last_sensor(side) or store.last_sensor()

    def name_sensor(self, side: Side | None, name: str, address: str | None = None) -> None:
        """Set the name of the sensor on this side, for the headers of its recordings."""
        self._sensors[side] = (name, address)

    def remember(self, side: Side | None, sighting: Sighting) -> None:
        """Store that this sensor is the one last used."""
        self.name_sensor(side, sighting.name or sighting.address, sighting.address)
        with open_store(self._db) as store:
            store.remember_sensor(
                name=sighting.name or sighting.address,
                address=sighting.address,
                family=sighting.family.name if sighting.family else "",
                side=side,
                now_utc=datetime.now(UTC),
            )

    def profile(self, side: Side | None) -> Profile:
        """The calibration that the sets of this side will be analysed with."""
        with open_store(self._db) as store:
            return profile_for(self.header(1, side), store)

    def place(self, set_n: int, side: Side | None) -> Path:
        """Path of the recording of a set of one side; no file is ever overwritten."""
        options = self._options
        parts = [f"{self._began:%Y-%m-%d-%H%M%S}", options.exercise, *([side] if side else [])]
        stem = "_".join([*parts, f"set{set_n}"])
        path = self._folder / f"{stem}.anklet"
        again = 2
        while path.exists():
            path = self._folder / f"{stem}-{again}.anklet"
            again += 1
        return path

    def header(self, set_n: int, side: Side | None) -> Header:
        """Header of the recording of a set."""
        options = self._options
        course = options.course
        name, address = self._sensors.get(side, (None, None))
        target: dict[str, object] = {
            "set": set_n,
            "sets": course.sets,
            "reps": course.reps,
            "time_s": course.time_s,
            "rest_s": course.rest_s,
            "tempo": None if course.tempo is None else str(course.tempo),
            "metronome_bpm": course.metronome_bpm,
            "raw_only": options.raw_only or None,
            "protocol": options.protocol,
            "body_mass_kg": self._mass_kg,
            "box_height_m": options.box_height_m,
        }
        return Header(
            exercise=options.exercise,
            side=side,
            load_kg=options.load_kg,
            placement=options.placement,
            started=datetime.now().astimezone().isoformat(timespec="milliseconds"),
            versions=versions(),
            note=options.note,
            session=self._session_key,
            athlete=options.athlete,
            pain=options.pain,
            target={name: value for name, value in target.items() if value is not None},
            sensor_name=name,
            sensor_address=address,
        )

    async def finished(self, set_n: int, paths: Sequence[Path]) -> str:
        """Import the files of a set; returns its result in words."""
        if self._options.raw_only:
            self._raw += paths
            return f"set {set_n} recorded"
        results = [await asyncio.to_thread(self._import, path) for path in paths]
        return f"set {set_n}, final count: {' · '.join(results)}"

    def _import(self, path: Path) -> str:
        try:
            with open_store(self._db) as store:
                found, saved = import_recording(path, Metadata(), store)
        except AnkletError as error:
            self._failed.append(error)
            return str(error)
        self._imported.append((found, saved))
        return "; ".join(set_words(each) for each in found.analysis.sets) or "no set detected"

    def print_reports(self) -> None:
        """Print the result of each set, and where it is stored.

        Raises:
            AnkletError: a recording could not be imported; its file is kept.
        """
        for found, saved in self._imported:
            print_report(out(), found.analysis, found.recording.blocks, title=found.file.name)
            out().print(f"\n{describe_saved(saved)}\n")
        if self._raw:
            out().print("Recorded but not analysed; `anklet recover --raw` imports them:")
        for path in self._raw:
            out().print(f"  {path}")
        for error in self._failed[1:]:
            complain(str(error))
        if self._failed:
            raise self._failed[0]
