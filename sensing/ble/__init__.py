"""The radio: the only rooms that know bleak. Notifications are stamped and queued, nothing else.

Everything that decodes, records or counts lies outside, so that a callback never waits for it.
"""
