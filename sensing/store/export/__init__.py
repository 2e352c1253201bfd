"""What :mod:`sensing.store.exporting` is made of.

:mod:`~sensing.store.export.tables` says which tables an export has,
:mod:`~sensing.store.export.choosing` which rows, :mod:`~sensing.store.export.forms` writes them as
CSV, JSON Lines or Parquet, and :mod:`~sensing.store.export.package` describes them.
"""
