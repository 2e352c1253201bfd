"""A session as it is guided: its course and tempo, stop rules, and the tests people already use."""
