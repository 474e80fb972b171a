"""Stage 08: values as bytes of a snapshot. Data, as in tables.py.

What is on disk is judged by the checkpoints and by tests/faults. Here it is
about RESTORE, with payloads of version 10 and older, which both servers take.
"""

from .excuses import same_shape

VALUES = """
8 RESTORE key millimoment payload {REPLACE|!ABSTTL|IDLETIME small|FREQ small}
8 RESTORE key restore_time payload {!REPLACE|IDLETIME small}
6 RESTORE key 0 payload {REPLACE|FREQ small|ABSTTL}
2 RESTORE key restore_time payload (REPLACE|ABSTTL|IDLETIME int|FREQ int|word)*
1 RESTORE key int payload
4 DUMP key
4 DEL key
6 OBJECT ENCODING key
4 PEXPIRETIME key
3 GET key
3 LRANGE key 0 -1
3 HGETALL key
3 SMEMBERS key
3 ZRANGE key 0 -1 WITHSCORES
3 XRANGE key - +
3 RPUSH key element...
3 HSET key (field element)...
3 SADD key element...
3 ZADD key (score element)...
2 XADD key stream_id field element
"""

EXCUSES_VALUES = [
    ("dump", same_shape, "Redis 7.2 writes another version of the format, and "
     "a table has an order of its own"),
]


def falls_due(words):
    """A RESTORE whose key would expire while the session lasts, or at a moment
    that looks like one of those that must be equal."""
    if words[0].lower() != b"restore" or len(words) < 3:
        return False
    moment = b"absttl" in [word.lower() for word in words]
    return words[2].isdigit() and (0 < len(words[2]) < 8
                                   or not moment and len(words[2]) == 13)
