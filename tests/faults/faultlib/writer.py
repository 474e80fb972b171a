"""Random commands for the keys of one client, drawn as load.txt says."""

from commands.arguments import WORD, Arguments, mix, read_word

from . import place

KINDS = {
    "own": lambda draw: draw.prefix,
    "turn": lambda draw: b"%d" % draw.turn,
    "any": lambda draw: draw.key(draw.kind, 2),
    # Short, sometimes long, or a number.
    "value": mix((60, (b"v", range(50))), (20, range(-10 ** 9, 10 ** 9)),
                 (17, lambda draw: draw.rng.randbytes(draw.rng.randrange(40))),
                 (3, lambda draw: b"long" * draw.rng.randrange(1000))),
    "short": lambda draw: draw.draw("value")[:60],
    "float": [b"0.5", b"0.25", b"-1.75", b"3"],
    "quarter": lambda draw: b"%.2f" % (draw.rng.randrange(99) / 4),
    "side": [b"LEFT", b"RIGHT"],
}
MAKERS = {"key": lambda kind, count: lambda draw: draw.key(kind, int(count))}
LINES = [[[read_word(word, MAKERS) for word in WORD.findall(line)] for line in family.split("\n")]
         for family in place.table("load.txt").split("\n\n")]


class Writer(Arguments):
    """Draws commands for the keys of one client."""

    def __init__(self, rng, prefix):
        super().__init__(rng, [], kinds=KINDS)
        self.prefix = prefix
        self.turn = 0
        self.kind = "s"

    def next_words(self):
        """Draws a command."""
        self.turn += 1
        if self.turn == 1:
            return [b"SET", b"%s:fixed" % self.prefix, b"text"]
        self.kind = self.rng.choice("snflhmz")
        return list(map(self.of, self.rng.choice(self.rng.choice(LINES))))

    def key(self, kind, count):
        return b"%s:%s%d" % (self.prefix, kind.encode(), self.rng.randrange(count))
