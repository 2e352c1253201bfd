"""The database in a web browser: titles, units and ready questions for Datasette."""
