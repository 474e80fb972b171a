"""Sessions in which somebody waits.

A waiting client gets no reply until another one serves it, and the commands behind the
waiting one stay queued until then. So a burst may bring replies on any connection, or
none. The replies of Redis, once it has come to rest, are what is due: each connection
has then either answered the token behind its last burst, or waits, which CLIENT LIST
shows on a connection of our own. Then our server must give as many replies, and no
more: two PINGs, one behind the other, prove that it has done all that it will do. The
replies of each connection are compared in their order.

The order of two connections' commands is fixed only if one burst has come to rest
before the next is sent. So, while commands are queued behind a waiting one, bursts are
single commands: such a command may set the queue going, and the queue has ended before
anything else is asked. A wait with a short time-out goes alone, and is over before the
next burst.

"""

import collections
import re
import time

from harness import wire
from harness.model import SetupError

from . import waits
from .excuses import Apart
from .fair import stored_to
from .line import PATIENCE, await_any
from .replies import first_difference, note, split

OURS, REDIS = 0, 1
# How long ours may take after Redis has answered, with so many PINGs answered
# meanwhile, before that is its answer.
SILENCE = 0.4
PINGS = 10
BLOCKED = re.compile(rb"^id=(\d+) .* flags=\w*b", re.M)


# A step that was sent and not answered yet; step None is the token.
Sent = collections.namedtuple("Sent", "at step token", defaults=(None,))


class Queue:
    """The commands of each connection that are not answered yet."""

    def __init__(self, pair):
        self.pair = pair
        self.waiting = {}
        self.stored = []    # keys that the last burst gave whole values

    def forget(self, conn):
        self.waiting.pop(conn, None)

    def is_behind(self):
        """Returns true if commands are queued behind one that waits."""
        return any(len(sent) > 2 for sent in self.waiting.values())

    def play(self, burst, at):
        """Plays a burst on both servers. Returns a Difference or None."""
        conn = burst[0].conn
        if conn in self.waiting and (burst[0].words and
                                     waits.is_short(burst[0].words)):
            return None     # queued, it would begin at an unknown moment
        token = self.pair.token()
        self.waiting.setdefault(conn, []).extend(
            [Sent(at + n, step) for n, step in enumerate(burst)]
            + [Sent(at + len(burst) - 1, None, token)])
        self.pair.send(burst, wire.request(token))
        self.stored = [stored_to(step.words) for step in burst
                       if step.words]
        self.settle_redis()
        self.settle_ours()
        return self.compare(at + len(burst) - 1)

    def lines(self, side):
        return {conn: lines[side] for conn, lines in self.pair.lines.items()
                if conn != "probe"}

    def probe(self, side):
        return self.pair.line("probe")[side]

    def answered(self, conn, side):
        """Returns true if the token behind the last burst has come back."""
        sent = self.waiting.get(conn)
        data = self.pair.lines[conn][side].buf
        return not sent or (data.endswith(b"\n")
                            and sent[-1].token in data[-300:])

    def settle_redis(self):
        """Waits until each connection has answered, or waits for good."""
        until = time.monotonic() + PATIENCE
        probe, lines = self.probe(REDIS), self.lines(REDIS)
        while time.monotonic() < until:
            for line in lines.values():
                line.drain()
            open_ones = [conn for conn in lines
                         if not self.answered(conn, REDIS)]
            _, clients = probe.ask(b"CLIENT", b"LIST") or (None, b"")
            probe.ask(b"PING")
            blocked = {int(found) for found in BLOCKED.findall(clients)}
            for line in lines.values():
                line.drain()
            if all(lines[conn].number in blocked and self.is_long(conn)
                   for conn in open_ones):
                return
            await_any([lines[conn] for conn in open_ones], 0.001)
        raise SetupError("redis-server does not come to rest: %s" % "; ".join(
            "%s is asked %s" % (conn, self.waiting[conn][0].step.words)
            for conn in open_ones))

    def is_long(self, conn):
        """Returns true if this connection waits for good."""
        done = len(split(self.pair.lines[conn][REDIS].buf))
        sent = self.waiting[conn]
        step = sent[done].step if done < len(sent) else None
        return bool(step and step.words) and not waits.is_short(step.words)

    def settle_ours(self):
        """Waits until ours has given as many replies as Redis, and then all that it has
        to give."""
        lines = self.lines(OURS)
        since, pings = time.monotonic(), 0
        while True:
            for line in lines.values():
                line.drain()
            if all(self.as_much(conn) or lines[conn].over for conn in lines):
                break
            if time.monotonic() - since > SILENCE and pings >= PINGS:
                return
            await_any(lines.values(), 0.01)
            if time.monotonic() - since > 0.05:
                if self.probe(OURS).ask(b"PING") is None:
                    break
                pings += 1
        for _ in range(2):
            self.probe(OURS).ask(b"PING")
        for line in lines.values():
            line.drain()

    def as_much(self, conn):
        """Returns true if ours has given as many replies as Redis."""
        ours, redis = [line.buf for line in self.pair.lines[conn]]
        if ours == redis:
            return True
        if len(ours) < 4 or not ours.endswith(b"\n"):
            return False
        return len(split(ours)) >= len(split(redis))

    def compare(self, last):
        """Compares the replies on all connections, which are looked at only once. All
        are judged: one of them may say why the servers rightly differ, and the other
        differences may follow from that."""
        found = None
        for conn in sorted(set(self.pair.lines) - {"probe"}):
            ours, redis = self.pair.lines[conn]
            judged = self.judge(conn, ours, redis, last)
            found = found or judged
            if conn not in self.waiting:
                pass
            elif self.answered(conn, REDIS):
                del self.waiting[conn]
            elif redis.buf:
                del self.waiting[conn][:len(split(redis.buf))]
            ours.buf.clear()
            redis.buf.clear()
        return found

    def woken_by_store(self, reply):
        """Excuses a client that Redis does not wake when a value of the right type is
        stored over one of another type: a bug (its issue 15452), after which the data
        differ. The client that ours serves has the key in its reply."""
        for key in self.stored:
            if key is not None and wire.bulk(key) in reply:
                raise Apart

    def judge(self, conn, ours, redis, last):
        """Returns the first reply of a connection that differs without an excuse."""
        sent = self.waiting.get(conn, [])

        def owner(at):
            one = sent[at] if at < len(sent) else Sent(last, None)
            return one.at, [one.step] if one.step else []

        found = first_difference(self.pair.table, *[
            bytes(line.buf) + note("closed" if line.over else "")
            for line in (ours, redis)], owner)
        if found and not found.redis:
            self.woken_by_store(found.ours)
        return found
