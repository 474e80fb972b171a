"""RDB files, field by field, and what they mean.

Parser(data).parse() reads versions 1 to 12. What it finds:

    parser.fields     Field(at, size, depth, text, value, block) in order
    parser.databases  {number: {key: Entry(type, value, expiry, ...)}}
    parser.aux        {name: value}, parser.functions [code, ...]
    parser.damage     None, or the Damage that ended it
    parser.end        the offset behind the last byte that was read

Damage is not raised: what stands before it was read, and stays. The value of
an entry is bytes, a list, a set, a dict (hash: field to value; zset: member
to float), or a Stream. An expiry is in milliseconds since 1970, or None.

Layout: https://rdb.fnordig.de/file_format.html tells most of the older part.
"""

import collections
import struct

from . import rdb_blocks
from .rdb_codec import Damage, crc64, lzf_unpack

MAGIC = b"REDIS"
NEWEST = 12
CHECKED = 5             # the first version with a checksum behind its end
FOREVER = (1 << 64) - 1

# A part of the file. `block` is None if `at` counts from the start of the
# file, else the unpacked bytes in which it counts.
Field = collections.namedtuple("Field", "at size depth text value block")
# A key. form is how the value was written; at and end are where, with the
# opcodes before it that are about it.
Entry = collections.namedtuple("Entry",
                               "type value expiry form at end idle freq")
# expiries are those of a hash's fields: {field: milliseconds}.
Pending = collections.namedtuple("Pending", "consumer delivered count")


class Stream:
    """What a stream holds. An ID is a pair (ms, seq)."""

    def __init__(self):
        self.entries = []       # [(id, [(field, value), ...])]
        self.length = 0
        self.last = self.first = self.deleted = (0, 0)
        self.added = None       # None: an old form does not tell
        self.groups = {}        # {name: Group}

    def __eq__(self, other):
        return vars(self) == vars(other)

    __hash__ = None


class Group:
    """A group of a stream's consumers."""

    def __init__(self, last, read):
        self.last = last
        self.read = read        # None: unknown
        self.pending = {}       # {id: Pending}
        self.consumers = {}     # {name: (seen, active)} in ms

    def __eq__(self, other):
        return vars(self) == vars(other)

    __hash__ = None


class Hash(dict):
    """A hash some of whose fields expire."""

    expiries = {}


OPCODES = {
    244: "SLOT-INFO", 245: "FUNCTION", 246: "FUNCTION (before 7.0)",
    247: "MODULE-AUX", 248: "IDLE", 249: "FREQ", 250: "AUX", 251: "RESIZEDB",
    252: "EXPIRETIME-MS", 253: "EXPIRETIME", 254: "SELECTDB", 255: "EOF",
}
# number: (type, how it is written)
TYPES = {
    0: ("string", "string"), 1: ("list", "strings"), 2: ("set", "strings"),
    3: ("zset", "strings and scores as text"), 4: ("hash", "strings"),
    5: ("zset", "strings and binary scores"), 6: ("module", "first form"),
    7: ("module", "second form"), 9: ("hash", "zipmap"),
    10: ("list", "ziplist"), 11: ("set", "intset"), 12: ("zset", "ziplist"),
    13: ("hash", "ziplist"), 14: ("list", "quicklist of ziplists"),
    15: ("stream", "listpacks"), 16: ("hash", "listpack"),
    17: ("zset", "listpack"), 18: ("list", "quicklist of listpacks"),
    19: ("stream", "listpacks, second form"), 20: ("set", "listpack"),
    21: ("stream", "listpacks, third form"),
    22: ("hash", "strings and times (before 7.4)"),
    23: ("hash", "listpack with times (before 7.4)"),
    24: ("hash", "strings and times"), 25: ("hash", "listpack with times"),
}
BLOCKS = {9: "zipmap", 10: "ziplist", 11: "intset", 12: "ziplist",
          13: "ziplist", 16: "listpack", 17: "listpack", 20: "listpack"}
ID_LETTERS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
              "0123456789-_")


def module_name(number):
    """The name and version in a module's 64-bit ID."""
    name = "".join(ID_LETTERS[number >> 10 + 6 * n & 63]
                   for n in reversed(range(9)))
    return "%s version %d" % (name, number & 1023)


class Reader:
    """The bytes, how far they were read, and the fields that were seen.

    sink is called with each Field (a list's append, or print); without one
    nothing is noted, which is faster.
    """

    def __init__(self, data, at=0, sink=None, deep=False):
        self.data = data
        self.at = at
        self.sink = sink
        self.deep = deep
        self.depth = 0

    def note(self, begin, text, value=None):
        """What the bytes from begin up to here are."""
        if self.sink:
            self.sink(Field(begin, self.at - begin, self.depth, text, value,
                            None))

    def take(self, size, what):
        """The next bytes, as they are."""
        left = len(self.data) - self.at
        if size > left:
            raise Damage(self.at, "%s: %d bytes are due, and the file has %d "
                         "more" % (what, size, left))
        self.at += size
        return self.data[self.at - size:self.at]

    def byte(self, what):
        return self.take(1, what)[0]

    def little(self, size, what, signed=False):
        return int.from_bytes(self.take(size, what), "little", signed=signed)

    def length(self, what):
        """(number, bits) or (special form, 0)."""
        begin, first = self.at, self.byte(what)
        kind = first >> 6
        if kind == 0:
            return first, 6
        if kind == 1:
            return (first & 63) << 8 | self.byte(what), 14
        if first == 0x80:
            return int.from_bytes(self.take(4, what), "big"), 32
        if first == 0x81:
            return int.from_bytes(self.take(8, what), "big"), 64
        if kind == 3:
            return first & 63, 0
        raise Damage(begin, "%s: %02x begins no length" % (what, first))

    def number(self, what):
        """A length that stands for itself."""
        begin = self.at
        number, bits = self.length(what)
        if not bits:
            raise Damage(begin, "%s: a number is due, %02x announces a string "
                         "in special form" % (what, self.data[begin]))
        self.note(begin, "%s %d (%d bits)" % (what, number, bits))
        return number

    def count(self, what, least=1):
        """How many of something follow: each has that many bytes or more."""
        begin = self.at
        number = self.number(what)
        if number * least > len(self.data) - self.at:
            raise Damage(begin, "%s %d: more than the %d bytes that follow "
                         "can hold" % (what, number,
                                       len(self.data) - self.at))
        return number

    def string(self, what):
        """A string in any form, as bytes."""
        return self.string_at(what)[0]

    def string_at(self, what):
        """(bytes, offset of the first in the file or None)."""
        begin = self.at
        number, bits = self.length(what)
        if bits:
            self.note(begin, "%s: length %d (%d bits)" % (what, number, bits))
            content = self.take(number, what)
            self.at -= number
            begin, self.at = self.at, self.at + number
            self.note(begin, what, bytes(content))
            return bytes(content), begin
        if number < 3:
            size = 1 << number
            value = b"%d" % self.little(size, what, True)
            self.note(begin, "%s: integer (%d bits)" % (what, 8 * size),
                      value)
            return value, None
        if number == 3:
            return self.lzf(begin, what), None
        raise Damage(begin, "%s: %02x is no form of a string"
                     % (what, self.data[begin]))

    def lzf(self, begin, what):
        """A compressed string, behind its first byte."""
        packed, _ = self.length(what)
        size, _ = self.length(what)
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

    def block(self, kind, what):
        """The elements of a block that a string holds."""
        begin = self.at
        data, base = self.string_at(what)
        try:
            pieces = rdb_blocks.READERS[kind](data)
        except Damage as damage:
            where = begin if base is None else base + damage.at
            raise Damage(where, "%s: %s%s" % (
                what, damage.why, "" if base is not None else
                " (byte %d of the unpacked block)" % damage.at))
        if self.deep and self.sink:
            for piece in pieces:
                self.sink(Field(piece.at + (base or 0), piece.size,
                                self.depth + 1, piece.text, piece.value,
                                data if base is None else None))
        return rdb_blocks.values(pieces)


class Parser(Reader):
    """A whole file."""

    checks = True           # the checksum

    def __init__(self, data, at=0, sink=None, deep=False):
        self.fields = []
        super().__init__(data, at, self.fields.append if sink is None
                         else sink, deep)
        self.begin = at
        self.version = None
        self.databases = {}
        self.aux = {}
        self.functions = []
        self.modules = []
        self.damage = None
        self.checksum = None    # "right", "off", or None: there is none
        self.end = at

    def parse(self, whole=True):
        """Read it all; with `whole` nothing may stand behind the end."""
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
        """Opcodes and keys, up to EOF."""
        database, about = 0, {}
        while True:
            begin, code = self.at, self.byte("an opcode or a type")
            self.depth = 0
            if code in TYPES:
                self.note(begin, "type %d: %s (%s)" % ((code,) + TYPES[code]))
                self.depth = 1
                self.key(begin, code, database, about)
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
        """All but SELECTDB and EOF."""
        if code == 252:
            about["expiry"] = self.time("expiry")
        elif code == 253:
            begin = self.at
            seconds = self.little(4, "expiry", True)
            about["expiry"] = 1000 * seconds
            self.note(begin, "expiry %d s" % seconds)
        elif code == 250:
            name = self.string("name")
            self.aux[name] = self.string("value")
        elif code == 251:
            self.number("keys")
            self.number("of them with an expiry")
        elif code == 248:
            about["idle"] = self.number("seconds idle")
        elif code == 249:
            about["freq"] = self.byte("frequency")
            self.note(self.at - 1, "frequency %d" % about["freq"])
        elif code == 245:
            self.functions.append(self.string("library"))
        elif code == 244:
            for what in ("slot", "keys", "of them with an expiry"):
                self.number(what)
        elif code == 246:
            self.old_function()
        else:
            self.module_aux()

    def time(self, what):
        """Eight bytes of milliseconds."""
        begin = self.at
        value = self.little(8, what, True)
        self.note(begin, "%s %d ms" % (what, value))
        return value

    def old_function(self):
        """Only release candidates of 7.0 wrote these."""
        self.string("name")
        self.string("engine")
        if self.number("is described"):
            self.string("description")
        self.functions.append(self.string("code"))

    def key(self, begin, code, database, about):
        """A key with its value."""
        place = self.at
        name = self.string("key")
        try:
            value = getattr(self, "value_%d" % code, None)
            value = value() if value else self.in_block(code)
        except (ValueError, OverflowError) as error:
            raise Damage(place, "value of this key: %s" % error)
        keys = self.databases.setdefault(database, {})
        if name in keys:
            raise Damage(begin, "the key stands in the file twice")
        keys[name] = Entry(TYPES[code][0], value, about.get("expiry"),
                           TYPES[code][1], about.get("at", begin), self.at,
                           about.get("idle"), about.get("freq"))

    def tail(self):
        """The checksum of all before it."""
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

    # The values, by their type's number.

    def value_0(self):
        return self.string("value")

    def strings(self, what):
        return [self.string(what) for _ in range(self.count("elements"))]

    def value_1(self):
        return self.strings("element")

    def value_2(self):
        return unique(self.strings("member"))

    def value_3(self):
        return zset([(self.string("member"), self.text_score())
                     for _ in range(self.count("members", 2))])

    def value_4(self):
        return pairs([self.string(what) for _ in range(
            self.count("fields", 2)) for what in ("field", "value")])

    def value_5(self):
        return zset([(self.string("member"), self.binary_score())
                     for _ in range(self.count("members", 9))])

    def text_score(self):
        """A length and the text of a number; 253 to 255 have none."""
        begin, size = self.at, self.byte("score")
        special = {253: "nan", 254: "inf", 255: "-inf"}
        if size in special:
            score = float(special[size])
        else:
            text = bytes(self.take(size, "score"))
            try:
                score = float(text)
            except ValueError:
                raise Damage(begin, "the score is no number")
        self.note(begin, "score %r" % score)
        return score

    def binary_score(self):
        begin = self.at
        score, = struct.unpack("<d", self.take(8, "score"))
        self.note(begin, "score %r" % score)
        return score

    def in_block(self, code):
        """A collection that is one block."""
        found = self.block(BLOCKS[code], BLOCKS[code])
        kind = TYPES[code][0]
        if kind == "list":
            return found
        if kind == "set":
            return unique(found)
        if len(found) % 2:
            raise Damage(self.at, "a %s of %d elements: an odd number"
                         % (kind, len(found)))
        if kind == "hash":
            return pairs(found)
        return zset([(member, float(score)) for member, score
                     in zip(found[::2], found[1::2])])

    def value_14(self):
        return [item for _ in range(self.count("nodes"))
                for item in self.block("ziplist", "ziplist")]

    def value_18(self):
        found = []
        for _ in range(self.count("nodes", 2)):
            begin = self.at
            kind = self.number("container (1 one element, 2 listpack)")
            if kind == 1:
                found.append(self.string("element"))
            elif kind == 2:
                found += self.block("listpack", "listpack")
            else:
                raise Damage(begin, "a quicklist's container is 1 or 2")
        return found

    def value_22(self):
        return self.timed([(self.number("expires at (0: never)"),
                            self.string("field"), self.string("value"))
                           for _ in range(self.count("fields", 3))])

    def value_24(self):
        first = self.time("the first field expires at")
        rows = [(self.number("expires so many ms later, plus 1 (0: never)"),
                 self.string("field"), self.string("value"))
                for _ in range(self.count("fields", 3))]
        return self.timed([(later and first + later - 1, field, value)
                           for later, field, value in rows])

    def value_23(self):
        found = self.block("listpack", "listpack")
        return self.timed([(int(at), field, value) for field, value, at
                           in zip(found[::3], found[1::3], found[2::3])])

    def value_25(self):
        self.time("the first field expires at")
        return self.value_23()

    def timed(self, rows):
        """A hash from rows of (expiry or 0, field, value)."""
        found = Hash(pairs([text for row in rows for text in row[1:]]))
        found.expiries = {field: at for at, field, _ in rows if at}
        return found

    # Streams.

    def value_15(self, form=1):
        stream = Stream()
        for _ in range(self.count("blocks", 2)):
            self.stream_block(stream)
        stream.length = self.number("entries")
        stream.last = self.two("last ID")
        if form > 1:
            stream.first = self.two("first ID")
            stream.deleted = self.two("greatest deleted ID")
            stream.added = self.number("entries ever added")
        for _ in range(self.count("groups", 3)):
            self.group(stream, form)
        if stream.length != len(stream.entries):
            raise Damage(self.at, "the stream says that it has %d entries; "
                         "its blocks have %d" % (stream.length,
                                                 len(stream.entries)))
        return stream

    def value_19(self):
        return self.value_15(2)

    def value_21(self):
        return self.value_15(3)

    def two(self, what):
        return (self.number(what + ", ms"), self.number(what + ", seq"))

    def stream_block(self, stream):
        """A block's first ID, and its entries."""
        begin = self.at
        name = self.string("first ID of the block")
        if len(name) != 16:
            raise Damage(begin, "a block's ID has 16 bytes, not %d"
                         % len(name))
        first = struct.unpack(">QQ", name)
        place = self.at
        numbers = iter(self.block("listpack", "listpack"))
        try:
            stream.entries += stream_entries(first, numbers)
        except (StopIteration, RuntimeError, ValueError):
            raise Damage(place, "the block's listpack is no list of entries")

    def raw_id(self, what):
        begin = self.at
        found = struct.unpack(">QQ", self.take(16, what))
        self.note(begin, "%s %d-%d" % ((what,) + found))
        return found

    def group(self, stream, form):
        """A group, its pending entries, its consumers."""
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
        for _ in range(self.count("consumers", 10)):
            self.consumer(group, form)
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

    # Modules: read only to know where they end.

    def value_6(self):
        raise Damage(self.at, "a module's first form: only the module itself "
                     "knows where it ends")

    def value_7(self):
        begin = self.at
        name = module_name(self.module_id())
        self.note(begin, "module " + name)
        self.modules.append(name)
        self.module_parts()
        return name

    def module_id(self):
        number, bits = self.length("module")
        if not bits:
            raise Damage(self.at - 1, "module: a number is due")
        return number

    def module_aux(self):
        begin = self.at
        name = module_name(self.module_id())
        self.note(begin, "module " + name)
        self.modules.append(name)
        self.number("opcode (2: a number)")
        self.number("when (1 before the keys, 2 behind them)")
        self.module_parts()

    def module_parts(self):
        """Opcodes up to 0: numbers, floats, doubles and strings."""
        while True:
            begin = self.at
            kind = self.number("part (0 end, 1 2 number, 3 float, 4 double, "
                               "5 string)")
            if kind == 0:
                return
            if kind in (1, 2):
                self.number("number")
            elif kind in (3, 4):
                size = 4 * (kind - 2)
                place = self.at
                value, = struct.unpack("<f" if kind == 3 else "<d",
                                       self.take(size, "a float"))
                self.note(place, "float %r" % value)
            elif kind == 5:
                self.string("string")
            else:
                raise Damage(begin, "%d is no part of a module's value"
                             % kind)


def stream_entries(first, numbers):
    """The entries of a block that are not deleted."""
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


def unique(found):
    """A set; members that come twice are damage."""
    if len(set(found)) != len(found):
        raise ValueError("a member stands in the set twice")
    return set(found)


def pairs(found):
    """A hash from fields and values in turns."""
    made = dict(zip(found[::2], found[1::2]))
    if 2 * len(made) != len(found):
        raise ValueError("a field stands in the hash twice")
    return made


def zset(rows):
    """A sorted set from (member, score)."""
    made = dict(rows)
    if len(made) != len(rows):
        raise ValueError("a member stands in the sorted set twice")
    if any(score != score for score in made.values()):
        raise ValueError("a score is no number")
    return made


class Quick(Parser):
    """Takes the checksum on trust: for files of many megabytes."""

    checks = False


def parse(data, fields=True):
    """A Parser that has read all of these bytes. Without fields it is
    faster."""
    return Parser(data, sink=None if fields else False).parse()


def read(path, fields=True):
    """The same, of a file."""
    with open(path, "rb") as file:
        return parse(file.read(), fields)
