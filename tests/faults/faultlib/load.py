"""A mixed load: clients whose every command and reply is remembered.

Most clients write to keys of their own, so that what they must hold is known.
Some come in pairs: one waits in a blocking pop, the other pushes.
"""

import contextlib
import selectors
import time

from harness import wire

from . import model, writer
from .place import check

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


class Talker(wire.Client):
    """One connection that keeps some commands under way, and never waits."""

    depth = PIPELINE

    def __init__(self, place, rng):
        super().__init__(place.server.address)
        self.sock.setblocking(False)
        self.local_port = self.sock.getsockname()[1]
        self.rng = rng
        self.entries = []
        self.acked = 0
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
            with contextlib.suppress(BlockingIOError):
                del self.out[:self.sock.send(self.out)]

    def read(self):
        """Take what came. False: the connection is over."""
        going = True
        try:
            self.more()
        except BlockingIOError:
            return True
        except OSError:
            going = False
        at = 0
        with contextlib.suppress(wire.Incomplete):
            while True:
                reply, end = wire.parse(self.buf, at)
                self.take(reply, end - at)
                at = end
        del self.buf[:at]
        return going

    def take(self, reply, size):
        """A reply came."""
        check(self.acked < len(self.entries),
              "a reply that nothing was asked for: %r", reply)
        entry = self.entries[self.acked]
        self.received += size
        entry.reply, entry.end = reply, self.received
        entry.acked_ms, entry.acked = now_ms(), time.monotonic()
        self.acked += 1
        self.judge(entry)

    def judge(self, entry):
        """Is the reply the right one?"""

    def acked_by(self, sent_bytes):
        """How many replies these bytes were."""
        return sum(entry.end <= sent_bytes
                   for entry in self.entries[:self.acked])

    def acked_before(self, moment):
        """How many replies were here before a moment of the steady clock."""
        return sum(entry.acked < moment for entry in self.entries[:self.acked])


class Solo(Talker):
    """A client with keys of its own."""

    def __init__(self, place, rng, name):
        super().__init__(place, rng)
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
        check(due is model.ANY or due == entry.reply
              or due is model.ERROR and entry.reply[0] == "-",
              "%.200s: %r was answered, %r is due", b" ".join(entry.words),
              entry.reply, due)

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
        seen = {key: value for key, value in found.values.items()
                if key.startswith(self.name + b":")}
        world = self.world_at(low, seen)
        first = best = world.difference(seen, found.expiry)
        for entry in self.entries[low:high]:
            if best is None:
                return None
            world.apply(entry.words, entry.reply, entry.when(), seen)
            best = (first if world.surely_differs(entry.words[1:2], seen)
                    else world.difference(seen, found.expiry))
        if best is None:
            return None
        last = b" ".join(self.entries[low - 1].words)[:100] if low else "none"
        return "%s after %d commands, the last acknowledged one %r: %s" % (
            self.name.decode(), low, last, first)

    def gone_by(self):
        """When the last of the dying keys is gone."""
        world = self.world_at(self.acked)
        for entry in self.entries[self.acked:]:
            world.apply(entry.words, None, entry.when())
        return world.gone_by()


class Pusher(Talker):
    """Pushes v0, v1, ... for the one that waits."""

    def __init__(self, place, rng, name, way):
        super().__init__(place, rng)
        self.name = name
        self.way = way

    def next_words(self):
        turn, queue = len(self.entries) + 1, self.name + b":q"
        if self.way == "zset":
            return [b"ZADD", queue, b"%d" % turn, b"v%d" % turn]
        return [b"RPUSH", queue, b"v%d" % turn]


class Waiter(Pusher):
    """Waits in a blocking pop, again and again."""

    depth = 1

    def next_words(self):
        queue = self.name + b":q"
        return {"list": [b"BLPOP", queue, b"0"],
                "move": [b"BLMOVE", queue, self.name + b":done", b"LEFT",
                         b"RIGHT", b"0"],
                "zset": [b"BZPOPMIN", queue, b"0"]}[self.way]

    def judge(self, entry):
        reply, due = entry.reply[1], b"v%d" % self.acked
        got = reply if self.way == "move" else reply[1][1]
        check(got == due, "the %d. blocking pop gave %r, %r is due", self.acked,
              got, due)


class Pair:
    """One that pushes, one that waits."""

    def __init__(self, place, rng, name, way):
        self.name = name
        self.way = way
        self.pusher = Pusher(place, rng, name, way)
        self.waiter = Waiter(place, rng, name, way)

    def check(self, pushed, popped, found):
        """pushed, popped: (low, high) counts. What is wrong, or None."""
        queue = found.values.get(self.name + b":q", [])
        if self.way == "zset":
            queue = sorted(queue, key=queue.get) if queue else []
        done = found.values.get(self.name + b":done", [])
        for gone in range(popped[0], popped[1] + 1):
            come = gone + len(queue)
            if (pushed[0] <= come <= pushed[1]
                    and queue == names(gone + 1, come)
                    and done == names(1, gone if self.way == "move" else 0)):
                return None
        return ("%s: %d to %d were pushed and %d to %d popped, but %s is left "
                "and %s moved" % (self.name.decode(), *pushed, *popped,
                                  model.show(queue), model.show(done)))


def names(first, last):
    return [b"v%d" % n for n in range(first, last + 1)]


def pairs(items):
    return dict(zip(items[::2], items[1::2]))


# Of each type: how its value is asked for, and made of what is answered.
LOOK = {
    "string": ("GET", (), bytes),
    "list": ("LRANGE", ("0", "-1"), list),
    "hash": ("HGETALL", (), pairs),
    "set": ("SMEMBERS", (), set),
    "zset": ("ZRANGE", ("0", "-1", "WITHSCORES"), lambda items: model.Zset(
        (member, float(score)) for member, score in pairs(items).items())),
    "stream": ("XRANGE", ("-", "+"), lambda rows: [
        (ident, tuple(fields)) for ident, fields in rows]),
}


class Found:
    """What a server holds: values, and when they expire."""

    def __init__(self, client):
        self.values, self.expiry = {}, {}
        keys = wire.plain(client.ask("KEYS", "*"))
        kinds, times = (map(wire.plain, client.ask_all(
            [(name, key) for key in keys])) for name in ("TYPE", "PEXPIRETIME"))
        there = [(key, kind.decode(), at) for key, kind, at
                 in zip(keys, kinds, times) if kind != b"none"]
        replies = client.ask_all([(LOOK[kind][0], key, *LOOK[kind][1])
                                  for key, kind, _ in there])
        for (key, kind, at), reply in zip(there, map(wire.plain, replies)):
            if at != -2 and reply is not None:
                self.expiry[key] = at
                self.values[key] = LOOK[kind][2](reply)
                if kind == "stream":
                    self.values[key] = self._stream(client, key)

    def _stream(self, client, key):
        about = pairs(wire.plain(client.ask("XINFO", "STREAM", key)))
        groups = {}
        for row in map(pairs, wire.plain(client.ask("XINFO", "GROUPS", key))):
            pending = client.ask("XPENDING", key, row[b"name"], "-", "+",
                                 "1000000")
            groups[row[b"name"]] = (row[b"last-delivered-id"], frozenset(
                entry[0] for entry in wire.plain(pending)))
        return model.Stream(self.values[key], about[b"last-generated-id"],
                            groups)


class Load:
    """All clients of one run."""

    def __init__(self, place, rng, tag=b"", in_pairs=True):
        self.rng = rng
        self.solos = [Solo(place, rng, b"%sc%d" % (tag, n)) for n in range(5)]
        self.pairs = [Pair(place, rng, b"%sp%d" % (tag, n), way)
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
            selector.register(talker, selectors.EVENT_READ)
        began = time.monotonic()
        gone, base = False, self.sent()
        while not gone and time.monotonic() < began + seconds and not (
                until and until()):
            if not pace or self.sent() - base < pace * (time.monotonic()
                                                        - began):
                gone = not self._fill()
            before = time.monotonic()
            for key, _ in selector.select(0.002):
                gone = not key.fileobj.read() or gone
            self.lag = max(self.lag, time.monotonic() - before)
        selector.close()
        return gone

    def sent(self):
        return sum(len(talker.entries) for talker in self.talkers)

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
            talker.sock.settimeout(seconds)
            with contextlib.suppress(OSError):
                while talker.read():
                    pass
        self.close()

    def settle(self, seconds=10.0):
        """Wait until nothing is under way, but for those that wait."""
        end, busy = time.monotonic() + seconds, True
        while busy:
            check(time.monotonic() < end, "some commands were not answered "
                  "within %d s", seconds)
            time.sleep(0.001)
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

    def close(self):
        for talker in self.talkers:
            talker.close()

    def also_check(self, earlier):
        """Check also what those of an earlier load have left. Who waited then
        is not under way any more."""
        for pair in earlier.pairs:
            del pair.waiter.entries[pair.waiter.acked + 1:]
        self.solos += earlier.solos
        self.pairs += earlier.pairs

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
        wrong = [solo.check(*bounds(solo), found) for solo in self.solos]
        wrong += [pair.check(bounds(pair.pusher), bounds(pair.waiter), found)
                  for pair in self.pairs]
        known = tuple(each.name + b":" for each in self.solos + self.pairs)
        wrong += ["a key that nobody set: %r" % key for key in found.values
                  if not key.startswith(known)]
        wrong = list(filter(None, wrong))
        check(not wrong, "%s", "\n     also ".join(wrong))

    def all_refused(self):
        """Was each client told at least once that its write is refused?"""
        return all(solo.refused for solo in self.solos)

    def refused(self):
        return sum(solo.refused for solo in self.solos)

    def acknowledged(self):
        return sum(talker.acked for talker in self.talkers)
