"""`anklet validate` and `anklet bundle`: results compared with labels, and recordings to share."""
