"""What everything else is written in: units, samples, events, the exercises, filters, errors."""
