"""Random commands for the keys of one client, drawn as load.txt says."""

import re

from . import place

LINES = [[line.split() for line in family.encode().split(b"\n")]
         for family in place.table("load.txt").split("\n\n")]
BRACES = re.compile(rb"\{(-?\w+):?(\d*)\}")
DRAWN = {
    b"own": lambda writer: writer.prefix,
    b"turn": lambda writer: b"%d" % writer.turn,
    b"any": lambda writer: writer.key(writer.kind, 2),
    b"value": lambda writer: writer.value(),
    b"short": lambda writer: writer.value()[:60],
    b"float": lambda writer: writer.rng.choice((b"0.5", b"0.25", b"-1.75",
                                                b"3")),
    b"quarter": lambda writer: str(writer.rng.randrange(99) / 4).encode(),
    b"side": lambda writer: writer.rng.choice((b"LEFT", b"RIGHT")),
}


class Writer:
    """Draws commands for the keys of one client."""

    def __init__(self, rng, prefix):
        self.rng = rng
        self.prefix = prefix
        self.turn = 0
        self.kind = b"s"

    def draw(self):
        """Draws a command as words."""
        self.turn += 1
        if self.turn == 1:
            return [b"SET", b"%s:fixed" % self.prefix, b"text"]
        self.kind = self.rng.choice((b"s", b"n", b"f", b"l", b"h", b"m", b"z"))
        line = self.rng.choice(self.rng.choice(LINES))
        return [BRACES.sub(self.fill, word) for word in line]

    def fill(self, found):
        """Returns the text that replaces one pair of braces."""
        name, count = found.groups()
        if name in DRAWN:
            return DRAWN[name](self)
        if name.isalpha():
            return self.key(name, int(count))
        return b"%d" % self.rng.randrange(int(name), int(count))

    def key(self, kind, count):
        return b"%s:%s%d" % (self.prefix, kind, self.rng.randrange(count))

    def value(self):
        """Draws a value: short, sometimes long, or a number."""
        way = self.rng.random()
        if way < 0.6:
            return b"v%d" % self.rng.randrange(50)
        if way < 0.8:
            return b"%d" % self.rng.randrange(-10 ** 9, 10 ** 9)
        if way < 0.97:
            return bytes(self.rng.getrandbits(8)
                         for _ in range(self.rng.randrange(40)))
        return b"long" * self.rng.randrange(1000)
