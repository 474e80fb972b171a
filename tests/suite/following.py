"""following.py SERVER FOLDER: SERVER, ours, follows a redis-server.

It gets the values of tables/types.txt, every type in small and in large, in a snapshot;
then the same once more as a stream; then what was written at the moment at which it was
cut off; then what was written while it was killed and started again. At last the two
change places: the redis-server goes on from where it was. Each time both must hold the
same, and the counts of snapshots and continuations be what they should. All differences
are printed; then the program ends with 1.
"""

import os
import sys

from common import finish
from exchange import DEBUG, fill, start, state
from followers import counts

WAYS = [("no", "disabled"), ("yes", "on-empty-db"), ("yes", "swapdb")]
# A PING that one side has and the other lacks would ask for a snapshot.
PLAIN = [*DEBUG, "--save", "", "--repl-ping-replica-period", "3600", "--repl-timeout", "3600"]


def settle(client):
    """The replica has what was written so far."""
    assert client.ask("INCR", "settled")[0] == ":"
    return client.ask("WAIT", 1, 40000) == (":", 1)


def write_unheard(client):
    """The replica is cut off, and keys are written, at the same moment."""
    client.ask("MULTI")
    client.ask("CLIENT", "KILL", "TYPE", "replica")
    client.ask("MSET", *[f"missed:{number // 2}" for number in range(2000)])
    assert client.ask("EXEC")[1] == [(":", 1), ("+", b"OK")]


def start_replica(ours, folder, load, port):
    words = [*PLAIN, "--repl-diskless-load", load, "--replicaof", "127.0.0.1", str(port)]
    return start(ours, words, folder)


def differences(ours, folder, diskless, load):
    words = [*PLAIN, "--repl-diskless-sync", diskless, "--repl-diskless-sync-delay", "0"]
    os.makedirs(folder)
    os.makedirs(folder + "-ours")
    server, client = start("redis-server --port {port}", words, folder)
    fill(client)
    replica, other = start_replica(ours, folder + "-ours", load, server.port)
    name = f"diskless {diskless}, loads {load}"

    def compare(moment, primary, follower, counted):
        if not settle(primary):
            yield f"{name}, {moment}: the replica is not there"
        due, mine = state(primary), state(follower)
        for key in due.keys() | mine.keys():
            if due.get(key) != mine.get(key):
                yield f"{name}, {moment}: {key} is {mine.get(key)}, not {due.get(key)}"
        if counts(primary) != counted:
            yield f"{name}, {moment}: counts are {counts(primary)}, due are {counted}"

    yield from compare("a snapshot", client, other, (1, 0, 0))
    client.ask("FLUSHALL")
    fill(client)
    yield from compare("the stream", client, other, (1, 0, 0))
    write_unheard(client)
    yield from compare("what was missed", client, other, (1, 1, 0))
    assert other.ask("SAVE") == ("+", b"OK")
    replica.kill()
    replica.stop()
    client.ask("SET", "meanwhile", "missed")
    replica, other = start_replica(ours, folder + "-ours", load, server.port)
    yield from compare("started again", client, other, (1, 2, 0))
    assert other.ask("REPLICAOF", "NO", "ONE") == ("+", b"OK")
    other.ask("SET", "promoted", "yes")
    assert client.ask("REPLICAOF", "127.0.0.1", replica.port) == ("+", b"OK")
    yield from compare("places changed", other, client, (0, 1, 0))
    for one in (server, replica):
        one.stop(0)


def main():
    finish(line for number, way in enumerate(WAYS)
           for line in differences(sys.argv[1] + " --port {port}",
                                   os.path.join(sys.argv[2], str(number)), *way))


if __name__ == "__main__":
    main()
