"""From the bytes of an ankle-worn motion sensor to reps, hops and holds."""
