"""``anklet demo``: a bundled workout, so that a first try needs no sensor and no file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.common.athletes import usual_athlete
from cli.common.database import stored
from cli.common.output import out
from cli.recordings.questions import Metadata, Question
from cli.recordings.replay import replay_one
from sensing.core.errors import RecordingError

_NAME = "workout.csv.gz"


def demo(
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save to this database and keep it."),
    ] = None,
) -> None:
    """Analyse a bundled workout, without a sensor.

    The recording is simulated: a set of single-leg calf raises, a set of hops and a calf-raise
    hold, with rests and other movement in between. It is saved in a temporary database, so your
    own is not touched.

    [bold]Examples[/bold]

      anklet demo
      anklet demo --db demo.db
      anklet show 1 --db demo.db
    """
    with TemporaryDirectory(prefix="anklet-", ignore_cleanup_errors=True) as folder:
        with sample(_NAME) as path:
            replay_one(path.resolve(), Question(), _about(db), db=db or Path(folder) / "demo.db")
        if db is None:
            out().print("The demo's database has been deleted; --db FILE keeps it.")


def _about(db: Path | None) -> Metadata:
    """Whose the demo is: of several athletes none did it."""
    if db is None:
        return Metadata()
    with stored(db) as store:
        return Metadata(athlete=usual_athlete(store.athletes()) or "demo")


def sample(name: str) -> AbstractContextManager[Path]:
    """Path of a bundled recording while the context lasts.

    An installed Anklet has it in its package, a checkout in ``sample_recordings``.

    Raises:
        RecordingError: it is in neither place.
    """
    package = files("cli")
    for folder in (package / "samples", package / ".." / "sample_recordings"):
        found: Traversable = folder / name
        if found.is_file():
            return as_file(found)
    raise RecordingError(f"the bundled recording {name} is missing", remedy="install Anklet again")
