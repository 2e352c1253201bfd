"""Everything that belongs to an athlete, whatever table it is in.

SQLite itself says which tables refer to athletes, so a table that a later schema adds is moved and
deleted with the others. All functions run inside their caller's transaction.
"""

from __future__ import annotations

from sqlite_utils import Database

Reference = tuple[str, str]
"""Table and column that hold the id of an athlete."""


def references(db: Database, target: str = "athlete") -> list[Reference]:
    """All tables and columns that refer to a table, by name."""
    return [
        (table, row[3])
        for table in _tables(db)
        for row in db.execute(f"PRAGMA main.foreign_key_list({table})").fetchall()
        if row[2].lower() == target
    ]


def counts_of(db: Database, athlete: int) -> dict[str, int]:
    """How many rows of each table belong to an athlete; tables without any are left out."""
    counts: dict[str, int] = {}
    for table, column in references(db):
        sql = f"SELECT count(*) FROM main.{table} WHERE {column} = ?"  # noqa: S608 - our own names
        (many,) = db.execute(sql, [athlete]).fetchone()
        if many:
            counts[table] = counts.get(table, 0) + int(many)
    return counts


def move_rows(db: Database, athlete: int, to: int) -> dict[str, int]:
    """Give all that belongs to one athlete to another.

    Of what an athlete can have only once, the other's stays. Returns how many rows of each table
    were left out for that reason.
    """
    left: dict[str, int] = {}
    for table, column in references(db):
        db.execute(
            f"UPDATE OR IGNORE main.{table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
            [to, athlete],
        )
        many = _delete(db, table, column, athlete)
        if many:
            left[table] = left.get(table, 0) + many
    if left:
        _remove_loose_ends(db)
    return left


def delete_rows(db: Database, athlete: int) -> None:
    """Delete an athlete and all that belongs to them."""
    for table, column in references(db):
        _delete(db, table, column, athlete)
    db.execute("DELETE FROM main.athlete WHERE id = ?", [athlete])
    _remove_loose_ends(db)


def _delete(db: Database, table: str, column: str, athlete: int) -> int:
    # Checked at the end of the transaction, when what referred to these rows is gone too.
    db.execute("PRAGMA defer_foreign_keys = ON")
    sql = f"DELETE FROM main.{table} WHERE {column} = ?"  # noqa: S608 - our own names
    return int(db.execute(sql, [athlete]).rowcount)


def _remove_loose_ends(db: Database) -> None:
    """Delete rows that refer to what is gone; a reference that may be empty is emptied instead."""
    while broken := db.execute("PRAGMA main.foreign_key_check").fetchall():
        for table, parent, number in {(row[0], row[2], row[3]) for row in broken}:
            listed = db.execute(f"PRAGMA main.foreign_key_list({table})").fetchall()
            pairs = [(row[3], row[4] or "rowid") for row in listed if row[0] == number]
            info = db.execute(f"PRAGMA main.table_info({table})").fetchall()
            may_be_empty = {row[1] for row in info if not row[3] and not row[5]}
            own = [column for column, _ in pairs]
            change = f"DELETE FROM main.{table}"  # noqa: S608 - our own names
            if may_be_empty.issuperset(own):
                emptied = ", ".join(f"{column} = NULL" for column in own)
                change = f"UPDATE main.{table} SET {emptied}"  # noqa: S608 - our own names
            known = " AND ".join(f"{column} IS NOT NULL" for column in own)
            same = " AND ".join(f"p.{target} = {table}.{column}" for column, target in pairs)
            gone = f"NOT EXISTS (SELECT 1 FROM main.{parent} p WHERE {same})"  # noqa: S608
            db.execute(f"{change} WHERE {known} AND {gone}")


def _tables(db: Database) -> list[str]:
    sql = "SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name"
    return [str(name) for (name,) in db.execute(sql)]
