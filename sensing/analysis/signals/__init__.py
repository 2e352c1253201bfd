"""The signals that detectors look at: vertical velocity, tilt, attitude of shank or foot."""
