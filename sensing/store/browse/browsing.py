"""How Datasette shows the database: titles, units, what every column means, and ready questions.

Made from the store's dictionary, as Datasette's metadata (docs.datasette.io, version 0.65). Its
units are worked out by Pint, which scales them to what reads best: 0.212 s becomes 212 ms. They are
set where a value is small; a load of 1200 kg would else become 1.2 Mg. Everywhere else the unit
stands in the column's description. What is plumbing is hidden, but can be asked for.
"""

from __future__ import annotations

import html
import re
from typing import Any

from sensing.store.browse.canned_queries import CANNED_QUERIES
from sensing.store.schema.dictionary import TABLES, VIEWS, Column, Table, plain

_PINT = {"s": "s", "m": "m", "m/s²": "m/s^2", "m/s": "m/s", "Hz": "Hz"}
_SCALED = frozenset(
    (
        *("contact_time_s", "contact_time_sd_s", "flight_time_s", "rise_m", "height_m"),
        *("raise_time_s", "hold_time_s", "lower_time_s"),
    )
)
_TITLES = {
    "athlete": "Athletes",
    "athlete_spelling": "Other spellings of athletes",
    "backup": "Backups that were made",
    "session": "Sessions",
    "recording": "Recordings",
    "analysis": "Analyses of recordings",
    "bout": "Stretches of each recording",
    "exercise_set": "Sets as detected",
    "rep": "Calf raises",
    "hop": "Hops",
    "hold": "Holds",
    "stand": "Stands between jumps",
    "correction": "Corrections",
    "profile": "Calibrations",
    "logged": "Work logged by hand",
    "plan": "Training plans",
    "sensor": "Sensors",
    "deleted": "Deleted recordings",
    "set_figure": "Figures of each set",
    "set_sd": "Uncertainties of each set",
    "set_summary": "Sets, with counts and medians",
    "daily_volume": "What was measured each day",
    "daily_work": "What was done each day",
    "current_set": "Sets of current analyses",
    "rep_corrected": "Calf raises, after marks",
    "hop_corrected": "Hops, after marks",
    "hold_corrected": "Holds, after marks",
    "set_count": "Sets, with counts",
}
_LABELS = {
    "athlete": "name",
    "session": "title",
    "recording": "name",
    "analysis": "title",
    "exercise_set": "title",
    "profile": "title",
    "plan": "name",
    "sensor": "name",
}
_SHOWN_FIRST: dict[str, dict[str, Any]] = {
    "session": {"sort_desc": "started_utc", "facets": ["athlete_id"]},
    "recording": {"sort_desc": "started_utc", "facets": ["side", "sensor", "format"]},
    "analysis": {"sort_desc": "created_utc", "facets": ["exercise", "engine", "placement"]},
    "exercise_set": {"sort_desc": "id", "facets": ["exercise", "guessed"]},
    "rep": {"sort_desc": "set_id", "facets": ["valid", "partial", "reason"]},
    "hop": {"sort_desc": "set_id", "facets": ["valid", "calibrated", "reason"]},
    "hold": {"sort_desc": "set_id", "facets": ["valid", "reason"]},
    "stand": {"sort_desc": "set_id"},
    "bout": {"facets": ["kind"]},
    "correction": {"sort_desc": "made_utc", "facets": ["what", "item"]},
    "plan": {"sort_desc": "taken_utc", "facets": ["athlete_id"]},
    "logged": {"sort_desc": "day", "facets": ["exercise", "side", "athlete_id"]},
    "profile": {"sort": "name"},
    "set_figure": {"facets": ["name"]},
    "set_sd": {"facets": ["name"]},
    "set_summary": {"sort_desc": "day", "facets": ["exercise", "side", "athlete"]},
    "daily_work": {"sort_desc": "day", "facets": ["exercise"]},
    "daily_volume": {"sort_desc": "day", "facets": ["exercise", "side", "athlete"]},
}
_PLUMBING = frozenset(
    (
        *(
            "deleted",
            "sensor",
            "set_figure",
            "set_sd",
            "set_count",
            "current_set",
            "_sqlite_migrations",
        ),
        *("rep_corrected", "hop_corrected", "hold_corrected", "sqlite_sequence", "sqlite_stat1"),
        "daily_volume",
    )
)
SETTINGS = {
    "sql_time_limit_ms": 10_000,  # one person asks; ten thousand sessions take a second or two
    "facet_time_limit_ms": 3_000,
    "suggest_facets": False,  # which looks at every column of every row; those that help are set
    "default_page_size": 50,
    "max_returned_rows": 2_000,
    "default_cache_ttl": 0,  # a session just stored is there at the next look
    "truncate_cells_html": 60,
    "allow_download": False,
}
"""Datasette's settings."""


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for the database it calls so."""
    shown = {table.name: _table(table) for table in (*TABLES.values(), *VIEWS.values())}
    hidden = {name: {"hidden": True} for name in _PLUMBING if name not in shown}
    return {
        "title": "Anklet",
        "description": "Calf raises, hops and holds, measured at the ankle",
        "extra_css_urls": ["/assets/anklet.css"],
        "databases": {
            database: {
                "description_html": _welcome(database),
                "tables": {**shown, **hidden},
                "queries": {
                    each.name: {
                        "title": each.title,
                        "description": plain(each.text),
                        "sql": each.sql.strip(),
                        "hide_sql": True,
                    }
                    for each in CANNED_QUERIES
                },
            }
        },
    }


def _table(table: Table) -> dict[str, Any]:
    columns = table.columns.values()
    units = {each.name: _PINT[each.unit] for each in columns if each.name in _SCALED}
    return {
        "title": f"{_TITLES[table.name]} ({table.name})",
        "description": plain(table.text),
        "columns": {each.name: _described(each) for each in columns},
        **({"units": units} if units else {}),
        **({"label_column": _LABELS[table.name]} if table.name in _LABELS else {}),
        **({"hidden": True} if table.name in _PLUMBING else {}),
        **({"sortable_columns": list(table.columns)} if table.name in VIEWS else {}),
        **_SHOWN_FIRST.get(table.name, {}),
    }


def _described(column: Column) -> str:
    """What a column means; its title too where that says more than the name beside it."""
    text = plain(column.text)
    title = column.title.lower()
    known = re.sub(r"\W+", "_", title) in column.name or text.lower().startswith(title)
    if not known:
        text = f"{column.title}: {text}"
    return f"[{column.unit}] {text}" if column.unit else text


def _welcome(database: str) -> str:
    home = f"/{html.escape(database)}"
    return (
        f'<p>Begin with a question below, with one row a set, <a href="{home}/set_summary">'
        f'set_summary</a>, or with one a day and exercise, <a href="{home}/daily_work">'
        "daily_work</a>. What is shown is read only: <code>anklet correct</code> sets a count"
        " right.</p>"
    )
