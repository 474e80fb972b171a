"""The two servers, and a session played on both of them.

The commands of a session are sent in bursts: as many in a row as belong to
the same connection, in one write. Behind each burst goes a command that no
server knows and whose name was never used: as soon as its error has come back,
all replies have. Then the next burst goes, so that both servers do the same in
the same order.
"""

import os
import socket
import time

from harness import wire
from harness.model import Mismatch, SetupError
from harness.process import Server

PATIENCE = 5.0          # seconds for all replies of a burst


class Step:
    """What one connection sends: words, or bytes as they are.

    A step that ends makes the server close the connection, if it is right.
    replies says how many it gives.
    """

    def __init__(self, conn, words=None, raw=None, ends=False, replies=1):
        self.conn = conn
        self.words = words
        self.raw = raw
        self.ends = ends
        self.replies = replies

    def payload(self):
        return self.raw if self.words is None else wire.request(*self.words)

    def name(self):
        """The command's name with its subcommand, or "-" for none, as the
        excuses have it."""
        words = (self.words or []) + [b"-"]
        return b" ".join(words[:2]).decode("latin-1").lower()


class Difference:
    """Where the two parted: after which step, and what each had said."""

    def __init__(self, step, ours, redis):
        self.step = step
        self.ours = ours
        self.redis = redis


class Line:
    """One connection to one server; a server that is gone has none."""

    def __init__(self, address):
        self.sock = None
        try:
            self.sock = socket.create_connection(address, PATIENCE)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            pass

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

    def close(self):
        if self.sock:
            self.sock.close()


class Pair:
    """Our server and Redis, side by side."""

    def __init__(self, ours, redis, table, burst):
        self.servers = [Server(ours), Server(redis)]
        self.table = table
        self.burst = burst      # commands, at most
        self.lines = {}
        self.tokens = 0

    def start(self):
        for server, who in zip(self.servers, ("server", "redis-server")):
            try:
                server.start()
            except Mismatch as mismatch:
                raise SetupError("%s: %s" % (who, mismatch.summary))

    def stop(self):
        self.forget()
        for server in self.servers:
            server.stop()

    def forget(self, conn=None):
        """Close one connection, or all, to both servers."""
        for key in [conn] if conn is not None else list(self.lines):
            for line in self.lines.pop(key, ()):
                line.close()

    def line(self, conn):
        """A connection to each server."""
        if conn not in self.lines:
            self.lines[conn] = [Line(server.address)
                                for server in self.servers]
        return self.lines[conn]

    def reset(self):
        """As if both had just been started; a server that died is. One that
        is just dying may still take a connection, but gives no reply."""
        for _ in range(50):
            self.forget()
            for server, line in zip(self.servers, self.line("reset")):
                if line.sock is None:
                    server.stop(0)
                    server.start()
            self.forget()
            if self.exchange([Step("reset", self.table.reset)]) is None:
                break
            time.sleep(0.02)
        self.forget()

    def play(self, steps):
        """The first difference in a session, or None."""
        self.reset()
        at = 0
        while at < len(steps):
            burst = [steps[at]]
            while (len(burst) < self.burst and not burst[-1].ends
                   and at + len(burst) < len(steps)
                   and steps[at + len(burst)].conn == burst[0].conn):
                burst.append(steps[at + len(burst)])
            found = self.exchange(burst)
            if found:
                found.step += at
                return found
            at += len(burst)
        return None

    def exchange(self, burst):
        """Send a burst to both; a Difference or None."""
        data = [step.payload() for step in burst]
        talk = b"".join(wire.request(*words)
                        for words in self.table.before_token)
        token = b""
        if burst[-1].ends:
            data.insert(-1, talk)
        else:
            self.tokens += 1
            token = b"end-%d-%s" % (self.tokens, os.urandom(6).hex().encode())
            data += [talk, wire.request(token)]
        data = b"".join(data)
        lines = self.line(burst[0].conn)
        for line in lines:
            line.send(data)
        (ours, end), (redis, redis_end) = [line.hear(token) for line in lines]
        if end or redis_end:
            self.forget(burst[0].conn)
        if end == redis_end == "silence":
            raise SetupError("neither server goes on after %s"
                             % wire.window(burst[-1].payload(), 200)[0])
        if ours == redis and end == redis_end:
            return None
        found = self.judge(burst, ours + note(end), redis + note(redis_end))
        if found and end != redis_end:
            # A server that died took the replies to what was right with it.
            at = sum(step.replies for step in burst[:-1])
            found = Difference(len(burst) - 1, nth(ours, at) or note(end),
                               nth(redis, at) or note(redis_end))
        return found

    def judge(self, burst, ours, redis):
        """The first reply that differs without excuse."""
        ours, redis = split(ours), split(redis)
        owners = [at for at, step in enumerate(burst)
                  for _ in range(step.replies)]
        if burst[-1].ends:
            owners += [owners[-1]] * len(self.table.before_token)
        known = not any(step.name().startswith("client reply")
                        for step in burst)
        last = len(burst) - 1
        for at in range(max(len(ours), len(redis))):
            one = ours[at] if at < len(ours) else b""
            other = redis[at] if at < len(redis) else b""
            if one == other:
                continue
            # Where replies were switched off, it is not known whose this is.
            owner = owners[at] if known and at < len(owners) else last
            asked = burst[owner:owner + 1] if known else burst
            if not any(self.table.excused(s, one, other) for s in asked):
                return Difference(owner, one, other)
        return None


def note(end):
    """How a connection ended, as one more reply."""
    return b"+(%s)\r\n" % end.encode() if end else b""


def nth(data, at):
    """One of the replies, or nothing."""
    return b"".join(split(data)[at:at + 1])


def split(data):
    """The replies one by one; what is no reply stays in one piece."""
    replies, at = [], 0
    while at < len(data):
        try:
            _, after = wire.parse(data, at)
        except (wire.Incomplete, wire.Malformed):
            after = len(data)
        replies.append(data[at:after])
        at = after
    return replies
