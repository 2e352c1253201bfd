"""`anklet report`: sessions as one HTML page."""
