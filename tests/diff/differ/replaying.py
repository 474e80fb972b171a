"""Sessions on a server with a log, which is replayed after each command.

One server is asked, and writes an append-only file. After each command another server,
which has DEBUG LOADAOF, loads what was written since the session began, and must then hold the
same: the digest of all data, each key's expiry, and of streams their groups, consumers
and pending entries. At the end of a session redis-server loads it as well. So a command
that was not logged, or not logged correctly, is identified at once.

Clients may wait, leave, or want no replies. Two PINGs on another connection, one behind
the other, prove that the server has done what it was sent. A command that is answered
with an error must have changed nothing.

"""

import re
import time

from commands.arguments import KEYS
from harness.held import everything, whole_stream

from . import waits
from .excuses import lower
from .excuses_07 import plain_info
from .line import Line
from .log import Logged
from .replies import split

DIGEST = ("DEBUG", "DIGEST")
DATABASES = (0, 1, 2)       # those that the grammar fills
# Commands that put the log into database 0, and the server into none at all.
RESET = [[b"SELECT", b"1"], [b"SET", b"x", b"1"], [b"SELECT", b"0"],
         [b"SET", b"x", b"1"], [b"FLUSHALL"], [b"PING"],
         [b"DEBUG", b"SET-ACTIVE-EXPIRE", b"0"]]
KEY = re.compile(rb"(k|pop:|hll:|lex:|auto:)\d+")
AGAIN = (0.0, 0.02, 0.06)   # seconds; a time may have come between two looks
# Many members, the same ones again and again; and an offset that makes a string
# hundreds of megabytes long.
LONG_REPLY = re.compile(rb"-\d{5,}")
NO_SMALL_PLACE = re.compile(rb"#?\d{6,10}")


class Parted:
    """The replayed data differ from the original: after which step, and what to report.
    """

    def __init__(self, step, told):
        self.step = self.last = step
        self.lines = told

    def told(self, _step):
        return ["# " + line for line in self.lines]


def redis_stream(client, key, _entries):
    """Returns the parts of a stream that Redis 7.0 must have after loading the log."""
    return plain_info(client.ask("XINFO", "STREAM", key, "FULL", "COUNT", "0"))


def state(server, stream=whole_stream):
    """Returns the data of a server: {(database, key): see held}, and the digest of all,
    except for Redis 7.0, whose digest of scores differs; None if it does not answer."""
    try:
        found = everything(server.line, DATABASES, stream)
        if stream is whole_stream:
            found[DIGEST] = server.line.ask(*DIGEST)[1]
    except TypeError:       # there is no reply any more
        return None
    return found


def difference(mine, theirs):
    """Returns the differences in words, or None if there are none."""
    for where in {**mine, **theirs}:
        one, two = mine.get(where), theirs.get(where)
        if one != two:
            told = "%s %r: " % where
            if one and two and where != DIGEST and one[0] == two[0] == "stream":
                one, two = parts(one[1], two[1])
            return [told + "%s" % (one,),
                    "after replay: ".rjust(len(told)) + "%s" % (two,)]
    return None


def parts(one, two):
    """Returns the parts of two maps that are not the same."""
    if isinstance(one, dict) and isinstance(two, dict):
        names = [name for name in {**one, **two}
                 if one.get(name) != two.get(name)]
        one, two = [{name: parsed.get(name) for name in names}
                    for parsed in (one, two)]
    return one, two


def must_not_ask(words):
    """Returns true for a command that would hold everything up, or take huge memory."""
    name, *rest = lower(words)
    if name == b"debug":
        return rest not in ([b"sleep", b"0"], [b"set-active-expire", b"0"],
                            [b"set-active-expire", b"1"])
    if name in (b"srandmember", b"hrandfield", b"zrandmember"):
        return any(LONG_REPLY.fullmatch(word) for word in rest[1:])
    if name in (b"setbit", b"bitfield", b"setrange"):
        return any(NO_SMALL_PLACE.fullmatch(word) for word in rest[1:])
    return False


class Replayed:
    """The server that is asked, and the servers that load its log."""

    must_not_ask = staticmethod(must_not_ask)

    def __init__(self, command, reader, redis):
        self.main = Logged(command)
        self.reader = Logged(reader)
        self.redis = Logged(redis) if redis else None
        self.servers = [one for one in (self.main, self.reader, self.redis)
                        if one]
        self.lines = {}
        self.keys = []
        self.offset = 0

    def start(self):
        for server in self.servers:
            server.start()

    def stop(self):
        self.forget()
        for server in self.servers:
            server.stop()

    def forget(self):
        for line in self.lines.values():
            line.close()
        self.lines = {}

    def reset(self, steps):
        """Begins a session without data, and with a log that begins here."""
        self.forget()
        for server in self.servers:
            if server.ask([b"PING"], *RESET) is None:
                server.start_anew()
                server.ask(*RESET)
        self.settle()
        self.offset = self.main.size()
        self.keys = keys_of(steps)

    def settle(self):
        """Waits until everything that was sent is done. Returns false if the server is
        gone."""
        return all(self.main.ask([b"PING"]) for _ in range(2))

    def play(self, steps):
        """Returns a Parted, or None."""
        self.reset(steps)
        before = state(self.main)
        for at, step in enumerate(steps):
            written = self.main.size()
            replies = self.send(step)
            if replies is None:
                return Parted(at, ["the server is gone: "
                                   + self.main.fate()])
            now, told = self.compare(self.reader, whole_stream)
            told = told or self.kept(step, replies, before, now)
            if told:
                return Parted(at, told + self.shown(written))
            before = now
        if self.redis:
            told = self.compare(self.redis, redis_stream)[1]
            if told:
                return Parted(len(steps) - 1, ["redis-server loads our log:"]
                              + told)
        return None

    def send(self, step):
        """Sends the step, or closes. Returns the replies that came; None if the server
        is gone."""
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

    def compare(self, reader, stream):
        """Returns the state of the server, and how that of the reader differs after it
        has loaded the log."""
        for pause in AGAIN:
            time.sleep(pause)
            now, told = self.look(reader, stream)
            if not told:
                break
            # Keys that have expired are deleted, and their deletion is logged.
            touch = [words for database in range(16) for words in (
                [b"SELECT", b"%d" % database], [b"EXISTS", b"-", *self.keys])]
            self.main.ask(*touch)
        return now, told

    def look(self, reader, stream):
        """Compares both once."""
        now = state(self.main, stream)
        if now is None:
            return None, ["the server is gone: " + self.main.fate()]
        with open(reader.path(), "wb") as file:
            file.write(self.main.written(self.offset))
        replies = reader.ask([b"DEBUG", b"LOADAOF"])
        then = (state(reader, stream) if replies == [("+", b"OK")]
                else None)
        if then is None:
            return now, self.no_load(reader, replies)
        return now, difference(now, then)

    def no_load(self, reader, replies):
        """The log does not load."""
        told = ["what was logged does not load: %s" % (
            replies[0][1].decode("utf-8", "replace") if replies
            else reader.fate())]
        told += ["  " + line for line in reader.last_lines(5)[1]]
        reader.start_anew()
        return told

    def kept(self, step, replies, before, now):
        """Checks that an error has changed nothing."""
        if not replies or any(not reply.startswith(b"-") for reply in replies):
            return None
        if before is None or waits.may_wait(step.words or [b""]):
            return None
        if before[DIGEST] == now[DIGEST] or before.keys() - now.keys():
            return None     # an expired key may go meanwhile
        return ["it answers %r, and yet the data are not those before it"
                % replies[0]] + difference(before, now)

    def shown(self, written):
        """Returns the part of the log since then."""
        return ["in the log: " + " ".join(map(shown, words)) for words
                in self.main.commands(written)[:12]] or ["in the log: nothing"]


def keys_of(steps):
    """Returns words of the session that may be keys, at most this many."""
    found = {}
    for step in steps:
        for word in (step.words or ())[1:]:
            if KEY.fullmatch(word) or word in KEYS:
                found[word] = found.get(word, 0) + 1
    return sorted(found, key=lambda word: -found[word])[:12]


def shown(word):
    text = repr(word)[2:-1]
    return text if len(text) < 80 else text[:76] + "..."
