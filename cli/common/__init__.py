"""What the verbs share: options, output, tables, days, the database."""
