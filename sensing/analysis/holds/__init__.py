"""Holds: positions kept, from reaching to leaving them, and how steady they were."""
