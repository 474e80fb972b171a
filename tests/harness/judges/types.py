"""Stage 07: large collections compared with models, and estimates within bounds."""

from .. import wire
from ..bench import facts
from ..manifest import judge
from .strings import check_seen, walk
from .talk import ask, key_of, must, texts, wrong

MEMBERS = 3000          # more than any small form holds
RANKS = 20000           # members whose ranks are asked for
ASKED = 2000            # ranks, in one measurement
ERROR = 0.02            # of a HyperLogLog; 0.81 % is the standard error


def members_of(rng, count):
    """Returns this many different members: text, and some integers."""
    found = {}
    while len(found) < count:
        found[b"%d" % rng.randrange(10 ** 6) if rng.random() < 0.3
              else b"m%d" % rng.randrange(10 ** 9)] = None
    return list(found)


@judge("07.1")
def hashes(bench):
    """A hash that has left its small form answers as before; also HSCAN."""
    conn, rng = bench.begin(), bench.random
    key, model = key_of(rng, "h"), {}
    for field in members_of(rng, MEMBERS):
        model[field] = b"v%d" % rng.randrange(10 ** 6)
        must(conn, 1, "HSET", key, field, model[field])
    must(conn, len(model), "HLEN", key)
    for field in rng.sample(sorted(model), 300):
        must(conn, wire.bulk(model.pop(field)), "HGET", key, field)
        must(conn, 1, "HDEL", key, field)
        must(conn, 0, "HEXISTS", key, field)
    must(conn, len(model), "HLEN", key)
    several(conn, "HRANDFIELD", key, set(model))
    scan_while(conn, rng, "HSCAN", "HSET", "HDEL", ["v"])


@judge("07.2")
def sets(bench):
    """Large sets, random members, and SSCAN."""
    conn, rng = bench.begin(), bench.random
    large_sets(conn, rng)
    by_chance(conn, rng)
    scan_while(conn, rng, "SSCAN", "SADD", "SREM", [])


def large_sets(conn, rng):
    """Set operations on two large sets agree with a model."""
    one, other, store = (key_of(rng, name) for name in "std")
    members = members_of(rng, MEMBERS)
    model = {one: set(members[:2000]), other: set(members[1000:])}
    for key, some in model.items():
        for member in sorted(some):
            must(conn, 1, "SADD", key, member)
        several(conn, "SRANDMEMBER", key, some)
    for words, due in (("SINTERSTORE", model[one] & model[other]),
                       ("SUNIONSTORE", model[one] | model[other]),
                       ("SDIFFSTORE", model[one] - model[other])):
        must(conn, len(due), words, store, one, other)
        for member in rng.sample(members, 100):
            must(conn, int(member in due), "SISMEMBER", store, member)
    left = model[one]
    for count in (len(left) // 10, len(left) // 2, len(left) // 3):
        left.difference_update(draw(conn, "SPOP", one, left, count))
        draw(conn, "SRANDMEMBER", one, left, len(left) + 1)
    draw(conn, "SPOP", one, left, len(left) + 1)
    must(conn, 0, "EXISTS", one)


@judge("07.4")
def order(bench):
    """A large sorted set is right, and fast."""
    conn, rng = bench.begin(), bench.random
    large_zset(conn, rng)
    small, large = (filled(conn, key_of(rng, "z"), count)
                    for count in (RANKS // 100, RANKS))
    few = bench.cost(lambda: ranks(conn, small, RANKS // 100))
    bench.same_cost("ZRANK and ZRANGE in the middle of %d members, then of %d"
                    % (RANKS // 100, RANKS), few,
                    lambda: bench.cost(lambda: ranks(conn, large, RANKS)),
                    8, 0.1)


def large_zset(conn, rng):
    """Checks ranks and ranges of a large sorted set, while members come and go."""
    key, model = key_of(rng, "z"), {}
    for member in members_of(rng, MEMBERS):
        model[member] = rng.randrange(500)
        must(conn, 1, "ZADD", key, model[member], member)
    for _ in range(3):
        for member in rng.sample(sorted(model), 200):
            if rng.random() < 0.5:
                model[member] = rng.randrange(500)
                must(conn, 0, "ZADD", key, model[member], member)
            else:
                must(conn, 1, "ZREM", key, member)
                del model[member]
        members = sorted(model, key=lambda member: (model[member], member))
        for _ in range(50):
            at, low = rng.randrange(len(members)), rng.randrange(500)
            must(conn, at, "ZRANK", key, members[at])
            must(conn, members[at:at + 7], "ZRANGE", key, at, at + 6)
            must(conn, sum(low <= score <= low + 20
                           for score in model.values()),
                 "ZCOUNT", key, low, low + 20)
    several(conn, "ZRANDMEMBER", key, set(model))


def filled(conn, key, count):
    """Makes a sorted set of this many members, all with their own scores."""
    for first in range(0, count, 200):
        must(conn, 200, "ZADD", key, *[
            word for score in range(first, first + 200)
            for word in (score, "m%d" % score)])
    return key


def ranks(conn, key, count):
    for step in range(ASKED):
        at = count // 2 + step % 50
        must(conn, at, "ZRANK", key, "m%d" % at)
        must(conn, ["m%d" % at], "ZRANGE", key, at, at)


@judge("07.7")
def estimates(bench):
    """A HyperLogLog is right to within two per cent."""
    conn, rng = bench.begin(), bench.random
    key, added = key_of(rng, "p"), 0
    for goal in (100, 1000, 10000, 30000):
        while added < goal:
            some = min(500, goal - added)
            ask(conn, "PFADD", key, *(rng.getrandbits(60)
                                      for _ in range(some)))
            added += some
        said = ask(conn, "PFCOUNT", key)
        if not (said[0] == ":" and abs(said[1] - added) <= ERROR * added + 1):
            raise facts("%d different members were added" % added,
                        "%d, give or take 2 %%" % added,
                        str(said[1]))


@judge("07.8")
def long_stream(bench):
    """A stream of many blocks is read by ID, from any place, in both directions."""
    conn, rng = bench.begin(), bench.random
    key, model = key_of(rng, "x"), []
    for step in range(1500):
        ident = b"%d-%d" % (step // 3 * 10 + 1, step % 3)
        model.append([ident, ["n", str(step)]])
        must(conn, wire.bulk(ident), "XADD", key, ident, "n", step)
    for entry in rng.sample(model, 200):
        must(conn, 1, "XDEL", key, entry[0])
        model.remove(entry)
    must(conn, len(model), "XLEN", key)
    for _ in range(60):
        at = rng.randrange(len(model))
        must(conn, model[at:at + 5], "XRANGE", key, model[at][0], "+",
             "COUNT", 5)
        must(conn, model[max(0, at - 4):at + 1][::-1], "XREVRANGE", key,
             model[at][0], "-", "COUNT", 5)


def by_chance(conn, rng):
    """SRANDMEMBER may draw any member; SPOP takes them all, each once."""
    key, members = key_of(rng, "s"), members_of(rng, 40)
    must(conn, 40, "SADD", key, *members)
    found = dict.fromkeys(members, 0)
    for _ in range(2000):
        found[one_of(conn, "SRANDMEMBER", key, found)] += 1
    least, most = min(found, key=found.get), max(found, key=found.get)
    if found[least] < 50 / 4 or found[most] > 50 * 3:
        raise facts("SRANDMEMBER, 2000 times, of 40 members", "each about 50 "
                    "times", "%s %d times, %s %d times" % (
                        wire.show(least), found[least],
                        wire.show(most), found[most]))
    several(conn, "SRANDMEMBER", key, set(members))
    left = set(members)
    while left:
        left.discard(one_of(conn, "SPOP", key, left))
        must(conn, len(left), "SCARD", key)
    must(conn, 0, "EXISTS", key)


def several(conn, command, key, members):
    """Draws few, half and nearly all at once, and more than there are."""
    size = len(members)
    for count in (size // 5, size // 2, size - 1, size + 1):
        draw(conn, command, key, members, count)


def draw(conn, command, key, members, count):
    """Draws at once and returns what came: all are different, and as many as asked for,
    if it has them."""
    size = len(members)
    due, drawn = min(count, size), texts(conn, command, key, count)
    if len(drawn) != due or len(members.intersection(drawn)) != due:
        raise facts("%s with a count of %d, of %d" % (command, count, size),
                    "%d different ones" % due,
                    "%d, of which %d are different and %d are not in it: %s ..." % (
                        len(drawn), len(set(drawn)), len(set(drawn) - members),
                        " ".join(map(wire.show, drawn[:3]))))
    return drawn


def one_of(conn, command, key, members):
    """Checks that a command drew one of these."""
    came = ask(conn, command, key)
    if came[0] != "$" or came[1] not in members:
        raise wrong(conn, came, "one of the set's members", "%s of a set with %d "
                    "members: %s ..." % (command, len(members), " ".join(
                        wire.show(member) for member in sorted(members)[:3])))
    return came[1]


def scan_while(conn, rng, command, adds, removes, value):
    """Checks that members that stay during a complete scan are seen."""
    key = key_of(rng, "c")
    stable = members_of(rng, 400)
    for member in stable:
        ask(conn, adds, key, member, *value)

    def change(call):
        names = [b"x%d" % (call % 30 * 100 + n) for n in range(100)]
        if call < 30:
            ask(conn, adds, key, *[word for name in names
                                   for word in [name] + value])
        elif call < 60:
            ask(conn, removes, key, *names)

    check_seen("%s while members come and go" % command, "members", stable,
               walk(conn, [command, key], 10, change))
