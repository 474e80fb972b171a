"""A mixed load: clients whose every command and reply is remembered.

Most clients write to keys of their own, so that what they must hold is known.
Some come in pairs: one waits in a blocking pop, the other pushes.
"""

import selectors
import socket
import time

from harness import wire

from . import model, writer
from .place import Wrong

PIPELINE = 6            # commands of one client under way


def now_ms():
    return time.time() * 1000


class Entry:
    """A command, and what became of it."""

    __slots__ = ("words", "sent_ms", "reply", "acked_ms", "acked", "end")

    def __init__(self, words):
        self.words = words
        self.sent_ms = now_ms()
        self.reply = None
        self.acked_ms = None    # when the reply was here, by the wall clock
        self.acked = None       # the same, by the clock that only goes on
        self.end = None         # bytes of replies up to this one's end

    def when(self):
        """The earliest and latest moment at which it was done."""
        return self.sent_ms, self.acked_ms or now_ms()


class Talker:
    """One connection that keeps some commands under way."""

    depth = PIPELINE

    def __init__(self, port, rng):
        self.rng = rng
        self.sock = socket.create_connection(("127.0.0.1", port), 10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.local_port = self.sock.getsockname()[1]
        self.entries = []
        self.acked = 0
        self.buf = bytearray()
        self.received = 0
        self.out = bytearray()

    def fill(self):
        """Send some more, if few enough are under way."""
        under_way = len(self.entries) - self.acked
        if under_way < self.depth and not self.out:
            for _ in range(self.rng.randrange(1, self.depth - under_way + 1)):
                words = self.next_words()
                if words is None:
                    break
                self.entries.append(Entry(words))
                self.out += wire.request(*words)
        self.push()

    def push(self):
        """Send what waits to be sent."""
        if self.out:
            try:
                del self.out[:self.sock.send(self.out)]
            except BlockingIOError:
                pass

    def read(self):
        """Take what came. False: the connection is over."""
        try:
            data = self.sock.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.buf += data
        at = 0
        while True:
            try:
                reply, end = wire.parse(self.buf, at)
            except wire.Incomplete:
                break
            self.take(reply, end - at)
            at = end
        del self.buf[:at]
        return bool(data)

    def take(self, reply, size):
        """A reply came."""
        if self.acked == len(self.entries):
            raise Wrong("a reply that nothing was asked for: %r" % (reply,))
        entry = self.entries[self.acked]
        self.received += size
        entry.reply, entry.end = reply, self.received
        entry.acked_ms, entry.acked = now_ms(), time.monotonic()
        self.acked += 1
        self.judge(entry)

    def judge(self, entry):
        """Is the reply the right one?"""

    def acked_by(self, sent_bytes):
        """How many replies these bytes were, at least in part."""
        count = 0
        while count < self.acked and self.entries[count].end <= sent_bytes:
            count += 1
        return count

    def acked_before(self, moment):
        """How many replies were here before a moment of the steady clock."""
        count = 0
        while count < self.acked and self.entries[count].acked < moment:
            count += 1
        return count

    def sent_before(self, moment_ms):
        """How many commands had been sent by a moment of the wall clock."""
        return sum(entry.sent_ms < moment_ms for entry in self.entries)


class Solo(Talker):
    """A client with keys of its own."""

    def __init__(self, port, rng, name):
        super().__init__(port, rng)
        self.name = name
        self.writer = writer.Writer(rng, name)
        self.world = model.World()
        self.busy = []
        self.refused = 0

    def next_words(self):
        for _ in range(20):
            words = self.writer.draw()
            if not set(words[1:]) & set(self.busy):
                self.busy += model.chosen_by_server(words)
                return words
        return None

    def judge(self, entry):
        for key in model.chosen_by_server(entry.words):
            self.busy.remove(key)
        if entry.reply[0] == "-" and entry.reply[1].startswith(
                (b"MISCONF", b"LOADING")):
            self.refused += 1
            entry.words = [b"GET", b"refused"]
            return
        due = self.world.apply(entry.words, entry.reply, entry.when())
        if due is model.ANY or due == entry.reply or (
                due is model.ERROR and entry.reply[0] == "-"):
            return
        raise Wrong("%s: %r was answered, %r is due" % (
            b" ".join(entry.words).decode("utf-8", "replace")[:200],
            entry.reply, due))

    def world_at(self, count, seen=None):
        """What the keys hold after so many commands."""
        if count == self.acked:
            return self.world.copy()
        world = model.World()
        for entry in self.entries[:count]:
            world.apply(entry.words, entry.reply, entry.when(), seen)
        return world

    def check(self, low, high, found):
        """The state must be the one after low to high commands; what differs,
        or None. found: what is there."""
        prefix = self.name + b":"
        seen = {key: value for key, value in found.values.items()
                if key.startswith(prefix)}
        world = self.world_at(low, seen)
        first = world.difference(seen, found.expiry)
        best = first
        for entry in self.entries[low:high]:
            if best is None:
                return None
            world.apply(entry.words, entry.reply, entry.when(), seen)
            best = (first if world.surely_differs(entry.words[1:2], seen)
                    else world.difference(seen, found.expiry))
        if best is None:
            return None
        return "%s after %d commands, the last acknowledged one %s: %s" % (
            self.name.decode(), low, show_entry(self.entries, low - 1), first)

    def gone_by(self):
        """When the last of the dying keys is gone."""
        world = self.world_at(self.acked)
        for entry in self.entries[self.acked:]:
            world.apply(entry.words, None, entry.when())
        return world.gone_by()


def show_entry(entries, at):
    if at < 0:
        return "none"
    return repr(b" ".join(entries[at].words)[:100])


class Pusher(Talker):
    """Pushes v0, v1, ... for the one that waits."""

    def __init__(self, port, rng, name, way):
        super().__init__(port, rng)
        self.name = name
        self.way = way
        self.turn = 0

    def next_words(self):
        self.turn += 1
        if self.way == "zset":
            return [b"ZADD", self.name + b":q", b"%d" % self.turn,
                    b"v%d" % self.turn]
        return [b"RPUSH", self.name + b":q", b"v%d" % self.turn]


class Waiter(Talker):
    """Waits in a blocking pop, again and again."""

    depth = 1

    def __init__(self, port, rng, name, way):
        super().__init__(port, rng)
        self.name = name
        self.way = way

    def next_words(self):
        queue = self.name + b":q"
        return {"list": [b"BLPOP", queue, b"0"],
                "move": [b"BLMOVE", queue, self.name + b":done", b"LEFT",
                         b"RIGHT", b"0"],
                "zset": [b"BZPOPMIN", queue, b"0"]}[self.way]

    def judge(self, entry):
        at = self.acked
        due = b"v%d" % at
        reply = entry.reply[1]
        got = reply if self.way == "move" else reply[1][1]
        if got != due:
            raise Wrong("the %d. blocking pop gave %r, %r is due"
                        % (at, got, due))


class Pair:
    """One that pushes, one that waits."""

    def __init__(self, port, rng, name, way):
        self.name = name
        self.way = way
        self.pusher = Pusher(port, rng, name, way)
        self.waiter = Waiter(port, rng, name, way)

    def check(self, pushed, popped, found):
        """pushed, popped: (low, high) counts. What is wrong, or None."""
        queue = found.values.get(self.name + b":q", [])
        if self.way == "zset":
            queue = sorted(queue, key=queue.get) if queue else []
        done = found.values.get(self.name + b":done", [])
        if queue:
            gone = int(queue[0][1:]) - 1
        elif self.way == "move":
            gone = len(done)
        else:
            gone = max(popped[0], pushed[0])
        come = gone + len(queue)
        if (popped[0] <= gone <= popped[1] and pushed[0] <= come <= pushed[1]
                and queue == names(gone + 1, come)
                and (self.way != "move" or done == names(1, gone))):
            return None
        return ("%s: %d to %d were pushed and %d to %d popped, but %s is left"
                % (self.name.decode(), *pushed, *popped,
                   model.show(queue)) + (
                       " and %s moved" % model.show(done) if done else ""))


def names(first, last):
    return [b"v%d" % n for n in range(first, last + 1)]


class Found:
    """What a server holds: values, and when they expire."""

    def __init__(self, client):
        keys = [item[1] for item in client.ask("KEYS", "*")[1]]
        kinds = client.ask_all([("TYPE", key) for key in keys])
        times = client.ask_all([("PEXPIRETIME", key) for key in keys])
        self.values, self.expiry = {}, {}
        replies = client.ask_all([LOOK[kind[1].decode()](key)
                                  for key, kind in zip(keys, kinds)])
        for key, kind, at, reply in zip(keys, kinds, times, replies):
            value = TAKE[kind[1].decode()](reply[1])
            if kind[1] == b"stream":
                value = self._stream(client, key, value)
            if at[1] != -2:
                self.values[key] = value
                self.expiry[key] = at[1]

    @staticmethod
    def _stream(client, key, entries):
        about = pairs(client.ask("XINFO", "STREAM", key)[1])
        groups = {}
        for row in client.ask("XINFO", "GROUPS", key)[1]:
            row = pairs(row[1])
            name = row[b"name"][1]
            pending = client.ask("XPENDING", key, name, "-", "+", "1000000")
            groups[name] = (row[b"last-delivered-id"][1], frozenset(
                item[1][0][1] for item in pending[1]))
        return model.Stream(entries, about[b"last-generated-id"][1], groups)


def pairs(items):
    return {items[n][1]: items[n + 1] for n in range(0, len(items), 2)}


LOOK = {"string": lambda key: ("GET", key),
        "list": lambda key: ("LRANGE", key, "0", "-1"),
        "hash": lambda key: ("HGETALL", key),
        "set": lambda key: ("SMEMBERS", key),
        "zset": lambda key: ("ZRANGE", key, "0", "-1", "WITHSCORES"),
        "stream": lambda key: ("XRANGE", key, "-", "+"),
        "none": lambda key: ("GET", key)}
TAKE = {"string": lambda content: content,
        "none": lambda content: content,
        "list": lambda content: [item[1] for item in content],
        "hash": lambda content: {key: value[1] for key, value
                                 in pairs(content).items()},
        "set": lambda content: {item[1] for item in content},
        "zset": lambda content: model.Zset(
            (key, float(value[1])) for key, value in pairs(content).items()),
        "stream": lambda content: [
            (row[1][0][1], tuple(item[1] for item in row[1][1][1]))
            for row in content]}


class Load:
    """All clients of one run."""

    def __init__(self, port, rng, solos=5, tag=b"", in_pairs=True):
        self.rng = rng
        self.solos = [Solo(port, rng, b"%sc%d" % (tag, n))
                      for n in range(solos)]
        self.pairs = [Pair(port, rng, b"%sp%d" % (tag, n), way)
                      for n, way in enumerate(("list", "move", "zset"))
                      if in_pairs]
        self.talkers = list(self.solos)
        for pair in self.pairs:
            self.talkers += [pair.waiter, pair.pusher]
        self.lag = 0.0          # how long this process was held up at most

    def run(self, seconds, pace=None, until=None):
        """Go on for a time; True if the server has gone. pace: commands a
        second, about, of all clients; until: also stop when this is true."""
        selector = selectors.DefaultSelector()
        for talker in self.talkers:
            selector.register(talker.sock, selectors.EVENT_READ, talker)
        began = time.monotonic()
        end = began + seconds
        gone = False
        base = sum(len(talker.entries) for talker in self.talkers)
        while not gone and time.monotonic() < end and not (
                until and until()):
            done = sum(len(talker.entries) for talker in self.talkers) - base
            if not pace or done < pace * (time.monotonic() - began):
                gone = not self._fill()
            before = time.monotonic()
            for key, _ in selector.select(0.002):
                gone = not key.data.read() or gone
            self.lag = max(self.lag, time.monotonic() - before)
        selector.close()
        return gone

    def _fill(self):
        try:
            for talker in self.rng.sample(self.talkers, 3):
                talker.fill()
            return True
        except OSError:
            return False

    def drain(self, seconds=2.0):
        """Read what was still under way when the server went."""
        for talker in self.talkers:
            talker.sock.setblocking(True)
            talker.sock.settimeout(seconds)
            try:
                while talker.read():
                    pass
            except OSError:
                pass
            talker.sock.close()

    def settle(self, seconds=10.0):
        """Wait until nothing is under way, but for those that wait."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            busy = False
            for talker in self.talkers:
                try:
                    talker.push()
                except OSError:
                    return
                if not talker.read():
                    return
                busy = busy or (talker.acked < len(talker.entries)
                                and not isinstance(talker, Waiter))
            if not busy:
                return
            time.sleep(0.001)
        raise Wrong("some commands were not answered within %d s" % seconds)

    def close(self):
        for talker in self.talkers:
            talker.sock.close()

    def wait_for_expiry(self):
        """Until all keys that were to live shortly are over."""
        last = max(solo.gone_by() for solo in self.solos)
        time.sleep(max(0.0, min(5.0, (last + 5 - now_ms()) / 1000)))

    def check(self, client, bounds=None):
        """Wrong if what the server holds is not what the clients were told.
        bounds(talker): (commands that must be done, that may be)."""
        bounds = bounds or (lambda talker: (talker.acked,
                                            len(talker.entries)))
        found = Found(client)
        for solo in self.solos:
            wrong = solo.check(*bounds(solo), found)
            if wrong:
                raise Wrong(wrong)
        for pair in self.pairs:
            wrong = pair.check(bounds(pair.pusher), bounds(pair.waiter), found)
            if wrong:
                raise Wrong(wrong)
        known = tuple([solo.name + b":" for solo in self.solos]
                      + [pair.name + b":" for pair in self.pairs])
        for key in found.values:
            if not key.startswith(known):
                raise Wrong("a key that nobody set: %r" % key)

    def all_refused(self):
        """Was each client told at least once that its write is refused?"""
        return all(solo.refused for solo in self.solos)

    def acknowledged(self):
        return sum(talker.acked for talker in self.talkers)
