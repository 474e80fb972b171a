"""Expectations: exact bytes, or a named matcher where bytes may differ.

A node is read once from a session file (read()), then bound to the values that a seed
drew (bind()). A bound node gives the expected bytes if only one answer is right
(exact()), or judges a parsed reply (wrong()), and can describe in words what it wants
(describe()).
"""

import copy
import fnmatch
import re

from . import wire


class Template:
    """Bytes with holes: {name} is a value, {#name} its length in bytes."""

    HOLE = re.compile(r"\{(#?)([a-z][a-z0-9_]*)\}")

    def __init__(self, text, quoted=False):
        """text is a bare word, or the inside of a quoted string: there \\x7b
        is a brace that opens no hole."""
        self.parts = []
        read = wire.unescape if quoted else wire.to_bytes
        at = 0
        for hole in self.HOLE.finditer(text):
            self.parts.append(read(text[at:hole.start()]))
            self.parts.append((hole.group(1) == "#", hole.group(2)))
            at = hole.end()
        self.parts.append(read(text[at:]))

    def names(self):
        """Returns the names of the values that this template uses."""
        return [part[1] for part in self.parts if isinstance(part, tuple)]

    def fill(self, values):
        """Returns the bytes, with every hole filled."""
        out = []
        for part in self.parts:
            if isinstance(part, bytes):
                out.append(part)
            elif part[0]:
                out.append(b"%d" % len(values[part[1]]))
            else:
                out.append(values[part[1]])
        return b"".join(out)


class Node:
    """The common part of all nodes. what is "closed" or "nothing" where no reply is
    expected; names() are the values that are used."""

    what = ""
    flows = ""      # a task on a replication link: see Player._flow

    def bind(self, _values):
        return self

    def exact(self):
        return None

    def names(self):
        return []


class Exact(Node):
    """A reply of which every byte is known."""

    def __init__(self, kind, template):
        self.kind = kind
        self.template = template
        self.names = template.names

    def bind(self, values):
        content = self.template.fill(values)
        if self.kind == "raw":
            return Bytes(content)
        return Bytes(wire.encode((self.kind, content)))


class Bytes(Node):
    """Exact, with its values filled in."""

    def __init__(self, data):
        self.data = data

    def exact(self):
        return self.data

    def wrong(self, reply):
        if wire.encode(reply) == self.data:
            return None
        return "not equal to " + wire.show(self.data)

    def describe(self):
        return wire.show(self.data)


class Group(Node):
    """Several nodes."""

    def __init__(self, items):
        self.items = items

    def bind(self, values):
        bound = copy.copy(self)
        bound.items = [item.bind(values) for item in self.items]
        return bound

    def names(self):
        return [name for item in self.items for name in item.names()]

    def described(self):
        return ", ".join(item.describe() for item in self.items)


ANY_ORDER = ("", "in any order: ", "each pair in its order, the pairs in any: ")


class Array(Group):
    """An array, a set, a map or a push whose members are judged one by one. An open one
    may have more of them at the end. In one of any order, groups of members stay
    together: a field and its value are a group of two."""

    def __init__(self, items, kind="*", any_order=0, is_open=False):
        super().__init__(items)
        self.kind = kind
        self.any_order = any_order
        self.is_open = is_open

    def bind(self, values):
        bound = super().bind(values)
        exact = [item.exact() for item in bound.items]
        if self.any_order or self.is_open or None in exact:
            return bound
        count = len(exact) // 2 if self.kind == "%" else len(exact)
        return Bytes(b"%s%d\r\n" % (self.kind.encode(), count) + b"".join(exact))

    def wrong(self, reply):
        kind, members = reply
        if kind != self.kind or members is None:
            return other_type(reply, self.kind)
        if len(members) < len(self.items) or (
                len(members) > len(self.items) and not self.is_open):
            return "%d members, %d%s are due" % (
                len(members), len(self.items), " or more" * self.is_open)
        if self.any_order:
            return self._wrong_set(members)
        for number, (item, member) in enumerate(zip(self.items, members)):
            reason = item.wrong(member)
            if reason:
                return "member %d: %s" % (number + 1, reason)
        return None

    def _wrong_set(self, members):
        """Judges members, or pairs, in any order: each takes the first item that fits."""
        size = self.any_order
        left = [self.items[at:at + size] for at in range(0, len(self.items), size)]
        for at in range(0, len(members), size):
            fit = next((items for items in left if not any(
                item.wrong(member) for item, member in zip(
                    items, members[at:at + size]))), None)
            if fit:
                left.remove(fit)
            elif not self.is_open:
                return "member %d %sis not among those due" % (
                    at + 1, "with the one behind it " * (size > 1))
        return "not among them: " + ", ".join(
            item.describe() for item in left[0]) if left else None

    def describe(self):
        return "%s of %d%s, %s%s" % (
            wire.KIND[self.kind], len(self.items), " or more" * self.is_open,
            ANY_ORDER[self.any_order], self.described())


class Lacks(Group):
    """An array without this member."""

    def wrong(self, reply):
        kind, members = reply
        if kind != "*" or members is None:
            return other_type(reply, "*")
        if all(self.items[0].wrong(member) for member in members):
            return None
        return "it has " + self.described()

    def describe(self):
        return "an array without " + self.described()


class OneOf(Group):
    """Any one of several replies."""

    def wrong(self, reply):
        if any(item.wrong(reply) is None for item in self.items):
            return None
        return "none of the %d answers that are right" % len(self.items)

    def describe(self):
        return "one of " + self.described()


class Wrapped(Group):
    """One node, with the time or the way in which its reply must come."""

    def wrong(self, reply):
        return self.items[0].wrong(reply)

    def describe(self):
        return self.items[0].describe()


class Timed(Wrapped):
    """A reply that must come in time: not before `early`, within `late`.

    Both are in milliseconds from the moment of sending, `early` from what the
    connection `since` sent, if there is one. The limit `late` is stretched on
    a slow machine by the player, never shortened.
    """

    early = 0.0
    late = since = None

    def exact(self):
        return self.items[0].exact()


class Soon(Wrapped):
    """A reply that must become right in the end: the command is sent again until it is."""

    def describe(self):
        return super().describe() + ", in the end"


def other_type(reply, kind):
    """Returns what is wrong with a reply of another type."""
    return "%s, %s is due" % (wire.kind_of(wire.encode(reply)), wire.KIND[kind])


class Judged(Node):
    """A reply that a function judges: it returns what is wrong, or None. Without one it is
    no reply that is due."""

    def __init__(self, text, wrong=None, what=""):
        self.text = text
        self.wrong = wrong
        self.what = what

    def describe(self):
        return self.text


def of_type(kind, text, mistake):
    """Returns a node for a reply of one type whose content mistake() judges."""
    def wrong(reply):
        if reply[0] != kind or reply[1] is None:
            return other_type(reply, kind)
        return mistake(reply[1])
    return Judged(text, wrong)


def number(low, high, kind=":"):
    """An integer reply (or a bulk string that holds a number) in a range."""
    def mistake(content):
        try:
            value = int(content)
        except ValueError:
            return "not an integer"
        return None if low <= value <= high else (
            "%d is not within %d and %d" % (value, low, high))
    what = "an integer" if kind == ":" else "a bulk string: a number"
    return of_type(kind, "%s from %d to %d" % (what, low, high), mistake)


DECIMAL = re.compile(rb"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


def about(value, tolerance):
    """A bulk string that holds a number close to another one, since servers may count
    in doubles or in a longer format."""
    def mistake(content):
        if not DECIMAL.fullmatch(content):
            return "not a number"
        return None if abs(float(content) - value) <= tolerance else (
            "not close enough to %.17g" % value)
    return of_type("$", "a bulk string: %.15g, or less than %g away" % (value, tolerance),
                   mistake)


class Like(Node):
    """A reply of one type whose text matches a pattern with * and ?."""

    def __init__(self, kind, template):
        self.kind = kind
        self.template = template
        self.names = template.names

    def bind(self, values):
        pattern = self.template.fill(values)
        text = "%s like %s" % (wire.KIND[self.kind], wire.show(pattern))
        return of_type(self.kind, text, lambda content: None if fnmatch.fnmatchcase(
            content.decode("utf-8", "backslashreplace"),
            pattern.decode("utf-8").replace("[", "[[]")) else "does not look like " + text)


TYPES = {"any": None, "array": "*", "bulk": "$", "error": "-",
         "integer": ":", "simple": "+", "map": "%"}


def typed(word):
    """Any reply of one type, or any reply at all."""
    kind = TYPES[word]
    return Judged(wire.KIND.get(kind, "any reply"), lambda reply: None if kind in (
        None, reply[0]) else other_type(reply, kind))


ANY = typed("any")


def texts():
    """An array of strings, none of which is missing or of another type."""
    def mistake(members):
        return None if all(kind == "$" and text is not None for kind, text in members) \
            else "not an array of bulk strings"
    return of_type("*", "an array of bulk strings", mistake)


class OnLink(Node):
    """An expectation on a replication link: words, some of them with holes."""

    def __init__(self, templates=()):
        self.templates = templates
        self.words = []

    def names(self):
        return [name for item in self.templates for name in item.names()]

    def bind(self, values):
        bound = copy.copy(self)
        bound.words = [item.fill(values) for item in self.templates]
        return bound


class Flow(OnLink):
    """Something on a link that is no command: the reply to PSYNC, the file, the answer
    to GETACK."""

    WORDS = {"fullresync": "+FULLRESYNC, the ID of the history (40 characters) "
             "and its offset", "rdb": "a file", "ack": "REPLCONF ACK, and the "
             "offset before the question"}

    def __init__(self, word, templates=()):
        super().__init__(templates)
        self.flows = word

    def pairs(self):
        """Returns the keys that a file must have, with their values."""
        return dict(zip(self.words[::2], self.words[1::2]))

    def describe(self):
        return self.WORDS[self.flows]


class Command(OnLink):
    """A command that the server sends on a replication link. Case does not matter in
    its name, nor in words about the link itself; `any` is any word, 5..9 a number in
    that range, `...` at the end any number of words."""

    flows = "command"
    BLIND = (b"REPLCONF", b"PSYNC")

    def fits(self, words):
        return self.why_not(words) is None

    def why_not(self, words):
        """Returns what is wrong with these words, or None."""
        due = self.words
        if due[-1] == b"...":
            due, words = due[:-1], words[:len(due) - 1]
        elif len(due) != len(words):
            return "%d words, %d are due" % (len(words), len(due))
        for number, (mine, word) in enumerate(zip(due, words)):
            blind = number == 0 or due[0] in self.BLIND
            same = mine.upper() == word.upper() if blind else mine == word
            low, dots, high = mine.partition(b"..")
            if dots and low.isdigit() and high.isdigit() and word.isdigit():
                same = int(low) <= int(word) <= int(high)
            if mine != b"any" and not same:
                return "word %d is not %s" % (number + 1, wire.show(mine))
        return None if len(due) == len(words) else "some words are missing"

    def describe(self):
        return "the command " + " ".join(
            word.decode() if re.fullmatch(rb"[!-~]+", word)
            else wire.show(word) for word in self.words)


TOKEN = re.compile(r'\s*(\[|\]|[-+]?"(?:[^"\\]|\\.)*"|[^\s\[\]]+)')


def words(text):
    """Returns the words of a line: bare ones, and "quoted \\r\\n ones"."""
    found = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        hit = TOKEN.match(text, at)
        if not hit:
            raise ValueError("cannot read: %s" % text[at:])
        found.append(hit.group(1))
        at = hit.end()
    return found


def template(word):
    """Returns a word of a session file as a template."""
    if word.startswith('"'):
        if len(word) < 2 or not word.endswith('"'):
            raise ValueError("a quote is not closed: %s" % word)
        return Template(word[1:-1], quoted=True)
    return Template(word)


def read(text):
    """Returns the node for the right-hand side of a "<" line."""
    text = text.strip()
    if text.startswith(("+", "-")) and not text[1:2] == '"':
        return Exact(text[0], Template(text[1:]))
    tokens = words(text)
    if tokens[:1] == ["command"] and len(tokens) > 1:
        return Command([template(word) for word in tokens[1:]])
    if tokens[:1] == ["rdb"]:
        return Flow("rdb", [template(word) for word in tokens[1:]])
    node = _node(tokens)
    if tokens:
        raise ValueError("too much on this line: %s" % " ".join(tokens))
    return node


def _range(word):
    hit = re.fullmatch(r"(-?\d+)\.\.(-?\d+)", word)
    if not hit:
        raise ValueError("a range looks like 1..5, not %s" % word)
    return int(hit.group(1)), int(hit.group(2))


def _milliseconds(word):
    hit = re.fullmatch(r"(\d+)ms", word)
    if not hit:
        raise ValueError("a time looks like 100ms, not %s" % word)
    return float(hit.group(1))


def _about(tokens):
    """Reads `about 5.6`, or `about 5.6 1e-6` for another tolerance than 1e-9."""
    value = float(tokens.pop(0))
    try:
        tolerance = float(tokens[0]) if tokens else 1e-9
        del tokens[:1]
    except ValueError:
        tolerance = 1e-9
    return about(value, tolerance)


def _timed(tokens, which):
    """Reads a time limit; both limits of one reply make one node."""
    limit, since = _milliseconds(tokens.pop(0)), None
    if which == "early" and tokens and tokens[0] == "since":
        since = tokens[1]
        del tokens[:2]
    node = _node(tokens)
    if not isinstance(node, Timed):
        node = Timed([node])
    setattr(node, which, limit)
    node.since = node.since or since
    return node


def _array(tokens, **how):
    """Reads `[...]`, or one of version 3: a set ~[...], a map %[...], a push >[...]."""
    kind = tokens.pop(0) if tokens and tokens[0] in ("~", "%", ">") else "*"
    items = _list(tokens)
    if kind == "%" and len(items) % 2:
        raise ValueError("a map has a value for each key")
    if how.get("any_order") and kind == "%":
        how["any_order"] = 2
    if how.get("any_order") == 2 and len(items) % 2:
        raise ValueError("pairs have two members each")
    return Array(items, kind, **how)


def _list(tokens):
    if not tokens or tokens.pop(0) != "[":
        raise ValueError("a [ is due here")
    items = []
    while tokens and tokens[0] != "]":
        items.append(_node(tokens))
    if not tokens:
        raise ValueError("a ] is missing")
    tokens.pop(0)
    return items


# A word, and the node that it makes from the tokens behind it.
READERS = {
    "nil": lambda tokens: Bytes(b"$-1\r\n"),
    "nil-array": lambda tokens: Bytes(b"*-1\r\n"),
    "null": lambda tokens: Bytes(b"_\r\n"),
    "verbatim": lambda tokens: Exact("=", template(tokens.pop(0))),
    "closed": lambda tokens: Judged("the server closes the connection", what="closed"),
    "nothing": lambda tokens: Judged("nothing: no reply is due yet", what="nothing"),
    "texts": lambda tokens: texts(),
    "raw": lambda tokens: Exact("raw", template(tokens.pop(0))),
    "error-like": lambda tokens: Like("-", template(tokens.pop(0))),
    "bulk-like": lambda tokens: Like("$", template(tokens.pop(0))),
    "any-order": lambda tokens: _array(tokens, any_order=1),
    "any-pairs": lambda tokens: _array(tokens, any_order=2),
    "starts-with": lambda tokens: _array(tokens, is_open=True),
    "contains": lambda tokens: _array(tokens, any_order=1, is_open=True),
    "contains-pairs": lambda tokens: _array(tokens, any_order=2, is_open=True),
    "lacks": lambda tokens: Lacks([_node(tokens)]),
    "one-of": lambda tokens: OneOf(_list(tokens)),
    "number": lambda tokens: number(*_range(tokens.pop(0))),
    "bulk-number": lambda tokens: number(*_range(tokens.pop(0)), "$"),
    "about": _about,
    "soon": lambda tokens: Soon([_node(tokens)]),
    "fullresync": lambda tokens: Flow("fullresync"),
    "ack": lambda tokens: Flow("ack"),
    "within": lambda tokens: _timed(tokens, "late"),
    "after": lambda tokens: _timed(tokens, "early"),
}


def _node(tokens):
    """Takes one node from the front of the tokens."""
    if not tokens:
        raise ValueError("what is due is missing")
    if tokens[0] in ("[", "~", "%", ">"):
        return _array(tokens)
    word = tokens.pop(0)
    if word in READERS:
        return READERS[word](tokens)
    if word in TYPES:
        return typed(word)
    if word[0] == '"':
        return Exact("$", template(word))
    if word[0] in "+-:,#(":
        return Exact(word[0], template(word[1:]))
    raise ValueError("not an expectation: %s (strings stand in quotes)" % word)
