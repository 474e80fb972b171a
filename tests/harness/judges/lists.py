"""Stage 06: tests of lists, and of clients that wait, that no session can express.

Long lists are compared with a model, a Python list. How long a client waits is known by barriers:
two PINGs on another connection, after which the server has read what was sent before.
"""

import select
import time

from .. import wire
from ..bench import about
from ..manifest import judge
from ..model import Mismatch
from .talk import (NULL_ARRAY, OK, PONG, batch, key_of, must,
                   reply, some_bytes)

SMALL = 5
LONG = 3000             # elements: more than any block of a list holds
EDGES = (64, 128, 4096, 8179, 8192, 16384, 65536)   # where lengths get longer
POWERS = (7, 12, 15, 23, 31, 63)                    # and integers
STEPS = 700             # random commands on a long list
EARLY = 0.003           # clocks are read in whole milliseconds
LATE = 0.35             # Redis itself may look at its clock every 100 ms
CROWD = 60              # clients that wait at once
PAUSES = (0.0, 0.02, 0.1)


def element(rng):
    """Returns an element: an integer, a few bytes, many bytes, or very many."""
    kind = rng.random()
    if kind < 0.1:
        return b"%d" % (rng.choice((-1, 1)) * 2 ** rng.choice(POWERS)
                        - rng.randint(0, 1))
    if kind < 0.3:
        return b"%d" % rng.randint(-10 ** rng.randint(1, 18),
                                   10 ** rng.randint(1, 18))
    size = rng.randint(0, 20 if kind < 0.7 else 300 if kind < 0.97
                       else 9000)
    if kind > 0.998:
        size = rng.randint(9000, 70000)
    elif kind > 0.985:
        size = rng.choice(EDGES) - rng.randint(0, 1)
    return some_bytes(rng, size)


def clamped(size, start, stop):
    """Returns (first, end) of a range as Redis counts, for a Python slice."""
    start = max(0, start + size if start < 0 else start)
    stop = min(size - 1, stop + size if stop < 0 else stop)
    return start, max(start, stop + 1)


class LongList:
    """A list on the server, and the model that it is compared with."""

    def __init__(self, bench, letter, elements):
        self.conn = bench.connect("A")
        self.rng = bench.random
        self.key = key_of(bench.random, letter)
        self.model = []
        middle = len(elements) // 3
        for side, part in (("LPUSH", elements[:middle][::-1]),
                           ("RPUSH", elements[middle:])):
            for start in range(0, len(part), 100):
                self.push(side, part[start:start + 100])

    def push(self, side, some):
        """Pushes some elements, at the left or at the right."""
        self.model[:] = some[::-1] + self.model if side == "LPUSH" \
            else self.model + some
        self.must(len(self.model), side, *some)

    def pop(self):
        """Pops one, or as many as a count says, from either end."""
        left = self.rng.random() < 0.5
        count = self.rng.choice((1, 1, 3, 40))
        some = self.model[:count] if left else self.model[:-count - 1:-1]
        self.model[:] = self.model[count:] if left else self.model[:-count]
        side = "LPOP" if left else "RPOP"
        if count == 1 and self.rng.random() < 0.7:
            self.must(wire.bulk(some[0] if some else None), side)
        else:
            self.must(some or NULL_ARRAY, side, count)

    def must(self, due, command, *words):
        must(self.conn, due, command, self.key, *words)

    def range(self, start, stop):
        first, end = clamped(len(self.model), start, stop)
        self.must(self.model[first:end], "LRANGE", start, stop)

    def check(self):
        """Checks the whole list, to the byte; if it is empty, that there is no key."""
        self.range(0, -1)
        self.must(len(self.model), "LLEN")
        if not self.model:
            self.must(0, "EXISTS")


def long_list(bench, letter):
    """Returns a list of thousands of elements, of 0 to 70,000 bytes, on a server that has just been
    started."""
    bench.fresh()
    return LongList(bench, letter, [element(bench.random)
                                    for _ in range(LONG)])


@judge("06.2")
def ranges(bench):
    """Tries all pairs of indexes on short lists, some on a long one."""
    bench.fresh()
    for size in (0, 1, 2, SMALL):
        del bench.timeline[:]
        row = LongList(bench, "r", [b"%c%d" % (97 + n,
                                               bench.random.randrange(100))
                                    for n in range(size)])
        begun = len(bench.timeline)
        for start in range(-size - 2, size + 2):
            for stop in range(-size - 2, size + 2):
                del bench.timeline[begun:]
                row.range(start, stop)
    row = long_list(bench, "l")
    row.check()
    for _ in range(150):
        start = bench.random.randint(-LONG - 5, LONG + 5)
        stop = start + bench.random.randint(-3, 60)
        if not start < 0 <= stop:
            row.range(start, stop)


@judge("06.3")
def long_queue(bench):
    """A long list is pushed to and popped from at both ends."""
    row, rng = long_list(bench, "q"), bench.random
    for step in range(STEPS):
        if rng.random() < (0.5 if step < STEPS // 2 else 0.25):
            row.push(rng.choice(("LPUSH", "RPUSH")),
                     [element(rng) for _ in range(rng.randint(1, 12))])
        else:
            row.pop()
    row.check()
    while row.model:
        row.pop()
    row.check()
    row.must(None, "LPOP")


@judge("06.4")
def long_edits(bench):
    """Elements are found, changed, added and removed far inside."""
    bench.fresh()
    rng = bench.random
    pool = list({element(rng) for _ in range(400)})
    row = LongList(bench, "e", [rng.choice(pool) for _ in range(LONG)])
    for step in range(STEPS):
        rng.choice(EDITS)(row, row.model, rng, pool)
        if step % 100 == 99:
            row.check()
    row.must(OK, "LTRIM", 1, 0)
    row.model.clear()
    row.check()


def any_index(model, rng):
    """Returns any index, from either end: (as it is sent, as Python counts)."""
    index = rng.randrange(len(model))
    return index - len(model) if rng.random() < 0.5 else index, index


def edit_index(row, model, rng, _pool):
    """LINDEX."""
    sent, index = any_index(model, rng)
    row.must(wire.bulk(model[index]), "LINDEX", sent)


def edit_set(row, model, rng, pool):
    """LSET, with a shorter or longer element."""
    sent, index = any_index(model, rng)
    model[index] = rng.choice(pool)
    row.must(OK, "LSET", sent, model[index])


def edit_insert(row, model, rng, pool):
    """LINSERT beside the first element equal to one of them."""
    pivot, fresh = rng.choice(pool), rng.choice(pool)
    after = rng.random() < 0.5
    length = -1
    if pivot in model:
        model.insert(model.index(pivot) + after, fresh)
        length = len(model)
    row.must(length, "LINSERT", "AFTER" if after else "BEFORE", pivot, fresh)


def edit_remove(row, model, rng, pool):
    """LREM of a few, from the left or from the right."""
    what, count = rng.choice(pool), rng.choice((-2, -1, 1, 2))
    found = [n for n, item in enumerate(model) if item == what]
    gone = found[:count] if count > 0 else found[count:]
    for index in reversed(gone):
        del model[index]
    row.must(len(gone), "LREM", count, what)


def edit_trim(row, model, rng, _pool):
    """LTRIM of a little at both ends, and a push that makes up for it."""
    start, drop = rng.randint(0, 3), rng.randint(0, 3)
    ends = model[:start] + model[len(model) - drop:]
    del model[:start]
    del model[len(model) - drop:]
    row.must(OK, "LTRIM", start, -drop - 1)
    if ends:
        row.push("RPUSH", ends)


def edit_find(row, model, rng, pool):
    """LPOS of all equal elements, from the left or from the right."""
    what, rank = rng.choice(pool), rng.choice((1, 2, -1, -2))
    found = [n for n, item in enumerate(model) if item == what]
    found = found[rank - 1:] if rank > 0 else found[::-1][-rank - 1:]
    row.must(found, "LPOS", what, "RANK", rank, "COUNT", 0)


EDITS = (edit_index, edit_set, edit_insert, edit_remove, edit_trim, edit_find)


@judge("06.6")
def rotate(bench):
    """A long list is rotated once, then moved to another, element by element."""
    row = long_list(bench, "s")
    moves(row, reversed(row.model), "RPOPLPUSH", row.key, row.key)
    row.check()
    other = LongList(bench, "t", [])
    moves(row, row.model, "LMOVE", row.key, other.key, "LEFT", "LEFT")
    other.model = row.model[::-1]
    other.check()
    must(row.conn, 1, "EXISTS", row.key, other.key)


def moves(row, elements, *words):
    """Sends the same command again and again, with these answers."""
    elements = list(elements)
    for start in range(0, len(elements), 50):
        some = elements[start:start + 50]
        batch(row.conn, [words] * len(some), list(map(wire.bulk, some)))


@judge("06.8")
def when_time_is_over(bench):
    """Time-outs are exact, of one client and of a crowd."""
    bench.fresh()
    for seconds in (0.1, 0.25, bench.random.randint(30, 400) / 1000, 1.0):
        bench.again(in_time, bench, seconds)
    bench.again(crowd_of_times, bench)


def in_time(bench, seconds):
    """BLPOP with that time-out answers neither early nor late."""
    conn = bench.connect("A")
    words = wire.request("BLPOP", key_of(bench.random, "t"), "%g" % seconds)
    before = time.perf_counter()
    conn.send(words)
    conn.due_bytes(reply(NULL_ARRAY), seconds + bench.limits.reply)
    took = time.perf_counter() - before
    conn.close()
    timing(bench, conn, seconds, took, LATE)


def timing(bench, conn, seconds, took, late):
    """Time-outs come when they should."""
    due = "the null array, not before %.0f ms have passed"
    known = {}
    if took < seconds - EARLY:
        known = {"timeout_early": True, "at_once": took < seconds / 5}
    elif took > seconds + late + 20 * bench.limits.round_trip:
        due = "the null array, %.0f ms after the request, or a little later"
        known = {"timeout_late": True}
    if known:
        raise conn.mismatch(
            "", summary="nobody pushes; the time-out is %g s" % seconds,
            expected_text=due % (seconds * 1000), ending=None, facts=known,
            actual_text="it came after %.1f ms" % (took * 1000))


def crowd_of_times(bench):
    """Many clients wait with different time-outs at once: each gets its own."""
    waiting, poll = {}, select.poll()
    for _ in range(CROWD):
        conn = bench.connect("A")
        seconds = bench.random.randint(20, 600) / 1000
        words = wire.request("BLPOP", key_of(bench.random, "m"),
                             "%g" % seconds)
        waiting[conn.fileno()] = (conn, seconds, time.perf_counter())
        conn.send(words)
        poll.register(conn.sock, select.POLLIN)
    limit = time.perf_counter() + 1 + bench.limits.reply
    try:
        while waiting and time.perf_counter() < limit:
            for descriptor, _ in poll.poll(50):
                conn, seconds, began = waiting.pop(descriptor)
                poll.unregister(descriptor)
                took = time.perf_counter() - began
                conn.due_bytes(reply(NULL_ARRAY))
                timing(bench, conn, seconds, took, LATE + 0.2)
                conn.close()
        for conn, _, _ in waiting.values():
            conn.due_bytes(reply(NULL_ARRAY), 0.1)
    finally:
        for conn, _, _ in waiting.values():
            conn.close()


@judge("06.9")
def leavers(bench):
    """Half of a crowd leaves."""
    for pause in PAUSES:
        try:
            return crowd_leaves(bench, pause)
        except Mismatch as mismatch:
            error = mismatch
            if not bench.server.alive() or bench.server.threads() == 1:
                break
    raise error


def crowd_leaves(bench, pause):
    """Many wait, half of them leave, and one push serves the others in order. A thread for each
    client needs a pause for that order."""
    bench.fresh().close()
    pusher = bench.connect("C")
    key = key_of(bench.random, "c")
    crowd = []
    for n in range(CROWD):
        crowd.append(bench.connect("W%d" % n))
        crowd[n].send(wire.request("BLPOP", key, key + b"x", "0"))
        time.sleep(pause)
        pusher.barrier()
    leave = set(bench.random.sample(range(CROWD), CROWD // 2))
    for n in leave:
        crowd[n].reset() if n % 2 else crowd[n].close()
    time.sleep(pause * 10)
    pusher.barrier()
    stay = [conn for n, conn in enumerate(crowd) if n not in leave]
    values = ["v%d" % n for n in range(CROWD)]
    del bench.timeline[:]
    must(pusher, CROWD, "RPUSH", key, *values)
    for conn, value in zip(stay, values):
        with about("%d clients waited, half of them left, and one push brought "
                   "elements for all: the %d that stayed are served in the "
                   "order in which they came" % (CROWD, len(stay))):
            conn.due_bytes(reply([key, value]))
    must(pusher, values[len(stay):], "LRANGE", key, "0", "-1")
    must(pusher, 1, "DEL", key)
    for conn in stay:
        must(conn, PONG, "PING")
