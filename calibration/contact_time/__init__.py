"""Ground-contact times calibrated against a reference."""
