"""What all guided calibrations share: prompts, detection of rest, the samples of a trial."""
