"""The checkpoints, or parts of them, that are functions.

A function gets a Bench: a running server to start, talk to and measure. It
raises Mismatch when something due did not come, Skip when it cannot be
judged here, and returns a list of notes otherwise.
"""


def load():
    """Import all modules, so that their functions are registered."""
    from . import acl, aof, aof_crash, aof_sync, crafters  # noqa: F401
    from . import echo, expiry, lists, poll, resp, strings, types  # noqa: F401
    from . import cache, operate, pubsub  # noqa: F401
    from . import rdb, rdb_bgsave, rdb_broken, rdb_save, rdb_types  # noqa: F401
    from . import moving, replication  # noqa: F401
