"""Training over weeks: the plan, what was done of it, and what is next."""
