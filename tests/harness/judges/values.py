"""The data of a server, compared type by type with what is expected.

A value is bytes, a list, a set, a dict (of fields, or of scores), or what stream_is takes: as a
file has it, see rdb_format.py.
"""

from .. import wire
from ..bench import about, facts
from ..expect import Array, Bytes
from ..held import LOOK, pairs
from .talk import ask, hear, integer, must, texts, wrong

FEW = 8                 # keys that are compared to the byte
SLACK = 250             # milliseconds by which an expiry may differ


def look(kind, key):
    """Returns the command that reads a key of a type."""
    command, words, _ = LOOK[kind]
    return [command, key, *words]


def made(kind, came):
    """Returns the value that an answer shows; None if it shows none of that type."""
    try:
        return LOOK[kind][2](wire.plain(came))
    except (TypeError, ValueError):
        return None


def shown(key):
    return wire.brief(key, 40)


def keys_are(conn, due):
    """Checks that KEYS * answers these, in any order."""
    conn.send(wire.request("KEYS", "*"))
    if len(due) <= FEW:
        with about("", key=due[0] if due else None):
            conn.due_reply(Array([Bytes(wire.bulk(key)) for key in due],
                                 any_order=1))
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
    """Checks that the server has this value for the key."""
    if kind == "stream":
        stream_is(conn, key, *value)
    elif kind in ("string", "list"):
        must(conn, wire.bulk(value) if kind == "string" else value,
             *look(kind, key))
    else:
        came = ask(conn, *look(kind, key))
        if not shows(kind, came, value):
            raise wrong(conn, came, in_words(kind, value))


def shows(kind, came, value):
    """Returns true if an answer is exactly this set, hash or sorted set."""
    found = made(kind, came)
    if found != value or len(came[1]) != len(value) * (1 if kind == "set" else 2):
        return False
    return kind != "zset" or list(found) == sorted(
        value, key=lambda member: (value[member], member))


def in_words(kind, value):
    """Describes a value briefly."""
    if kind == "string":
        return "string " + wire.brief(value, 40)
    if kind == "stream":
        entries, last, groups = value
        return "stream of %d entries, last ID %d-%d, groups: %s" % (
            (len(entries),) + last + (" ".join(
                "%s (last %d-%d, %d pending)" % (
                    (shown(name),) + given + (len(pending),))
                for name, (given, pending) in groups.items()) or "none",))
    some = value.items() if isinstance(value, dict) else (
        sorted(value) if isinstance(value, set) else value)
    text = " ".join(part_words(part) for part in list(some)[:3])
    return "%s of %d: %s%s" % (kind, len(value), text,
                               " ..." if len(value) > 3 else "")


def part_words(part):
    if isinstance(part, tuple):
        return "%s %s" % tuple(map(part_words, part))
    return wire.brief(part, 20) if isinstance(part, bytes) else repr(part)


def text_of(ident):
    return b"%d-%d" % ident


def stream_is(conn, key, entries, last=None, groups=()):
    """Checks the entries and, where they are known, the last ID and the pending entries: {group:
    (last ID, {ID: consumer})}."""
    must(conn, [[text_of(ident), [text for pair in fields for text in pair]]
                for ident, fields in entries], *look("stream", key))
    if last:
        must(conn, "-ERR The ID specified in XADD is equal or smaller than the "
             "target stream top item", "XADD", key, text_of(last), "a", "b")
    for name, (_, pending) in dict(groups).items():
        # The list of owners is null if there are none.
        due = b"*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n"
        if pending:
            owners = list(pending.values())
            due = [len(pending), text_of(min(pending)), text_of(max(pending)),
                   [[owner, b"%d" % owners.count(owner)]
                    for owner in sorted(set(owners))]]
        must(conn, due, "XPENDING", key, name)


def entries_of(rows):
    """Returns the entries in an answer of XRANGE: see stream_is."""
    return ([(tuple(map(int, ident.split(b"-"))), list(pairs(fields).items()))
             for ident, fields in rows],)


def holdings(conn):
    """Returns {key: (type, value, when it expires in ms or None)} of all keys."""
    found = {}
    for key in texts(conn, "KEYS", "*"):
        kind = ask(conn, "TYPE", key, due="simple")[1].decode()
        if kind in LOOK:
            due = {"string": "bulk", "stream": "array"}.get(kind, "texts")
            value = made(kind, ask(conn, *look(kind, key), due=due))
            at = integer(conn, "PEXPIRETIME", key)
            found[key] = (kind, entries_of(value) if kind == "stream"
                          else value, at if at >= 0 else None)
    return found


def still_holds(conn, before, what, **known):
    """Checks that everything is as it was: see holdings."""
    with about(what, **known):
        keys_are(conn, sorted(before))
        for key, (kind, value, expiry) in before.items():
            value_is(conn, key, kind, value)
            at = integer(conn, "PEXPIRETIME", key)
            if (at < 0) == (expiry is None) and (
                    abs(at - (expiry or at)) <= SLACK):
                continue
            raise facts(
                what, "%s expires at the moment at which it did before"
                % shown(key), "%s expires %s" % (shown(key), later(at, expiry)),
                relative=at > (expiry or at))


def later(at, expiry):
    """Says by how much a key expires later or earlier."""
    if at < 0:
        return "never"
    if expiry is None:
        return "after a time, where it had none"
    return "%.1f s %s" % (abs(at - expiry) / 1000,
                          "later" if at > expiry else "earlier")
