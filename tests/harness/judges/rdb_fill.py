"""Stage 08: keys of every type, made by the commands of 08.7.txt, and what a file should hold of
them: {database: {key: (type, value, expiry in ms or None)}}. A stream is described by
rdb_files.reduced."""

import os
import re

from .. import wire
from ..manifest import FOLDER
from ..session import read_commands
from .talk import OK, ask, key_of, must, some_bytes, some_text, wrong
from .values import holdings

DRAWN = re.compile(rb"\{(text|bytes|int):?(\d*)\}")


def fill(conn, rng):
    """Makes keys of every type. Returns what a file should hold of them."""
    def draw(found):
        kind, size = found[1], int(found[2] or 0)
        if kind == b"int":
            return b"%d" % rng.randrange(-1 << size, 1 << size)
        return some_bytes(rng, size) if kind == b"bytes" else some_text(rng)

    for words in read_commands(os.path.join(FOLDER, "08-rdb", "08.7.txt")):
        came = ask(conn, *[DRAWN.sub(draw, word) for word in words])
        if came[0] == "-":
            raise wrong(conn, came, "no error")
    model = {}
    for database in (9, 0):
        must(conn, OK, "SELECT", database)
        model[database] = holdings(conn)
    stream(conn, rng, model[0])
    return model


def stream(conn, rng, model):
    """Makes a stream with deleted entries and a group with pending ones. Some values are so long
    that a listpack needs two bytes for their length behind them."""
    key, entries = key_of(rng, "stream"), []
    for n in range(1, 301):
        fields = [(b"f", some_text(rng)), (b"n", b"%d" % n)]
        if n % 50 == 0:
            fields = [(b"other", some_bytes(rng, 100 + n))]
        entries.append(((1000 + n, n % 3), fields))
        must(conn, wire.bulk("%d-%d" % entries[-1][0]), "XADD", key,
             "%d-%d" % entries[-1][0], *[text for pair in fields
                                         for text in pair])
    for n in (1, 7, 299):
        must(conn, 1, "XDEL", key, "%d-%d" % entries[n][0])
    left = [entry for n, entry in enumerate(entries) if n not in (1, 7, 299)]
    must(conn, OK, "XGROUP", "CREATE", key, "group", "0")
    pending = {}
    for name, count in ((b"ann", 3), (b"bob", 2)):
        ask(conn, "XREADGROUP", "GROUP", "group", name, "COUNT", count,
            "STREAMS", key, ">")
        for ident, _ in left[len(pending):len(pending) + count]:
            pending[ident] = name
    must(conn, 1, "XACK", key, "group", "%d-%d" % left[1][0])
    del pending[left[1][0]]
    model[key] = ("stream", (left, entries[-1][0],
                             {b"group": (left[4][0], pending)}), None)
