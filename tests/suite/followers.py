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

from common import connect, eventually, finish
from exchange import DEBUG, apart, fill, start, state

REPLICAS = 2
REDIS = "redis-server --port {port}"


def follow(command, folder, port, *words):
    """Returns (a server that follows the one at that port, a client of it)"""
    os.makedirs(folder, exist_ok=True)
    return start(command, [*DEBUG, "--save", "", *words, "--replicaof", "127.0.0.1", str(port)],
                 folder)


def counts(client):
    """Returns (snapshots, continuations, refused ones)"""
    said = client.ask("INFO", "stats")[1]
    return tuple(int(re.search(rb"sync_%s:(\d+)" % name, said)[1])
                 for name in (b"full", b"partial_ok", b"partial_err"))


def compare(moment, primary, followers, counted):
    """Checks that they have everything written so far, and that this many syncs were counted."""
    assert primary.ask("INCR", "settled")[0] == ":"
    if primary.ask("WAIT", len(followers), 40000) != (":", len(followers)):
        yield f"{moment}: the replicas are not there"
    due = state(primary)
    for follower in followers:
        for text in apart(due, state(follower)):
            yield f"{moment}: {text}"
    if counts(primary) != counted:
        yield f"{moment}: counts are {counts(primary)}, due are {counted}"


def write_unheard(client, replicas, keys):
    """Cuts the replicas off and, at the same moment, writes this many keys."""
    client.ask("MULTI")
    client.ask("CLIENT", "KILL", "TYPE", "replica")
    client.ask("MSET", *[f"missed:{number // 2}" for number in range(2 * keys)])
    assert client.ask("EXEC")[1] == [(":", replicas), ("+", b"OK")]


def same_by_all_ways(client, followers):
    """Data comes by a snapshot, by the stream, and by a continuation."""
    count = len(followers)
    yield from compare("a snapshot", client, followers, (count, 0, 0))
    client.ask("FLUSHALL")
    fill(client)
    yield from compare("the stream", client, followers, (count, 0, 0))
    write_unheard(client, count, 1000)
    yield from compare("what was missed", client, followers, (count, count, 0))


def change_places(client):
    """One of the redis-servers becomes our primary. A write that comes meanwhile waits, and is
    refused when that is done."""
    assert client.ask("FAILOVER", "TIMEOUT", 40000) == ("+", b"OK")
    said = client.ask("SET", "held", 1)
    assert eventually(lambda: client.info("master_failover_state") == "no-failover", 60)
    role = [value for _, value in client.ask("ROLE")[1]]
    if said[0] != "-" or not said[1].startswith(b"READONLY") or role[0] != b"slave":
        yield f"FAILOVER: a write is answered {said}, the role is {role}"
        return
    primary = connect(role[2])
    said = primary.ask("SET", "after", 1), primary.ask("WAIT", 1, 40000)
    if said[0] != ("+", b"OK") or said[1] not in ((":", 1), (":", 2)):
        yield f"FAILOVER: the new primary answers {said}"
    elif state(client) != state(primary):
        yield "FAILOVER: the new primary and we differ"


def differences(ours, folder, diskless):
    words = [*DEBUG, "--save", "", "--repl-diskless-sync", diskless,
             "--repl-diskless-sync-delay", "0"]
    os.makedirs(folder)
    server, client = start(ours, words, folder)
    fill(client)
    replicas, others = zip(*[follow(REDIS, os.path.join(folder, str(number)), server.port)
                             for number in range(REPLICAS)])
    yield from same_by_all_ways(client, others)
    client.ask("CONFIG", "SET", "repl-backlog-size", 16384)
    write_unheard(client, REPLICAS, 10000)
    yield from compare("too much was missed", client, others,
                       (2 * REPLICAS, REPLICAS, REPLICAS))
    yield from change_places(client)
    for one in (server, *replicas):
        one.stop(0)


def main():
    finish(f"diskless {diskless}, {line}" for diskless in ("no", "yes")
           for line in differences(sys.argv[1] + " --port {port}",
                                   os.path.join(sys.argv[2], diskless), diskless))


if __name__ == "__main__":
    main()
