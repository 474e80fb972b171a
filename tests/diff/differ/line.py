"""One connection to one server, whose end is no error: over tells it."""

import contextlib
import select
import socket

from harness.wire import Client, Malformed

PATIENCE = 5.0          # seconds for all replies of a burst


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
        """What came up to the token's line, and how that ended."""
        end = ""
        while not (token and self.buf.endswith(b"\n")
                   and token in self.buf[-300:]):
            try:
                self.more()
            except socket.timeout:
                end = "silence"
                break
            except OSError:
                end = "closed"
                break
        return self.taken(), end

    def taken(self):
        """What has come; then it is looked at."""
        data = bytes(self.buf)
        self.buf.clear()
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
