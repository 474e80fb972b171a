"""clients.py PORT STAGE: redis-py against a server of that stage.

Each check is an assertion; the first that fails ends the program with a trace.
"""

import sys
import threading

import redis


def expect_error(text, call, *args):
    try:
        call(*args)
    except redis.ResponseError as error:
        assert text in str(error), str(error)
    else:
        raise AssertionError(f"no error with {text!r}")


def talk(client):
    """Stage 03: the connection's own commands."""
    assert client.ping() is True
    assert client.echo("grape") == b"grape"
    blob = bytes(range(256)) * 1000
    assert client.echo(blob) == blob
    assert client.client_setname("tester") is True
    assert client.client_getname() in (b"tester", "tester")
    assert client.client_id() > 0
    assert client.command_count() > 0
    expect_error("unknown command", client.execute_command, "NONSENSE")
    expect_error("wrong number of arguments", client.execute_command, "ECHO")
    with client.pipeline(transaction=False) as pipe:
        for number in range(1000):
            pipe.echo(str(number))
        assert pipe.execute() == [str(number).encode() for number in range(1000)]


def store(client):
    """Stage 04: strings and keys."""
    client.flushall()
    assert client.set("fruit", "grape") is True
    assert client.get("fruit") == b"grape"
    assert client.get("none") is None
    assert client.set("fruit", "pear", nx=True) is None
    assert client.set("fruit", "pear", xx=True, get=True) == b"grape"
    assert client.getdel("fruit") == b"pear"
    assert client.exists("fruit") == 0
    blob = bytes(range(256)) * 4096
    client.set(b"\0\xff", blob)
    assert client.get(b"\0\xff") == blob
    assert client.mset({f"key:{n}": n for n in range(1000)}) is True
    assert client.mget("key:1", "none", "key:999") == [b"1", None, b"999"]
    assert client.incrby("key:1", 41) == 42
    assert client.incrbyfloat("key:2", 0.5) == 2.5
    expect_error("not an integer", client.incr, "key:2")
    assert client.append("text", "Hello ") == 6
    assert client.append("text", "World") == 11
    assert client.getrange("text", -5, -1) == b"World"
    assert client.setrange("text", 6, "Redis") == 11
    assert client.strlen("text") == 11
    assert client.type("text") == b"string"
    assert set(client.scan_iter(match="key:*", count=7)) == {
        f"key:{n}".encode() for n in range(1000)
    }
    assert client.rename("text", "texts") is True
    assert client.copy("texts", "text") is True
    expect_error("no such key", client.rename, "none", "some")
    assert client.dbsize() == 1003
    assert client.delete(*[f"key:{n}" for n in range(1000)]) == 1000
    assert client.randomkey() is not None
    assert client.object("encoding", "text") in (b"embstr", "embstr", b"raw", "raw")
    seconds, microseconds = client.time()
    assert seconds > 1_600_000_000 and 0 <= microseconds < 1_000_000
    other = redis.Redis(port=client.connection_pool.connection_kwargs["port"], db=5)
    assert other.get("text") is None
    assert other.set("text", "five") is True
    assert client.swapdb(0, 5) is True
    assert client.get("text") == b"five"
    assert client.flushall() is True
    assert other.dbsize() == 0


def count_together(client, port):
    """Eight threads, a connection each, one counter."""
    client.delete("counter")

    def add():
        mine = redis.Redis(port=port)
        for _ in range(200):
            mine.incr("counter")

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("counter") == b"1600"


def lists(client):
    """Stage 06: lists."""
    client.delete("list")
    assert client.rpush("list", *range(1000)) == 1000
    assert client.lpush("list", b"\0\xff", "") == 1002
    assert client.lrange("list", 0, 2) == [b"", b"\0\xff", b"0"]
    assert client.lrange("list", -1, -1) == [b"999"]
    assert client.llen("list") == 1002
    assert client.lpop("list", 2) == [b"", b"\0\xff"]
    assert client.rpop("list") == b"999"
    assert client.lpop("none") is None and client.lpop("none", 3) is None
    assert client.lindex("list", 500) == b"500"
    assert client.lset("list", 500, "grape") is True
    assert client.linsert("list", "after", "grape", "plum") == 1000
    assert client.lpos("list", "plum") == 501
    assert client.lrem("list", 0, "plum") == 1
    assert client.ltrim("list", 0, 99) is True
    assert client.lmove("list", "other", "LEFT", "RIGHT") == b"0"
    assert client.rpoplpush("list", "other") == b"99"
    assert client.lmpop(2, "none", "other", direction="LEFT", count=9) == [
        b"other", [b"99", b"0"]]
    assert client.exists("other") == 0
    assert client.blpop(["none", "list"], timeout=1) == (b"list", b"1")
    assert client.blpop("none", timeout=0.05) is None
    expect_error("WRONGTYPE", client.incr, "list")


def share_work(client, port):
    """Four workers wait for jobs, each job is done once."""
    client.delete("jobs", "done")

    def work():
        mine = redis.Redis(port=port, socket_timeout=20)
        while True:
            _, job = mine.blpop("jobs", timeout=10)
            if job == b"stop":
                return
            mine.rpush("done", job)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(0, 1000, 5):
        client.rpush("jobs", *range(number, number + 5))
    client.rpush("jobs", *["stop"] * 4)
    for thread in threads:
        thread.join()
    done = client.lrange("done", 0, -1)
    assert sorted(map(int, done)) == list(range(1000))
    assert client.exists("jobs") == 0


def types(client):
    """Stage 07: values that redis-py gives a type of its own."""
    client.flushall()
    assert client.hset("hash", mapping={"born": 1815, "share": 0.5, "": b"\0\xff"}) == 3
    assert client.hgetall("hash") == {b"born": b"1815", b"share": b"0.5", b"": b"\0\xff"}
    assert client.hincrbyfloat("hash", "share", 0.25) == 0.75
    assert client.sadd("set", "a", "b", 1) == 3 and client.smembers("set") == {b"a", b"b", b"1"}
    assert client.zadd("zset", {"a": 1, "b": 2.5, "c": float("inf")}) == 3
    assert client.zrange("zset", 1, -1, withscores=True) == [(b"b", 2.5), (b"c", float("inf"))]
    assert client.zadd("zset", {"a": 0.5}, incr=True) == 1.5
    assert client.bzpopmin(["none", "zset"], timeout=1) == (b"zset", b"a", 1.5)
    assert client.geoadd("geo", (13.361389, 38.115556, "Palermo")) == 1
    (longitude, latitude), none = client.geopos("geo", "Palermo", "none")
    assert none is None and abs(longitude - 13.361389) + abs(latitude - 38.115556) < 1e-4
    field = client.bitfield("bits", default_overflow="SAT")
    assert field.set("u8", "#0", 200).incrby("u8", "#0", 100).execute() == [0, 255]
    assert client.pfadd("pf", "a", "b") == 1 and client.pfcount("pf") == 2
    assert client.xadd("stream", {"text": "slow"}, id="1-2") == b"1-2"
    assert client.xrange("stream") == [(b"1-2", {b"text": b"slow"})]
    assert client.xgroup_create("stream", "group", id="0") is True
    read = client.xreadgroup("group", "ada", {"stream": ">"})
    assert read == [[b"stream", [(b"1-2", {b"text": b"slow"})]]]
    assert client.xpending("stream", "group")["consumers"] == [{"name": b"ada", "pending": 1}]
    assert client.xinfo_stream("stream")["last-generated-id"] == b"1-2"
    assert sorted(client.hscan_iter("hash", match="b*")) == [(b"born", b"1815")]
    assert client.sort("set", alpha=True, get=["#", "none:*"], groups=True)[0] == (b"1", None)


def main():
    port, stage = int(sys.argv[1]), sys.argv[2]
    client = redis.Redis(port=port, socket_timeout=10)
    talk(client)
    if stage >= "04":
        store(client)
        count_together(client, port)
    if stage >= "06":
        lists(client)
        share_work(client, port)
    if stage >= "07":
        types(client)
    print("redis-py", redis.__version__, "is content")


if __name__ == "__main__":
    main()
