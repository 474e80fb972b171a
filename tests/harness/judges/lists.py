"""Stage 06: what data cannot say about lists, and about clients that wait.

Long lists are held against a model, a Python list. Who waits for how long is
known by barriers: two PINGs on another connection, after which the server has
read what was sent before.
"""

import select
import time

from .. import wire
from ..manifest import judge
from ..model import Mismatch
from .strings import ask, must

SMALL = 5
LONG = 3000             # elements: more than any block of a list holds
EDGES = (64, 128, 4096, 8179, 8192, 16384, 65536)   # where lengths get longer
POWERS = (7, 12, 15, 23, 31, 63)                    # and integers
STEPS = 700             # random commands on a long list
EARLY = 0.003           # clocks are read in whole milliseconds
LATE = 0.35             # Redis itself may look at its clock every 100 ms
AGAIN = 3               # so often is measured before anybody is accused
CROWD = 60              # clients that wait at once
PAUSES = (0.0, 0.02, 0.1)
NULL_ARRAY = b"*-1\r\n"


def array(members):
    """The bytes of an array of bulk strings."""
    return b"*%d\r\n" % len(members) + b"".join(map(wire.bulk, members))


def number(value):
    """The bytes of an integer reply."""
    return b":%d\r\n" % value


def element(rng):
    """An element: an integer, a few bytes, many bytes, very many."""
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
    block = bytes(rng.getrandbits(8) for _ in range(min(size, 61)))
    return (block * (size // max(len(block), 1) + 1))[:size]


def name_of(bench, letter):
    """A key that no other run uses."""
    return "%s%d" % (letter, bench.random.randrange(10 ** 9))


def fill(bench, conn, key, elements):
    """Push them all, some from the left, most from the right."""
    middle = len(elements) // 3
    left, right = elements[:middle], elements[middle:]
    have = 0
    for words, part in (("LPUSH", left[::-1]), ("RPUSH", right)):
        for start in range(0, len(part), 100):
            some = part[start:start + 100]
            have += len(some)
            must(conn, number(have), words, key, *some)
            del bench.timeline[:]


def clamped(size, start, stop):
    """(first, end) of a range as Redis counts, for a Python slice."""
    start = max(0, start + size if start < 0 else start)
    stop = min(size - 1, stop + size if stop < 0 else stop)
    return start, max(start, stop + 1)


def check_all(bench, conn, key, model):
    """The whole list, to the byte; no key, if it is empty."""
    must(conn, array(model), "LRANGE", key, "0", "-1")
    must(conn, number(len(model)), "LLEN", key)
    if not model:
        must(conn, b":0\r\n", "EXISTS", key)
    del bench.timeline[:]


@judge("06.2")
def ranges(bench):
    """All pairs of indexes on short lists, some on a long one."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    for size in (0, 1, 2, SMALL):
        key = name_of(bench, "r")
        model = [b"%c%d" % (97 + n, bench.random.randrange(100))
                 for n in range(size)]
        del bench.timeline[:]
        if model:
            must(conn, number(size), "RPUSH", key, *model)
        begun = len(bench.timeline)
        for start in range(-size - 2, size + 2):
            for stop in range(-size - 2, size + 2):
                del bench.timeline[begun:]
                first, end = clamped(size, start, stop)
                must(conn, array(model[first:end]), "LRANGE", key,
                     str(start), str(stop))
    long_ranges(bench, conn)
    return []


def long_ranges(bench, conn):
    """A list of thousands of elements, of 0 to 70,000 bytes."""
    key = name_of(bench, "l")
    model = [element(bench.random) for _ in range(LONG)]
    fill(bench, conn, key, model)
    check_all(bench, conn, key, model)
    for _ in range(150):
        start = bench.random.randint(-LONG - 5, LONG + 5)
        stop = start + bench.random.randint(-3, 60)
        first, end = clamped(LONG, start, stop)
        if start < 0 <= stop:
            continue
        must(conn, array(model[first:end]), "LRANGE", key, str(start),
             str(stop))
        del bench.timeline[:]
    must(conn, b":1\r\n", "DEL", key)


@judge("06.3")
def long_queue(bench):
    """A long list that is pushed to and popped from at both ends."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    rng, key = bench.random, name_of(bench, "q")
    model = [element(rng) for _ in range(LONG)]
    fill(bench, conn, key, model)
    for step in range(STEPS):
        if rng.random() < (0.5 if step < STEPS // 2 else 0.25):
            push_some(conn, key, model, rng)
        else:
            pop_some(conn, key, model, rng)
        del bench.timeline[:]
    check_all(bench, conn, key, model)
    while model:
        pop_some(conn, key, model, rng)
        del bench.timeline[:]
    check_all(bench, conn, key, model)
    must(conn, b"$-1\r\n", "LPOP", key)
    return []


def push_some(conn, key, model, rng):
    """A few elements, at either end."""
    some = [element(rng) for _ in range(rng.randint(1, 12))]
    if rng.random() < 0.5:
        model[:0] = some[::-1]
        must(conn, number(len(model)), "LPUSH", key, *some)
    else:
        model += some
        must(conn, number(len(model)), "RPUSH", key, *some)


def pop_some(conn, key, model, rng):
    """One, or as many as a count says, from either end."""
    left = rng.random() < 0.5
    word = "LPOP" if left else "RPOP"
    count = rng.choice((1, 1, 3, 40))
    some = model[:count] if left else model[:-count - 1:-1]
    model[:] = model[count:] if left else model[:-count]
    if count == 1 and rng.random() < 0.7:
        must(conn, wire.bulk(some[0]) if some else b"$-1\r\n", word, key)
    else:
        must(conn, array(some) if some else NULL_ARRAY, word, key, str(count))


@judge("06.4")
def long_edits(bench):
    """Elements that are found, changed, added and removed far inside."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    rng, key = bench.random, name_of(bench, "e")
    pool = list({element(rng) for _ in range(400)})
    model = [rng.choice(pool) for _ in range(LONG)]
    fill(bench, conn, key, model)
    for step in range(STEPS):
        rng.choice(EDITS)(conn, key, model, rng, pool)
        del bench.timeline[:]
        if step % 100 == 99:
            check_all(bench, conn, key, model)
    check_all(bench, conn, key, model)
    must(conn, b"+OK\r\n", "LTRIM", key, "1", "0")
    check_all(bench, conn, key, [])
    return []


def any_index(model, rng):
    """An index from either end: (as it is sent, as Python counts)."""
    index = rng.randrange(len(model))
    return str(index - len(model) if rng.random() < 0.5 else index), index


def edit_index(conn, key, model, rng, _pool):
    """LINDEX."""
    text, index = any_index(model, rng)
    must(conn, wire.bulk(model[index]), "LINDEX", key, text)


def edit_set(conn, key, model, rng, pool):
    """LSET, to something shorter or longer."""
    text, index = any_index(model, rng)
    model[index] = rng.choice(pool)
    must(conn, b"+OK\r\n", "LSET", key, text, model[index])


def edit_insert(conn, key, model, rng, pool):
    """LINSERT beside the first element that is like one of them."""
    pivot = rng.choice(pool)
    after = rng.random() < 0.5
    fresh = rng.choice(pool)
    length = -1
    if pivot in model:
        model.insert(model.index(pivot) + after, fresh)
        length = len(model)
    must(conn, number(length), "LINSERT", key,
         "AFTER" if after else "BEFORE", pivot, fresh)


def edit_remove(conn, key, model, rng, pool):
    """LREM of a few, from the left or from the right."""
    what, count = rng.choice(pool), rng.choice((-2, -1, 1, 2))
    found = [n for n, item in enumerate(model) if item == what]
    gone = found[:count] if count > 0 else found[count:]
    for index in reversed(gone):
        del model[index]
    must(conn, number(len(gone)), "LREM", key, str(count), what)


def edit_trim(conn, key, model, rng, _pool):
    """LTRIM of a little at both ends, and a push that makes up for it."""
    start, drop = rng.randint(0, 3), rng.randint(0, 3)
    ends = model[:start] + model[len(model) - drop:]
    del model[:start]
    del model[len(model) - drop:]
    must(conn, b"+OK\r\n", "LTRIM", key, str(start), str(-drop - 1))
    if ends:
        model += ends
        must(conn, number(len(model)), "RPUSH", key, *ends)


def edit_find(conn, key, model, rng, pool):
    """LPOS of all that are alike, from the left or from the right."""
    what, rank = rng.choice(pool), rng.choice((1, 2, -1, -2))
    found = [n for n, item in enumerate(model) if item == what]
    found = found[rank - 1:] if rank > 0 else found[::-1][-rank - 1:]
    must(conn, b"*%d\r\n" % len(found) + b"".join(map(number, found)),
         "LPOS", key, what, "RANK", str(rank), "COUNT", "0")


EDITS = (edit_index, edit_set, edit_insert, edit_remove, edit_trim, edit_find)


@judge("06.6")
def rotate(bench):
    """A long list once around itself, then element by element to another."""
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    rng = bench.random
    source, target = name_of(bench, "s"), name_of(bench, "t")
    model = [element(rng) for _ in range(LONG // 2)]
    fill(bench, conn, source, model)
    moves(bench, conn, reversed(model), "RPOPLPUSH", source, source)
    check_all(bench, conn, source, model)
    moves(bench, conn, model, "LMOVE", source, target, "LEFT", "LEFT")
    check_all(bench, conn, target, model[::-1])
    must(conn, b":1\r\n", "EXISTS", source, target)
    return []


def moves(bench, conn, elements, *words):
    """The same command again and again, with these answers."""
    elements = list(elements)
    for start in range(0, len(elements), 50):
        some = elements[start:start + 50]
        conn.send(wire.request(*words) * len(some))
        conn.due_bytes(b"".join(map(wire.bulk, some)))
        del bench.timeline[:]


def barrier(conn):
    """What was sent before has been read, and answered, by then. The diagram
    shows it in one line."""
    begun = len(conn.timeline)
    for _ in range(2):
        must(conn, b"+PONG\r\n", "PING")
    del conn.timeline[begun:]
    conn.note("PONG, PONG", arrow="<")


@judge("06.8")
def who_and_when(bench):
    """The longest waiter first, and time-outs that keep their time."""
    bench.start()
    bench.warm_up()
    notes = []
    for pause in PAUSES:
        error = first_wrong_order(bench, pause)
        if error is None:
            break
        if error.facts.get("all_served"):
            break
    if error:
        raise error
    if pause:
        notes.append("the order of the waiters could only be seen with pauses "
                     "of %d ms between them: a thread for each client?"
                     % (pause * 1000))
    for seconds in (0.1, 0.25, bench.random.randint(30, 400) / 1000):
        in_time(bench, "%g" % seconds, seconds)
    in_time(bench, "1", 1.0)
    many_times(bench)
    return notes


def first_wrong_order(bench, pause):
    """Some rounds of three waiters each: a Mismatch, or None."""
    for _ in range(4):
        try:
            round_of_three(bench, pause)
        except Mismatch as error:
            return error
    return None


def round_of_three(bench, pause):
    """Three clients wait; three elements come, one after the other."""
    del bench.timeline[:]
    pusher = bench.connect("C")
    waiters = [bench.connect(name) for name in "ABD"]
    barrier(pusher)
    bench.random.shuffle(waiters)
    del bench.timeline[:]
    key = name_of(bench, "w")
    for waiter in waiters:
        waiter.send(wire.request("BLPOP", key, "0"))
        time.sleep(pause)
        barrier(pusher)
    left = list(waiters)
    for value in ("one", "two", "three"):
        must(pusher, b":1\r\n", "RPUSH", key, value)
        barrier(pusher)
        one_is_served(bench, left, array([key, value]))
        left.pop(0)
    must(pusher, b":0\r\n", "EXISTS", key)
    for conn in waiters + [pusher]:
        conn.close()


def one_is_served(bench, waiters, due):
    """The first of the waiters gets these bytes, the others none."""
    deadline = time.perf_counter() + bench.limits.reply
    while True:
        for waiter in waiters:
            waiter.receive(time.perf_counter() + 0.001)
        served = [waiter for waiter in waiters if waiter.buf]
        if served or time.perf_counter() > deadline:
            break
    wrong = [waiter for waiter in served if waiter is not waiters[0]]
    names = ", ".join(waiter.name for waiter in waiters)
    if wrong:
        everyone = len(served) > 1
        raise wrong[0].mismatch(
            "nobody pushed an element for this client" if everyone else
            "%s has waited longer" % waiters[0].name,
            summary="%s wait for the same key, in this order; then one "
            "element is pushed" % names, at=0, ending=None,
            actual=bytes(wrong[0].buf),
            expected_text="nothing: %s is served, and nobody else"
            % waiters[0].name,
            facts={"all_served": everyone, "other_waiter": not everyone})
    waiters[0].due_bytes(due)


def in_time(bench, text, seconds):
    """BLPOP with that time-out: not early, not late."""
    for last in (False,) * (AGAIN - 1) + (True,):
        del bench.timeline[:]
        conn = bench.connect("A")
        words = wire.request("BLPOP", name_of(bench, "t"), text)
        before = time.perf_counter()
        conn.send(words)
        conn.due_bytes(NULL_ARRAY, seconds + bench.limits.reply)
        took = time.perf_counter() - before
        conn.close()
        error = timing(conn, text, seconds, took,
                       LATE + 20 * bench.limits.round_trip)
        if error is None:
            return
        if last:
            raise error


def timing(conn, text, seconds, took, late):
    """A Mismatch if a time-out came at another time than it should."""
    if took < seconds - EARLY:
        return conn.mismatch(
            "", summary="nobody pushes; the time-out is %s s" % text,
            expected_text="the null array, not before %.0f ms have passed"
            % (seconds * 1000), ending=None,
            facts={"timeout_early": True, "at_once": took < seconds / 5},
            actual_text="it came after %.1f ms" % (took * 1000))
    if took > seconds + late:
        return conn.mismatch(
            "", summary="nobody pushes; the time-out is %s s" % text,
            expected_text="the null array, %.0f ms after the request, or a "
            "little later" % (seconds * 1000), ending=None,
            facts={"timeout_late": True},
            actual_text="it came after %.0f ms" % (took * 1000))
    return None


def many_times(bench):
    """Many clients with different time-outs at once: each has its own."""
    for last in (False,) * (AGAIN - 1) + (True,):
        error = crowd_of_times(bench)
        if error is None:
            return
        if last:
            raise error


def crowd_of_times(bench):
    """(Mismatch or None) of the first that comes at a wrong time."""
    del bench.timeline[:]
    waiting, poll = {}, select.poll()
    for _ in range(CROWD):
        conn = bench.connect("A")
        seconds = bench.random.randint(20, 600) / 1000
        words = wire.request("BLPOP", name_of(bench, "m"), "%g" % seconds)
        waiting[conn.fileno()] = (conn, seconds, time.perf_counter())
        conn.send(words)
        poll.register(conn.sock, select.POLLIN)
    limit = time.perf_counter() + 1 + bench.limits.reply
    found = None
    while waiting and found is None and time.perf_counter() < limit:
        for descriptor, _ in poll.poll(50):
            conn, seconds, began = waiting.pop(descriptor)
            poll.unregister(descriptor)
            took = time.perf_counter() - began
            conn.due_bytes(NULL_ARRAY)
            found = found or timing(conn, "%g" % seconds, seconds, took,
                                    LATE + 0.2 + 20 * bench.limits.round_trip)
            conn.close()
    for conn, _, _ in waiting.values():
        if found is None:
            conn.due_bytes(NULL_ARRAY, 0.1)
        conn.close()
    del bench.timeline[:]
    return found


@judge("06.9")
def unblocked(bench):
    """CLIENT UNBLOCK and CLIENT LIST; a crowd of which half leaves."""
    bench.start()
    bench.warm_up()
    unblock(bench)
    crowd_leaves(bench)
    return []


def unblock(bench):
    """CLIENT LIST shows who waits, CLIENT UNBLOCK ends it."""
    waiter, other = bench.connect("A"), bench.connect("B")
    key = name_of(bench, "u")
    kind, ident = ask(waiter, "CLIENT", "ID")
    if kind != ":":
        raise waiter.mismatch("no integer", actual=wire.encode((kind, ident)),
                              expected_text="the client's id", at=0)
    ident = str(ident)
    must(other, number(0), "CLIENT", "UNBLOCK", ident)
    for words, due in (
            ((), NULL_ARRAY), (("TIMEOUT",), NULL_ARRAY),
            (("error",), b"-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n")):
        waiter.send(wire.request("BLPOP", key, "0"))
        barrier(other)
        check_flags(other, ident, b"b")
        must(other, number(1), "CLIENT", "UNBLOCK", ident, *words)
        waiter.due_bytes(due)
        must(other, number(0), "CLIENT", "UNBLOCK", ident)
        check_flags(other, ident, b"N")
    must(other, number(1), "RPUSH", key, "x")
    must(waiter, array([key, "x"]), "BLPOP", key, "0")
    must(other, b"-ERR value is not an integer or out of range\r\n",
         "CLIENT", "UNBLOCK", "nobody")
    must(other, number(0), "CLIENT", "UNBLOCK", "999999999")
    must(other, b"-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n",
         "CLIENT", "UNBLOCK", ident, "now")
    del bench.timeline[:]


def check_flags(conn, ident, flag):
    """What CLIENT LIST says of a client."""
    kind, text = ask(conn, "CLIENT", "LIST", "ID", ident)
    shown = [line for line in (text if kind == "$" and text else b"").split(
        b"\n") if (b"id=" + ident.encode() + b" ") in line]
    if not shown or (b" flags=%s " % flag) not in shown[0]:
        raise conn.mismatch(
            "", expected_text="a line for the client with id=%s, in which "
            "stands flags=%s" % (ident, flag.decode()), at=0, ending=None,
            actual=wire.encode((kind, text)))


def crowd_leaves(bench):
    """Many wait, half of them leave, one push serves the others in order."""
    pusher = bench.connect("C")
    key = name_of(bench, "c")
    crowd = []
    for n in range(CROWD):
        conn = bench.connect("W%d" % n)
        conn.send(wire.request("BLPOP", key, key + "x", "0"))
        barrier(pusher)
        crowd.append(conn)
    leave = set(bench.random.sample(range(CROWD), CROWD // 2))
    for n in leave:
        crowd[n].reset() if n % 2 else crowd[n].close()
    barrier(pusher)
    stay = [conn for n, conn in enumerate(crowd) if n not in leave]
    values = ["v%d" % n for n in range(CROWD)]
    del bench.timeline[:]
    must(pusher, number(CROWD), "RPUSH", key, *values)
    for conn, value in zip(stay, values):
        served_in_turn(conn, array([key, value]), len(stay))
    must(pusher, array(values[len(stay):]), "LRANGE", key, "0", "-1")
    must(pusher, number(1), "DEL", key)
    for conn in stay:
        must(conn, b"+PONG\r\n", "PING")


def served_in_turn(conn, due, count):
    """This client's part of a push for many."""
    try:
        conn.due_bytes(due)
    except Mismatch as mismatch:
        mismatch.summary = (
            "%d clients waited, half of them left, and one push brought "
            "elements for all: the %d that stayed are served in the order in "
            "which they came" % (CROWD, count))
        mismatch.timeline = []
        raise
