"""What every guided calibration shares: prompts, rest, a trial judged as a whole."""
