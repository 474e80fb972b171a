"""Arguments for the fuzzer: more edge cases, and arguments that cannot be compared.

Keys of all types have the same names, so that commands meet values of other types;
times come true; lengths are huge.

"""

from __future__ import annotations

from commands.arguments import KINDS, WORDS, Arguments, mix

PASSWORD = "correct-horse"
LENGTHS = [0, 1, 2, 3, 11, 12, 20, 43, 44, 45, 63, 64, 65, 127, 128, 255, 256, 257, 300, 480]
LENGTHS += [*range(496, 530, 3), 1023, 1024, 4096, 16000, 16383, 16384, 16385]
LONG_LENGTHS = [32767, 32768, 65000, 65535, 65536, 65537, 100000, 131072, 300000]
NUMBERS = WORDS["INTEGERS"] + WORDS["NOT_INTEGERS"]
OFFSETS = b"""0 0 0 1 2 5 10 44 45 100 255 256 511 512 4096 16384 65535 65536 70000 -1 536870911
536870912 536870913 2147483647 2147483648 4294967295 9223372036854775807""".split()
SLOW_PATTERNS = [b"*a*a*a*a*a*a*a*a*a*a*a*b", b"*" * 500, b"*a" * 200, b"[" * 300, b"\\" * 301]
NAMES = b"string list hash zset stream none GET NX XX KEEPTTL EX PX COUNT MATCH DB LEN IDX".split()
TRAPS = [b"\r\n", b"*1\r\n$4\r\nQUIT\r\n", b"$-1\r\n", b'"', b"'", b"a b", b"%s%n"]
TIMEOUTS = b"0 0 0.0 0.001 0.01 0.1 1 1e1 100000 -1 nan inf 1e300 abc 9223372036854775807".split()


def bytes_of(rng, length: int) -> bytes:
    if rng.random() < 0.5:
        return rng.choice([b"x", b"a", b"\0", b"\r", b"9", b"\xff"]) * length
    return rng.randbytes(length)


def sized(lengths: list[int]):
    return lambda draw: bytes_of(draw.rng, draw.rng.choice(lengths))


def mostly_short(draw) -> bytes:
    """Returns a text whose length is an edge case, mostly a short one."""
    return sized(LENGTHS[: draw.rng.randint(1, len(LENGTHS))])(draw)


def miscounted(draw) -> list[bytes]:
    """Returns keys behind a number, which is hardly ever right."""
    count = draw.of(mix((8, range(1, 4)), (2, NUMBERS)))
    return [count, *(draw.draw("key") for _ in range(draw.how_often(1)))]


def or_value(often: int, kind: str):
    """Returns a usual value this many times out of a hundred, and any bytes otherwise.
    """
    return mix((often, KINDS[kind]), (100 - often, "value"))


WILD = {
    **KINDS,
    "key": mix((60, [bytes([letter]) for letter in b"abcdefghijkl"]),
               (30, (b"key:", range(1, 4000))),
               (8, sized([0, 1, 5, 16, 250, 254, 255, 256, 257, 300, 500, 600])),
               (2, "value")),
    "value": mix((35, NUMBERS), (10, WORDS["FRACTIONS"]), (5, TRAPS), (44, mostly_short),
                 (2, sized(LONG_LENGTHS)), (4, sized([70]))),
    "int": mix((50, range(-20, 301)), (50, NUMBERS)),
    "offset": OFFSETS,
    "bit_offset": OFFSETS,
    "db": mix((80, range(16)), (20, NUMBERS)),
    "pattern": WORDS["PATTERNS"] + SLOW_PATTERNS,
    "word": mix((80, NAMES), (20, "value")),
    "keys": mix((50, KINDS["keys"]), (50, miscounted)),
    "wait": mix((95, TIMEOUTS), (5, "value")),
    "client": mix((90, range(2000)), (10, NUMBERS)),
    "user": mix((70, b"default"), (30, "value")),
    "secret": mix((60, PASSWORD.encode()), (40, "value")),
    "text": [b"me", b"lib-py", b"read", b"a b", b"", "value"],
    "type": mix((50, KINDS["type"]), (50, "word")),
    "element": or_value(50, "element"),
    **{kind: or_value(95, kind) for kind in ("unit", "bound", "lex", "longitude", "latitude",
                                             "bit_type")},
    **{kind: or_value(90, kind) for kind in ("group", "consumer")},
    "stream_id": mix((65, KINDS["stream_id"]), (30, WORDS["BAD_IDS"] + [b"*"]), (5, "value")),
    **dict.fromkeys(["range_start", "range_end", "read_id", "group_read", "group_id"],
                    mix((30, b"- + > $ 0".split()), (70, "stream_id"))),
    **dict.fromkeys(["pop_key", "hll_key", "lex_key", "auto_key", "weight_key"], "key"),
    **dict.fromkeys(["small", "place", "index", "rank", "count", "seconds", "milliseconds",
                     "moment", "millimoment", "restore_time", "stream_wait", "min_idle", "idle"],
                    "int"),
}


class Wild(Arguments):
    """Draws arguments, sometimes of another kind than is expected."""

    def __init__(self, rng, commands, **kinds) -> None:
        super().__init__(rng, commands, kinds={**WILD, **kinds})

    def draw(self, kind: str):
        if self.rng.random() < 0.03:
            kind = self.rng.choice(["value", "int", "word", "key"])
        return super().draw(kind)

    def how_often(self, at_least: int) -> int:
        r = self.rng
        if not at_least and r.random() < 0.5:
            return 0
        return at_least + r.choice([0, 0, 1, 2, r.randrange(20), r.randrange(70)])
