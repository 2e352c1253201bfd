"""Other programs' recordings, one program or sensor maker a file."""
