"""Sessions taken together: trends, symmetry, fatigue. Pure arithmetic on figures that are stored.

Days are whole numbers here (``date.toordinal()``), for nothing in this package knows a calendar.
"""
