"""`anklet sensors` and `anklet doctor`."""
