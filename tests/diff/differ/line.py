"""One connection to one server, whose end is no error: over tells it."""

import contextlib
import select
import socket

from harness.wire import Client, Malformed

PATIENCE = 5.0          # seconds for all replies of a burst
TOLD_AT_MOST = 1 << 16  # bytes that a client may be told behind them


class Line(Client):
    """What came and was not looked at yet is in buf. With a number it knows
    its own, as CLIENT ID gives it."""

    def __init__(self, address, number=False):
        self.over = False
        self.number = 0
        try:
            super().__init__(address, PATIENCE)
        except OSError:
            self.over = True
            self.buf = bytearray()
            self.sock = socket.socket()
        if number:
            kind, content = self.ask("CLIENT", "ID") or (None, 0)
            self.number = content if kind == ":" else 0

    def write(self, data):
        # What is heard next will tell what became of the connection.
        with contextlib.suppress(OSError):
            super().write(data)

    def hear(self, token):
        """What came up to the token's line, and how that ended. A client that listens
        or is tracked may be told something behind it, which is heard the next time."""
        while not (token and (end := self.place_behind(token))):
            try:
                self.more()
            except socket.timeout:
                return self.taken(), "silence"
            except OSError:
                return self.taken(), "closed"
        return self.taken(end), ""

    def place_behind(self, token):
        """The place behind the token's line; 0 if it has not come. It is looked for
        near the end, where only what was told may follow it."""
        at = self.buf.find(token, -TOLD_AT_MOST)
        return 0 if at < 0 else self.buf.find(b"\n", at) + 1

    def taken(self, end=None):
        """What has come, up to a place; then it is looked at."""
        data = bytes(self.buf[:end])
        del self.buf[:end]
        return data

    def reply(self):
        """The next reply; None if none comes, and then none ever does."""
        try:
            return None if self.over else super().reply()
        except (OSError, Malformed):
            self.over = True
            return None

    def drain(self):
        """Take what has come, without waiting for more."""
        while not self.over and select.select([self], [], [], 0)[0]:
            try:
                self.more()
            except OSError:
                self.over = True


def await_any(lines, seconds):
    """Until something comes on one of the lines, or the time is up."""
    select.select([line for line in lines if not line.over], [], [], seconds)
