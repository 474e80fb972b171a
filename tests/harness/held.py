"""The data of a server in a form that can be compared with those of another: neither
encodings show, nor the order of things that have none."""

from . import wire

EVER = -1               # the expiry of a key that has none
# Fields of XINFO STREAM FULL about clocks, and about how the stream is stored.
CLOCK_FIELDS = (b"seen-time", b"active-time", b"idle", b"inactive",
                b"radix-tree-keys", b"radix-tree-nodes")


def pairs(items):
    """Returns {a: b, c: d} of [a, b, c, d]."""
    return dict(zip(items[::2], items[1::2]))


def scores(items):
    """Returns the same of members and scores."""
    return {member: float(score) for member, score in pairs(items).items()}


# For each type: the command that asks for its value, and how the answer is read.
LOOK = {"string": ("GET", (), bytes),
        "list": ("LRANGE", ("0", "-1"), list),
        "set": ("SMEMBERS", (), set),
        "hash": ("HGETALL", (), pairs),
        "zset": ("ZRANGE", ("0", "-1", "WITHSCORES"), scores),
        "stream": ("XRANGE", ("-", "+"), list)}


def held(client, pattern="*", stream=None):
    """Returns {key: (type, value, when it expires in ms)} of the keys in the client's
    database. stream is the function for streams, brief_stream() or whole_stream()."""
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


def everything(client, databases=None, stream=None):
    """Returns {(database, key): the same} of the keys in these databases, or in all."""
    found = {}
    for database in databases or range(16):
        client.ask("SELECT", database)
        found.update({(database, key): value for key, value
                      in held(client, stream=stream or whole_stream).items()})
    return found


def brief_stream(client, key, entries):
    """Returns (entries, the last ID, {group: (the last ID given out, pending entries)})
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
    """Returns everything that XINFO STREAM FULL shows, except what depends on clocks."""
    return exact(client.ask("XINFO", "STREAM", key, "FULL", "COUNT", "0"))


def is_map(content):
    """Returns true if these items of XINFO's reply stand for a map."""
    return content[0] in (("$", b"length"), ("$", b"name"))


def exact(reply):
    """Returns XINFO STREAM FULL without CLOCK_FIELDS."""
    kind, content = reply
    if kind != "*" or not content:
        return reply
    if is_map(content):
        names = [name for _, name in content[::2]]
        return {name: exact(item) for name, item in zip(names, content[1::2])
                if name not in CLOCK_FIELDS}
    return [exact(item) for item in content]
