"""Stage 08: SAVE. What the file holds, who can read it, how it comes to be."""

import os
import shutil
import subprocess
import time

from .. import oracle, wire
from ..bench import facts
from ..expect import Like, Number, Template
from ..manifest import judge
from ..model import Mismatch
from ..server import Server
from ..rdb_format import Group, Pending, Stream
from ..transport import Connection
from .lists import number
from .rdb import some_text
from .rdb_files import Written, answers, names_in, value_is, word
from .rdb_fill import OK, fill
from .strings import must

BIG = 24                        # values of nearly 1 MiB: what takes a while to save
BLOCK = 65537
BIG_SIZE = 1 + 15 * BLOCK       # bytes of the first of them
ROOM = 100000                   # bytes on a disk that is small
NEWEST_REAL = 10                # what Redis 7.0 reads


class Kept:
    """A server with a folder of its own, which it is started in again."""

    def __init__(self, bench, *words):
        self.bench = bench
        self.name = word(bench.random) + ".rdb"
        self.folder = os.path.realpath(bench.folder())
        self.words = ["--dir", self.folder, "--dbfilename", self.name]
        self.words += words
        self.conn = None

    @property
    def path(self):
        return os.path.join(self.folder, self.name)

    def start(self, **options):
        del self.bench.timeline[:]
        self.bench.start(words=self.words, **options)
        self.conn = self.bench.connect("A")
        answers(self.conn)
        del self.bench.timeline[:]
        return self.conn

    def read(self):
        """The file's bytes; None if there is none."""
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except OSError:
            return None


@judge("08.7")
def save(bench):
    """SAVE: what the file holds, who can read it, and how it gets there."""
    kept = Kept(bench)
    conn = kept.start()
    due = fill(conn, bench.random)
    before = now_seconds()
    must(conn, OK, "SAVE")
    written = Written(kept.path, "after SAVE", due)
    written.check()
    moved(conn, before)
    notes = real_ones(kept, due)
    bench.server.kill()
    conn = kept.start()
    holds(conn, due, "SAVE, kill -9, started again")
    renamed(kept, conn, due)
    failing(bench)
    killed_while_saving(bench)
    return notes


def now_seconds():
    return int(time.time())


def moved(conn, before):
    """LASTSAVE is the time of the last save."""
    conn.send(wire.request("LASTSAVE"))
    conn.due_reply(Number(before, now_seconds() + 1))


def real_ones(kept, due):
    """The real Redis reads the file; what cannot be tried is a note."""
    if not oracle.installed():
        return ["redis-server is not installed: it did not try to read the "
                "file"]
    version = Written(kept.path, "after SAVE", due).parser.version
    if version > NEWEST_REAL:
        return ["the file has version %d; whether the real Redis reads it "
                "was not tried (7.0 reads up to 10)" % version]
    checker(kept, due)
    folder = kept.bench.folder()
    shutil.copy(kept.path, os.path.join(folder, "dump.rdb"))
    server = Server(oracle.COMMAND, words=["--dir", folder])
    try:
        server.start()
        conn = connection(kept.bench, server)
        answers(conn)
        holds(conn, due, "the real redis-server %s was started with the "
              "file of SAVE" % oracle.version())
        conn.close()
    except Mismatch as mismatch:
        if server.survives(mismatch):
            raise
        Written(kept.path, "the real redis-server %s was started with the "
                "file of SAVE" % oracle.version(), due).fail(
            "it loads the file", "it ended; its last line: " + " ".join(
                server.last_lines(1)[1]))
        raise mismatch
    finally:
        server.stop(0.2)
    return []


def connection(bench, server):
    """A connection to another server than the bench's own."""
    conn = Connection("R", server.address, bench.limits, bench.timeline)
    bench.conns.append(conn)
    return conn


def checker(kept, due):
    """redis-check-rdb is content."""
    program = shutil.which("redis-check-rdb")
    if program is None:
        return
    done = subprocess.run([program, kept.path], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=60)
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").split("\n")
        wrong = [line for line in lines if "rror" in line or "Wrong" in line]
        Written(kept.path, "redis-check-rdb looked at the file of SAVE",
                due).fail("it finds nothing wrong",
                          " ".join((wrong or lines)[:2]))


def holds(conn, due, when):
    """All keys are there, with their values and times."""
    try:
        for database in sorted(due):
            must(conn, OK, "SELECT", "%d" % database)
            must(conn, number(len(due[database])), "DBSIZE")
            for key, (kind, value, expiry) in sorted(due[database].items()):
                if kind == "stream":
                    stream_is(conn, key, value)
                else:
                    value_is(conn, key, kind, value)
                must(conn, number(-1 if expiry is None else expiry),
                     "PEXPIRETIME", key)
                del conn.timeline[:]
        must(conn, OK, "SELECT", "0")
    except Mismatch as mismatch:
        mismatch.summary = when
        raise


def stream_is(conn, key, value):
    """The same of a stream, as far as a model knows it."""
    stream = Stream()
    stream.entries, stream.last, groups = value
    for name, (last, pending) in groups.items():
        group = stream.groups[name] = Group(last, None)
        group.pending = {ident: Pending(owner, 0, 0)
                         for ident, owner in pending.items()}
    value_is(conn, key, "stream", stream)


def renamed(kept, conn, due):
    """The second file comes into being beside the first."""
    first = os.stat(kept.path)
    key = sorted(due[0])[0]
    must(conn, number(1), "DEL", key)
    del due[0][key]
    must(conn, OK, "SAVE")
    Written(kept.path, "after a second SAVE", due).check()
    if os.stat(kept.path).st_ino == first.st_ino:
        Written(kept.path, "after a second SAVE", due).fail(
            "another file under the same name: written beside the old one, "
            "then renamed", "the old file itself was written over",
            partial_file=True)
    if names_in(kept.folder) != kept.name:
        raise facts("after a second SAVE", "%s and nothing else in the "
                    "folder" % kept.name, names_in(kept.folder))


def failing(bench):
    """A SAVE that the disk has no room for."""
    kept = Kept(bench)
    conn = kept.start(max_file=ROOM)
    due = {0: {}}
    for n in range(20):
        key, text = b"k%d" % n, some_text(bench.random)
        must(conn, OK, "SET", key, text)
        due[0][key] = ("string", text, None)
    must(conn, OK, "SAVE")
    old = kept.read()
    must(conn, OK, "SET", "large", bytes(
        bench.random.getrandbits(8) for _ in range(2 * ROOM)))
    conn.send(wire.request("SAVE"))
    conn.due_reply(Like("-", Template("ERR*")).bind({}))
    must(conn, b"+PONG\r\n", "PING")
    if kept.read() != old or names_in(kept.folder) != kept.name:
        raise facts("SAVE answered an error: the disk was full (no file of "
                    "the server may have more than %d bytes)" % ROOM,
                    "the old file as it was, and nothing else in the folder",
                    names_in(kept.folder) + (
                        "" if kept.read() == old
                        else "; %s has changed" % kept.name),
                    partial_file=True)
    must(conn, number(1), "DEL", "large")
    must(conn, OK, "SAVE")
    Written(kept.path, "SAVE after one that failed", due).check()


def big_ones(kept, conn):
    """Values that take a while to write."""
    rng = kept.bench.random
    block = bytes(rng.getrandbits(8) for _ in range(BLOCK))
    for n in range(BIG):
        must(conn, OK, "SET", "big%d" % n,
             b"%d" % n + block * 15)
        del conn.timeline[:]
    must(conn, OK, "SET", "which", "first")


def killed_while_saving(bench):
    """kill -9 in the middle of SAVE: the old file is still whole."""
    kept = Kept(bench)
    conn = kept.start()
    big_ones(kept, conn)
    began = time.perf_counter()
    conn.send(wire.request("SAVE"))
    conn.due_bytes(OK, 60)
    took = time.perf_counter() - began
    old = kept.read()
    for share in (0.0, 0.5):
        must(conn, OK, "SET", "which", "second")
        stat, names = changes(kept), names_in(kept.folder)
        conn.send(wire.request("SAVE"))
        deadline = time.perf_counter() + took
        while (names_in(kept.folder), changes(kept)) == (names, stat):
            if time.perf_counter() > deadline:
                break
        time.sleep(share * took)
        bench.server.kill()
        still_whole(kept, old)
        conn = kept.start()
        must(conn, number(BIG + 1), "DBSIZE")


def changes(kept):
    """What shows that somebody writes to the file."""
    try:
        stat = os.stat(kept.path)
        return stat.st_size, stat.st_mtime_ns, stat.st_ino
    except OSError:
        return None


def still_whole(kept, old):
    """The file is the old one, or, if SAVE was done, the new one."""
    data = kept.read()
    if data == old:
        return
    if data is None:
        raise facts("kill -9 in the middle of a SAVE", "the old file, whole",
                    "no file %s; the folder holds: %s"
                    % (kept.name, names_in(kept.folder)), partial_file=True)
    Written(kept.path, "kill -9 in the middle of a SAVE", {}, quick=True).whole(
        "the old file, whole (%d bytes)" % len(old))
