"""Words a reader meets are the glossary's, and phrases it has retired do not come back.

``docs/glossary.md`` is the only list: its terms name columns, headings and figures; its patterns
may not occur in headings, titles and help; its retired phrases may not occur anywhere.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cli
from cli.common.tables import columns
from sensing.review.metrics import METRICS
from sensing.store.schema.dictionary import TABLES, VIEWS
from tests.conftest import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
EXEMPT = {"docs/glossary.md", "CHANGELOG.md", "tests/test_words.py"}
PUBLISHED_SQL = "sensing/store/schema/schema_?.py"
"""Exempt too: databases hold this SQL word for word, comments included, so it is never edited."""
PUBLIC_VALUES = {"not trusted"}
"""Values in JSON that keep an old word because programs read them; exempt if they stand alone."""


class Term(NamedTuple):
    """One row of the glossary."""

    name: str
    short: str
    columns: tuple[str, ...]


class Text(NamedTuple):
    """A heading, title or help text and where it stands."""

    place: str
    line: int
    column: str
    text: str


def sections() -> dict[str, str]:
    """The glossary's sections by their heading."""
    parts = re.split(r"^## (.+)\n", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def cells(section: str) -> list[list[str]]:
    """The rows of all tables in a section, headers left out."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line[:1] == "|"]
    found = [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]
    return [row for row in found if row[0] not in {"term", "pattern"} and set(row[0]) != {"-"}]


def terms(section: str | None = None) -> list[Term]:
    """Every term, with the columns that hold it."""
    return [
        Term(name, short, tuple(re.findall(r"`([^`]+)`", columns)))
        for name, short, _unit, columns, _meaning in cells(section or sections()["Terms"])
    ]


def figures() -> list[Term]:
    """The terms of what is measured: their columns are titled with them."""
    parts = re.split(r"^### (.+)\n", sections()["Terms"], flags=re.MULTILINE)
    of = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [term for name in ("A rep", "A hop", "A hold") for term in terms(of[name])]


def unwanted() -> list[tuple[re.Pattern[str], str]]:
    """Patterns that no heading, title or help text contains, and what to write instead."""
    rows = cells(sections()["Not in headings, titles and help"])
    return [(re.compile(pattern.strip("`"), re.IGNORECASE), write) for pattern, write in rows]


def retired() -> list[str]:
    """Phrases that nothing says any more."""
    return re.findall(r"^- `([^`]+)` → .+$", sections()["Retired phrases"], re.MULTILINE)


def phrase_pattern(phrases: list[str]) -> re.Pattern[str]:
    """Finds any of the phrases as whole words."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
    )


def files() -> list[Path]:
    """Every source file and document but the exempt ones."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sample_recordings/*.md")]
    for package in ("sensing", "calibration", "cli", "tests"):
        found += (ROOT / package).rglob("*.py")
    exempt = {ROOT / name for name in EXEMPT} | set(ROOT.glob(PUBLISHED_SQL))
    return sorted(set(found) - exempt)


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """What a file says to a reader, with line numbers: its paragraphs, strings, comments, names."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        line = 1
        for paragraph in text.split("\n\n"):
            yield line, " ".join(paragraph.split())
            line += paragraph.count("\n") + 2
        return
    nodes = list(ast.walk(ast.parse(text)))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if id(node) in parts:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, " ".join(_joined(node).split())
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name.strip("_").replace("_", " ")
    yield from _comments(text)


def _joined(node: ast.JoinedStr) -> str:
    parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
    return "".join(map(str, parts))


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Comments; those on consecutive lines together."""
    began, last, words = 0, -1, ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1:
                if words:
                    yield began, words
                began, words = token.start[0], ""
            last = token.start[0]
            words += token.string.lstrip("#")
    if words:
        yield began, words


def headings() -> Iterator[Text]:
    """Table headings and titles in the sources: of each ``Column``, and ``title=``."""
    for path in files():
        place = path.relative_to(ROOT).as_posix()
        if path.suffix != ".py" or place.startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = {each.arg: each.value for each in node.keywords}
            found = [(_constant(given.get("name")), _constant(given.get("title")))]
            for column, text in (*found, *_columns_of(node)):
                if text:
                    yield Text(place, node.lineno, column, " ".join(text.split()))


def _columns_of(node: ast.Call) -> Iterator[tuple[str, str]]:
    """Name and heading of a ``Column``, or of those that ``columns`` is given by name alone."""
    called = getattr(node.func, "id", "")
    if called == "Column" and len(node.args) > 1:
        yield _constant(node.args[0]), _constant(node.args[1])
    if called == "columns":
        given = (each.value if isinstance(each, ast.Starred) else each for each in node.args)
        parts = (part for each in given for part in getattr(each, "elts", [each]))
        for each in columns(*filter(None, map(_constant, parts))):
            yield each.name, each.heading


def _constant(node: ast.AST | None) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""  # type: ignore[union-attr]


def dictionary_titles() -> Iterator[Text]:
    """The title of every column of the database."""
    for table in (*TABLES.values(), *VIEWS.values()):
        for column in table.columns.values():
            place = "sensing/store/schema/dictionary.py"
            yield Text(place, 0, column.name, column.title)


def metric_titles() -> Iterator[Text]:
    """The title of every metric that `anklet trend` knows."""
    for metric in METRICS:
        yield Text("sensing/review/metrics.py", 0, metric.name, metric.title)


def help_texts() -> Iterator[Text]:
    """What `anklet VERB --help` prints."""
    for verb in cli.VERBS:
        command = cli._load(verb)
        module = verb.module
        place = f"{module.replace('.', '/')}.py"
        yield Text("cli/__init__.py", 0, "", verb.short)
        yield Text(place, 0, "", inspect.cleandoc(command.help or ""))
        for option in command.params:
            yield Text(place, 0, "", " ".join((getattr(option, "help", "") or "").split()))


def retired_in(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    """Each retired phrase in a file."""
    place = path.relative_to(ROOT).as_posix()
    for line, text in prose_of(path):
        for found in pattern.finditer(text):
            if text in PUBLIC_VALUES:
                continue
            yield f"{place}:{line}: {found[0]!r} is retired"


def unwanted_in(text: Text) -> Iterator[str]:
    """Each pattern that a heading, title or help text should not contain."""
    for pattern, write in unwanted():
        if found := pattern.search(text.text):
            where = text.text if len(text.text) < 60 else f"…{text.text[found.start() :][:50]}…"
            yield f"{text.place}:{text.line}: {where!r} has {found[0]!r}; write {write}"


def misnamed(text: Text, wanted: str) -> Iterator[str]:
    """A heading or title that is not the glossary's for its column."""
    if wanted.casefold() not in {text.text.casefold(), text.text.partition(" (")[0].casefold()}:
        yield f"{text.place}:{text.line}: {text.column} is {text.text!r}; write {wanted!r}"


def all_findings() -> list[str]:
    """Everything that is not as the glossary has it, each beginning with its file."""
    found: list[str] = []
    pattern = phrase_pattern(retired())
    for path in files():
        found += retired_in(path, pattern)
    named = {column: term for term in figures() for column in term.columns}
    measured = [*dictionary_titles(), *metric_titles()]
    for text in (*headings(), *measured, *help_texts()):
        found += unwanted_in(text)
    for text in measured:
        if text.column in named:
            found += misnamed(text, named[text.column].name)
    for text in headings():
        short = named[text.column].short if text.column in named else ""
        if short and text.place.startswith("cli/"):
            found += misnamed(text, short)
    return sorted(set(found))


def test_words_are_the_glossarys() -> None:
    """No retired phrase anywhere; headings, titles and help use the terms."""
    assert all_findings() == []


def test_the_glossary_can_be_read() -> None:
    """An empty search would make the tests above pass for nothing."""
    assert {"heel-rise height", "ground-contact time", "postural sway"} <= {t.name for t in terms()}
    assert len(retired()) > 40
    assert len(unwanted()) > 10
    assert len(list(headings())) > 60
    assert sum(text.place.startswith("cli/") for text in help_texts()) > 100


def test_public_values_are_in_use() -> None:
    """An exemption for a value that is gone would hide a phrase that came back."""
    said = {text for path in files() if path.suffix == ".py" for _, text in prose_of(path)}
    assert said >= PUBLIC_VALUES


def test_no_column_has_two_terms() -> None:
    """Two words for one thing become one."""
    columns = [name for term in terms() for name in term.columns if name.endswith(("_s", "_m"))]
    assert sorted(columns) == sorted(set(columns))


def test_the_checks_find_what_they_look_for(tmp_path: Path) -> None:
    """A phrase is found over a line break, in a comment and in a test's name, as whole words."""
    pattern = phrase_pattern(["middle half", "hole", "the take"])
    source = tmp_path / "made.py"
    source.write_text(
        'def test_middle_half_is_drawn():\n    """The middle\n    half."""\n'
        "    # What a\n    # hole does.\n"
        '    return f"{1} is the middle " "half", "whole", "the take-off"\n',
        encoding="utf-8",
    )
    found = [match[0] for _, text in prose_of(source) for match in pattern.finditer(text)]
    assert found == ["middle half", "middle half", "middle half", "hole"]
    assert list(unwanted_in(Text("x", 1, "", "rise (cm)")))
    assert not list(unwanted_in(Text("x", 1, "", "heel-rise height (cm)")))
    assert list(misnamed(Text("x", 1, "rise_m", "rise (cm)"), "height (cm)"))
    assert not list(misnamed(Text("x", 1, "rise_m", "Heel-rise height"), "heel-rise height"))
