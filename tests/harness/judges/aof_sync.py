"""Stage 09: when the log is synced."""

import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .aof_calls import Counter, Watch
from .aof_folder import Logged, word
from .strings import due_all, must

SINGLE = 25
MANY = 400


@judge("09.6")
def policies(bench):
    """always: before each reply. everysec: about once a second. no: never."""
    notes = []
    with Watch(bench) as watch:
        notes += always(bench, watch)
    with Watch(bench) as watch:
        everysec(bench, watch)
    with Watch(bench) as watch:
        never(bench, watch)
    return notes


def always(bench, watch):
    """One sync for each command that comes alone, before its reply; one for
    many that come together."""
    counter = Counter(bench, watch)
    conn = counter.start(Logged(bench))
    counter.count()
    payloads = []
    for _ in range(SINGLE):
        payload = word(bench.random, 10)
        payloads.append(payload.encode())
        must(conn, b"+OK\r\n", "SET", "key", payload)
    seen = watch.seen
    done = counter.count()
    if done < SINGLE:
        raise facts(
            "%d commands, each sent when the one before was answered; "
            "appendfsync always" % SINGLE, "a sync (fdatasync or fsync) for "
            "each of them, before its reply", "%d syncs" % done,
            unsynced=True)
    if watch.disk:
        watch.seen = seen
        watch.check_order(conn, payloads, synced=True)
        counter.count()
    began = time.perf_counter()
    conn.send(b"".join(wire.request("SET", "key%d" % n, "value")
                       for n in range(MANY)))
    due_all(conn, b"+OK\r\n" * MANY)
    took = time.perf_counter() - began
    done = counter.count()
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


def writes_for(bench, conn, seconds):
    """SETs, about a hundred a second: how many."""
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        must(conn, b"+OK\r\n", "SET", "key%d" % (count % 10), str(count))
        count += 1
        del bench.timeline[:]
        time.sleep(0.01)
    return count


def everysec(bench, watch):
    """A thread or a timer: about one a second, whatever comes."""
    counter = Counter(bench, watch)
    conn = counter.start(Logged(bench, sync="everysec"))
    counter.count()
    commands = writes_for(bench, conn, 3.2)
    done = counter.count()
    if not 2 <= done <= 8:
        raise facts("%d commands within 3.2 s; appendfsync everysec"
                    % commands, "about one sync a second",
                    "%d syncs" % done)
    bench.stop()


def never(bench, watch):
    """The kernel may do it when it likes."""
    counter = Counter(bench, watch)
    conn = counter.start(Logged(bench, sync="no"))
    counter.count()
    commands = writes_for(bench, conn, 1.3)
    done = counter.count()
    if done > 1:
        raise facts("%d commands within 1.3 s; appendfsync no" % commands,
                    "no sync", "%d syncs" % done)
    bench.stop()
