"""How fast: ``python -m pytest tests/benchmarks``."""
