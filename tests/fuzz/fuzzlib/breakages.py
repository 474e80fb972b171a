"""Bytes that nobody should send."""

from __future__ import annotations

import random
import re

from .wild import WILD

LIES = b"""-1 -2 0 00 01 +1 1 2 3 4 5 10 11 1000 1024 16384 16385 65536 1048576 1048577 536870911
536870912 536870913 2147483646 2147483647 2147483648 4294967295 4294967296 9223372036854775807
9223372036854775808 -9223372036854775808 99999999999999999999 0x5 5a a""".split()
LIES += [b"", b" ", b" 5", b"5 ", b"-", b"1" * 70000, b"\0", b"5\0"]
LINE_ENDS = [b"", b"\r", b"\n", b"\n\r", b"\r\n\r\n", b"\r\r\n", b"\rx", b"  "]
LENGTH = re.compile(rb"[$*]-?\d{1,18}")


def mutate(r: random.Random, data: bytes) -> bytes:
    """Returns the bytes with some mistakes in them."""
    for _ in range(r.choice([1, 1, 1, 2, 3, 8])):
        data = r.choice([flip, cut, double, splice, lie, lie, lie, end_line, insert])(r, data)
    return data


def a_range(r, data):
    start = r.randrange(len(data) + 1)
    return start, min(len(data), start + r.choice([1, 1, 2, 3, 8, 50, 5000]))


def flip(r, data):
    out = bytearray(data)
    for _ in range(r.choice([1, 1, 2, 8]) if out else 0):
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
    return bytes(out)


def cut(r, data):
    start, end = a_range(r, data)
    return data[:start] + data[end:]


def double(r, data):
    start, end = a_range(r, data)
    return data[:end] + data[start:end] * r.choice([1, 1, 2, 20]) + data[end:]


def splice(r, data):
    start, end = a_range(r, data)
    return data[:start] + data[r.randrange(len(data) + 1) :][:500] + data[end:]


def lie(r, data):
    """Changes a length."""
    found = list(LENGTH.finditer(data[:200000]))
    if not found:
        return flip(r, data)
    one = r.choice(found)
    if r.random() < 0.3:
        told = b"%d" % (int(one[0][1:]) + r.choice([-2, -1, 1, 2, 10]))
    else:
        told = r.choice(LIES)
    return data[: one.start() + 1] + told + data[one.end() :]


def end_line(r, data):
    places = [found.start() for found in re.finditer(rb"\r\n", data[:200000])]
    if not places:
        return data + b"\r\n"
    place = r.choice(places)
    return data[:place] + r.choice(LINE_ENDS) + data[place + 2 :]


def insert(r, data):
    place = r.randrange(len(data) + 1)
    what = r.choice([b"\0", b" ", b"*", b"$", *WILD["trap"], r.randbytes(5), r.randbytes(300)])
    return data[:place] + what + data[place:]


def noise(r: random.Random) -> bytes:
    data = r.randbytes(r.choice([1, 2, 5, 20, 200, 3000, 40000]))
    roll = r.random()
    if roll < 0.25:
        return r.choice([b"*", b"$", b"*1\r\n", b"*3\r\n$3\r\n", b"*-"]) + data
    if roll < 0.5:
        return bytes(r.choices(b"*$+-:0123456789\r\n\r\n \"'\\x", k=min(len(data), 4000)))
    return data


def typed_noise(r: random.Random, commands: list[bytes]) -> bytes:
    """Returns lines with quotes that end where they should, or elsewhere."""
    lines = []
    for _ in range(r.randint(1, 20)):
        words = [r.choice(commands)]
        for _ in range(r.randint(0, 6)):
            quote = r.choice([b"", b'"', b"'"])
            inner = bytes(r.choices(b"ab\\\\x0fnrt\"' \0\t\xff", k=r.choice([0, 1, 3, 9])))
            words.append(quote + inner + r.choice([quote, quote, b""]))
        lines.append(r.choice([b" ", b"  ", b"\t", b"\0"]).join(words))
    end = r.choice([b"\r\n", b"\n", b"\r", b"\r\n\r\n"])
    return end.join(lines) + end + r.choice([b"", b"", b"x" * 65535, b"y" * 65537, b"z" * 200000])
