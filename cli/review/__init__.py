"""Verbs that look back: sessions, show, trend, compare, plot, correct."""
