"""``docs/validation.md`` has the tables, people and data sets that its commands print."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sensing.analysis.analyse import analyse
from sensing.core.algorithm_version import ENGINE
from sensing.core.samples import Recording
from sensing.files.read_recording import read_recording
from tests import scoreboard_people, scoring
from tests.public_data.__main__ import DATASETS, main
from tests.public_data.miniatures import MINIATURES


def _first_columns(markdown: str) -> dict[str, list[str]]:
    """Title of each table of results → headings, then what its rows are called."""
    tables: dict[str, list[str]] = {}
    for part in re.split(r"^### ", markdown, flags=re.M)[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        if lines:
            rows = [line.split(" | ")[0].strip("| ") for line in lines[2:]]
            tables[part.splitlines()[0]] = [lines[0], *rows]
    return tables


def test_the_document_has_the_people_that_the_scoreboard_prints(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same tables, headings, people and recordings; the figures need the recordings themselves."""
    output = tmp_path / "converted"
    for name, miniature in MINIATURES.items():
        miniature(tmp_path / name)
        assert main([name, str(tmp_path / name), str(output)]) == 0
    recording = read_recording(output / "real-ankle/raises-04.csv.gz")
    nothing = replace(analyse(recording), sets=(), bouts=())

    def load(path: Path) -> tuple[Recording, scoring.Truth]:
        labels = path.with_name(path.name.replace(".csv.gz", ".json"))
        return recording, json.loads(labels.read_text()) if labels.exists() else {}

    monkeypatch.setattr(scoring, "load", load)
    monkeypatch.setattr(scoreboard_people, "analyse", lambda *_, **__: nothing)
    printed = scoreboard_people.markdown(scoreboard_people.people(output))
    document = (root / "docs/validation.md").read_text(encoding="utf-8")
    in_document = _first_columns(document)
    for title, names in _first_columns(printed).items():
        # How many jumps were found is a figure, not a name.
        assert [n for n in in_document[title] if not n.endswith("found")] == names


def test_the_document_names_the_algorithm_version_and_every_data_set(root: Path) -> None:
    """A change of figures is a new version, and the tables are then made anew."""
    document = (root / "docs/validation.md").read_text(encoding="utf-8")
    assert f"algorithm version {ENGINE}," in document
    for name in DATASETS:
        assert f"python -m tests.public_data {name} " in document
