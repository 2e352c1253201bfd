"""Imports point down only, and the core does no I/O: asked of the source of every file.

The floors are listed from the bottom up. A file may import from its own floor and from those below
it. A new module must be put on a floor here before it passes.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sensing", "calibration", "cli")

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "sensing.sampling.clipping",
        "sensing.sampling.clock_fit",
        "sensing.profile.contact_timing",
        "sensing.profile.sensor_correction",
        "sensing.core.algorithm_version",
        "sensing.core.errors",
        "sensing.core.events",
        "sensing.core.exercises",
        "sensing.core.filters",
        "sensing.profile.hold_reference",
        "sensing.sampling.resampling",
        "sensing.profile.mounting",
        "sensing.guided.pacing",
        "sensing.sampling.plausibility",
        "sensing.profile.profile",
        "sensing.profile.rep_template",
        "sensing.core.samples",
        "sensing.core.units",
    ),
    ("sensing.analysis", "sensing.devices", "sensing.simulation"),
    (
        "sensing.files.recordings.decode_packets",
        "sensing.guided.course",
        "sensing.results.json_document",
        "sensing.guided.guide",
        "sensing.sampling.columns",
        "sensing.live.counter",
        "sensing.live.contacts",
        "sensing.live.grid",
        "sensing.live.holds",
        "sensing.live.hops",
        "sensing.live.raise_end",
        "sensing.live.phase",
        "sensing.live.pulses",
        "sensing.live.reps",
        "sensing.live.stream",
        "sensing.guided.protocols",
        "sensing.review",
        "sensing.live.wear_check",
        "sensing.training.plan",
        "sensing.review",
        "sensing.analysis.analyse",
        "sensing.live.set_count",
        "sensing.guided.stop_rules",
        "sensing.live.stream_quality",
        "sensing.results.set_summary",
    ),
    (
        "sensing.capture.background_sync",
        "sensing.files.atomic_write",
        "sensing.ble",
        "sensing.capture.capture",
        "sensing.files.importers.recognise",
        "sensing.files.tables.plain_csv",
        "sensing.training.plan_file",
        "sensing.files.read_recording",
        "sensing.capture.recorder",
        "sensing.files.recordings.recording_format",
        "sensing.files.recordings.recording_lock",
        "sensing.store",
        "sensing.files.tables.number_columns",
        "sensing.files.tables.text_lines",
        "sensing.files.toml_values",
    ),
    ("calibration",),
    ("cli",),
)
CORE_FLOORS = 3
IO = {
    *("asyncio", "bleak", "csv", "datetime", "gzip", "io", "logging", "matplotlib", "os"),
    *("pathlib", "platformdirs", "plotext", "random", "rich", "socket", "sqlite3", "sqlite_utils"),
    *("subprocess", "sys", "tempfile", "threading", "time", "typer", "zlib"),
}


def module_of(path: Path) -> str:
    """Dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(module: str) -> int | None:
    """Index of the floor a module is on; None if nobody put it on one."""
    for number, floor in enumerate(FLOORS):
        if any(module == name or module.startswith(name + ".") for name in floor):
            return number
    return None


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.ImportFrom(level=level) if level:
                yield (node.lineno, "." * level)


FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def ids(path: Path) -> str:
    """Test id of a file."""
    return module_of(path)


def breaches(module: str, imports: list[tuple[int, str]]) -> list[str]:
    """What a module imports that it may not."""
    own = floor_of(module)
    found = []
    for line, name in imports:
        top = name.partition(".")[0]
        if name.startswith("."):
            found.append(f"line {line}: relative import")
        elif top in PACKAGES:
            floor = floor_of(name)
            if own is not None and floor is not None and floor > own:
                found.append(f"line {line}: {name} is on a higher floor")
        elif own is not None and own < CORE_FLOORS and top in IO:
            found.append(f"line {line}: {name} does I/O, which the core does not")
        if top == "click" or name.startswith("typer._click"):
            found.append(f"line {line}: {name} is typer's own business")
    return found


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_file_imports_only_what_its_floor_may(path: Path) -> None:
    """No import points up, none is relative, and the core does no I/O."""
    assert breaches(module_of(path), list(imports_of(path))) == []


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_every_module_is_on_a_floor(path: Path) -> None:
    """A package's own __init__ may stand above its parts; anything else has a place."""
    module = module_of(path)
    assert module == "sensing" or floor_of(module) is not None


def test_every_place_on_a_floor_is_taken() -> None:
    """A module that is gone keeps no place, or a later one of its name would inherit it."""
    modules = {module_of(path) for path in FILES}
    for name in (name for floor in FLOORS for name in floor):
        assert any(m == name or m.startswith(name + ".") for m in modules), name


def test_the_rules_catch_what_they_are_for() -> None:
    """Made-up imports that break each rule are each found."""
    assert breaches("sensing.analysis.reps.count_reps", [(1, "sensing.analysis.analyse.analyse")])
    assert breaches("sensing.analysis.analyse", [(1, "pathlib.Path")])
    assert breaches("sensing.store", [(1, "calibration.profiles.profile_files")])
    assert breaches("sensing.store", [(1, "cli.common.output")])
    assert breaches("cli.recordings.analyze", [(1, "click")])
    assert breaches("cli.recordings.analyze", [(1, "..")])
    assert not breaches("sensing.store", [(1, "sqlite3"), (2, "sensing.core.events.Set")])


def test_the_wheel_is_made_of_the_packages_checked_here() -> None:
    """pyproject.toml ships these three packages and no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert tuple(wheel["packages"]) == PACKAGES


def test_cli_is_ours() -> None:
    """The top-level name ``cli`` is a common one; the one imported here is Anklet's own."""
    import cli

    assert cli.app.info.name == "anklet"
    assert Path(str(cli.__file__)).parent.joinpath("exercises.py").is_file()
