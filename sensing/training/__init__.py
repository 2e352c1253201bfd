"""Training over weeks: the plan, what was done, and what is next."""
