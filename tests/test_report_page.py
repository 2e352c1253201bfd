"""Is the page whole, readable by everyone, and every figure on it the database's?"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.report.html import tag, text
from sensing.core.events import Rep
from sensing.results.quantities import QUANTITIES
from sensing.results.set_summary import HOLD_FIGURES, HOP_FIGURES, REP_FIGURES
from sensing.store.read.sessions import _CHOSEN
from sensing.store.read.whole_sessions import QUERIES
from sensing.store.store import Store, open_store
from sensing.store.values.corrections import AddedSet, Count, FalseSet, Marked
from tests.conftest import Command, Done
from tests.stored import HOLD, HOPS, NOW, RAISES, WORKOUT, save
from tests.years import write_years

COUNTS = {"reps", "hops", "partial_reps", "steps", "sets", "sessions"}
SUMS = {"hold_s", "time_under_tension_s", "volume_kg"}
VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """What is on a page: its ``data`` elements, and that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.figures: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self._open: list[str] = []
        self._inside = False
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what matters of it."""
        given_ = {key: value or "" for key, value in attrs}
        if name not in VOID:
            self._open.append(name)
        if "id" in given_:
            self.ids.append(given_["id"])
        if name == "a":
            self.links.append(given_["href"])
        self.fetched += [given_[key] for key in ("src", "srcset", "action") if key in given_]
        if name in ("script", "link", "iframe", "object"):
            self.fetched.append(name)
        if name == "data":
            self.figures.append({**given_, "text": ""})
            self._inside = True

    def handle_endtag(self, name: str) -> None:
        """It must be the one opened last."""
        assert self._open.pop() == name
        self._inside = self._inside and name != "data"

    def handle_data(self, data: str) -> None:
        """Text of a figure."""
        if self._inside:
            self.figures[-1]["text"] += data


@pytest.fixture
def years(db_path: Path) -> Path:
    """Forty sessions in three months, with corrections of every kind."""
    write_years(db_path, sessions=40, years=0.25)
    with open_store(db_path) as store:
        store.correct(40, Count(set_n=1, item="rep", count=31), now_utc=NOW)
        store.correct(40, Marked(set_n=2, item="hop", n=3, mark="false"), now_utc=NOW)
        store.correct(39, FalseSet(set_n=3), now_utc=NOW)
        store.add_set(38, AddedSet(exercise="tibialis-raise", counts={"rep": 20}), now_utc=NOW)
    return db_path


def page_of(run: Command, tmp_path: Path, *args: object) -> str:
    """A report's page."""
    place = tmp_path / "page.html"
    done = run("report", *args, "-o", place, "--force")
    assert done.status == 0, done.err
    return place.read_text(encoding="utf-8")


# --- every figure ------------------------------------------------------------------------------


def shown(name: str, value: float) -> str:
    """The value as it should be printed."""
    return str(round(value)) if name in COUNTS else QUANTITIES[name].text(value)


DERIVED = ("cadence_hz", "tremor_peak_hz", "quiet_ratio", "ap_rms_mps2", "ml_rms_mps2")
"""Figures that the database keeps no median of."""


def derived(db: sqlite3.Connection, set_id: str, name: str) -> float | None:
    """Such a figure, worked out from the set's own events."""
    if name == "cadence_hz":
        hops = db.execute(
            "SELECT contact_s, in_figures, flight_time_s FROM hop_corrected"
            " WHERE set_id = ? ORDER BY n",
            [set_id],
        ).fetchall()
        periods = [
            after[0] - before[0]
            for before, after in itertools.pairwise(hops)
            if before[1] and after[1] and before[2] is not None
        ]
        return 1 / float(statistics.median(periods))
    held = db.execute(
        f"SELECT hold.{name} FROM hold JOIN hold_corrected c USING (set_id, n)"
        f" WHERE set_id = ? AND in_figures AND hold.{name} IS NOT NULL",
        [set_id],
    ).fetchall()
    return float(statistics.median(value for (value,) in held))


# ruff: noqa: S608 - the names put into these questions are our own


def wanted(db: sqlite3.Connection, each: dict[str, str]) -> float | None:
    """The database's own value of a figure, asked of the views that everybody else reads."""
    name, of, key = each["data-name"], each["data-of"], each.get("data-key", "")
    medians = {*REP_FIGURES, *HOP_FIGURES, *HOLD_FIGURES}
    if of == "set" and name in DERIVED:
        return derived(db, key, name)
    if of == "set" and name in medians:
        sql, values = "SELECT median FROM set_figure WHERE set_id = ? AND name = ?", [key, name]
    elif of == "set":
        sql, values = f"SELECT {name} FROM set_summary WHERE set_id = ?", [key]
    elif of == "session":
        sql = f"SELECT total({name}) FROM set_summary WHERE counted AND session_id = ?"
        values = [key]
    elif of == "point":
        session, exercise, side = key.split(" ")
        own = {"volume_kg": "reps * load_kg"}.get(name, name)
        value = (
            f"(SELECT median FROM set_figure f WHERE f.set_id = s.set_id AND f.name = '{name}')"
            if name in medians
            else own
        )
        # The simulated sessions have one set of an exercise and leg.
        sql = (
            f"SELECT total({value}) FROM set_summary s WHERE counted AND session_id = ?"
            " AND exercise = ? AND coalesce(side, 'both') = ?"
        )
        values = [session, exercise, side]
    else:
        amount = f"total({'reps * load_kg' if name == 'volume_kg' else name})"
        own = {"sets": "count(*)", "sessions": "count(DISTINCT session_id)"}.get(name, amount)
        group = " AND exercise || coalesce(' ' || side, '') = ?" if of == "group" else ""
        sql = f"SELECT {own} FROM set_summary WHERE counted AND day >= date(?, '-84 days'){group}"
        values = [LAST.isoformat(), *([key] if group else [])]
    (value,) = db.execute(sql, values).fetchone()
    return value  # type: ignore[no-any-return]


LAST = date(2026, 3, 1)


def test_every_figure_on_the_page_is_the_databases(
    run: Command, years: Path, tmp_path: Path
) -> None:
    """Read back from the page, each beside SQL, and its text beside its value."""
    page = Page(page_of(run, tmp_path))
    with sqlite3.connect(years) as db:
        for each in page.figures:
            value = wanted(db, each)
            assert value == pytest.approx(float(each["value"]), abs=1e-6), each
            assert each["text"] == shown(each["data-name"], float(each["value"])), each
        sets = db.execute(
            "SELECT count(*) FROM set_summary WHERE counted AND day >= date(?, '-84 days')",
            [LAST.isoformat()],
        ).fetchone()[0]
    db.close()
    kinds = {each["data-of"] for each in page.figures}
    assert kinds == {"total", "group", "point", "session", "set"}
    assert len({e["data-key"] for e in page.figures if e["data-of"] == "set"}) == sets
    assert {each["data-name"] for each in page.figures} >= {"rise_m", "rsi", "hold_s", "reps"}


def test_no_measured_figure_stands_unmarked(run: Command, years: Path, tmp_path: Path) -> None:
    """Within a set every definition but words is a figure that can be read back."""
    page = page_of(run, tmp_path, 40)
    inside = page[page.index('<section id="sessions"') : page.index('<section id="terms"')]
    for part in inside.split("<dd>")[1:]:
        assert part.startswith("<data "), part[:80]


# --- the page ----------------------------------------------------------------------------------


def test_the_page_is_whole_and_fetches_nothing(run: Command, years: Path, tmp_path: Path) -> None:
    """Every element closed, ids once, links within, no script, no address."""
    whole = page_of(run, tmp_path)
    page = Page(whole)
    assert len(page.ids) == len(set(page.ids))
    assert page.fetched == []
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert "http" not in whole
    assert "<script" not in whole


def test_corrections_stand_beside_what_the_machine_said(
    run: Command, years: Path, tmp_path: Path
) -> None:
    """The person's count with the machine's, what is left out and why, what was added."""
    page = page_of(run, tmp_path, 38, 39, 40)
    with sqlite3.connect(years) as db:
        (machine,) = db.execute(
            "SELECT machine_reps FROM set_summary WHERE session_id = 40 AND n = 1"
        ).fetchone()
    db.close()
    assert f'data-name="reps">31</data><small> ({machine} detected)</small>' in page
    assert "1 contact marked false; corrected by hand" in page
    assert "added by hand" in page
    assert "not calibrated" in page


def test_what_people_wrote_can_do_nothing_to_the_page(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """Notes, names and file names are text."""
    evil = '<script>alert("x")</script>&<b>\x1b[31m'
    save(store, side="left", note=evil, athlete=evil)
    page = page_of(run, tmp_path)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    Page(page)


@given(st.text(), st.text())
def test_nothing_gets_into_a_page_unescaped(inside: str, attribute: str) -> None:
    """Whatever it is, it comes out of a parser as it went in (but for control characters)."""
    found: list[tuple[str, object]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((name, dict(attrs).get("title")))

        def handle_data(self, data: str) -> None:
            found.append(("text", data))

    reader = Reader()
    reader.feed(tag("p", inside, title=attribute.replace("\r", "")))
    reader.close()
    assert found[0] == ("p", attribute.replace("\r", ""))
    words = "".join(str(data) for kind, data in found[1:] if kind == "text")
    assert words == "".join(c for c in inside if c.isprintable() or c in "\n\t")
    assert len({kind for kind, _ in found}) <= 2
    assert text("<") == "&lt;"


def test_a_set_of_which_nothing_is_known_is_still_shown(
    run: Command, store: Store, tmp_path: Path
) -> None:
    """No valid rep, no flight: dashes and reasons, no error."""
    lost = tuple(replace(each, valid=False, reason="gap") for each in RAISES.reps)
    still: tuple[Rep, ...] = ()
    sets = (
        replace(RAISES, reps=lost),
        replace(HOPS, hops=HOPS.hops[:1]),
        replace(RAISES, reps=still),
    )
    save(store, replace(WORKOUT, sets=sets), side="left")
    page = page_of(run, tmp_path, 1)
    assert "5 reps doubtful, counted but in no figure: data gap" in page


def test_tests_are_told_with_their_result(run: Command, store: Store, tmp_path: Path) -> None:
    """The same as the test itself tells; without one there is no such section."""
    plain = replace(WORKOUT, sets=(HOLD,))
    save(store, plain, side="left")
    assert ">Tests<" not in page_of(run, tmp_path)
    save(store, plain, letter="b", side="left", target={"protocol": "hold-to-failure"})
    page = page_of(run, tmp_path)
    assert ">Tests<" in page
    assert '<td class="n">31.0' in page
    assert "31.0" in run("protocols", "result", 2).out


def test_a_report_reads_no_large_table_whole(store: Store) -> None:
    """Sessions are found by person and day, and all in them by what it belongs to."""
    asked = {"ids": "[1]", "athlete": "me", "since": "2026-01-01", "until": "2026-02-01"}
    for sql in (_CHOSEN, *QUERIES.values()):
        plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
        scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
        assert scanned <= {"athlete", "json_each"}, "\n".join(plan)


# --- the command -------------------------------------------------------------------------------


def test_a_report_can_be_narrowed(run: Command, years: Path, tmp_path: Path) -> None:
    """By exercise, leg and days; it says what it is of."""
    page = page_of(run, tmp_path, "-e", "single-leg-hop", "--side", "left", "--since", "2026-02-01")
    assert "sessions from 2026-02-01 to 2026-03-01, single-leg-hop, left" in page
    assert "calf-raise-hold" not in page
    assert 'data-name="rise_m"' not in page


def test_standard_output_takes_it_too(run: Command, years: Path) -> None:
    """For a pipe."""
    done = run("report", 40, "-o", "-")
    assert done.out.startswith("<!doctype html>")
    assert done.err == ""


def test_nobodys_file_is_replaced(run: Command, years: Path, tmp_path: Path) -> None:
    """A report replaces a report; anything else only if told to."""
    place = tmp_path / "thesis.html"
    place.write_text("ten years of work", encoding="utf-8")
    done = run("report", 40, "-o", place)
    assert done.status == 2
    assert "exists and is not a report; --force replaces it" in done.err
    assert place.read_text(encoding="utf-8") == "ten years of work"
    assert run("report", 40, "-o", place, "--force").status == 0
    assert run("report", 39, "-o", place).status == 0


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("99",), "there is no session 99"),
        (("1", "--since", "2026-01-01"), "IDs and days were both given"),
        (("-e", "tibialis-rais"), "did you mean tibialis-raise"),
        (("--since", "2031-01-01"), "no session matches: sessions from 2031"),
        (("--athlete", "nobody"), "there is no session of 'nobody'"),
        (("-o", "/nowhere/x.html"), "there is no directory /nowhere"),
        (("-o", "."), ". is a directory"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    run: Command, years: Path, args: tuple[str, ...], line: str
) -> None:
    """And status two."""
    done: Done = run("report", *args)
    assert (done.status, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


def test_an_empty_database_has_nothing_to_report(run: Command) -> None:
    """Said in one line."""
    done = run("report")
    assert done.status == 2
    assert "there is nothing to report on" in done.err


# --- in a browser ------------------------------------------------------------------------------

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def browser() -> str:
    """A Chromium that is on this machine; the test is skipped without one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium on this machine")


@pytest.fixture
def opened(run: Command, years: Path, tmp_path: Path) -> Iterator[object]:
    """A browser, and the page's address."""
    sync = pytest.importorskip("playwright.sync_api")
    program = browser()
    page_of(run, tmp_path, "--since", "2026-02-15")
    with sync.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=list(FLAGS))
        yield chromium, (tmp_path / "page.html").as_uri()
        chromium.close()


@pytest.mark.slow
def test_the_page_opens_in_a_browser_for_everyone(opened: tuple[object, str]) -> None:
    """Phone and desk, light and dark: no error, nothing fetched, nothing too wide, axe content.

    Then printed, with every set on paper.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    chromium, address = opened
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            page = chromium.new_page(  # type: ignore[attr-defined]
                viewport={"width": width, "height": 800}, color_scheme=scheme
            )
            said: list[str] = []
            asked: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) <= 0, (width, scheme)
            assert said == []
            assert asked == [address]
            if (width, scheme) in ((360, "dark"), (1280, "light")):  # each of both, once
                violations = axe.run(page).response["violations"]
                assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
            page.close()
    page = chromium.new_page()  # type: ignore[attr-defined]
    page.goto(address)
    assert len(page.pdf()) > 50_000
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('article.set')].filter(s => !s.checkVisibility()).length"
    )
    assert hidden == 0, "a set that is folded on the screen is there on paper"
