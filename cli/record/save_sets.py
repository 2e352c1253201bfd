"""What becomes of a session's sets: a file each, taken into the database, reported in the end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.common.output import complain, out
from cli.record.record_protocol import body_mass
from cli.recordings.ingest import ImportResult, describe_saved, import_recording
from cli.recordings.made_with import versions
from cli.recordings.questions import Metadata
from cli.screen.screen_parts import set_words
from cli.sets.analysis_report import print_report
from sensing.ble.finding import Sighting
from sensing.core.errors import AnkletError, RecordingError
from sensing.core.samples import Side
from sensing.files.recordings.recording_format import Header
from sensing.store.database.place import recordings_path
from sensing.store.store import open_store
from sensing.store.values.rows import KnownSensor

if TYPE_CHECKING:
    from cli.record.session_options import SessionOptions


class Keeping:
    """Names the files of a session, takes finished ones in and reports them.

    Args:
        plan: what is recorded.
        db: the database; the recordings lie in a folder beside it.
    """

    def __init__(self, plan: SessionOptions, db: Path) -> None:
        self._plan = plan
        self._db = db
        self._folder = recordings_path(db)
        self._key = secrets.token_hex(8)
        self._began = datetime.now().astimezone()
        self._taken: list[tuple[Path, ImportResult]] = []
        self._failed: list[AnkletError] = []
        self._raw: list[Path] = []
        self._sensors: dict[Side | None, tuple[str, str | None]] = {}
        self._mass_kg = plan.body_mass_kg

    @property
    def session_ids(self) -> list[int]:
        """The sessions that what was recorded became."""
        return list(dict.fromkeys(taken.saved.session_id for _, taken in self._taken))

    def check(self) -> None:
        """See to it before anything is switched on that there is a place for what comes.

        Raises:
            StoreError: the database can't be used.
            RecordingError: the folder for recordings can't be made.
        """
        with open_store(self._db) as store:
            if self._plan.protocol is not None:
                self._mass_kg = body_mass(store, self._plan.athlete, self._plan.body_mass_kg)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise RecordingError(
                f"the folder for recordings can't be made ({error.strerror})",
                where=str(self._folder),
                remedy="check its permissions, or choose another place with --db",
            ) from None

    def last_sensor(self, side: Side | None) -> KnownSensor | None:
        """The sensor last used on this side, or on any."""
        with open_store(self._db) as store:
            return store.last_sensor(side) or store.last_sensor()

    def called(self, side: Side | None, name: str, address: str | None = None) -> None:
        """What the sensor on this side is called; its recordings say so."""
        self._sensors[side] = (name, address)

    def remember(self, side: Side | None, sighting: Sighting) -> None:
        """This is the sensor last used from now on."""
        self.called(side, sighting.name or sighting.address, sighting.address)
        with open_store(self._db) as store:
            store.remember_sensor(
                name=sighting.name or sighting.address,
                address=sighting.address,
                family=sighting.family.name if sighting.family else "",
                side=side,
                now_utc=datetime.now(UTC),
            )

    def place(self, set_n: int, side: Side | None) -> Path:
        """The file for a set of one side; none is ever overwritten."""
        plan = self._plan
        parts = [f"{self._began:%Y-%m-%d-%H%M%S}", plan.exercise, *([side] if side else [])]
        stem = "_".join([*parts, f"set{set_n}"])
        path = self._folder / f"{stem}.anklet"
        again = 2
        while path.exists():
            path = self._folder / f"{stem}-{again}.anklet"
            again += 1
        return path

    def header(self, set_n: int, side: Side | None) -> Header:
        """What the recording of a set is of."""
        plan = self._plan
        course = plan.course
        name, address = self._sensors.get(side, (None, None))
        target: dict[str, object] = {
            "set": set_n,
            "sets": course.sets,
            "reps": course.reps,
            "time_s": course.time_s,
            "rest_s": course.rest_s,
            "tempo": None if course.tempo is None else str(course.tempo),
            "metronome_bpm": course.metronome_bpm,
            "raw_only": plan.raw_only or None,
            "protocol": plan.protocol,
            "body_mass_kg": self._mass_kg,
        }
        return Header(
            exercise=plan.exercise,
            side=side,
            load_kg=plan.load_kg,
            placement=plan.placement,
            started=datetime.now().astimezone().isoformat(timespec="milliseconds"),
            versions=versions(),
            note=plan.note,
            session=self._key,
            athlete=plan.athlete,
            pain=plan.pain,
            target={name: value for name, value in target.items() if value is not None},
            sensor_name=name,
            sensor_address=address,
        )

    async def finished(self, set_n: int, paths: Sequence[Path]) -> str:
        """Take the files of a set in; gives what to say of it."""
        if self._plan.raw_only:
            self._raw += paths
            return f"set {set_n} is recorded"
        said = [await asyncio.to_thread(self._take_in, path) for path in paths]
        return f"set {set_n} as analysed: {' · '.join(said)}"

    def _take_in(self, path: Path) -> str:
        try:
            with open_store(self._db) as store:
                taken = import_recording(path, Metadata(), store)
        except AnkletError as error:
            self._failed.append(error)
            return str(error)
        self._taken.append((path, taken))
        return "; ".join(set_words(each) for each in taken.analysis.sets) or "nothing found"

    def print_reports(self) -> None:
        """Print what each set came to, and where it is kept.

        Raises:
            AnkletError: a recording could not be taken in; it is still there.
        """
        for path, taken in self._taken:
            print_report(
                out(), taken.analysis, taken.recording.blocks, title=path.name, every=False
            )
            out().print(f"\n{describe_saved(taken.saved)}\n")
        if self._raw:
            out().print("Recorded, not analysed; `anklet recover --raw` takes them in:")
        for path in self._raw:
            out().print(f"  {path}")
        for error in self._failed[1:]:
            complain(str(error))
        if self._failed:
            raise self._failed[0]
