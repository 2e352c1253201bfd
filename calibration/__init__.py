"""What is known about an athlete, a sensor and how it is worn, and how it is learnt."""
