"""One connection to one server. Its end is no error: the field over tells it."""

import contextlib
import select
import socket

from harness.wire import Client, Malformed

PATIENCE = 5.0          # seconds for all replies of a burst
TOLD_AT_MOST = 1 << 16  # bytes that a client may be told behind them


class Line(Client):
    """A connection. Bytes that came and were not looked at yet are in buf. With a
    number it knows its own ID, as CLIENT ID gives it."""

    def __init__(self, address, number=False):
        self.over = False
        self.number = 0
        try:
            super().__init__(address, PATIENCE)
        except OSError:
            self.over = True
            self.sock = socket.socket()
        if number:
            kind, content = self.ask("CLIENT", "ID") or (None, 0)
            self.number = content if kind == ":" else 0

    def write(self, data):
        # What is heard next will tell what became of the connection.
        with contextlib.suppress(OSError):
            super().write(data)

    def hear(self, token):
        """Returns the bytes up to the token's line, and how that ended. A client that
        listens or is tracked may get messages behind it, which are read the next time.
        """
        while not (token and (end := self.place_behind(token))):
            try:
                self.more()
            except socket.timeout:
                return self.taken(), "silence"
            except OSError:
                return self.taken(), "closed"
        return self.taken(end), ""

    def place_behind(self, token):
        """Returns the place behind the token's line, or 0 if it has not come. It is
        searched for near the end, as only messages may follow it."""
        at = self.buf.find(token, -TOLD_AT_MOST)
        return 0 if at < 0 else self.buf.find(b"\n", at) + 1

    def taken(self, end=None):
        """Returns the bytes up to a place, and removes them."""
        data = bytes(self.buf[:end])
        del self.buf[:end]
        return data

    def reply(self):
        """Returns the next reply; None if none comes, and from then on always."""
        try:
            return None if self.over else super().reply()
        except (OSError, Malformed):
            self.over = True
            return None

    def drain(self):
        """Takes what has come, without waiting for more."""
        while not self.over and select.select([self], [], [], 0)[0]:
            try:
                self.more()
            except OSError:
                self.over = True


def await_any(lines, seconds):
    """Waits until something comes on one of the lines, or the time is up."""
    select.select([line for line in lines if not line.over], [], [], seconds)
