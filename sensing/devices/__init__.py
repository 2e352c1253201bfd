"""Supported sensors, one family a file: how to configure and decode them, without a radio.

:mod:`sensing.devices.base` says how a family is described; a new one is a file and a line in
:mod:`sensing.devices.registry`.
"""
