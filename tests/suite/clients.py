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


def main():
    port, stage = int(sys.argv[1]), sys.argv[2]
    client = redis.Redis(port=port, socket_timeout=10)
    talk(client)
    if stage >= "04":
        store(client)
        count_together(client, port)
    print("redis-py", redis.__version__, "is content")


if __name__ == "__main__":
    main()
