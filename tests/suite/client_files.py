"""client_files.py SERVER FOLDER [aof [checksums]]: files that one server writes and the other
starts from, SERVER (ours) and redis-server, both ways.

redis-py fills one of them with every type, small and large, in nine
databases, some of it with an expiry. It saves, or with aof is killed; then both servers
start from a copy of its files, and what redis-py reads from them must be what
it read from the first: typed values, encodings aside, and digests. The
first difference ends the program with a trace.
"""

import os
import shutil
import sys

import redis
from client_types import KINDS, digest
from common import Server

LAST = len(KINDS)  # a database for each kind, and one for strings and lists
DEBUG = ["--enable-debug-command", "yes"]
COMMAND = "%s --port {port}"


def connect(server, database=0):
    return redis.Redis(port=server.port, db=database, socket_timeout=20)


def group_of(client, key, group):
    pending = client.xpending_range(key, group["name"], "-", "+", 100)
    consumers = client.xinfo_consumers(key, group["name"])
    return (group, sorted((row["name"], row["pending"]) for row in consumers),
            [(row["message_id"], row["consumer"], row["times_delivered"]) for row in pending])


def stream_of(client, key):
    about = client.xinfo_stream(key)
    known = ("length", "last-generated-id", "max-deleted-entry-id", "entries-added")
    return (client.xrange(key), [about[name] for name in known],
            [group_of(client, key, group) for group in client.xinfo_groups(key)])


READ = {
    b"string": lambda client, key: client.get(key),
    b"list": lambda client, key: client.lrange(key, 0, -1),
    b"set": lambda client, key: client.smembers(key),
    b"zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
    b"hash": lambda client, key: client.hgetall(key),
    b"stream": stream_of,
}


def read(client):
    """All that a database holds, as redis-py reads it."""
    return {key: (READ[client.type(key)](client, key), client.pexpiretime(key))
            for key in client.scan_iter(count=1000)}


def fill(server):
    """Every type, each kind in small and in large."""
    for number, kind in enumerate(KINDS):
        for _ in kind(connect(server, number)):
            pass
    last = connect(server, LAST)
    last.mset({"int": 12345, "negative": -70000, "long": 2**40, "packed": "ab" * 3000})
    last.set("raw", bytes(range(256)) * 50, px=10**9)
    last.rpush("long list", *range(5000), "x" * 20000)
    last.rpush("short list", "a", 1, "")


def state(server):
    clients = [connect(server, number) for number in range(LAST + 1)]
    return [(digest(each), read(each)) for each in clients]


def check_lengths(server):
    """DEBUG OBJECT tells how long a value is in a file: DUMP puts one byte in front of that, and
    ten behind it."""
    first = connect(server)
    for key in first.keys():
        told = first.debug_object(key)["serializedlength"]
        assert told == len(first.dump(key)) - 11, f"{key}: {told} bytes"


def end(server):
    """As it is: nothing more is saved."""
    server.kill()
    server.stop()


def exchange(maker, starters, folder, log):
    words = [*DEBUG, "--save", ""]
    if log:
        words += ["--appendonly", "yes", "--appendfsync", "always"]
    os.makedirs(folder)
    server = Server(maker, words=words, folder=folder, loaded=True).start()
    fill(server)
    due = state(server)
    assert all(due[-1])
    check_lengths(server)
    if not log:
        connect(server).save()
    end(server)
    for number, starter in enumerate(starters):
        copy = f"{folder}-{number}"
        shutil.copytree(folder, copy)
        server = Server(starter, words=words, folder=copy, loaded=True).start()
        for mine, theirs in zip(state(server), due, strict=True):
            for key in theirs[1]:
                assert mine[1].get(key) == theirs[1][key], f"{starter}: {key}"
            assert mine == theirs, f"{starter}: not what {maker} had"
        end(server)


def main():
    ours, folder, log = COMMAND % sys.argv[1], sys.argv[2], "aof" in sys.argv[3:]
    if "checksums" in sys.argv[3:]:
        ours += " --aof-checksums yes"
    both = (ours, COMMAND % "redis-server")
    for maker in both:
        exchange(maker, both, os.path.join(folder, maker.split()[0].split("/")[-1]), log)
    print("redis-py", redis.__version__, "reads the same from each other's files")


if __name__ == "__main__":
    main()
