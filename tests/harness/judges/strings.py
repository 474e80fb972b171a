"""Stage 04: what data cannot say about the keyspace."""

import time

from .. import expect, wire
from ..bench import facts
from ..manifest import judge
from ..model import Mismatch

STABLE = 300            # keys that are there during a whole SCAN
SMALL, LARGE = 1000, 100000
GETS = 20000
BATCH = 500
ENOUGH = 8.0            # seconds that one measurement of lookups may take
PAUSE = 0.25            # seconds that one batch may take longer than usual


def ask(conn, *words, due="any"):
    """One command; the parsed reply. What is done with it afterwards may rely
    on no more than is due: an expectation as in a session ("integer")."""
    conn.send(wire.request(*words))
    return conn.due_reply(expect.read(due).bind({}))


def integer(conn, *words):
    """One command whose answer is an integer; that number."""
    return ask(conn, *words, due="integer")[1]


def texts(conn, *words):
    """One command whose answer is an array of strings; these, as bytes."""
    return [text for _, text in ask(conn, *words, due="texts")[1]]


def must(conn, due, *words):
    """One command whose answer is known."""
    conn.send(wire.request(*words))
    conn.due_bytes(due)


def mset(conn, names):
    """Set many keys in one go."""
    words = ["MSET"]
    for name in names:
        words += [name, "v"]
    must(conn, b"+OK\r\n", *words)


@judge("04.9")
def scan(bench):
    """What is there during a whole SCAN is seen, whatever else changes.

    Between two steps of the scan the table grows (a first time round) or
    shrinks (a second time round) so much that it must be resized.
    """
    bench.start()
    conn = bench.connect("A")
    for change in (grow, shrink):
        must(conn, b"+OK\r\n", "FLUSHALL")
        prefix = "s%d:" % bench.random.randrange(10 ** 6)
        stable = [prefix + str(n) for n in range(STABLE)]
        mset(conn, stable)
        if change is shrink:
            for start in range(0, 20000, BATCH):
                mset(conn, ["x%d" % n for n in range(start, start + BATCH)])
        seen = walk(bench, conn, change)
        check_seen(bench, conn, change, stable, seen)
    must(conn, b"+OK\r\n", "FLUSHALL")
    return []


def grow(conn, step):
    """Add keys between two steps of the scan, early on."""
    if step < 40:
        mset(conn, ["x%d" % n for n in range(step * BATCH,
                                             step * BATCH + BATCH)])


def shrink(conn, step):
    """Delete keys between two steps of the scan, early on."""
    if step < 40:
        names = ["x%d" % n for n in range(step * BATCH, step * BATCH + BATCH)]
        ask(conn, "DEL", *names)


def scan_step(conn, *words):
    """One call of SCAN or one of its kind: (cursor, what it found)."""
    _, (cursor, found) = ask(conn, *words, due="[bulk-number 0..%d texts]"
                             % (2 ** 64 - 1))
    return cursor[1], [text for _, text in found[1]]


def walk(bench, conn, change):
    """Scan to the end with changes on the way; the keys that were given."""
    cursor, seen, step = b"0", set(), 0
    while True:
        cursor, keys = scan_step(conn, "SCAN", cursor, "COUNT", "20")
        seen.update(keys)
        del bench.timeline[:]
        if cursor == b"0":
            return seen
        change(conn, step)
        step += 1
        if step > 60000:
            raise facts("SCAN with COUNT 20 over about 20,000 keys",
                        "the cursor comes back to 0",
                        "no end after %d calls" % step)


def check_seen(bench, conn, change, stable, seen):
    """All that stayed was seen, and nothing that never was."""
    missed = [name for name in stable if name.encode() not in seen]
    what = "grew" if change is grow else "shrank"
    if missed:
        raise facts(
            "SCAN while the keyspace %s between its calls" % what,
            "each of the %d keys that were there all the time, at least once"
            % STABLE, "%d of them never came, one is %s" % (len(missed),
                                                            missed[0]),
            scan=True)
    known = set(name.encode() for name in stable)
    strange = [name for name in seen
               if name not in known and not name.startswith(b"x")]
    if strange:
        raise facts("SCAN while the keyspace %s between its calls" % what,
                    "only keys that were set",
                    "a key that nobody set: " + wire.show(strange[0]))


@judge("04.8")
def growth(bench):
    """A hundred times the keys: GET costs the same, and nobody waits."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    prefix = "g%d:" % bench.random.randrange(10 ** 6)
    add(bench, conn, prefix, 0, SMALL)
    small = lookups(bench, conn, prefix, SMALL)
    pause = add(bench, conn, prefix, SMALL, LARGE)
    large = lookups(bench, conn, prefix, LARGE)
    for _ in range(2):
        if large <= 0.06 + 6 * small:
            break
        small = max(small, lookups(bench, conn, prefix, SMALL))
        large = min(large, lookups(bench, conn, prefix, LARGE))
    if large > 0.06 + 6 * small:
        raise facts(
            "%d GETs with %d keys, then with %d" % (GETS, SMALL, LARGE),
            "about the same CPU time", "%.2f s, then %.2f s: a lookup costs "
            "%.0f times as much" % (small, large, large / max(small, 0.01)),
            growth=True)
    if pause > PAUSE:
        more = "h%d:" % bench.random.randrange(10 ** 6)
        pause = min(pause, add(bench, conn, more, 0, LARGE))
    if pause > PAUSE:
        raise facts("adding keys until there are %d" % LARGE,
                    "no command waits long while the table grows",
                    "one batch of %d SETs took %.0f ms longer than the others"
                    % (BATCH, pause * 1000), pause=True)
    return []


def add(bench, conn, prefix, first, last):
    """Set many keys; by how much the slowest batch exceeds the median, in the
    time that the machine had for us and the server."""
    times = []
    for start in range(first, last, BATCH):
        data = b"".join(wire.request("SET", prefix + str(n), "v%d" % n)
                        for n in range(start, start + BATCH))
        began = time.perf_counter() - bench.starved()
        conn.send(data)
        due_all(conn, b"+OK\r\n" * BATCH)
        times.append(time.perf_counter() - bench.starved() - began)
        del bench.timeline[:]
    times.sort()
    return times[-1] - times[len(times) // 2]


def lookups(bench, conn, prefix, keys):
    """CPU seconds (the clock's, if unknown) that GETS lookups take. After
    ENOUGH seconds the rest is reckoned from those that are done."""
    before, began = bench.server.cpu(), time.perf_counter()
    done = 0
    while done < GETS and time.perf_counter() - began < ENOUGH:
        picks = [bench.random.randrange(keys) for _ in range(BATCH)]
        conn.send(b"".join(wire.request("GET", prefix + str(n))
                           for n in picks))
        due_all(conn, b"".join(wire.bulk("v%d" % n) for n in picks))
        done += BATCH
        del bench.timeline[:]
    used = (time.perf_counter() - began if before is None
            else bench.server.cpu() - before)
    return used * GETS / done


def due_all(conn, data):
    """The answers to a whole batch."""
    try:
        conn.due_bytes(data, conn.limits.reply + 20)
    except Mismatch as mismatch:
        mismatch.summary = ("%d commands in one go, with many keys in the "
                            "table" % BATCH)
        raise
