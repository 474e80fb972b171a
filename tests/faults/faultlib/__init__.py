"""Faults of disks and power, and what must be left after them."""
