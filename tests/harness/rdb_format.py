"""RDB files, field by field, and their meaning.

Parser(data).parse() reads versions 1 to 12. Its results:

    parser.fields     Field(at, size, depth, text, value, block) in order
    parser.databases  {number: {key: Entry(type, value, expiry, ...)}}
    parser.damage     None, or the Damage that ended it
    parser.end        the offset behind the last byte that was read

Damage is not raised: everything before it has been read, and stays. The value of an entry is bytes,
a list, a set, a dict (hash: field to value; zset: member to float), or a Stream. An expiry is in
milliseconds since 1970, or None. What modules write is damage here: nobody judges it.

Layout: https://rdb.fnordig.de/file_format.html describes most of the older part.
"""

import collections
import dataclasses
import struct

from . import rdb_blocks
from .fields import Damage, Forms, Reader
from .rdb_codec import crc64, lzf_unpack

MAGIC = b"REDIS"
NEWEST = 12
CHECKED = 5             # the first version with a checksum behind its end
FOREVER = (1 << 64) - 1

# A key. form is how the value was written; at is where, with the opcodes before it
# that are about it.
Entry = collections.namedtuple("Entry", "type value expiry form at idle freq")
Pending = collections.namedtuple("Pending", "consumer delivered count")
# How a string, or a number that stands for itself, begins: see fields.Form.
STRINGS = Forms(
    "length, and no string",
    (0x00, 0x3f, 0, "big", "string", 6), (0x40, 0x7f, 1, "big", "string", 14),
    (0x80, 0x80, 4, "big", "string", 32), (0x81, 0x81, 8, "big", "string", 64),
    (0xc0, 0xc0, 1, "little", "integer", 8),
    (0xc1, 0xc1, 2, "little", "integer", 16),
    (0xc2, 0xc2, 4, "little", "integer", 32), (0xc3, 0xc3, 0, "big", "LZF", 0))


@dataclasses.dataclass
class Stream:
    """The contents of a stream. An ID is a pair (ms, seq)."""

    entries: list = dataclasses.field(default_factory=list)  # [(id, [(field, value), ...])]
    last: tuple = (0, 0)
    groups: dict = dataclasses.field(default_factory=dict)   # {name: Group}


@dataclasses.dataclass
class Group:
    """A group of a stream's consumers."""

    last: tuple
    read: int                   # None: unknown
    pending: dict = dataclasses.field(default_factory=dict)     # {id: Pending}
    consumers: dict = dataclasses.field(default_factory=dict)   # {name: (seen, active)} in ms


OPCODES = {
    244: "SLOT-INFO", 245: "FUNCTION", 248: "IDLE", 249: "FREQ", 250: "AUX", 251: "RESIZEDB",
    252: "EXPIRETIME-MS", 253: "EXPIRETIME", 254: "SELECTDB", 255: "EOF",
}
# The numbers behind those that have nothing else.
NUMBERS = {244: ("slot", "keys", "of them with an expiry"),
           251: ("keys", "of them with an expiry")}


class Parser(Reader):
    """A whole file. With deep the elements of blocks are fields, too."""

    checks = True           # the checksum

    def __init__(self, data, at=0, sink=None, deep=False):
        self.fields = []
        super().__init__(data, at, self.fields.append if sink is None
                         else sink)
        self.deep = deep
        self.begin = at
        self.version = None
        self.databases = {}
        self.damage = None
        self.checksum = None    # "right", "off", or None: there is none
        self.end = at

    # Numbers, strings and blocks.

    def length(self, what):
        """Reads (form, number) of a length that stands for itself."""
        begin = self.at
        form, number = self.form(STRINGS, what)
        if form.kind != "string":
            raise Damage(begin, "%s: a number is due, %02x announces a string "
                         "in special form" % (what, form.low))
        return form, number

    def number(self, what):
        begin = self.at
        form, number = self.length(what)
        self.note(begin, "%s %d (%d bits)" % (what, number, form.bits))
        return number

    def count(self, what, least=1):
        """Reads how many items follow, each of which has at least that many bytes."""
        begin = self.at
        number = self.number(what)
        if number * least > self.left():
            raise Damage(begin, "%s %d: more than the %d bytes that follow "
                         "can hold" % (what, number, self.left()))
        return number

    def many(self, what, read, least=1):
        """Reads their number, and what read() makes of each."""
        return [read() for _ in range(self.count(what, least))]

    def string(self, what):
        """Reads a string in any form, as bytes."""
        return self.string_at(what)[0]

    def string_at(self, what):
        """Returns (bytes, offset of the first in the file or None)."""
        begin = self.at
        form, number = self.form(STRINGS, what)
        if form.kind == "LZF":
            return self.lzf(begin, what), None
        if form.kind == "integer":
            value = b"%d" % number
            self.note(begin, "%s: integer (%d bits)" % (what, form.bits), value)
            return value, None
        self.note(begin, "%s: length %d (%d bits)" % (what, number, form.bits))
        begin, value = self.at, bytes(self.take(number, what))
        self.note(begin, what, value)
        return value, begin

    def lzf(self, begin, what):
        """Reads a compressed string, behind its first byte."""
        packed, size = [self.length(what)[1] for _ in range(2)]
        self.note(begin, "%s: LZF, %d bytes from %d" % (what, size, packed))
        begin = self.at
        data = self.take(packed, what)
        if size > 32 * 1024 * max(1, packed):
            raise Damage(begin, "%s: %d bytes from %d are more than LZF can "
                         "give" % (what, size, packed))
        try:
            value = lzf_unpack(data, size)
        except Damage as damage:
            raise Damage(begin + damage.at, what + ": " + damage.why)
        self.note(begin, what, value)
        return value

    def in_block(self, kind):
        """Reads the elements of a block that a string holds."""
        begin = self.at
        data, base = self.string_at(kind)
        try:
            return rdb_blocks.read(
                kind, data, 0, self.sink if self.deep else None,
                self.depth + 1, base or 0, data if base is None else None)
        except Damage as damage:
            if base is None:
                raise Damage(begin, "%s: %s (byte %d of the unpacked block)"
                             % (kind, damage.why, damage.at))
            raise Damage(base + damage.at, "%s: %s" % (kind, damage.why))

    def told(self, text, read, *words):
        """Returns the result of read(), and reports it with the text."""
        begin = self.at
        value = read(*words)
        self.note(begin, text % value)
        return value

    def time(self, what):
        return self.told(what + " %d ms", self.little, 8, what, True)

    # The file.

    def parse(self, whole=True):
        """Reads everything; with `whole` nothing may stand behind the end."""
        try:
            self.header()
            self.body()
            self.tail()
            if whole and self.at != len(self.data):
                raise Damage(self.at, "%d bytes stand behind the end of the "
                             "file" % (len(self.data) - self.at))
        except Damage as damage:
            self.damage = damage
        self.end = self.at
        return self

    def header(self):
        if self.data[self.at:self.at + 5] != MAGIC:
            raise Damage(self.at, "an RDB file begins with REDIS")
        self.take(5, "magic")
        self.note(self.begin, "magic", MAGIC)
        digits = bytes(self.take(4, "version"))
        if not digits.isdigit() or not 1 <= int(digits) <= NEWEST:
            raise Damage(self.at - 4, "the version is a number of four "
                         "digits, 0001 to %04d" % NEWEST)
        self.version = int(digits)
        self.note(self.at - 4, "version %d" % self.version)

    def body(self):
        """Reads opcodes and keys, up to EOF."""
        database, about = 0, {}
        while True:
            begin, code = self.at, self.byte("an opcode or a type")
            self.depth = 0
            if code in TYPES:
                self.note(begin, "type %d: %s (%s)" % (
                    code, TYPES[code].name, TYPES[code].form))
                self.depth = 1
                self.key(begin, TYPES[code], database, about)
                about = {}
                continue
            if code not in OPCODES:
                raise Damage(begin, "%d (%02x) is no opcode and no type"
                             % (code, code))
            self.note(begin, "%d: %s" % (code, OPCODES[code]))
            if code == 255:
                return
            self.depth = 1
            if code == 254:
                database = self.number("database")
                self.databases.setdefault(database, {})
            else:
                if code in (248, 249, 252, 253):
                    about.setdefault("at", begin)
                self.opcode(code, about)

    def opcode(self, code, about):
        """Reads any opcode but SELECTDB and EOF."""
        for what in NUMBERS.get(code, ()):
            self.number(what)
        if code == 252:
            about["expiry"] = self.time("expiry")
        elif code == 253:
            about["expiry"] = 1000 * self.told("expiry %d s", self.little, 4,
                                               "expiry", True)
        elif code == 250:
            self.string("name")
            self.string("value")
        elif code == 248:
            about["idle"] = self.number("seconds idle")
        elif code == 249:
            about["freq"] = self.told("frequency %d", self.byte, "frequency")
        elif code == 245:
            self.string("library")

    def key(self, begin, kind, database, about):
        """Reads a key with its value."""
        place = self.at
        name = self.string("key")
        try:
            value = kind.make(kind.read(self))
        except (ValueError, OverflowError) as error:
            raise Damage(place, "value of this key: %s" % error)
        keys = self.databases.setdefault(database, {})
        if name in keys:
            raise Damage(begin, "the key stands in the file twice")
        keys[name] = Entry(kind.name, value, about.get("expiry"),
                           kind.form, about.get("at", begin),
                           about.get("idle"), about.get("freq"))

    def tail(self):
        """Reads the checksum of everything before it."""
        if self.version < CHECKED:
            return
        begin = self.at
        told = self.little(8, "checksum")
        self.depth = 0
        if told == 0:
            self.checksum = "off"
            self.note(begin, "checksum: none (it is switched off)")
            return
        due = crc64(memoryview(self.data)[self.begin:begin]) \
            if self.checks else told
        if told != due:
            self.note(begin, "checksum %016x" % told)
            raise Damage(begin, "the checksum is %016x; the bytes before it "
                         "have %016x" % (told, due))
        self.checksum = "right"
        self.note(begin, "checksum %016x, right" % told)

    # The values: see TYPES.

    def strings(self, *what):
        """Reads their number, and so many groups of strings."""
        groups = self.count("elements" if len(what) == 1 else "fields",
                            len(what))
        return [self.string(one) for _ in range(groups) for one in what]

    def scored(self, score, least):
        """Reads members, each with a score."""
        return self.many("members", lambda: (
            self.string("member"), self.told("score %r", score)), least)

    def text_score(self):
        """Reads a length and the text of a number; 253 to 255 have none."""
        begin, size = self.at, self.byte("score")
        special = {253: "nan", 254: "inf", 255: "-inf"}
        try:
            return float(special.get(size) or bytes(self.take(size, "score")))
        except ValueError:
            raise Damage(begin, "the score is no number")

    def binary_score(self):
        return self.floating("<d")

    def floating(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form),
                                             "a float"))[0]

    def quicklist(self, node, least):
        """Reads a list in nodes of several elements."""
        return [item for part in self.many("nodes", node, least)
                for item in part]

    def node(self):
        """Reads a node of a newer quicklist."""
        begin = self.at
        kind = self.number("container (1 one element, 2 listpack)")
        if kind not in (1, 2):
            raise Damage(begin, "a quicklist's container is 1 or 2")
        return [self.string("element")] if kind == 1 else \
            self.in_block("listpack")

    # Streams.

    def stream(self, form):
        stream = Stream()
        self.many("blocks", lambda: self.stream_block(stream), 2)
        length = self.number("entries")
        stream.last = self.two("last ID")
        if form > 1:
            self.two("first ID")
            self.two("greatest deleted ID")
            self.number("entries ever added")
        self.many("groups", lambda: self.group(stream, form), 3)
        if length != len(stream.entries):
            raise Damage(self.at, "the stream says that it has %d entries; "
                         "its blocks have %d" % (length, len(stream.entries)))
        return stream

    def two(self, what):
        return (self.number(what + ", ms"), self.number(what + ", seq"))

    def stream_block(self, stream):
        """Reads a block's first ID, and its entries."""
        begin = self.at
        name = self.string("first ID of the block")
        if len(name) != 16:
            raise Damage(begin, "a block's ID has 16 bytes, not %d"
                         % len(name))
        first = struct.unpack(">QQ", name)
        place = self.at
        numbers = iter(self.in_block("listpack"))
        try:
            stream.entries += stream_entries(first, numbers)
        except (StopIteration, RuntimeError, ValueError):
            raise Damage(place, "the block's listpack is no list of entries")

    def raw_id(self, what):
        return self.told(what + " %d-%d", lambda: struct.unpack(
            ">QQ", self.take(16, what)))

    def group(self, stream, form):
        """Reads a group, its pending entries, and its consumers."""
        name = self.string("group")
        self.depth += 1
        last = self.two("last ID given out")
        read = self.number("entries read") if form > 1 else FOREVER
        group = stream.groups[name] = Group(
            last, None if read == FOREVER else read)
        for _ in range(self.count("pending entries", 25)):
            ident = self.raw_id("pending")
            when = self.time("given out at")
            group.pending[ident] = Pending(None, when,
                                           self.number("times given out"))
        self.many("consumers", lambda: self.consumer(group, form), 10)
        self.depth -= 1

    def consumer(self, group, form):
        name = self.string("consumer")
        self.depth += 1
        seen = self.time("seen at")
        active = self.time("active at") if form > 2 else None
        group.consumers[name] = (seen, active)
        for _ in range(self.count("its pending entries", 16)):
            begin = self.at
            ident = self.raw_id("pending")
            if ident not in group.pending:
                raise Damage(begin, "a consumer's pending entry that the group "
                             "does not have")
            group.pending[ident] = group.pending[ident]._replace(consumer=name)
        self.depth -= 1


def stream_entries(first, numbers):
    """Returns the entries of a block that are not deleted."""
    alive, deleted = int(next(numbers)), int(next(numbers))
    master = [next(numbers) for _ in range(int(next(numbers)))]
    if next(numbers) != b"0":
        raise ValueError("the master entry does not end with 0")
    found = []
    for _ in range(alive + deleted):
        flags = int(next(numbers))
        ident = (first[0] + int(next(numbers)), first[1] + int(next(numbers)))
        if flags & 2:
            fields = [(field, next(numbers)) for field in master]
        else:
            fields = [(next(numbers), next(numbers))
                      for _ in range(int(next(numbers)))]
        due = len(master) + 3 if flags & 2 else 2 * len(fields) + 4
        if int(next(numbers)) != due:
            raise ValueError("an entry says another length than it has")
        if not flags & 1:
            found.append((ident, fields))
    if len(found) != alive or next(numbers, None) is not None:
        raise ValueError("the block holds other entries than it says")
    return found


# Values made from elements. A duplicate is damage.

def as_set(found):
    if len(set(found)) != len(found):
        raise ValueError("a member stands in the set twice")
    return set(found)


def as_hash(found):
    """Makes a hash from alternating fields and values."""
    made = dict(in_pairs(found))
    if 2 * len(made) != len(found):
        raise ValueError("a field stands in the hash twice")
    return made


def as_zset(rows):
    """Makes a sorted set from (member, score)."""
    made = {member: float(score) for member, score in rows}
    if len(made) != len(rows):
        raise ValueError("a member stands in the sorted set twice")
    if any(score != score for score in made.values()):
        raise ValueError("a score is no number")
    return made


def in_pairs(found):
    """Returns [a, b, c, d] as [(a, b), (c, d)]."""
    if len(found) % 2:
        raise ValueError("%d elements: an odd number" % len(found))
    return list(zip(found[::2], found[1::2]))


def as_it_is(value):
    return value


Type = collections.namedtuple("Type", "name form read make")


def in_one(kind, name, make):
    """Returns a type whose value is one block."""
    return Type(name, kind, lambda parser: parser.in_block(kind), make)


def as_zset_in_block(found):
    return as_zset(in_pairs(found))


# By its number: the name of the type, its form, and its reader.
TYPES = {
    0: Type("string", "string", lambda p: p.string("value"), as_it_is),
    1: Type("list", "strings", lambda p: p.strings("element"), as_it_is),
    2: Type("set", "strings", lambda p: p.strings("member"), as_set),
    3: Type("zset", "strings and scores as text",
            lambda p: p.scored(p.text_score, 2), as_zset),
    4: Type("hash", "strings", lambda p: p.strings("field", "value"), as_hash),
    5: Type("zset", "strings and binary scores",
            lambda p: p.scored(p.binary_score, 9), as_zset),
    9: in_one("zipmap", "hash", as_hash),
    10: in_one("ziplist", "list", as_it_is),
    11: in_one("intset", "set", as_set),
    12: in_one("ziplist", "zset", as_zset_in_block),
    13: in_one("ziplist", "hash", as_hash),
    14: Type("list", "quicklist of ziplists", lambda p: p.quicklist(
        lambda: p.in_block("ziplist"), 1), as_it_is),
    15: Type("stream", "listpacks", lambda p: p.stream(1), as_it_is),
    16: in_one("listpack", "hash", as_hash),
    17: in_one("listpack", "zset", as_zset_in_block),
    18: Type("list", "quicklist of listpacks",
             lambda p: p.quicklist(p.node, 2), as_it_is),
    19: Type("stream", "listpacks, second form", lambda p: p.stream(2),
             as_it_is),
    20: in_one("listpack", "set", as_set),
    21: Type("stream", "listpacks, third form", lambda p: p.stream(3),
             as_it_is),
}


class Quick(Parser):
    """Does not verify the checksum: for files of many megabytes."""

    checks = False


def parse(data, fields=True):
    """Returns a Parser that has read all of these bytes. Without fields it is faster."""
    return Parser(data, sink=None if fields else False).parse()
