"""The commands that tests/diff and tests/fuzz ask, and their arguments."""
