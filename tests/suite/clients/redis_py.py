"""redis_py.py PORT: a session of real work with redis-py, in both protocols and with its
cache: what needs threads, or a client that keeps something. alike.py has what it makes of
replies."""

import sys
import threading
import time

import redis
from redis.cache import CacheConfig
from redis.connection import CacheProxyConnection

CacheProxyConnection.MIN_ALLOWED_VERSION = "6.0.0"  # else only 7.4 and newer may have a cache


def locking(client):
    """Another client changes the key once, so the second attempt succeeds."""
    tries = []
    client.set("number", 42)

    def double(pipe):
        number = int(pipe.get("number"))
        if not tries:
            client.incr("number")
        tries.append(number)
        pipe.multi()
        pipe.set("number", 2 * number)

    assert client.transaction(double, "number") == [True]
    assert tries == [42, 43] and client.get("number") == "86"


def waiting(client):
    """A second connection waits for work."""
    jobs = []
    waiter = threading.Thread(target=lambda: jobs.append(client.blpop("jobs", 100)))
    waiter.start()
    while client.info("clients")["blocked_clients"] == 0:
        time.sleep(0.001)
    client.rpush("jobs", "first")
    waiter.join()
    assert list(jobs[0]) == ["jobs", "first"]
    assert client.bzpopmin("none", 0.01) is None


def together(work, count):
    """This many threads do this, each with a connection of its own."""
    threads = [threading.Thread(target=work, args=[redis.Redis(port=PORT)])
               for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def counting(client):
    """Eight clients, one counter."""
    for thread in together(lambda mine: [mine.incr("counter") for _ in range(200)], 8):
        thread.join()
    assert client.get("counter") == "1600"


def sharing(client):
    """Four workers wait for jobs, and each job is done once."""
    def work(mine):
        while (job := mine.blpop("jobs", timeout=100)[1]) != b"stop":
            mine.rpush("done", job)

    workers = together(work, 4)
    for number in range(0, 1000, 5):
        client.rpush("jobs", *range(number, number + 5))
    client.rpush("jobs", *["stop"] * 4)
    for thread in workers:
        thread.join()
    assert sorted(map(int, client.lrange("done", 0, -1))) == list(range(1000))
    assert client.exists("jobs") == 0


def messages(client):
    """Messages, by channel and by pattern."""
    with client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe("news", "sport")
        heard.psubscribe("n?ws")
        while heard.get_message() is not None or client.pubsub_numpat() == 0:
            pass
        assert client.publish("news", "rain") == 2
        assert client.publish("sport", "2:1") == 1
        listened = []
        while len(listened) < 3:
            if message := heard.get_message(timeout=100):
                listened.append((message["pattern"], message["channel"], message["data"]))
    assert listened == [(None, "news", "rain"), ("n?ws", "news", "rain"), (None, "sport", "2:1")]


def killing(client):
    """A connection is killed, and made again for the next command."""
    client.set("text", "grape")
    other = redis.Redis(port=PORT, decode_responses=True, single_connection_client=True)
    before = other.client_id()
    assert client.client_kill_filter(_id=before) == 1
    assert other.get("text") == "grape"
    assert other.client_id() != before
    other.close()


def caching(client):
    """What was read stays in the cache until the server says that it has changed."""
    cached = redis.Redis(port=PORT, decode_responses=True, protocol=3, cache_config=CacheConfig())

    def asked():
        return client.info("commandstats").get("cmdstat_get", {"calls": 0})["calls"]

    def unsent(key, value):
        """Only the first of ten reads is sent."""
        before = asked()    # and the server has told of all changes before it answers
        assert [cached.get(key) for _ in range(10)] == [value] * 10
        assert asked() == before + 1

    client.set("fruit", "grape")
    unsent("fruit", "grape")
    assert cached.get_cache().size == 1
    client.set("fruit", "plum")
    unsent("fruit", "plum")
    cached.set("fruit", "pear")
    unsent("fruit", "pear")
    client.expire("fruit", 0)
    client.ping()   # the server has told of the change before it answers this
    assert cached.get("fruit") is None
    client.mset({"fruit": "fig", "price": "10"})
    unsent("fruit", "fig")
    assert cached.mget("fruit", "price") == ["fig", "10"]
    client.flushall()
    client.ping()
    assert cached.mget("fruit", "price") == [None, None]
    client.rpush("row", "a")
    assert cached.lrange("row", 0, -1) == ["a"]
    client.rpush("row", "b")
    client.ping()
    assert cached.lrange("row", 0, -1) == ["a", "b"]
    cached.close()


PORT = int(sys.argv[1])
for protocol in (2, 3):
    with redis.Redis(port=PORT, decode_responses=True, protocol=protocol) as both:
        for part in (locking, waiting, counting, sharing, messages, killing, caching):
            part(both)
        both.flushdb()
