"""Values drawn by a seed, for the `let` lines of a session.

Sizes, numbers and bytes depend on the seed alone. Keys and words depend on the run,
too, so that the replays of a session (one for each cut) never meet each other's keys.
They keep their length, so a cut at byte 13 is the same cut in every replay.
"""

import hashlib
import random

from . import wire

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STRIDE = 1000003        # shares no factor with 26, nor with 16
FRUITS = ("grape plum quince fig cherry mango lemon olive papaya banana "
          "apricot medlar").split()


def some_letters(rng, size):
    return "".join(rng.choice(LETTERS) for _ in range(size))


class Draw:
    """Draws the values of one run of one session."""

    def __init__(self, seed, name, run=0):
        self.shape = random.Random("%s/%s" % (seed, name))
        self.letters = random.Random("%s/%s/0" % (seed, name))
        self.run = run
        self.values = {}

    def letters_of(self, size, alphabet=LETTERS):
        """Returns letters that no other run has in this place: those of the first run
        are a number, to which each run adds another one."""
        drawn = [self.letters.randrange(len(alphabet)) for _ in range(size)]
        carry = self.run * STRIDE
        for at in range(size - 1, -1, -1):
            carry, drawn[at] = divmod(drawn[at] + carry, len(alphabet))
        return "".join(alphabet[digit] for digit in drawn)

    def size(self, words, low, high):
        """Returns the size that optional words LOW [HIGH] ask for."""
        if words:
            low = int(words[0])
            high = int(words[1]) if len(words) > 1 else low
        return self.shape.randint(low, high)

    def draw(self, name, words):
        """Draws one `let` line, whose right-hand side is split in words."""
        kind, *rest = words     # session.read_let knows which there are
        value = getattr(self, "make_" + kind.replace("-", "_"))(rest)
        self.values[name] = (value if isinstance(value, bytes)
                             else str(value).encode("utf-8"))

    def make_key(self, words):
        """Returns a key that no other run uses: 12 letters, or as many as asked."""
        return "k:" + self.letters_of(self.size(words, 12, 12))

    def make_word(self, words):
        return self.letters_of(self.size(words, 3, 9))

    def make_text(self, words):
        """Returns letters of a given size, made fast enough for megabytes."""
        size = self.size(words, 3, 9)
        chunk = self.letters_of(min(size, 997))
        return (chunk * (size // max(len(chunk), 1) + 1))[:size]

    def make_bytes(self, words):
        """Returns any bytes at all, NUL and 0xff and CRLF among them if they fit."""
        size = self.size(words, 8, 24)
        head = b"\0\r\n\xff" if size >= 4 else b""
        rest = bytes(self.shape.getrandbits(8) for _ in range(min(size, 4096)))
        body = (head + rest * (size // max(len(rest), 1) + 1))[:size]
        return body

    def make_int(self, words):
        return self.shape.randint(int(words[0]), int(words[1]))

    def make_fruit(self, _words):
        return self.shape.choice(FRUITS)

    def make_hex(self, words):
        return self.letters_of(int(words[0]), "0123456789abcdef")

    def make_sha256(self, words):
        return hashlib.sha256(self.text(words[0])).hexdigest()

    def make_rdb(self, words):
        """Returns a file with these keys and values, all of them strings. @MS before a key
        is when it expires."""
        from .rdb_make import File, plain
        texts = [self.text(word) for word in words]
        timed = sum(text.startswith(b"@") for text in texts)
        file = File(10).aux(b"redis-ver", b"7.2.0").aux(b"redis-bits", b"64")
        file.select(0).resize((len(texts) - timed) // 2, timed)
        texts = iter(texts)
        for key in texts:
            if key.startswith(b"@"):
                file.expire_ms(int(key[1:]))
                key = next(texts)
            file.key(0, key, plain(next(texts)), plain)
        return file.end()

    def make_log(self, words):
        """Returns commands, between semicolons, as they stand in a log."""
        return b"".join(wire.request(*command.split())
                        for command in self.text(words[0]).split(b";"))

    def make_sum(self, words):
        return sum(self.number(word) for word in words)

    def make_difference(self, words):
        return self.number(words[0]) - self.number(words[1])

    def make_repeat(self, words):
        return int(words[0]) * self.text(words[1])

    def make_slice(self, words):
        """Handles slice NAME FIRST LAST, with both ends included, from 0."""
        value = self.values[words[0]]
        return value[int(words[1]):int(words[2]) + 1]

    def make_upper(self, words):
        return self.text(words[0]).upper()

    def number(self, word):
        return int(self.values[word] if word in self.values else word)

    def text(self, word):
        if word in self.values:
            return self.values[word]
        from . import expect
        return expect.template(word).fill(self.values)
