"""redis_cache.py PORT: redis-py answers reads from its cache until it is told of a change. Its
cache asks for version 7.4 of a server, although it only uses CLIENT TRACKING ON, which is older. So
that check is lowered to 7.0."""

import sys

import redis
from redis import connection
from redis.cache import CacheConfig


def asked(other):
    """Returns how many GETs the server has run."""
    return other.info("commandstats").get("cmdstat_get", {"calls": 0})["calls"]


def unsent(client, other, key, value):
    """Only the first of ten reads is sent."""
    before = asked(other)
    assert [client.get(key) for _ in range(10)] == [value] * 10
    assert asked(other) == before + 1


PORT = int(sys.argv[1])
connection.CacheProxyConnection.MIN_ALLOWED_VERSION = "7.0.0"
with redis.Redis(port=PORT, decode_responses=True) as there, redis.Redis(
        port=PORT, decode_responses=True, protocol=3, cache_config=CacheConfig()) as here:
    there.set("fruit", "grape")
    unsent(here, there, "fruit", "grape")
    there.set("fruit", "plum")
    unsent(here, there, "fruit", "plum")
    here.set("fruit", "pear")
    unsent(here, there, "fruit", "pear")
    there.expire("fruit", 0)
    assert here.get("fruit") is None
    there.mset({"fruit": "fig", "price": "10"})
    unsent(here, there, "fruit", "fig")
    assert here.mget("fruit", "price") == ["fig", "10"]
    there.flushall()
    assert here.mget("fruit", "price") == [None, None]
    there.rpush("list", "a")
    assert here.lrange("list", 0, -1) == ["a"]
    there.rpush("list", "b")
    assert here.lrange("list", 0, -1) == ["a", "b"]
    there.flushall()
