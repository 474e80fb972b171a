"""A mixed load: clients that remember every command and reply.

Most clients write to keys of their own, so that the values of those keys are known.
Some come in pairs: one waits in a blocking pop, the other pushes.

"""

import contextlib
import selectors
import time
from dataclasses import dataclass, field

from harness import wire
from harness.held import held

from . import writer
from .place import check
from .twin import show

PIPELINE = 6            # commands of one client under way


def now_ms():
    return time.time() * 1000


@dataclass
class Entry:
    """A command, and its outcome."""

    words: list
    sent_ms: float = field(default_factory=now_ms)
    reply: tuple = None
    acked_ms: float = None      # when the reply had come, by the wall clock
    acked: float = None         # the same, by the steady clock
    end: int = None             # bytes of replies up to this one's end

    def when(self):
        """Returns the earliest and latest moment at which it was executed."""
        return self.sent_ms, self.acked_ms or now_ms()


class Talker(wire.Client):
    """A connection that keeps some commands under way, and never waits."""

    depth = PIPELINE

    def __init__(self, place, rng):
        super().__init__(place.address)
        self.sock.setblocking(False)
        self.local_port = self.sock.getsockname()[1]
        self.rng = rng
        self.entries = []
        self.acked = 0
        self.received = 0
        self.out = bytearray()

    def fill(self):
        """Sends more commands, if few enough are under way."""
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
        """Sends the bytes that wait to be sent."""
        if self.out:
            with contextlib.suppress(BlockingIOError):
                del self.out[:self.sock.send(self.out)]

    def read(self):
        """Reads what has come. Returns false if the connection is over."""
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
        """Takes a reply."""
        check(self.acked < len(self.entries),
              "a reply that nothing was asked for: %r", reply)
        entry = self.entries[self.acked]
        self.received += size
        entry.reply, entry.end = reply, self.received
        entry.acked_ms, entry.acked = now_ms(), time.monotonic()
        self.acked += 1
        self.judge(entry)

    def judge(self, entry):
        """Checks that the reply is right."""

    def acked_by(self, sent_bytes):
        """Returns the number of replies in these bytes."""
        return sum(entry.end <= sent_bytes
                   for entry in self.entries[:self.acked])

    def acked_before(self, moment):
        """Returns the number of replies before a moment of the steady clock."""
        return sum(entry.acked < moment for entry in self.entries[:self.acked])


class Solo(Talker):
    """A client with keys of its own."""

    def __init__(self, place, rng, name):
        super().__init__(place, rng)
        self.name = name
        self.writer = writer.Writer(rng, name)
        self.refused = 0

    def next_words(self):
        """Draws the next command, not about a key that the server is choosing something
        for."""
        under_way = [entry.words for entry in self.entries[self.acked:]]
        busy = {words[1] for words in under_way
                if words[0] in (b"SPOP", b"XADD")}
        for _ in range(20):
            words = self.writer.next_words()
            if not busy.intersection(words[1:]):
                return words
        return None

    def judge(self, entry):
        if entry.reply[0] == "-" and entry.reply[1].startswith(
                (b"MISCONF", b"LOADING")):
            self.refused += 1
            entry.words, entry.reply = [b"GET", b"refused"], ("$", None)

    def check(self, low, high, found, twin):
        """Checks that the state is the one after low to high commands. Returns the
        difference, or None. found holds the client's keys on the server."""
        seen = {key: value for key, value in found.items()
                if key.startswith(self.name + b":")}
        twin.play(self.entries[:low], seen)
        first = differs = twin.difference(self.name + b":*", seen)
        for entry in self.entries[low:high]:
            if differs is None:
                return None
            twin.play([entry], seen)
            key = differs[0]
            if key in entry.words and not twin.difference(
                    key, {name: seen[name] for name in [key] if name in seen}):
                differs = twin.difference(self.name + b":*", seen)
        if differs is None:
            return None
        last = b" ".join(self.entries[low - 1].words)[:100] if low else "none"
        return "after %d commands, the last acknowledged one %r, %s: %s" % (
            low, last, first[0].decode(), first[1])

    def gone_by(self):
        """Returns when the last of the short-lived keys is gone, in ms."""
        return max((entry.when()[1] + int(entry.words[4])
                    for entry in self.entries
                    if entry.words[3:4] == [b"PX"]), default=0)


class Half(Talker):
    """One of the two clients of a pair, which asks what the pair says."""

    def __init__(self, place, rng, next_words):
        super().__init__(place, rng)
        self.next_words = next_words


class Pair:
    """A client that pushes v0, v1, ... and one that waits for them in a blocking pop, again
    and again."""

    def __init__(self, place, rng, name, way):
        self.name = name
        self.way = way
        self.pusher = Half(place, rng, self.pushes)
        self.waiter = Half(place, rng, self.pops)
        self.waiter.depth, self.waiter.judge = 1, self.judge

    def pushes(self):
        turn, queue = len(self.pusher.entries) + 1, self.name + b":q"
        if self.way == "zset":
            return [b"ZADD", queue, b"%d" % turn, b"v%d" % turn]
        return [b"RPUSH", queue, b"v%d" % turn]

    def pops(self):
        queue = self.name + b":q"
        return {"list": [b"BLPOP", queue, b"0"],
                "move": [b"BLMOVE", queue, self.name + b":done", b"LEFT",
                         b"RIGHT", b"0"],
                "zset": [b"BZPOPMIN", queue, b"0"]}[self.way]

    def judge(self, entry):
        reply, turn = entry.reply[1], self.waiter.acked
        got, due = reply if self.way == "move" else reply[1][1], b"v%d" % turn
        check(got == due, "the %d. blocking pop gave %r, %r is due", turn, got, due)

    def check(self, pushed, popped, found):
        """Returns what is wrong, or None. pushed and popped are (low, high) counts."""
        queue, done = (found.get(self.name + name, ("list", []))[1]
                       for name in (b":q", b":done"))
        if self.way == "zset":
            queue = sorted(queue, key=queue and queue.get)
        for gone in range(popped[0], popped[1] + 1):
            come = gone + len(queue)
            if (pushed[0] <= come <= pushed[1]
                    and queue == names(gone + 1, come)
                    and done == names(1, gone if self.way == "move" else 0)):
                return None
        return ("%s: %d to %d were pushed and %d to %d popped, but %s is left "
                "and %s moved" % (self.name.decode(), *pushed, *popped,
                                  show(queue), show(done)))


def names(first, last):
    return [b"v%d" % n for n in range(first, last + 1)]


class Load:
    """All clients of a run."""

    def __init__(self, judge, place, tag=b"", in_pairs=True):
        self.rng = rng = judge.rng
        self.twin = judge.twin
        self.solos = [Solo(place, rng, b"%sc%d" % (tag, n)) for n in range(5)]
        self.pairs = [Pair(place, rng, b"%sp%d" % (tag, n), way)
                      for n, way in enumerate(("list", "move", "zset"))
                      if in_pairs]
        self.talkers = list(self.solos)
        for pair in self.pairs:
            self.talkers += [pair.waiter, pair.pusher]
        self.lag = 0.0          # the longest time for which this process was held up

    def run(self, seconds, pace=None, until=None):
        """Goes on for a time. Returns true if the server has gone. pace is the
        approximate number of commands per second of all clients; until also stops the
        load when it returns true."""
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
        """Reads the replies that were still on their way when the server went."""
        for talker in self.talkers:
            talker.sock.settimeout(seconds)
            with contextlib.suppress(OSError):
                while talker.read():
                    pass
        self.close()

    def settle(self, seconds=30.0):
        """Waits until nothing is under way, except for the clients that wait."""
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
                busy = busy or talker.acked < len(talker.entries) and talker.depth > 1

    def close(self):
        for talker in self.talkers:
            talker.close()

    def also_check(self, earlier):
        """Also checks the keys of the clients of an earlier load. Those of them that
        waited no longer do."""
        for pair in earlier.pairs:
            del pair.waiter.entries[pair.waiter.acked + 1:]
        self.solos += earlier.solos
        self.pairs += earlier.pairs

    def wait_for_expiry(self):
        """Waits until all short-lived keys have expired."""
        last = max(solo.gone_by() for solo in self.solos)
        time.sleep(max(0.0, min(5.0, (last + 5 - now_ms()) / 1000)))

    def check(self, client, bounds=None):
        """Raises Wrong if the server's data do not agree with the replies.
        bounds(talker) returns (commands that must be done, commands that may be done).
        """
        bounds = bounds or (lambda talker: (talker.acked,
                                            len(talker.entries)))
        found, twin = held(client), self.twin()
        twin.forget()
        wrong = [solo.check(*bounds(solo), found, twin) for solo in self.solos]
        wrong += [pair.check(bounds(pair.pusher), bounds(pair.waiter), found)
                  for pair in self.pairs]
        known = tuple(each.name + b":" for each in self.solos + self.pairs)
        wrong += ["a key that nobody set: %r" % key for key in found
                  if not key.startswith(known)]
        wrong = list(filter(None, wrong))
        check(not wrong, "%s", "\n     also ".join(wrong))

    def all_refused(self):
        """Returns true if each client was told at least once that its write is refused.
        """
        return all(solo.refused for solo in self.solos)

    def refused(self):
        return sum(solo.refused for solo in self.solos)

    def acknowledged(self):
        return sum(talker.acked for talker in self.talkers)
