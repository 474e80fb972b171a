"""Commands drawn from patterns.

    SET key value (NX | XX | GET)*

A word in capitals stands for itself, in capitals or not; a word in small
letters names a kind of argument (words.py). Parentheses choose between what
stands between bars; square brackets may be left out; "*" behind an item
repeats it up to three times, "..." once to a few times, now and then often.

    XADD key {NOMKSTREAM|!MAXLEN ~ small|LIMIT small} id field element

Options that Redis takes in any order stand in braces: each comes or does not,
those behind "!" always come, and they come in any order. Now and then one of
them comes twice. So a row says which options go together, and never in which
order they do.
"""

import re

from . import waits

TOKEN = re.compile(r"[\[\](){}|*!]|\.\.\.|[^\s\[\](){}|*!.]+")


class Literal:
    """A word that stands for itself."""

    def __init__(self, text):
        self.text = text

    def draw(self, rng, words, kinds):
        words.append(any_case(rng, self.text))


class Kind:
    """A drawn argument; some kinds are several."""

    def __init__(self, name):
        self.name = name

    def draw(self, rng, words, kinds):
        drawn = kinds.draw(self.name)
        words += drawn if isinstance(drawn, list) else [drawn]


class Sequence:
    """One item after the other."""

    def __init__(self, items):
        self.items = items

    def draw(self, rng, words, kinds):
        for item in self.items:
            item.draw(rng, words, kinds)


class Choice:
    """One of several, or maybe none."""

    def __init__(self, items, optional):
        self.items = items
        self.optional = optional

    def draw(self, rng, words, kinds):
        if not self.optional or rng.random() < 0.5:
            rng.choice(self.items).draw(rng, words, kinds)


class Options:
    """Some of several, in any order."""

    def __init__(self, items, required):
        self.items = items
        self.required = required    # for each of them: must it come?

    def draw(self, rng, words, kinds):
        often = rng.choice((0.15, 0.4, 0.75))
        drawn = [item for item, required in zip(self.items, self.required)
                 if required or rng.random() < often]
        if drawn and rng.random() < 0.07:
            drawn.append(rng.choice(drawn))
        rng.shuffle(drawn)
        for item in drawn:
            item.draw(rng, words, kinds)


class Repeat:
    """An item several times."""

    def __init__(self, item, at_least):
        self.item = item
        self.at_least = at_least

    def draw(self, rng, words, kinds):
        count = rng.randint(self.at_least, 3)
        if self.at_least and rng.random() < 0.1:
            count = rng.choice((15, 16, 17, 33, 60))
        for _ in range(count):
            self.item.draw(rng, words, kinds)


def any_case(rng, text):
    """The word in capitals, and now and then in some other way."""
    dice = rng.random()
    if dice < 0.7:
        return text.encode()
    if dice < 0.85:
        return text.lower().encode()
    mixed = (rng.choice((c.lower(), c.upper())) for c in text)
    return "".join(mixed).encode()


def read_choice(tokens, end, optional):
    """What stands in brackets, up to and with the closing one."""
    items = [[]]
    while tokens[0] != end:
        if tokens[0] == "|":
            tokens.pop(0)
            items.append([])
        else:
            items[-1].append(read_item(tokens))
    tokens.pop(0)
    return Choice([Sequence(item) for item in items], optional)


def read_options(tokens):
    """What stands in braces, up to and with the closing one."""
    items, required = [[]], [False]
    while tokens[0] != "}":
        if tokens[0] == "|":
            items.append([])
            required.append(False)
        elif tokens[0] == "!":
            required[-1] = True
        else:
            items[-1].append(read_item(tokens))
            continue
        tokens.pop(0)
    tokens.pop(0)
    return Options([Sequence(item) for item in items], required)


def read_item(tokens):
    """One item with the repetition behind it."""
    token = tokens.pop(0)
    if token == "(":
        item = read_choice(tokens, ")", False)
    elif token == "[":
        item = read_choice(tokens, "]", True)
    elif token == "{":
        item = read_options(tokens)
    elif token[0].islower():
        item = Kind(token)
    else:
        item = Literal(token)
    if tokens and tokens[0] in ("*", "..."):
        item = Repeat(item, 1 if tokens.pop(0) == "..." else 0)
    return item


def read_pattern(text):
    """A pattern as an object with draw()."""
    tokens = TOKEN.findall(text)
    items = []
    while tokens:
        items.append(read_item(tokens))
    return Sequence(items)


class Grammar:
    """A table of weighted patterns, one a line: "12 GET key"."""

    def __init__(self, table):
        lines = [line.split(None, 1) for line in table.splitlines() if line]
        self.weights = [float(weight) for weight, _ in lines]
        self.patterns = [read_pattern(text) for _, text in lines]

    def may_wait(self):
        """Are there commands in it that wait?"""
        return any(pattern.items[0].text.lower() in waits.NAMES
                   for pattern in self.patterns
                   if isinstance(pattern.items[0], Literal))

    def draw(self, rng, kinds):
        """The words of one command, now and then spoiled."""
        words = []
        pattern, = rng.choices(self.patterns, self.weights)
        pattern.draw(rng, words, kinds)
        if rng.random() < 0.05:
            spoil(rng, words, kinds)
        return words


def spoil(rng, words, kinds):
    """Make a command that is probably wrong out of a good one."""
    at = rng.randrange(len(words))
    how = rng.randrange(5)
    if how == 0 and len(words) > 1:
        words.pop()
    elif how == 1:
        words.append(kinds.draw("value"))
    elif how == 2 and at > 0:
        words[at] = kinds.draw("value")
    elif how == 3 and at > 0:
        words.insert(at, kinds.draw("int"))
    elif at > 0:
        words[1], words[at] = words[at], words[1]
