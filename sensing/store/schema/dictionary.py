"""What every table, view and column of the database means: the one place it is said.

``docs/database.md``, the files of ``anklet export``, Datasette's pages and any glossary are made
from this, and a test holds it against the schema: nothing is left out, nothing described that isn't
there.

A column's unit is told by the end of its name (``contact_time_s``), as everywhere in Anklet. Texts
are plain English with Markdown's backticks around what stands in the database; :func:`plain` takes
them off. ``dictionary_text.py`` holds the texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sensing.results.quantities import QUANTITIES, sd_name
from sensing.store.schema.dictionary_text import TABLES_TEXT, VIEWS_TEXT

Kind = Literal["integer", "number", "boolean", "string", "date", "datetime", "object", "array"]
"""What a value is, in the words of Frictionless Table Schema. In the database a boolean is 0 or 1,
dates and times are ISO 8601 text, objects and arrays are JSON text."""

# The longer ending first: `path_mps2_per_s` is no time.
_UNITS = (
    ("_mps2_per_s", "m/s² per s"),
    ("_m2ps4", "m²/s⁴"),
    ("_mps3", "m/s³"),
    ("_mps2", "m/s²"),
    ("_mps", "m/s"),
    ("_deg", "°"),
    ("_hz", "Hz"),
    ("_kg", "kg"),
    ("_g", "g"),
    ("_m", "m"),
    ("_s", "s"),
    ("_bytes", "bytes"),
)

_TITLES = {
    **{name: each.title[:1].upper() + each.title[1:] for name, each in QUANTITIES.items()},
    **{sd_name(name): f"Uncertainty of {each.title}" for name, each in QUANTITIES.items()},
    "id": "ID",
    "n": "Number",
    "many": "Values",
    "name": "Name",
    "sha256": "SHA-256",
    "toml": "TOML",
    "day": "Day",
    "at_s": "At",
    "engine": "Algorithm version",
    "guessed": "Detected",
    "machine_exercise": "Detected exercise",
    "machine_reps": "Detected reps",
    "machine_hops": "Detected ground contacts",
    "duration_s": "Duration",
    "top_s": "Top reached",
    "lower_s": "Lowering begins",
    "contact_s": "Initial contact",
    "takeoff_s": "Toe-off",
    "range_g": "Range",
    "rate_hz": "Sample rate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table or view.

    Attributes:
        name: as in the database.
        kind: what its values are.
        nullable: it can be NULL, which always means that the value isn't known or doesn't apply.
        text: what it means.
    """

    name: str
    kind: Kind
    nullable: bool
    text: str

    @property
    def unit(self) -> str:
        """Unit of its values, ``m/s²``; empty for what has none."""
        return next((unit for ending, unit in _UNITS if self.name.endswith(ending)), "")

    @property
    def title(self) -> str:
        """What to call it where people read, without the unit."""
        known = _TITLES.get(self.name)
        if known is not None:
            return known
        bare = self.name.removesuffix("_utc")
        if self.unit:
            bare = bare[: bare.rindex("_")]
        words = bare.replace("_id", " ID").replace("_", " ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table or view.

    Attributes:
        name: as in the database.
        text: what it holds, in one or more paragraphs.
        columns: by name, in the database's order.
    """

    name: str
    text: str
    columns: Mapping[str, Column]


def _read(text: str, known: dict[str, Table]) -> dict[str, Table]:
    """The tables or views that a text describes, by name; it may refer to those already known."""
    tables: dict[str, Table] = {}
    for block in text.strip().split("\n\n"):
        head, *lines = block.replace("\n        ", " ").splitlines()
        name, _, about = head.partition(": ")
        columns: list[Column] = []
        for line in lines:
            head, _, rest = line.strip().partition(": ")
            if head.startswith("as in "):
                source = (known | tables)[head.removeprefix("as in ")].columns
                columns += [_as_in_a_view(source[each]) for each in rest.split()]
            else:
                columns.append(_column(head, rest))
        tables[name] = Table(name=name, text=about, columns={each.name: each for each in columns})
    return tables


def _as_in_a_view(column: Column) -> Column:
    return replace(column, text=column.text.removesuffix(" (generated)"))


def _column(name_and_kind: str, text: str) -> Column:
    name, _, kind = name_and_kind.removesuffix(")").partition(" (")
    bare = kind.removesuffix("?")
    return Column(name=name, kind=bare, nullable=kind != bare, text=text)  # type: ignore[arg-type]


TABLES = _read(TABLES_TEXT, {})
"""Every table but the migrations' own, by name."""

VIEWS = _read(VIEWS_TEXT, TABLES)
"""Every view, by name."""


def described(name: str) -> Table:
    """The table or view of this name.

    Raises:
        KeyError: there is none.
    """
    return TABLES[name] if name in TABLES else VIEWS[name]


def plain(text: str) -> str:
    """A text without Markdown's backticks, on one line."""
    return " ".join(text.replace("`", "").split())


def markdown(table: Table) -> str:
    """The section of ``docs/database.md`` on a table or view."""
    rows = "".join(
        f"| `{each.name}` | {each.kind}{', or NULL' if each.nullable else ''} | {each.unit} |"
        f" {each.text} |\n"
        for each in table.columns.values()
    )
    return f"### {table.name}\n\n{table.text}\n\n| column | | unit | |\n|---|---|---|---|\n{rows}"
