"""Stage 08: BGSAVE, LASTSAVE, save points."""

import os
import signal
import time

from .. import rdb_format, wire
from ..bench import Bench, facts
from ..kernel import children
from ..manifest import judge
from .rdb_files import Dump, Written
from .rdb_save import BIG_SIZE, big_ones, save_time
from .talk import OK, PONG, ask, integer, must, reply, wrong

STARTED = "+Background saving started"
BUSY = "-ERR Background save already in progress"
TRIES = 3


@judge("08.8")
def bgsave(bench):
    """BGSAVE, LASTSAVE, save points."""
    kept = Dump(bench, "--save", "")
    conn = kept.start()
    big_ones(kept, conn)
    beside_the_work(kept, conn)
    child_dies(kept, conn)
    save_points(bench)
    emptied(bench)


def beside_the_work(kept, conn):
    """The server answers while the file is written, and the file shows the moment of BGSAVE."""
    alone = save_time(conn)
    for _ in range(TRIES):
        must(conn, OK, "SET", "which", "then")
        must(conn, BIG_SIZE, "SETRANGE", "big0", 0, "as then")
        before = integer(conn, "LASTSAVE")
        time.sleep(1.05)            # LASTSAVE is in whole seconds
        longest, at = one_bgsave(conn)
        wait_for(conn, before)
        the_moment(kept)
        if longest < max(alone / 2, 0.1):
            return
    raise conn.mismatch(
        "", summary="SAVE takes %.0f ms here; while BGSAVE works, others are "
        "served" % (alone * 1000), ending=None, facts={"blocks": True},
        expected_text="every answer at once, also that of BGSAVE itself",
        actual_text="%s was answered after %.0f ms" % (at, longest * 1000))


def one_bgsave(conn):
    """Runs one BGSAVE with commands behind it. Returns the longest wait, and for what."""
    waits = []
    for due, *words in (
            (STARTED, "BGSAVE"), (OK, "SET", "which", "now"),
            (BIG_SIZE, "SETRANGE", "big0", 0, "changed"),
            (PONG, "PING"), (PONG, "PING"),
            (wire.bulk("now"), "GET", "which")):
        began = time.perf_counter()
        must(conn, due, *words)
        waits.append((time.perf_counter() - began, words[0]))
    return max(waits)


def wait_for(conn, before):
    """LASTSAVE changes when the file is there."""
    if not Bench.eventually(lambda: integer(conn, "LASTSAVE") > before, 30):
        raise wrong(conn, (":", before), "LASTSAVE: an integer above %d"
                    % before, "BGSAVE was answered 30 s ago")


def the_moment(kept):
    """The file has the data of the moment when BGSAVE was sent."""
    written = Written(kept.path, "BGSAVE was asked for; then values were "
                      "changed", quick=True)
    written.whole("a whole file when LASTSAVE has moved", partial_file=True)
    found = written.parser.databases.get(0, {})
    for key, value in ((b"which", b"then"), (b"big0", b"as then")):
        entry = found.get(key)
        if entry is None:
            written.fail("the key " + key.decode(), "it is not in the file")
        if not entry.value.startswith(value):
            written.fail("%s as it was at BGSAVE: it begins with %s" % (
                key.decode(), value.decode()), "it has what came after it: "
                + wire.brief(entry.value, 40), entry.at)


def child_dies(kept, conn):
    """Two BGSAVEs at once; and one whose process is killed."""
    must(conn, OK, "SET", "which", "lost")
    old = kept.read()
    conn.send(wire.request("BGSAVE") * 2)
    conn.due_bytes(reply(STARTED) + reply(BUSY))
    found = children(kept.bench.server.main_pid())
    before = integer(conn, "LASTSAVE")
    for child in found:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    ended(conn)
    if not found or told(conn, b"rdb_last_bgsave_status") == b"ok":
        return                  # a thread; or it was done before it was killed
    new = kept.read()
    if new != old and rdb_format.Parser(new).parse().damage is None:
        return                  # it was killed after the rename, before its end
    if new != old:
        raise facts("the child that wrote the file was killed",
                    "the old file, as it was", "it has changed",
                    partial_file=True)
    must(conn, before, "LASTSAVE")
    must(conn, wire.bulk("lost"), "GET", "which")


def told(conn, name):
    """Returns a field of INFO persistence."""
    kind, text = ask(conn, "INFO", "persistence")
    for line in (text if kind == "$" and text else b"").split(b"\r\n"):
        field, colon, value = line.partition(b":")
        if colon and field == name:
            return value
    raise wrong(conn, (kind, text), "a line %s: in INFO persistence"
                % name.decode())


def ended(conn):
    if not Bench.eventually(
            lambda: told(conn, b"rdb_bgsave_in_progress") == b"0", 30):
        raise facts("a BGSAVE is under way for 30 s",
                    "rdb_bgsave_in_progress:0", "it is still 1")


def save_points(bench):
    """--save '1 3': a second after the third change."""
    kept = Dump(bench, "--save", "1 3")
    conn = kept.start()
    keys = {b"one": b"1", b"two": b"2", b"three": b"3"}
    for key, value in keys.items():
        if key == b"three":
            time.sleep(1.6)
            kept.none_there("--save '1 3': 2 changes, and 1.6 s pass",
                            "no file: it takes 3 changes")
        must(conn, OK, "SET", key, value)
    bench.eventually(lambda: os.path.exists(kept.path), 10.0)
    ended(conn)
    Written(kept.path, "--save '1 3': 3 changes, and 10 s pass", {0: {
        key: ("string", value, None) for key, value in keys.items()}}).check()
    # A time that never comes, however the sum is computed.
    must(conn, OK, "CONFIG", "SET", "save", "9223372036854775807 1")
    os.remove(kept.path)
    must(conn, OK, "SET", "four", "4")
    time.sleep(0.3)
    ended(conn)
    kept.none_there("CONFIG SET save '9223372036854775807 1', and a change",
                    "no file for a long while")


def emptied(bench):
    """FLUSHALL with save points: neither the file nor a BGSAVE in progress brings the data back."""
    kept = Dump(bench, "--save", "3600 1000")
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
                    "with --save '3600 1000'", "no keys, DBSIZE is 0: with save points, "
                    "FLUSHALL ends the child and saves the empty table at once",
                    "DBSIZE is %s" % left)
