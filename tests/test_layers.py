"""Every file lies in a room, imports point down only, and the core does no I/O.

``ROOMS`` lists the rooms from the bottom up. A file may import from its own room and from those
below it; inside a room there are no circles. A new room must be listed here before it passes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.import_graph import (
    PACKAGES,
    ROOT,
    circles,
    imports_of,
    module_graph,
    module_of,
    room_graph,
    room_of,
    source_files,
)

CORE_ROOMS = (
    "sensing.core",
    "sensing.profile",
    "sensing.sampling",
    "sensing.analysis.signals",
    "sensing.analysis.gait",
    "sensing.analysis.hops",
    "sensing.analysis.reps",
    "sensing.analysis.holds",
    "sensing.analysis.sets",
    "sensing.analysis",
    "sensing.results",
    "sensing.review",
    "sensing.validation",
    "sensing.protocol_scoring",
    "sensing.devices",
    "sensing.live",
    "sensing.guided",
    "sensing.simulation",
)
EDGE_ROOMS = (
    "sensing.files.tables",
    "sensing.files.importers",
    "sensing.files.recordings",
    "sensing.files",
    "sensing.files.profiles",
    "sensing.training",
    "sensing.capture",
    "sensing.store.schema",
    "sensing.store.database",
    "sensing.store.values",
    "sensing.store.read",
    "sensing.store.write",
    "sensing.store.export",
    "sensing.store.merge",
    "sensing.store.browse",
    "sensing.store",
    "sensing.ble",
    "sensing.api",
    "sensing",
    "calibration.common",
    "calibration.sensor",
    "calibration.placement",
    "calibration.contact_time",
    "calibration.exercise",
    "calibration.profiles",
    "calibration",
    "cli.common",
    "cli.sets",
    "cli.screen",
    "cli.recordings",
    "cli.protocols",
    "cli.training",
    "cli.record",
    "cli.calibrate",
    "cli.sensors",
    "cli.review",
    "cli.report",
    "cli.validation",
    "cli.data",
    "cli",
)
ROOMS = CORE_ROOMS + EDGE_ROOMS
IO = {
    *("asyncio", "bleak", "csv", "datetime", "gzip", "io", "logging", "matplotlib", "os"),
    *("pathlib", "platformdirs", "plotext", "random", "rich", "socket", "sqlite3", "sqlite_utils"),
    *("subprocess", "sys", "tempfile", "threading", "time", "typer", "zlib"),
}
AT_THE_TOP = {
    "sensing": {"__init__.py"},
    "calibration": {"__init__.py"},
    "cli": {"__init__.py", "__main__.py"},
}

FILES = source_files()


def breaches(room: str, imports: list[tuple[int, str]]) -> list[str]:
    """What a file of this room imports that it may not."""
    found = []
    for line, name in imports:
        top = name.partition(".")[0]
        if name.startswith("."):
            found.append(f"line {line}: relative import")
        elif top in PACKAGES:
            other = _room_named(name)
            if other is None or ROOMS.index(other) > ROOMS.index(room):
                found.append(f"line {line}: {name} lies above {room}")
        elif room in CORE_ROOMS and top in IO:
            found.append(f"line {line}: {name} does I/O, which the core does not")
        if top == "click" or name.startswith("typer._click"):
            found.append(f"line {line}: {name} is private to typer")
    return found


def _room_named(name: str) -> str | None:
    """The room that a dotted name lies in."""
    return next((room for room in sorted(ROOMS, key=len, reverse=True) if _in(name, room)), None)


def _in(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize("module", FILES)
def test_imports_point_down(module: str) -> None:
    """No import points up, none is relative, and the core does no I/O."""
    assert breaches(room_of(module, FILES), list(imports_of(FILES[module]))) == []


def test_the_rooms_are_those_that_exist() -> None:
    """Every room is listed, and a room that is gone is no longer listed."""
    assert sorted(ROOMS) == sorted(room_graph())


def test_no_file_lies_outside_a_room() -> None:
    """At the top of a package there are only rooms and the package's own files."""
    for package, allowed in AT_THE_TOP.items():
        assert {path.name for path in (ROOT / package).glob("*.py")} == allowed


def test_modules_import_no_circles() -> None:
    """No two modules import each other, directly or through others."""
    assert circles(module_graph()) == []


def test_rooms_import_no_circles() -> None:
    """No two rooms import from each other, a room inside another counted apart."""
    assert circles(room_graph()) == []


def test_the_inits_of_rooms_import_nothing() -> None:
    """A name has one address: a room hands on nothing that one of its files defines."""
    inits = [path for path in FILES.values() if path.name == "__init__.py"]
    ours = [path for path in inits if module_of(path) not in AT_THE_TOP]
    assert [module_of(path) for path in ours if list(imports_of(path))] == []


def test_the_rules_catch_breaches() -> None:
    """Invented imports that break each rule are each found."""
    assert breaches("sensing.analysis.reps", [(1, "sensing.analysis.analyse.analyse")])
    assert breaches("sensing.analysis", [(1, "pathlib.Path")])
    assert breaches("sensing.store", [(1, "calibration.profiles.choosing")])
    assert breaches("sensing.store", [(1, "cli.common.output")])
    assert breaches("cli.recordings", [(1, "click")])
    assert breaches("cli.recordings", [(1, "..")])
    assert not breaches("sensing.store", [(1, "sqlite3"), (2, "sensing.core.events.Set")])


def test_circles_are_found(tmp_path: Path) -> None:
    """A circle through a lazy and a type-only import, in a small tree made here."""
    (tmp_path / "sensing").mkdir()
    texts = {
        "a": "def f():\n    from sensing.b import g\n",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sensing.c import h\n",
        "c": "import sensing.a\n",
        "d": "import sensing.a\n",
    }
    for name, text in texts.items():
        (tmp_path / "sensing" / f"{name}.py").write_text(text, encoding="utf-8")
    assert circles(module_graph(tmp_path)) == [["sensing.a", "sensing.b", "sensing.c"]]


def test_the_wheel_is_made_of_the_packages_checked_here() -> None:
    """pyproject.toml ships these three packages and no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert tuple(wheel["packages"]) == PACKAGES


def test_cli_is_ours() -> None:
    """The top-level name ``cli`` is a common one; the one imported here is Anklet's own."""
    import cli

    assert cli.app.info.name == "anklet"
    assert Path(str(cli.__file__)).parent.joinpath("training", "exercises.py").is_file()
