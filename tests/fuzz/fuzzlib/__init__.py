"""Sends servers what nobody should send, and watches how they take it."""
