"""The two servers, and a session played on both of them.

The commands of a session are sent in bursts: neighbouring commands of the same
connection in one write. Behind each burst goes a command that no server knows and whose
name was never used; when its error has come back, all replies have. Only then is the
next burst sent, so both servers do the same in the same order. While somebody waits, or
may have to, bursts are played by waiting.py.

"""

import os
import time

from harness import wire
from harness.model import SetupError
from harness.server import Server

from . import events, transactions, waits
from .excuses import Apart
from .fair import must_not_ask
from .line import Line
from .waiting import Queue
from .replies import first_difference, is_told, note, nth, split
from .step import Difference, Step

PROBE = "probe"         # a connection of our own
QUEUED = b"+QUEUED\r\n"
# Bytes of a burst that are read at once: tracked clients are told when a turn ends.
ONE_TURN = 8000


class Pair:
    """Our server and Redis, side by side."""

    must_not_ask = staticmethod(must_not_ask)

    def __init__(self, ours, redis, table, burst):
        self.servers = [Server(ours), Server(redis)]
        self.table = table
        self.burst = burst      # commands, at most
        self.bytes = 0          # behind the first of them
        self.lines = {}
        self.queue = Queue(self)
        self.events = []        # who hears what each server tells of keys
        self.told = None
        self.tokens = 0

    def start(self):
        for server in self.servers:
            server.start()

    def stop(self):
        self.forget()
        self.stop_listening()
        for server in self.servers:
            server.stop()

    def forget(self, conn=None):
        """Closes one connection, or all, to both servers."""
        for key in [conn] if conn is not None else list(self.lines):
            for line in self.lines.pop(key, ()):
                line.close()

    def listen(self, steps):
        """Listens to the servers' events of keys in a session, if it has them."""
        if not self.table.events:
            return
        if not self.events:
            self.events = [events.Events(server.address) for server in self.servers]
        self.told = events.Both(self.events, steps)

    def stop_listening(self):
        for told in self.events:
            told.close()
        self.events = []

    def line(self, conn):
        """Returns a connection to each server."""
        if conn not in self.lines:
            self.lines[conn] = [Line(server.address, self.table.waits)
                                for server in self.servers]
        return self.lines[conn]

    def reset(self):
        """Brings both into the state after a start, and restarts a server that has
        died. One that is just dying may still accept a connection, but gives no reply.
        """
        for _ in range(50):
            self.forget()
            self.queue = Queue(self)
            for server, line in zip(self.servers, self.line("reset")):
                if line.over:
                    self.stop_listening()
                    server.stop(0)
                    server.start()
            self.forget()
            # The two PINGs prove that the servers know who has left.
            if not any(self.exchange([Step(PROBE, words)]) for words in
                       ([b"PING"], [b"PING"], *self.table.resets)):
                break
            time.sleep(0.02)

    def play(self, steps):
        """Returns the first difference in a session, or None."""
        self.reset()
        self.listen(steps)
        self.bytes = ONE_TURN if any(step.name() == "client tracking" for step in steps) else 1e9
        at = 0
        while at < len(steps):
            burst = self.burst_from(steps, at)
            last = at + len(burst) - 1
            waiting = bool(self.queue.waiting)
            try:
                found = self.play_burst(burst, at)
            except Apart:
                return None
            if not found and self.told:
                found = self.told.difference(burst, last, waiting or self.queue.waiting)
            if found and self.redis_fell(found):
                return None
            if found:
                found.last = last
                return found
            at += len(burst)
        return None

    def redis_fell(self, found):
        """Returns true if Redis has ended, by a fault of its own: a session that it
        does not survive shows nothing of ours."""
        redis = self.servers[1]
        if not found.redis.endswith(note("closed")) or redis.wait_exit(1) is None:
            return False
        print("redis-server did not survive a session: " + redis.fate(), flush=True)
        return True

    def burst_from(self, steps, at):
        """Returns the commands that go in one write."""
        whole = transactions.burst(steps, at)
        if whole:
            return whole
        most = 1 if self.queue.is_behind() else self.burst
        burst, size = [steps[at]], 0
        for step in steps[at + 1:at + most]:
            size += len(step.payload())
            if (stands_alone(burst[-1]) or stands_alone(step)
                    or step.conn != burst[0].conn or burst[-1].ends
                    or transactions.begins(step) or size > self.bytes):
                break
            burst.append(step)
        return burst

    def play_burst(self, burst, at):
        """Returns a Difference or None; at is the number of the first step."""
        if burst[0].closes:
            return self.part_with(burst[0].conn, at)
        if self.queue.waiting or not burst[-1].runs and any(
                step.words and waits.may_wait(step.words) for step in burst):
            return self.queue.play(burst, at)
        found = self.exchange(burst)
        if found:
            found.step += at
        return found

    def part_with(self, conn, at):
        """Closes a connection, and makes sure that both servers know."""
        self.forget(conn)
        self.queue.forget(conn)
        found = (self.exchange([Step(PROBE, [b"PING"])])
                 or self.exchange([Step(PROBE, [b"PING"])]))
        if found:
            found.step = at
        return found

    def token(self):
        """Returns the name of a command that nobody ever used."""
        self.tokens += 1
        return b"end-%d-%s" % (self.tokens, os.urandom(6).hex().encode())

    def send(self, burst, tail):
        """Sends a burst and its token to both servers. Returns the two lines."""
        lines = self.line(burst[0].conn)
        for side, line in enumerate(lines):
            line.write(b"".join(step.payload(
                lambda conn, side=side: self.line(conn)[side].number)
                for step in burst) + tail)
        return lines

    def exchange(self, burst):
        """Sends a burst to both servers. Returns a Difference or None."""
        talk = b"".join(wire.request(*words)
                        for words in self.table.before_token)
        token = b""
        if burst[-1].ends:
            talking = Step(burst[0].conn, None, talk)
            lines = self.send([*burst[:-1], talking, burst[-1]], b"")
        else:
            token = self.token()
            lines = self.send(burst, talk + wire.request(token))
        (ours, end), (redis, redis_end) = [line.hear(token) for line in lines]
        if end or redis_end:
            self.forget(burst[0].conn)
        # Behind a step that should end the connection there is no token: what both take
        # for the beginning of a request is no difference, and the connection is gone.
        if token and end == redis_end == "silence":
            raise SetupError("neither server goes on after %s"
                             % wire.brief(burst[-1].payload(), 200))
        if ours == redis and end == redis_end:
            return None
        found = self.judge(burst, ours + note(end), redis + note(redis_end))
        if found and end != redis_end:
            # The replies of a server that died are lost, the right ones, too.
            at = sum(step.replies for step in burst[:-1])
            found = Difference(len(burst) - 1, nth(ours, at) or note(end),
                               nth(redis, at) or note(redis_end))
        return found

    def judge(self, burst, ours, redis):
        """Returns the first reply that differs without an excuse."""
        owners = owners_of(burst, redis)
        if burst[-1].ends:
            owners += [owners[-1]] * len(self.table.before_token)
        known = not any(step.name().startswith("client reply")
                        for step in burst)

        def owner(at):
            # If replies were switched off, it is not known to which step this one
            # belongs.
            if not known:
                return len(burst) - 1, burst
            number = owners[at] if at < len(owners) else len(burst) - 1
            return number, [burst[number]]

        return first_difference(self.table, ours, redis, owner)


def owners_of(burst, data):
    """Returns the number of the step that each answer belongs to. A SUBSCRIBE gets only
    messages, except in a transaction."""
    answers = [reply for reply in split(data) if not is_told(reply)]
    owners = []
    for at, step in enumerate(burst):
        is_told_only = step.listens() and answers[len(owners):][:1] != [QUEUED]
        owners += [at] * (0 if is_told_only else step.replies)
    return owners


def stands_alone(step):
    """Returns true if the step must be the only one of its burst."""
    return step.closes or events.misses_apart(step) or (
        step.words is not None and waits.is_short(step.words))
