"""One set presented: its figures in words, and its picture in the terminal."""
