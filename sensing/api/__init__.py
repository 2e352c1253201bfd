"""What ``import sensing`` offers: recordings read, analysed and simulated from Python."""
