"""The steps of a session, and the place where the servers differ."""

import re
from dataclasses import dataclass, replace

from harness import wire

CLIENT = re.compile(rb"id:([A-Z])")
# What a session's text would fill with a value of its own.
HOLE = re.compile(r"\{(?=#?[a-z][a-z0-9_]*\})")


def quoted(data):
    """Returns bytes as a session's text has them, in quotes and without holes."""
    return HOLE.sub(r"\\x7b", wire.show(data))


@dataclass
class Step:
    """One action of a connection: it sends words, or bytes as they are; or it closes.

    A step that ends makes a correct server close the connection. replies is the number
    of replies that it gets. id:A in a CLIENT command means the number that connection A
    has on the server that is asked."""

    conn: str
    words: list = None
    raw: bytes = None
    ends: bool = False
    replies: int = 1
    closes: bool = False
    runs: list = None       # what an EXEC runs

    def on(self, conn, words):
        """Returns the same on another connection, or with other words."""
        return replace(self, conn=conn, words=words)

    def client(self):
        """Returns the connection whose number is asked for, if there is one."""
        hits = filter(None, map(CLIENT.fullmatch, (self.words or ())[2:]))
        is_client = bool(self.words) and self.words[0].lower() == b"client"
        return next((hit[1].decode() for hit in hits if is_client), None)

    def payload(self, number=lambda conn: 0):
        """Returns the bytes; number() gives a connection's number."""
        if self.words is None:
            return self.raw or b""
        if self.client() is None:
            return wire.request(*self.words)
        return wire.request(*(
            b"%d" % number(hit[1].decode()) if (hit := CLIENT.fullmatch(word)) else word
            for word in self.words))

    def listens(self):
        """Returns true if it subscribes to something, or leaves it."""
        name = self.words[0].lower() if self.words else b""
        return name.endswith(b"subscribe") and (
            len(self.words) > 1 or name.endswith(b"unsubscribe"))

    def publishes(self):
        return bool(self.words) and self.words[0].lower() in (b"publish", b"spublish")

    def name(self):
        """Returns the command's name with its subcommand, or "-" for none, as the
        excuses have it."""
        words = (self.words or []) + [b"-"]
        return b" ".join(words[:2]).decode("latin-1").lower()


@dataclass
class Difference:
    """The place where the two differ: at which step's reply, what each had answered,
    and after which step it was seen."""

    step: int
    ours: bytes
    redis: bytes
    last: int = 0

    def told(self, step):
        """Returns the lines below the step in a session's text. The last one is what
        tests/check expects."""
        ours, redis = [wire.show(said[:2000]) if said else "nothing"
                       for said in (self.ours, self.redis)]
        return ["# ours  said: " + ours, "# redis said: " + redis,
                "%s<< %s" % (step.conn, quoted(self.redis))]
