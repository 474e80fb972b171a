"""Values as DUMP serializes them, of version 10 and older."""

import struct

from harness import rdb_make as make


def some(draw, kind):
    """Returns a few values that are all different."""
    return sorted({draw.draw(kind) for _ in range(draw.rng.randint(1, 8))})


def value(draw):
    """Returns a value that is not too long, since packing takes time."""
    return draw.draw("value")[:3000]


def rows(draw, second):
    """Returns a few different elements, each with a value behind it."""
    return [(name, second()) for name in some(draw, "element")]


def flat(rows):
    """Returns the words of rows, packed."""
    return make.plain(make.listpack([word for row in rows for word in row]))


def stream(draw):
    entries = [((n + 1, 0), [(b"f", b"v")])
               for n in range(draw.rng.randint(1, 4))]
    return make.stream([entries], entries[-1][0])


# The function that makes the body of a value, for each type in a file.
BODIES = {
    0: lambda draw: make.string(value(draw)),
    1: lambda draw: make.several(some(draw, "element")),
    2: lambda draw: make.several(some(draw, "element")),
    4: lambda draw: make.pairs(rows(draw, lambda: value(draw))),
    5: lambda draw: make.binary_scores(rows(
        draw, lambda: float(draw.rng.randrange(9)))),
    11: lambda draw: make.plain(make.intset(
        sorted(draw.rng.sample(range(-99, 99), 5)))),
    16: lambda draw: flat((name, b"value") for name in some(draw, "field")),
    17: lambda draw: flat((name, b"%d" % score) for score, name
                          in enumerate(some(draw, "field"))),
    18: lambda draw: make.quicklist_2([
        some(draw, "field") for _ in range(draw.rng.randint(1, 2))]),
    19: stream,
}


def payload(draw):
    """Returns a value of any type, which is sometimes broken."""
    rng = draw.rng
    code = rng.choice(list(BODIES))
    data = bytes([code]) + BODIES[code](draw)
    data += struct.pack("<H", rng.choice((6, 9, 10, 10, 10)))
    data += struct.pack("<Q", make.crc64(data))
    dice = rng.random()
    if dice < 0.03:
        return data[:rng.randrange(len(data))]
    if dice < 0.06:
        at = rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    return data
