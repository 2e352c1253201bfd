"""The database file: where it lies, how it is opened, and what SQLite may say of it."""
