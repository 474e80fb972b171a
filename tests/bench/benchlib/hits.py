"""The part of the bench in which the servers are caches.

It measures hit rates on requests by Zipf's law, beside caches that know the exact order
of use and hold as many keys, and the cost of a request. A key that is missing is
written.

"""

import bisect
import itertools
import random

from harness.lru import ExactLfu, ExactLru

from .stats import rows_of

KEYS, ROOM, STEP = 400000, 40000, 500
REQUESTS, QUICK_REQUESTS = 10_000_000, 600_000
EXPONENT = 0.9
VALUE = "x" * 100
POLICIES = {"allkeys-lru": ExactLru, "allkeys-lfu": ExactLfu}
WARM = 5    # the first fifth does not count


def trace(requests):
    """Returns the keys that are asked for, the same ones in each run."""
    draw = random.Random(1)
    weights = list(itertools.accumulate((i + 1) ** -EXPONENT for i in range(KEYS)))
    names = list(range(KEYS))
    draw.shuffle(names)
    return [names[bisect.bisect_left(weights, draw.random() * weights[-1])]
            for _ in range(requests)]


def steps(keys):
    return (keys[at:at + STEP] for at in range(0, len(keys), STEP))


def cached(server, policy, keys):
    """Returns the share of hits, microseconds of CPU per request, and the keys that
    fit."""
    client = server.client()
    client.ask_all([("SET", "k%d" % (KEYS + i), VALUE) for i in range(ROOM)])
    used = client.info("used_memory")
    client.ask("CONFIG", "SET", "maxmemory-policy", policy, "maxmemory", used)
    hits, before = [], server.cpu()
    for some in steps(keys):
        replies = client.ask_all([("GET", "k%d" % key) for key in some])
        missing = [key for key, (_, value) in zip(some, replies) if value is None]
        client.ask_all([("SET", "k%d" % key, VALUE) for key in missing])
        hits.append(len(some) - len(missing))
    took = server.cpu() - before
    return share(hits), took * 1e6 / len(keys), client.ask("DBSIZE")[1]


def share(hits):
    """Returns the share of hits in per cent, once the cache is warm."""
    warm = hits[len(hits) // WARM:]
    return 100 * sum(warm) / STEP / len(warm)


def exact(cache, keys):
    """Returns the same for a cache that knows the exact order of use."""
    return share([cache.ask(some) for some in steps(keys)])


def hits(bench):
    """Measures hit rates and their cost, ours and theirs."""
    keys, taken = trace(QUICK_REQUESTS if bench.options.quick else REQUESTS), {}
    for side in bench.sides:
        for policy, knowing in POLICIES.items():
            bench.say(f"{side[0]}: hits of {policy}")
            with bench.server(side, "--save ''") as server:
                rate, cost, room = cached(server, policy, keys)
            figures = {"% of hits": rate, "% if it knew exactly": exact(knowing(room), keys),
                       "us a request": cost}
            taken.setdefault(side[0], {}).update(
                (f"{policy}, {what}", [figure]) for what, figure in figures.items())
    return rows_of("hits", taken)
