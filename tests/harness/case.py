"""A failure as the rules of "looks like" see it: see rules.py.

Replies are parsed, None if they are none: want is the one that was due, got the one that
came. Commands are lists of words, a word that is no string is b"".
"""

import re

from . import wire

WAITING = (b"BLPOP", b"BRPOP", b"BLMOVE", b"BRPOPLPUSH", b"BLMPOP")


class Facts(dict):
    """What a judge has seen, and what the server was asked again for; None: not known."""

    __getattr__ = dict.get


class Case:
    """One failure. All its attributes are names for the rules."""

    def __init__(self, failure, checkpoint, alive):
        mismatch = failure.mismatch
        self.mismatch, self.point, self.alive = mismatch, checkpoint.id, alive
        self.due, self.came = mismatch.expected or b"", mismatch.actual or b""
        self.want, self.got = reply_in(self.due), reply_in(self.came)
        self.due_string, self.came_string = string_in(self.want), string_in(self.got)
        self.both = bool(self.due and self.came)
        # Two numbers, which can be compared?
        self.ints = bool(self.want and self.got) and self.want[0] == self.got[0] == ":"
        self.words_due = mismatch.expected_text or ""
        self.nothing_due = self.words_due.startswith("nothing:")
        self.at, self.ending, self.conn = mismatch.at or 0, mismatch.ending, mismatch.conn
        self.silent = self.ending == "silence"
        self.gone = not alive or self.ending in ("closed", "reset")
        self.cut, self.sent = failure.cut or ("whole",), mismatch.sent
        self.request = b"".join(mismatch.sent)
        self.fate, self.stderr = failure.fate, "\n".join(failure.last_lines[1]).lower()
        self.timeline = mismatch.timeline
        # The commands of the last write; all of the session, the failed one last.
        self.commands = commands_in(self.request)
        self.pipelined = len(list(wire.replies(self.request))) > 1
        self.told = [(name, words) for _, name, arrow, _, data in self.timeline
                     if arrow == ">" for words in commands_in(data)]
        self.asked = [words for _, words in self.told]
        self.own = [words for name, words in self.told if name == self.conn]
        # {connection: its last command}
        self.latest = dict(self.told)
        self.last = self.commands[-1] if self.commands else []
        self.name = named(self.last)
        # Is silence what this connection has asked for?
        self.waits = any(map(may_wait, self.commands))
        self.saw, self.probed = Facts(mismatch.facts), False
        self.scope = None       # the names that rules can use: see rules.py

    def add(self, found):
        """Adds what the server was asked again for: see probe.examine()."""
        self.saw, self.probed, self.scope = Facts({**found, **self.saw}), bool(found), None

    def before(self, names):
        """Returns the last command of the session with one of these names."""
        return next((words for words in reversed(self.asked) if named(words) in names), [])


def named(words):
    """Returns a command's name in capitals; b"" if there is none."""
    return words[0].upper() if words else b""


def may_wait(words):
    """Returns true if it is a command that may wait."""
    return re.fullmatch(rb"B[LRZ]\w+|WAIT|WAITAOF", named(words)) is not None or (
        named(words) in (b"XREAD", b"XREADGROUP") and b"BLOCK" in map(bytes.upper, words))


def commands_in(data):
    """Returns the commands at the front of some bytes; [] if they are not RESP."""
    return [[word or b"" for word in words] for words in wire.requests(data) if words]


def reply_in(data):
    """Returns the reply that some bytes begin with; None if it is no reply."""
    return next(wire.replies(data), (None,))[0]


def string_in(reply):
    """Returns the bytes of a bulk string; b"" if it is something else."""
    return reply[1] or b"" if reply and reply[0] == "$" else b""


def elements(reply):
    """Returns the elements of an array; None if it is something else."""
    return reply[1] if reply and reply[0] == "*" else None


def members(reply):
    """Returns the bulk strings of an array; None if it is something else."""
    items = elements(reply)
    if items is None or any(kind != "$" for kind, _ in items):
        return None
    return [content for _, content in items]


def integer_in(reply):
    """Returns the integer that a reply is, or is the text of; None if it is none."""
    try:
        return int(reply[1]) if reply and reply[0] in ":$" and reply[1] is not None else None
    except ValueError:
        return None
