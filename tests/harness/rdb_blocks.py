"""Small collections as RDB files hold them: one block of bytes each.

Every reader takes the bytes of a block and gives a list of Pieces, one behind
the other; those that are elements have a value. Damage says at which byte of
the block something is wrong.
"""

import collections

from .rdb_codec import Damage

# A part of a block: where it begins, its bytes, what it is, and the element
# that it stands for (bytes) or None.
Piece = collections.namedtuple("Piece", "at size text value")


def little(data, at, size, signed=False):
    """A number, the lowest byte first."""
    return int.from_bytes(data[at:at + size], "little", signed=signed)


def need(data, at, size, what):
    """Are these bytes there?"""
    if at + size > len(data):
        raise Damage(at, "%s has %d bytes, and the block has %d more"
                     % (what, size, max(0, len(data) - at)))


def values(pieces):
    """The elements alone."""
    return [piece.value for piece in pieces if piece.value is not None]


def decimal(number):
    """An integer as the bytes of its text."""
    return b"%d" % number


def head(data, rows):
    """The numbers that a block begins with: [(size, text)]."""
    pieces, at = [], 0
    for size, text in rows:
        need(data, at, size, text)
        pieces.append(Piece(at, size, "%s %d" % (text, little(data, at, size)),
                            None))
        at += size
    return pieces, at


def total_is(data, what):
    """A block says first how long it is."""
    if little(data, 0, 4) != len(data):
        raise Damage(0, "the %s says that it has %d bytes; it has %d"
                     % (what, little(data, 0, 4), len(data)))


def counted(pieces, count, unknown, at, what):
    """Are there as many elements as the block says?"""
    found = len(values(pieces))
    if count != unknown and count != found:
        raise Damage(at, "the %s says that it has %d elements; it has %d"
                     % (what, count, found))
    return pieces


def listpack(data):
    """Listpack: total (4), count (2), elements, ff."""
    pieces, at = head(data, ((4, "listpack, bytes"), (2, "elements")))
    total_is(data, "listpack")
    while True:
        need(data, at, 1, "an element")
        if data[at] == 0xff:
            break
        size, value, text = listpack_element(data, at)
        back = backwards(size)
        need(data, at + size, len(back), "the length behind an element")
        if data[at + size:at + size + len(back)] != back:
            raise Damage(at + size, "the length behind an element of %d bytes "
                         "should be %s" % (size, back.hex(" ")))
        pieces.append(Piece(at, size + len(back), text, value))
        at += size + len(back)
    if at + 1 != len(data):
        raise Damage(at, "the listpack ends %d bytes early"
                     % (len(data) - at - 1))
    pieces.append(Piece(at, 1, "end of the listpack", None))
    return counted(pieces, little(data, 4, 2), 65535, 4, "listpack")


LISTPACK_INTEGERS = {0xf1: 2, 0xf2: 3, 0xf3: 4, 0xf4: 8}


def listpack_element(data, at):
    """(bytes without the length behind, value, what it is)."""
    first = data[at]
    if first < 0x80:
        return 1, decimal(first), "integer (7 bits)"
    if first < 0xc0:
        return text_at(data, at, 1, first & 63, "6 bits")
    if first < 0xe0:
        need(data, at, 2, "an integer")
        number = (first & 31) << 8 | data[at + 1]
        return 2, decimal(number - (number >> 12 << 13)), "integer (13 bits)"
    if first < 0xf0:
        need(data, at, 2, "a length")
        return text_at(data, at, 2, (first & 15) << 8 | data[at + 1],
                       "12 bits")
    if first == 0xf0:
        need(data, at, 5, "a length")
        return text_at(data, at, 5, little(data, at + 1, 4), "32 bits")
    if first in LISTPACK_INTEGERS:
        size = LISTPACK_INTEGERS[first]
        need(data, at, 1 + size, "an integer")
        return (1 + size, decimal(little(data, at + 1, size, True)),
                "integer (%d bits)" % (8 * size))
    raise Damage(at, "%02x begins no element of a listpack" % first)


def text_at(data, at, before, size, how):
    """A string behind its length: what listpack_element gives."""
    need(data, at + before, size, "a string")
    begin = at + before
    return (before + size, data[begin:begin + size],
            "string (%s)" % how)


# The longest element whose length takes 1, 2, 3 and 4 bytes.
BACKWARDS = (127, 16382, 2097150, 268435454)


def backwards(size):
    """The length behind an element of a listpack: seven bits a byte, the
    lowest last, and all but the first marked."""
    count = 1 + sum(size > most for most in BACKWARDS)
    parts = [size >> 7 * n & 127 for n in reversed(range(count))]
    return bytes(parts[:1] + [part | 128 for part in parts[1:]])


ZIPLIST_INTEGERS = {0xc0: 2, 0xd0: 4, 0xe0: 8, 0xf0: 3, 0xfe: 1}


def ziplist(data):
    """Ziplist: total (4), offset of the last element (4), count (2),
    elements, ff."""
    pieces, at = head(data, ((4, "ziplist, bytes"), (4, "last element at"),
                             (2, "elements")))
    total_is(data, "ziplist")
    before, last = 0, 10
    while True:
        need(data, at, 1, "an element")
        if data[at] == 0xff:
            break
        size, value, text = ziplist_element(data, at, before)
        pieces.append(Piece(at, size, text, value))
        before, last = size, at
        at += size
    if at + 1 != len(data):
        raise Damage(at, "the ziplist ends %d bytes early"
                     % (len(data) - at - 1))
    if little(data, 4, 4) != last:
        raise Damage(4, "the ziplist says that its last element is at %d; it "
                     "is at %d" % (little(data, 4, 4), last))
    pieces.append(Piece(at, 1, "end of the ziplist", None))
    return counted(pieces, little(data, 8, 2), 65535, 8, "ziplist")


def ziplist_element(data, at, before):
    """(bytes, value, what it is); `before` is the size of the one before."""
    begin = at
    wide = data[at] == 0xfe
    need(data, at, 5 if wide else 1, "the length of the element before")
    told = little(data, at + 1, 4) if wide else data[at]
    if told != before:
        raise Damage(at, "the element before has %d bytes, not %d"
                     % (before, told))
    at += 5 if wide else 1
    need(data, at, 1, "an encoding")
    size, value, text = ziplist_value(data, at)
    return at + size - begin, value, text


def ziplist_value(data, at):
    """The same, from the encoding on."""
    first = data[at]
    if first < 0x40:
        return text_at(data, at, 1, first, "6 bits")
    if first < 0x80:
        need(data, at, 2, "a length")
        return text_at(data, at, 2, (first & 63) << 8 | data[at + 1],
                       "14 bits")
    if first == 0x80:
        need(data, at, 5, "a length")
        size = int.from_bytes(data[at + 1:at + 5], "big")
        return text_at(data, at, 5, size, "32 bits")
    if first in ZIPLIST_INTEGERS:
        size = ZIPLIST_INTEGERS[first]
        need(data, at, 1 + size, "an integer")
        return (1 + size, decimal(little(data, at + 1, size, True)),
                "integer (%d bits)" % (8 * size))
    if 0xf1 <= first <= 0xfd:
        return 1, decimal((first & 15) - 1), "integer (4 bits)"
    raise Damage(at, "%02x begins no element of a ziplist" % first)


def zipmap(data):
    """Zipmap: count (1), length key length free value, ff."""
    pieces, at = head(data, ((1, "zipmap, pairs"),))
    is_value = False
    while True:
        need(data, at, 1, "a length")
        if data[at] == 0xff and not is_value:
            break
        begin, wide = at, data[at] == 0xfe
        if data[at] == 0xff:
            raise Damage(at, "ff is no length")
        need(data, at, 5 if wide else 1, "a length")
        size = little(data, at + 1, 4) if wide else data[at]
        at += 5 if wide else 1
        free = 0
        if is_value:
            need(data, at, 1, "the number of free bytes")
            free, at = data[at], at + 1
        need(data, at, size + free, "a value" if is_value else "a field")
        pieces.append(Piece(begin, at + size + free - begin,
                            "value" if is_value else "field",
                            bytes(data[at:at + size])))
        at += size + free
        is_value = not is_value
    if at + 1 != len(data):
        raise Damage(at, "the zipmap ends %d bytes early"
                     % (len(data) - at - 1))
    pieces.append(Piece(at, 1, "end of the zipmap", None))
    return counted(pieces, 2 * data[0] if data[0] < 254 else -1, -1, 0,
                   "zipmap (fields and values)")


def intset(data):
    """Intset: bytes of each (4), count (4), integers that grow."""
    pieces, at = head(data, ((4, "intset, bytes of each"), (4, "integers")))
    size, count = little(data, 0, 4), little(data, 4, 4)
    if size not in (2, 4, 8):
        raise Damage(0, "integers in an intset have 2, 4 or 8 bytes, not %d"
                     % size)
    if len(data) != 8 + size * count:
        raise Damage(4, "%d integers of %d bytes do not fill a block of %d"
                     % (count, size, len(data)))
    last = None
    for at in range(8, len(data), size):
        number = little(data, at, size, True)
        if last is not None and number <= last:
            raise Damage(at, "%d stands behind %d: an intset grows"
                         % (number, last))
        last = number
        pieces.append(Piece(at, size, "integer (%d bits)" % (8 * size),
                            decimal(number)))
    return pieces


READERS = {"listpack": listpack, "ziplist": ziplist, "zipmap": zipmap,
           "intset": intset}
