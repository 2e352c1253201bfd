"""Sessions kept over months in one SQLite file.

A recording is analysed and stored as a session. A person may correct a count; the corrected and the
measured figures stand side by side. ``docs/database.md`` describes every table and column.

Rooms, from the bottom up: ``schema`` (tables, migrations, the data dictionary), ``database`` (where
the file lies, opening it, SQLite's errors), ``values`` (frozen values that go in and come out),
``read``, ``write``, and ``export``, ``merge`` and ``browse`` above them. ``store.Store`` puts
together what one may ask.
"""
