"""Stage 09: when the log is synced."""

import time

from ..bench import facts
from ..manifest import judge
from .aof_calls import Watch
from .aof_folder import Logged
from .talk import OK, batch, must, word

SINGLE = 25
MANY = 400


@judge("09.6")
def policies(bench):
    """always: before each reply. everysec: about once a second. no: never."""
    notes = always(bench)
    for sync, seconds, low, high, due in (
            ("everysec", 3.2, 2, 8, "about one sync a second"),
            ("no", 1.3, 0, 1, "no sync")):
        watch = Watch(bench, Logged(bench, sync=sync))
        conn = watch.start_to_count()
        watch.syncs()
        commands = writes_for(conn, seconds)
        done = watch.syncs()
        if not low <= done <= high:
            raise facts("%d commands within %g s; appendfsync %s"
                        % (commands, seconds, sync), due, "%d syncs" % done)
        bench.stop()
    return notes


def always(bench):
    """One sync for each command that comes alone, before its reply; one for
    many that come together."""
    watch = Watch(bench, Logged(bench))
    conn = watch.start_to_count()
    watch.syncs()
    payloads = [word(bench.random, 10).encode() for _ in range(SINGLE)]
    for payload in payloads:
        must(conn, OK, "SET", "key", payload)
    seen = watch.seen
    done = watch.syncs()
    if done < SINGLE:
        raise facts(
            "%d commands, each sent when the one before was answered; "
            "appendfsync always" % SINGLE, "a sync (fdatasync or fsync) for "
            "each of them, before its reply", "%d syncs" % done,
            unsynced=True)
    if watch.disk:
        watch.seen = seen
        watch.check_order(conn, payloads, synced=True)
        watch.syncs()
    began = time.perf_counter()
    batch(conn, [("SET", "key%d" % n, "value") for n in range(MANY)],
          [OK] * MANY)
    took = time.perf_counter() - began
    done = watch.syncs()
    if done == 0:
        raise facts("%d commands in one go; appendfsync always" % MANY,
                    "at least one sync before the replies", "none",
                    unsynced=True)
    notes = watch.notes()
    if done > MANY // 2:
        notes.append("%d commands in one go took %d syncs and %.2f s: one "
                     "sync for all that came together would do"
                     % (MANY, done, took))
    bench.stop()
    return notes


def writes_for(conn, seconds):
    """SETs, about a hundred a second: how many."""
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        must(conn, OK, "SET", "key%d" % (count % 10), count)
        count += 1
        time.sleep(0.01)
    return count
