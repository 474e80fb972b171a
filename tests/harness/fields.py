"""Files read field by field: the common part of all their readers.

Damage is raised if bytes are not as they should be. Everything understood before it
stays, and each part of it is passed as a Field to a sink (a list's append, or print).
Without a sink nothing is noted, which is faster.
"""

import collections

# A part of a file. If `block` is None, `at` counts from the start of the file;
# otherwise from the start of those unpacked bytes.
Field = collections.namedtuple("Field", "at size depth text value block")


class Damage(Exception):
    """These bytes are not what they should be; `at` says where."""

    def __init__(self, at, why):
        super().__init__(why)
        self.at = at
        self.why = why


class Reader:
    """The bytes, and how far they were read. Fields are reported by their place in a
    whole file: base is where these bytes begin in it, or block is what they were
    unpacked to."""

    whole = "file"

    def __init__(self, data, at=0, sink=None, depth=0, base=0, block=None):
        self.data = data
        self.at = at
        self.sink = sink
        self.depth = depth
        self.base = base
        self.block = block

    def note(self, begin, text, value=None, deeper=0):
        """Notes the meaning of the bytes from begin up to here."""
        if self.sink:
            self.sink(Field(self.base + begin, self.at - begin,
                            self.depth + deeper, text, value, self.block))

    def left(self):
        """Returns the number of bytes that have not been read."""
        return len(self.data) - self.at

    def take(self, size, what):
        if size > self.left():
            raise Damage(self.at, "%s: %d bytes are due, and the %s has %d "
                         "more" % (what, size, self.whole, self.left()))
        self.at += size
        return self.data[self.at - size:self.at]

    def byte(self, what):
        return self.take(1, what)[0]

    def little(self, size, what, signed=False):
        """Reads a number, the lowest byte first."""
        return int.from_bytes(self.take(size, what), "little", signed=signed)

    def form(self, forms, what):
        """Returns (the form that the next byte announces, the number behind it)."""
        begin, first = self.at, self.byte(what)
        form = forms.by_first[first]
        if form is None:
            raise Damage(begin, "%s: %02x begins no %s"
                         % (what, first, forms.name))
        if form.order == "little":
            number = self.little(form.more, what, form.kind == "integer")
        else:
            number = int.from_bytes(self.take(form.more, what), "big")
            number |= first - form.low << 8 * form.more
            if form.more and form.kind == "integer":
                number -= number >> form.bits - 1 << form.bits
        return form, number


class Form(collections.namedtuple("Form", "low high more order kind bits")):
    """One way to write a number: first bytes low to high hold its highest
    bits, `more` bytes follow, in this order. An "integer" that takes more
    than the first byte has a sign; a number of a "string" is its length."""

    def holds(self, number):
        if not self.more:
            return 0 <= number <= self.high - self.low
        if self.kind == "integer":
            return -1 << self.bits - 1 <= number < 1 << self.bits - 1
        return 0 <= number < 1 << self.bits

    def bytes(self, number):
        number &= (1 << self.bits) - 1
        if self.order == "little":
            return bytes([self.low]) + number.to_bytes(self.more, "little")
        number += self.low << 8 * self.more
        return number.to_bytes(1 + self.more, "big")


class Forms:
    """The ways to write what begins with a byte that tells them apart."""

    def __init__(self, name, *rows):
        self.name = name
        self.rows = [Form(*row) for row in rows]
        self.by_first = [None] * 256
        for form in self.rows:
            for first in range(form.low, form.high + 1):
                self.by_first[first] = form

    def shortest(self, kind, number):
        """Returns the shortest form of that kind that holds the number, or None."""
        fit = [form for form in self.rows
               if form.kind == kind and form.holds(number)]
        return min(fit, key=lambda form: form.more, default=None)


def as_integer(content):
    """Returns the number that these bytes spell, if it fits in 64 bits; otherwise None."""
    try:
        number = int(content)
    except ValueError:
        return None
    return number if b"%d" % number == content and (
        -1 << 63 <= number < 1 << 63) else None
