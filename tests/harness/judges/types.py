"""Stage 07: large collections against models, and estimates within bounds."""

import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .lists import array, name_of, number
from .strings import ask, must, scan_step, texts

MEMBERS = 3000          # more than any small form holds
RANKS = 20000           # members whose ranks are asked for
ASKED = 2000            # ranks, in one measurement
ERROR = 0.02            # of a HyperLogLog; 0.81 % is the standard error


def start(bench):
    """A fresh server, and a connection."""
    bench.start()
    return bench.connect("A")


def members_of(rng, count):
    """So many different members: text, and some integers."""
    found = {}
    while len(found) < count:
        found[b"%d" % rng.randrange(10 ** 6) if rng.random() < 0.3
              else b"m%d" % rng.randrange(10 ** 9)] = None
    return list(found)


@judge("07.1")
def hashes(bench):
    """A large hash, and HSCAN."""
    conn = start(bench)
    large_hash(bench, conn)
    scan_while(bench, conn, "HSCAN", "HSET", "HDEL")
    return []


def large_hash(bench, conn):
    """A hash that has left its small form answers as before."""
    rng = bench.random
    key = name_of(bench, "h")
    model = {}
    for field in members_of(rng, MEMBERS):
        model[field] = b"v%d" % rng.randrange(10 ** 6)
        must(conn, number(1), "HSET", key, field, model[field])
        del bench.timeline[:]
    must(conn, number(len(model)), "HLEN", key)
    for field in rng.sample(sorted(model), 300):
        must(conn, wire.bulk(model[field]), "HGET", key, field)
        must(conn, number(1), "HDEL", key, field)
        must(conn, number(0), "HEXISTS", key, field)
        del model[field], bench.timeline[:]
    must(conn, number(len(model)), "HLEN", key)


@judge("07.2")
def sets(bench):
    """Large sets, members by chance, and SSCAN."""
    conn = start(bench)
    large_sets(bench, conn)
    by_chance(bench, conn)
    scan_while(bench, conn, "SSCAN", "SADD", "SREM")
    return []


def large_sets(bench, conn):
    """What two large sets have in common is as a model says."""
    rng = bench.random
    one, other = name_of(bench, "s"), name_of(bench, "t")
    members = members_of(rng, MEMBERS)
    model = {one: set(members[:2000]), other: set(members[1000:])}
    for key, some in model.items():
        for member in sorted(some):
            must(conn, number(1), "SADD", key, member)
            del bench.timeline[:]
    both, either = model[one] & model[other], model[one] | model[other]
    store = name_of(bench, "d")
    for words, due in (("SINTERSTORE", both), ("SUNIONSTORE", either),
                       ("SDIFFSTORE", model[one] - model[other])):
        must(conn, number(len(due)), words, store, one, other)
        for member in rng.sample(members, 100):
            must(conn, number(member in due), "SISMEMBER", store, member)
            del bench.timeline[:]


def in_order(model):
    """A sorted set's members: by score, then by their bytes."""
    return sorted(model, key=lambda member: (model[member], member))


@judge("07.4")
def order(bench):
    """A large sorted set is right, and quick."""
    conn = start(bench)
    large_zset(bench, conn)
    growth(bench, conn)
    return []


def large_zset(bench, conn):
    """Ranks and ranges of a large sorted set, while members come and go."""
    rng = bench.random
    key, model = name_of(bench, "z"), {}
    for member in members_of(rng, MEMBERS):
        model[member] = rng.randrange(500)
        must(conn, number(1), "ZADD", key, b"%d" % model[member], member)
        del bench.timeline[:]
    for _ in range(3):
        for member in rng.sample(sorted(model), 200):
            if rng.random() < 0.5:
                model[member] = rng.randrange(500)
                must(conn, number(0), "ZADD", key, b"%d" % model[member],
                     member)
            else:
                must(conn, number(1), "ZREM", key, member)
                del model[member]
            del bench.timeline[:]
        order = in_order(model)
        for _ in range(50):
            at = rng.randrange(len(order))
            must(conn, number(at), "ZRANK", key, order[at])
            must(conn, array(order[at:at + 7]), "ZRANGE", key, b"%d" % at,
                 b"%d" % (at + 6))
            low = rng.randrange(500)
            due = sum(low <= score <= low + 20 for score in model.values())
            must(conn, number(due), "ZCOUNT", key, b"%d" % low,
                 b"%d" % (low + 20))
            del bench.timeline[:]


@judge("07.7")
def estimates(bench):
    """A HyperLogLog is right to within two parts in a hundred."""
    conn, rng = start(bench), bench.random
    key = name_of(bench, "p")
    added = 0
    for goal in (100, 1000, 10000, 30000):
        while added < goal:
            some = min(500, goal - added)
            ask(conn, "PFADD", key, *(b"%d" % rng.getrandbits(60)
                                      for _ in range(some)))
            added += some
            del bench.timeline[:]
        said = ask(conn, "PFCOUNT", key)
        if not (said[0] == ":" and abs(said[1] - added) <= ERROR * added + 1):
            raise facts("%d different members were added" % added,
                        "%d, give or take 2 %%" % added, repr(said[1]))
    return []


@judge("07.8")
def long_stream(bench):
    """A stream of many blocks is read by ID, from any place, both ways."""
    conn, rng = start(bench), bench.random
    key = name_of(bench, "x")
    ids = []
    for step in range(1500):
        ids.append(b"%d-%d" % (step // 3 * 10 + 1, step % 3))
        must(conn, wire.bulk(ids[-1]), "XADD", key, ids[-1], "n",
             b"%d" % step)
        del bench.timeline[:]
    gone = set(rng.sample(range(len(ids)), 200))
    for step in sorted(gone):
        must(conn, number(1), "XDEL", key, ids[step])
        del bench.timeline[:]
    left = [step for step in range(len(ids)) if step not in gone]
    must(conn, number(len(left)), "XLEN", key)
    for _ in range(60):
        at = rng.randrange(len(left))
        due = left[at:at + 5]
        must(conn, entries(ids, due), "XRANGE", key, ids[left[at]], "+",
             "COUNT", "5")
        due = left[max(0, at - 4):at + 1][::-1]
        must(conn, entries(ids, due), "XREVRANGE", key, ids[left[at]], "-",
             "COUNT", "5")
        del bench.timeline[:]
    return []


def entries(ids, steps):
    """The reply that has these entries."""
    return b"*%d\r\n" % len(steps) + b"".join(
        b"*2\r\n" + wire.bulk(ids[step]) + array([b"n", b"%d" % step])
        for step in steps)


def chances(bench, conn, command, members, draws):
    """How often each member comes, of so many draws of one."""
    found = dict.fromkeys(members, 0)
    for _ in range(draws):
        kind, content = ask(conn, *command)
        if kind != "$" or content not in found:
            raise facts("%s of a collection" % command[0],
                        "one of its %d members" % len(members),
                        repr(content))
        found[content] += 1
        del bench.timeline[:]
    return found


def fair(command, found, draws):
    """None of few members may be drawn far more seldom than it should."""
    due = draws / len(found)
    least = min(found, key=found.get)
    most = max(found, key=found.get)
    if found[least] < due / 4 or found[most] > due * 3:
        raise facts("%s, %d times, of %d members" % (command, draws,
                                                     len(found)),
                    "each about %d times" % due,
                    "%s %d times, %s %d times" % (
                        wire.show(least), found[least],
                        wire.show(most), found[most]))


def by_chance(bench, conn):
    """SRANDMEMBER may draw any member; SPOP takes them all, each once."""
    key = name_of(bench, "s")
    members = members_of(bench.random, 40)
    must(conn, number(40), "SADD", key, *members)
    fair("SRANDMEMBER", chances(bench, conn, ("SRANDMEMBER", key), members,
                                2000), 2000)
    some = texts(conn, "SRANDMEMBER", key, "15")
    if len(set(some) & set(members)) != 15:
        raise facts("SRANDMEMBER with a count of 15, of 40 members",
                    "15 different members", repr(some))
    left = set(members)
    while left:
        kind, content = ask(conn, "SPOP", key)
        if content not in left:
            raise facts("SPOP of a set with %d members left" % len(left),
                        "one of them", repr(content))
        left.discard(content)
        must(conn, number(len(left)), "SCARD", key)
        del bench.timeline[:]
    must(conn, number(0), "EXISTS", key)


def scanned(bench, conn, command, key, between):
    """Walk a collection with a cursor; what came, in pairs or singly."""
    cursor, seen, calls = b"0", [], 0
    while True:
        cursor, found = scan_step(conn, command, key, cursor, "COUNT", "10")
        if calls > 20000:
            raise facts("%s with COUNT 10" % command,
                        "a cursor that comes back to 0",
                        "no end after %d calls" % calls)
        seen += found
        between(calls)
        calls += 1
        del bench.timeline[:]
        if cursor == b"0":
            return seen


def scan_while(bench, conn, command, adds, removes):
    """What stays in a collection during a whole scan is seen."""
    key = name_of(bench, "c")
    stable = members_of(bench.random, 400)
    value = ["v"] if adds == "HSET" else []
    for member in stable:
        ask(conn, adds, key, member, *value)

    def change(call):
        names = [b"x%d" % (call % 30 * 100 + n) for n in range(100)]
        if call < 30:
            words = [word for name in names for word in [name] + value]
            ask(conn, adds, key, *words)
        elif call < 60:
            ask(conn, removes, key, *names)

    missed = set(stable) - set(scanned(bench, conn, command, key, change))
    if missed:
        raise facts("%s while members come and go" % command,
                    "each of the %d members that stayed" % len(stable),
                    "%d never came, one is %s" % (
                        len(missed), wire.show(sorted(missed)[0])),
                    scan=True)


def growth(bench, conn):
    """Ranks in the middle of a large sorted set cost as in a small one."""
    small, large = name_of(bench, "small"), name_of(bench, "large")
    fill(bench, conn, small, RANKS // 100)
    fill(bench, conn, large, RANKS)
    few = cpu_of_ranks(bench, conn, small, RANKS // 100)
    many = cpu_of_ranks(bench, conn, large, RANKS)
    for _ in range(2):
        if many <= 0.1 + 8 * few:
            break
        many = min(many, cpu_of_ranks(bench, conn, large, RANKS))
    if many > 0.1 + 8 * few:
        raise facts("ZRANK and ZRANGE in the middle of %d members, then of %d"
                    % (RANKS // 100, RANKS), "about the same CPU time",
                    "%.2f s, then %.2f s" % (few, many), growth=True)


def fill(bench, conn, key, count):
    """A sorted set of so many members, all with their own scores."""
    for first in range(0, count, 200):
        words = []
        for score in range(first, first + 200):
            words += [b"%d" % score, b"m%d" % score]
        must(conn, number(200), "ZADD", key, *words)
        del bench.timeline[:]


def cpu_of_ranks(bench, conn, key, count):
    """CPU seconds (the clock's, if unknown) of ranks around the middle."""
    before, began = bench.server.cpu(), time.perf_counter()
    for step in range(ASKED):
        at = count // 2 + step % 50
        must(conn, number(at), "ZRANK", key, b"m%d" % at)
        must(conn, array([b"m%d" % at]), "ZRANGE", key, b"%d" % at,
             b"%d" % at)
        del bench.timeline[:]
    return (time.perf_counter() - began if before is None
            else bench.server.cpu() - before)
