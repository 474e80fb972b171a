"""Stage 05: what data cannot say about time.

A key that was set with PX p may not go before p ms have passed since we
began to send the SET, and must be gone p ms after its reply was here. Between
these two moments either is right, so a busy machine makes the judgement
milder, never false.
"""

import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .poll import SPIN, busy
from .strings import ask, due_all, integer, must

STILL = 5               # seconds in which one of many expired keys must go
ALL = 12                # and all of them
SLACK = 0.003           # clocks are read in whole milliseconds
LATE = 0.006            # and timers come a little after their time
AGAIN = 3               # so often is measured before anybody is accused
ROUNDS = 8
BATCH = 500
PAUSE = 0.25            # as for a table that grows
ASLEEP = 0.004          # an idle server answers sooner than this


class Stamped:
    """A command, with the moments before it was sent and after its reply."""

    def __init__(self, conn, *words):
        self.before = time.perf_counter()
        self.reply = ask(conn, *words)
        self.after = time.perf_counter()
        self.took = self.after - self.before


def wrong(conn, reply, summary, due, note, **known):
    """A Mismatch about the last command of a connection."""
    return conn.mismatch(note, summary=summary, expected_text=due, at=0,
                         actual=wire.encode(reply), ending=None, facts=known)


@judge("05.1")
def in_time(bench):
    """Never early, never late, as exactly as this machine can tell."""
    bench.start()
    bench.warm_up()
    slept = []
    for number in range(ROUNDS):
        for last in (False,) * (AGAIN - 1) + (True,):
            del bench.timeline[:]
            error, seconds = one_life(bench, "t%d" % number)
            if error is None or last:
                break
        if error:
            raise error
        slept.append(seconds)
    if min(slept) > 0.9:
        raise facts(
            "SET with PX, and a GET right after it, %d times" % ROUNDS,
            "the answer to GET at once", "every answer came when the key had "
            "expired: after %d %% of its time, or later" % (min(slept) * 100),
            sleeps=True)
    return []


def one_life(bench, name):
    """SET with PX, then GET until it is gone: (Mismatch or None, which part
    of the key's life the first GET took)."""
    conn = bench.connect("A")
    life = bench.random.randrange(40, 90)
    born = Stamped(conn, "SET", name, "grape", "PX", str(life))
    if born.reply != ("+", b"OK"):
        return wrong(conn, born.reply, "", '"+OK\\r\\n"', ""), 0.0
    earliest = born.before + life / 1000 - SLACK
    latest = born.after + life / 1000 + LATE
    first = None
    error = None
    while True:
        look = Stamped(conn, "GET", name)
        first = first or look
        if look.reply[1] is None:
            if look.after < earliest:
                error = wrong(
                    conn, look.reply, "a key that was set with PX %d is gone "
                    "too early" % life, "the value: at most %.1f of %d ms have "
                    "passed" % ((look.after - born.before) * 1000, life),
                    "nothing", early=True)
            break
        if look.before > latest:
            error = wrong(
                conn, look.reply, "a key that was set with PX %d is still "
                "there" % life, "nil: at least %.1f ms have passed, not %d"
                % ((look.before - born.after) * 1000, life),
                "the value", late=True)
            break
        del bench.timeline[:]
    conn.close()
    return error, first.took * 1000 / life


@judge("05.2")
def counts_down(bench):
    """PTTL counts down with the clock, TTL is what it says, rounded."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    for number, more in enumerate((0, 200, 450, 550, 800, 950)):
        for last in (False,) * (AGAIN - 1) + (True,):
            del bench.timeline[:]
            error = left_of(conn, "c%d" % number, 100000 + more)
            if error is None or last:
                break
        if error:
            raise error
    return []


def left_of(conn, name, life):
    """Ask for what is left of a key's life, twice: a Mismatch, or None."""
    born = Stamped(conn, "SET", name, "grape", "PX", str(life))
    for pause in (0, 0.12):
        time.sleep(pause)
        for command in ("PTTL", "TTL"):
            look = Stamped(conn, command, name)
            most = life + 1 - (look.before - born.after - SLACK) * 1000
            least = life - 1 - (look.after - born.before + SLACK) * 1000
            if command == "TTL":
                most, least = (most + 500) // 1000, (least + 500) // 1000
            kind, count = look.reply
            if kind != ":" or not least <= count <= most:
                about = "%d" % most if int(most) == int(least) else (
                    "%d to %d" % (least, most))
                return wrong(
                    conn, look.reply, "%s of a key that was set with PX %d, "
                    "%.0f ms before" % (command, life,
                                        (look.before - born.after) * 1000),
                    "an integer: %s%s" % (
                        about, " (rounded to the nearest second)"
                        if command == "TTL" else ""),
                    "not what is left", rounding=command == "TTL")
    return None


@judge("05.6")
def untouched(bench):
    """Keys that nobody looks at are freed, and no others."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    must(conn, b"+OK\r\n", "FLUSHALL")
    prefix = "u%d:" % bench.random.randrange(10 ** 6)
    stay, go = 200, 2000
    load(bench, conn, [["SET", prefix + "stay%d" % n, "grape"]
                       for n in range(stay // 2)])
    load(bench, conn, [["SET", prefix + "far%d" % n, "plum", "EX", "9000"]
                       for n in range(stay // 2)])
    load(bench, conn, [["SET", prefix + "go%d" % n, "fig", "PX",
                        str(bench.random.randrange(1, 300))]
                       for n in range(go)])
    left, waited = wait_for_size(bench, conn, stay, stay + go)
    if left > stay:
        raise facts(
            "%d keys expired within 0.3 s, and nobody looked at them; %d "
            "others stay" % (go, stay),
            "DBSIZE falls to %d: real Redis needs about a second" % stay,
            "DBSIZE is %d, %.1f s after they expired" % (left, waited),
            lazy=True)
    if left < stay:
        raise facts(
            "%d keys expired, %d others stay" % (go, stay), "DBSIZE is %d"
            % stay, "DBSIZE is %d: it took some that had not expired" % left)
    for name, value in (("stay", b"grape"), ("far", b"plum")):
        number = bench.random.randrange(stay // 2)
        must(conn, wire.bulk(value), "GET", prefix + name + str(number))
    must(conn, b"+OK\r\n", "FLUSHALL")
    return []


def load(bench, conn, commands):
    """Many commands that are answered with OK, a batch at a time."""
    for start in range(0, len(commands), BATCH):
        batch = commands[start:start + BATCH]
        conn.send(b"".join(wire.request(*words) for words in batch))
        due_all(conn, b"+OK\r\n" * len(batch))
        del bench.timeline[:]


def wait_for_size(bench, conn, size, whole):
    """Ask DBSIZE until it is as small as that, or time is up: the last
    answer, and the seconds it took. Where not one of the whole has gone after
    STILL seconds, none will: who makes that mistake meets this many times."""
    began = time.perf_counter()
    patience = 200 * bench.limits.round_trip
    while True:
        kind, left = ask(conn, "DBSIZE")
        if kind != ":":
            raise wrong(conn, (kind, left), "", "an integer", "no integer")
        took = time.perf_counter() - began
        if left <= size or took > patience + (ALL if left < whole else STILL):
            return left, took
        del bench.timeline[:]
        time.sleep(0.05)


@judge("05.8")
def many(bench):
    """100,000 keys that expire at once, and as many that do not for long."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    load(bench, conn, [["SET", "far%d" % n, "plum", "EX", "9000"]
                       for n in range(BATCH)])
    check_awake(bench, conn)
    for last in (False, True):
        longest, left = crowd_expires(bench)
        if longest <= PAUSE and not left or last:
            break
    if left:
        raise facts(
            "100,000 keys expired at the same moment", "DBSIZE falls to 0",
            "DBSIZE is still %d" % left, lazy=True)
    if longest > PAUSE:
        raise facts(
            "100,000 keys expired at the same moment, and a client sent "
            "PINGs meanwhile", "each is answered soon: the server frees some, "
            "then it serves its clients",
            "one waited for %.0f ms" % (longest * 1000), stall=True)
    load(bench, conn, [["SET", "far%d" % n, "plum", "EX", "9000"]
                       for n in range(100000)])
    check_awake(bench, conn)
    used = busy(bench)
    if used is not None and used > SPIN:
        raise facts(
            "100,000 keys will expire in some hours; nobody asks anything",
            "next to no CPU time: the server sleeps until something is due",
            "%d %% of one CPU" % (used * 100), spins=used)
    must(conn, b"+OK\r\n", "FLUSHALL")
    return [] if used is not None else ["CPU not judged: no /proc for this "
                                        "server"]


def crowd_expires(bench):
    """(the longest PING while 100,000 keys expire, keys left after that)."""
    conn = bench.connect("A")
    must(conn, b"+OK\r\n", "FLUSHALL")
    due = time.perf_counter() + 3
    prefix = "m%d:" % bench.random.randrange(10 ** 6)
    for start in range(0, 100000, BATCH):
        life = max(1, int((due - time.perf_counter()) * 1000))
        load(bench, conn, [["SET", prefix + str(n), "fig", "PX", str(life)]
                           for n in range(start, start + BATCH)])
    longest = 0.0
    limit = max(due, time.perf_counter()) + 12 + 200 * bench.limits.round_trip
    while True:
        began = time.perf_counter()
        must(conn, b"+PONG\r\n", "PING")
        now = time.perf_counter()
        longest = max(longest, now - began)
        del bench.timeline[:]
        if now < due:
            time.sleep(0.002)
            continue
        left = integer(conn, "DBSIZE")
        if left == 0 or now > limit:
            conn.close()
            return longest, left


def check_awake(bench, conn):
    """With times to watch, answers come as soon as without: the quickest of
    many counts, so that a busy machine accuses nobody."""
    quickest = 9.0
    for _ in range(60):
        began = time.perf_counter()
        must(conn, b"+PONG\r\n", "PING")
        quickest = min(quickest, time.perf_counter() - began)
        del bench.timeline[:]
        if quickest < ASLEEP:
            return
    raise facts(
        "60 PINGs, one after the other, while many keys have an expiry",
        "answers as quick as ever: the server waits in poll, where a client "
        "can wake it", "the quickest took %.0f ms" % (quickest * 1000),
        sleeps=True)
