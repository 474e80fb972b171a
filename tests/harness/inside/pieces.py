"""A stream of requests or replies, taken apart while it comes.

A stream is fed read by read. Each read is cut into pieces: the lines that say a type
and a length, and the bytes of strings. A piece may end in one read and have begun in an
earlier one. When the last piece of a request or a reply has come, the message is done.

Whatever the stream brings, little of it is kept: of a string the first bytes, of a
message the first RAW bytes and the first ROWS of its tree.
"""

import re

from .. import wire

LINE = 64 << 10         # bytes of a line, as Redis takes them
RAW = 64 << 10          # bytes of a message that are kept, to be played again
ROWS = 60               # of the tree of a message
SHOWN = 60              # bytes of a string in the tree
DEPTH = 32
GROUPS = {"*": 1, "~": 1, ">": 1, "%": 2, "|": 2}   # items that each of a group counts for


class Piece:
    """Bytes of one read that belong together; begins and ends say if all of it lies
    in that read."""

    def __init__(self, start, end, kind, begins, ends):
        self.start, self.end = start, end
        self.kind = kind        # line, bytes, or wrong
        self.begins, self.ends = begins, ends


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


class Pieces:
    """One direction of a connection."""

    def __init__(self, requests):
        self.requests = requests
        self.line = bytearray()         # of the line that has begun
        self.left = 0                   # bytes of the string that are still to come
        self.string = None              # what is known of it: (kind, length, first bytes)
        self.last = b""                 # its last two bytes so far
        self.groups = []                # items that are still to come, a number a level
        self.message = None
        self.wrong = ""                 # why this can no longer be taken apart

    def feed(self, data):
        """Returns the pieces of a read, and the messages that it has completed."""
        at, pieces, done = 0, [], []
        if self.message:
            self.message.reads += 1
        while at < len(data):
            if not self.message:
                self.message = Message()
                self.message.reads = 1
            take = (self._unknown if self.wrong else
                    self._string if self.string else self._line)
            piece, whole = take(data, at)
            self.message.add(data[at:piece.end])
            pieces.append(piece)
            at = piece.end
            if whole:
                done.append(self.message)
                self.message = None
        return pieces, done

    def _unknown(self, data, at):
        return Piece(at, len(data), "wrong", False, False), False

    def _fail(self, why):
        self.wrong = why
        return False

    # Lines.

    def _line(self, data, at):
        begins = not self.line
        end = data.find(b"\n", at) + 1
        self.line += data[at:end or len(data)]
        piece = Piece(at, end or len(data), "line", begins, bool(end))
        if len(self.line) > LINE:
            return piece, self._fail("a line of more than 64 KiB")
        if not end:
            return piece, False
        line, self.line = bytes(self.line), bytearray()
        return piece, self._said(line)

    def _said(self, line):
        """Handles a complete line. Returns true if it completes the message."""
        depth, kind = len(self.groups), chr(line[0])
        if self.requests and not depth and kind != "*":
            for word in line.split()[:ROWS + 1]:
                self.message.row(0, "$", wire.brief(word, SHOWN))
            return True
        if not line.endswith(wire.CRLF):
            return self._fail("a line that ends in \\n without \\r")
        if self.requests and depth and kind != "$":
            return self._fail("a word of a request begins with $")
        if kind not in wire.KIND:
            return self._fail("no reply begins with this byte")
        text = line[1:-2]
        if kind in GROUPS or kind in wire.STRINGS:
            if not re.fullmatch(rb"-1|0|[1-9][0-9]{0,17}", text):
                return self._fail("no length behind the " + kind)
            return self._length(kind, depth, int(text))
        self.message.row(depth, kind, wire.brief(text, SHOWN)[1:-1])
        return self._item()

    def _length(self, kind, depth, count):
        if count < 0:
            self.message.row(depth, kind, "null")
            return self._item()
        if kind in wire.STRINGS:
            self.string, self.left, self.last = (kind, count, b""), count + 2, b""
            return False
        self.message.row(depth, kind, str(count))
        count = count * GROUPS[kind] + (kind == "|")
        if depth >= DEPTH:
            return self._fail("nested too deep")
        if count:
            self.groups.append(count)
            return False
        return self._item()

    # Strings.

    def _string(self, data, at):
        kind, size, shown = self.string
        taken = data[at:at + self.left]
        piece = Piece(at, at + len(taken), "bytes", self.left == size + 2,
                      len(taken) == self.left)
        room = min(size, SHOWN + 1) - len(shown)
        self.string = kind, size, shown + taken[:max(room, 0)]
        self.last = (self.last + taken[-2:])[-2:]
        self.left -= len(taken)
        if self.left:
            return piece, False
        return piece, self._string_done()

    def _string_done(self):
        (kind, size, shown), self.string = self.string, None
        if self.last != wire.CRLF:
            return self._fail("no \\r\\n where the length says that the string ends")
        text = wire.brief(shown, SHOWN)
        self.message.row(len(self.groups), kind,
                         text + (", %d bytes" % size if size > SHOWN else ""))
        return self._item()

    def _item(self):
        """Handles a complete item. Returns true if it completes its group, and that the message."""
        while self.groups:
            self.groups[-1] -= 1
            if self.groups[-1]:
                return False
            self.groups.pop()
        return True
