"""The import graph of the project, read from the source: modules, rooms and circles.

A room is a folder. Every import counts, also one inside a function or under ``TYPE_CHECKING``:
a reader has to follow it all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sensing", "calibration", "cli")

Graph = Mapping[str, frozenset[str]]


def module_of(path: Path, root: Path = ROOT) -> str:
    """Dotted name of a source file."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_files(root: Path = ROOT) -> dict[str, Path]:
    """The file of each module, by dotted name."""
    files = sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))
    return {module_of(path, root): path for path in files}


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports; relative imports keep their dots."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.ImportFrom(level=level) if level:
                yield (node.lineno, "." * level)


def module_graph(root: Path = ROOT) -> Graph:
    """The modules that each module imports."""
    files = source_files(root)
    graph = {}
    for module, path in files.items():
        imported = {_module(name, files) for _, name in imports_of(path)}
        graph[module] = frozenset(name for name in imported if name is not None) - {module}
    return graph


def room_of(module: str, files: Mapping[str, Path]) -> str:
    """The folder a module lies in, dotted."""
    path = files[module]
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def room_graph(root: Path = ROOT) -> Graph:
    """The rooms that each room imports from, its own left out."""
    files = source_files(root)
    rooms: dict[str, set[str]] = {room_of(module, files): set() for module in files}
    for module, imported in module_graph(root).items():
        here = room_of(module, files)
        rooms[here] |= {room_of(each, files) for each in imported} - {here}
    return {room: frozenset(others) for room, others in rooms.items()}


def circles(graph: Graph) -> list[list[str]]:
    """Groups that import each other in a circle, directly or through others; each sorted."""
    reach = {node: _reachable(node, graph) for node in graph}
    found: list[list[str]] = []
    for node in sorted(graph):
        group = sorted(other for other in reach[node] if node in reach.get(other, ()))
        if group and group not in found:
            found.append(group)
    return found


def _reachable(start: str, graph: Graph) -> set[str]:
    seen: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            ahead += graph.get(node, ())
    return seen


def _module(name: str, files: Mapping[str, Path]) -> str | None:
    """The module that a dotted name is, or is in; None if it isn't ours."""
    if name in files:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in files else None
