"""The two servers, and a session played on both of them.

The commands of a session are sent in bursts: as many in a row as belong to
the same connection, in one write. Behind each burst goes a command that no
server knows and whose name was never used: as soon as its error has come back,
all replies have. Then the next burst goes, so that both servers do the same in
the same order. Bursts that may make somebody wait, and all that come while
somebody waits, are played by waiting.py.
"""

import os
import time

from harness import wire
from harness.model import Mismatch, SetupError
from harness.server import Server

from . import waits
from .excuses import Apart
from .line import Line
from .waiting import Queue
from .replies import note, nth, split
from .step import Difference, Step

PROBE = "probe"         # a connection of our own


class Pair:
    """Our server and Redis, side by side."""

    def __init__(self, ours, redis, table, burst):
        self.servers = [Server(ours), Server(redis)]
        self.table = table
        self.burst = burst      # commands, at most
        self.lines = {}
        self.queue = Queue(self)
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
            self.lines[conn] = [Line(server.address, self.table.waits)
                                for server in self.servers]
        return self.lines[conn]

    def reset(self):
        """As if both had just been started; a server that died is. One that
        is just dying may still take a connection, but gives no reply."""
        for _ in range(50):
            self.forget()
            self.queue = Queue(self)
            for server, line in zip(self.servers, self.line("reset")):
                if line.sock is None:
                    server.stop(0)
                    server.start()
            self.forget()
            # The two PINGs prove that the servers know who has left.
            if not any(self.exchange([Step(PROBE, words)]) for words in
                       ([b"PING"], [b"PING"], self.table.reset)):
                break
            time.sleep(0.02)

    def play(self, steps):
        """The first difference in a session, or None."""
        self.reset()
        at = 0
        while at < len(steps):
            burst = self.burst_from(steps, at)
            try:
                found = self.play_burst(burst, at)
            except Apart:
                return None
            if found:
                found.last = at + len(burst) - 1
                return found
            at += len(burst)
        return None

    def burst_from(self, steps, at):
        """Commands that go in one write."""
        most = 1 if self.queue.is_behind() else self.burst
        burst = [steps[at]]
        for step in steps[at + 1:at + most]:
            if (stands_alone(burst[-1]) or stands_alone(step)
                    or step.conn != burst[0].conn or burst[-1].ends):
                break
            burst.append(step)
        return burst

    def play_burst(self, burst, at):
        """A Difference or None; at is the number of the first step."""
        if burst[0].closes:
            return self.part_with(burst[0].conn, at)
        if self.queue.waiting or any(step.words and waits.may_wait(step.words)
                                     for step in burst):
            return self.queue.play(burst, at)
        found = self.exchange(burst)
        if found:
            found.step += at
        return found

    def part_with(self, conn, at):
        """Close a connection, and prove that both servers know."""
        self.forget(conn)
        self.queue.forget(conn)
        found = (self.exchange([Step(PROBE, [b"PING"])])
                 or self.exchange([Step(PROBE, [b"PING"])]))
        if found:
            found.step = at
        return found

    def token(self):
        """The name of a command that nobody ever used."""
        self.tokens += 1
        return b"end-%d-%s" % (self.tokens, os.urandom(6).hex().encode())

    def payloads(self, step):
        """What a step sends to each server."""
        if step.client() is None:
            return [step.payload()] * 2
        return [step.payload(lambda conn, s=side: self.line(conn)[s].number)
                for side in (0, 1)]

    def exchange(self, burst):
        """Send a burst to both; a Difference or None."""
        data = [self.payloads(step) for step in burst]
        talk = b"".join(wire.request(*words)
                        for words in self.table.before_token)
        token = b""
        if burst[-1].ends:
            data.insert(-1, [talk] * 2)
        else:
            token = self.token()
            data.append([talk + wire.request(token)] * 2)
        lines = self.line(burst[0].conn)
        for line, pieces in zip(lines, zip(*data)):
            line.send(b"".join(pieces))
        (ours, end), (redis, redis_end) = [line.hear(token) for line in lines]
        if end or redis_end:
            self.forget(burst[0].conn)
        if end == redis_end == "silence":
            raise SetupError("neither server goes on after %s"
                             % wire.brief(burst[-1].payload(), 200))
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


def stands_alone(step):
    """It is the only one of its burst."""
    return step.closes or (step.words is not None
                           and waits.is_short(step.words))
