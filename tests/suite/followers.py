"""followers.py SERVER FOLDER: redis-servers that follow SERVER, ours.

By way of the disk and straight through a pipe: two of them get the values of
tables/types.txt, every type in small and in large, in a snapshot; then the same once more
as a stream; then what was written at the moment at which they were cut off. Each time all
three must hold the same, and the counts of snapshots and continuations be what they
should. All differences are printed; then the program ends with 1.
"""

import os
import re
import sys
import time

from common import Server, connect, finish
from exchange import DEBUG, fill, start, state

REPLICAS = 2


def follow(port, folder):
    os.makedirs(folder)
    server = Server("redis-server --port {port}", folder=folder, loaded=True,
                    words=[*DEBUG, "--save", "", "--replicaof", "127.0.0.1", str(port)])
    return server.start()


def counts(client):
    """(snapshots, continuations, refused ones)"""
    said = client.ask("INFO", "stats")[1]
    return tuple(int(re.search(rb"sync_%s:(\d+)" % name, said)[1])
                 for name in (b"full", b"partial_ok", b"partial_err"))


def settle(client):
    """All replicas have what was written so far."""
    assert client.ask("INCR", "settled")[0] == ":"
    return client.ask("WAIT", REPLICAS, 40000) == (":", REPLICAS)


def write_unheard(client, keys):
    """The replicas are cut off, and that many keys written, at the same moment."""
    client.ask("MULTI")
    client.ask("CLIENT", "KILL", "TYPE", "replica")
    client.ask("MSET", *[f"missed:{number // 2}" for number in range(2 * keys)])
    assert client.ask("EXEC")[1] == [(":", REPLICAS), ("+", b"OK")]


def change_places(client, name):
    """One of the redis-servers becomes our primary. A write that comes meanwhile waits, and is
    refused when that is done."""
    assert client.ask("FAILOVER", "TIMEOUT", 40000) == ("+", b"OK")
    said = client.ask("SET", "held", 1)
    while client.info("master_failover_state") != "no-failover":
        time.sleep(0.01)
    role = [value for _, value in client.ask("ROLE")[1]]
    if said[0] != "-" or not said[1].startswith(b"READONLY") or role[0] != b"slave":
        yield f"{name}, FAILOVER: a write is answered {said}, the role is {role}"
        return
    primary = connect(role[2])
    said = primary.ask("SET", "after", 1), primary.ask("WAIT", 1, 40000)
    if said[0] != ("+", b"OK") or said[1] not in ((":", 1), (":", 2)):
        yield f"{name}, FAILOVER: the new primary answers {said}"
    elif state(client) != state(primary):
        yield f"{name}, FAILOVER: the new primary and we differ"


def differences(ours, folder, diskless):
    words = [*DEBUG, "--save", "", "--repl-diskless-sync", diskless,
             "--repl-diskless-sync-delay", "0"]
    os.makedirs(folder)
    server, client = start(ours, words, folder)
    fill(client)
    replicas = [follow(server.port, os.path.join(folder, str(i))) for i in range(REPLICAS)]
    others = [connect(replica.port) for replica in replicas]
    name = f"diskless {diskless}"

    def compare(moment, counted):
        if not settle(client):
            yield f"{name}, {moment}: the replicas are not there"
        mine = state(client)
        for other in others:
            due = state(other)
            for key in due.keys() | mine.keys():
                if due.get(key) != mine.get(key):
                    yield f"{name}, {moment}: {key} is {due.get(key)}, not {mine.get(key)}"
        if counts(client) != counted:
            yield f"{name}, {moment}: counts are {counts(client)}, due are {counted}"

    yield from compare("a snapshot", (REPLICAS, 0, 0))
    client.ask("FLUSHALL")
    fill(client)
    yield from compare("the stream", (REPLICAS, 0, 0))
    write_unheard(client, 1000)
    yield from compare("what was missed", (REPLICAS, REPLICAS, 0))
    client.ask("CONFIG", "SET", "repl-backlog-size", 16384)
    write_unheard(client, 10000)
    yield from compare("too much was missed", (2 * REPLICAS, REPLICAS, REPLICAS))
    yield from change_places(client, name)
    for one in (server, *replicas):
        one.stop(0)


def main():
    finish(line for diskless in ("no", "yes")
           for line in differences(sys.argv[1] + " --port {port}",
                                   os.path.join(sys.argv[2], diskless), diskless))


if __name__ == "__main__":
    main()
