"""Sessions on a server with a log, which is replayed after each command.

One server is asked, and writes an append-only file. After each command another
of the same sort loads what was written since the session began, and must then
hold the same: the digest of all data, when each key expires, and of streams
their groups, consumers and what is pending. At the end of a session redis-server
loads it as well. So a command that was not written down, or not as it was meant,
is known by its name at once.

Clients may wait, leave, or want no replies: two PINGs on another connection, one
behind the other, prove that the server has done what it was sent. A command that
answers with an error must have changed nothing.
"""

import re
import time

from commands.arguments import KEYS

from . import waits
from .excuses import fields
from .line import Line
from .log import Logged, commands
from .replies import split
from .excuses_07 import CLOCK_FIELDS, plain_info

DATABASES = (0, 1, 2)       # those that the grammar fills
# What puts the log into database 0, and the server into none at all.
RESET = [[b"SELECT", b"1"], [b"SET", b"x", b"1"], [b"SELECT", b"0"],
         [b"SET", b"x", b"1"], [b"FLUSHALL"], [b"PING"],
         [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"0"]]
KEY = re.compile(rb"(k|pop:|hll:|lex:|auto:)\d+")
AGAIN = (0.0, 0.02, 0.06)   # seconds; a time may have come between two looks
# So many members, the same ones again and again; a place in a string that makes
# it hundreds of megabytes long.
LONG_REPLY = re.compile(rb"-\d{5,}")
NO_SMALL_PLACE = re.compile(rb"#?\d{6,10}")


class Parted:
    """Where what was replayed is not what there was: after which step, and
    what is to be told about it."""

    def __init__(self, step, told):
        self.step = self.last = step
        self.lines = told

    def told(self, _step):
        return ["# " + line for line in self.lines]


class State:
    """What a server holds, as far as it can be asked."""

    def __init__(self, keys, replies):
        self.digest = replies[0][1]
        self.times = {}
        self.streams = {}
        self.values = {}
        replies = iter(replies[1:])
        for database in DATABASES:
            next(replies)
            for key in keys:
                time_, stream, zset, digest = [next(replies) for _ in range(4)]
                if time_[1] != -2:
                    self.times[database, key] = time_[1]
                    self.values[database, key] = value_of(zset, digest)
                if stream[0] == "*":
                    self.streams[database, key] = stream

    @staticmethod
    def questions(keys):
        """What is asked."""
        found = [[b"DEBUG", b"DIGEST"]]
        for database in DATABASES:
            found.append([b"SELECT", b"%d" % database])
            for key in keys:
                found += [[b"PEXPIRETIME", key],
                          [b"XINFO", b"STREAM", key, b"FULL", b"COUNT", b"0"],
                          [b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"],
                          [b"DEBUG", b"DIGEST-VALUE", key]]
        return found

    def difference(self, other, plain):
        """What is not the same, in words; None if all is."""
        if self.times != other.times:
            return first("expires at", self.times, other.times)
        mine, theirs = [{key: plain(info) for key, info in state.streams.items()}
                        for state in (self, other)]
        if mine != theirs:
            return first("XINFO STREAM FULL:", mine, theirs)
        if plain is plain_info:     # of Redis 7.0, which digests other scores
            return first("value", self.values, other.values)
        if self.digest != other.digest:
            return ["DEBUG DIGEST: %s" % self.digest.decode(),
                    "after replay: %s" % other.digest.decode()]
        return None


def value_of(zset, digest):
    """What stands for a value: the numbers of a sorted set, or its digest."""
    if zset[0] != "*":
        return digest
    texts = [item[1] for item in zset[1]]
    return list(zip(texts[::2], map(float, texts[1::2])))


def first(what, mine, theirs):
    """The first key about which two states do not agree."""
    for key in sorted(set(mine) | set(theirs)):
        if mine.get(key) != theirs.get(key):
            told = "database %d, key %r, %s" % (key[0], key[1], what)
            one, two = parts(mine.get(key), theirs.get(key))
            return ["%s %s" % (told, one),
                    "after replay:".rjust(len(told)) + " %s" % two]
    return None


def parts(one, two):
    """The parts of two maps that are not the same."""
    if isinstance(one, dict) and isinstance(two, dict):
        names = [name for name in {**one, **two}
                 if one.get(name) != two.get(name)]
        one, two = [{name: parsed.get(name) for name in names}
                    for parsed in (one, two)]
    return one, two


def exact_info(reply, name=b""):
    """XINFO STREAM FULL without what the clock and the layout say."""
    kind, content = reply
    if kind != "*" or not content:
        return reply
    if content[0] in (("$", b"length"), ("$", b"name")):
        return {key: exact_info(value, key)
                for key, value in fields(reply).items()
                if key not in CLOCK_FIELDS}
    return [exact_info(item, name) for item in content]


def must_not_ask(words):
    """What would hold everything up, or take memory without end."""
    name, lower = words[0].lower(), [word.lower() for word in words]
    if name == b"debug":
        return lower[1:] not in ([b"sleep", b"0"], [b"set-active-expire", b"0"],
                                 [b"set-active-expire", b"1"])
    if name in (b"srandmember", b"hrandfield", b"zrandmember"):
        return any(LONG_REPLY.fullmatch(word) for word in words[2:])
    if name in (b"setbit", b"bitfield", b"setrange"):
        return any(NO_SMALL_PLACE.fullmatch(word) for word in words[2:])
    return False


class Replayed:
    """The server that is asked, and those that load its log."""

    must_not_ask = staticmethod(must_not_ask)

    def __init__(self, command, redis):
        self.main = Logged(command)
        self.reader = Logged(command)
        self.redis = Logged(redis) if redis else None
        self.lines = {}
        self.keys = []
        self.offset = 0

    def servers(self):
        return [one for one in (self.main, self.reader, self.redis) if one]

    def start(self):
        for server in self.servers():
            server.start()

    def stop(self):
        self.forget()
        for server in self.servers():
            server.stop()

    def forget(self):
        for line in self.lines.values():
            line.close()
        self.lines = {}

    def reset(self, steps):
        """Begin a session: no data, and a log that begins here."""
        self.forget()
        for server in self.servers():
            if server.ask([b"PING"], *RESET) is None:
                server.start_anew()
                server.ask(*RESET)
        self.settle()
        with open(self.main.path(), "rb") as file:
            self.offset = file.seek(0, 2)
        self.keys = keys_of(steps)

    def settle(self):
        """Until all that was sent is done; False if the server is gone."""
        return all(self.main.ask([b"PING"]) for _ in range(2))

    def play(self, steps):
        """A Parted, or None."""
        self.reset(steps)
        before = self.state(self.main)
        for at, step in enumerate(steps):
            written = self.size()
            replies = self.send(step)
            if replies is None:
                return Parted(at, ["the server is gone: "
                                   + self.main.fate()])
            now, told = self.compare(self.reader, exact_info)
            told = told or self.kept(step, replies, before, now)
            if told:
                return Parted(at, told + self.shown(written))
            before = now
        if self.redis:
            told = self.compare(self.redis, plain_info)[1]
            if told:
                return Parted(len(steps) - 1, ["redis-server loads our log:"]
                              + told)
        return None

    def send(self, step):
        """Send it, or close; the replies that came, None if the server is no
        more."""
        if step.closes:
            line = self.lines.pop(step.conn, None)
            if line:
                line.close()
            return [] if self.settle() else None
        line = self.lines.get(step.conn)
        if line is None or line.over:
            line = Line(self.main.address, True)
            self.lines[step.conn] = line
        line.write(step.payload(self.number))
        if not self.settle():
            return None
        line.drain()
        return split(line.taken())

    def number(self, conn):
        return self.lines[conn].number if conn in self.lines else 0

    def size(self):
        with open(self.main.path(), "rb") as file:
            return file.seek(0, 2)

    def state(self, server):
        replies = server.ask(*State.questions(self.keys))
        return State(self.keys, replies) if replies else None

    def compare(self, reader, plain):
        """The state of the server, and in what the reader's is another after
        it has loaded the log."""
        for pause in AGAIN:
            time.sleep(pause)
            now, told = self.look(reader, plain)
            if not told:
                break
            # Keys whose time has come go, and it is written down that they do.
            touch = [words for database in range(16) for words in (
                [b"SELECT", b"%d" % database], [b"EXISTS", b"-", *self.keys])]
            self.main.ask(*touch)
        return now, told

    def look(self, reader, plain):
        """One look at both."""
        now = self.state(self.main)
        if now is None:
            return None, ["the server is gone: " + self.main.fate()]
        with open(self.main.path(), "rb") as file:
            file.seek(self.offset)
            data = file.read()
        with open(reader.path(), "wb") as file:
            file.write(data)
        replies = reader.ask([b"DEBUG", b"LOADAOF"])
        then = self.state(reader) if replies == [("+", b"OK")] else None
        if then is None:
            return now, self.no_load(reader, replies)
        return now, now.difference(then, plain)

    def no_load(self, reader, replies):
        """The log does not load."""
        told = ["what was logged does not load: %s" % (
            replies[0][1].decode("utf-8", "replace") if replies
            else reader.fate())]
        told += ["  " + line for line in reader.last_lines(5)[1]]
        reader.start_anew()
        return told

    def kept(self, step, replies, before, now):
        """An error has changed nothing."""
        words = step.words or [b""]
        if not replies or any(not reply.startswith(b"-") for reply in replies):
            return None
        if waits.may_wait(words) or before is None or (
                before.digest == now.digest):
            return None
        # What was there may have expired meanwhile.
        if any(key not in now.times for key in before.times):
            return None
        return ["it answers %r, and yet the data are not those before it"
                % replies[0]] + (before.difference(now, exact_info) or [])

    def shown(self, written):
        """What stands in the log since then."""
        with open(self.main.path(), "rb") as file:
            file.seek(written)
            data = file.read()
        return ["in the log: " + " ".join(map(shown, words))
                for words in commands(data)[:12]] or ["in the log: nothing"]


def keys_of(steps):
    """The words of the session that may be keys; at most so many."""
    found = {}
    for step in steps:
        for word in (step.words or ())[1:]:
            if KEY.fullmatch(word) or word in KEYS:
                found[word] = found.get(word, 0) + 1
    return sorted(found, key=lambda word: -found[word])[:12]


def shown(word):
    text = repr(word)[2:-1]
    return text if len(text) < 80 else text[:76] + "..."
