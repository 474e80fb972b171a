"""Makes RDB files, in any form that a version of Redis ever wrote.

    file = rdb_make.File(version=6)
    file.aux(b"redis-ver", b"2.8.4")
    file.select(0)
    file.expire_s(2000000000)
    file.key(13, b"hash", blob(ziplist([b"field", b"value"])))
    data = file.end()

The numbers of the types are those of rdb_format.TYPES.
"""

import struct

from .fields import as_integer
from .rdb_blocks import intset, listpack, width, ziplist, zipmap  # noqa: F401
from .rdb_codec import crc64, lzf_pack
from .rdb_format import FOREVER, STRINGS


def written(kind, number, bits=None):
    """Returns a number in the shortest form of that kind, or in that of this many bits."""
    if bits is None:
        return STRINGS.shortest(kind, number).bytes(number)
    return next(form for form in STRINGS.rows
                if (form.kind, form.bits) == (kind, bits)).bytes(number)


def length(number, bits=None):
    """Returns a length, whose forms have 6, 14, 32 or 64 bits."""
    return written("string", number, bits)


def plain(content, bits=None):
    """Returns a string behind its length."""
    return length(len(content), bits) + content


def integer(number, size=None):
    """Returns a string that is an integer, in 1, 2 or 4 bytes."""
    return written("integer", number, size and 8 * size)


def packed(content):
    """Returns a compressed string. LZF may make it longer, which is still valid."""
    data = lzf_pack(content)
    return b"\xc3" + length(len(data)) + length(len(content)) + data


def string(content):
    """Returns a string as Redis would write it."""
    number = as_integer(content)
    if number is not None and width(number, (1, 2, 4)):
        return integer(number)
    if len(content) > 20 and len(lzf_pack(content)) + 4 < len(content):
        return packed(content)
    return plain(content)


blob = plain


def several(contents, how=string):
    """Returns strings behind their number."""
    return length(len(contents)) + b"".join(map(how, contents))


def pairs(fields):
    """Returns fields with values behind their number."""
    return length(len(fields)) + b"".join(
        string(text) for pair in fields for text in pair)


def text_scores(rows):
    """Returns members with scores as text, as Redis wrote them before 4.0."""
    return length(len(rows)) + b"".join(
        string(member) + text_score(score) for member, score in rows)


def text_score(score):
    """Returns one score; 253 to 255 stand for scores that are no ordinary numbers."""
    special = {"nan": 253, "inf": 254, "-inf": 255}.get(repr(score))
    if special:
        return bytes([special])
    text = b"%.17g" % score
    return bytes([len(text)]) + text


def binary_scores(rows):
    """Returns members with scores in eight bytes."""
    return length(len(rows)) + b"".join(
        string(member) + struct.pack("<d", score) for member, score in rows)


# Collections that are blocks.

def flat(fields):
    """Returns [(a, b), (c, d)] as [a, b, c, d]; scores as text."""
    return [part if isinstance(part, bytes) else score_text(part)
            for pair in fields for part in pair]


def score_text(score):
    """Returns a score as it stands in a block."""
    if abs(score) < 1 << 52 and score == int(score):
        return b"%d" % score
    return b"%.17g" % score


def quicklist_2(nodes):
    """Returns a list of listpacks (a list each) and large elements (bytes)."""
    return length(len(nodes)) + b"".join(
        length(1) + plain(node) if isinstance(node, bytes)
        else length(2) + blob(listpack(node)) for node in nodes)


# Streams.

def raw_id(ident):
    return struct.pack(">QQ", *ident)


def two(ident):
    return length(ident[0]) + length(ident[1])


def stream_block(entries, deleted=()):
    """Returns entries [(id, [(field, value), ...])] as one listpack, some of them with the flag of
    deleted ones."""
    first, master = entries[0][0], [pair[0] for pair in entries[0][1]]
    gone = sum(ident in deleted for ident, _ in entries)
    out = [len(entries) - gone, gone, len(master)] + master + [0]
    for ident, fields in entries:
        same = [pair[0] for pair in fields] == master
        flags = (2 if same else 0) + (1 if ident in deleted else 0)
        out += [flags, ident[0] - first[0], ident[1] - first[1]]
        if same:
            out += [pair[1] for pair in fields] + [len(fields) + 3]
        else:
            out += [len(fields)] + [text for pair in fields for text in pair]
            out.append(2 * len(fields) + 4)
    return listpack([part if isinstance(part, bytes) else b"%d" % part
                     for part in out])


def stream(blocks, last, groups=(), form=2, deleted=(), added=None):
    """Returns a stream: its blocks (a list of entries each), the last ID, groups.

    form is 1, 2 or 3 for types 15, 19 and 21. A group is a dict: name, last, read, pending [(id,
    ms, count, consumer)], consumers [(name, seen, active)]. added is the number of all entries that
    there ever were."""
    alive = [ident for block in blocks for ident, _ in block
             if ident not in deleted]
    out = length(len(blocks))
    for block in blocks:
        out += plain(raw_id(block[0][0])) + blob(stream_block(block, deleted))
    out += length(len(alive)) + two(last)
    if form > 1:
        out += two(alive[0] if alive else (0, 0)) + two(max(deleted, default=(0, 0)))
        out += length(added or len(alive) + len(deleted))
    out += length(len(groups))
    return out + b"".join(stream_group(group, form) for group in groups)


def stream_group(group, form):
    out = plain(group["name"]) + two(group["last"])
    if form > 1:
        read = group.get("read")
        out += length(FOREVER if read is None else read)
    pending = sorted(group.get("pending", ()))
    out += length(len(pending))
    for ident, when, count, _ in pending:
        out += raw_id(ident) + struct.pack("<q", when) + length(count)
    consumers = group.get("consumers", ())
    out += length(len(consumers))
    for name, seen, active in consumers:
        own = [row[0] for row in pending if row[3] == name]
        out += plain(name) + struct.pack("<q", seen)
        out += struct.pack("<q", active) if form > 2 else b""
        out += length(len(own)) + b"".join(map(raw_id, own))
    return out


WILD = [(b"up", float("inf")), (b"down", float("-inf"))]


def forms(texts, fields, rows, sets, large):
    """(type, what it is, body, the version that had it first) of each form that
    there ever was but those of streams: of a list of texts, the set of them, a
    hash of fields, a sorted set of rows and WILD, which no block can hold, and of
    sets of integers. One element of the last list is large."""
    members, flat_fields, flat_rows = sorted(set(texts)), flat(fields), flat(rows)
    yield 1, "a list, element by element", several(texts), 1
    yield 2, "a set, member by member", several(members), 1
    yield 3, "a sorted set with scores as text", text_scores(rows + WILD), 1
    yield 4, "a hash, field by field", pairs(fields), 1
    yield 5, "a sorted set with scores in 8 bytes", binary_scores(rows + WILD), 8
    yield 9, "a hash as a zipmap", blob(zipmap(fields)), 1
    yield (9, "a hash as a zipmap with free bytes behind its values",
           blob(zipmap(fields, 2)), 1)
    yield 10, "a list as a ziplist", blob(ziplist(texts)), 2
    for numbers in sets:
        yield 11, "a set as an intset", blob(intset(numbers)), 2
    yield 12, "a sorted set as a ziplist", blob(ziplist(flat_rows)), 2
    yield 13, "a hash as a ziplist, compressed", packed(ziplist(flat_fields)), 4
    yield 14, "a list as a quicklist of ziplists", several(
        [ziplist(part) for part in (texts[:3], texts[3:9], texts[9:])], packed), 7
    yield 16, "a hash as a listpack", blob(listpack(flat_fields)), 10
    yield 17, "a sorted set as a listpack", blob(listpack(flat_rows)), 10
    yield 18, "a list as a quicklist of listpacks", quicklist_2(
        [texts[:3], large, texts[3:]]), 10
    yield 20, "a set as a listpack", blob(listpack(members)), 11


class File:
    """A file that grows part by part; end() gives its bytes."""

    def __init__(self, version=10):
        self.version = version
        self.out = bytearray(b"REDIS%04d" % version)

    def raw(self, data):
        """Adds these bytes, whatever they mean."""
        self.out += data
        return self

    def aux(self, name, value):
        return self.raw(b"\xfa" + string(name) + string(value))

    def select(self, number):
        return self.raw(b"\xfe" + length(number))

    def resize(self, keys, expiries):
        return self.raw(b"\xfb" + length(keys) + length(expiries))

    def expire_ms(self, when):
        return self.raw(b"\xfc" + struct.pack("<q", when))

    def expire_s(self, when):
        return self.raw(b"\xfd" + struct.pack("<i", when))

    def idle(self, seconds):
        return self.raw(b"\xf8" + length(seconds))

    def freq(self, count):
        return self.raw(b"\xf9" + bytes([count]))

    def function(self, code):
        return self.raw(b"\xf5" + plain(code))

    def key(self, kind, name, body, how=string):
        """Adds a key: its type's number, its name, its value as bytes of a file."""
        return self.raw(bytes([kind]) + how(name) + body)

    def text(self, name, value):
        return self.key(0, name, string(value))

    def end(self, checksum=True):
        """Returns the whole file. checksum: True, False (switched off: zeros), or eight bytes."""
        data = bytes(self.out) + b"\xff"
        if self.version < 5:
            return data
        if checksum is True:
            checksum = struct.pack("<Q", crc64(data))
        return data + (checksum or bytes(8))
