"""What a server holds, in a form that can be compared with what another one
does: neither encodings show, nor the order of what has none."""

from . import wire

EVER = -1               # the expiry of a key that has none
# What XINFO STREAM FULL says of clocks, and of how the stream is kept.
CLOCK_FIELDS = (b"seen-time", b"active-time", b"idle", b"inactive",
                b"radix-tree-keys", b"radix-tree-nodes")


def pairs(items):
    """{a: b, c: d} of [a, b, c, d]."""
    return dict(zip(items[::2], items[1::2]))


def scores(items):
    """The same of members and scores."""
    return {member: float(score) for member, score in pairs(items).items()}


# Of each type: how its value is asked for, and what is made of the answer.
LOOK = {"string": ("GET", (), bytes),
        "list": ("LRANGE", ("0", "-1"), list),
        "set": ("SMEMBERS", (), set),
        "hash": ("HGETALL", (), pairs),
        "zset": ("ZRANGE", ("0", "-1", "WITHSCORES"), scores),
        "stream": ("XRANGE", ("-", "+"), list)}


def held(client, pattern="*", stream=None):
    """{key: (type, value, when it expires in ms)} of the keys in the client's
    database. stream: what tells of a stream, brief_stream() or whole_stream()."""
    keys = wire.plain(client.ask("KEYS", pattern))
    kinds, times = (map(wire.plain, client.ask_all(
        [(name, key) for key in keys])) for name in ("TYPE", "PEXPIRETIME"))
    there = [(key, kind.decode(), at) for key, kind, at
             in zip(keys, kinds, times) if kind != b"none"]
    replies = client.ask_all([(LOOK[kind][0], key, *LOOK[kind][1])
                              for key, kind, _ in there])
    found = {}
    for (key, kind, at), reply in zip(there, map(wire.plain, replies)):
        if at != -2 and reply is not None:      # it has not expired meanwhile
            value = LOOK[kind][2](reply)
            if kind == "stream":
                value = (stream or brief_stream)(client, key, value)
            found[key] = (kind, value, at)
    return found


def brief_stream(client, key, entries):
    """(entries, the last ID, {group: (the last ID given out, what is pending)})
    of a stream."""
    about = pairs(wire.plain(client.ask("XINFO", "STREAM", key)))
    groups = {}
    for row in map(pairs, wire.plain(client.ask("XINFO", "GROUPS", key))):
        pending = wire.plain(client.ask("XPENDING", key, row[b"name"], "-", "+",
                                        "1000000"))
        groups[row[b"name"]] = (row[b"last-delivered-id"], [
            (ident, consumer, count) for ident, consumer, _, count in pending])
    return entries, about[b"last-generated-id"], groups


def whole_stream(client, key, _entries):
    """All that XINFO STREAM FULL says, without what clocks do."""
    return exact(client.ask("XINFO", "STREAM", key, "FULL", "COUNT", "0"))


def is_map(content):
    """Do these items of XINFO's reply stand for a map?"""
    return content[0] in (("$", b"length"), ("$", b"name"))


def exact(reply):
    """XINFO STREAM FULL without CLOCK_FIELDS."""
    kind, content = reply
    if kind != "*" or not content:
        return reply
    if is_map(content):
        names = [name for _, name in content[::2]]
        return {name: exact(item) for name, item in zip(names, content[1::2])
                if name not in CLOCK_FIELDS}
    return [exact(item) for item in content]
