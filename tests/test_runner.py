"""``python3 -m tests``: the same linters in CI and in the hooks, and the tests it is asked for."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests import __main__ as runner
from tests.conftest import ROOT


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Each step the runner takes, by name, without taking it."""
    steps: dict[str, list[str]] = {}

    def note(name: str, command: list[str]) -> bool:
        steps[name] = command[1:]
        return True

    monkeypatch.setattr(runner, "_prepared", lambda *_, **__: Path("python"))
    monkeypatch.setattr(runner, "_holds", note)
    return steps


def test_the_hooks_run_the_linters_that_ci_runs(ran: dict[str, list[str]]) -> None:
    """Every linter has a hook, and a hook runs its linter as ``--all`` does."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    names = re.findall(r"^ +name: (.*)$", text, re.MULTILINE)
    entries = [shlex.split(entry) for entry in re.findall(r"^ +entry: (.*)$", text, re.MULTILINE)]
    assert names == list(runner.LINT)
    assert runner.main(["--all"]) == 0
    in_ci = {name: step for name, step in ran.items() if name != "pytest"}
    assert in_ci == runner.LINT
    for name, entry in zip(names, entries, strict=True):
        assert entry[:3] == ["python3", "-m", "tests"]
        ran.clear()
        assert runner.main(entry[3:]) == 0
        assert ran == {name: in_ci[name]}


def test_ci_runs_everything() -> None:
    """All tests, and the oldest dependencies beside them."""
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 -m tests --all " in text
    assert "python3 -m tests --lowest " in text


@pytest.mark.parametrize(
    ("args", "selected"),
    [
        ([], ["-m", "not slow and not thorough"]),
        (["--all"], []),
        (["-k", "hops"], ["-m", "not slow and not thorough", "-k", "hops"]),
        (["--all", "-x"], ["-x"]),
        (["--lowest", "-x"], ["-m", "not slow", "-x"]),
    ],
)
def test_arguments_go_to_pytest(
    args: list[str], selected: list[str], ran: dict[str, list[str]]
) -> None:
    """After the choice of tests, so that they win over it."""
    assert runner.main(args) == 0
    assert ran["pytest"] == [*runner.PYTEST, *selected]
    assert ("mypy" in ran) == ("--lowest" not in args)


def test_an_unknown_linter_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names there are."""
    assert runner.main(["--lint", "flake8"]) == 2
    assert (
        capsys.readouterr().err == "tests: 'flake8' is not one of ruff check, ruff format, mypy\n"
    )
