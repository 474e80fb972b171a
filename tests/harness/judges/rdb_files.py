"""What the checkpoints of stage 08 share: a server that starts from a file
that was made for it, what it says of the keys in it, and what stands in a
file that it wrote itself."""

import os
import struct
import time

from .. import expect, rdb_format, wire
from ..bench import facts
from ..dissect import Evidence
from ..expect import Array, Bytes
from ..model import Mismatch
from .lists import array, number
from .strings import ask, must

LOADING = b"LOADING"
PATIENCE = 30.0         # seconds for a file to be loaded


def now_ms():
    """The time, in milliseconds since 1970."""
    return int(time.time() * 1000)


class Loaded:
    """A server that was started from a file: its connection, and what is in
    the file. known is what failures are to tell the rules."""

    def __init__(self, bench, data, about, **known):
        self.bench = bench
        self.data = data
        self.about = about
        self.known = known
        self.parser = rdb_format.parse(data, fields=False)
        if self.parser.damage and not known.get("broken"):
            raise AssertionError("the file itself is damaged at %d: %s" % (
                self.parser.damage.at, self.parser.damage.why))
        self.name = "%s.rdb" % word(bench.random)
        self.folder = os.path.realpath(bench.folder({self.name: data}))
        self.words = ["--dir", self.folder, "--dbfilename", self.name]
        self.conn = None

    @property
    def path(self):
        return os.path.join(self.folder, self.name)

    def evidence(self, entry=None, at=None):
        """The part of the file that a key takes, or that is at an offset."""
        if entry is not None:
            return Evidence(self.name, self.data, entry.at, entry.end)
        mark = at if at is not None else 0
        return Evidence(self.name, self.data, max(0, mark - 60), mark + 60,
                        at)

    def start(self, entry=None):
        """Start it; Mismatch if it does not start from this file. The entry
        is what is special about the file."""
        if entry is None:
            entry = first_entry(self.parser)
        del self.bench.timeline[:]
        try:
            self.bench.start(words=self.words)
            self.conn = self.bench.connect("A")
            answers(self.conn)
        except Mismatch as mismatch:
            alive = self.bench.server.survives(mismatch)
            if alive and not mismatch.facts.get("start"):
                raise
            raise self.refused(entry)
        del self.bench.timeline[:]
        return self

    def refused(self, entry):
        """The Mismatch of a server that ends when it reads a good file. Would
        it have read it without a checksum?"""
        found = facts(
            "the server is started with a file: " + self.about,
            "it starts, and has what is in the file",
            "it ended: " + self.bench.server.fate(),
            file=self.evidence(entry), refused=True, **self.known)
        server = self.bench.server
        found.facts["fate"] = server.fate(), server.last_lines()
        if self.parser.checksum == "right":
            with open(self.path, "wb") as file:
                file.write(self.data[:-8] + bytes(8))
            try:
                self.bench.start(words=self.words)
                answers(self.bench.connect("A"))
                found.facts["checksum"] = True
                found.facts["file"] = self.evidence(at=len(self.data) - 8)
            except Mismatch:
                pass
        return found

    def ask(self, key, due, *words):
        """A command about a key; the bytes that are due."""
        self.proved(key, lambda: must(self.conn, due, *words))

    def proved(self, key, test):
        """A test whose failure is about this key of the file."""
        try:
            test()
        except Mismatch as mismatch:
            entry = self.entry(key)
            mismatch.summary = mismatch.summary or "the server was started " \
                "with a file: " + self.about
            mismatch.facts.update(self.known)
            if entry is not None:
                mismatch.facts.update(file=self.evidence(entry), entry=entry)
            raise
        del self.bench.timeline[:]

    def entry(self, key):
        """What the file says of a key; None if it has none."""
        for keys in self.parser.databases.values():
            if key in keys:
                return keys[key]
        return None

    def holds(self, due=None, database=0):
        """Exactly these keys of the file are there; None: all."""
        keys = self.parser.databases.get(database, {})
        due = sorted(keys if due is None else due)
        self.proved(None, lambda: all_keys(self.conn, due, keys, self))
        self.ask(None, number(len(due)), "DBSIZE")

    def value(self, key, copy=None):
        """The key's value is the file's; or that of its copy is."""
        entry = self.entry(key)
        self.proved(key, lambda: value_is(self.conn, copy or key, entry.type,
                                          entry.value))


def word(rng, size=6):
    """Letters."""
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz")
                   for _ in range(size))


def first_entry(parser):
    """The first key of a file; None if it has none."""
    entries = [entry for keys in parser.databases.values()
               for entry in keys.values()]
    return min(entries, key=lambda entry: entry.at, default=None)


def answers(conn):
    """Wait until the server has loaded its file."""
    deadline = time.perf_counter() + PATIENCE
    while True:
        reply = ask(conn, "PING")
        if reply == ("+", b"PONG"):
            return
        loading = reply[0] == "-" and reply[1].startswith(LOADING)
        if not loading or time.perf_counter() > deadline:
            raise conn.mismatch("", expected=b"+PONG\r\n", at=0,
                                actual=wire.encode(reply), ending=None)
        time.sleep(0.01)


def all_keys(conn, due, keys, loaded):
    """KEYS * answers these, in any order."""
    conn.send(wire.request("KEYS", "*"))
    if len(due) <= 8:
        try:
            return conn.due_reply(Array(
                [Bytes(wire.bulk(key)) for key in due], any_order=True))
        except Mismatch as mismatch:
            if due:
                mismatch.facts["entry"] = keys[due[0]]
                mismatch.facts["file"] = loaded.evidence(keys[due[0]])
            raise
    reply = conn.due_reply(expect.read("texts"))
    came = sorted(content for _, content in reply[1])
    if came == due:
        return None
    missing = [key for key in due if key not in set(came)]
    extra = [key for key in came if key not in set(due)]
    entry = keys.get((missing or extra)[0])
    known = {"file": loaded.evidence(entry)} if entry else {}
    raise conn.mismatch(
        "", summary="", expected_text="the %d keys of the file" % len(due),
        ending=None, facts=known, actual_text="%d keys%s%s" % (
            len(came),
            "; missing: " + wire.brief(missing[0], 40) if missing else "",
            "; nobody wrote: " + wire.brief(extra[0], 40)
            if extra else ""))


def ask_reply(conn):
    """The next reply, whatever it is."""
    from ..expect import Typed
    return conn.due_reply(Typed())


def value_is(conn, key, kind, value):
    """The server has this value behind the key."""
    READERS[kind](conn, key, value)


def string_is(conn, key, value):
    must(conn, wire.bulk(value), "GET", key)


def list_is(conn, key, value):
    must(conn, array(value), "LRANGE", key, "0", "-1")


def set_is(conn, key, value):
    conn.send(wire.request("SMEMBERS", key))
    in_any_order(conn, [[member] for member in value], 1)


def hash_is(conn, key, value):
    conn.send(wire.request("HGETALL", key))
    in_any_order(conn, [list(pair) for pair in value.items()], 2)


def in_any_order(conn, rows, width):
    """An array of rows of so many bulk strings each, in any order."""
    reply = ask_reply(conn)
    texts = [content for _, content in reply[1] or []] \
        if reply[0] == "*" else []
    came = [texts[n:n + width] for n in range(0, len(texts), width)]
    if sorted(came, key=repr) == sorted(rows, key=repr):
        return
    left = [row for row in rows if row not in came]
    text = "%d %s, in any order" % (len(rows),
                                    "members" if width == 1 else "fields")
    if left:
        text += "; missing: " + " ".join(wire.brief(part, 30)
                                         for part in left[0])
    raise conn.mismatch("", expected_text=text, at=0, ending=None,
                        actual=wire.encode(reply))


def zset_is(conn, key, value):
    """Members in order, with scores that read back as the same number."""
    conn.send(wire.request("ZRANGE", key, "0", "-1", "WITHSCORES"))
    reply = ask_reply(conn)
    due = sorted(value.items(), key=lambda row: (row[1], row[0]))
    try:
        texts = [content for _, content in reply[1]]
        came = [(member, float(score)) for member, score
                in zip(texts[::2], texts[1::2])]
        if came == due and 2 * len(due) == len(texts):
            return
    except (TypeError, ValueError):
        pass
    raise conn.mismatch(
        "", at=0, ending=None, actual=wire.encode(reply),
        expected_text="members and scores: " + wire.brief(b" ".join(
            b"%s %s" % (member, repr(score).encode())
            for member, score in due), 120))


def text_of(ident):
    """A stream's ID."""
    return b"%d-%d" % ident


def stream_is(conn, key, value):
    """Entries, the last ID, and for each group what is pending."""
    must(conn, nested([[text_of(ident), [text for pair in fields
                                         for text in pair]]
                       for ident, fields in value.entries]),
         "XRANGE", key, "-", "+")
    must(conn, b"-ERR The ID specified in XADD is equal or smaller than the "
         b"target stream top item\r\n", "XADD", key, text_of(value.last),
         "a", "b")
    for name, group in value.groups.items():
        due = [None, None, None, None]
        waiting = sorted(group.pending)
        if waiting:
            owners = sorted({row.consumer for row in group.pending.values()})
            counts = [[owner, b"%d" % sum(
                row.consumer == owner for row in group.pending.values())]
                for owner in owners]
            due = [None, text_of(waiting[0]), text_of(waiting[-1]), counts]
        due[0] = len(waiting)
        must(conn, pending_reply(due), "XPENDING", key, name)


def pending_reply(due):
    """The summary of XPENDING; the list of owners is null if there are
    none."""
    count, first, last, counts = due
    return (b"*4\r\n" + number(count) + wire.bulk(first) + wire.bulk(last)
            + (b"*-1\r\n" if counts is None else nested(counts)))


def nested(items):
    """Lists of lists of bytes as a reply."""
    if isinstance(items, list):
        return b"*%d\r\n" % len(items) + b"".join(map(nested, items))
    return wire.bulk(items)


READERS = {"string": string_is, "list": list_is, "set": set_is,
           "hash": hash_is, "zset": zset_is, "stream": stream_is}


# Files that a server wrote.

class Swapped(rdb_format.Quick):
    """Reads a file whose writer took FC for seconds and FD for
    milliseconds."""

    def opcode(self, code, about):
        super().opcode({252: 253, 253: 252}.get(code, code), about)


class BigEndian(rdb_format.Quick):
    """Reads a file whose writer put the highest byte of integers, times and
    scores first."""

    def little(self, size, what, signed=False):
        return int.from_bytes(self.take(size, what), "big", signed=signed)

    def binary_score(self):
        return struct.unpack(">d", self.take(8, "score"))[0]


class Written:
    """A file that the server wrote, and what should be in it: due is
    {database: {key: (type, value, expiry)}}."""

    def __init__(self, path, what, due, quick=False, **known):
        self.name = os.path.basename(path)
        self.what = what
        self.due = due
        self.known = known
        try:
            with open(path, "rb") as file:
                self.data = file.read()
        except OSError as error:
            raise facts(what, "a file %s in the folder of --dir" % self.name,
                        "%s; the folder holds: %s" % (
                            error.strerror, names_in(os.path.dirname(path))),
                        no_file=True, **known)
        kind = rdb_format.Quick if quick else rdb_format.Parser
        self.parser = kind(self.data, 0, False).parse()

    def fail(self, expected, actual, begin=0, end=0, mark=None, **more):
        raise facts(self.what, expected, actual, file=Evidence(
            self.name, self.data, begin, end, mark), **self.known, **more)

    def check(self):
        """It is whole, and holds what is due: no more and no less."""
        damage = self.parser.damage
        if damage:
            self.fail("a whole RDB file", "at byte %d: %s" % (
                damage.at, damage.why), max(0, damage.at - 60),
                damage.at + 60, damage.at, **self.looks(damage))
        for database in sorted(set(self.due) | set(self.parser.databases)):
            self.keys(database, self.due.get(database, {}),
                      self.parser.databases.get(database, {}))
        return self.parser

    def whole(self, due):
        """It has no damage."""
        damage, size = self.parser.damage, len(self.data)
        if damage:
            self.fail(due, "at byte %d: %s" % (damage.at, damage.why),
                      max(0, size - 60), size, partial_file=True)

    def looks(self, damage):
        """Does another way to read it make sense? Then it is a mistake with
        a name."""
        if "checksum" in damage.why:
            return {"checksum": True}
        for parser, name in ((Swapped, "swapped"), (BigEndian, "big_endian")):
            other = parser(self.data, 0, False).parse()
            if not other.damage or "checksum" in other.damage.why:
                return {name: True}
        if "the file has" in damage.why:
            return {"partial_file": True}
        return {}

    def keys(self, database, due, found):
        """The keys of one database."""
        where = "" if database == 0 else " in database %d" % database
        for key in sorted(set(found) - set(due)):
            self.fail("no key %s%s in the file" % (shown(key), where),
                      "it is in the file", found[key].at, found[key].end)
        for key in sorted(due):
            if key not in found:
                self.fail("the key %s%s in the file" % (shown(key), where),
                          "it is not there (the file has %d keys%s)"
                          % (len(found), where), len(self.data) - 20,
                          len(self.data))
            self.entry(key, due[key], found[key])

    def entry(self, key, due, entry):
        """One key: its type, value and expiry."""
        kind, value, expiry = due
        place = (entry.at, entry.end)
        found = entry.value
        if entry.type == kind == "stream":
            found = reduced(found)
        if entry.type != kind or found != value:
            self.fail("%s: %s" % (shown(key), in_words(kind, value)),
                      in_words(entry.type, found), *place,
                      **self.turned(key))
        if entry.expiry != expiry:
            self.fail("%s: %s" % (shown(key), expiry_words(expiry)),
                      expiry_words(entry.expiry), *place,
                      **self.turned(key))

    def turned(self, key):
        """Is it right if the highest byte comes first, or FC and FD change
        places?"""
        for parser, name in ((BigEndian, "big_endian"),
                             (Swapped, "swapped")):
            other = parser(self.data, 0, False).parse()
            for database, keys in other.databases.items():
                kind, value, expiry = self.due.get(database, {}).get(
                    key, (None, None, None))
                if key in keys and keys[key].expiry == expiry and (
                        keys[key].value == value):
                    return {name: True}
        return {}


def reduced(stream):
    """What every form of a stream tells: entries, the last ID, groups."""
    return (stream.entries, stream.last, {
        name: (group.last, {ident: row.consumer for ident, row
                            in group.pending.items()})
        for name, group in stream.groups.items()})


def names_in(folder):
    """The names in a folder, in words."""
    try:
        return " ".join(sorted(os.listdir(folder))) or "nothing"
    except OSError as error:
        return error.strerror


def shown(key):
    return wire.brief(key, 30)


def expiry_words(expiry):
    return "no expiry" if expiry is None else "expiry %d ms" % expiry


def in_words(kind, value):
    """A value, briefly."""
    if kind == "string":
        return "string " + wire.brief(value, 40)
    if kind == "stream":
        entries, last, groups = value if isinstance(value, tuple) \
            else reduced(value)
        return "stream of %d entries, last ID %d-%d, groups: %s" % (
            (len(entries),) + last + (" ".join(
                "%s (last %d-%d, %d pending)" % (
                    (shown(name),) + given + (len(pending),))
                for name, (given, pending) in groups.items()) or "none",))
    some = value.items() if isinstance(value, dict) else (
        sorted(value) if isinstance(value, set) else value)
    text = " ".join(part_words(part) for part in list(some)[:3])
    return "%s of %d: %s%s" % (kind, len(value), text,
                               " ..." if len(value) > 3 else "")


def part_words(part):
    if isinstance(part, tuple):
        return "%s %s" % tuple(map(part_words, part))
    return wire.brief(part, 20) if isinstance(part, bytes) else repr(part)
