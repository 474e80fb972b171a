"""The part of the bench about files: the cost of saving, loading and logging, and how
long clients wait when a snapshot begins.

CPU is that of the server without its children. Files lie in the server's own folder,
below the one for temporary files. The disk under that folder decides what a sync takes,
so compare within one run.

"""

import time

from harness.model import SetupError

from . import rows
from .stats import rows_of

ROUNDS = 3
BATCH = 1000            # SETs sent at once
SYNCED = 2000           # SETs, one at a time, that each wait for a sync


def fill(server, first, count, batch=BATCH):
    """Sets this many keys of 10 bytes to values of 32."""
    with server.client() as client:
        for start in range(first, first + count, batch):
            numbers = range(start, min(start + batch, first + count))
            good(server, client.ask_all([("SET", "k%09d" % n, "%032d" % n)
                                         for n in numbers]))


def good(server, replies):
    for kind, text in replies:
        if kind != "+":
            raise SetupError(f"{server.name} answers {kind}{text!r}")


def timed(server, *command):
    """Measures the CPU and wall seconds of a command that must succeed."""
    cpu, wall = server.cpu(), time.monotonic()
    good(server, [server.ask(*command)])
    return server.cpu() - cpu, time.monotonic() - wall


def load(server):
    """Measures the CPU ms of a start in the same folder."""
    server.restart(60)
    return server.cpu() * 1000


def snapshot_of(bench, side):
    keys = bench.options.memory_keys
    with bench.server(side, '--save ""') as server:
        bench.say(f"{server.name}: saving and loading {keys} keys")
        fill(server, 0, keys)
        return {"SAVE, CPU ms": [timed(server, "SAVE")[0] * 1000
                                 for _ in range(ROUNDS)],
                "load a snapshot, CPU ms": [load(server)
                                            for _ in range(ROUNDS)]}


def fork_of(bench, side):
    """Measures how long all clients wait when a snapshot begins: the time of the fork.
    """
    keys, answered = bench.options.growth_keys, []
    with bench.server(side, '--save ""') as server, \
            server.client() as client:
        bench.say(f"{server.name}: forking with {keys} keys")
        fill(server, 0, keys)
        for _ in range(ROUNDS):
            answered.append(timed(server, "BGSAVE")[1] * 1000)
            while client.info("rdb_bgsave_in_progress", "persistence") != "0":
                time.sleep(0.02)
    return {f"BGSAVE answered with {keys} keys, ms": answered}


def log_of(bench, side):
    keys, taken = bench.options.memory_keys, {}
    words = '--save "" --appendonly yes --appendfsync '
    for policy in ("no", "everysec"):
        with bench.server(side, words + policy) as server:
            bench.say(f"{server.name}: logging with appendfsync {policy}")
            before = server.cpu()
            fill(server, 0, keys)
            taken[f"SET, fsync {policy}, P {BATCH}, CPU ns"] = [
                (server.cpu() - before) / keys * 1e9]
            if policy == "everysec":
                taken["load the log, CPU ms"] = [load(server)
                                                 for _ in range(ROUNDS)]
    times = taken["SET, fsync always, P 1, wall us"] = []
    with bench.server(side, words + "always") as server:
        for number in range(ROUNDS):
            start = time.monotonic()
            fill(server, number * SYNCED, SYNCED, batch=1)
            times.append((time.monotonic() - start) / SYNCED * 1e6)
    return taken


def disk(bench):
    """Measures the cost of files, ours and theirs."""
    taken = {side[0]: {**snapshot_of(bench, side), **fork_of(bench, side),
                       **log_of(bench, side)} for side in bench.sides}
    return rows_of("disk", taken, min,
                   lambda what: rows.DISK_TARGETS.get(what.partition(",")[0], 1.0),
                   keys=bench.options.memory_keys)
