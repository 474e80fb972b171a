"""Makes what the server is to get: sessions of steps, from a seed."""

from __future__ import annotations

import os
import random
import re

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD = "correct-horse"

INTEGERS = """0 1 -1 2 7 10 100 127 255 256 -0 +1 01 00 -01 1.0 1e3 0x10 9223372036854775807
9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615
18446744073709551616 2147483647 2147483648 -2147483648 -2147483649 4294967296 nan inf""".split()
INTEGERS += ["", " 1", "1 ", "1\0", "-", "+", "9" * 100, "1" * 20, "--1"]
FLOATS = """0 1 -1 0.1 3.0e3 -2.5e-3 5.0000000000000000000 1e308 1.7e308 1e400 1e4900 -1e4931
1.18973149535723176502e+4932 1e-4940 1e5000 inf -inf +inf nan infinity 0x1p4 .5 5. . e5
1e""".split()
FLOATS += ["", " 1", "1 ", "1\0" + "2", "9" * 400, "0." + "3" * 400]
LENGTHS = [0, 1, 2, 3, 11, 12, 20, 43, 44, 45, 63, 64, 65, 127, 128, 255, 256, 257, 300, 480]
LENGTHS += [*range(496, 530, 3), 1023, 1024, 4096, 16000, 16383, 16384, 16385]
LONG_LENGTHS = [32767, 32768, 65000, 65535, 65536, 65537, 100000, 131072, 300000]
OFFSETS = """0 0 0 1 2 5 10 44 45 100 255 256 511 512 4096 16384 65535 65536 70000 -1 536870911
536870912 536870913 2147483647 2147483648 4294967295 9223372036854775807""".split()
PATTERNS = """* ** ? a* *a key:* k[a-z]* k[^a]* [ [a [a- [^ [] [^] \\ \\* a\\ *\\ h[z-a]llo
*a*a*a*a*a*a*a*a*a*a*a*b [[]* *[*]* ????????""".split()
PATTERNS += ["", "*" * 500, "*a" * 200, "[" * 300, "\\" * 301]
WORDS = "string list hash zset stream none GET NX XX KEEPTTL EX PX COUNT MATCH DB LEN IDX".split()
LIES = """-1 -2 0 00 01 +1 1 2 3 4 5 10 11 1000 1024 16384 16385 65536 1048576 1048577 536870911
536870912 536870913 2147483646 2147483647 2147483648 4294967295 4294967296 9223372036854775807
9223372036854775808 -9223372036854775808 99999999999999999999 0x5 5a a""".split()
LIES += ["", " ", " 5", "5 ", "-", "1" * 70000, "\0", "5\0"]
LINE_ENDS = [b"", b"\r", b"\n", b"\n\r", b"\r\n\r\n", b"\r\r\n", b"\rx", b"  "]
TRAPS = [b"\r\n", b"*1\r\n$4\r\nQUIT\r\n", b"$-1\r\n", b'"', b"'", b"a b", b"%s%n"]
TIMEOUTS = "0 0 0.0 0.001 0.01 0.1 1 1e1 100000 -1 nan inf 1e300 abc 9223372036854775807".split()
DEGREES = "13.361389 38.115556 0 180 -180 180.1 85.05112878 -85.06 15.0873 37.5027 nan".split()
BOUNDS = "- + -inf +inf (1 (-inf [a (a [ ( ((1 [~ 0 1 -1 -5 5 1.5 (1e300 nan".split()
IDS = "- + $ > * 0 0-0 0-1 1-1 5 5-* (5 7-7 10 99-1 18446744073709551615-1 x-1".split()
UNITS = "m km ft mi M parsec".split()
FIELDS = "u1 i1 u7 u8 i8 i16 u32 i33 u63 i64 u64 i65 x8 u0 8".split()
BLOCKING = {b"BLPOP", b"BRPOP", b"BLMOVE", b"BRPOPLPUSH", b"BLMPOP", b"BZPOPMIN", b"BZPOPMAX",
            b"BZMPOP", b"XREAD", b"XREADGROUP"}
LENGTH = re.compile(rb"[$*]-?\d{1,18}")


def bulk(argument: bytes) -> bytes:
    return b"$%d\r\n%b\r\n" % (len(argument), argument)


def array(arguments: list[bytes]) -> bytes:
    return b"*%d\r\n%b" % (len(arguments), b"".join(map(bulk, arguments)))


class Grammar:
    """The lines of grammar.txt for a stage, each parsed once.

    A parsed line is a list of items: a word; or ("one of", lists, optional);
    or ("again", list), which stands for none or more of the list."""

    def __init__(self, stage: str) -> None:
        self.rows, self.weights, self.commands = [], [], []
        known = False
        with open(os.path.join(HERE, "..", "grammar.txt"), encoding="ascii") as file:
            for line in file:
                line = line.split("#")[0].strip()
                if line.startswith("["):
                    known = line[1:3] <= stage
                elif line and known:
                    weight, _, syntax = line.partition(" ")
                    tokens = re.findall(r"[][<>|]|[^][<>|\s]+", syntax)
                    self.rows.append(self._parse(tokens))
                    self.weights.append(int(weight))
                    self.commands.append(self.rows[-1][0])

    def _parse(self, tokens: list[str]) -> list:
        items: list = []
        while tokens and tokens[0] not in ("]", ">", "|"):
            token = tokens.pop(0)
            if token in "[<":
                choices = [self._parse(tokens)]
                while tokens.pop(0) == "|":
                    choices.append(self._parse(tokens))
                items.append(("one of", choices, token == "["))
            elif token == "...":
                items = [*items, ("again", items[:])]
            else:
                items.append(token)
        return items


class Generator:
    def __init__(self, stage: str, password: bool, seed: int) -> None:
        self.stage, self.password = stage, password
        self.random = random.Random(seed)
        self.grammar = Grammar(max(stage, "03"))
        self.next_conn = 0
        self.sessions = self.requests = 0
        self.echo = stage < "03"

    # Arguments.

    def bytes_of(self, length: int) -> bytes:
        r = self.random
        if r.random() < 0.5:
            return r.choice([b"x", b"ab", b"\0", b"\r\n", b"9", b"\xff"])[:1] * length
        return r.randbytes(length)

    def blob(self) -> bytes:
        r = self.random
        roll = r.random()
        if roll < 0.35:
            return r.choice(INTEGERS).encode()
        if roll < 0.45:
            return r.choice(FLOATS).encode()
        if roll < 0.5:
            return r.choice(TRAPS)
        if roll < 0.94:
            return self.bytes_of(r.choice(LENGTHS[: r.randint(1, len(LENGTHS))]))
        return self.bytes_of(r.choice(LONG_LENGTHS)) if r.random() < 0.3 else self.bytes_of(70)

    def key(self) -> bytes:
        r = self.random
        roll = r.random()
        if roll < 0.6:
            return b"abcdefghijkl"[r.randrange(12) :][:1]
        if roll < 0.9:
            return b"key:%d" % r.randrange(1, 4000)
        if roll < 0.98:
            return self.bytes_of(r.choice([0, 1, 5, 16, 250, 254, 255, 256, 257, 300, 500, 600]))
        return self.blob()

    def argument(self, kind: str) -> bytes:
        r = self.random
        if r.random() < 0.03:
            kind = r.choice(["value", "integer", "option", "key"])
        if kind == "key":
            return self.key()
        if kind in ("value", "text"):
            return self.blob()
        if kind in ("integer", "cursor", "count", "place", "protover"):
            if r.random() < 0.5:
                return b"%d" % r.randint(-20, 300)
            if kind == "cursor" and r.random() < 0.5:
                return b"%d" % r.getrandbits(r.choice([8, 16, 32, 64]))
            return r.choice(INTEGERS).encode() if kind != "protover" else b"%d" % r.randint(1, 4)
        lists = {"degree": DEGREES, "bound": BOUNDS, "id": IDS, "field": FIELDS, "unit": UNITS}
        if kind in lists:
            return r.choice(lists[kind]).encode() if r.random() < 0.95 else self.blob()
        if kind == "timeout":
            return r.choice(TIMEOUTS).encode() if r.random() < 0.95 else self.blob()
        if kind == "numkeys":
            return b"%d" % r.randint(1, 3) if r.random() < 0.8 else r.choice(INTEGERS).encode()
        if kind == "client":
            return b"%d" % r.randrange(2000) if r.random() < 0.9 else r.choice(INTEGERS).encode()
        if kind == "float":
            return r.choice(FLOATS).encode()
        if kind == "offset":
            return r.choice(OFFSETS).encode()
        if kind == "database":
            return b"%d" % r.randrange(16) if r.random() < 0.8 else r.choice(INTEGERS).encode()
        if kind == "pattern":
            return r.choice(PATTERNS).encode()
        if kind == "command":
            return self.word(r.choice(self.grammar.commands))
        if kind == "user":
            return b"default" if r.random() < 0.7 else self.blob()
        if kind == "password":
            return PASSWORD.encode() if r.random() < 0.6 else self.blob()
        if kind == "option":
            return r.choice(WORDS).encode() if r.random() < 0.8 else self.blob()
        if kind == "name":
            return r.choice([b"me", b"lib-py", b"read", b"a b", b"", self.blob()])
        raise ValueError(f"grammar.txt: what kind of argument is {kind}?")

    def word(self, word: str) -> bytes:
        r = self.random
        return (word if r.random() < 0.6 else r.choice([word.lower(), word.title()])).encode()

    def expand(self, items: list) -> list[bytes]:
        r, out = self.random, []
        for item in items:
            if isinstance(item, str):
                out.append(self.argument(item) if item.islower() else self.word(item))
            elif item[0] == "again":
                for _ in range(r.choice([0, 0, 1, 2, r.randrange(20), r.randrange(70)])):
                    out += self.expand(item[1])
            elif not item[2] or r.random() < 0.5:
                out += self.expand(r.choice(item[1]))
        return out

    def arguments(self) -> list[bytes]:
        """One request, nearly always with a number of arguments that it may
        have."""
        r = self.random
        (row,) = r.choices(self.grammar.rows, self.grammar.weights)
        arguments = self.expand(row)
        roll = r.random()
        if roll < 0.02:
            arguments[0] = self.blob() or b"?"
        elif roll < 0.05:
            arguments.insert(r.randint(1, len(arguments)), self.blob())
        elif roll < 0.07 and len(arguments) > 1:
            arguments.pop()
        return arguments

    # Requests as bytes.

    def inline(self, arguments: list[bytes]) -> bytes:
        words = []
        for argument in arguments:
            if re.fullmatch(rb"[!#-&(-~]+", argument) and self.random.random() < 0.7:
                words.append(argument)
            else:
                text = "".join(
                    chr(b) if 0x20 <= b < 0x7F and b not in b'"\\' else f"\\x{b:02x}"
                    for b in argument
                )
                words.append(b'"' + text.encode() + b'"')
        return b" ".join(words) + self.random.choice([b"\r\n", b"\n"])

    def encode(self, arguments: list[bytes]) -> bytes:
        self.requests += 1
        size = sum(map(len, arguments))
        if size < 8000 and self.random.random() < 0.12 and arguments[0][:1].isalpha():
            return self.inline(arguments)
        return array(arguments)

    def pipeline(self, most: int = 40) -> list[bytes]:
        return [self.encode(self.arguments()) for _ in range(self.random.randint(1, most))]

    # Bytes that nobody should send.

    def mutate(self, data: bytes) -> bytes:
        r = self.random
        for _ in range(r.choice([1, 1, 1, 2, 3, 8])):
            data = r.choice(
                [
                    self._flip,
                    self._cut,
                    self._double,
                    self._splice,
                    self._lie,
                    self._lie,
                    self._lie,
                    self._line_ends,
                    self._insert,
                ]
            )(data)
        return data

    def _range(self, data: bytes) -> tuple[int, int]:
        start = self.random.randrange(len(data) + 1)
        return start, min(len(data), start + self.random.choice([1, 1, 2, 3, 8, 50, 5000]))

    def _flip(self, data: bytes) -> bytes:
        out = bytearray(data)
        for _ in range(self.random.choice([1, 1, 2, 8]) if out else 0):
            out[self.random.randrange(len(out))] ^= 1 << self.random.randrange(8)
        return bytes(out)

    def _cut(self, data: bytes) -> bytes:
        start, end = self._range(data)
        return data[:start] + data[end:]

    def _double(self, data: bytes) -> bytes:
        start, end = self._range(data)
        return data[:end] + data[start:end] * self.random.choice([1, 1, 2, 20]) + data[end:]

    def _splice(self, data: bytes) -> bytes:
        start, end = self._range(data)
        return data[:start] + data[self.random.randrange(len(data) + 1) :][:500] + data[end:]

    def _lie(self, data: bytes) -> bytes:
        found = list(LENGTH.finditer(data[:200000]))
        if not found:
            return self._flip(data)
        one, r = self.random.choice(found), self.random
        if r.random() < 0.3:
            lie = b"%d" % (int(one[0][1:]) + r.choice([-2, -1, 1, 2, 10]))
        else:
            lie = r.choice(LIES).encode()
        return data[: one.start() + 1] + lie + data[one.end() :]

    def _line_ends(self, data: bytes) -> bytes:
        places = [found.start() for found in re.finditer(rb"\r\n", data[:200000])]
        if not places:
            return data + b"\r\n"
        place = self.random.choice(places)
        return data[:place] + self.random.choice(LINE_ENDS) + data[place + 2 :]

    def _insert(self, data: bytes) -> bytes:
        r = self.random
        place = r.randrange(len(data) + 1)
        what = r.choice([b"\0", b" ", b"*", b"$", *TRAPS, r.randbytes(5), r.randbytes(300)])
        return data[:place] + what + data[place:]

    def noise(self) -> bytes:
        r = self.random
        data = r.randbytes(r.choice([1, 2, 5, 20, 200, 3000, 40000]))
        roll = r.random()
        if roll < 0.25:
            return r.choice([b"*", b"$", b"*1\r\n", b"*3\r\n$3\r\n", b"*-"]) + data
        if roll < 0.5:
            return bytes(r.choices(b"*$+-:0123456789\r\n\r\n \"'\\x", k=min(len(data), 4000)))
        return data

    def typed_noise(self) -> bytes:
        """Lines with quotes that end, or not, where they should."""
        r = self.random
        lines = []
        for _ in range(r.randint(1, 20)):
            words = [r.choice(self.grammar.commands).encode()]
            for _ in range(r.randint(0, 6)):
                quote = r.choice([b"", b'"', b"'"])
                inner = bytes(r.choices(b"ab\\\\x0fnrt\"' \0\t\xff", k=r.choice([0, 1, 3, 9])))
                words.append(quote + inner + r.choice([quote, quote, b""]))
            lines.append(r.choice([b" ", b"  ", b"\t", b"\0"]).join(words))
            self.requests += 1
        end = r.choice([b"\r\n", b"\n", b"\r", b"\r\n\r\n"])
        tail = r.choice([b"", b"", b"x" * 65535, b"y" * 65537, b"z" * 200000])
        return end.join(lines) + end + tail

    # Sessions.

    def opened(self) -> tuple[int, list[tuple]]:
        conn = self.next_conn
        self.next_conn += 1
        self.sessions += 1
        return conn, [("open", conn, None)]

    def greeting(self) -> bytes:
        """What gets a client in, or does not, where there is a password."""
        r = self.random
        if not self.password:
            return b""
        good = array([b"AUTH", PASSWORD.encode()])
        others = [
            array([b"AUTH", b"default", PASSWORD.encode()]),
            array([b"HELLO", b"2", b"AUTH", b"default", PASSWORD.encode()]),
            array([b"AUTH", self.blob()]),
            array([b"AUTH", b"default", self.blob()]),
            array([b"AUTH", self.blob(), self.blob()]),
            array([b"AUTH", b"x" * 16384]) + good,
            b"*11\r\n" + good,
            b"",
        ]
        return good if r.random() < 0.7 else r.choice(others)

    def chopped(self, conn: int, data: bytes) -> list[tuple]:
        """The bytes as sends: whole, cut here and there, or dribbled."""
        r, roll = self.random, self.random.random()
        if roll < 0.5 or len(data) < 2:
            cuts = []
        elif roll < 0.75:
            cuts = [r.randrange(1, len(data)) for _ in range(r.choice([1, 2, 5, 20]))]
        elif roll < 0.9:
            ends = [found.start() for found in re.finditer(rb"[\r\n*$]", data[:100000])]
            cuts = r.sample(ends, min(len(ends), 30)) if ends else []
        else:
            start = r.randrange(len(data))
            cuts = list(range(start, min(len(data), start + 200)))
        cuts = sorted({0, *cuts, len(data)})
        return [("send", conn, data[a:b]) for a, b in zip(cuts, cuts[1:])]

    def ending(self, conn: int) -> list[tuple]:
        how = self.random.choices(["shut", "close", "reset"], [5, 3, 2])[0]
        return [(how, conn, None)]

    def raw(self, data: bytes) -> list[tuple]:
        conn, steps = self.opened()
        if self.random.random() < 0.15:
            data = data[: self.random.randrange(len(data) + 1)]
        return steps + self.chopped(conn, self.greeting() + data) + self.ending(conn)

    def valid(self) -> list[tuple]:
        """Requests that are answered one by one: as many replies are due."""
        conn, steps = self.opened()
        requests = [array([b"AUTH", PASSWORD.encode()])] if self.password else []
        size = self.random.choice([1, 5, 30, 100])
        while len(requests) < size:
            arguments = self.arguments()
            name = arguments[0].upper()
            loud = name not in (b"QUIT", b"RESET") and name not in BLOCKING and not (
                arguments[0].upper() == b"CLIENT" and arguments[1:2] != []
                and arguments[1].upper() == b"REPLY"
            )
            if loud:
                requests.append(self.encode(arguments))
        steps += self.chopped(conn, b"".join(requests))
        if not self.echo:
            steps.append(("due", conn, len(requests)))
        return [*steps, ("shut", conn, None)]

    def mutated(self) -> list[tuple]:
        return self.raw(self.mutate(b"".join(self.pipeline())))

    def random_bytes(self) -> list[tuple]:
        return self.raw(self.noise())

    def typed(self) -> list[tuple]:
        return self.raw(self.typed_noise())

    def deaf(self) -> list[tuple]:
        """Asks for much, and reads nothing."""
        r = self.random
        conn, steps = self.opened()
        if self.echo:
            block = r.randbytes(65536)
            times = 1300 if r.random() < 0.1 else 60
            sends = [("send", conn, block)] * times
        else:
            want = [b"GET", b"deaf"] if self.stage >= "04" else [b"ECHO", b"y" * 50000]
            block = array(want) * max(1, 60000 // len(array(want)))
            value = self.bytes_of(r.choice([10, 1000, 100000]))
            begin = self.greeting() + array([b"SET", b"deaf", value])
            sends = [("send", conn, begin)] + [("send", conn, block)] * r.choice([1, 5, 40])
            self.requests += 100
        end = self.random.choice(["shut", "close", "reset", "reset"])
        return [*steps, ("deaf", conn, None), *sends, (end, conn, None)]

    def waiting(self) -> list[tuple]:
        """Some that wait, with more to ask behind it, and one that serves."""
        r = self.random
        steps, ends, keys = [], [], b"abc"[: r.randint(1, 3)]
        for _ in range(r.choice([1, 2, 5, 30])):
            conn, opened = self.opened()
            data = self.greeting() + b"".join(self.pipeline(3) if r.random() < 0.3 else [])
            for _ in range(r.choice([1, 1, 2, 5])):
                data += array(self.blocking(keys))
            data += b"".join(self.pipeline(3) if r.random() < 0.5 else [])
            steps += opened + self.chopped(conn, data)
            ends += self.ending(conn)
        conn, opened = self.opened()
        steps += opened + [("send", conn, self.greeting())] * self.password
        r.shuffle(ends)
        for _ in range(r.choice([1, 5, 40])):
            steps += self.chopped(conn, array(self.feeding(keys)))
            if ends and r.random() < 0.1:
                steps.append(ends.pop())
            if r.random() < 0.02:
                steps.append(("wait", 20, None))
        return steps + self.ending(conn) + ends

    def one_key(self, keys: bytes) -> bytes:
        return bytes([self.random.choice(keys)])

    def blocking(self, keys: bytes) -> list[bytes]:
        """A command that waits, if nothing is there."""
        r = self.random
        self.requests += 1
        key, other = self.one_key(keys), self.one_key(keys)
        ends = [r.choice([b"LEFT", b"RIGHT"]), r.choice([b"LEFT", b"RIGHT"])]
        time = b"0" if r.random() < 0.7 else self.argument("timeout")
        return r.choice(
            [
                [b"BLPOP", key, other, time],
                [b"BRPOP", key, time],
                [b"BLMOVE", key, other, *ends, time],
                [b"BRPOPLPUSH", key, other, time],
                [b"BLMPOP", time, b"2", key, other, ends[0], b"COUNT", b"3"],
            ]
        )

    def feeding(self, keys: bytes) -> list[bytes]:
        r = self.random
        self.requests += 1
        key, other = self.one_key(keys), self.one_key(keys)
        roll = r.random()
        if roll < 0.6:
            return [r.choice([b"LPUSH", b"RPUSH"]), key, *map(str.encode, "xyz"[: r.randint(1, 3)])]
        if roll < 0.9:
            return r.choice(
                [
                    [b"DEL", key],
                    [b"SET", key, b"v"],
                    [b"RENAME", key, other],
                    [b"COPY", key, other, b"REPLACE"],
                    [b"MOVE", key, b"1"],
                    [b"SWAPDB", b"0", b"1"],
                    [b"EXPIRE", key, b"0"],
                    [b"FLUSHALL"],
                    [b"CLIENT", b"UNBLOCK", self.argument("client")],
                    [b"CLIENT", b"LIST"],
                ]
            )
        return self.arguments()

    def crowd(self) -> list[tuple]:
        """Many that come, say a little, and leave in some order."""
        steps, ends = [], []
        data = self.greeting() + b"".join(self.pipeline(3))
        for _ in range(self.random.choice([20, 60, 120])):
            conn, opened = self.opened()
            half = data[: self.random.randrange(len(data) + 1)]
            steps += [*opened, ("send", conn, half)] if half else opened
            ends += self.ending(conn)
        self.random.shuffle(ends)
        return steps + ends

    def mass(self) -> list[tuple]:
        """Thousands of keys, so that tables grow and shrink under scans."""
        r = self.random
        conn, steps = self.opened()
        verb = r.choice([[b"SET"], [b"DEL"], [b"SET"], [b"APPEND"], [b"INCR"], [b"ECHO"]])
        if self.stage >= "06" and r.random() < 0.3:
            verb = r.choice([[b"RPUSH"], [b"LPUSH"], [b"LPOP"]])
        first, count = r.randrange(4000), r.choice([500, 3000, 8000])
        valued = (b"SET", b"APPEND", b"RPUSH", b"LPUSH")
        value = [self.bytes_of(r.choice(LENGTHS[:-6]))] if verb[0] in valued else []
        data = [array([*verb, b"key:%d" % n, *value]) for n in range(first, first + count)]
        if verb == [b"SET"] and r.random() < 0.2:
            names = [b"mass:%d" % n for n in range(r.choice([5000, 15000]))]
            data += [array([b"SET", name, b"1"]) for name in names]
            r.shuffle(names)
            data += [array([b"DEL", name]) for name in names]
        elif r.random() < 0.5:
            r.shuffle(data)
        self.requests += len(data)
        data.insert(0, self.greeting())
        return steps + self.chopped(conn, b"".join(data)) + self.ending(conn)

    def many_arguments(self) -> list[tuple]:
        r = self.random
        count = r.choice([63, 64, 65, 1000, 20000, 100000])
        verb = r.choice([b"MSET", b"DEL", b"MGET", b"EXISTS", b"ECHO", b"COMMAND"])
        if self.stage >= "06" and r.random() < 0.5:
            verb = r.choice([b"RPUSH", b"LPUSH", b"BLPOP"])
        data = array([verb] + [b"%d" % (n % 500) for n in range(count)])
        self.requests += 1
        return self.raw(data if r.random() < 0.7 else self.mutate(data))

    def large(self) -> list[tuple]:
        """One argument of megabytes."""
        data = self.bytes_of(self.random.choice([1 << 20, 1 << 21, 5000000]))
        self.requests += 2
        verb = self.random.choice([[b"SET", b"large"], [b"ECHO"], [b"APPEND", b"large"]])
        return self.raw(array([*verb, data]) + array([b"STRLEN", b"large"]))

    def huge(self) -> list[tuple]:
        """As large as a value may get, which is legal, and rare."""
        conn, steps = self.opened()
        requests = [
            [b"SETRANGE", b"huge", b"536870911", b"x"],
            [b"APPEND", b"huge", b"y"],
            [b"STRLEN", b"huge"],
            [b"GETRANGE", b"huge", b"-5", b"-1"],
            [b"LCS", b"huge", b"a"],
            [b"LCS", b"huge", b"huge", b"LEN"],
            [b"RENAME", b"huge", b"other"],
            [b"COPY", b"other", b"huge"],
            [b"MOVE", b"other", b"3"],
            [b"INCR", b"huge"],
            [b"SETRANGE", b"huge", b"536870912", b"x"],
        ]
        requests += [[b"GET", b"huge"]] * (self.random.random() < 0.3)
        requests += [[b"FLUSHALL"]]
        self.requests += len(requests)
        data = (array([b"AUTH", PASSWORD.encode()]) if self.password else b"") + b"".join(
            map(array, requests)
        )
        return [*steps, ("send", conn, data), *self.ending(conn)]

    def round(self) -> list[tuple]:
        """Several sessions, mixed: the steps of each stay in their order."""
        r = self.random
        kinds = {
            self.valid: 25,
            self.mutated: 40,
            self.random_bytes: 10,
            self.typed: 8,
            self.deaf: 0.5,
            self.crowd: 1,
            self.mass: 2,
            self.many_arguments: 1,
            self.large: 0.5,
        }
        if self.stage >= "04":
            kinds[self.huge] = 0.01
        if self.stage >= "06":
            kinds[self.waiting] = 12
        chosen = r.choices(list(kinds), list(kinds.values()), k=r.choice([1, 4, 10, 20]))
        sessions = [list(reversed(make())) for make in chosen]
        steps = []
        while sessions:
            one = r.randrange(len(sessions))
            for _ in range(r.choice([1, 2, 20])):
                if sessions[one]:
                    steps.append(sessions[one].pop())
            if not sessions[one]:
                sessions.pop(one)
        return steps
