"""The part of the bench in which the servers are caches: hit rates on requests by
Zipf's law, beside an exact LRU that has room for as many keys, and what a request
costs. A key that is missing is written.
"""

import bisect
import itertools
import random

from harness import wire
from harness.lru import ExactLru

from .stats import judged, ratios

KEYS, ROOM, REQUESTS, STEP = 400000, 40000, 600000, 500
EXPONENT = 0.9
VALUE = "x" * 100
POLICIES = ("allkeys-lru", "allkeys-lfu")
WARM = REQUESTS // STEP // 5    # steps that do not count


def trace():
    """Keys, the same ones in each run."""
    draw = random.Random(1)
    weights = list(itertools.accumulate((i + 1) ** -EXPONENT for i in range(KEYS)))
    names = list(range(KEYS))
    draw.shuffle(names)
    return [names[bisect.bisect_left(weights, draw.random() * weights[-1])]
            for _ in range(REQUESTS)]


def steps(keys):
    return (keys[at:at + STEP] for at in range(0, len(keys), STEP))


def cached(server, policy, keys):
    """The share of hits, the microseconds of CPU a request, and the keys that fit."""
    client = wire.Client(server.address, 60)
    client.ask_all([("SET", "k%d" % (KEYS + i), VALUE) for i in range(ROOM)])
    _, text = client.ask("INFO", "memory")
    used = text.split(b"used_memory:")[1].split()[0]
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
    """In per cent, once the cache is warm."""
    return 100 * sum(hits[WARM:]) / STEP / len(hits[WARM:])


def exact(room, keys):
    """The same for a cache that knows the order of use exactly."""
    cache = ExactLru(room)
    return share([cache.ask(some) for some in steps(keys)])


def hits(bench):
    """Hit rates and their cost, ours and theirs."""
    keys, taken = trace(), {}
    for side in bench.sides:
        for policy in POLICIES:
            bench.say(f"{side[0]}: hits of {policy}")
            with bench.server(side, "--save ''") as server:
                rate, cost, room = cached(server, policy, keys)
            figures = {"% of hits": rate, "us a request": cost}
            if policy.endswith("lru"):
                figures["% of hits of an exact LRU with as many keys"] = exact(room, keys)
            for what, figure in figures.items():
                taken.setdefault(f"{policy}, {what}", {})[side[0]] = figure
    return [judged({"part": "hits", "name": what, "sides": sides},
                   ratios([[figure] for figure in sides.values()]), None)
            for what, sides in taken.items()]
