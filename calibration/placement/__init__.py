"""How a sensor sits on the leg, and whether its strap is loose."""
