"""A replication link, on which the judge is one of the two: it follows the
server that is judged, as a replica, or leads it, as its primary.

Both count the bytes of the stream, and a Ledger is that account: all that came
or went behind the file, command by command, with the offset before and after.
A Link is a connection with its ledger. What a primary sends unasked (PING,
SELECT 0, the question for an offset) and a replica every second (its offset) is
passed over where something else is due, but it is counted.
"""

import collections
import os
import re
import time

from . import expect, rdb_format, wire
from .dissect import Evidence
from .model import Mismatch
from .transport import Listener, Wait

FULL = re.compile(rb"\+FULLRESYNC ([0-9a-zA-Z]{40}) (-?[0-9]+)\r\n")
PARTIAL = re.compile(rb"\+CONTINUE( [0-9a-zA-Z]{40})?\r\n")
GETACK = [b"REPLCONF", b"GETACK", b"*"]
UNASKED = ([b"PING"], [b"SELECT", b"0"], GETACK)
SHOWN = 9               # rows of a ledger, counted from the end
MARK = 40               # bytes of the mark that ends a file of unknown length
BEHIND = 0.12           # seconds in which a line end behind the file is here
SNAPSHOT = 4            # times as long as for a reply: until the file is here
AT_ONCE = 0.5           # seconds; an offset that comes later was told unasked
SECOND_LOOK = 1.5       # in which a replica that tells its offset tells it again


class Segment(collections.namedtuple("Segment", "before data words")):
    """Some bytes of the stream: a command, or a part of one."""

    @property
    def after(self):
        return self.before + len(self.data)


class Ledger:
    """An account of what the stream has brought so far. base is the offset of the file."""

    def __init__(self, base=0):
        self.base = base
        self.segments = []

    @property
    def offset(self):
        return self.segments[-1].after if self.segments else self.base

    def add(self, data, words=None):
        """Adds the next bytes, which are this command; None for a part of one."""
        self.segments.append(Segment(self.offset, data, words))

    def due_ack(self):
        """Returns the offset that answers the last GETACK, which is that before it.
        None if nobody has asked."""
        for segment in reversed(self.segments):
            if segment.words and upper(segment.words) == GETACK:
                return segment.before
        return None

    def is_end(self, offset):
        """Returns true if the file, or a command of the stream, ends there."""
        return offset == self.base or any(
            offset == segment.after for segment in self.segments)

    def lines(self, due=None):
        """Returns the account as text. due is the offset that an answer should have
        had: the rows that count for it are marked."""
        rows = ["     before   bytes    after"]
        if len(self.segments) > SHOWN:
            rows.append("            (%d before these)"
                        % (len(self.segments) - SHOWN))
        for segment in self.segments[-SHOWN:]:
            text = " ".join(map(in_short, segment.words)) if segment.words \
                else wire.brief(segment.data, 24) + " (not whole)"
            if due is not None and segment.words \
                    and upper(segment.words) == GETACK:
                mark = "<- asks" if segment.before == due else ""
            else:
                mark = ""
            text = text if len(text) <= 38 else text[:35] + "..."
            rows.append(("  %9d %7d %8d  %s" % (
                segment.before, len(segment.data), segment.after,
                text.ljust(38) + "  " + mark)).rstrip())
        return rows


def in_short(word):
    text = wire.show(word or b"")[1:-1]
    return text if text and " " not in text else '"%s"' % text


def upper(words):
    """Returns a command in a form in which case does not matter."""
    return [(word or b"").upper() for word in words]


def read_words(data):
    return next(wire.requests(data), [])


def first_other(wanted, data):
    """Returns the place of the first byte that is not the one that is wanted."""
    return len(os.path.commonprefix([wanted, data]))


def is_ack(words):
    """Returns true if it is a replica's report of its offset."""
    return upper(words[:2]) == [b"REPLCONF", b"ACK"] and len(words) > 2


class Link:
    """A connection that is a replication link. side is "lead" if the judge is the
    primary, "follow" if it is a replica; a "target" gets keys by MIGRATE."""

    def __init__(self, conn, side):
        self.conn = conn
        self.side = side
        self.ledger = None          # from the file, or the CONTINUE, on
        self.history = b""          # the ID of what the stream is a part of
        self.asked = None           # the offset that our PSYNC asked for
        self.behind_file = False    # nothing has come since the file

    # The handshake, for sessions that are about something else.

    def greet(self):
        """Answers everything that a replica asks for before its PSYNC, which stays to
        be read."""
        conn = self.conn
        deadline = time.perf_counter() + conn.limits.reply
        while True:
            words, data = self.command(HANDSHAKE, deadline, conn.limits.reply)
            if upper(words[:1]) == [b"PING"]:
                conn.send(b"+PONG\r\n")
            elif upper(words[:1]) in ([b"REPLCONF"], [b"AUTH"]):
                conn.send(b"+OK\r\n")
            elif upper(words[:1]) == [b"PSYNC"]:
                conn.buf[:0] = data
                return
            else:
                raise self.wrong("", HANDSHAKE, data)

    def shake_hands(self):
        """Sends what a replica sends; the reply to PSYNC is still to come."""
        for words, due in ((("PING",), b"+PONG\r\n"),
                           (("REPLCONF", "listening-port", "6380"), b"+OK\r\n"),
                           (("REPLCONF", "capa", "psync2"), b"+OK\r\n")):
            self.conn.send(wire.request(*words))
            self.conn.due_bytes(due)
        self.conn.send(wire.request("PSYNC", "?", "-1"))

    # The judge as the sender.

    def sends(self, data):
        """Counts bytes that go to the server, as far as they belong to the stream."""
        if self.side == "follow":
            for words in wire.requests(data):
                if upper(words[:1]) == [b"PSYNC"] and len(words) == 3 \
                        and words[2].isdigit():
                    self.asked = int(words[2]) - 1
            return
        full = FULL.match(data)
        if full:
            self.history = full.group(1)
            self.ledger = Ledger(int(full.group(2)))
            return self._count(without_file(data[full.end():]))
        partial = PARTIAL.match(data)
        if partial:
            self.ledger = self.ledger or Ledger()
            return self._count(data[partial.end():])
        if data[:1] == b"$" and not (self.ledger and self.ledger.segments):
            data = without_file(data)
        if self.ledger:
            self._count(data)

    def _count(self, data):
        at = 0
        for reply, end in wire.replies(data):
            if reply[0] != "*":
                break
            self.ledger.add(data[at:end], list(wire.plain(reply) or []))
            at = end
        if data[at:]:
            self.ledger.add(data[at:])

    # The judge as the receiver.

    def answered(self, data):
        """Takes the reply to our PSYNC, which says from where on the stream counts."""
        full = FULL.fullmatch(data)
        if full:
            self.history = full.group(1)
            self.ledger = Ledger(int(full.group(2)))
        elif PARTIAL.fullmatch(data):
            self.ledger = Ledger(self.asked or 0)

    def due_full(self):
        """Expects the reply to PSYNC that announces a file. Returns the ID of the
        history."""
        data = wire.encode(self.conn.due_reply(expect.read("simple")))
        if not FULL.fullmatch(data):
            raise self.wrong("", "+FULLRESYNC, the ID of the history (40 letters "
                             "and digits) and its offset", data)
        self.answered(data)
        return "+", self.history

    def due_file(self, pairs=()):
        """Expects the file with the server's data. Line ends may come before it, but
        none behind it. These keys must be in it."""
        conn, limit = self.conn, self.conn.limits.reply * SNAPSHOT
        self._wait(lambda: self._lives() or b"\n" in conn.buf, FILE_DUE, limit)
        head = bytes(conn.buf[:conn.buf.find(b"\n") + 1])
        size = re.fullmatch(rb"\$([0-9]+)\r\n", head)
        mark = re.fullmatch(rb"\$EOF:(.{%d})\r\n" % MARK, head)
        if not size and not mark:
            raise self.wrong("no length of a file", FILE_DUE, conn.gather(400))
        conn.take(len(head))
        data = self._bytes(int(size.group(1)), limit) if size else \
            self._up_to(mark.group(1), limit)
        self.behind_file = True
        self._is_file(data, dict(pairs))

    def _bytes(self, count, limit):
        self._wait(lambda: len(self.conn.buf) >= count, FILE_DUE, limit,
                   "the file was announced with %d bytes" % count)
        return self.conn.take(count)

    def _up_to(self, mark, limit):
        self._wait(lambda: mark in self.conn.buf, FILE_DUE, limit,
                   "the file was to end with the mark that its head told")
        data = self.conn.take(self.conn.buf.find(mark))
        self.conn.take(len(mark))
        return data

    def _is_file(self, data, pairs):
        """Returns true if it can be read and holds these keys."""
        parser = rdb_format.parse(data, fields=False)
        if parser.damage:
            self._wrong_file(data, parser.damage.why, parser.damage.at)
        keys = parser.databases.get(0, {})
        for key, value in pairs.items():
            if key not in keys:
                self._wrong_file(data, "the key %s is not in it" % wire.show(key),
                                 empty_file=not any(parser.databases.values()))
            if keys[key].value != value:
                self._wrong_file(data, "%s has the value %s, %s is due" % (
                    wire.show(key), keys[key].value, wire.show(value)))

    def _wrong_file(self, data, why, at=None, **more):
        raise self.conn.mismatch(
            "", summary="the file of %d bytes came whole" % len(data),
            expected_text="an RDB file with what the server holds",
            actual_text=why, ending=None, facts=dict(
                self.facts(), **more, file=Evidence("the file", data, at)))

    def due_command(self, node):
        """Expects a command that the node accepts."""
        due = node.describe()
        limit = self.conn.limits.reply * Listener.PATIENCE
        deadline = time.perf_counter() + limit
        while True:
            words, data = self.command(due, deadline, limit)
            if node.fits(words):
                return words
            if not self.is_unasked(words):
                raise self.wrong(node.why_not(words), due, data)

    def due_ack(self):
        """Expects the replica's report of the offset that it had before it was asked.
        The reports of each second may come before that, and are smaller."""
        due = self.ledger.due_ack()
        wanted = wire.request("REPLCONF", "ACK", "%d" % (
            self.ledger.offset if due is None else due))
        limit = self.conn.limits.reply
        deadline = time.perf_counter() + limit
        earlier = None
        while True:
            try:
                words, data = self.command(wire.show(wanted), deadline, limit)
            except Mismatch as mismatch:
                if earlier and mismatch.ending == "silence":
                    raise self._wrong_ack(wanted, due, *earlier)
                mismatch.expected = wanted
                mismatch.at = first_other(wanted, mismatch.actual or b"")
                mismatch.facts.update(self.facts(due))
                raise
            if is_ack(words) and words[2] == read_words(wanted)[2]:
                return
            if not self._is_earlier(words, due):
                late = time.perf_counter() - self.conn.sent_at > AT_ONCE
                raise self._wrong_ack(wanted, due, *(
                    earlier if earlier and late else (words, data)))
            earlier = words, data
            deadline = min(deadline, time.perf_counter() + SECOND_LOOK)

    def _is_earlier(self, words, due):
        """Returns true if it may have been sent before the question was read."""
        return (is_ack(words) and words[2].isdigit() and due is not None
                and int(words[2]) < due and self.ledger.is_end(int(words[2])))

    def _wrong_ack(self, wanted, due, words, data):
        known = self.facts(due)
        if is_ack(words) and words[2].isdigit():
            known["told"] = int(words[2])
            known["took"] = time.perf_counter() - self.conn.sent_at
        return self.conn.mismatch("", expected=wanted, at=first_other(wanted, data),
                                  actual=data, ending=None, facts=known)

    def is_unasked(self, words):
        """Returns true if it may come at any time."""
        if self.side == "lead":
            return self.ledger is not None and is_ack(words)
        return self.side == "follow" and upper(words) in UNASKED

    def command(self, due, deadline, limit):
        """Returns the next command that the server sends here: (words, bytes). A
        follower counts it."""
        conn = self.conn
        try:
            self._wait(lambda: self._lives() or self._next(), due, limit,
                       deadline=deadline)
        except wire.Malformed as error:
            note = "a command begins with *" if error.at == 0 else error.why
            raise self.wrong(note, due, conn.gather(400), error.at)
        (kind, items), size = self._next()
        data = conn.take(size)
        if kind != "*" or not items or any(
                inner != "$" or text is None for inner, text in items):
            raise self.wrong("no command: an array of bulk strings is one", due,
                             data)
        words = [text for _, text in items]
        self.behind_file = False
        if self.side == "follow" and self.ledger:
            self.ledger.add(data, words)
        return words, data

    def _lives(self):
        """Returns false for line ends, which only show that the other side is alive."""
        while self.conn.buf[:1] == b"\n":
            self.conn.take(1)
        return False

    def _next(self):
        """Returns what comes next, parsed, and its size; None if it is not complete
        yet."""
        try:
            return wire.parse(self.conn.buf)
        except wire.Incomplete:
            return None

    def due_nothing(self):
        """Expects nothing but what may come at any time."""
        conn = self.conn
        conn.receive(time.perf_counter() + 0.001)
        while conn.buf:
            self.nothing_behind_file()
            words, data = self.command(NOTHING, time.perf_counter() + 0.2, 0.2)
            if not self.is_unasked(words):
                raise self.wrong("nothing is due here", NOTHING, data)
        if conn.ending:
            raise self.wrong("", NOTHING, b"", ending=conn.ending)

    def nothing_behind_file(self):
        """Checks that no line end stands behind the file."""
        if self.behind_file and not self.conn.silent(BEHIND) \
                and self.conn.buf[:2] == wire.CRLF:
            raise self.wrong(
                "the file has no line end behind it", "nothing, or a command",
                self.conn.gather(64),
                summary="the file was right, but something stands behind it")

    # Failures.

    def _wait(self, ready, due, limit, summary="", deadline=None):
        """Waits until something is true; raises a Mismatch if it does not become so."""
        conn = self.conn
        wait = Wait(conn.limits, limit=deadline - time.perf_counter() if deadline else limit)
        while not ready():
            if not conn.await_more(wait):
                came = conn.take(len(conn.buf))
                raise self.wrong("", due, came, len(came), summary=summary,
                                 waited=limit, ending=conn.ending or "silence")

    def wrong(self, note, due, actual, at=0, **fields):
        fields.setdefault("ending", None)
        return self.conn.mismatch(note, expected_text=due, actual=actual, at=at,
                                  facts=self.facts(), **fields)

    def facts(self, due=None):
        """Returns the facts that a failure on this link shows, and rules look at."""
        known = {"link": self.side, "behind_file": self.behind_file}
        if self.ledger is not None:
            known.update(ledger=self.ledger, offset_due=due)
        return known


FILE_DUE = "a file: $ and its length, \\r\\n, and so many bytes of an RDB file"
HANDSHAKE = "PING, REPLCONF or PSYNC: the handshake of a replica"
NOTHING = "nothing: no command is due on this link"


def without_file(data):
    head = re.match(rb"\n*\$([0-9]+)\r\n", data)
    if head:
        return data[head.end() + int(head.group(1)):]
    head = re.match(rb"\n*\$EOF:(.{%d})\r\n" % MARK, data)
    return data[head.end():].partition(head.group(1))[2] if head else data
