"""One connection to one server."""

import select
import socket

from harness import wire

PATIENCE = 5.0          # seconds for all replies of a burst


class Line:
    """A server that is gone has no socket."""

    def __init__(self, address, number=False):
        self.sock = None
        self.number = 0
        self.data = bytearray()     # what came, and was not looked at yet
        self.over = False           # the server has closed it
        try:
            self.sock = socket.create_connection(address, PATIENCE)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            self.over = True
        if number:
            kind, content = self.ask(b"CLIENT", b"ID") or (None, 0)
            self.number = content if kind == ":" else 0

    def send(self, data):
        try:
            if self.sock:
                self.sock.sendall(data)
        except OSError:
            pass        # hear() will tell what became of the connection

    def hear(self, token):
        """What came up to the token's line, and how that ended."""
        data = bytearray()
        if self.sock is None:
            return b"", "refused"
        while True:
            try:
                piece = self.sock.recv(1 << 18)
            except socket.timeout:
                return bytes(data), "silence"
            except OSError:
                piece = b""
            if not piece:
                return bytes(data), "closed"
            data += piece
            if token and data.endswith(b"\n") and token in data[-300:]:
                return bytes(data), ""

    def ask(self, *words):
        """One command and its reply, where nothing else is under way; None
        if none came."""
        self.send(wire.request(*words))
        data = b""
        while self.sock:
            try:
                piece = self.sock.recv(1 << 18)
            except OSError:
                return None
            data += piece
            try:
                return wire.parse(data)[0]
            except wire.Incomplete:
                if not piece:
                    return None
            except wire.Malformed:
                return None
        return None

    def drain(self):
        """Take what has come, without waiting for more."""
        while not self.over and select.select([self.sock], [], [], 0)[0]:
            try:
                piece = self.sock.recv(1 << 18)
            except OSError:
                piece = b""
            self.data += piece
            self.over = not piece

    def close(self):
        if self.sock:
            self.sock.close()


def await_any(lines, seconds):
    """Until something comes on one of the lines, or the time is up."""
    socks = [line.sock for line in lines if not line.over]
    if socks:
        select.select(socks, [], [], seconds)
