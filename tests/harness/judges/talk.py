"""Requests that judges send to a server, and the replies that must come back."""

from .. import expect, wire
from ..bench import about
from ..seeds import some_letters

OK = "+OK"
PONG = "+PONG"
NULL_ARRAY = "*-1"
RECENT = 14             # events that are remembered for a failure's picture


def reply(due):
    """Returns a reply's bytes: of a line ("+OK"), an integer, None (the null bulk string) or an
    array (a list); bytes are those of the reply already."""
    if isinstance(due, bytes):
        return due
    if isinstance(due, str):
        return due.encode() + wire.CRLF
    return member(due)


def member(due):
    """Returns the same of an array's member, where text is a bulk string."""
    if isinstance(due, int):
        return b":%d\r\n" % due
    if isinstance(due, (list, tuple)):
        return b"*%d\r\n" % len(due) + b"".join(map(member, due))
    return wire.bulk(due)


def must(conn, due, *words, limit=None):
    """Sends one command whose answer is known."""
    conn.send(wire.request(*words))
    conn.due_bytes(reply(due), limit)
    del conn.timeline[:-RECENT]


def ask(conn, *words, due="any"):
    """Sends one command. Returns the parsed reply. The code that uses it may rely only on what due
    says: an expectation as in a session ("integer")."""
    conn.send(wire.request(*words))
    return hear(conn, due)


def hear(conn, due="any"):
    found = conn.due_reply(expect.read(due).bind({}))
    del conn.timeline[:-RECENT]
    return found


def integer(conn, *words):
    """Sends one command whose answer is an integer. Returns that number."""
    return ask(conn, *words, due="integer")[1]


def texts(conn, *words):
    """Sends one command whose answer is an array of strings. Returns these, as bytes."""
    return [text for _, text in ask(conn, *words, due="texts")[1]]


def batch(conn, commands, due):
    """Sends many commands in one write, and expects all their answers."""
    conn.send(b"".join(wire.request(*words) for words in commands))
    due_all(conn, b"".join(map(reply, due)), len(due))


def due_all(conn, data, count):
    """Expects the answers to this many commands that were sent in one go."""
    with about("%d commands in one go, with many keys in the table" % count):
        conn.due_bytes(data, conn.limits.reply + 20)
    del conn.timeline[:-RECENT]


def wrong(conn, came, due, summary="", note="", **known):
    """Returns a Mismatch: another reply was expected."""
    return conn.mismatch(note, summary=summary, expected_text=due, at=0,
                         actual=wire.encode(came), ending=None, facts=known)


def word(rng, size=6):
    return some_letters(rng, size)


def some_text(rng):
    """Returns a value that is no number."""
    return word(rng, rng.randint(4, 12)).encode()


def some_bytes(rng, size):
    block = bytes(rng.getrandbits(8) for _ in range(min(size, 251)))
    return (block * (size // max(1, len(block)) + 1))[:size]


def key_of(rng, prefix):
    """Returns a key that no other run uses."""
    return b"%s:%s" % (prefix.encode(), word(rng, 9).encode())
