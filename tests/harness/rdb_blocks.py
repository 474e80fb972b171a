"""Small collections as RDB files hold them: one block of bytes each.

read() takes a block apart; listpack(), ziplist(), zipmap() and intset() make
them. Elements are bytes; those that spell an integer are written as one.
"""

import struct

from .fields import Damage, Forms, Reader, as_integer

# Forms of elements: see fields.Form.
LISTPACK = Forms(
    "element of a listpack",
    (0x00, 0x7f, 0, "big", "integer", 7), (0x80, 0xbf, 0, "big", "string", 6),
    (0xc0, 0xdf, 1, "big", "integer", 13), (0xe0, 0xef, 1, "big", "string", 12),
    (0xf0, 0xf0, 4, "little", "string", 32),
    (0xf1, 0xf1, 2, "little", "integer", 16),
    (0xf2, 0xf2, 3, "little", "integer", 24),
    (0xf3, 0xf3, 4, "little", "integer", 32),
    (0xf4, 0xf4, 8, "little", "integer", 64))
ZIPLIST = Forms(
    "element of a ziplist",
    (0x00, 0x3f, 0, "big", "string", 6), (0x40, 0x7f, 1, "big", "string", 14),
    (0x80, 0x80, 4, "big", "string", 32),
    (0xc0, 0xc0, 2, "little", "integer", 16),
    (0xd0, 0xd0, 4, "little", "integer", 32),
    (0xe0, 0xe0, 8, "little", "integer", 64),
    (0xf0, 0xf0, 3, "little", "integer", 24),
    (0xf1, 0xfd, 0, "big", "integer", 4), (0xfe, 0xfe, 1, "little", "integer", 8))
UNKNOWN = 65535         # a count that says nothing


class Block(Reader):
    """A block that is being read, with its elements so far."""

    whole = "block"

    def __init__(self, kind, *words):
        super().__init__(*words)
        self.kind = kind
        self.values = []

    def element(self, begin, text, value):
        """Notes that these bytes stand for an element."""
        self.note(begin, text, value)
        self.values.append(value)

    def head(self, size, what):
        """Reads one of the numbers that a block begins with."""
        begin = self.at
        number = self.little(size, what)
        self.note(begin, "%s %d" % (what, number))
        return number

    def total(self):
        """Reads the length that a block begins with."""
        told = self.head(4, self.kind + ", bytes")
        if told != len(self.data):
            raise Damage(0, "the %s says that it has %d bytes; it has %d"
                         % (self.kind, told, len(self.data)))

    def more(self):
        first = self.byte("an element")
        self.at -= 1
        return first != 0xff

    def ends(self, at, count=UNKNOWN):
        """Checks the end: nothing may follow the ff, and there are as many elements as
        `at` says."""
        begin = self.at
        self.byte("the end")
        if self.left():
            raise Damage(begin, "the %s ends %d bytes early"
                         % (self.kind, self.left()))
        self.note(begin, "end of the " + self.kind)
        if count not in (UNKNOWN, len(self.values)):
            raise Damage(at, "the %s says that it has %d elements; it has %d"
                         % (self.kind, count, len(self.values)))

    def content(self, forms):
        """Returns (what it is, the bytes) of an element from its form on."""
        form, number = self.form(forms, "an element")
        text = "%s (%d bits)" % (form.kind, form.bits)
        if form.kind == "string":
            return text, bytes(self.take(number, "a string"))
        return text, b"%d" % number


def read_listpack(block):
    """Reads total (4), count (2), elements with their length behind, ff."""
    block.total()
    count = block.head(2, "elements")
    while block.more():
        begin = block.at
        text, value = block.content(LISTPACK)
        back = backwards(block.at - begin)
        place = block.at
        if block.take(len(back), "the length behind an element") != back:
            raise Damage(place, "the length behind an element of %d bytes "
                         "should be %s" % (place - begin, back.hex(" ")))
        block.element(begin, text, value)
    block.ends(4, count)


# The longest element whose length takes 1, 2, 3 and 4 bytes.
BACKWARDS = (127, 16382, 2097150, 268435454)


def backwards(size):
    """Returns the length behind an element of a listpack: seven bits per byte, the
    lowest last, and all but the first marked."""
    count = 1 + sum(size > most for most in BACKWARDS)
    parts = [size >> 7 * n & 127 for n in reversed(range(count))]
    return bytes(parts[:1] + [part | 128 for part in parts[1:]])


def element(forms, content):
    """Returns an element in its shortest form."""
    number = as_integer(content)
    if number is not None:
        return forms.shortest("integer", number).bytes(number)
    size = len(content)
    return forms.shortest("string", size).bytes(size) + content


def listpack(contents):
    elements = [element(LISTPACK, content) for content in contents]
    body = b"".join(one + backwards(len(one)) for one in elements)
    return (struct.pack("<IH", len(body) + 7, min(len(contents), UNKNOWN))
            + body + b"\xff")


def read_ziplist(block):
    """Reads total (4), offset of the last element (4), count (2), elements with the
    length of the one before, ff."""
    block.total()
    told = block.head(4, "last element at")
    count = block.head(2, "elements")
    before, last = 0, 10
    while block.more():
        last = block.at
        size = wide_byte(block, "the length of the element before")
        if size != before:
            raise Damage(last, "the element before has %d bytes, not %d"
                         % (before, size))
        text, value = block.content(ZIPLIST)
        before = block.at - last
        block.element(last, text, value)
    block.ends(8, count)
    if told != last:
        raise Damage(4, "the ziplist says that its last element is at %d; it "
                     "is at %d" % (told, last))


def ziplist(contents):
    """Returns a ziplist, as Redis wrote them before 7.0."""
    body, before, last = b"", 0, 10
    for content in contents:
        last = 10 + len(body)
        body += wide(before) + element(ZIPLIST, content)
        before = 10 + len(body) - last
    return (struct.pack("<IIH", len(body) + 11, last,
                        min(len(contents), UNKNOWN)) + body + b"\xff")


def wide_byte(block, what):
    """Reads a number in a byte, or in four behind fe."""
    size = block.byte(what)
    return block.little(4, what) if size == 0xfe else size


def wide(number):
    """Returns a number as wide_byte reads it."""
    return bytes([number]) if number < 254 else b"\xfe" + struct.pack(
        "<I", number)


def read_zipmap(block):
    """Reads count (1), field length, field, length, free, value, ff."""
    count = block.head(1, "zipmap, pairs")
    while block.more():
        for what in ("field", "value"):
            begin = block.at
            if not block.more():
                raise Damage(begin, "ff is no length")
            size = wide_byte(block, "a length")
            free = block.byte("free bytes") if what == "value" else 0
            value = bytes(block.take(size + free, "a " + what)[:size])
            block.element(begin, what, value)
    block.ends(0, 2 * count if count < 254 else UNKNOWN)


def zipmap(fields, free=0):
    """Returns a zipmap, as Redis wrote them before 2.6, with free bytes behind values."""
    body = b"".join(wide(len(field)) + field + wide(len(value))
                    + bytes([free]) + value + b"?" * free
                    for field, value in fields)
    return bytes([min(len(fields), 254)]) + body + b"\xff"


def read_intset(block):
    """Reads bytes of each (4), count (4), integers in ascending order."""
    size = block.head(4, "intset, bytes of each")
    count = block.head(4, "integers")
    if size not in (2, 4, 8):
        raise Damage(0, "integers in an intset have 2, 4 or 8 bytes, not %d"
                     % size)
    if block.left() != size * count:
        raise Damage(4, "%d integers of %d bytes do not fill a block of %d"
                     % (count, size, len(block.data)))
    last = None
    while block.left():
        begin = block.at
        number = block.little(size, "an integer", True)
        if last is not None and number <= last:
            raise Damage(begin, "%d stands behind %d: an intset grows"
                         % (number, last))
        last = number
        block.element(begin, "integer (%d bits)" % (8 * size), b"%d" % number)


def intset(numbers):
    """Returns integers in the fewest bytes that hold them all."""
    size = max(width(number, (2, 4, 8)) for number in numbers)
    return struct.pack("<II", size, len(numbers)) + b"".join(
        number.to_bytes(size, "little", signed=True)
        for number in sorted(numbers))


def width(number, sizes):
    """Returns the first of these sizes, in bytes, that holds the number."""
    for size in sizes:
        if -1 << 8 * size - 1 <= number < 1 << 8 * size - 1:
            return size
    return None


READERS = {"listpack": read_listpack, "ziplist": read_ziplist,
           "zipmap": read_zipmap, "intset": read_intset}


def read(kind, *words):
    """Returns the elements of a block of that kind; the other arguments are a Reader's."""
    block = Block(kind, *words)
    READERS[kind](block)
    return block.values
