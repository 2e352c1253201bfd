"""`anklet record`: a session with sensors, live."""
