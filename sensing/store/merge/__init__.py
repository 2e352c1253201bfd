"""Another machine's sessions brought into this database, each once."""
