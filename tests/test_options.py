"""Options have one name in every verb; old names work for one release, with a hint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.core import TyperOption

import cli
from cli.common.old_spellings import OLD_SPELLINGS, OldSpelling
from cli.training.plan import example_text
from sensing.store.store import open_store
from tests.conftest import ROOT, Command
from tests.stored import save

HOPS = str(ROOT / "sample_recordings" / "single-leg-hop.csv.gz")
OPTIONS: dict[str, dict[str, TyperOption]] = {
    verb.name: {
        name: option
        for option in cli._load(verb).params
        if isinstance(option, TyperOption)
        for name in option.opts
    }
    for verb in cli.VERBS
}

LINES: dict[tuple[str, str], tuple[list[str], list[str]]] = {
    ("analyze", "--format"): ([HOPS, "OPTION", "plain"], [HOPS, "OPTION", "nonsense"]),
    ("replay", "--format"): ([HOPS, "OPTION", "plain"], [HOPS, "OPTION", "nonsense"]),
    ("simulate", "--out"): (
        ["single-leg-hop", "--reps", "3", "--force", "OPTION", "hops.csv"],
        ["single-leg-hop", "OPTION", "hops.png"],
    ),
    ("week", "--of"): (["OPTION", "2026-03-01"], ["OPTION", "soon"]),
    ("correct", "--reps"): (
        ["1", "--set", "1", "OPTION", "5"],
        ["1", "--set", "1", "OPTION", "many"],
    ),
}
"""Of each old spelling: a line that is right and one that is wrong."""


@pytest.fixture
def workout(db_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workout as session 1, in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    with open_store(db_path) as store:
        save(store, side="left")


def test_every_old_spelling_is_tested() -> None:
    """A row more in the table is a line more in this test."""
    assert {(each.verb, each.old) for each in OLD_SPELLINGS} == set(LINES)


@pytest.mark.usefixtures("workout")
@pytest.mark.parametrize("joined", [False, True], ids=["--old value", "--old=value"])
@pytest.mark.parametrize("each", OLD_SPELLINGS, ids=lambda each: f"{each.verb} {each.old}")
def test_an_old_spelling_does_the_same_with_a_hint(
    each: OldSpelling, joined: bool, run: Command
) -> None:
    """Same status, same output, same errors; the hint is one line before them."""
    for line, status in zip(LINES[each.verb, each.old], (0, 2), strict=True):
        with_old, with_new = (_line(line, name, joined) for name in (each.old, each.new))
        new = run(each.verb, *with_new)  # first, so that both replay what is there already
        new = run(each.verb, *with_new)
        old = run(each.verb, *with_old)
        hint, _, errors = old.err.partition("\n")
        assert hint.startswith(f"{each.old} is now ")
        assert each.new in hint
        assert (old.status, old.out, errors) == (new.status, new.out, new.err)
        assert new.status == status, new.err


def _line(line: list[str], name: str, joined: bool) -> list[str]:
    text = "\n".join(line).replace("OPTION", name)
    return (text.replace(f"{name}\n", f"{name}=") if joined else text).split("\n")


def test_an_old_spelling_as_a_value_is_a_value(run: Command) -> None:
    """Only where an option can stand is it one."""
    done = run("replay", HOPS, "--note", "--format")
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("each", OLD_SPELLINGS, ids=lambda each: f"{each.verb} {each.old}")
def test_an_old_spelling_is_not_in_the_help(each: OldSpelling, run: Command) -> None:
    """The new one is."""
    words = run(each.verb, "--help").out.split()
    assert each.old not in words
    assert each.new in words


@pytest.mark.parametrize("verb", OPTIONS)
def test_one_thing_has_one_name(verb: str) -> None:
    """Short names belong to the same long one, and what goes together is there together."""
    short = {"--output": "-o", "--exercise": "-e", "--yes": "-y", "--table": "-t"}
    here = OPTIONS[verb]
    for name, option in here.items():
        if name == "--table" and verb != "export":
            continue  # of `show` it is a choice of four, typed rarely
        if name in short:
            assert short[name] in option.opts
    assert not {"--out", "--to", "--of", "--date", "--person", "--leg"} & set(here)
    assert ("--since" in here) == ("--until" in here)
    assert "--csv" not in here or "--json" in here


@pytest.mark.parametrize("verb", ["sessions", "trend", "export", "report", "reanalyze"])
def test_sessions_are_chosen_alike(verb: str) -> None:
    """By athlete, exercise, leg and days, told in the same words."""
    names = ("--exercise", "--side", "--since", "--until", "--athlete")
    assert [OPTIONS[verb][name].help for name in names] == [
        OPTIONS["trend"][name].help for name in names
    ]


@pytest.mark.usefixtures("workout")
@pytest.mark.parametrize(
    ("args", "found"),
    [
        ((), True),
        (("--until", "2026-02-28"), False),
        (("--since", "2026-03-01", "--until", "2026-03-01"), True),
        (("--side", "left"), True),
        (("--side", "right"), False),
        (("--side", "left", "--exercise", "single-leg-hop"), True),
        (("--side", "right", "--exercise", "single-leg-hop"), False),
        (("--athlete", "me"), True),
    ],
)
def test_sessions_are_found_by_leg_and_last_day(
    args: tuple[str, ...], found: bool, run: Command
) -> None:
    """Each filter leaves out what it should."""
    assert len(json.loads(run("sessions", *args, "--json").out)) == int(found)


@pytest.mark.usefixtures("workout")
@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("--athlete", "nobody"), "there is no athlete 'nobody'; known: me"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "is before --since"),
        (("--exercise", "single-leg-hops"), "single-leg-hop"),
    ],
)
def test_a_filter_nothing_can_match_is_refused(
    args: tuple[str, ...], hint: str, run: Command
) -> None:
    """In one line, by every verb alike."""
    for verb in (("sessions",), ("reanalyze",), ("export", "-o", "tables")):
        done = run(*verb, *args)
        assert (done.status, done.out) == (2, ""), verb
        assert hint in done.err


@pytest.mark.usefixtures("workout")
@pytest.mark.parametrize(
    "verb", [("delete", "--yes"), ("report",), ("reanalyze",), ("log", "--delete")]
)
@pytest.mark.parametrize("ids", ["x", "0", "1,x", "1,", "-", "99999999999999999999"])
def test_ids_are_refused_in_the_same_words(verb: tuple[str, ...], ids: str, run: Command) -> None:
    """One line that names what is no ID; nothing is done."""
    done = run(*verb, ids)
    assert (done.status, done.out) == (2, "")
    assert f"{ids.rpartition(',')[2]!r} is not an ID; give numbers that `anklet " in done.err
    assert json.loads(run("sessions", "--json").out)


@pytest.mark.parametrize("ids", [("1", "3"), ("1,3",), ("3", "1,3")])
def test_several_sessions_are_deleted_at_once(
    ids: tuple[str, ...], run: Command, db_path: Path
) -> None:
    """However they are written; one that is not there stops it before anything is deleted."""
    with open_store(db_path) as store:
        for number in range(3):
            save(store, letter="abc"[number])
    assert run("delete", *ids, 7, "--yes").status == 2
    assert len(json.loads(run("sessions", "--json").out)) == 3
    assert run("delete", *ids, "--yes").status == 0
    assert [each["id"] for each in json.loads(run("sessions", "--json").out)] == [2]


def test_several_entries_of_the_log_are_deleted_at_once(run: Command) -> None:
    """By the same IDs, and all of them or none."""
    for exercise in ("squat", "deadlift", "lunge"):
        assert run("log", exercise, "3x8").status == 0
    assert run("log", "--delete", "1,7").status == 2
    assert len(json.loads(run("log", "--json").out)) == 3
    assert run("log", "--delete", "1", "--delete", "3").err == "entries 1, 3 deleted\n"
    assert [each["exercise"] for each in json.loads(run("log", "--json").out)] == ["deadlift"]
    assert "separate several with commas" in run("log", "--delete", "1", "2").err


def test_output_goes_where_it_is_sent(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same text in a file as on standard output, and no file is overwritten."""
    monkeypatch.chdir(tmp_path)
    for line in (("plan", "example"), ("calibrate", "contact", "--video-template")):
        printed = run(*line)
        done = run(*line, "-o", "file.txt")
        assert (done.status, done.out, done.err) == (0, "", "wrote file.txt\n")
        assert (tmp_path / "file.txt").read_text(encoding="utf-8") == printed.out
        assert run(*line, "-o", "-").out == printed.out
        assert run(*line, "-o", "file.txt").status == 2
        (tmp_path / "file.txt").unlink()


@pytest.mark.usefixtures("workout")
def test_a_folder_or_a_copy_may_be_named_by_output_too(run: Command, tmp_path: Path) -> None:
    """``export`` and ``backup`` take it in place of their argument, not with it."""
    assert run("export", "-o", "tables").status == 0
    assert (tmp_path / "tables" / "sets.csv").exists()
    assert run("backup", "-o", "copy.db").status == 0
    assert (tmp_path / "copy.db").exists()
    assert run("backup", "one.db", "-o", "two.db").status == 2
    assert run("backup").status == 2


def test_the_plan_is_json_too(run: Command, tmp_path: Path) -> None:
    """Each entry with what is done of it."""
    (tmp_path / "plan.toml").write_text(example_text(), encoding="utf-8")
    found = json.loads(run("plan", "show", tmp_path / "plan.toml", "--json").out)
    assert found["plan"]
    assert {"exercise", "side", "sets", "done_days", "often"} <= set(found["entries"][0])
