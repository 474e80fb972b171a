"""client_types.py PORT OTHER: redis-py's typed calls for every type of stage 07,
against a server at PORT and, with the same values, against a redis-server at
OTHER.

Each step is one call. What both servers answer must be equal, as Python sees
it; what is random or depends on the time is checked for what is sure of it, and
that is what the step is worth. At the end all data of both must have the same
digests. The first difference ends the program with a trace.
"""

import sys
import threading
import time
from itertools import zip_longest

import redis

BINARY = bytes(range(256))


def hashes(client):
    yield client.hset("hash", "name", "Ada")
    yield client.hset("hash", mapping={"born": 1815, "share": 0.5, "": "", BINARY: BINARY})
    yield client.hsetnx("hash", "name", "Bob")
    yield client.hsetnx("hash", "city", "London")
    yield client.hget("hash", "name")
    yield client.hget("hash", "none")
    yield client.hmget("hash", ["name", "none", BINARY])
    yield client.hgetall("hash")
    yield client.hgetall("none")
    yield sorted(client.hkeys("hash"))
    yield sorted(client.hvals("hash"))
    yield client.hlen("hash")
    yield client.hstrlen("hash", BINARY)
    yield client.hexists("hash", "name"), client.hexists("hash", "none")
    yield client.hincrby("hash", "born", -5)
    yield client.hincrbyfloat("hash", "share", 0.1)
    yield client.hdel("hash", "city", "none")
    fields = set(client.hkeys("hash"))
    yield client.hrandfield("hash") in fields
    yield set(client.hrandfield("hash", 100)) == fields
    pairs = client.hrandfield("hash", -20, withvalues=True)
    yield len(pairs), set(pairs[::2]) <= fields
    yield client.hset("large", mapping={f"field:{n}": n * n for n in range(1000)})
    yield client.hgetall("large")
    yield sorted(client.hscan_iter("large", match="*9*", count=50))
    yield client.hset("wide", mapping={"a": "x" * 65})
    yield client.hgetall("wide")


def sets(client):
    yield client.sadd("set", "a", "b", "c", BINARY, "")
    yield client.sadd("set", "a", "d")
    yield client.sadd("numbers", *range(-5, 5), 2**62)
    yield client.sadd("numbers", 1)
    yield client.sadd("many", *range(0, 3000, 3))
    yield client.sadd("words", *(f"word:{n}" for n in range(1000)))
    for name in ("set", "numbers", "many", "words", "none"):
        yield client.scard(name), client.smembers(name)
    yield client.sismember("set", "a"), client.sismember("set", "z")
    yield client.smismember("set", "a", "z", BINARY)
    yield client.srem("set", "d", "z")
    yield client.smove("set", "moved", "c"), client.smove("set", "moved", "c")
    yield client.sinter("many", "numbers")
    yield client.sinterstore("both", "many", "numbers")
    yield client.sintercard(2, ["many", "numbers"]), client.sintercard(2, ["many", "many"], 10)
    yield client.sunion("set", "numbers")
    yield client.sunionstore("either", "set", "numbers", "many")
    yield client.sdiff("numbers", "many")
    yield client.sdiffstore("rest", "numbers", "many")
    members = client.smembers("words")
    yield client.srandmember("words") in members
    yield len(set(client.srandmember("words", 50))), len(client.srandmember("words", -50))
    yield set(client.srandmember("set", 50)) == client.smembers("set")
    yield sorted(client.sscan_iter("words", match="*1", count=100))
    yield client.sadd("gone", 1, 2, 3)
    yield set(client.spop("gone", 3)), client.exists("gone")


def sorted_sets(client):
    yield client.zadd("zset", {"a": 1, "b": 2.5, "c": -1e100, BINARY: 0.1})
    yield client.zadd("zset", {"a": 5, "d": float("inf")}, nx=True)
    yield client.zadd("zset", {"a": 5, "z": 1}, xx=True, ch=True)
    yield client.zadd("zset", {"a": 3, "b": 3}, gt=True, ch=True)
    yield client.zadd("zset", {"a": 0.5}, incr=True)
    yield client.zincrby("zset", 0.2, "b")
    yield client.zcard("zset"), client.zscore("zset", "b"), client.zscore("zset", "z")
    yield client.zmscore("zset", ["a", "z", BINARY])
    yield client.zrank("zset", "b"), client.zrevrank("zset", "b"), client.zrank("zset", "z")
    yield client.zadd("large", {f"member:{n}": n // 3 for n in range(2000)})
    yield client.zadd("words", dict.fromkeys(("ant", "bee", "cat", "cow", "dog"), 0))
    for name in ("zset", "large", "words", "none"):
        yield client.zrange(name, 0, -1, withscores=True)
        yield client.zrange(name, 1, 3, desc=True, withscores=True)
        yield client.zrevrange(name, 0, 2)
    yield client.zrange("large", 5, 50, byscore=True, offset=3, num=9, withscores=True)
    yield client.zrange("words", "[bee", "(cow", bylex=True)
    yield client.zrangebyscore("large", "(5", 7, withscores=True)
    yield client.zrevrangebyscore("large", 7, "-inf", start=2, num=4)
    yield client.zrangebylex("words", "[b", "+"), client.zrevrangebylex("words", "(cow", "-")
    yield client.zcount("large", 10, "(20"), client.zlexcount("words", "[b", "[d")
    yield client.zrangestore("stored", "large", 10, 30)
    yield client.zrange("stored", 0, -1, withscores=True)
    yield client.zunion({"zset": 2, "stored": 1}, aggregate="MAX", withscores=True)
    yield client.zinter(["large", "stored"], withscores=True)
    yield client.zdiff(["stored", "zset"], withscores=True)
    yield client.zunionstore("united", {"large": 1, "zset": 0.5})
    yield client.zinterstore("common", ["large", "stored"], aggregate="MIN")
    yield client.zdiffstore("lacking", ["large", "stored"])
    yield client.zintercard(2, ["large", "stored"], limit=5)
    yield client.zremrangebyrank("united", 0, 9)
    yield client.zremrangebyscore("united", 100, 200)
    yield client.zremrangebylex("words", "[bee", "[cat")
    yield client.zrem("zset", "a", "z")
    yield client.zpopmin("stored", 2), client.zpopmax("stored")
    yield client.zmpop(2, ["none", "stored"], min=True, count=2)
    yield client.bzpopmin(["none", "stored"], timeout=1), client.bzpopmax("stored", timeout=1)
    yield client.bzpopmin("none", timeout=0.05)
    yield client.bzmpop(1, 2, ["none", "stored"], max=True, count=2)
    members = set(client.zrange("large", 0, -1))
    yield set(client.zrandmember("large", 30)) <= members
    yield len(client.zrandmember("large", -30, withscores=True))
    yield sorted(client.zscan_iter("large", match="*77*"))


def places(client):
    yield client.geoadd("geo", (13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"))
    yield client.geoadd("geo", (-122.4194, 37.7749, "San Francisco"), nx=True)
    yield client.geoadd("geo", (13.4, 38.1, "Palermo"), xx=True, ch=True)
    yield client.geopos("geo", "Palermo", "none", "San Francisco")
    yield client.geodist("geo", "Palermo", "Catania", "km")
    yield client.geodist("geo", "Palermo", "none")
    yield client.geohash("geo", "Palermo", "Catania")
    about = {"withcoord": True, "withdist": True, "withhash": True, "sort": "ASC"}
    yield client.geosearch("geo", longitude=15, latitude=37, radius=200, unit="km", **about)
    yield client.geosearch("geo", member="Palermo", width=400, height=400, unit="km", **about)
    yield client.geosearch("geo", member="Palermo", radius=20000, unit="km", sort="DESC", count=2)
    yield client.geosearchstore("near", "geo", longitude=15, latitude=37, radius=200, unit="km")
    yield client.geosearchstore(
        "distances", "geo", member="Catania", radius=500, unit="mi", storedist=True)
    yield client.zrange("near", 0, -1, withscores=True)
    yield client.zrange("distances", 0, -1, withscores=True)
    yield client.georadius("geo", 15, 37, 200, unit="km", sort="ASC", withdist=True)
    yield client.georadiusbymember("geo", "Catania", 200, unit="km", sort="ASC")


def bitmaps(client):
    yield client.setbit("bits", 7, 1), client.setbit("bits", 1000, 1), client.setbit("bits", 7, 0)
    yield client.getbit("bits", 1000), client.getbit("bits", 5), client.getbit("none", 0)
    yield client.set("other", BINARY)
    yield client.bitcount("other"), client.bitcount("other", 1, 20)
    yield client.bitcount("other", 5, 70, "BIT"), client.bitcount("none")
    yield client.bitpos("bits", 1), client.bitpos("other", 0, 100)
    yield client.bitpos("other", 1, 9, 100, "BIT")
    for operation in ("AND", "OR", "XOR"):
        yield client.bitop(operation, operation, "bits", "other", "none")
        yield client.get(operation)
    yield client.bitop("NOT", "not", "other"), client.get("not")
    field = client.bitfield("field", default_overflow="SAT")
    yield field.set("u8", "#0", 200).incrby("u8", "#0", 100).get("i4", 2).execute()
    field = client.bitfield("field", default_overflow="FAIL")
    yield field.incrby("i64", 3, 2**62).incrby("i64", 3, 2**62).execute()
    yield client.bitfield_ro("field", "u8", 0, [("i13", "#1")])
    yield client.get("field")


def hyperloglogs(client):
    yield client.pfadd("few", "a", "b", "c"), client.pfadd("few", "a")
    yield client.pfadd("many", *range(20000))
    yield client.pfadd("more", *range(10000, 30000))
    yield client.pfcount("few"), client.pfcount("many"), client.pfcount("none")
    yield client.pfcount("many", "more", "few")
    yield client.pfmerge("all", "few", "many", "more"), client.pfcount("all")
    yield [client.get(name) for name in ("few", "many", "more", "all")]


def without(reply, *changing):
    """Leaves out what depends on the time, or on how a server keeps it."""
    if isinstance(reply, list):
        return [without(part, *changing) for part in reply]
    if isinstance(reply, dict):
        return {name: without(part, *changing) for name, part in reply.items()
                if name not in changing}
    return reply


def streams(client):
    yield client.xadd("stream", {"level": "info", "text": BINARY}, id="1-1")
    yield client.xadd("stream", {"level": "warn", "text": "slow"}, id="1-2")
    yield client.xadd("stream", {"other": "fields", "of": "it", "n": 3}, id="2-0")
    yield client.xadd("none", {"a": 1}, nomkstream=True)
    for n in range(1000):
        client.xadd("large", {"n": n, "square": n * n}, id=f"{n // 10 + 1}-{n % 10 + 1}")
    yield client.xlen("stream"), client.xlen("large"), client.xlen("none")
    for name in ("stream", "large", "none"):
        yield client.xrange(name), client.xrevrange(name, count=3)
    yield client.xrange("large", "(50-5", "52", count=12)
    yield client.xdel("large", "50-5", "999-1"), client.xdel("stream", "1-2")
    yield client.xtrim("large", maxlen=900, approximate=False)
    yield client.xtrim("large", minid="20-3", approximate=False)
    yield client.xadd("large", {"n": 1000}, id="200-0", maxlen=700, approximate=False)
    yield client.xread({"stream": "0", "large": "99-5"}, count=20)
    yield client.xread({"stream": "$"}, block=10)
    yield client.xgroup_create("large", "group", id="0"), client.xgroup_create(
        "fresh", "group", mkstream=True)
    yield client.xgroup_createconsumer("large", "group", "zoe")
    yield client.xreadgroup("group", "ada", {"large": ">"}, count=10)
    yield client.xreadgroup("group", "bob", {"large": ">"}, count=5)
    yield client.xreadgroup("group", "eve", {"large": ">"}, count=3, noack=True)
    first, second, third = (entry for entry, _ in client.xrange("large", count=3))
    yield client.xack("large", "group", first, "999-1")
    yield client.xreadgroup("group", "ada", {"large": "0"})
    yield client.xpending("large", "group")
    yield without(client.xpending_range("large", "group", "-", "+", 20), "time_since_delivered")
    yield client.xclaim("large", "group", "zoe", 0, [second])
    yield client.xclaim("large", "group", "zoe", 0, [third], justid=True)
    yield client.xautoclaim("large", "group", "zoe", 0, count=3)
    yield client.xautoclaim("large", "group", "eve", 0, count=2, justid=True)
    yield client.xdel("large", third)
    yield client.xautoclaim("large", "group", "bob", 0)
    tree = ("radix-tree-keys", "radix-tree-nodes", "recorded-first-entry-id")
    yield without(client.xinfo_stream("large"), *tree)
    yield without(client.xinfo_groups("large"))
    yield without(client.xinfo_consumers("large", "group"), "idle", "inactive")
    yield client.xgroup_setid("large", "group", "30-1", entries_read=5)
    yield client.xgroup_delconsumer("large", "group", "ada")
    yield client.xgroup_destroy("fresh", "group"), client.xlen("fresh")
    yield client.pexpire("fresh", 3600000)


def over_all_types(client):
    yield client.rpush("list", 30, 10, 20, 5)
    yield client.mset({f"weight:{n}": 100 - n for n in (5, 10, 20, 30)})
    yield client.hset("about:10", mapping={"name": "ten"})
    yield client.sort("list"), client.sort("list", desc=True, start=1, num=2)
    yield client.sort("list", alpha=True), client.sort("list", by="weight:*")
    yield client.sort("list", get=["#", "weight:*", "about:*->name"], groups=True)
    yield client.sort("list", store="sorted"), client.lrange("sorted", 0, -1)
    yield client.sort_ro("list", by="nosort")
    yield client.zadd("zset", {"a": 3, "b": 1}), client.sadd("set", 3, 1, 2)
    yield client.sort("zset", by="nosort"), client.sort("set")
    for kind in ("string", "list", "hash", "set", "zset", "stream"):
        yield sorted(client.scan_iter(count=30, _type=kind))
    for name in ("zset", "set", "list", "about:10"):
        yield client.type(name), client.copy(name, name + ":copy")
    yield client.unlink("zset", "set", "none"), client.rename("list", "renamed")
    yield client.memory_usage("about:10") > 0, client.memory_usage("none")
    yield client.persist("renamed"), client.expire("renamed", 3600), client.ttl("renamed") > 3500


KINDS = (hashes, sets, sorted_sets, places, bitmaps, hyperloglogs, streams, over_all_types)


def value_digest(client, key):
    """What stands for the value of a key. The scores of a sorted set are compared
    as numbers: Redis 7.2 digests their shortest text, and 7.0 all 17 digits."""
    if client.type(key) == b"zset":
        return client.zrange(key, 0, -1, withscores=True)
    return client.execute_command("DEBUG", "DIGEST-VALUE", key)


def digest(client):
    """What stands for the data of the client's database: encodings aside."""
    return {key: (value_digest(client, key), client.ttl(key) >= 0) for key in client.keys()}


def compare(kind, ours, other):
    """One kind of values, step by step, on both."""
    for client in (ours, other):
        client.flushall()
    for number, (mine, due) in enumerate(zip_longest(kind(ours), kind(other)), 1):
        assert mine == due, f"{kind.__name__}, step {number}: {mine!r}, and redis {due!r}"
    assert digest(ours) == digest(other), f"{kind.__name__}: the digests differ"
    # Two connections' data, or none, would be equal, too.
    assert ours.dbsize() == other.dbsize() > 0


def woken(port, wait, wake):
    """What a call that waits answers after another client's call."""
    seen = []
    waiter = threading.Thread(
        target=lambda: seen.append(wait(redis.Redis(port=port, socket_timeout=20))))
    waiter.start()
    client = redis.Redis(port=port)
    while not client.info("clients")["blocked_clients"]:
        time.sleep(0.01)
    wake(client)
    waiter.join()
    return seen


def compare_waiting(ours, other):
    """Those who wait are woken by what others write."""
    calls = (
        (lambda client: client.bzpopmin(["none", "queue"], timeout=10),
         lambda client: client.zadd("queue", {"job": 7.5})),
        (lambda client: client.bzpopmax("queue", timeout=10),
         lambda client: client.zadd("queue", {"a": 1, "b": 2})),
        (lambda client: client.xread({"news": "$"}, block=10000),
         lambda client: client.xadd("news", {"text": "rain"}, id="5-1")),
    )
    for number, (wait, wake) in enumerate(calls, 1):
        mine, due = (woken(port, wait, wake) for port in (ours, other))
        assert mine == due and due[0], f"waiting, call {number}: {mine!r}, and redis {due!r}"


def main():
    ports = [int(word) for word in sys.argv[1:]]
    ours, other = (redis.Redis(port=port, socket_timeout=20) for port in ports)
    for kind in KINDS:
        compare(kind, ours, other)
    if "blocked_clients" in ours.info():  # else nobody can know who waits
        compare_waiting(*ports)
    print("redis-py", redis.__version__, "reads the same values on both")


if __name__ == "__main__":
    main()
