"""Arguments: common ones often, and the edges where servers go wrong.

KINDS says what each kind of argument in commands.txt is drawn from, most of them in
kinds.ini. A source is

    b"word"          itself; a number stands for its digits
    [...], range()   any of these sources
    "kind"           another kind
    (a, b)           sources, one behind the other
    mix((8, a), ...) sources with their weights
    function(draw)   what it returns, where draw is the Arguments: bytes, or
                     a list of them, which are several arguments
"""

import bisect
import functools
import itertools
import os
import re

from harness import manifest, session, wire

from .payloads import payload

HERE = os.path.dirname(os.path.abspath(__file__))
WORD = re.compile(r'"(?:[^"\\]|\\.)*"|(?:<[^>]*>|\S)+')


def read_words(path):
    """Returns {name: words} of the section [words] of a file. Odd words stand in quotes."""
    return {name: [wire.unescape(word[1:-1]) if word[0] == '"' else word.encode()
                   for word in session.send_words(text)]
            for name, text in manifest.read_ini(path)["words"].items()}


# Words, by the names that they have in values.ini, in capitals.
WORDS = {name.upper(): words
         for name, words in read_words(os.path.join(HERE, "values.ini")).items()}
WORDS["FRACTIONS"] += [b"9" * 400, b"0." + b"3" * 400]
LENGTHS = [1, 2, 5, 19, 20, 21, 32, 43, 44, 45, 44, 45, 63, 64, 65, 127, 128,
           252, 253, 254, 255, 256, 257, 400, 511, 512, 513, 1000, 2000]
KEYS = [b"", b"k", b"\x00", b"a b", b"k\r\n", b"\xff\xfe", b"k" * 44, b"12",
        b"k" * 255, b"k" * 256, b"*", b"k" * 700, b"STORE", b"streams",
        b"Count"]


def mix(*pairs):
    """Returns one of several sources, by their weights."""
    weights, sources = zip(*pairs)
    sums = list(itertools.accumulate(weights))
    return lambda draw: draw.of(
        sources[bisect.bisect(sums, draw.rng.random() * sums[-1])])


def decimal(least, most, places):
    """Returns a fraction between two numbers, with fewer than this many decimal places.
    """
    least, most, places = float(least), float(most), int(places)
    return lambda draw: b"%.*f" % (draw.rng.randrange(places),
                                   draw.rng.uniform(least, most))


def letters(alphabet, *lengths):
    alphabet, lengths = wire.unescape(alphabet), list(map(int, lengths)) or LENGTHS
    return lambda draw: bytes(draw.rng.choices(alphabet, k=draw.rng.choice(lengths)))


def run(pieces, lengths):
    """Returns the same letter again and again."""
    return lambda draw: draw.rng.choice(pieces) * draw.rng.choice(lengths)


def binary(lengths):
    return lambda draw: draw.rng.randbytes(draw.rng.choice(lengths))


def width(draw):
    """Returns an integer at or near the limit of what this many bits hold."""
    bits = draw.rng.choice((7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 63))
    value = (1 << bits) >> draw.rng.randrange(2)
    value += draw.rng.randint(-2, 2)
    return b"%d" % (value * draw.rng.choice((1, -1)))


def elements(draw):
    """Returns many elements of one family."""
    rng = draw.rng
    count = rng.choice((20, 60, 127, 128, 129, 200, 200, 600, 1500))
    length = rng.choice((1, 3, 8, 20, 63, 64, 65, 100, 300, 1000, 4000))
    source = rng.choice((range(128), "width", "element", None, binary([length])))
    if source == "element":
        count //= 2
    elif not isinstance(source, (str, range)):
        count = max(5, min(count, 60000 // length))
    return [draw.of(source or (n, b"-", run([b"x"], range(length))))
            for n in range(count)]


def pairs(most, make):
    """Returns many elements, each behind what make returns for its number."""
    return lambda draw: [
        word for n, value in enumerate(draw.of(draw.kinds["elements"])[:most])
        for word in (draw.of(make(n)), value)]


def fresh(draw):
    """Returns an element that was not used before."""
    return draw.of(([b"fresh", b"777", b"777"], next(draw.numbers)))


def counted_id(draw):
    """Returns an ID that was not used before; they grow."""
    number = next(draw.numbers)
    return b"%d-%d" % (number // 3, number % 3 + 1)


def keys(draw):
    """Returns keys behind their number, which is sometimes wrong."""
    found = [draw.draw("key") for _ in range(draw.rng.choice((1, 1, 2, 2, 3, 5)))]
    return [draw.of(mix((94, len(found)), (6, "int"))), *found]


def any_of(name):
    """Returns one of the session's own values: see Arguments."""
    return lambda draw: draw.rng.choice(getattr(draw, name))


def read_source(text, makers):
    """Returns the source that a row of kinds.ini describes."""
    if " | " not in text:
        words = [read_word(word, makers) for word in WORD.findall(text)]
        return words if len(words) > 1 else words[0]
    return mix(*((float(weight), read_source(words, makers)) for weight, words in (
        one.split(None, 1) for one in text.split(" | "))))


def read_word(word, makers):
    """Returns the source that a word describes."""
    if word[0] == '"':
        return wire.unescape(word[1:-1])
    parts = [read_hole(part, makers) if number % 2 else part.encode() for number, part
             in enumerate(re.split("<(.*?)>", word)) if part]
    return tuple(parts) if len(parts) > 1 else parts[0]


def read_hole(text, makers):
    """Returns the source that stands between < and >."""
    first, *others = text.split()
    if others:
        return makers[first](*others)
    if ".." in first:
        least, most = map(int, first.split(".."))
        return range(least, most + 1)
    return sum((WORDS[name] for name in first.split("+")), []) if first.isupper() else first


def read_kinds(path, **makers):
    """Returns {name: source} of all rows of a file."""
    return {name: read_source(" ".join(text.split()), makers)
            for section in manifest.read_ini(path).values() for name, text in section.items()}


KINDS = {
    "key": any_of("keys"), "command": any_of("commands"), "conn": any_of("conns"),
    "pool": any_of("pool"),
    "run": run([b"9", b"x"], LENGTHS), "binary": binary(LENGTHS), "long_name": b"n" * 200,
    "long_run": run([bytes([byte]) for byte in range(256)],
                    [4000, 4095, 4096, 8100, 8180, 8192, 9000, 20000]),
    "width": width, "elements": elements, "keys": keys, "fresh": fresh,
    "many_fresh": lambda draw: [fresh(draw) for _ in range(draw.rng.choice((60, 200)))],
    "many_fields": pairs(600, lambda n: (b"f", n)),
    "many_scores": pairs(600, lambda n: range(n + 1)),
    "many_ties": pairs(600, lambda n: b"1"), "many_zeros": pairs(400, lambda n: b"0"),
    "counted_id": counted_id, "payload": payload,
    **read_kinds(os.path.join(HERE, "kinds.ini"), letters=letters, decimal=decimal),
}


class Arguments:
    """Draws the arguments of one session: its keys are its own, and so is a
    pool of elements. conns are the connections that CLIENT UNBLOCK knows."""

    def __init__(self, rng, commands, conns="A", size=None, kinds=KINDS):
        self.rng = rng
        self.commands = commands
        self.conns = [conn.encode() for conn in conns]
        self.kinds = kinds
        self.numbers = itertools.count(1)   # each is used once
        size = size or rng.choice((3, 8, 8, 60, 2000))
        self.keys = [b"k%d" % n for n in range(size)]
        if rng.random() < 0.5:
            self.keys[-1:] = rng.sample(KEYS, 4)

    @functools.cached_property
    def pool(self):
        return [self.draw("new_element") for _ in range(6)]

    def how_often(self, at_least):
        if at_least and self.rng.random() < 0.1:
            return self.rng.choice((15, 16, 17, 33, 60))
        return self.rng.randint(at_least, 3)

    def draw(self, kind):
        """Returns an argument of that kind, or a list of them."""
        return self.of(self.kinds[kind])

    def of(self, source):
        """Returns what a source gives; see above."""
        if isinstance(source, bytes):
            return source
        if isinstance(source, int):
            return b"%d" % source
        if isinstance(source, str):
            return self.draw(source)
        if isinstance(source, tuple):
            return b"".join([self.of(part) for part in source])
        if callable(source):
            return source(self)
        return self.of(self.rng.choice(source))
