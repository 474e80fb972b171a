"""Stage 10: a server with little memory, and the keys that it evicts.

All of these tell the server at its start how much memory it may use. A value has a
thousand bytes, so that some thousands of keys fit, whatever room a server takes for a
key.
"""

import bisect
import itertools
import time

from .. import wire
from ..lru import ExactLru
from ..manifest import judge
from .talk import ask, batch, hear, integer, must, wrong

LIMIT = "6mb"
VALUE = b"v" * 1000
STEP = 50
OOM = "-OOM command not allowed when used memory > 'maxmemory'."


def cache(bench, policy):
    return bench.fresh(words=["--maxmemory", LIMIT, "--maxmemory-policy", policy])


def fill(conn, names, *options):
    batch(conn, [("SET", name, VALUE, *options) for name in names], ["+OK"] * len(names))


def fill_until(conn, gone, *options):
    """Writes keys until this many have been evicted. Returns how many were written."""
    for written in range(STEP, 60000, STEP):
        fill(conn, ["new%d" % i for i in range(written - STEP, written)], *options)
        if written - integer(conn, "DBSIZE") >= gone:
            return written
    raise wrong(conn, (":", written), "fewer than %d keys, for they take more than %s"
                % (written, LIMIT), "no key has gone", **{"no-limit": True})


def until_idle(conn, name, due):
    """Waits until the server itself says that this many seconds have passed since the
    last use of a key."""
    began = time.monotonic()
    while (said := integer(conn, "OBJECT", "IDLETIME", name)) < due:
        unused = time.monotonic() - began
        if unused > due + 8:
            raise wrong(conn, (":", said), "%d or more" % due,
                        "nobody has used this key for %d seconds" % unused)
        time.sleep(0.05)


def left(conn, names):
    return integer(conn, "EXISTS", *names)


def expect_left(conn, names, least, why, fact):
    kept = left(conn, names)
    if kept < least:
        if kept * 2 >= len(names):
            why += ", though most are there: the one that goes is drawn from too few"
        raise wrong(conn, (":", kept), "at least %d of these %d keys" % (least, len(names)),
                    why, **{fact: kept * 2 < len(names)})


@judge("10.7b")
def recently_used(bench):
    """A key that was read last stays."""
    conn = cache(bench, "allkeys-lru")
    hot = ["hot%d" % i for i in range(20)]
    cold = ["cold%d" % i for i in range(1500)]
    fill(conn, hot + cold)
    until_idle(conn, cold[0], 2)
    for name in hot:
        ask(conn, "GET", name)
    fill_until(conn, -len(hot) - len(cold) + 700)
    expect_left(conn, hot, 18, "keys that had just been read are gone", "recent")


@judge("10.7c")
def often_used(bench):
    """A key that was read often stays."""
    conn = cache(bench, "allkeys-lfu")
    hot = ["hot%d" % i for i in range(20)]
    fill(conn, hot)
    for _ in range(200):
        batch(conn, [("GET", name) for name in hot], [wire.bulk(VALUE)] * len(hot))
    fill_until(conn, 3000)
    expect_left(conn, hot, 18, "keys that had been read 200 times are gone", "often")


@judge("10.7d")
def volatile_alone(bench):
    """Only keys with a time to live are evicted; if there are none, writes are refused."""
    conn = cache(bench, "volatile-random")
    kept = ["kept%d" % i for i in range(200)]
    fill(conn, kept)
    fill_until(conn, 3000 - len(kept), "EX", "10000")
    expect_left(conn, kept, len(kept), "keys without a time to live are gone", "not-volatile")
    conn = cache(bench, "allkeys-random")
    fill_until(conn, 1000)
    conn = cache(bench, "volatile-lru")
    conn.send(b"".join(wire.request("SET", "k%d" % i, VALUE) for i in range(12000)))
    replies = [hear(conn) for _ in range(12000)]
    del conn.timeline[:]
    if all(kind == "+" for kind, _ in replies):
        must(conn, OOM, "SET", "k", VALUE)


@judge("10.7e")
def shortest_first(bench):
    """The keys with the least time left are evicted first."""
    conn = cache(bench, "volatile-ttl")
    order = list(range(12000))
    bench.random.shuffle(order)
    for at in range(0, len(order), STEP):
        batch(conn, [("SET", "k%d" % i, VALUE, "EX", 20000 + i) for i in order[at:at + STEP]],
              ["+OK"] * STEP)
    half = len(order) // 2
    late = left(conn, ["k%d" % i for i in range(half, 2 * half)])
    kept = integer(conn, "DBSIZE")
    if late * 4 < kept * 3:
        raise wrong(conn, (":", late), "three quarters of what is left expire late",
                    "keys with little time left stayed", ttl=True)


@judge("10.7f")
def hit_rate(bench):
    """As many hits as if the order of use were known exactly, within ten points."""
    conn = cache(bench, "allkeys-lru")
    weights = list(itertools.accumulate((i + 1) ** -0.9 for i in range(20000)))
    trace = [bisect.bisect_left(weights, bench.random.random() * weights[-1])
             for _ in range(60000)]
    steps = [trace[at:at + STEP] for at in range(0, len(trace), STEP)]
    hits = [requests(conn, keys) for keys in steps]
    exact = ExactLru(integer(conn, "DBSIZE"))
    due = sum([exact.ask(keys) for keys in steps][len(hits) // 3:])
    got = sum(hits[len(hits) // 3:])
    if got < due - len(trace) * 2 // 3 // 10:
        raise wrong(conn, (":", got), "nearly %d hits" % due, "too many misses")


def requests(conn, keys):
    """Reads keys, and writes the missing ones. Returns the number of hits."""
    conn.send(b"".join(wire.request("GET", "k%d" % key) for key in keys))
    missing = [key for key in keys if not is_hit(conn)]
    del conn.timeline[:]
    fill(conn, ["k%d" % key for key in missing])
    return len(keys) - len(missing)


def is_hit(conn):
    came = hear(conn)
    if came not in (("$", VALUE), ("$", None)):
        raise wrong(conn, came, "the value that was set, or a null bulk string")
    return came[1] is not None
