"""Commands by chance for the keys of one client; model.py knows what each does.

A family is drawn first, then one of its lines. In braces stands what is drawn:
{s:3} one of three keys whose kind is s, {any} a key of a kind whose type never
changes (the same kind twice in one command), {900:9000} a number, and what
DRAWN names.
"""

import re

FAMILIES = b"""
SET {s:3} {value}
SET {s:3} {value} EX {900:9000}
MSET {s:3} {value} {s:3} {value}
APPEND {s:3} {short}
SETRANGE {s:3} {0:30} xyz
SETBIT {s:3} {0:200} {0:2}
GETDEL {s:3}
GET {s:3}

INCRBY {n:2} {-9:99}
INCRBY {s:3} 5
INCRBYFLOAT {f:2} {float}

EXPIRE {any} {900:9000}
PERSIST {any}
SET {own}:d{turn} short PX {1:60}

DEL {any} {any}
RENAME {any} {any}
COPY {h:2} {h:3} REPLACE

RPUSH {l:2} {value} {value}
LPUSH {l:2} {value}
RPUSH {own}:fixed no-list
LPOP {l:2}
RPOP {l:2}
LSET {l:2} {-3:3} {value}
LTRIM {l:2} -40 -1
LINSERT {l:2} BEFORE m{0:5} {value}
RPUSH {l:2} m{0:5}
LREM {l:2} 0 m{0:5}
LMOVE {l:2} {l:2} {side} {side}

HSET {h:2} m{0:20} {value} m{0:20} {value}
HDEL {h:2} m{0:20}
HINCRBY {h:2} count 3
HINCRBYFLOAT {h:2} sum 0.5

SADD {m:2} m{0:60} m{0:60}
SADD {m:2} {0:600}
SREM {m:2} m{0:60}
SPOP {m:2} {1:3}
SMOVE {m:2} {m:2} m{0:60}
SINTERSTORE {own}:i {m:2} {m:2}

ZADD {z:2} {0:99} m{0:30} {quarter} m{0:30}
ZADD {z:2} GT {0:99} m{0:30}
ZINCRBY {z:2} 1.5 m{0:30}
ZREM {z:2} m{0:30}
ZPOPMIN {z:2}
ZREMRANGEBYRANK {z:2} 20 22

XADD {x:2} * n {turn}
XADD {x:2} MAXLEN 20 * n {turn} w {value}
XTRIM {x:2} MAXLEN 10
XGROUP CREATE {x:2} g{0:2} 0 MKSTREAM
XREADGROUP GROUP g{0:2} joe COUNT {1:4} STREAMS {x:2} >
"""
LINES = [[line.split() for line in family.strip().split(b"\n")]
         for family in FAMILIES.split(b"\n\n")]
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
        """A command as words."""
        self.turn += 1
        if self.turn == 1:
            return [b"SET", b"%s:fixed" % self.prefix, b"text"]
        self.kind = self.rng.choice((b"s", b"n", b"f", b"l", b"h", b"m", b"z"))
        line = self.rng.choice(self.rng.choice(LINES))
        return [BRACES.sub(self.fill, word) for word in line]

    def fill(self, found):
        """What stands for one pair of braces."""
        name, count = found.groups()
        if name in DRAWN:
            return DRAWN[name](self)
        if name.isalpha():
            return self.key(name, int(count))
        return b"%d" % self.rng.randrange(int(name), int(count))

    def key(self, kind, count):
        return b"%s:%s%d" % (self.prefix, kind, self.rng.randrange(count))

    def value(self):
        """Short, or now and then long, or a number."""
        way = self.rng.random()
        if way < 0.6:
            return b"v%d" % self.rng.randrange(50)
        if way < 0.8:
            return b"%d" % self.rng.randrange(-10 ** 9, 10 ** 9)
        if way < 0.97:
            return bytes(self.rng.getrandbits(8)
                         for _ in range(self.rng.randrange(40)))
        return b"long" * self.rng.randrange(1000)
