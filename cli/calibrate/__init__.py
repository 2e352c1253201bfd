"""`anklet calibrate` and `anklet profiles`."""
