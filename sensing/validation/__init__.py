"""Results compared with labels: matched events, agreement, reliability, coverage."""
