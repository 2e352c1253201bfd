"""Questions put to Anklet; ``python3 -m tests`` asks them all."""
