"""The detectors' input: vertical velocity, tilt, attitude of shank and foot."""
