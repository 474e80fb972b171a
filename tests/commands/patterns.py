"""Commands drawn from the patterns of commands.txt.

    SET key value (NX | XX | GET)*

A word in capitals stands for itself, in capitals or not; a word in small
letters names a kind of argument (arguments.py) or a part that was named before.
Parentheses choose between what stands between bars; square brackets may be left
out; "*" behind an item repeats it, if it comes at all, "..." repeats it at least
once, now and then often.

    XADD key {NOMKSTREAM|!MAXLEN ~ small|LIMIT small} id field element

Options that Redis takes in any order stand in braces: each comes or does not,
those behind "!" always come, and they come in any order. Now and then one of
them comes twice. So a row says which options go together, and never in which
order they do.
"""

import collections
import itertools
import os
import re
from dataclasses import dataclass

TOKEN = re.compile(r"[\[\](){}|*!]|\.\.\.|[^\s\[\](){}|*!.]+")
CLOSING = {"(": ")", "[": "]", "{": "}"}
# Commands that may wait for others.
WAITING = set(b"""blpop brpop blmove brpoplpush blmpop bzpopmin bzpopmax bzmpop xread
xreadgroup""".split())


class Word:
    """A word. In capitals it stands for itself, otherwise for an argument of that kind,
    or several."""

    def __init__(self, text):
        self.text = text
        self.is_kind = text[0].islower()

    def draw(self, arguments, words):
        drawn = (arguments.draw(self.text) if self.is_kind
                 else any_case(arguments.rng, self.text))
        words += drawn if isinstance(drawn, list) else [drawn]

    def names(self):
        """Returns the commands that an item may begin with."""
        return set() if self.is_kind else {self.text.lower().encode()}


@dataclass
class Sequence:
    """Items one after the other."""

    items: list

    def draw(self, arguments, words):
        for item in self.items:
            item.draw(arguments, words)

    def names(self):
        return self.items[0].names()


@dataclass
class Choice:
    """One of several items, or perhaps none."""

    items: list
    optional: bool = False

    def draw(self, arguments, words):
        if not self.optional or arguments.rng.random() < 0.5:
            arguments.rng.choice(self.items).draw(arguments, words)

    def names(self):
        return set().union(*(item.names() for item in self.items))


@dataclass
class Options:
    """Some of several items, in any order. must says which ones always come."""

    items: list
    must: list

    def draw(self, arguments, words):
        rng = arguments.rng
        often = rng.choice((0.15, 0.4, 0.75))
        drawn = [item for item, must in zip(self.items, self.must)
                 if must or rng.random() < often]
        if drawn and rng.random() < 0.07:
            drawn.append(rng.choice(drawn))
        rng.shuffle(drawn)
        for item in drawn:
            item.draw(arguments, words)


@dataclass
class Repeat:
    """An item that is repeated."""

    item: object
    at_least: int

    def draw(self, arguments, words):
        for _ in range(arguments.how_often(self.at_least)):
            self.item.draw(arguments, words)


def any_case(rng, text):
    """Returns the word in capitals, and sometimes in other spellings."""
    dice = rng.random()
    if dice < 0.7:
        return text.encode()
    if dice < 0.85:
        return text.lower().encode()
    mixed = (rng.choice((c.lower(), c.upper())) for c in text)
    return "".join(mixed).encode()


def read_items(tokens, end, parts):
    """Reads the items between bars, up to and including the end. Returns them, and
    which of them begin with "!"."""
    items, must, token = [], [], "|"
    while token == "|":
        must.append(tokens[0] == "!")
        del tokens[:must[-1]]
        items.append(Sequence([]))
        while tokens[0] not in ("|", end):
            items[-1].items.append(read_item(tokens, parts))
        token = tokens.pop(0)
    return items, must


def read_item(tokens, parts):
    """Reads one item, with the repetition behind it."""
    token = tokens.pop(0)
    if token in CLOSING:
        items, must = read_items(tokens, CLOSING[token], parts)
        item = (Options(items, must) if token == "{"
                else Choice(items, token == "["))
    else:
        item = parts.get(token) or Word(token)
    if tokens[0] in ("*", "..."):
        item = Repeat(item, 1 if tokens.pop(0) == "..." else 0)
    return item


def read_pattern(text, parts=None):
    """Reads a pattern. Returns an object with draw()."""
    items, _ = read_items([*TOKEN.findall(text), "end"], "end", parts or {})
    return Choice(items) if len(items) > 1 else items[0]


# A pattern, its weight, and the named parts of its section.
Row = collections.namedtuple("Row", "stage tags weight pattern")


def read_rows(path):
    """Reads the rows of a file. Named parts are known only in their section."""
    rows, section, parts = [], [], {}
    with open(path, encoding="ascii") as file:
        for line in file.read().splitlines():
            first, _, rest = line.partition(" ")
            if line.startswith("["):
                section, parts = line.strip("[]").split(), {}
            elif rest.startswith("= "):
                parts[first] = read_pattern(rest[2:], parts)
            elif line and first != "#":
                rows.append(Row(section[0], section[1:], float(first),
                                read_pattern(rest, parts)))
    return rows


ROWS = read_rows(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                              "commands.txt"))


class Grammar:
    """Rows to draw commands from."""

    def __init__(self, rows):
        self.rows = list(rows)
        self.sums = list(itertools.accumulate(row.weight for row in self.rows))
        self.names = sorted(set().union(*(row.pattern.names()
                                          for row in self.rows)))

    def draw(self, arguments):
        """Draws the words of one command, which is sometimes spoiled."""
        words = []
        row, = arguments.rng.choices(self.rows, cum_weights=self.sums)
        row.pattern.draw(arguments, words)
        if arguments.rng.random() < 0.05:
            spoil(arguments, words)
        return words


def spoil(arguments, words):
    """Turns a good command into one that is probably wrong."""
    at = arguments.rng.randrange(len(words))
    how = arguments.rng.randrange(5)
    if how == 0 and len(words) > 1:
        words.pop()
    elif how == 1:
        words.append(arguments.draw("value"))
    elif how == 2 and at > 0:
        words[at] = arguments.draw("value")
    elif how == 3 and at > 0:
        words.insert(at, arguments.draw("int"))
    elif at > 0:
        words[1], words[at] = words[at], words[1]
