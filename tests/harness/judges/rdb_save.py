"""Stage 08: files that the server writes, at once or beside its work."""

import os
import shutil
import subprocess
import time

from .. import oracle, wire
from ..bench import facts
from ..expect import Like, Number, Template
from ..manifest import judge
from ..model import Mismatch
from ..process import Server, _kill, children
from .lists import number
from .rdb import name_of, some_bytes, some_text
from .rdb_files import Written, answers, names_in, value_is, word
from .strings import ask, must

OK = b"+OK\r\n"
YEARS = 4000000000              # a point in time, in seconds
BIG = 24                        # values of 1 MiB: what takes a while to save
MIB = 1 << 20
ROOM = 100000                   # bytes on a disk that is small
NEWEST_REAL = 10                # what Redis 7.0 reads
STARTED = b"+Background saving started\r\n"
BUSY = b"-ERR Background save already in progress\r\n"
TRIES = 3


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


def fill(conn, rng):
    """Keys of every type; what a file should say of them."""
    model = {}
    for make in (strings, timed, lists, sets, hashes, zsets, streams):
        make(conn, rng, model)
        del conn.timeline[:]
    must(conn, OK, "SELECT", "9")
    other = some_text(rng)
    must(conn, OK, "SET", "in nine", other)
    must(conn, OK, "SELECT", "0")
    return {0: model, 9: {b"in nine": ("string", other, None)}}


def strings(conn, rng, model):
    texts = [b"", b"0", b"-1", b"127", b"-32768", b"2147483647",
             b"2147483648", b"-9223372036854775808", b"007", b"1 ",
             b"a" * 20, b"ab" * 500, some_bytes(rng, 63), some_bytes(rng, 64),
             bytes(rng.getrandbits(8) for _ in range(20000)),
             some_bytes(rng, 70000)]
    for text in texts + [some_text(rng) for _ in range(20)]:
        key = name_of(rng, "s")
        must(conn, OK, "SET", key, text)
        model[key] = ("string", text, None)
    must(conn, OK, "SET", "12345", "a number is the key")
    model[b"12345"] = ("string", b"a number is the key", None)


def timed(conn, rng, model):
    """Expiries; the time of one is changed, and of another taken away."""
    for n in range(6):
        key, text = name_of(rng, "e"), some_text(rng)
        when = (YEARS + rng.randrange(10 ** 6)) * 1000 + rng.randrange(
            1, 1000) * (n % 2)
        must(conn, OK, "SET", key, text, "PXAT", "%d" % when)
        model[key] = ("string", text, when)
    for key in list(model)[-2:]:
        must(conn, number(1), "PERSIST", key)
        model[key] = model[key][:2] + (None,)
    key = name_of(rng, "e")
    must(conn, number(1), "RPUSH", key, "x")
    must(conn, number(1), "EXPIREAT", key, "%d" % YEARS)
    model[key] = ("list", [b"x"], YEARS * 1000)


def collection(conn, rng, model, kind, command, items, value):
    """One key of a collection, filled in several commands."""
    key = name_of(rng, kind)
    for start in range(0, len(items), 200):
        words = [part for item in items[start:start + 200]
                 for part in (item if isinstance(item, tuple) else (item,))]
        kind_of_reply, _ = ask(conn, command, key, *words)
        if kind_of_reply != ":":
            raise conn.mismatch("", expected_text="an integer",
                                actual=bytes(conn.buf), at=0, ending=None)
        del conn.timeline[:]
    model[key] = (kind, value, None)


def lists(conn, rng, model):
    for size in (1, 30, 2000):
        items = [rng.choice((b"%d" % rng.randrange(-1 << 40, 1 << 40),
                             some_text(rng), b"")) for _ in range(size)]
        if size == 30:
            items[7] = some_bytes(rng, 9000)
        collection(conn, rng, model, "list", "RPUSH", items, items)


def sets(conn, rng, model):
    for items in ({b"%d" % rng.randrange(-99, 99) for _ in range(20)},
                  {b"%d" % rng.randrange(1 << 50) for _ in range(20)},
                  {some_text(rng) for _ in range(20)},
                  {b"%d" % rng.randrange(10 ** 9) for _ in range(900)},
                  {some_text(rng) + b"%d" % n for n in range(900)}):
        collection(conn, rng, model, "set", "SADD", sorted(items), items)


def hashes(conn, rng, model):
    for size in (1, 40, 900):
        items = {b"f%d" % n: rng.choice((some_text(rng), b"%d" % n, b""))
                 for n in range(size)}
        if size == 40:
            items[b""] = some_bytes(rng, 300)
        collection(conn, rng, model, "hash", "HSET", list(items.items()),
                   items)


def zsets(conn, rng, model):
    scores = (0.0, 1.0, -1.5, 1e300, 5e-324, 0.1, 3.141592653589793,
              float("inf"), float("-inf"), 9007199254740992.0)
    for size in (5, 60, 900):
        items = {b"m%d" % n: rng.choice(scores + (float(n),))
                 for n in range(size)}
        collection(conn, rng, model, "zset", "ZADD",
                   [(repr(score).encode(), member)
                    for member, score in items.items()], items)


def streams(conn, rng, model):
    """A stream with deleted entries and a group with pending ones."""
    key, entries = name_of(rng, "stream"), []
    for n in range(1, 301):
        fields = [(b"f", some_text(rng)), (b"n", b"%d" % n)]
        if n % 50 == 0:
            fields = [(b"other", b"x")]
        entries.append(((1000 + n, n % 3), fields))
        must(conn, wire.bulk("%d-%d" % entries[-1][0]), "XADD", key,
             "%d-%d" % entries[-1][0], *[text for pair in fields
                                         for text in pair])
        del conn.timeline[:]
    for n in (1, 7, 299):
        must(conn, number(1), "XDEL", key, "%d-%d" % entries[n][0])
    left = [entry for n, entry in enumerate(entries) if n not in (1, 7, 299)]
    must(conn, OK, "XGROUP", "CREATE", key, "group", "0")
    pending = {}
    for name, count in ((b"ann", 3), (b"bob", 2)):
        ask(conn, "XREADGROUP", "GROUP", "group", name, "COUNT",
            "%d" % count, "STREAMS", key, ">")
        for ident, _ in left[len(pending):len(pending) + count]:
            pending[ident] = name
    must(conn, number(1), "XACK", key, "group", "%d-%d" % left[1][0])
    del pending[left[1][0]]
    model[key] = ("stream", (left, entries[-1][0],
                             {b"group": (left[4][0], pending)}), None)


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
        if server.alive():
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
    from ..transport import Connection
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
    from ..rdb_format import Group, Pending, Stream
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
    block = bytes(rng.getrandbits(8) for _ in range(65537))
    for n in range(BIG):
        must(conn, OK, "SET", "big%d" % n,
             b"%d" % n + block * (MIB // len(block)))
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
    is_whole(Written(kept.path, "kill -9 in the middle of a SAVE", {},
                     quick=True), "the old file, whole (%d bytes)" % len(old))


@judge("08.8")
def bgsave(bench):
    """BGSAVE, LASTSAVE, save points, SHUTDOWN."""
    kept = Kept(bench, "--save", "")
    conn = kept.start()
    big_ones(kept, conn)
    notes = beside_the_work(kept, conn)
    child_dies(kept, conn)
    endings(bench)
    save_points(bench)
    return notes


def beside_the_work(kept, conn):
    """The server answers while the file is written, and the file shows the
    moment of BGSAVE."""
    began = time.perf_counter()
    conn.send(wire.request("SAVE"))
    conn.due_bytes(OK, 60)
    alone = time.perf_counter() - began
    for _ in range(TRIES):
        must(conn, OK, "SET", "which", "then")
        before = ask(conn, "LASTSAVE")[1]
        time.sleep(1.05)            # LASTSAVE is in whole seconds
        longest, at = one_bgsave(conn)
        wait_for(conn, before)
        the_moment(kept)
        if longest < max(alone / 2, 0.1):
            return []
    raise conn.mismatch(
        "", summary="SAVE takes %.0f ms here; while BGSAVE works, others are "
        "served" % (alone * 1000), ending=None, facts={"blocks": True},
        expected_text="every answer at once, also that of BGSAVE itself",
        actual_text="%s was answered after %.0f ms" % (at, longest * 1000))


def one_bgsave(conn):
    """BGSAVE and commands behind it; the longest wait, and for what."""
    longest, at = 0.0, ""
    for words, due in (
            (("BGSAVE",), STARTED), (("SET", "which", "now"), OK),
            (("SETRANGE", "big0", "0", "changed"), None),
            (("PING",), b"+PONG\r\n"), (("PING",), b"+PONG\r\n"),
            (("GET", "which"), b"$3\r\nnow\r\n")):
        began = time.perf_counter()
        must(conn, due, *words) if due else ask(conn, *words)
        took = time.perf_counter() - began
        if took > longest:
            longest, at = took, words[0]
    return longest, at


def wait_for(conn, before):
    """LASTSAVE moves when the file is there."""
    deadline = time.perf_counter() + 30
    while True:
        kind, last = ask(conn, "LASTSAVE")
        del conn.timeline[:]
        if kind == ":" and last > before:
            return
        if time.perf_counter() > deadline:
            raise conn.mismatch(
                "", at=0, ending=None, summary="BGSAVE was answered 30 s ago",
                expected_text="LASTSAVE: an integer above %d" % before,
                actual=b":%s\r\n" % str(last).encode())
        time.sleep(0.02)


def the_moment(kept):
    """The file has what was there when BGSAVE was asked for."""
    written = Written(kept.path, "BGSAVE was asked for; then values were "
                      "changed", {}, quick=True)
    is_whole(written, "a whole file when LASTSAVE has moved")
    found = written.parser.databases.get(0, {})
    for key, value in ((b"which", b"then"), (b"big0", b"0")):
        entry = found.get(key)
        if entry is None:
            written.fail("the key " + key.decode(), "it is not in the file")
        if entry.value[:7] in (b"now", b"changed"):
            written.fail("%s as it was at BGSAVE: it begins with %s" % (
                key.decode(), value.decode()), "it has what came after it: "
                + wire.window(entry.value, 40)[0], entry.at, entry.end)


def is_whole(written, due):
    """A file of many megabytes has no damage."""
    damage, size = written.parser.damage, len(written.data)
    if damage:
        written.fail(due, "at byte %d: %s" % (damage.at, damage.why),
                     max(0, size - 60), size, partial_file=True)


def child_dies(kept, conn):
    """Two BGSAVEs at once; and one whose process is killed."""
    must(conn, OK, "SET", "which", "lost")
    old = kept.read()
    conn.send(wire.request("BGSAVE") + wire.request("BGSAVE"))
    conn.due_bytes(STARTED + BUSY)
    found = children(kept.bench.server.main_pid())
    before = ask(conn, "LASTSAVE")[1]
    if not found:               # a thread, or it was too fast for us
        ended(conn)
        return
    for child in found:
        _kill(child)
    ended(conn)
    status = told(conn, b"rdb_last_bgsave_status")
    if status == b"ok":         # it had ended before it was killed
        return
    if kept.read() != old:
        raise facts("the child that wrote the file was killed",
                    "the old file, as it was", "it has changed",
                    partial_file=True)
    must(conn, number(before), "LASTSAVE")
    must(conn, b"$4\r\nlost\r\n", "GET", "which")


def told(conn, name):
    """A field of INFO persistence."""
    kind, text = ask(conn, "INFO", "persistence")
    del conn.timeline[:]
    for line in (text if kind == "$" and text else b"").split(b"\r\n"):
        field, colon, value = line.partition(b":")
        if colon and field == name:
            return value
    raise conn.mismatch(
        "", at=0, ending=None, actual=wire.encode((kind, text)),
        expected_text="a line %s: in INFO persistence" % name.decode())


def ended(conn):
    """Wait until no save is under way."""
    deadline = time.perf_counter() + 30
    while told(conn, b"rdb_bgsave_in_progress") != b"0":
        if time.perf_counter() > deadline:
            raise facts("a BGSAVE is under way for 30 s",
                        "rdb_bgsave_in_progress:0", "it is still 1")
        time.sleep(0.02)


# How a server is ended: options, command (None: SIGTERM), what must be saved.
ENDINGS = (
    (("--save", "3600 1"), ("SHUTDOWN",), True),
    (("--save", ""), ("SHUTDOWN",), False),
    (("--save", ""), ("SHUTDOWN", "SAVE"), True),
    (("--save", "3600 1"), ("shutdown", "nosave"), False),
    (("--save", "3600 1"), None, True),
)


def endings(bench):
    """SHUTDOWN and SIGTERM, with save points and without."""
    for words, command, saves in ENDINGS:
        kept = Kept(bench, *words)
        conn = kept.start()
        value = some_text(bench.random)
        must(conn, OK, "SET", "k", value)
        how = " ".join(command) if command else "SIGTERM"
        when = "%s, with --save '%s'" % (how, words[1])
        if command:
            conn.send(wire.request(*command))
            conn.due_closed()
            status = bench.server.wait_exit(10)
        else:
            status = bench.server.terminate(10)
        if status != 0:
            raise facts(when, "it ends with status 0",
                        "it %s" % bench.server.fate())
        if saves:
            Written(kept.path, when, {0: {b"k": ("string", value,
                                                 None)}}).check()
            must(kept.start(), wire.bulk(value), "GET", "k")
        elif os.path.exists(kept.path):
            raise facts(when, "no file is written", "the folder holds: "
                        + names_in(kept.folder))


def save_points(bench):
    """--save '1 3': a second after the third change."""
    kept = Kept(bench, "--save", "1 3")
    conn = kept.start()
    must(conn, OK, "SET", "one", "1")
    must(conn, OK, "SET", "two", "2")
    time.sleep(1.6)
    if os.path.exists(kept.path):
        raise facts("--save '1 3': 2 changes, and 1.6 s pass",
                    "no file: it takes 3 changes", "the folder holds: "
                    + names_in(kept.folder))
    must(conn, OK, "SET", "three", "3")
    if not bench.eventually(lambda: os.path.exists(kept.path), 10.0):
        raise facts("--save '1 3': 3 changes, and 10 s pass",
                    "a file %s" % kept.name, "the folder holds: "
                    + names_in(kept.folder))
    ended(conn)
    Written(kept.path, "saved by --save '1 3'", {0: {
        name: ("string", value, None) for name, value in (
            (b"one", b"1"), (b"two", b"2"), (b"three", b"3"))}}).check()
