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
import signal
import socket
import subprocess
import sys
import time

import redis
from client_types import KINDS, digest

LAST = len(KINDS)  # a database for each kind, and one for strings and lists
DEBUG = ["--enable-debug-command", "yes"]
REDIS = ["redis-server", *DEBUG]


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Running:
    """A server in a folder, until the with block ends."""

    def __init__(self, command, folder, options):
        self.port = free_port()
        self.command = [*command, "--port", str(self.port), "--dir", folder, *options]
        self.log = folder + ".log"

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        for _ in range(200):
            try:
                self.client(0).ping()
                return self
            except redis.RedisError:
                assert self.process.poll() is None, open(self.log).read()
                time.sleep(0.05)
        raise AssertionError("it does not get ready: " + open(self.log).read())

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def client(self, database):
        return redis.Redis(port=self.port, db=database, socket_timeout=20)


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
        for _ in kind(server.client(number)):
            pass
    client = server.client(LAST)
    client.mset({"int": 12345, "negative": -70000, "long": 2**40, "packed": "ab" * 3000})
    client.set("raw", bytes(range(256)) * 50, px=10**9)
    client.rpush("long list", *range(5000), "x" * 20000)
    client.rpush("short list", "a", 1, "")


def state(server):
    clients = [server.client(n) for n in range(LAST + 1)]
    return [(digest(client), read(client)) for client in clients]


def leave(server, log):
    """Its files are whole: saved, or as a kill leaves a log that is synced."""
    if not log:
        server.client(0).save()


def check_lengths(client):
    """DEBUG OBJECT tells how long a value is in a file: DUMP puts one byte in front of that, and
    ten behind it."""
    for key in client.keys():
        told = client.debug_object(key)["serializedlength"]
        assert told == len(client.dump(key)) - 11, f"{key}: {told} bytes"


def exchange(maker, starters, folder, log):
    options = ["--save", "", *(["--appendonly", "yes", "--appendfsync", "always"] if log else [])]
    os.makedirs(folder)
    with Running(maker, folder, options) as server:
        fill(server)
        due = state(server)
        assert all(due[1])
        check_lengths(server.client(0))
        leave(server, log)
    for number, starter in enumerate(starters):
        copy = f"{folder}-{number}"
        shutil.copytree(folder, copy)
        with Running(starter, copy, options) as server:
            seen = state(server)
            for mine, theirs in zip(seen[1], due[1]):
                for key in theirs:
                    assert mine.get(key) == theirs[key], f"{starter[0]}: {key}"
            assert seen == due, f"{starter[0]}: not what {maker[0]} had"


def main():
    ours, folder, log = [sys.argv[1], *DEBUG], sys.argv[2], "aof" in sys.argv[3:]
    if "checksums" in sys.argv[3:]:
        ours += ["--aof-checksums", "yes"]
    both = (ours, REDIS)
    exchange(ours, both, os.path.join(folder, "ours"), log)
    exchange(REDIS, both, os.path.join(folder, "redis"), log)
    print("redis-py", redis.__version__, "reads the same from each other's files")


if __name__ == "__main__":
    main()
