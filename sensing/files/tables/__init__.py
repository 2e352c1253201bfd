"""Tables of numbers in text files, and plain recordings in CSV."""
