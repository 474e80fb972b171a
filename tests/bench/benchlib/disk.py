"""The part of the bench that is about files: what it costs to save, to load,
to log, and how long clients wait when a snapshot begins.

CPU is the server's, its children's not among it. Files lie in the server's own
folder, below the one for temporary files: on what disk that is decides what
a sync takes, so compare within one run.
"""

import socket
import time

from . import rows
from .process import CannotMeasure, Server, encode
from .stats import judge, ratios

ROUNDS = 3
BATCH = 1000            # SETs sent at once
SYNCED = 2000           # SETs, one at a time, that each wait for a sync


def receive(sock, size):
    left = size
    while left > 0:
        got = len(sock.recv(min(left, 65536)))
        if got == 0:
            raise CannotMeasure("the server closed the connection")
        left -= got


def fill(server, first, count, batch=BATCH):
    """Sets so many keys of 10 bytes to values of 32."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as sock:
        for start in range(first, first + count, batch):
            numbers = range(start, min(start + batch, first + count))
            sock.sendall(b"".join(
                encode("SET", "k%09d" % n, "%032d" % n) for n in numbers))
            receive(sock, len(numbers) * len("+OK\r\n"))


def timed(server, *command):
    """CPU and wall seconds of one command that must answer well."""
    cpu, wall = server.cpu(), time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 600) as sock:
        sock.sendall(encode(*command))
        reply = sock.recv(256)
    if not reply.startswith(b"+"):
        raise CannotMeasure("%s: %s answers %r"
                            % (server.name, command[0], reply))
    return server.cpu() - cpu, time.monotonic() - wall


def wait_until(server, field):
    """Until INFO persistence shows it."""
    while b"\n" + field not in server.ask("INFO", "persistence"):
        time.sleep(0.02)


def snapshot_of(bench, name, command):
    keys = bench.options.memory_keys
    bench.say("%s: saving and loading %d keys" % (name, keys))
    server = Server(name, command + ' --save ""', bench.server_core)
    fill(server, 0, keys)
    taken = {"SAVE, CPU ms": []}
    for _ in range(ROUNDS):
        taken["SAVE, CPU ms"].append(timed(server, "SAVE")[0] * 1000)
    loads = []
    for _ in range(ROUNDS):
        server.restart()
        wait_until(server, b"loading:0")
        loads.append(server.cpu() * 1000)
    taken["load a snapshot, CPU ms"] = loads
    server.stop()
    return taken


def fork_of(bench, name, command):
    """How long all wait when a snapshot begins: for the fork."""
    keys = bench.options.growth_keys
    bench.say("%s: forking with %d keys" % (name, keys))
    server = Server(name, command + ' --save ""', bench.server_core)
    fill(server, 0, keys)
    answered = []
    for _ in range(ROUNDS):
        answered.append(timed(server, "BGSAVE")[1] * 1000)
        wait_until(server, b"rdb_bgsave_in_progress:0")
    server.stop()
    return {"BGSAVE answered with %d keys, ms" % keys: answered}


def log_of(bench, name, command):
    keys = bench.options.memory_keys
    taken = {}
    command += ' --save "" --appendonly yes --appendfsync '
    for policy in ("no", "everysec"):
        bench.say("%s: logging with appendfsync %s" % (name, policy))
        server = Server(name, command + policy, bench.server_core)
        before = server.cpu()
        fill(server, 0, keys)
        each = (server.cpu() - before) / keys * 1e9
        taken["SET, fsync %s, P %d, CPU ns" % (policy, BATCH)] = [each]
        if policy == "everysec":
            loads = []
            for _ in range(ROUNDS):
                server.restart()
                wait_until(server, b"loading:0")
                loads.append(server.cpu() * 1000)
            taken["load the log, CPU ms"] = loads
        server.stop()
    server = Server(name, command + "always", bench.server_core)
    times = []
    for round_number in range(ROUNDS):
        start = time.monotonic()
        fill(server, round_number * SYNCED, SYNCED, batch=1)
        times.append((time.monotonic() - start) / SYNCED * 1e6)
    taken["SET, fsync always, P 1, wall us"] = times
    server.stop()
    return taken


def disk(bench):
    """What files cost, ours and theirs."""
    taken = {}
    for name, command in bench.sides:
        taken[name] = snapshot_of(bench, name, command)
        taken[name].update(fork_of(bench, name, command))
        taken[name].update(log_of(bench, name, command))
    ours = bench.sides[0][0]
    out = []
    for what in taken[ours]:
        sides = {name: min(each[what]) for name, each in taken.items()}
        ratio = None
        if len(taken) == 2:
            ratio = ratios(*[each[what] for each in taken.values()])
        target = rows.DISK_TARGETS.get(what.partition(",")[0], 1.0)
        out.append({"part": "disk", "name": what,
                    "keys": bench.options.memory_keys, "sides": sides,
                    "ratio": ratio, "target": target, "at_least": False,
                    "holds": judge(ratio, target, False)})
    return out
