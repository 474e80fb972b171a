"""Stage 08: SAVE: the contents of the file, other readers of it, and how it is written."""

import os
import re
import time

from .. import oracle, wire
from ..bench import about, facts
from ..manifest import FOLDER, judge
from ..session import read_commands
from .kept import names_in, redis_checks, redis_loads
from .rdb_files import NO_SELECT, Dump, Written
from .talk import OK, PONG, ask, key_of, must, some_bytes, some_text, wrong
from .values import holdings, value_is

BIG = 24                        # values of nearly 1 MiB: what takes a while to save
A_WHILE = 0.3                   # seconds of CPU
BLOCK = 65537
BIG_SIZE = 1 + 15 * BLOCK       # bytes of the first of them
ROOM = 100000                   # bytes on a disk that is small
NEWEST_REAL = 10                # what Redis 7.0 reads


@judge("08.7")
def save(bench):
    """SAVE: the contents of the file, other readers of it, and how it gets there."""
    kept = Dump(bench)
    conn = kept.start()
    notes = [NO_SELECT] if bench.unknown("SELECT") else []
    due = fill(conn, bench.random, [0] if notes else [9, 0])
    before = int(time.time())
    must(conn, OK, "SAVE")
    written = Written(kept.path, "after SAVE", due).check()
    ask(conn, "LASTSAVE", due="number %d..%d" % (before, time.time() + 1))
    kept.kill()
    notes += real_ones(kept, written)
    conn = kept.start()
    holds(conn, due, "SAVE, kill -9, started again")
    renamed(kept, conn, due)
    failing(bench)
    killed_while_saving(bench)
    return notes


def real_ones(kept, written):
    """Lets the real Redis read the file. Returns notes about what could not be tried."""
    if not oracle.installed():
        return ["redis-server is not installed: it did not try to read the "
                "file"]
    version = written.parser.version
    if version > NEWEST_REAL:
        return ["the file has version %d; whether the real Redis reads it "
                "was not tried (7.0 reads up to 10)" % version]
    file = written.evidence()
    redis_checks("rdb", kept.path, file=file)
    folder = kept.bench.folder({"dump.rdb": written.data})
    conn = redis_loads(kept.bench, ["--dir", folder], "the file of SAVE",
                       file=file)
    holds(conn, written.due, "the real redis-server %s was started with the "
          "file of SAVE" % oracle.version())
    return []


def holds(conn, due, when):
    """Checks that all keys are there, with their values and times."""
    with about(when):
        for database in sorted(due):
            select(conn, database, due)
            must(conn, len(due[database]), "DBSIZE")
            for key, (kind, value, expiry) in sorted(due[database].items()):
                value_is(conn, key, kind, value)
                must(conn, -1 if expiry is None else expiry, "PEXPIRETIME",
                     key)
        select(conn, 0, due)


def select(conn, database, due):
    """Goes to a database, if keys are in several."""
    if len(due) > 1:
        must(conn, OK, "SELECT", database)


def renamed(kept, conn, due):
    """The second file is written beside the first."""
    first = os.stat(kept.path)
    key = sorted(due[0])[0]
    must(conn, 1, "DEL", key)
    del due[0][key]
    must(conn, OK, "SAVE")
    written = Written(kept.path, "after a second SAVE", due).check()
    if os.stat(kept.path).st_ino == first.st_ino:
        written.fail(
            "another file under the same name: written beside the old one, "
            "then renamed", "the old file itself was written over",
            partial_file=True)
    if names_in(kept.root) != kept.name:
        raise facts("after a second SAVE", "%s and nothing else in the "
                    "folder" % kept.name, names_in(kept.root))


def failing(bench):
    """A SAVE for which the disk has no room."""
    kept = Dump(bench)
    kept.options = {"max_file": ROOM}
    conn = kept.start()
    due = {}
    for n in range(20):
        due[b"k%d" % n] = ("string", some_text(bench.random), None)
        must(conn, OK, "SET", "k%d" % n, due[b"k%d" % n][1])
    must(conn, OK, "SAVE")
    old = kept.read()
    must(conn, OK, "SET", "large", bench.random.randbytes(2 * ROOM))
    ask(conn, "SAVE", due='error-like "ERR*"')
    must(conn, PONG, "PING")
    if kept.read() != old or names_in(kept.root) != kept.name:
        raise facts("SAVE answered an error: the disk was full (no file of "
                    "the server may have more than %d bytes)" % ROOM,
                    "the old file as it was, and nothing else in the folder",
                    names_in(kept.root) + (
                        "" if kept.read() == old
                        else "; %s has changed" % kept.name),
                    partial_file=True)
    must(conn, 1, "DEL", "large")
    must(conn, OK, "SAVE")
    Written(kept.path, "SAVE after one that failed", {0: due}).check()


def big_ones(kept, conn):
    """Makes values that take a while to write: BIG of them, or fewer for a server that is slow
    itself, and not because of a slow disk or a busy machine. Returns how many keys there are."""
    block = kept.bench.random.randbytes(BLOCK)
    must(conn, OK, "SET", "which", "first")
    for n in range(BIG):
        must(conn, OK, "SET", "big%d" % n, b"%d" % n + block * 15)
        if n in (0, 3) and kept.bench.cost(lambda: save_time(conn)) > A_WHILE:
            return n + 2
    return BIG + 1


def save_time(conn):
    began = time.perf_counter()
    must(conn, OK, "SAVE", limit=60)
    return time.perf_counter() - began


def killed_while_saving(bench):
    """After kill -9 in the middle of SAVE the old file is still whole."""
    kept = Dump(bench)
    conn = kept.start()
    size = big_ones(kept, conn)
    took = save_time(conn)
    old = kept.read()
    for share in (0.0, 0.5):
        must(conn, OK, "SET", "which", "second")
        seen = changes(kept)
        conn.send(wire.request("SAVE"))
        deadline = time.perf_counter() + took
        while changes(kept) == seen and time.perf_counter() < deadline:
            pass
        time.sleep(share * took)
        bench.server.kill()
        still_whole(kept, old)
        conn = kept.start()
        must(conn, size, "DBSIZE")


def changes(kept):
    """Returns signs that somebody writes to the file, or to one beside it."""
    try:
        stat = os.stat(kept.path)
        return (names_in(kept.root), stat.st_size, stat.st_mtime_ns,
                stat.st_ino)
    except OSError:
        return None


def still_whole(kept, old):
    """Checks that the file is the old one or, if SAVE was done, the new one."""
    data = kept.read()
    if data == old:
        return
    when = "kill -9 in the middle of a SAVE"
    if data is None:
        raise facts(when, "the old file, whole", "no file %s; the folder "
                    "holds: %s" % (kept.name, names_in(kept.root)),
                    partial_file=True)
    Written(kept.path, when, quick=True).whole(
        "the old file, whole (%d bytes)" % len(old), partial_file=True)


# Keys of every type, made by the commands of 08.7.txt, and what a file should hold of them:
# {database: {key: (type, value, expiry in ms or None)}}. A stream is described by
# rdb_files.reduced.
DRAWN = re.compile(rb"\{(text|bytes|int):?(\d*)\}")


def fill(conn, rng, databases):
    """Makes keys of every type. Returns what a file should hold of them."""
    def draw(found):
        kind, size = found[1], int(found[2] or 0)
        if kind == b"int":
            return b"%d" % rng.randrange(-1 << size, 1 << size)
        return some_bytes(rng, size) if kind == b"bytes" else some_text(rng)

    elsewhere = False
    for words in read_commands(os.path.join(FOLDER, "08-rdb", "08.7.txt")):
        if words[0] == b"SELECT":
            elsewhere = int(words[1]) not in databases
        if elsewhere or words[0] == b"SELECT" and len(databases) < 2:
            continue
        came = ask(conn, *[DRAWN.sub(draw, word) for word in words])
        if came[0] == "-":
            raise wrong(conn, came, "no error")
    model = dict.fromkeys(databases)
    for database in databases:
        select(conn, database, model)
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
