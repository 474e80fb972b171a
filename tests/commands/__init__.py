"""The commands that tests/diff and tests/fuzz send, and their arguments."""
