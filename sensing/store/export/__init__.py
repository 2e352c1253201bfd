"""The database as tables that other programs read, with a data dictionary."""
