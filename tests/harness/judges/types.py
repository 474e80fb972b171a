"""Stage 07: large collections against models, and estimates within bounds."""

from .. import wire
from ..bench import facts
from ..manifest import judge
from .lists import array, name_of, number
from .strings import ask, must

MEMBERS = 3000          # more than any small form holds
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
def large_hash(bench):
    """A hash that has left its small form answers as before."""
    conn, rng = start(bench), bench.random
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
    return []


@judge("07.2")
def large_sets(bench):
    """What two large sets have in common is as a model says."""
    conn, rng = start(bench), bench.random
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
    return []


def in_order(model):
    """A sorted set's members: by score, then by their bytes."""
    return sorted(model, key=lambda member: (model[member], member))


@judge("07.4")
def large_zset(bench):
    """Ranks and ranges of a large sorted set, while members come and go."""
    conn, rng = start(bench), bench.random
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
    return []


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
