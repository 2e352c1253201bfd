"""``anklet demo``: the bundled workout, so that a first look needs no sensor and no file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from cli.analyze import read_and_analyse
from cli.output import out
from sensing.errors import RecordingError

_NAME = "workout.csv.gz"


def demo() -> None:
    """Analyse the bundled workout and show it.

    The recording is simulated: a set of single-leg calf raises, a set of hops and a calf-raise
    hold, with rests and fidgets between. Your own diary is not touched.

    [bold]Examples[/bold]

      anklet demo
    """
    from cli.report import print_report

    with sample(_NAME) as path:
        take, analysis = read_and_analyse(path)
        print_report(out(), analysis, take.blocks, title=_NAME, every=False)


def sample(name: str) -> AbstractContextManager[Path]:
    """Path of a bundled recording, for as long as the context lasts.

    An installed Anklet carries it in its own package; in a checkout it is in ``sample_recordings``.

    Raises:
        RecordingError: it is in neither place.
    """
    package = files("cli")
    for folder in (package / "samples", package / ".." / "sample_recordings"):
        found: Traversable = folder / name
        if found.is_file():
            return as_file(found)
    raise RecordingError(f"the bundled recording {name} is missing", remedy="install Anklet again")
