"""Compare sessions: trends, symmetry, fatigue. Pure arithmetic on stored figures."""
