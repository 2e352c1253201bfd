"""Is every table, view and column described, in the code and in the documentation alike?

After a change of a text that is meant, ``ANKLET_RENEW=1 python3 -m tests -k dictionary`` writes it
into ``docs/database.md``.
"""

from __future__ import annotations

import os
import re

from hypothesis import HealthCheck, given, settings

from sensing.core.events import Analysis
from sensing.store.schema.dictionary import TABLES, VIEWS, Table, described, markdown, plain
from sensing.store.store import Store
from tests.conftest import ROOT
from tests.import_graph import imports_of
from tests.stored import analyses, in_memory, save

DOCUMENT = ROOT / "docs" / "database.md"
REFERENCE = re.compile(
    r"(?<=^## Tables\n).*?(?=^## For those who change)", re.DOTALL | re.MULTILINE
)
EVERY = [*TABLES.values(), *VIEWS.values()]
TYPES = {
    "INTEGER": {"integer", "boolean"},
    "REAL": {"number"},
    "TEXT": {"string", "date", "datetime", "object", "array"},
}


def reference() -> str:
    """What docs/database.md says of tables and views."""
    return (
        "\nA boolean is 0 or 1, an object or array is JSON text. NULL is what isn't known or does"
        " not apply.\n\n"
        + "\n".join(map(markdown, TABLES.values()))
        + "\n## Views\n\nAll of them use the current analyses alone.\n\n"
        + "\n".join(map(markdown, VIEWS.values()))
        + "\n"
    )


def test_the_dictionary_describes_what_is_there_and_nothing_else(store: Store) -> None:
    """Every table and view with its columns, in their order."""
    ours = [n for n in store._db.table_names() if not n.startswith(("_sqlite", "sqlite"))]
    assert set(TABLES) == set(ours)
    assert set(VIEWS) == set(store._db.view_names())
    for table in EVERY:
        there = [row["name"] for row in store._db.query(f"PRAGMA table_xinfo({table.name})")]
        assert list(table.columns) == there, table.name


def test_kinds_are_those_the_tables_declare(store: Store) -> None:
    """And a column is called nullable just where the table lets it be."""
    for table in TABLES.values():
        for row in store._db.query(f"PRAGMA table_xinfo({table.name})"):
            column = table.columns[row["name"]]
            assert column.kind in TYPES[row["type"]], (table.name, column)
            generated = row["hidden"]
            if not generated:
                known = row["notnull"] or row["pk"]
                assert column.nullable == (not known), (table.name, column)


def test_a_column_of_zeros_and_ones_is_a_boolean(store: Store) -> None:
    """AthleteData by the CHECK that it has."""
    for table in TABLES.values():
        sql = store._db.table(table.name).schema
        for name in re.findall(r"CHECK \((\w+) IN \(0, 1\)\)", sql):
            assert table.columns[name].kind == "boolean", (table.name, name)


@given(analysis=analyses)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_said_never_to_be_null_never_is(analysis: Analysis) -> None:
    """In views and generated columns too, where SQLite declares nothing."""
    with in_memory() as store:
        save(store, analysis)
        for table in EVERY:
            for row in store._db.query(f"SELECT * FROM {table.name}"):  # noqa: S608
                for name, value in row.items():
                    column = table.columns[name]
                    assert column.nullable or value is not None, (table.name, name)
                    if column.kind == "boolean":
                        assert value in (0, 1, None), (table.name, name)


def test_a_view_says_of_a_column_what_its_table_does() -> None:
    """The same name has the same unit and the same title wherever it stands."""
    seen: dict[str, tuple[str, str]] = {}
    for table in EVERY:
        for column in table.columns.values():
            assert seen.setdefault(column.name, (column.unit, column.title)) == (
                column.unit,
                column.title,
            )
            assert column.title
            assert column.text
            assert not column.text.endswith("."), column


def test_units_are_those_of_the_names() -> None:
    """The longest ending counts, and what has no unit has none."""
    hold, hop = TABLES["hold"].columns, TABLES["hop"].columns
    units = {name: column.unit for name, column in [*hold.items(), *hop.items()]}
    assert units["path_mps2_per_s"] == "m/s² per s"
    assert units["ellipse95_m2ps4"] == "m²/s⁴"
    assert units["rsi_height_mps"] == "m/s"
    assert units["height_m"] == "m"
    assert (units["rsi"], units["valid"], units["quiet_ratio"]) == ("", "", "")
    assert described("analysis").columns["created_utc"].unit == ""


def test_the_document_says_the_same() -> None:
    """docs/database.md is made from the dictionary."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert REFERENCE.search(text), "there is a reference to compare"
    if os.environ.get("ANKLET_RENEW"):
        DOCUMENT.write_text(REFERENCE.sub(lambda _: reference(), text), encoding="utf-8")
    else:
        assert REFERENCE.search(text)[0] == reference()  # type: ignore[index]


def test_a_text_made_plain_has_no_marks() -> None:
    """For places that show no Markdown."""
    table = Table(name="x", text="a `b`\nc", columns={})
    assert plain(table.text) == "a b c"


def test_the_dictionary_is_data_alone() -> None:
    """So that whoever wants a glossary gets it without a library."""
    light = {"__future__", "collections", "dataclasses", "typing"}
    paths = [ROOT / "sensing" / "store" / "schema" / f"dictionary{end}.py" for end in ("", "_text")]
    for path in (*paths, ROOT / "sensing" / "results" / "quantities.py"):
        for _, name in imports_of(path):
            own = name.startswith(("sensing.store.schema.dictionary", "sensing.results.quantities"))
            assert own or name.split(".")[0] in light, name
