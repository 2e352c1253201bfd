"""Verbs for the whole database: export, backup, merge, browse."""
