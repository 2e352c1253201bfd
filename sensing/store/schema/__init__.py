"""The tables of the database, every version of them, and what each column means."""
