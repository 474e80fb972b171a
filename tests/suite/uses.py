"""uses.py SERVER FOLDER: what a snapshot tells of the use of keys, from SERVER (ours) and
redis-server to both of them.

Keys are given an idle time or a counter of uses, as the policy has it, and saved; a
server that starts with a copy of the file under some policy must say the same of them
as redis-server does. All differences are printed; then the program ends with 1.
"""

import os
import shutil
import sys

from common import Server, connect, finish

# The policy of the server that saves, that of the one that loads, and the expected result.
CASES = [("allkeys-lru", "volatile-lru", "idle"), ("allkeys-lru", "noeviction", "idle"),
         ("noeviction", "allkeys-lru", "new"), ("volatile-ttl", "allkeys-lru", "new"),
         ("volatile-lfu", "allkeys-lfu", "counter"), ("allkeys-lfu", "allkeys-lru", "new"),
         ("allkeys-lru", "allkeys-lfu", "first")]
IDLE = {b"short": 40, b"long": 5000, b"longer": 100000}
COUNTERS = {b"none": 0, b"few": 7, b"most": 255}


def start(command, policy, folder):
    # The counters stand still.
    words = ["--maxmemory-policy", policy, "--lfu-decay-time", "0", "--save", ""]
    return Server(command, words=words, folder=folder, loaded=True).start()


def save(command, policy, folder):
    os.makedirs(folder)
    server = start(command, policy, folder)
    client = connect(server.port)
    client.ask("SET", "now", "x")
    value = client.ask("DUMP", "now")[1]
    given, option = (COUNTERS, "FREQ") if "lfu" in policy else (IDLE, "IDLETIME")
    for key, number in given.items():
        assert client.ask("RESTORE", key, 1000000, value, option, number)[0] == "+"
    assert client.ask("SAVE")[0] == "+"
    server.stop(0)


def due_of(what):
    """Returns {key: (the lowest and the highest allowed value)}"""
    if what == "counter":
        return {key: (number, number) for key, number in COUNTERS.items()}
    if what == "idle":
        return {key: (number, number + 20) for key, number in IDLE.items()}
    return {b"now": (0, 20) if what == "new" else (5, 5)}


def differences(maker, reader, folder):
    for number, (saved, loaded, what) in enumerate(CASES):
        there, here = (os.path.join(folder, f"{name}{number}") for name in ("made", "read"))
        save(maker, saved, there)
        shutil.copytree(there, here)
        server = start(reader, loaded, here)
        client = connect(server.port)
        for key, (least, most) in due_of(what).items():
            told = client.ask("OBJECT", "FREQ" if "lfu" in loaded else "IDLETIME", key)[1]
            if not (isinstance(told, int) and least <= told <= most):
                yield f"{maker} {saved}, {reader} {loaded}: {key} {told}, not {least}..{most}"
        server.stop(0)
        shutil.rmtree(there)
        shutil.rmtree(here)


def main():
    ours, theirs = sys.argv[1] + " --port {port}", "redis-server --port {port}"
    pairs = [(ours, theirs), (theirs, ours), (ours, ours), (theirs, theirs)]
    finish(line for number, (maker, reader) in enumerate(pairs)
           for line in differences(maker, reader, os.path.join(sys.argv[2], str(number))))


main()
