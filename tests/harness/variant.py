"""Variants: a language that differs from Redis's in a few names, by a word.

A teacher's word draws other last letters for some commands, and for ERR. The judge
goes on speaking Redis; what it sends is put into the variant on its way to the
server, and what comes is put back. A name is changed wherever letters end before
it, whatever its case and whatever stands behind it: with SET becomes SEB, SETRANGE
is SEBRANGE, and a value `set` is sent as `seb` and stored so, but never seen in that
form, since it comes back the same way. So only what the server itself must know is
different, nothing changes its length, and no cut in the middle of a name matters:
the letters before the last one are the same in both.

Order by bytes is not kept, so variants end with stage 06. Real clients speak none.
"""

import random
import re

from .model import SetupError

LAST = "06"
# The names that may change, by the stage that teaches them, and how many of each stage
# do.
NAMES = {"03": "PING ECHO", "04": "SET GET DEL EXISTS APPEND STRLEN",
         "05": "TTL PERSIST", "06": "LPUSH RPUSH LPOP RPOP LRANGE BLPOP"}
MOST = 3
LETTERS = "BDKMPVZ"
ALWAYS = "ERR"
spoken = None           # the variant of this run


class Variant:
    """One of them, up to a stage."""

    def __init__(self, word, stage):
        if not "03" <= stage <= LAST:
            raise SetupError("there are variants of the stages 03 to %s" % LAST)
        rng = random.Random("variant/" + word)
        self.word = word
        self.names = {}
        for taught, names in NAMES.items():
            chosen = rng.sample(names.split(), min(MOST, len(names.split())))
            for name in sorted(chosen):
                other = name[:-1] + rng.choice(LETTERS.replace(name[-1], ""))
                if taught <= stage:
                    self.names[name] = other
        self.names[ALWAYS] = ALWAYS[:-1] + rng.choice(LETTERS)
        self.last = {}          # {all but the last letter: {last: other}}, small
        for name, other in self.names.items():
            a, b = name[-1].lower(), other[-1].lower()
            self.last[name[:-1].lower().encode()] = {a: b, b: a}
        # "error" is no ERR, so that alone is found in its own case.
        found = b"(?:%s|(?-i:ER[%s]))" % (
            b"|".join(b"%s[%s]" % (stem, "".join(pair).encode())
                      for stem, pair in self.last.items() if stem != b"er"),
            "".join(self.last[b"er"]).upper().encode())
        self.pattern = re.compile(b"(?<![A-Za-z])" + found, re.I)
        # In messages a line end is a letter behind a backslash.
        self.shown = re.compile(rb"(?:(?<![A-Za-z])|(?<=\\[rnt0]))" + found, re.I)
        self.longest = max(map(len, self.names))

    def put(self, data):
        """Translates into the variant, or back, which is the same."""
        return self.pattern.sub(self._other, data)

    def _other(self, found):
        name = found.group()
        last = name[-1:].decode()
        other = self.last[name[:-1].lower()][last.lower()]
        return name[:-1] + (other.upper() if last.isupper() else other).encode()

    def text(self, line):
        """Translates a line of a message, but not the place of the lesson."""
        said, *lesson = re.split("(?=lesson: )", line)
        data = self.shown.sub(self._other, said.encode("utf-8", "surrogatepass"))
        return data.decode("utf-8", "surrogatepass") + "".join(lesson)

    def handout(self):
        """Returns what learners must be told, as lines."""
        return ["%-10s is called %s" % pair for pair in self.names.items()
                if pair[0] != ALWAYS] + [
            "an error begins with -%s instead of -%s" % (self.names[ALWAYS], ALWAYS),
            "A longer name that begins with one of these changes with it, and all of "
            "them in the texts of errors, too."]


class Stream:
    """One direction of a connection, in pieces."""

    def __init__(self):
        self.before = b""

    def put(self, piece):
        """Translates a piece, or translates it back."""
        if not spoken:
            return piece
        data = self.before + bytes(piece)
        made = spoken.put(data)[len(self.before):]
        self.before = data[-spoken.longest:]
        return made
