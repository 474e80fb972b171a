"""Arguments for the fuzzer: more edge cases, and arguments that cannot be compared.

Keys of all types have the same names, so that commands meet values of other types;
times come true; lengths are huge.

"""

from __future__ import annotations

import os

from commands.arguments import KINDS, Arguments, read_kinds

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PASSWORD = "correct-horse"
LENGTHS = [0, 1, 2, 3, 11, 12, 20, 43, 44, 45, 63, 64, 65, 127, 128, 255, 256, 257, 300, 480]
LENGTHS += [*range(496, 530, 3), 1023, 1024, 4096, 16000, 16383, 16384, 16385]


def bytes_of(rng, length: int) -> bytes:
    if rng.random() < 0.5:
        return rng.choice([b"x", b"a", b"\0", b"\r", b"9", b"\xff"]) * length
    return rng.randbytes(length)


def sized(*lengths):
    return lambda draw: bytes_of(draw.rng, int(draw.rng.choice(lengths)))


def mostly_short(draw) -> bytes:
    """Returns a text whose length is an edge case, mostly a short one."""
    return sized(*LENGTHS[: draw.rng.randint(1, len(LENGTHS))])(draw)


def miscounted(draw) -> list[bytes]:
    """Returns keys behind a number, which is hardly ever right."""
    return [draw.draw("miscount"), *(draw.draw("key") for _ in range(draw.how_often(1)))]


WILD = {
    **KINDS, "password": PASSWORD.encode(), "mostly_short": mostly_short,
    "miscounted": miscounted,
    "slow_pattern": [b"*a*a*a*a*a*a*a*a*a*a*a*b", b"*" * 500, b"*a" * 200, b"[" * 300,
                     b"\\" * 301],
    **read_kinds(os.path.join(HERE, "wild.ini"), sized=sized, usual=KINDS.get),
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
