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
from exchange import DEBUG, fill, start
from followers import REDIS, compare, follow, same_by_all_ways

WAYS = [("no", "disabled"), ("yes", "on-empty-db"), ("yes", "swapdb")]
# A PING that only one side has would lead to a snapshot.
QUIET = ["--repl-ping-replica-period", "3600", "--repl-timeout", "3600"]


def differences(ours, folder, diskless, load):
    os.makedirs(folder)
    server, client = start(REDIS, [*DEBUG, *QUIET, "--save", "", "--repl-diskless-sync", diskless,
                                   "--repl-diskless-sync-delay", "0"], folder)
    fill(client)

    def start_ours():
        return follow(ours, folder + "-ours", server.port, *QUIET, "--repl-diskless-load", load)
    replica, other = start_ours()
    yield from same_by_all_ways(client, [other])
    assert other.ask("SAVE") == ("+", b"OK")
    replica.kill()
    replica.stop()
    client.ask("SET", "meanwhile", "missed")
    replica, other = start_ours()
    yield from compare("started again", client, [other], (1, 2, 0))
    assert other.ask("REPLICAOF", "NO", "ONE") == ("+", b"OK")
    other.ask("SET", "promoted", "yes")
    assert client.ask("REPLICAOF", "127.0.0.1", replica.port) == ("+", b"OK")
    yield from compare("places changed", other, [client], (0, 1, 0))
    for one in (server, replica):
        one.stop(0)


def main():
    finish(f"diskless {way[0]}, loads {way[1]}, {line}" for number, way in enumerate(WAYS)
           for line in differences(sys.argv[1] + " --port {port}",
                                   os.path.join(sys.argv[2], str(number)), *way))


if __name__ == "__main__":
    main()
