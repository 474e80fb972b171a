"""Stage 08: every type in every form that Redis wrote; DUMP and RESTORE."""

import contextlib
import re
import struct

from .. import expect, rdb_format, rdb_make as make, wire
from ..manifest import judge
from ..model import Mismatch
from ..rdb_codec import crc64
from .rdb import NUMBERS
from .rdb_files import Loaded
from .talk import OK, ask, key_of, must, some_bytes, some_text


NEWEST = 11             # the version of Redis 7.2's files

# The contents of each form: text, short integers, and enough of both.

def elements(rng):
    """Returns elements of a list: text, integers of all sizes, and the empty string."""
    some = [some_text(rng), b"", b"%d" % rng.randint(-99, 99),
            b"%d" % rng.randrange(1 << 40), b"0123", b"-1", b"4096",
            b"%d" % -(1 << 63), some_bytes(rng, rng.randint(64, 300)),
            some_bytes(rng, rng.randint(4096, 5000)), b"12", b"13"]
    some += [b"%d" % value for value in NUMBERS]
    rng.shuffle(some)
    return some


def scores(rng):
    """Returns members with scores, some of which are equal."""
    return [(some_text(rng), 1.5), (b"b", 2.0), (b"a", 2.0),
            (b"c", float(rng.randint(-1000, 1000))), (b"x", -1e300),
            (b"pi", 3.141592653589793), (b"y", 0.1)]


def forms(rng):
    """Returns make.forms() of the contents that each should hold."""
    texts, rows = elements(rng), scores(rng)
    numbers = [rng.randrange(-(1 << bits), 1 << bits)
               for bits in (4, 8, 12, 14)]
    large = [rng.randrange(1 << bits - 1, 1 << bits) for bits in (15, 31, 63)]
    return make.forms(
        texts, [(b"f%d" % n, text) for n, text in enumerate(texts)],
        sorted(rows, key=lambda row: (row[1], row[0])),
        [{*numbers, *large[:n + 1]} for n in range(3)], some_bytes(rng, 9000))


def streams(rng):
    """Returns the same of streams."""
    start = 1600000000000 + rng.randrange(10 ** 11)
    ids = [(start + 7 * n, n % 3) for n in range(12)]
    entries = [(ident, [(b"f", some_text(rng)), (b"n", b"%d" % n)]
                if n % 5 else [(b"other", some_text(rng))])
               for n, ident in enumerate(ids)]
    blocks, gone = [entries[:7], entries[7:]], [ids[2], ids[8]]
    last = (ids[-1][0], ids[-1][1] + 5)
    yield 15, "a stream, as versions 5 and 6 of Redis wrote it", make.stream(
        blocks, last, (), 1, gone), 9
    group = {"name": b"group", "last": ids[4], "read": 4,
             "pending": [(ids[0], start, 1, b"ann"),
                         (ids[1], start, 2, b"bob"),
                         (ids[3], start, 1, b"ann")],
             "consumers": [(b"ann", start, start), (b"bob", start, start)]}
    empty = {"name": b"new", "last": last, "read": None}
    for kind, form, version in ((15, 1, 9), (19, 2, 10), (21, 3, 11)):
        yield kind, "a stream with groups, type %d" % kind, make.stream(
            blocks, last, (group, empty), form, gone, added=14), version


def newest_version(bench):
    """Returns the version of the newest file that it is asked to read: that of Redis 7.2, but for a
    Redis that is older its own."""
    conn, text = bench.fresh(), ""
    with contextlib.suppress(Mismatch):         # a server without INFO is no Redis
        conn.send(wire.request("INFO", "server"))
        text = str(conn.due_reply(expect.read("any"))[1])
    known = re.search(r"redis_version:(\d+)\.(\d+)", text)
    older = known and (int(known[1]), int(known[2])) < (7, 2)
    return 10 if older and "redis_git_sha1" in text else NEWEST


@judge("08.6")
def every_type(bench):
    """Each type in each form, alone and together; DUMP and RESTORE."""
    rng = bench.random
    newest = newest_version(bench)
    found = [form for form in (*forms(rng), *streams(rng)) if form[3] <= newest]
    together = make.File(newest).select(0)
    for n, (kind, about, body, version) in enumerate(found):
        key = key_of(rng, "t%d" % kind)
        data = make.File(max(version, 3)).select(0).key(kind, key, body).end()
        loaded = Loaded(bench, data, about, form="type").start()
        loaded.holds()
        loaded.ask(key, "+" + rdb_format.TYPES[kind][0], "TYPE", key)
        loaded.value(key)
        together.key(kind, b"%d" % n, body)
    loaded = Loaded(bench, together.end(), "every type in every form").start()
    loaded.all_there()
    dump_and_restore(loaded, found)
    return [] if newest == NEWEST else ["this Redis is older than the types 20 and 21"]


def payload(kind, body, version=10):
    """Checks the parts of what DUMP gives: type, value, version, checksum."""
    data = bytes([kind]) + body + struct.pack("<H", version)
    return data + struct.pack("<Q", crc64(data))


def dump_and_restore(loaded, found):
    """Sends every key through DUMP and RESTORE, and payloads of others."""
    conn = loaded.conn
    for n, (kind, _, body, _) in enumerate(found):
        key, copy = b"%d" % n, b"copy%d" % n
        text = ask(conn, "DUMP", key, due='bulk-like "*"')[1]
        must(conn, OK, "RESTORE", copy, 0, text)
        loaded.copy_is(key, copy)
        must(conn, OK, "RESTORE", key, 0, payload(kind, body), "REPLACE")
        loaded.value(key)
