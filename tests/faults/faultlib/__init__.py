"""Faults of disks and power, and the data that must be left after them."""
