"""What every verb shares: output, tables, days, the database, which sessions are meant."""
