"""Verbs for recordings: analyze, replay, recover, reanalyze, simulate, demo."""
