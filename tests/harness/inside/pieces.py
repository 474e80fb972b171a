"""A stream of requests or replies, taken apart while it comes.

A stream is fed read by read. Each read is cut into pieces: the lines that say a type
and a length, and the bytes of strings. A piece may end in one read and have begun in an
earlier one. When the last piece of a request or a reply has come, the message is done.

Whatever the stream brings, little of it is kept: of a string the first bytes, of a
message the first RAW bytes and the first ROWS of its tree.
"""

import collections
import re

from .. import wire

LINE = 64 << 10         # bytes of a line, as Redis takes them
RAW = 64 << 10          # bytes of a message that are kept, to be played again
ROWS = 60               # of the tree of a message
SHOWN = 60              # bytes of a string in the tree
DEPTH = 32
GROUPS = {"*": 1, "~": 1, ">": 1, "%": 2, "|": 2}   # items that each of a group counts for


# Bytes of one read that belong together. kind is line, bytes or wrong; begins and ends say
# if all of it lies in that read.
Piece = collections.namedtuple("Piece", "start end kind begins ends")


class Message:
    """A request or a reply. tree has a row an item: (depth, kind, text)."""

    def __init__(self):
        self.size = 0
        self.raw = bytearray()
        self.reads = 0
        self.tree = []
        self.items = 0

    def add(self, data):
        self.size += len(data)
        self.raw += data[:max(RAW - len(self.raw), 0)]

    def row(self, depth, kind, text):
        self.items += 1
        if self.items <= ROWS:
            self.tree.append((depth, kind, text))

    @property
    def whole(self):
        """Returns true if all its bytes are kept."""
        return self.size == len(self.raw)

    @property
    def empty(self):
        """Returns true for a request of no words, to which there is no answer."""
        return not self.tree or self.whole and re.fullmatch(
            rb"\s*|\*(0|-1)\r\n", bytes(self.raw)) is not None


class Wrong(Exception):
    """The stream can no longer be taken apart; the text says why."""


class Pieces:
    """One direction of a connection."""

    def __init__(self, requests):
        self.requests = requests
        self.message = None
        self.items = None               # takes the message apart: see _item()
        self.wrong = ""                 # why this can no longer be taken apart
        self._want(None)

    def _want(self, size):
        """A string of this many bytes comes next, with its line end; None: a line."""
        self.size, self.taken = size, 0
        self.head, self.tail = b"", b""     # its first bytes so far, and its last two

    def feed(self, data):
        """Returns the pieces of a read, and the messages that it has completed."""
        at, pieces, done = 0, [], []
        if self.message:
            self.message.reads += 1
        while at < len(data):
            if not self.message:
                self.message, self.items = Message(), self._item(0)
                self.message.reads = 1
                self._want(next(self.items))
            pieces.append(self._piece(data, at))
            self.message.add(data[at:pieces[-1].end])
            at = pieces[-1].end
            try:
                if pieces[-1].ends and not self.wrong:
                    self._want(self.items.send((self.head, self.tail)))
            except Wrong as wrong:
                self.wrong = str(wrong)
            except StopIteration:
                done.append(self.message)
                self.message = None
        return pieces, done

    def _piece(self, data, at):
        """Returns what these bytes have, from here on, of that which comes next."""
        if self.wrong:
            return Piece(at, len(data), "wrong", False, False)
        is_line = self.size is None
        end = data.find(b"\n", at) + 1 if is_line else at + self.size - self.taken
        new = data[at:end if 0 < end <= len(data) else len(data)]
        piece = Piece(at, at + len(new), "line" if is_line else "bytes", not self.taken,
                      at + len(new) == end)
        room = (LINE if is_line else SHOWN) + 1 - len(self.head)
        self.head, self.tail = self.head + new[:max(room, 0)], (self.tail + new[-2:])[-2:]
        self.taken += len(new)
        if is_line and self.taken > LINE:
            self.wrong = "a line of more than 64 KiB"
        return piece

    def _item(self, depth):
        """Takes an item apart, with all that is in it. Yields the size of what it wants next (see
        _want), and is sent its first bytes, and its last two."""
        line, _ = yield None
        row, kind, text = self.message.row, chr(line[0]), line[1:-2]
        if self.requests and not depth and kind != "*":
            for word in line.split()[:ROWS + 1]:
                row(0, "$", wire.brief(word, SHOWN))
            return
        if not line.endswith(wire.CRLF):
            raise Wrong("a line that ends in \\n without \\r")
        if self.requests and depth and kind != "$":
            raise Wrong("a word of a request begins with $")
        if kind not in wire.KIND:
            raise Wrong("no reply begins with this byte")
        if kind not in GROUPS and kind not in wire.STRINGS:
            return row(depth, kind, wire.brief(text, SHOWN)[1:-1])
        if not re.fullmatch(rb"-1|0|[1-9][0-9]{0,17}", text):
            raise Wrong("no length behind the " + kind)
        count = int(text)
        if count < 0:
            return row(depth, kind, "null")
        if kind in wire.STRINGS:
            head, tail = yield count + 2
            if tail != wire.CRLF:
                raise Wrong("no \\r\\n where the length says that the string ends")
            return row(depth, kind, wire.brief(head[:count], SHOWN) + (
                ", %d bytes" % count if count > SHOWN else ""))
        row(depth, kind, str(count))
        if depth >= DEPTH:
            raise Wrong("nested too deep")
        for _ in range(count * GROUPS[kind] + (kind == "|")):
            yield from self._item(depth + 1)
