"""Arguments: common ones often, and the edges where servers go wrong."""

from .words_07 import TypeKinds
from .words_08 import ValueKinds

INTEGERS = [
    b"0", b"1", b"-1", b"2", b"10", b"-10", b"100", b"9999", b"10000",
    b"2147483647", b"2147483648", b"-2147483648", b"-2147483649",
    b"4294967295", b"4294967296", b"9223372036854775806",
    b"9223372036854775807", b"-9223372036854775807",
    b"-9223372036854775808",
]
NOT_INTEGERS = [
    b"", b"abc", b"1.5", b" 1", b"1 ", b"+1", b"-0", b"00", b"01", b"-",
    b"1e3", b"0x10", b"9223372036854775808", b"-9223372036854775809",
    b"18446744073709551615", b"18446744073709551616", b"1" * 30, b"1\x00",
    b"nan",
]
FRACTIONS = [
    b"1.5", b"-0.1", b"0.1", b"3.0e2", b"5.0e-5", b"1e4000", b"-1e4000",
    b"1e5000", b"1e-20", b"1e-5000", b"inf", b"-inf", b"infinity", b"nan",
    b"0x1p3", b"0x.8", b".5", b"5.", b".", b"1e", b"1e+", b"123456789.123456",
    b"123456789012345678901234567890", b"0.00000000000000001", b"-0.0",
    b"3.14159265358979323846", b"1e17", b"1e18", b"1e19", b"1,5", b"1.5.5",
    b"2.5\x00", b"1e300", b"0.5", b"0.25",
]
LENGTHS = [1, 2, 5, 19, 20, 21, 32, 43, 44, 45, 44, 45, 63, 64, 65, 127, 128,
           252, 253, 254, 255, 256, 257, 400, 511, 512, 513, 1000, 2000]
PATTERNS = [
    b"*", b"?", b"**", b"", b"*1*", b"k*", b"k?", b"k[0-3]*", b"k[^0-3]*",
    b"[k", b"k\\", b"\\k*", b"k[3-0]*", b"*[", b"*?*", b"k\\*", b"[]*",
    b"[a-]*", b"k[\\0-9]*", b"*\x00*", b"*\xff*", b"k*k*k*k*", b"[^k]*",
    b"[^]*", b"k[",
]
KEYS = [b"", b"k", b"\x00", b"a b", b"k\r\n", b"\xff\xfe", b"k" * 44, b"12",
        b"k" * 255, b"k" * 256, b"*", b"k" * 700, b"STORE", b"streams",
        b"Count"]
# Names, members and values that look like options.
OPTIONS = [b"STREAMS", b"NOACK", b"GROUP", b"NX", b"EX", b"get", b"STORE",
           b"incr", b"MAXLEN", b"NOMKSTREAM", b"LIMIT", b"COUNT", b"*", b">"]

# Times. From now on: none comes true while a session lasts, and no two are
# equal, since the servers read their clocks at different moments. Points in
# time: past, far off, or none.
NEVER_FROM_NOW = [
    b"0", b"-1", b"-100", b"-2147483648", b"9223372036854775807",
    b"9223372036854775806", b"-9223372036854775807", b"-9223372036854775808",
]
# These count as points in time, too, if they are seconds.
THOUSANDS = [
    b"9223372036854775", b"9223372036854776", b"-9223372036854775",
    b"-9223372036854776", b"9223372036854774",
]
FAR_SECONDS = 8589934592


class Kinds(TypeKinds, ValueKinds):
    """Draws arguments for one session: its keys are its own."""

    def __init__(self, rng, commands, conns="A", size=None):
        self.rng = rng
        self.commands = commands
        self.conns = conns
        self.pool = None
        self.used = 0       # numbers that are to be used once
        size = size or rng.choice((3, 8, 8, 60, 2000))
        self.keys = [b"k%d" % n for n in range(size)]
        if rng.random() < 0.5:
            self.keys[-1:] = rng.sample(KEYS, 4)

    def draw(self, kind):
        return getattr(self, "draw_" + kind)()

    def draw_key(self):
        return self.rng.choice(self.keys)

    def draw_int(self):
        rng = self.rng
        dice = rng.random()
        if dice < 0.4:
            return b"%d" % rng.randint(-20, 120)
        if dice < 0.85:
            return rng.choice(INTEGERS)
        return rng.choice(NOT_INTEGERS)

    def draw_float(self):
        if self.rng.random() < 0.4:
            return b"%.*f" % (self.rng.randrange(18),
                              self.rng.uniform(-1000, 1000))
        if self.rng.random() < 0.6:
            return self.rng.choice(FRACTIONS)
        return self.draw_int()

    def draw_value(self):
        rng = self.rng
        dice = rng.random()
        if dice < 0.2:
            return self.draw_int()
        if dice < 0.28:
            return rng.choice(FRACTIONS)
        if dice < 0.3:
            return rng.choice(OPTIONS)
        if dice < 0.5:
            return b"v%d" % rng.randrange(1000)
        if dice < 0.55:
            return b""
        length = rng.choice(LENGTHS)
        if dice < 0.7:
            return bytes(rng.choices(b"ab", k=length))
        if dice < 0.8:
            return bytes(rng.choices(b"abcdefgh\r\n", k=length))
        if dice < 0.85:
            return rng.choice((b"9", b"x")) * length
        return rng.getrandbits(8 * length).to_bytes(length, "little")

    def draw_place(self):
        """A place in a value, from its start or its end."""
        if self.rng.random() < 0.7:
            return b"%d" % self.rng.choice((self.rng.randint(-12, 12),
                                            self.rng.randint(-300, 300)))
        return self.draw_int()

    def draw_offset(self):
        """Where SETRANGE writes: few far ones, since they take memory."""
        dice = self.rng.random()
        if dice < 0.8:
            return b"%d" % self.rng.choice((0, 1, 2, 5, 40, 44, 250, 256, 400))
        if dice < 0.81:
            return b"%d" % self.rng.randrange(20000)
        return self.rng.choice((b"-1", b"536870912", b"536870913",
                                b"9223372036854775807", b"4294967296",
                                self.rng.choice(NOT_INTEGERS)))

    def draw_small(self):
        if self.rng.random() < 0.8:
            return b"%d" % self.rng.randint(-1, 6)
        return self.draw_int()

    def draw_db(self):
        if self.rng.random() < 0.8:
            return b"%d" % self.rng.randrange(3)
        if self.rng.random() < 0.5:
            return self.rng.choice((b"15", b"16", b"-1"))
        return self.draw_int()

    def draw_pattern(self):
        if self.rng.random() < 0.3:
            return self.draw_key()
        return self.rng.choice(PATTERNS)

    def draw_cursor(self):
        if self.rng.random() < 0.5:
            return b"0"
        if self.rng.random() < 0.5:
            return b"%d" % self.rng.getrandbits(self.rng.choice((4, 12, 64)))
        return self.draw_int()

    def draw_type(self):
        return self.rng.choice((b"string", b"STRING", b"list", b"zset", b"",
                                b"nothing", b"hash", b"set", b"stream"))

    def draw_word(self):
        return b"w" + bytes(self.rng.choices(b"abcxyz", k=4))

    def draw_text(self):
        """What CLIENT SETNAME and the like take, and do not take."""
        return self.rng.choice((b"", b"me", b"a b", b"x\ny", b"\x7f", b"~",
                                b"!", b"n" * 200, b"\xc3\xa9", b"a\x00b",
                                self.draw_word()))

    def draw_secret(self):
        return b"secret"

    def draw_user(self):
        return self.rng.choice((b"default", b"default", b"DEFAULT",
                                self.draw_word()))

    def draw_command(self):
        """The name of a command that the stages have."""
        return self.rng.choice(self.commands)

    def draw_duration(self, least, edges):
        dice = self.rng.random()
        if dice < 0.7:
            return b"%d" % self.rng.randrange(least, 10000 * least)
        if dice < 0.92:
            return self.rng.choice(edges)
        return self.rng.choice(NOT_INTEGERS)

    def draw_seconds(self):
        return self.draw_duration(100000, NEVER_FROM_NOW + THOUSANDS[:4])

    def draw_milliseconds(self):
        return self.draw_duration(100000000, NEVER_FROM_NOW)

    def draw_moment(self):
        """In seconds."""
        dice = self.rng.random()
        if dice < 0.75:
            return b"%d" % (FAR_SECONDS + self.rng.randrange(8))
        if dice < 0.92:
            return self.rng.choice(NEVER_FROM_NOW + THOUSANDS +
                                   [b"1", b"1000000000"])
        return self.rng.choice(NOT_INTEGERS)

    def draw_millimoment(self):
        dice = self.rng.random()
        if dice < 0.75:
            return b"%d" % (FAR_SECONDS * 1000 + self.rng.choice(
                (0, 1, 499, 500, 501, 999, 1000, 1499, 1500, 5500)))
        if dice < 0.92:
            return self.rng.choice(NEVER_FROM_NOW + [b"1", b"1000000000000"])
        return self.rng.choice(NOT_INTEGERS)

    def draw_element(self):
        """Often one that is in many collections."""
        if self.pool is None:
            self.pool = [self.new_element() for _ in range(6)]
        if self.rng.random() < 0.6:
            return self.rng.choice(self.pool)
        return self.new_element()

    def new_element(self):
        """Integers of all widths, what is nearly one, short and long."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.3:
            return self.draw_width()
        if dice < 0.4:
            return rng.choice(NOT_INTEGERS)
        if dice < 0.6:
            return b"e%d" % rng.randrange(1000)
        if dice < 0.98:
            return self.draw_value()
        return bytes([rng.randrange(256)]) * rng.choice(
            (4000, 4095, 4096, 8100, 8180, 8192, 9000, 20000))

    def draw_width(self):
        """An integer at or near the end of what so many bits hold."""
        bits = self.rng.choice((7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 63))
        value = (1 << bits) >> self.rng.randrange(2)
        value += self.rng.randint(-2, 2)
        return b"%d" % (value * self.rng.choice((1, -1)))

    def draw_elements(self):
        """Many, of one kind: a list of words."""
        rng = self.rng
        count = rng.choice((20, 60, 127, 128, 129, 200, 200, 600, 1500))
        length = rng.choice((1, 3, 8, 20, 63, 64, 65, 100, 300, 1000, 4000))
        family = rng.randrange(5)
        if family == 0:
            return [b"%d" % rng.randrange(128) for _ in range(count)]
        if family == 1:
            return [self.draw_width() for _ in range(count)]
        if family == 2:
            return [self.draw_element() for _ in range(count // 2)]
        count = max(5, min(count, 60000 // length))
        if family == 3:
            return [b"%d-" % n + b"x" * rng.randrange(length)
                    for n in range(count)]
        return [rng.getrandbits(8 * length).to_bytes(length, "little")
                for _ in range(count)]

    def draw_index(self):
        """A place in a collection."""
        dice = self.rng.random()
        if dice < 0.45:
            return b"%d" % self.rng.randint(-5, 5)
        if dice < 0.75:
            return b"%d" % self.rng.randint(-150, 150)
        if dice < 0.9:
            return b"%d" % self.rng.randint(-2000, 2000)
        return self.draw_int()

    def draw_rank(self):
        """LPOS counts matches from here."""
        if self.rng.random() < 0.8:
            return b"%d" % self.rng.randint(-3, 3)
        return self.draw_int()

    def draw_count(self):
        """How many to take away."""
        dice = self.rng.random()
        if dice < 0.7:
            return b"%d" % self.rng.randint(-2, 8)
        if dice < 0.85:
            return b"%d" % self.rng.randint(0, 400)
        return self.draw_int()

    def draw_wait(self):
        """A time-out: for ever, very long, hardly any, or none."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.75:
            return b"0"
        if dice < 0.85:
            return rng.choice((b"0.0", b"1000", b"3600.5", b"1e4", b"-0",
                               b"100000000", b"0.0e9", b"0x1000"))
        if dice < 0.9:
            return rng.choice((b"0.001", b"0.01", b"1e-9", b"0.0004", b".02"))
        return rng.choice((b"-1", b"-0.001", b"", b"abc", b"inf", b"-inf",
                           b"nan", b"1e300", b"9223372036854775807",
                           b"9223372036854775", b"9223372036854776", b"0 ",
                           b" 0", b"0\x00", b"1e5000", b"0,5"))

    def draw_keys(self):
        """Keys, with how many they are in front; now and then wrongly."""
        count = self.rng.choice((1, 1, 2, 2, 3, 5))
        keys = [self.draw_key() for _ in range(count)]
        if self.rng.random() < 0.06:
            return [self.draw_int()] + keys
        return [b"%d" % count] + keys

    def draw_client(self):
        """A number of a client; pair.py says which."""
        if self.rng.random() < 0.9:
            return b"id:" + self.rng.choice(self.conns).encode()
        return self.rng.choice((b"0", b"-1", b"9223372036854775807", b"abc",
                                b"9223372036854775808", b""))
