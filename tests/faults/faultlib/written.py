"""The cases of logs that nobody's server wrote: any command, any tail."""

import os
import re
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(HERE), "diff"))

from differ.replaying import exact_info  # noqa: E402
from differ.tables import TABLES  # noqa: E402
from differ.words import Kinds  # noqa: E402
from harness import wire  # noqa: E402

from . import commands as known  # noqa: E402
from .cases import ALWAYS, case, copy_data  # noqa: E402
from .damage import contents, last_part, read_log  # noqa: E402
from .place import Wrong  # noqa: E402

BEFORE = wire.request("SET", "before", "1")
AFTER = wire.request("SET", "after", "1")
NUMBER = re.compile(rb"[*$](\d+)\r\n")


class Written:
    """A place whose log is written by us."""

    def __init__(self, judge):
        self.judge = judge
        self.empty = judge.place(*ALWAYS)
        self.empty.start()
        if self.empty.finish() != 0:
            raise Wrong("SIGTERM did not end it well: "
                        + self.empty.last_words())
        self.place = judge.place(*ALWAYS)
        self.path = last_part(self.empty).replace(self.empty.data,
                                                  self.place.data)
        self.kept = {}

    def start(self, data):
        """Start on this log: "serves" or "refused"."""
        copy_data(self.empty, self.place)
        with open(self.path, "wb") as file:
            file.write(data)
        self.kept = contents(self.place)
        what, status = self.place.outcome()
        if self.place.crashed():
            raise Wrong("a report: " + self.place.last_words())
        if what == "refused" and status != 1:
            raise Wrong("it ended with status %d: %s"
                        % (status, self.place.last_words()))
        return what

    def refuses(self, data):
        """It must refuse this log, say where, and change nothing."""
        if self.start(data) != "refused":
            raise Wrong("it starts: " + self.place.last_words())
        self.check_refusal()

    def check_refusal(self):
        if contents(self.place) != self.kept:
            raise Wrong("it refuses, and changed the files: "
                        + self.place.last_words())
        said = self.place.said()
        if not self.judge.is_redis and not re.search(
                r"\.incr\..*(offset|byte|position)\D{0,12}\d+", said, re.I):
            raise Wrong("it refuses, and does not say where: "
                        + self.place.last_words())

    def serves(self, data, *keys):
        """It must start on this log, and have these keys."""
        if self.start(data) != "serves":
            raise Wrong("it refuses: " + self.place.last_words())
        self.has(*keys)

    def has(self, *keys):
        gone = [key for key in keys if self.place.ask("EXISTS", key) != (":", 1)]
        if gone:
            raise Wrong("it starts without %s: %s" % (
                ", ".join(map(str, gone[:5])), self.place.last_words()))


def each(tries):
    """Try all of [(name, function)], and raise all that is wrong."""
    failed = []
    for name, function in tries:
        try:
            function()
        except Wrong as wrong:
            failed.append("%s: %s" % (name, wrong))
    if failed:
        raise Wrong("%d of %d: %s" % (len(failed), len(tries), "".join(
            "\n     " + text[:400] for text in failed[:20])))
    return len(tries)


# Any command.

def text_of(words):
    return wire.show(b" ".join(words)[:100])


@case("commands", "each command that the server knows, in a log: those that "
      "change or read data run, no other does anything, and what is passed over "
      "is named; an unknown one, or a wrong number of words, is damage; nothing "
      "leaks",
      redis_fails=r"^\d+ of \d+: ")
def each_command(judge):
    written = Written(judge)
    table = known.Table(ask_table(written))
    good = [words for words in known.plausible() if table.judge(words) == "good"]
    good += drawn(judge, table, judge.rounds(1, 6))
    bad = table.wrong_arity() + [
        words for words in known.plausible() if table.judge(words) != "good"]
    if not judge.full:
        bad = judge.rng.sample(bad, min(30, len(bad)))
    odd = table.implausible()
    tries = alone(written, table, good, judge)
    tries.append(("all in one log", lambda: together(written, table,
                                                     good + odd)))
    tries += [(text_of(words), lambda words=words: written.refuses(
        BEFORE + wire.request(*words) + AFTER)) for words in bad]
    return "%d logs, and one of %d commands" % (each(tries) - 1,
                                                len(good + odd))


def ask_table(written):
    written.start(b"")
    reply = written.place.ask("COMMAND")
    written.place.kill()
    return reply


def drawn(judge, table, times):
    """Good ones from the grammar of the differential tester."""
    grammar = TABLES["09"].grammar
    kinds = Kinds(judge.rng, TABLES["09"].names)
    found = {}
    for pattern in grammar.patterns * (4 * times):
        words = []
        pattern.draw(judge.rng, words, kinds)
        name = table.name(words)
        if (table.judge(words) == "good" and len(found.get(name, ())) < times
                and sum(map(len, words)) < 5000 and not known.is_long(words)):
            found.setdefault(name, []).append(words)
    return sum(found.values(), [])


def alone(written, table, good, judge):
    """Each in a log of its own: all that concern the connection or the server,
    and some of those about data."""
    chosen = [words for words in good if not table.is_data(words)]
    data = [words for words in good if table.is_data(words)]
    chosen += data if judge.full else judge.rng.sample(data, 15)
    return [(text_of(words), lambda words=words: check_one(
        written, table, words)) for words in chosen]


def check_one(written, table, words):
    """A log with this command, between two others."""
    began = time.monotonic()
    data = BEFORE + wire.request(*words) + AFTER
    keys = ["before"] if table.name(words) not in known.FORGETS else []
    if table.name(words) in known.MOVES:
        written.start(data)
    else:
        written.serves(data, "after", *keys)
    if time.monotonic() - began > 5:
        raise Wrong("it took %.1f s" % (time.monotonic() - began))
    if table.is_admin(words) and not names_it(written, words):
        raise Wrong("it does not say that it passed it over: "
                    + written.place.last_words())
    ends_well(written)


def names_it(written, words):
    said = written.place.said().lower().split("made the append", 1)[-1]
    return words[0].decode("latin-1").lower() in said


def ends_well(written):
    """One client is there, without a name, and the server ends as it should."""
    place = written.place
    client = place.client()
    ours, listed = client.ask("CLIENT", "ID"), client.ask("CLIENT", "LIST")
    client.close()
    if ours[0] == ":" and listed[0] == "$" and (
            len(listed[1].strip().split(b"\n")) != 1):
        raise Wrong("somebody else is in CLIENT LIST: %r" % listed[1][:200])
    status = place.finish()
    if status != 0 or place.crashed():
        raise Wrong("it ends with status %s: %s" % (status,
                                                    place.last_words()))


def together(written, table, several):
    """Many in one log."""
    written.serves(b"".join(wire.request(*words) for words in several
                            if table.name(words) not in known.MOVES)
                   + wire.request("SELECT", "0") + AFTER, "after")
    ends_well(written)


@case("once-run", "what runs and changes data is loaded again: PFDEBUG, and "
      "commands whose options stand in another order than usual",
      redis_fails="entries-read")
def once_run(judge):
    return "%d sessions" % each([
        (text_of(session[-1]), lambda session=session: comes_back(
            judge, session)) for session in known.sessions()])


def comes_back(judge, session):
    """Run it, kill the server, start it: the same is there."""
    place = judge.place(*ALWAYS)
    place.start()
    client = place.client()
    for words in session:
        reply = client.ask(*words)
        if reply[0] == "-":
            raise Wrong("it answers %r to %s" % (reply[1], text_of(words)))
    before = held(client)
    client.close()
    place.kill()
    place.start()
    client = place.client()
    after = held(client)
    client.close()
    place.close()
    for key in before:
        if before[key] != after.get(key):
            raise Wrong("%r is %r, and was %r" % (key, after.get(key),
                                                  before[key]))


def held(client):
    """All keys with what they hold, as bytes or, of a stream, in words."""
    found = {}
    for _, key in client.ask("KEYS", "*")[1]:
        value = client.ask("XINFO", "STREAM", key, "FULL")
        if value[0] == "-":
            value = client.ask("DUMP", key)
        found[key] = exact_info(value), client.ask("PEXPIRETIME", key)
    return found


# Tails.

def acknowledged(count, size=6):
    """So many commands, and the keys that they make."""
    keys = ["key%d" % n for n in range(count)]
    return b"".join(wire.request("SET", key, "v" * size)
                    for key in keys), keys


NO_TAILS = (b"*hello world\n", b"*hello world\r\n", b"hello\r\n", b"*3\r\nxx",
            b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\nxx", b"$5\r\nhello\r\n",
            b"*3\n", b"*3\r\n$3\n", b"*3\r\n$3\r\nSET\n", b"*-1\r\n", b"*03\r\n",
            b"*3\r\n$03\r\n", b"*3\r\n$-1\r\n", b"*3\r\n$3\r\nSETTED\r\n",
            b"*99999999999999999999", b"*1\r\n$99999999999999999999",
            b"*+3\r\n", b"* 3\r\n", b"*3 \r\n", b"*1\r\r\n", b"\0\0\0\0",
            b"\r\n", b"\n", b" ", b"+OK\r\n", b"SET k v\r\n")


@case("no-tail", "an end that can no longer become a command, or a log whose "
      "lines end in LF, is damage: refused, and the file is not touched",
      redis_fails=r"^\d+ of \d+: ")
def no_tail(judge):
    written = Written(judge)
    data, keys = acknowledged(12)
    written.serves(data, *keys)
    tries = [("a log that ends in %s" % wire.show(tail), lambda tail=tail:
              written.refuses(data + tail)) for tail in NO_TAILS]
    last = len(read_log(data)) - 1
    for at in (0, 5, last):
        began = read_log(data)[at].start
        changed = data[:began] + data[began:].replace(b"\r\n", b"\n")
        tries.append(("lines that end in LF from command %d on" % at,
                      lambda changed=changed: written.refuses(changed)))
    for at in (0, 5, last):
        began, ended = read_log(data)[at].start, read_log(data)[at].end
        changed = (data[:began] + data[began:ended].replace(b"\r\n", b"\n")
                   + data[ended:])
        tries.append(("lines that end in LF in command %d" % at,
                      lambda changed=changed: written.refuses(changed)))
    return "%d ends" % each(tries)


def texts():
    """Values that hold commands."""
    some, _ = acknowledged(4)
    whole = (wire.request("SELECT", "0") + some + wire.request("MULTI")
             + wire.request("DEL", "key0", "key1") + wire.request("EXEC")
             + wire.request("FLUSHALL"))
    return {
        "a log": whole,
        "a log behind a line end": b"\r\n" + whole,
        "short commands": b"\r\n" + wire.request("PING") * 40,
        "a line and a log": b"# what was done\r\n" + whole,
        "lengths without end": b"$20\r\n\r\n*2147483647\r\n$0\r\n\r\n" * 12,
        "its own beginning": b"*3\r\n$3\r\nSET\r\n$4\r\nnote\r\n$5\r\n" * 6,
    }


@case("torn-text", "the write of a value that holds whole commands is cut off "
      "anywhere: it starts, and has all that stands before",
      redis_fails="it refuses")
def torn_text(judge):
    written = Written(judge)
    before, keys = acknowledged(3)
    tries = []
    for what, text in texts().items():
        whole = wire.request("SET", "note", text + b"; the end")
        cuts = range(1, len(whole))
        ends = [at for at in cuts if whole[:at].endswith(b"\r\n")]
        if not judge.full:
            cuts = sorted(set(judge.rng.sample(cuts, 10)
                              + judge.rng.sample(ends, min(8, len(ends)))))
        for cut in cuts:
            data = before + whole[:cut]
            if not swallows(data, len(before)):
                tries.append(("%s, cut at byte %d" % (what, cut),
                              lambda data=data: torn_starts(
                                  written, data, len(before), keys)))
    return "%d cuts" % each(tries)


def torn_starts(written, data, good, keys):
    """All before the torn command is there, and nothing of it is left."""
    written.serves(data, *keys)
    if written.place.ask("DBSIZE") != (":", len(keys)):
        raise Wrong("it has more than stands before the cut")
    size = os.path.getsize(written.path)
    if size != good:
        raise Wrong("%d bytes are left of the log, where %d are right"
                    % (size, good))


def swallows(data, start):
    """Would all from a command on be whole, with other commands behind it, if
    one digit of a length in it were another? Then nobody can tell whether it
    was cut off, or swallows them."""
    at, end = start, len(data)
    while True:
        found = NUMBER.match(data, at)
        if not found:
            return False
        for place in range(found.start(1), found.end(1)):
            for digit in b"0123456789":
                other = bytearray(data[start:])
                other[place - start] = digit
                if bytes(other) != data[start:] and many(bytes(other)):
                    return True
        at = found.end()
        if data[found.start():found.start() + 1] == b"$":
            at += int(found[1]) + 2
        if at >= end:
            return False


def many(data):
    """Is this a log of two commands or more?"""
    try:
        return len(read_log(data)) > 1 and read_log(data)[-1].end == len(data) \
            and data.endswith(b"\r\n")
    except Wrong:
        return False


@case("long-tail", "the time to start on a torn value of 4 MB that looks like "
      "commands grows with the file and no faster")
def long_tail(judge):
    written = Written(judge)
    before, keys = acknowledged(3)
    took = {}
    for what, text in (("plain", b"x" * 30), (
            "hostile", b"$20\r\n\r\n*2147483647\r\n$0\r\n\r\n"),
            ("a log", acknowledged(20)[0])):
        for size in (1 << 19, 1 << 22):
            value = (text * (size // len(text) + 1))[:size]
            data = before + wire.request("SET", "note", value)[:-size // 100]
            began = time.monotonic()
            try:
                written.serves(data, *keys)
            except Wrong as wrong:
                raise Wrong("%s, %d KB: %s" % (what, size >> 10, wrong))
            took[what, size] = time.monotonic() - began
    small, large = (max(took[what, size] for what in ("hostile", "a log"))
                    for size in (1 << 19, 1 << 22))
    plain = took["plain", 1 << 22]
    if large > 2 + 10 * plain or large > 1 + 24 * small:
        raise Wrong("0.5 MB took %.2f s, 4 MB %.2f s; without any commands in "
                    "it %.2f s" % (small, large, plain))
    return "0.5 MB in %.2f s, 4 MB in %.2f s" % (small, large)


def headers(entry, data):
    """The places of a command's bytes that are none of its words."""
    places, at = [], entry.start
    while at < entry.end:
        found = NUMBER.match(data, at)
        places += range(at, found.end())
        at = found.end()
        if data[found.start():found.start() + 1] == b"$":
            size = int(found[1])
            places += (at + size, at + size + 1)
            at += size + 2
    return places


@case("swallowed", "one bit flipped in a length or a line end, with whole "
      "commands behind it: refused, and the file is not touched",
      redis_fails=r"^\d+ of \d+: ")
def swallowed(judge):
    written = Written(judge)
    data = b"".join(wire.request(*words) for words in (
        ("SET", "a", "v" * 33), ("RPUSH", "b", "1", "2"),
        ("SET", "c", "v" * 1100), ("SADD", "d", "x" * 13), ("DEL", "e"),
        ("SET", "f", "v" * 25), ("SET", "g", "1"), ("RPUSH", "h", "v" * 12),
        ("SET", "i", "v" * 10), ("PING",)))
    written.serves(data, *"abcdfghi")
    flips, others = [], []
    for entry in read_log(data)[:-1]:
        for place in headers(entry, data):
            for bit in range(8):
                changed = data[place] ^ 1 << bit
                both = chr(data[place]).isdigit() and chr(changed).isdigit()
                # A value may end just where another command does: then the
                # file is as good as before.
                if not many(flipped(data, place, bit)):
                    (flips if both else others).append((place, bit))
    if not judge.full:
        flips = judge.rng.sample(flips, min(70, len(flips)))
        others = judge.rng.sample(others, 40)
    tries = [("byte %d, bit %d" % flip, lambda flip=flip: written.refuses(
        flipped(data, *flip))) for flip in flips + others]
    return "%d flips" % each(tries)


def flipped(data, place, bit):
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


@case("half-done", "a transaction in a log: cut off anywhere, nothing of it is "
      "done and the log ends before its MULTI; with a flipped bit in the name "
      "of MULTI or EXEC, or in their lengths, nothing that follows is lost",
      redis_fails=r"^\d+ of \d+: ")
def half_done(judge):
    written = Written(judge)
    before, keys = acknowledged(3)
    inside = (wire.request("SET", "in1", "1") + wire.request("RPUSH", "in2", "1")
              + wire.request("DEL", "key0"))
    begin, end = wire.request("MULTI"), wire.request("EXEC")
    whole = before + begin + inside + end
    behind = wire.request("SET", "out1", "1") + wire.request("SET", "out2", "1")
    tries = []
    cuts = range(len(before) + 1, len(whole))
    for cut in cuts if judge.full else judge.rng.sample(cuts, 30):
        tries.append(("cut at byte %d" % cut, lambda cut=cut: torn_starts(
            written, whole[:cut], len(before), keys)))
    all_keys = keys[1:] + ["in1", "in2", "out1", "out2"]
    for name, start, size in (
            ("MULTI", len(before), len(begin)),
            ("EXEC", len(whole) - len(end), len(end))):
        places = [(start + at, bit) for at in range(size) for bit in range(8)]
        chosen = places if judge.full else judge.rng.sample(places, 40)
        for place, bit in chosen:
            tries.append(("bit %d of byte %d of %s" % (bit, place - start, name),
                          lambda place=place, bit=bit: all_or_refused(
                              written, flipped(whole + behind, place, bit),
                              all_keys)))
    return "%d cuts and flips" % each(tries)


def all_or_refused(written, data, keys):
    """It is refused, or all is there: a capital that became small."""
    if written.start(data) == "refused":
        written.check_refusal()
    else:
        written.has(*keys)
