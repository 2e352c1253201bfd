"""The sensors people can buy or build, one family a file: bytes in, samples out; commands out.

Nothing here knows of a radio. :mod:`sensing.devices.base` says how a family is described, started,
stopped and read; a new family is a file and a line in :mod:`sensing.devices.registry`.
"""
