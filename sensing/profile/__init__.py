"""Calibrated values that an analysis may be given, not how they are learnt."""
