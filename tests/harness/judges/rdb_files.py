"""The common part of the checkpoints of stage 08: a server that starts from a file made for it, and
the contents of a file that it wrote itself."""

import os
import re
import struct
import time

from .. import rdb_format
from ..bench import about, facts
from ..dissect import Evidence
from ..model import Mismatch, write_file
from .kept import Kept, names_in, wait_loaded
from .talk import must, word
from .values import in_words, keys_are, shown, value_is


# Only a stretch of stage 04 has taught it.
NO_SELECT = "left out, since there is no SELECT: keys in several databases"


def now_ms():
    return int(time.time() * 1000)


class Dump(Kept):
    """A server that keeps its data in a file. data is the file's content before its first start."""

    def __init__(self, bench, *words, data=None):
        self.name = word(bench.random) + ".rdb"
        super().__init__(bench, "--dbfilename", self.name, *words,
                         files={} if data is None else {self.name: data})

    @property
    def path(self):
        return os.path.join(self.root, self.name)

    def read(self):
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def none_there(self, when, due):
        if os.path.exists(self.path):
            raise facts(when, due, "the folder holds: " + names_in(self.root))


class Loaded(Dump):
    """A server that was started from a file: its connection, and the contents of the file. known
    are facts that failures give to the rules."""

    def __init__(self, bench, data, what, broken=False, **known):
        super().__init__(bench, data=data)
        self.data = data
        self.what = what
        self.known = known
        self.parser = rdb_format.parse(data, fields=False)
        if self.parser.damage and not broken:
            raise AssertionError("the file itself is damaged at %d: %s" % (
                self.parser.damage.at, self.parser.damage.why))

    def evidence(self, at):
        return Evidence(self.name, self.data, at)

    def start(self):
        """Starts it; raises Mismatch if it does not start from this file."""
        try:
            super().start("with a file: " + self.what)
        except Mismatch as mismatch:
            alive = self.bench.server.survives(mismatch)
            if alive and not mismatch.facts.get("start"):
                raise
            raise self.ended()
        return self

    def ended(self):
        """Returns the Mismatch of a server that ends when it reads a good file, with the fact
        whether it would have read it without a checksum."""
        server = self.bench.server
        first = min((entry.at for keys in self.parser.databases.values()
                     for entry in keys.values()), default=None)
        found = facts(
            "the server is started with a file: " + self.what,
            "it starts, and has what is in the file",
            "it takes no clients, and goes on running" if server.alive() else
            "it ended: " + server.fate(),
            file=self.evidence(first), refused=True, endless=server.alive(), **self.known)
        found.facts["fate"] = server.fate(), server.last_lines()
        if self.parser.checksum == "right":
            write_file(self.path, self.data[:-8] + bytes(8))
            try:
                self.bench.start(words=self.words)
                wait_loaded(self.bench.connect("A"))
                found.facts["checksum"] = True
                found.facts["file"] = self.evidence(len(self.data) - 8)
            except Mismatch:
                pass
        return found

    def ask(self, key, due, *words):
        """Sends a command about a key, and expects these bytes."""
        self.proved(key, lambda: must(self.conn, due, *words))

    def proved(self, key, test):
        """Runs a test whose failure is about this key of the file, or one that it finds itself."""
        try:
            with about("the server was started with a file: " + self.what,
                       **self.known):
                test()
        except Mismatch as mismatch:
            entry = self.entry(mismatch.facts.pop("key", key))
            if entry is not None:
                mismatch.facts.update(file=self.evidence(entry.at), entry=entry,
                                      expiry_stays=self.behind_past(entry, mismatch))
            raise
        del self.bench.timeline[:]

    def behind_past(self, entry, mismatch):
        """Returns true if a key is missing that has no expiry, and the last expiry in front of
        it is over."""
        if entry.expiry is not None or "missing" not in (mismatch.actual_text or ""):
            return False
        earlier = [each for keys in self.parser.databases.values() for each in keys.values()
                   if each.at < entry.at and each.expiry is not None]
        last = max(earlier, key=lambda each: each.at, default=None)
        return last is not None and last.expiry < now_ms()

    def entry(self, key):
        """Returns the file's entry for a key; None if it has none."""
        for keys in self.parser.databases.values():
            if key in keys:
                return keys[key]
        return None

    def keys(self, database=0):
        return sorted(self.parser.databases.get(database, {}))

    def holds(self, due=None, database=0):
        """Checks that exactly these keys of the file are there; None: all."""
        due = self.keys(database) if due is None else sorted(due)
        self.proved(None, lambda: keys_are(self.conn, due))
        self.ask(None, len(due), "DBSIZE")

    def value(self, *keys):
        for key in keys:
            self.copy_is(key, key)

    def copy_is(self, key, copy):
        """Checks that a copy has the value of a key of the file."""
        kind, value = self.entry(key).type, self.entry(key).value
        self.proved(key, lambda: value_is(
            self.conn, copy, kind,
            reduced(value) if kind == "stream" else value))

    def all_there(self, database=0):
        """Checks its keys, that there are no others, and their values."""
        self.holds(database=database)
        self.value(*self.keys(database))


# Files that a server wrote.

class Swapped(rdb_format.Quick):
    """Reads a file whose writer took FC for seconds and FD for milliseconds."""

    def opcode(self, code, about):
        super().opcode({252: 253, 253: 252}.get(code, code), about)


class BigEndian(rdb_format.Quick):
    """Reads a file whose writer put the highest byte of integers, times and scores first."""

    def little(self, size, what, signed=False):
        return int.from_bytes(self.take(size, what), "big", signed=signed)

    def binary_score(self):
        return struct.unpack(">d", self.take(8, "score"))[0]


OTHER_WAYS = {"swapped": Swapped, "big_endian": BigEndian}


class Written:
    """A file that the server wrote, and its expected contents: due is {database: {key: (type,
    value, expiry)}}."""

    def __init__(self, path, what, due=None, quick=False):
        self.name = os.path.basename(path)
        self.what = what
        self.due = due
        try:
            with open(path, "rb") as file:
                self.data = file.read()
        except OSError as error:
            raise facts(what, "a file %s in the folder of --dir" % self.name,
                        "%s; the folder holds: %s" % (
                            error.strerror, names_in(os.path.dirname(path))))
        self.parser = self.read(rdb_format.Quick if quick
                                else rdb_format.Parser)

    def read(self, way):
        return way(self.data, 0, False).parse()

    def evidence(self, at=None):
        return Evidence(self.name, self.data, at)

    def fail(self, expected, actual, at=None, **known):
        raise facts(self.what, expected, actual, file=self.evidence(at), **known)

    def whole(self, due="a whole RDB file", **known):
        damage = self.parser.damage
        if damage:
            self.fail(due, "at byte %d: %s" % (damage.at, damage.why), damage.at,
                      **known or self.looks(damage))

    def looks(self, damage):
        """Returns the name of a mistake if another way to read it makes sense."""
        if "checksum" in damage.why:
            return {"checksum": True}
        for name, way in OTHER_WAYS.items():
            other = self.read(way).damage
            if not other or "checksum" in other.why:
                return {name: True}
        if turned_length(damage.why):
            return {"turned_length": True}
        return {"partial_file": True} if "the file has" in damage.why else {}

    def check(self):
        """Checks that it is undamaged, and holds no more and no less than expected."""
        self.whole()
        for database in sorted(set(self.due) | set(self.parser.databases)):
            self.keys(database, self.due.get(database, {}),
                      self.parser.databases.get(database, {}))
        return self

    def keys(self, database, due, found):
        where = "" if database == 0 else " in database %d" % database
        for key in sorted(set(found) - set(due)):
            self.fail("no key %s%s in the file" % (shown(key), where),
                      "it is in the file%s" % self.other_database(key, database),
                      found[key].at)
        for key in sorted(due):
            if key not in found:
                self.fail("the key %s%s in the file" % (shown(key), where),
                          "it is not there (the file has %d keys%s)"
                          % (len(found), where))
            self.entry(key, due[key], found[key])

    def other_database(self, key, wrong):
        """Says where a key belongs that was found in this database."""
        right = [number for number, keys in self.due.items() if key in keys]
        return ", in database %d; it belongs into database %d" % (
            wrong, right[0]) if right else ""

    def entry(self, key, due, entry):
        """Checks one key: its type, value and expiry."""
        kind, value, expiry = due
        found = entry.value
        if entry.type == "stream":
            found = reduced(found)
        for mine, came in ((in_words(kind, value), in_words(entry.type, found)
                            if (entry.type, found) != (kind, value) else None),
                           (expiry_words(expiry), expiry_words(entry.expiry)
                            if entry.expiry != expiry else None)):
            if came:
                self.fail("%s: %s" % (shown(key), mine), came, entry.at,
                          **self.turned(key))

    def turned(self, key):
        """Returns true if it is right when the highest byte comes first, or FC and FD change
        places."""
        for name, way in OTHER_WAYS.items():
            for database, keys in self.read(way).databases.items():
                _, value, expiry = self.due.get(database, {}).get(
                    key, (None, None, None))
                if key in keys and (keys[key].value, keys[key].expiry) == (
                        value, expiry):
                    return {name: True}
        return {}


def turned_length(why):
    """Returns true if a string is longer than the file, and would not be if the bytes of its
    length were the other way round."""
    found = re.search(r"(\d+) bytes are due, and the file has (\d+)", why)
    if not found:
        return False
    length, rest = map(int, found.groups())
    return any(length < 1 << 8 * size and int.from_bytes(
        length.to_bytes(size, "big"), "little") <= rest for size in (4, 8)
        if length >= 1 << 16)


def reduced(stream):
    """Returns the part of a stream that every form has: entries, the last ID, groups."""
    return (stream.entries, stream.last, {
        name: (group.last, {ident: row.consumer for ident, row
                            in group.pending.items()})
        for name, group in stream.groups.items()})


def expiry_words(expiry):
    return "no expiry" if expiry is None else "expiry %d ms" % expiry
