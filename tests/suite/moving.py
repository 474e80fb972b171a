"""moving.py SERVER FOLDER: keys that MIGRATE moves between SERVER (ours) and redis-server,
both ways.

One of them gets the values of tables/types.txt, every type in small and in large, in
several databases. All are copied to the other, then moved there on top of the copies.
The other must hold what the first did, the first nothing, and its log must say so, too:
it is killed and started again. All differences are printed; then the program ends with 1.
"""

import os
import sys

from common import finish
from exchange import DATABASES, DEBUG, fill, start, state

LATER = 5000        # milliseconds by which a key may expire later at the target


def migrate(client, port, *options):
    """Moves all keys, with a request for each database."""
    for number in range(DATABASES):
        client.ask("SELECT", number)
        keys = [key for _, key in client.ask("KEYS", "*")[1]]
        said = client.ask("MIGRATE", "127.0.0.1", port, "", number, 20000,
                          *options, "KEYS", *keys)
        assert said == ("+", b"OK" if keys else b"NOKEY"), said


def same(mine, due):
    """Returns true if both have the key with equal values and nearly the same expiry."""
    return None not in (mine, due) and mine[:2] == due[:2] and (
        mine[2] == due[2] or min(mine[2], due[2]) > 0 and abs(mine[2] - due[2]) < LATER)


def differences(maker, taker, folder):
    words = [*DEBUG, "--save", ""]
    log = [*words, "--appendonly", "yes", "--appendfsync", "always"]
    for name in ("maker", "taker"):
        os.makedirs(os.path.join(folder, name))
    source, client = start(maker, log, os.path.join(folder, "maker"))
    target, other = start(taker, words, os.path.join(folder, "taker"))
    fill(client)
    due = state(client)
    migrate(client, target.port, "COPY")
    copied = state(other)
    migrate(client, target.port, "REPLACE")
    mine, left = state(other), state(client)
    source.kill()
    source.stop()
    source, client = start(maker, log, os.path.join(folder, "maker"))
    left.update(state(client))
    source.stop(0)
    target.stop(0)
    for key in due.keys() | mine.keys():
        if not same(mine.get(key), due.get(key)) or not same(copied.get(key), due.get(key)):
            yield f"to {taker}: {key} is {mine.get(key)}, {maker} had {due.get(key)}"
    if left:
        yield f"{maker}: {sorted(left)} are still there"


def main():
    folder, both = sys.argv[2], (sys.argv[1] + " --port {port}", "redis-server --port {port}")
    finish(line for number, maker in enumerate(both)
           for line in differences(maker, both[1 - number], os.path.join(folder, str(number))))


if __name__ == "__main__":
    main()
