"""What is asked, and where the servers parted."""

import re

from harness import wire

CLIENT = re.compile(rb"id:([A-Z])")


class Step:
    """What one connection sends: words, or bytes as they are; or it closes.

    A step that ends makes the server close the connection, if it is right.
    replies says how many it gives. A word id:A stands for the number that
    connection A has on the server that is asked.
    """

    def __init__(self, conn, words=None, raw=None, ends=False, replies=1,
                 closes=False):
        self.conn = conn
        self.words = words
        self.raw = raw
        self.ends = ends
        self.replies = replies
        self.closes = closes

    def on(self, conn, words):
        """The same on another connection, or with other words."""
        return Step(conn, words, self.raw, self.ends, self.replies,
                    self.closes)

    def clients(self):
        """The connections whose numbers are asked for."""
        hits = [CLIENT.fullmatch(word) for word in self.words or ()]
        return [hit[1].decode() for hit in hits if hit]

    def payload(self, number=lambda conn: 0):
        """The bytes; number() gives a connection's number."""
        if self.words is None:
            return self.raw or b""
        words = self.words
        if self.clients():
            words = [b"%d" % number(word[3:].decode())
                     if CLIENT.fullmatch(word) else word for word in words]
        return wire.request(*words)

    def name(self):
        """The command's name with its subcommand, or "-" for none, as the
        excuses have it."""
        words = (self.words or []) + [b"-"]
        return b" ".join(words[:2]).decode("latin-1").lower()


class Difference:
    """Where the two parted: at which step's reply, after which step it was
    seen, and what each had said."""

    def __init__(self, step, ours, redis):
        self.step = step
        self.last = step
        self.ours = ours
        self.redis = redis
