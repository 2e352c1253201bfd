"""Merging the database of another machine into this one."""
