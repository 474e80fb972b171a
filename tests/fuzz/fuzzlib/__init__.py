"""Feeds servers what nobody should send, and looks at what becomes of them."""
