"""Does an export say what the database says: every value, in every form, or nothing at all?"""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import stat
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensing.core.errors import StoreError, UsageError
from sensing.core.events import Analysis
from sensing.store.export.choosing import EVERYTHING, Selection, choose, forget
from sensing.store.export.csv_lines import UnixLines
from sensing.store.export.exporting import Exporting
from sensing.store.export.forms import FORMS, Form
from sensing.store.export.package import PACKAGE_FILES
from sensing.store.export.tables import EXPORTED, ExportTable
from sensing.store.schema.dictionary import described
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import AddedSet, Count, FalseSet, Marked, Renamed
from sensing.store.values.rows import Work
from tests.conftest import Command
from tests.stored import HOPS, JUMPS, NOW, RAISES, STARTED, WORKOUT, analyses, in_memory, save
from tests.test_store_file import posix
from tests.years import write_years

Table = list[dict[str, Any]]
AWKWARD = 'left; "quoted", a,b\nsecond line — ümläut \t tab'


def filled(store: Store, analysis: Analysis = WORKOUT) -> None:
    """Two sessions, of two people, with all that can be said of them."""
    profile = store.put_profile("left hops", 'name = "left hops"\n', now_utc=NOW, athlete="ben")
    used = replace(analysis, profile="left hops")
    save(store, used, letter="a", side="left", load_kg=10.0, note=AWKWARD, profile_id=profile.id)
    began = STARTED + timedelta(days=1)
    target = {"sets": 3, "tempo": [1, 0, 3]}
    save(store, letter="b", side="right", athlete="anna", started_utc=began, target=target)
    store.correct(2, Count(set_n=1, item="rep", count=12), now_utc=NOW)
    store.correct(2, Marked(set_n=2, item="hop", n=1, mark="false"), now_utc=NOW)
    store.correct(2, Renamed(set_n=2, exercise="double-leg-hop"), now_utc=NOW)
    store.correct(2, FalseSet(set_n=3), now_utc=NOW)
    store.add_set(2, AddedSet(exercise="tibialis-raise", counts={"rep": 15}), now_utc=NOW)
    store.log_work(
        Work(exercise="leg press", sets=3, reps=8), day=began.date(), now_utc=NOW, athlete="anna"
    )
    store.log_work(Work(exercise="plank", hold_s=60.0, side="left"), day=began.date(), now_utc=NOW)
    for name, athlete in (("for all", None), ("hers", "anna")):
        toml = f'name = "{name}"'
        store.put_plan(name, toml, from_day=began.date(), now_utc=NOW, athlete=athlete)


@pytest.fixture
def full(store: Store) -> Store:
    """A store with two sessions and all that can be said of them."""
    filled(store)
    return store


@pytest.fixture
def fuller(full: Store) -> Store:
    """The same and jumps with stands between them, so that every table has rows."""
    jumped = replace(WORKOUT, sets=(JUMPS,))
    save(full, jumped, letter="c", athlete="ben", started_utc=STARTED - timedelta(days=1))
    return full


def export(store: Store, folder: Path, form: Form = "csv", **more: Any) -> Path:
    """A whole export; gives its folder."""
    Exporting.of(store).export_folder(folder, form=form, now_utc=NOW, version="1.2.3", **more)
    return folder


def text_of(path: Path) -> str:
    """What stands in a file."""
    return path.read_text(encoding="utf-8")


def by_sql(store: Store, table: ExportTable, selection: Selection = EVERYTHING) -> Table:
    """The rows as the database has them, with each value as its column says what it is."""
    columns = ", ".join(each.sql for each in table.columns)
    choose(store._db, selection)
    found = store._db.execute(f"SELECT {columns} {table.source}").fetchall()
    forget(store._db)
    return [
        {
            each.column.name: typed(value, each.column.kind)
            for each, value in zip(table.columns, row, strict=True)
        }
        for row in found
    ]


def typed(value: Any, kind: str) -> Any:
    """A value of the database as what it means."""
    if value is None:
        return None
    match kind:
        case "boolean":
            return bool(value)
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "object" | "array":
            return json.loads(value)
        case _:
            return value


@pytest.mark.parametrize("field", ["\r", "a\rb", "a\r\n", "\n", ",", '"'])
def test_a_field_with_a_line_end_stays_one_field(field: str) -> None:
    """A lone carriage return too; and rows end in a line feed alone."""
    text = io.StringIO(newline="")
    csv.writer(UnixLines(text)).writerows([[field, 1], ["next", 2]])
    assert list(csv.reader(io.StringIO(text.getvalue(), newline=""))) == [
        [field, "1"],
        ["next", "2"],
    ]
    assert text.getvalue().endswith("next,2\n")


def from_csv(text: str, table: ExportTable) -> Table:
    """What a stranger reads who goes by the dictionary."""
    read: dict[str, Any] = {
        "integer": int,
        "number": float,
        "boolean": {"true": True, "false": False}.__getitem__,
    }
    rows = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        values: dict[str, Any] = {}
        for each in table.columns:
            name, kind = each.column.name, each.column.kind
            if row[name] == "" and (each.column.nullable or kind != "string"):
                values[name] = None
            else:
                values[name] = read.get(kind, lambda word, kind=kind: typed(word, kind))(row[name])
        rows.append(values)
    return rows


def from_jsonl(text: str, table: ExportTable) -> Table:
    """One object a line; dates are the only thing JSON has no word for."""
    kinds = {each.column.name: each.column.kind for each in table.columns}
    return [
        {
            name: typed(value, kinds[name]) if kinds[name] in ("date", "datetime") else value
            for name, value in json.loads(line).items()
        }
        for line in text.split("\n")[:-1]
    ]


def from_parquet(data: bytes, table: ExportTable) -> Table:
    """Types come with the file; JSON is text in it."""
    parquet = pytest.importorskip("pyarrow.parquet")
    kinds = {each.column.name: each.column.kind for each in table.columns}
    return [
        {
            name: typed(value, kinds[name]) if kinds[name] in ("object", "array") else value
            for name, value in row.items()
        }
        for row in parquet.read_table(io.BytesIO(data)).to_pylist()
    ]


def read_back(store: Store, name: str, form: Form) -> Table:
    """A table written in this form and read again."""
    stream = io.BytesIO()
    Exporting.of(store).export_stream(name, stream, form=form)
    if form == "parquet":
        return from_parquet(stream.getvalue(), EXPORTED[name])
    text = stream.getvalue().decode()
    return (from_csv if form == "csv" else from_jsonl)(text, EXPORTED[name])


# --- the same values in every form ---------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_what_the_database_holds(fuller: Store, form: Form) -> None:
    """Read back by the dictionary alone, each value is the same, and nothing known is lost."""
    for name, table in EXPORTED.items():
        there = by_sql(fuller, table)
        assert there, "there is something to compare"
        assert read_back(fuller, name, form) == there, name


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(analysis=analyses, note=words, load_kg=st.none() | st.floats(0, 500))
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_no_value_is_lost_or_bent_on_the_way(
    analysis: Analysis, note: str, load_kg: float | None
) -> None:
    """Whatever is measured and whatever is written in a note."""
    with in_memory() as store:
        save(store, analysis, note=note, load_kg=load_kg)
        for name in ("sessions", "sets", "reps", "hops", "holds", "analyses"):
            there = by_sql(store, EXPORTED[name])
            for form in FORMS:
                assert read_back(store, name, form) == there, (name, form)


def test_what_is_not_known_is_empty_and_never_0(full: Store) -> None:
    """The last hop of a series has no flight, an unloaded recording no load."""
    stream = io.BytesIO()
    Exporting.of(full).export_stream("hops", stream, form="csv")
    hops = list(csv.DictReader(io.StringIO(stream.getvalue().decode())))
    assert {hop["flight_time_s"] for hop in hops} == {"0.15", ""}
    stream = io.BytesIO()
    Exporting.of(full).export_stream("recordings", stream, form="jsonl")
    loads = [json.loads(line)["load_kg"] for line in stream.getvalue().splitlines()]
    assert loads == [10.0, None]


def test_times_are_iso_in_utc(full: Store) -> None:
    """As anything reads them."""
    (first, second) = read_back(full, "sessions", "csv")
    assert first["started_utc"] == STARTED
    assert first["started_utc"].tzinfo is UTC or first["started_utc"].utcoffset() == timedelta(0)
    assert second["day"] == date(2026, 3, 2)


def test_an_export_made_twice_is_the_same(full: Store, tmp_path: Path) -> None:
    """Byte for byte, so that a difference means something."""
    one, two = export(full, tmp_path / "one"), export(full, tmp_path / "two")
    for name in (*(f"{name}.csv" for name in EXPORTED), *PACKAGE_FILES):
        assert (one / name).read_bytes() == (two / name).read_bytes()


# --- the dictionary beside it --------------------------------------------------------------------


def test_every_column_is_described_and_only_those_there_are(full: Store, tmp_path: Path) -> None:
    """dictionary.csv, datapackage.json and the files' own headers agree."""
    folder = export(full, tmp_path / "out")
    lines = list(csv.DictReader(io.StringIO(text_of(folder / "dictionary.csv"))))
    package = json.loads(text_of(folder / "datapackage.json"))
    resources = {each["name"]: each for each in package["resources"]}
    assert {path.name for path in folder.iterdir()} == {
        *(each["path"] for each in resources.values()),
        *PACKAGE_FILES,
    }
    for name, resource in resources.items():
        header = text_of(folder / resource["path"]).partition("\n")[0].split(",")
        assert [line["column"] for line in lines if line["table"] == name] == header
        assert [field["name"] for field in resource["schema"]["fields"]] == header
    for line in lines:
        table, _, column = line["origin"].partition(".")
        known = described(table).columns[column]
        assert (line["type"], line["unit"]) == (known.kind, known.unit)
        assert line["description"]
        assert line["title"]
    named = {line["column"]: line["unit"] for line in lines}
    assert (named["rise_m"], named["contact_time_s"], named["rsi"]) == ("m", "s", "")


def test_the_package_says_how_large_each_file_is_and_what_refers_to_what(
    fuller: Store, tmp_path: Path
) -> None:
    """As the Frictionless specification has it: keys that hold, sizes and hashes that are right."""
    folder = export(fuller, tmp_path / "out")
    package = json.loads(text_of(folder / "datapackage.json"))
    assert package["profile"] == "tabular-data-package"
    tables = {name: read_back(fuller, name, "csv") for name in EXPORTED}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        schema = resource["schema"]
        rows = tables[resource["name"]]
        keys = [tuple(row[part] for part in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys) > 0
        for key in schema["foreignKeys"]:
            other = key["reference"]
            there = {row[other["fields"]] for row in tables[other["resource"]]}
            assert {row[key["fields"]] for row in rows} - {None} <= there
    readme = text_of(folder / "README.md")
    assert "| `sets.csv` | 8 |" in readme
    assert "everything" in readme


def test_parquet_knows_types_units_and_what_its_columns_mean(full: Store, tmp_path: Path) -> None:
    """All of it is in the file."""
    parquet = pytest.importorskip("pyarrow.parquet")
    Exporting.of(full).export_file("hops", tmp_path / "hops.parquet", form="parquet")
    schema = parquet.read_schema(tmp_path / "hops.parquet")
    types = {field.name: str(field.type) for field in schema}
    assert types["contact_time_s"] == "double"
    assert types["valid"] == "bool"
    assert types["day"] == "date32[day]"
    assert types["n"] == "int64"
    field = schema.field("contact_time_s")
    assert field.metadata[b"unit"] == b"s"
    assert field.metadata[b"description"].startswith(b"ground-contact time")
    assert field.nullable
    assert not schema.field("set_id").nullable
    Exporting.of(full).export_file("sessions", tmp_path / "sessions.parquet", form="parquet")
    schema = parquet.read_schema(tmp_path / "sessions.parquet")
    assert str(schema.field("started_utc").type) == "timestamp[ms, tz=UTC]"


# --- what is chosen ------------------------------------------------------------------------------


CHOICES = [
    Selection(since=date(2026, 3, 2)),
    Selection(until=date(2026, 3, 1)),
    Selection(athlete="anna"),
    Selection(exercise="double-leg-hop"),
    Selection(exercise="auto"),
    Selection(side="left"),
    Selection(exercise="leg press"),
    Selection(exercise="tibialis-raise", side="right", athlete="anna"),
    Selection(athlete="nobody"),
]


def test_what_is_chosen_hangs_together(full: Store) -> None:
    """No row names another that isn't there, and every row is one of the whole export's."""
    whole = {name: by_sql(full, table) for name, table in EXPORTED.items()}
    for selection in CHOICES:
        tables = {name: by_sql(full, table, selection) for name, table in EXPORTED.items()}
        for name, table in EXPORTED.items():
            for field, other in table.refers.items():
                there = {row[field] for row in tables[other]}
                named = {row[field] for row in tables[name]} - {None}
                assert named <= there, (selection, name, field)
            assert all(row in whole[name] for row in tables[name])


def test_each_choice_chooses(full: Store) -> None:
    """By day, person, exercise (as corrected) and leg."""

    def sets(**asked: Any) -> list[str]:
        return [row["exercise"] for row in by_sql(full, EXPORTED["sets"], Selection(**asked))]

    three = ["single-leg-calf-raise", "single-leg-hop", "calf-raise-hold"]
    corrected = [three[0], "double-leg-hop", three[2], "tibialis-raise"]
    assert sets() == three + corrected
    assert sets(until=date(2026, 3, 1)) == three
    assert sets(since=date(2026, 3, 2)) == sets(athlete="anna") == corrected
    assert sets(exercise="double-leg-hop") == ["double-leg-hop"]
    assert sets(side="right") == corrected[1:], "one of its sets is known to be of the left"
    logged = by_sql(full, EXPORTED["logged"], Selection(exercise="leg press"))
    assert [row["exercise"] for row in logged] == ["leg press"]


def test_a_recording_that_an_exercise_was_looked_for_in_is_chosen_though_none_was_found(
    store: Store,
) -> None:
    """None found is a finding."""
    save(store, replace(WORKOUT, exercise="single-leg-hop", sets=()))
    asked = Selection(exercise="single-leg-hop")
    assert len(by_sql(store, EXPORTED["recordings"], asked)) == 1
    assert by_sql(store, EXPORTED["sets"], asked) == []


def test_only_current_analyses_count(store: Store) -> None:
    """A recording analysed twice has its reps once."""
    save(store)
    save(store, replace(WORKOUT, engine="0.2.0", sets=(HOPS,)), again=True)
    assert [row["engine"] for row in by_sql(store, EXPORTED["analyses"])] == ["0.2.0"]
    assert by_sql(store, EXPORTED["reps"]) == []
    assert len(by_sql(store, EXPORTED["hops"])) == len(HOPS.hops)


# --- whole or not at all -------------------------------------------------------------------------


def test_an_export_that_fails_leaves_nothing(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it harm the one before."""
    folder = export(full, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(name: str) -> None:
        if name == "writing hops":
            raise KeyboardInterrupt

    for target, force in ((tmp_path / "new", False), (folder, True)):
        with pytest.raises(KeyboardInterrupt):
            export(full, target, force=force, step=fail)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir() if "anklet.db" not in path.name} == {"out"}


def test_a_folder_with_something_in_it_is_left_alone(full: Store, tmp_path: Path) -> None:
    """An earlier export goes if told; anything else stays, told or not."""
    folder = tmp_path / "out"
    folder.mkdir()
    export(full, folder)
    with pytest.raises(UsageError, match="the folder is not empty"):
        export(full, folder, "jsonl")
    export(full, folder, "jsonl", force=True)
    assert not (folder / "sets.csv").exists()
    (folder / "thesis.docx").touch()
    with pytest.raises(UsageError, match=r"contains other files \(thesis.docx\)"):
        export(full, folder, force=True)
    assert (folder / "sets.jsonl").exists()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is not a folder"):
        export(full, tmp_path / "file", force=True)
    with pytest.raises(UsageError, match="there is no directory"):
        export(full, tmp_path / "missing" / "out")
    with pytest.raises(UsageError, match="is the current folder"):
        export(full, Path())


@posix
def test_only_the_owner_can_read_it(full: Store, tmp_path: Path) -> None:
    """It is about a person's body."""
    before = os.umask(0)
    try:
        folder = export(full, tmp_path / "out")
        Exporting.of(full).export_file("sets", tmp_path / "sets.csv", form="csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sets.csv").stat().st_mode) == 0o600


def test_all_tables_are_of_one_moment(full: Store, db_path: Path, tmp_path: Path) -> None:
    """A session that is stored while the export runs is in all of it or in none."""

    def store_another(name: str) -> None:
        if name == "writing sets":
            with open_store(db_path) as other:
                save(other, letter="c")

    folder = export(full, tmp_path / "out", step=store_another)
    assert len(full.sessions()) == 3
    for name in ("sessions", "recordings", "sets"):
        rows = from_csv(text_of(folder / f"{name}.csv"), EXPORTED[name])
        assert {row["session_id"] for row in rows} == {1, 2}


# --- many sessions -------------------------------------------------------------------------------


def test_rows_come_out_in_order_without_being_sorted_first(store: Store) -> None:
    """Else SQLite would hold years of hops before the first is written."""
    large = {"session", "recording", "analysis", "rep", "hop", "hold", "done", "file", "answer"}
    choose(store._db, EVERYTHING)
    few = ("athletes", "profiles")  # and found through all analyses, once
    for table in (each for name, each in EXPORTED.items() if name not in few):
        columns = ", ".join(each.sql for each in table.columns)
        rows = store._db.execute(f"EXPLAIN QUERY PLAN SELECT {columns} {table.source}")
        plan = [row[3] for row in rows]
        assert not [line for line in plan if "TEMP B-TREE FOR ORDER" in line], plan
        assert not large & {line.split()[1] for line in plan if line.startswith("SCAN")}, plan


class _Nowhere(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def test_memory_does_not_grow_with_the_sessions(tmp_path: Path) -> None:
    """Five times the rows, and no more is held at a time."""
    peaks = []
    for sessions in (10, 50):
        path = tmp_path / f"{sessions}.db"
        write_years(path, sessions=sessions)
        with open_store(path) as store:
            for form in FORMS[:2]:
                Exporting.of(store).export_stream("hops", io.BufferedWriter(_Nowhere()), form=form)
            tracemalloc.start()
            for form in FORMS[:2]:
                rows = Exporting.of(store).export_stream(
                    "hops", io.BufferedWriter(_Nowhere()), form=form
                )
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert rows == 40 * sessions
    assert peaks[1] < 1.5 * peaks[0]


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def known(db_path: Path) -> Path:
    """A database with two sessions, closed again."""
    with open_store(db_path) as store:
        filled(store)
    return db_path


def test_a_folder_is_written_and_said(run: Command, known: Path, tmp_path: Path) -> None:
    """One line with what is in it."""
    done = run("export", tmp_path / "out", "--athlete", "anna")
    assert done.status == 0, done.err
    assert "1 session, 4 sets, 5 reps, 4 hops, 1 hold, 1 logged;" in done.out
    readme = text_of(tmp_path / "out" / "README.md")
    assert "athlete anna" in readme


def test_one_table_goes_to_standard_output(run: Command, known: Path) -> None:
    """And nothing else does."""
    done = run("export", "--table", "sets", "--format", "jsonl")
    assert (done.status, done.err) == (0, "")
    assert len([json.loads(line) for line in done.out.splitlines()]) == 7
    none = run("export", "--table", "reps", "--since", "2030-01-01")
    assert none.out.count("\n") == 1, "the header"
    assert none.err == "no reps match\n"


def test_one_table_goes_to_a_file_in_the_form_of_its_name(
    run: Command, known: Path, tmp_path: Path
) -> None:
    """Or in the one asked for."""
    pytest.importorskip("pyarrow")
    for name, begins in (("a.csv", b"set_id,"), ("a.jsonl", b'{"set_id"'), ("a.parquet", b"PAR1")):
        assert run("export", "-t", "sets", "-o", tmp_path / name).status == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    again = run("export", "-t", "sets", "-o", tmp_path / "a.csv")
    assert again.status == 2
    assert "exists already" in again.err
    assert run("export", "-t", "reps", "-o", tmp_path / "a.csv", "--force").status == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "no folder to write to"),
        (["out", "--table", "sets"], "FOLDER is for all tables"),
        (["--table", "hosp"], "did you mean hops?"),
        (["--table", "zzz"], "there is sessions, athletes"),
        (["-t", "sets", "-e", "single-leg-hops"], "did you mean single-leg-hop"),
        (["-t", "sets", "--athlete", "eve"], "known: anna, ben, me"),
        (["-t", "sets", "--since", "2026-03-02", "--until", "2026-03-01"], "is before --since"),
        (["-t", "sets", "-o", "sets.xlsx"], "there is no format .xlsx"),
        (["out", "--format", "xml"], "--format"),
    ],
)
def test_a_slip_gets_one_line(run: Command, known: Path, args: list[str], words: str) -> None:
    """That says what to do."""
    done = run("export", *args)
    assert (done.status, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_without_pyarrow_parquet_says_what_to_install(
    run: Command, known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("export", tmp_path / "out", "--format", "parquet")
    assert done.status == 2
    assert "pip install pyarrow beside Anklet" in done.err
    assert not (tmp_path / "out").exists()


def test_a_value_that_cant_be_is_named(full: Store) -> None:
    """Somebody wrote into the database by hand."""
    pytest.importorskip("pyarrow")
    full._db.execute("UPDATE session SET started_utc = 'yesterday' WHERE id = 1")
    with pytest.raises(StoreError, match="a value of sessions is not what it should be"):
        Exporting.of(full).export_stream("sessions", io.BytesIO(), form="parquet")
    Exporting.of(full).export_stream("sessions", io.BytesIO(), form="csv")


def test_an_empty_database_exports_empty_tables(run: Command, tmp_path: Path) -> None:
    """With their headers, and it is said."""
    done = run("export", tmp_path / "out")
    assert done.status == 0
    assert "nothing matches" in done.err
    header = text_of(tmp_path / "out" / "sets.csv")
    assert header.startswith("set_id,session_id,")
    assert not (tmp_path / "anklet.db").exists()


def test_reading_leaves_no_trace(full: Store, tmp_path: Path) -> None:
    """No table of the export's own is left, and one may write again."""
    export(full, tmp_path / "out")
    assert full._db.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)
    assert not full._db.conn.in_transaction
    assert save(full, replace(WORKOUT, sets=(RAISES,)), letter="d").new
    assert isinstance(full._db.conn, sqlite3.Connection)
