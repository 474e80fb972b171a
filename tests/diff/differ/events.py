"""Compares the events that both servers publish about keys during a session.

A listener on each server hears the channels of all keys. Behind each burst another
connection publishes a mark to it. The messages before the mark belong to the burst, and
must be the same. Some are left out:

- keys that expire, and keys that were set with a moment of expiry: Redis keeps an
expired key until somebody accesses it; - that a consumer comes or goes, since Redis 7.2
creates them in more cases than 7.0; - misses while somebody waits: in 7.2 a command
that waited for several keys is run again as a whole; - misses by some commands: 7.2
parses BITCOUNT, BITPOS and the rank of LPOS before it looks up the key, and knows one
more option of ZRANK; XAUTOCLAIM looks up the key before it reports an error; SORT looks
up keys in an order of the server's own.

Nothing is published in a session that listens to patterns, as these may match the
channels: 7.0 sends a client the messages of its own command before the answer.

"""

from harness import wire

from .step import Difference

CLASSES = b"KEAmn"
MARK = b"__key: the end of a burst"
APART = {b"expired", b"xgroup-createconsumer", b"xgroup-delconsumer"}
MISSED = b"keymiss"
MISS_APART = (b"bitcount", b"bitpos", b"lpos", b"sort", b"sort_ro", b"xautoclaim", b"zrank",
              b"zrevrank")


class Events:
    """The events of one server."""

    def __init__(self, address):
        self.ear, self.mouth = wire.Client(address), wire.Client(address)
        self.ear.ask("PSUBSCRIBE", "__key*")

    def close(self):
        self.ear.close()
        self.mouth.close()

    def begin(self, classes):
        self.mouth.ask("CONFIG", "SET", "notify-keyspace-events", classes)
        self.heard()

    def heard(self):
        """Returns (event, key, channel) of all messages since the last mark."""
        self.mouth.ask("PUBLISH", MARK, b"")
        found = []
        while True:
            *_, channel, message = wire.plain(self.ear.reply())
            if channel == MARK:
                return found
            place, name = channel.split(b":", 1)
            found.append((message, name, channel) if place.startswith(b"__keyspace")
                         else (name, message, channel))


class Both:
    """The events of both servers during a session."""

    def __init__(self, servers, steps):
        self.servers = servers
        self.keys_apart = set()
        listens = any(step.words and step.words[0].lower() == b"psubscribe" for step in steps)
        for server in servers:
            server.begin(b"" if listens else CLASSES)

    def difference(self, burst, at, waiting):
        """Returns the first difference between the events of a burst, as a Difference
        of its last step, whose number is given; or None."""
        self.keys_apart.update(map(set_until, burst))
        without = APART | {MISSED} if waiting or any(map(misses_apart, burst)) else APART
        ours, redis = ([told for told in server.heard()
                        if told[0] not in without and told[1] not in self.keys_apart]
                       for server in self.servers)
        if ours == redis:
            return None
        first = next((n for n, (one, other) in enumerate(zip(ours, redis)) if one != other),
                     min(len(ours), len(redis)))
        return Difference(at, *(b"; ".join(b"%s %s (%s)" % one for one in told[first:first + 5])
                                for told in (ours, redis)))


def misses_apart(step):
    """Returns true if the servers may report different misses for this step."""
    return bool(step.words) and step.words[0].lower() in MISS_APART


def set_until(step):
    """Returns the key that is set with a moment of expiry, or None."""
    words = [word.lower() for word in step.words or ()]
    is_until = words[:1] == [b"set"] and not {b"exat", b"pxat"}.isdisjoint(words[3:])
    return step.words[1] if is_until else None
