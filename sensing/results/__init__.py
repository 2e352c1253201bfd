"""Results of a recording: summaries, reactive strength, the quantities, the JSON document."""
