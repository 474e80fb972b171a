"""What both servers publish about keys while a session is played.

An ear on each server listens to the channels of all keys. Behind each burst a
mouth publishes a mark to it: what came before the mark was told by the burst, and
must be the same. Some things are left out:

- keys that expire, and keys that were set until a given moment: Redis keeps one
  whose time is over until somebody looks at it;
- consumers that are made, since Redis 7.2 makes them in more cases than 7.0;
- keys that were missed, while somebody waits: in 7.2 a command that waited for
  several keys runs as a whole once more;
- keys that some commands missed: 7.2 parses BITCOUNT, BITPOS and LPOS's lowest rank
  before it looks, and knows one more option of ZRANK; XAUTOCLAIM looks before an error is seen, and
  SORT in an order that is the server's own.

Nothing is published in a session that listens to patterns, which may fit these
channels: 7.0 tells a client what it has done itself before it answers.
"""

from harness import wire

from .step import Difference

CLASSES = b"KEAmn"
MARK = b"__key: the end of a burst"
APART = {b"expired", b"xgroup-createconsumer"}
MISSED = b"keymiss"
MISS_APART = (b"bitcount", b"bitpos", b"lpos", b"sort", b"sort_ro", b"xautoclaim", b"zrank",
              b"zrevrank")


class Events:
    """What is told on one server."""

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
        """(event, key, channel) of all that came since the last mark."""
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
    """What two servers tell in a session."""

    def __init__(self, servers, steps):
        self.servers = servers
        self.keys_apart = set()
        listens = any(step.words and step.words[0].lower() == b"psubscribe" for step in steps)
        for server in servers:
            server.begin(b"" if listens else CLASSES)

    def difference(self, burst, at, waiting):
        """Where what was told of a burst parts, as a Difference of its last step, which
        is the one at that number; or None."""
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
    """May the servers part about the keys that this step misses?"""
    return bool(step.words) and step.words[0].lower() in MISS_APART


def set_until(step):
    """The key that is set until a moment; or None."""
    words = [word.lower() for word in step.words or ()]
    is_until = words[:1] == [b"set"] and not {b"exat", b"pxat"}.isdisjoint(words[3:])
    return step.words[1] if is_until else None
