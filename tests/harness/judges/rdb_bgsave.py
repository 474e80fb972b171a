"""Stage 08: BGSAVE, LASTSAVE, save points, SHUTDOWN."""

import os
import signal
import time

from .. import rdb_format, wire
from ..bench import facts
from ..expect import Like, Template
from ..manifest import judge
from ..kernel import children
from .lists import number
from .rdb import some_text
from .rdb_files import Written, names_in
from .rdb_fill import OK
from .rdb_save import BIG_SIZE, Kept, big_ones
from .strings import ask, integer, must

STARTED = b"+Background saving started\r\n"
BUSY = b"-ERR Background save already in progress\r\n"
TRIES = 3


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
    emptied(bench)
    refused(bench)
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
        must(conn, number(BIG_SIZE), "SETRANGE", "big0", "0", "as then")
        before = integer(conn, "LASTSAVE")
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
    written.whole("a whole file when LASTSAVE has moved")
    found = written.parser.databases.get(0, {})
    for key, value in ((b"which", b"then"), (b"big0", b"as then")):
        entry = found.get(key)
        if entry is None:
            written.fail("the key " + key.decode(), "it is not in the file")
        if not entry.value.startswith(value):
            written.fail("%s as it was at BGSAVE: it begins with %s" % (
                key.decode(), value.decode()), "it has what came after it: "
                + wire.brief(entry.value, 40), entry.at, entry.end)


def child_dies(kept, conn):
    """Two BGSAVEs at once; and one whose process is killed."""
    must(conn, OK, "SET", "which", "lost")
    old = kept.read()
    conn.send(wire.request("BGSAVE") + wire.request("BGSAVE"))
    conn.due_bytes(STARTED + BUSY)
    found = children(kept.bench.server.main_pid())
    before = integer(conn, "LASTSAVE")
    if not found:               # a thread, or it was too fast for us
        ended(conn)
        return
    for child in found:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    ended(conn)
    status = told(conn, b"rdb_last_bgsave_status")
    if status == b"ok":         # it had ended before it was killed
        return
    new = kept.read()
    if new != old and rdb_format.Parser(new).parse().damage is None:
        return                  # it was killed after the rename, before its end
    if new != old:
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
    # A time that never comes, however the sum is computed.
    must(conn, OK, "CONFIG", "SET", "save", "9223372036854775807 1")
    os.remove(kept.path)
    must(conn, OK, "SET", "four", "4")
    time.sleep(0.3)
    ended(conn)
    if os.path.exists(kept.path):
        raise facts("CONFIG SET save '9223372036854775807 1', and a change",
                    "no file for a long while", "the folder holds: "
                    + names_in(kept.folder))


def emptied(bench):
    """FLUSHALL with save points: neither the file nor a BGSAVE that is under
    way brings the data back."""
    kept = Kept(bench, "--save", "3600 1000")
    conn = kept.start()
    big_ones(kept, conn)
    must(conn, OK, "SAVE")
    must(conn, STARTED, "BGSAVE")
    must(conn, OK, "FLUSHALL")
    ended(conn)
    bench.server.kill()
    kind, left = ask(kept.start(), "DBSIZE")
    if (kind, left) != (":", 0):
        raise facts("SAVE, BGSAVE, FLUSHALL, then kill -9, and started again, "
                    "with --save '3600 1000'", "no keys: DBSIZE is 0",
                    "DBSIZE is %s" % left)


def failed_bgsave(kept, conn):
    """A BGSAVE that fails since a folder has the name of its file."""
    os.mkdir(kept.path)
    must(conn, STARTED, "BGSAVE")
    ended(conn)
    os.rmdir(kept.path)
    status = told(conn, b"rdb_last_bgsave_status")
    if status != b"err":
        raise facts("a BGSAVE whose file cannot be renamed to its name, which "
                    "is that of a folder", "rdb_last_bgsave_status:err",
                    "rdb_last_bgsave_status:" + status.decode())


def refused(bench):
    """Writes are refused after a snapshot has failed, if it is so set."""
    kept = Kept(bench, "--save", "3600 1000")
    conn = kept.start()
    must(conn, OK, "SET", "k", "before")
    failed_bgsave(kept, conn)
    misconf = Like("-", Template(
        "MISCONF Redis is configured to save RDB snapshots, but it's "
        "currently unable to persist to disk.*")).bind({})

    def refuses(*words):
        conn.send(wire.request(*words))
        conn.due_reply(misconf)

    refuses("SET", "k", "after")
    refuses("PING")
    must(conn, b"$6\r\nbefore\r\n", "GET", "k")
    stop = ("CONFIG", "SET", "stop-writes-on-bgsave-error")
    must(conn, OK, *stop, "no")
    must(conn, OK, "SET", "k", "no")
    must(conn, OK, *stop, "yes")
    refuses("SET", "k", "yes")
    must(conn, STARTED, "BGSAVE")
    ended(conn)
    must(conn, OK, "SET", "k", "again")
