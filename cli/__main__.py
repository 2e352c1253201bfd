"""Lets a checkout run the command without installing it: ``python -m cli``."""

from cli import main

main()
