"""Files: reading recordings of every format, and writing files completely or not at all."""
