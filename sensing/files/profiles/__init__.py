"""Calibration profiles as TOML files."""
