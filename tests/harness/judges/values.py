"""What a server holds: compared, type by type, with what is due."""

import time

from .. import wire
from ..bench import about, facts
from ..expect import Array, Bytes
from .talk import ask, hear, integer, must, texts, wrong

FEW = 8                 # keys that are compared to the byte
# What reads a value of each type; None is the key.
LOOK = {"string": ("GET", None), "list": ("LRANGE", None, 0, -1),
        "set": ("SMEMBERS", None), "hash": ("HGETALL", None),
        "zset": ("ZRANGE", None, 0, -1, "WITHSCORES"),
        "stream": ("XRANGE", None, "-", "+")}
WIDTH = {"set": 1, "hash": 2}       # what comes in any order: words in a row


def look(kind, key):
    """The command that reads a key of a type."""
    return [key if word is None else word for word in LOOK[kind]]


def shown(key):
    """A name, short."""
    return wire.brief(key, 40)


def keys_are(conn, due):
    """KEYS * answers these, in any order."""
    conn.send(wire.request("KEYS", "*"))
    if len(due) <= FEW:
        with about("", key=due[0] if due else None):
            conn.due_reply(Array([Bytes(wire.bulk(key)) for key in due],
                                 any_order=True))
        return
    came = sorted(content for _, content in hear(conn, "texts")[1])
    if came == sorted(due):
        return
    missing = sorted(set(due) - set(came))
    extra = sorted(set(came) - set(due))
    raise conn.mismatch(
        "", expected_text="these %d keys" % len(due), ending=None,
        facts={"key": (missing or extra or [None])[0]},
        actual_text="%d keys%s%s" % (
            len(came), "; missing: " + shown(missing[0]) if missing else "",
            "; nobody wrote: " + shown(extra[0]) if extra else ""))


def value_is(conn, key, kind, value):
    """The server has this value behind the key: bytes, a list, a set, a dict
    (of fields, or of scores), or what stream_is takes."""
    if kind in WIDTH:
        rows = [list(row) for row in value.items()] if kind == "hash" \
            else [[member] for member in value]
        in_any_order(conn, look(kind, key), rows)
    elif kind == "zset":
        zset_is(conn, key, value)
    elif kind == "stream":
        stream_is(conn, key, *value)
    else:
        must(conn, wire.bulk(value) if kind == "string" else value,
             *look(kind, key))


def in_any_order(conn, words, rows):
    """An array of rows of so many bulk strings each, in any order."""
    width = len(rows[0]) if rows else 1
    came = ask(conn, *words)
    if sorted(rows_of(came, width), key=repr) == sorted(rows, key=repr):
        return
    left = [row for row in rows if row not in rows_of(came, width)]
    text = "%d %s, in any order" % (len(rows),
                                    "members" if width == 1 else "fields")
    if left:
        text += "; missing: " + " ".join(wire.brief(part, 30)
                                         for part in left[0])
    raise wrong(conn, came, text)


def rows_of(came, width):
    """An array's members, in rows of so many."""
    found = [content for _, content in came[1] or []] if came[0] == "*" else []
    return [found[n:n + width] for n in range(0, len(found), width)]


def zset_is(conn, key, value):
    """Members in order, with scores that read back as the same number."""
    came = ask(conn, *look("zset", key))
    due = sorted(value.items(), key=lambda row: (row[1], row[0]))
    try:
        if [(member, float(score))
                for member, score in rows_of(came, 2)] == due:
            return
    except (TypeError, ValueError):
        pass
    raise wrong(conn, came, "members and scores: " + wire.brief(b" ".join(
        b"%s %s" % (member, repr(score).encode())
        for member, score in due), 120))


def text_of(ident):
    """A stream's ID."""
    return b"%d-%d" % ident


def stream_is(conn, key, entries, last, groups):
    """Entries, the last ID, and what is pending: {group: (last ID, {ID:
    consumer})}."""
    must(conn, [[text_of(ident), [text for pair in fields for text in pair]]
                for ident, fields in entries], *look("stream", key))
    must(conn, "-ERR The ID specified in XADD is equal or smaller than the "
         "target stream top item", "XADD", key, text_of(last), "a", "b")
    for name, (_, pending) in groups.items():
        # The list of owners is null if there are none.
        due = b"*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n"
        if pending:
            owners = list(pending.values())
            due = [len(pending), text_of(min(pending)), text_of(max(pending)),
                   [[owner, b"%d" % owners.count(owner)]
                    for owner in sorted(set(owners))]]
        must(conn, due, "XPENDING", key, name)


def holdings(conn):
    """{key: (type, the reply that shows its value, when it expires in ms or
    None)} of all keys."""
    found = {}
    for key in texts(conn, "KEYS", "*"):
        kind = ask(conn, "TYPE", key, due="simple")[1].decode()
        if kind in LOOK:
            due = {"string": "bulk", "stream": "array"}.get(kind, "texts")
            value = ask(conn, *look(kind, key), due=due)
            left = integer(conn, "PTTL", key)
            found[key] = (kind, value, time.time() * 1000 + left
                          if left >= 0 else None)
    return found


def still_holds(conn, before, what, slack=250, **known):
    """All is as it was: see holdings."""
    with about(what, **known):
        keys_are(conn, sorted(before))
        for key, (kind, value, expiry) in before.items():
            if kind in WIDTH:
                in_any_order(conn, look(kind, key),
                             rows_of(value, WIDTH[kind]))
            else:
                must(conn, wire.encode(value), *look(kind, key))
            left = integer(conn, "PTTL", key)
            moved = None if left < 0 or expiry is None \
                else time.time() * 1000 + left - expiry
            if (left < 0) == (expiry is None) and abs(moved or 0) <= slack:
                continue
            raise facts(
                what, "%s expires at the moment at which it did before"
                % shown(key), "%s expires %s" % (shown(key), later(
                    left, moved)), relative=moved is not None and moved > 0)


def later(left, moved):
    """By how much a key expires later or earlier, in words."""
    if left < 0:
        return "never"
    if moved is None:
        return "after a time, where it had none"
    return "%.1f s %s" % (abs(moved) / 1000, "later" if moved > 0
                          else "earlier")
