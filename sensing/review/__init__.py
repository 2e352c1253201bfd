"""Sessions taken together: trends, symmetry, fatigue. Pure arithmetic on stored figures."""
