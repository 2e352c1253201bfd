"""Constants have words beside them, and array functions say the shapes they take and give."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import sensitivity
from tests.import_graph import ROOT
from tests.sensitivity import CONSTANTS, changed, report

ANALYSIS = sorted((ROOT / "sensing" / "analysis").rglob("*.py"))
SAMPLING = sorted((ROOT / "sensing" / "sampling").rglob("*.py"))
TABLES = [
    path
    for path in ANALYSIS + SAMPLING
    if path.parent.name in ("holds", "gait", "signals", "sets", "sampling")
]
"""Files whose constants stand in a table; those of reps and hops only have words."""
WITH_SHAPES = [
    path
    for room in ("core", "profile", "sampling", "analysis", "devices", "simulation")
    for path in sorted((ROOT / "sensing" / room).rglob("*.py"))
]
ARRAYS = ("Floats", "Bools", "Ints", "ndarray")


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.stmt, str]]:
    """Name, statement and docstring of each module-level constant with a number in it."""
    for statement, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Tuple(elts=[ast.Name(id=name), *_])]):
                pass
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case _:
                continue
        value = statement.value
        numbers = [
            node
            for node in ([] if value is None else ast.walk(value))
            if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
        ]
        if not (name.isupper() and numbers):
            continue
        match after:
            case ast.Expr(value=ast.Constant(value=str(words))):
                yield name, statement, words
            case _:
                yield name, statement, ""


def has_comment(source: list[str], statement: ast.stmt) -> bool:
    """True if a comment stands on the line or just above it."""
    lines = source[max(0, statement.lineno - 2) : statement.end_lineno]
    return "#" in lines[-1] or lines[0].startswith("#")


def array_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Public functions and methods that take or give arrays."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) and node.name[0] != "_" else [node]
        for each in inner:
            if not isinstance(each, ast.FunctionDef) or each.name.startswith("_"):
                continue
            arguments = [*each.args.args, *each.args.kwonlyargs]
            types = [a.annotation for a in arguments] + [each.returns]
            text = " ".join(ast.unparse(t) for t in types if t is not None)
            if any(array in text for array in ARRAYS):
                yield each


@pytest.mark.parametrize("path", ANALYSIS + SAMPLING, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_constant_has_words_beside_it(path: Path) -> None:
    """A docstring below it, or a comment on its line or above."""
    source = path.read_text(encoding="utf-8")
    bare = [
        name
        for name, statement, words in constants(ast.parse(source))
        if not words and not has_comment(source.splitlines(), statement)
    ]
    assert bare == []


@pytest.mark.parametrize("path", TABLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_table_says_what_a_larger_and_a_smaller_value_does(path: Path) -> None:
    """Or that the value is fixed; and above the table stands where the values come from."""
    source = path.read_text(encoding="utf-8")
    found = list(constants(ast.parse(source)))
    silent = [
        name
        for name, _, words in found
        if not any(
            word in words.lower() for word in ("larger", "wider", "either way", "fixed", "…")
        )
    ]
    assert silent == []
    assert not found or "\n# Constants" in source


@pytest.mark.parametrize("path", WITH_SHAPES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_array_functions_say_their_shapes(path: Path) -> None:
    """``shape (n, 3)`` and the like stand in the docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        each.name
        for each in array_functions(tree)
        if "shape (" not in (ast.get_docstring(each) or "")
    ]
    assert silent == []


@pytest.mark.parametrize("constant", [name for names in CONSTANTS.values() for name in names])
def test_a_constant_can_be_varied_and_comes_back(constant: str) -> None:
    """``tests/sensitivity.py`` changes those that exist, for as long as it measures."""
    module_name, _, name = constant.rpartition(".")
    module = importlib.import_module(module_name)
    usual = getattr(module, name)
    with changed(constant, 1.25):
        assert getattr(module, name) != usual
    assert getattr(module, name) == usual


def test_the_sensitivity_of_walking_drills_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated, so that it runs without labelled recordings: a line for each value."""
    monkeypatch.setattr(sensitivity, "SEEDS", 1)
    lines = list(report(tmp_path, "walking_drills._QUICKEST_STRIDE_S", [1.0, 5.0]))
    assert [line.split(":")[0].strip() for line in lines] == [
        "drills",
        "gait.walking_drills._QUICKEST_STRIDE_S × 1",
        "gait.walking_drills._QUICKEST_STRIDE_S × 5",
    ]
    assert lines[1].endswith("nothing changes")
    assert "→" in lines[2]
