"""Which stretch of a recording is which kind of set, and where the sensor was worn."""
