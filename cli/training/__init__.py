"""Verbs for training: plan, week, today, log, exercises, and what is next."""
