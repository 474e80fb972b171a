"""Arguments: common ones often, and the edges where servers go wrong.

KINDS says what each kind of argument in commands.txt is drawn from. A source is

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

from harness import expect, manifest, session

from .payloads import payload


def words_of(text):
    """Returns the words of a row of values.ini."""
    return [expect.template(word).fill({}) for word in session.send_words(text)]


(INTEGERS, NOT_INTEGERS, FRACTIONS, PATTERNS, OPTIONS, NEVER_FROM_NOW, THOUSANDS,
 SCORES, BOUNDS, BAD_IDS, FAR_IDS) = map(words_of, manifest.read_ini(os.path.join(
     os.path.dirname(__file__), "values.ini"))["words"].values())
FRACTIONS += [b"9" * 400, b"0." + b"3" * 400]
LENGTHS = [1, 2, 5, 19, 20, 21, 32, 43, 44, 45, 44, 45, 63, 64, 65, 127, 128,
           252, 253, 254, 255, 256, 257, 400, 511, 512, 513, 1000, 2000]
KEYS = [b"", b"k", b"\x00", b"a b", b"k\r\n", b"\xff\xfe", b"k" * 44, b"12",
        b"k" * 255, b"k" * 256, b"*", b"k" * 700, b"STORE", b"streams",
        b"Count"]
FAR_SECONDS = 8589934592


def mix(*pairs):
    """Returns one of several sources, by their weights."""
    weights, sources = zip(*pairs)
    sums = list(itertools.accumulate(weights))
    return lambda draw: draw.of(
        sources[bisect.bisect(sums, draw.rng.random() * sums[-1])])


def decimal(least, most, places):
    """Returns a fraction between two numbers, with fewer than this many decimal places.
    """
    return lambda draw: b"%.*f" % (draw.rng.randrange(places),
                                   draw.rng.uniform(least, most))


def letters(alphabet, lengths):
    """Returns text made of these letters."""
    return lambda draw: bytes(
        draw.rng.choices(alphabet, k=draw.rng.choice(lengths)))


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


KINDS = {
    # Keys and values.
    "key": any_of("keys"),
    "value": mix((20, "int"), (8, FRACTIONS), (2, OPTIONS),
                 (20, (b"v", range(1000))), (5, b""),
                 (15, letters(b"ab", LENGTHS)),
                 (10, letters(b"abcdefgh\r\n", LENGTHS)),
                 (5, run([b"9", b"x"], LENGTHS)), (15, binary(LENGTHS))),
    "int": mix((40, range(-20, 121)), (45, INTEGERS), (15, NOT_INTEGERS)),
    "float": mix((40, decimal(-1000, 1000, 18)), (36, FRACTIONS), (24, "int")),
    "small": mix((80, range(-1, 7)), (20, "int")),
    "place": mix((35, range(-12, 13)), (35, range(-300, 301)), (30, "int")),
    # Offsets for SETRANGE: few large ones, since they take memory.
    "offset": mix((80, [0, 1, 2, 5, 40, 44, 250, 256, 400]), (1, range(20000)),
                  (19, [-1, 536870912, 536870913, 9223372036854775807,
                        4294967296, NOT_INTEGERS])),
    "db": mix((80, range(3)), (10, [15, 16, -1]), (10, "int")),
    "pattern": mix((30, "key"), (70, PATTERNS)),
    "cursor": mix((50, b"0"), (8, range(1 << 4)), (8, range(1 << 12)),
                  (8, range((1 << 63) - 1)), (1, range(1 << 63, (1 << 64) - 1)),
                  (25, "int")),
    "type": b"string STRING list zset nothing hash set stream".split() + [b""],
    "word": (b"w", letters(b"abcxyz", [4])),

    # Clients and commands: names that CLIENT SETNAME accepts, and others.
    "text": [b"", b"me", b"a b", b"x\ny", b"\x7f", b"~", b"!", b"n" * 200,
             b"\xc3\xa9", b"a\x00b", "word"],
    "secret": b"secret",
    "user": [b"default", b"default", b"DEFAULT", "word"],
    "command": any_of("commands"),
    "client": mix((90, (b"id:", any_of("conns"))),
                  (10, [0, -1, 9223372036854775807, 9223372036854775808, b"abc",
                        b""])),

    # Times.
    "seconds": mix((70, range(10 ** 5, 10 ** 9)),
                   (22, NEVER_FROM_NOW + THOUSANDS), (8, NOT_INTEGERS)),
    "milliseconds": mix((70, range(10 ** 8, 10 ** 12)), (22, NEVER_FROM_NOW),
                        (8, NOT_INTEGERS)),
    "moment": mix((75, range(FAR_SECONDS, FAR_SECONDS + 8)),
                  (17, NEVER_FROM_NOW + THOUSANDS
                   + [9223372036854774, 1, 1000000000]), (8, NOT_INTEGERS)),
    "millimoment": mix((75, [FAR_SECONDS * 1000 + more for more in (
        0, 1, 499, 500, 501, 999, 1000, 1499, 1500, 5500)]),
        (17, NEVER_FROM_NOW + [1, 1000000000000]), (8, NOT_INTEGERS)),
    "restore_time": mix((4, b"0"), (5, range(10 ** 8, 2 * 10 ** 8)), (1, "int")),
    # Time-outs: for ever, very long, very short, or none.
    "wait": mix((75, b"0"),
                (10, b"0.0 1000 3600.5 1e4 -0 100000000 0.0e9 0x1000".split()),
                (5, b"0.001 0.01 1e-9 0.0004 .02".split()),
                (10, b"""-1 -0.001 abc inf -inf nan 1e300 1e5000 0,5
                 9223372036854775807 9223372036854775 9223372036854776""".split()
                 + [b"", b"0 ", b" 0", b"0\x00"])),

    # Elements of collections; often one that is in many of them.
    "element": mix((6, any_of("pool")), (4, "new_element")),
    # Integers of all sizes, texts that are nearly integers, short and long texts.
    "new_element": mix((30, "width"), (10, NOT_INTEGERS),
                       (20, (b"e", range(1000))), (38, "value"),
                       (2, run([bytes([byte]) for byte in range(256)], [
                           4000, 4095, 4096, 8100, 8180, 8192, 9000, 20000]))),
    "width": width,
    "elements": elements,
    "index": mix((45, range(-5, 6)), (30, range(-150, 151)),
                 (15, range(-2000, 2001)), (10, "int")),
    "rank": mix((80, range(-3, 4)), (20, "int")),
    "count": mix((70, range(-2, 9)), (15, range(401)), (15, "int")),
    "keys": keys,
    "field": [(b"f", range(5)), "element"],
    "many_fields": pairs(600, lambda n: (b"f", n)),
    "pop_key": (b"pop:", range(2)),
    "hll_key": (b"hll:", range(4)),
    "fresh": fresh,
    "many_fresh": lambda draw: [fresh(draw) for _ in range(
        draw.rng.choice((60, 200)))],
    "star": b"*",

    # Sorted sets.
    "score": mix((50, range(-3, 13)),
                 (15, b"1.5 0.1 -0.5 2.25 1e3 0.3 3.3 100000 0.7".split()),
                 (10, SCORES), (15, decimal(-1000, 1000, 12)), (10, "float")),
    "many_scores": pairs(600, lambda n: range(n + 1)),
    "many_ties": pairs(600, lambda n: b"1"),
    "bound": mix((15, BOUNDS), (85, ([b"", b"", b"("], "score"))),
    "many_zeros": pairs(400, lambda n: b"0"),
    "lex_key": (b"lex:", range(2)),
    "lex": mix((20, b"- +".split()), (10, BOUNDS + [b"a", b"++"]),
               (70, ([b"[", b"("], "element"))),

    # Places on the earth; most are close to each other.
    "longitude": mix((70, decimal(13.0, 15.5, 8)), (20, decimal(-180, 180, 8)),
                     (10, b"""180 -180 180.0001 -180.0001 180.1 0 13.361389 15.0873
                      179.999999 nan inf abc 1e1""".split())),
    "latitude": mix((70, decimal(37.0, 38.9, 8)), (20, decimal(-85.05, 85.05, 8)),
                    (10, b"""85.05112878 -85.05112878 85.06 90 38.115556 37.5027
                     -85.06 0 nan abc 85.0511287""".split())),
    "unit": mix((95, b"m km ft mi KM m km M cm parsec".split()), (5, "word")),
    "radius": mix((10, b"-1 abc 0 inf 1e300 -0.1 nan".split() + [b""]),
                  (90, b"1 10 100 200 200.5 1000 5000 100000 0.001 1e6".split())),

    # Bits.
    "bit_offset": mix((90, [range(9), range(130), range(400), range(5000)]),
                      (10, b"""-1 4294967296 abc 1.5 99999 9223372036854775807
                       9223372036854775808""".split() + [b""])),
    "bit": b"0 1 0 1 0 1 2 -1 a 01".split(),
    "bit_type": mix((92, ([b"u", b"i"], b"""1 2 3 5 7 8 9 16 31 32 33 62 63
                           """.split())),
                    (8, b"i64 u64 i65 u0 x8 u i0 8 u99999999999 u-1".split()
                     + [b""])),
    "bit_place": mix((30, (b"#", range(12))),
                     (70, b"""0 1 7 8 100 13 64 400 -1 #-1 # abc 9223372036854775807
                      #9223372036854775807""".split())),

    # Streams.
    "stream_id": mix((35, (range(30), b"-", range(4))), (25, "counted_id"),
                     (15, range(40)), (10, (range(40), b"-*")), (12, BAD_IDS),
                     (3, FAR_IDS)),
    "counted_id": counted_id,
    "stream_place": b"0 1 3 10 100 5-1".split(),
    "auto_key": (b"auto:", range(2)),
    "range_start": mix((4, b"-"), (6, ([b"", b"", b"("], "stream_id"))),
    "range_end": mix((4, b"+"), (6, ([b"", b"", b"("], "stream_id"))),
    "read_id": mix((6, b"0 $ 0-0 5".split()), (4, "stream_id")),
    "group_read": mix((75, b"> > > 0".split()), (25, "stream_id")),
    # In milliseconds.
    "stream_wait": mix((85, b"0 0 0 10000000".split()), (8, [1, 10]),
                       (7, b"-1 abc 9223372036854775808 nan".split() + [b""])),
    "group": b"g1 g1 g1 g1 g2 g2 streams NOACK".split() + [b"", b"g\x00"],
    "group_id": mix((7, b"0 $ 0".split()), (3, "stream_id")),
    "consumer": b"c1 c1 c1 c2 c2 c3 STREAMS noack".split() + [b""],
    "min_idle": b"0 0 0 0 360000000 -1 abc".split(),
    "idle": [0, 720000000, -1],

    # SORT, and values as DUMP gives them.
    "weight_key": (b"w_", [range(-1, 7), "element"]),
    "sort_by": b"w_* w_* w_*->f1 nosort no_* w_*-> *".split() + [b""],
    "sort_get": b"# w_* w_*->f1 none w_*-> *".split(),
    "payload": payload,
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
        """Returns how often an item is repeated."""
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
