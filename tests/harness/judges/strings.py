"""Stage 04: tests of the keyspace that no session can express."""

import time

from .. import wire
from ..bench import about, facts
from ..manifest import judge
from .talk import OK, ask, batch, hear, must

STABLE = 300            # keys that are there during a whole SCAN
COMES = 20000           # and those that come or go meanwhile
SMALL, LARGE = 1000, 100000
GETS = 20000
BATCH = 500
COUNTS = 4000           # times that each of several clients counts
ENOUGH = 8.0            # seconds that one measurement of lookups may take
PAUSE = 0.25            # seconds that one batch may exceed the usual time


def mset(conn, names):
    must(conn, OK, "MSET", *[word for name in names for word in (name, "v")])


def others(step):
    """Returns the names of the keys that come or go in one step."""
    return ["x%d" % n for n in range(step * BATCH, step * BATCH + BATCH)]


@judge("04.9")
def scan(bench):
    """What is there during a whole SCAN is seen, whatever else changes.

    Between two steps of the scan the table grows (a first time round) or
    shrinks (a second time round) so much that it must be resized.
    """
    conn = bench.begin()
    steps = range(COMES // BATCH)

    def grow(step):
        if step in steps:
            mset(conn, others(step))

    def shrink(step):
        if step in steps:
            ask(conn, "DEL", *others(step))

    for change, what in ((grow, "grew"), (shrink, "shrank")):
        must(conn, OK, "FLUSHALL")
        prefix = "s%d:" % bench.random.randrange(10 ** 6)
        stable = [(prefix + str(n)).encode() for n in range(STABLE)]
        mset(conn, stable)
        for step in steps if change is shrink else ():
            mset(conn, others(step))
        what = "SCAN while the keyspace %s between its calls" % what
        seen = set(walk(conn, ["SCAN"], 20, change))
        check_seen(what, "keys", stable, seen)
        strange = [name for name in seen - set(stable)
                   if not name.startswith(b"x")]
        if strange:
            raise facts(what, "only keys that were set", "a key that nobody "
                        "set: " + wire.show(strange[0]))
    must(conn, OK, "FLUSHALL")


def walk(conn, words, count, change):
    """Makes a complete scan, with change(step) between its calls. Returns what came."""
    cursor, seen, step = b"0", [], 0
    while True:
        _, (cursor, found) = ask(
            conn, *words, cursor, "COUNT", count,
            due="[bulk-number 0..%d texts]" % (2 ** 64 - 1))
        cursor = cursor[1]
        seen += [text for _, text in found[1]]
        if cursor == b"0":
            return seen
        change(step)
        step += 1
        if step > 60000:
            raise facts("%s with COUNT %d over about 20,000 keys or members"
                        % (words[0], count), "the cursor comes back to 0",
                        "no end after %d calls" % step)


def check_seen(what, things, stable, seen):
    """Checks that all keys that stayed during a scan were seen."""
    missed = sorted(set(stable) - set(seen))
    if missed:
        raise facts(what, "each of the %d %s that were there all the time, at "
                    "least once" % (len(stable), things),
                    "%d of them never came, one is %s"
                    % (len(missed), wire.show(missed[0])), scan=True)


@judge("04.4")
def counted_together(bench):
    """Clients that count at the same time, in threads of their own perhaps, lose nothing."""
    bench.start()
    key = "n%d" % bench.random.randrange(10 ** 6)
    clients = [bench.connect(name) for name in "ABCD"]
    with about("%d clients send %d times INCR %s, at the same time"
               % (len(clients), COUNTS, key)):
        for conn in clients:
            conn.send(wire.request("INCR", key) * COUNTS)
        for conn in clients:
            for _ in range(COUNTS):
                hear(conn, "integer")
        with about("", lost_counts=True):
            must(clients[0], wire.bulk("%d" % (len(clients) * COUNTS)), "GET", key)


@judge("04.8")
def growth(bench):
    """With a hundred times the keys GET costs the same, and nobody waits."""
    conn = bench.fresh()
    prefix = "g%d:" % bench.random.randrange(10 ** 6)
    add(bench, conn, prefix, 0, SMALL)
    small = lookups(bench, conn, prefix, SMALL)
    pause = add(bench, conn, prefix, SMALL, LARGE)
    bench.same_cost("%d GETs with %d keys, then with %d"
                    % (GETS, SMALL, LARGE), small,
                    lambda: lookups(bench, conn, prefix, LARGE), 6, 0.06)
    if pause > PAUSE:
        more = "h%d:" % bench.random.randrange(10 ** 6)
        pause = min(pause, add(bench, conn, more, 0, LARGE))
    if pause > PAUSE:
        raise facts("adding keys until there are %d" % LARGE,
                    "no command waits long while the table grows",
                    "one batch of %d SETs took %.0f ms longer than the others"
                    % (BATCH, pause * 1000), pause=True)


def add(bench, conn, prefix, first, last):
    """Sets many keys. Returns by how much the slowest batch exceeds the median, in the time that
    the machine had for us and the server."""
    times = []
    for start in range(first, last, BATCH):
        began = time.perf_counter() - bench.starved()
        batch(conn, [("SET", prefix + str(n), "v%d" % n)
                     for n in range(start, start + BATCH)], [OK] * BATCH)
        times.append(time.perf_counter() - bench.starved() - began)
    times.sort()
    return times[-1] - times[len(times) // 2]


def lookups(bench, conn, prefix, keys):
    """Returns the CPU seconds (the clock's, if unknown) of GETS lookups. After ENOUGH seconds the
    rest is extrapolated from those that are done."""
    began = time.perf_counter()
    done = 0

    def look():
        nonlocal done
        while done < GETS and time.perf_counter() - began < ENOUGH:
            picks = [bench.random.randrange(keys) for _ in range(BATCH)]
            batch(conn, [("GET", prefix + str(n)) for n in picks],
                  [wire.bulk("v%d" % n) for n in picks])
            done += BATCH

    return bench.cost(look) * GETS / done
