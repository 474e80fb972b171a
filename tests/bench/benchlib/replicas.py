"""The part of the bench in which replicas follow a primary.

It measures their cost to the primary, the time of a full and of a partial resync, and
how far replicas lag behind. Each side follows its own kind. Writes go to the primary in
pipelines, from many clients and from one.

"""

import time

from harness import kernel

from .stats import rows_of

KEYS, FEW_KEYS = 10_000_000, 1_000_000      # of a full resync, and with --quick
TOGETHER = 64           # commands of a pipeline
WRITES = 200_000        # a row and number of replicas
LACKS = 100_000         # SETs of a kB that a replica lacks in a partial resync
PROBES = 400
SET = "SET {key} {value}"
MANY_SECONDS = 2        # of a row with many clients
WORDS = ("--save '' --appendonly no --enable-debug-command yes --repl-diskless-sync-delay 0 "
         "--repl-backlog-size 300mb --client-output-buffer-limit 'replica 0 0 0'")
LOAD = "--repl-diskless-load swapdb"


def follow(replica, primary):
    replica.ask("REPLICAOF", *map(str, primary.address))


def wait_until(true):
    while not true():
        time.sleep(0.01)


def is_up(replica):
    return replica.info("master_link_status", "replication") == "up"


def is_even(primary, replica):
    """Returns true if the replica has the whole stream."""
    return int(replica.info("slave_repl_offset", "replication") or -1) >= int(
        primary.info("master_repl_offset", "replication"))


def write(client, count, size=32):
    """Sends this many SETs, in pipelines."""
    batch = [("SET", "key:%d" % number, "x" * size) for number in range(1000)]
    for at in range(0, count, TOGETHER):
        client.ask_all(batch[at % 900:at % 900 + TOGETHER])


def cost(primary, client):
    """Returns microseconds of the primary's CPU per write of one client."""
    before = primary.cpu()
    write(client, WRITES)
    return (primary.cpu() - before) * 1e6 / WRITES


def cost_of_many(bench, primary):
    """Returns the same for as many clients as in the other parts, in pipelines of 16.
    """
    result, = bench.load.run(
        [primary], command=SET, value_size=32, pipeline=16, warmup=0.1,
        keys=bench.options.keys, clients=bench.options.clients, seconds=MANY_SECONDS)
    return result["server_cpu_ns"] / result["requests"] / 1e3


def costs(bench, primary, client, replicas):
    return {f"SET, {bench.options.clients} clients, {replicas}, us":
            cost_of_many(bench, primary),
            f"SET, one client, {replicas}, us": cost(primary, client)}


def memory(server):
    """Returns the memory that a server and its child hold without sharing it."""
    pids = [server.main_pid(), *kernel.children(server.main_pid())]
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file
                             if line.startswith(("Pss:",))) * 1024
        except OSError:
            pass
    return total


def full_resync(primary, replica):
    """Returns the seconds of a full resync, and the extra bytes that the primary needs
    for it."""
    before = most = memory(primary)
    began = time.monotonic()
    follow(replica, primary)
    while not is_up(replica):
        most = max(most, memory(primary))
        time.sleep(0.02)
    return time.monotonic() - began, most - before


def partial_resync(primary, replica, client):
    """Returns the CPU seconds of both servers for sending what the replica missed. A
    password kept it away meanwhile."""
    client.ask("CONFIG", "SET", "requirepass", "secret")
    client.ask("CLIENT", "KILL", "TYPE", "replica")
    write(client, LACKS, 1000)
    client.ask("CONFIG", "SET", "requirepass", "")
    before = primary.cpu() + replica.cpu()
    wait_until(lambda: is_even(primary, replica))
    return primary.cpu() + replica.cpu() - before


def lags(primary, replica, client):
    """Returns the milliseconds until a replica has a write while others write, sorted.
    """
    found = []
    with replica.client() as reader:
        for number in range(PROBES):
            write(client, TOGETHER)
            client.send("SET", "probe", str(number))
            began = time.monotonic()
            while reader.ask("GET", "probe")[1] != b"%d" % number:
                pass
            found.append((time.monotonic() - began) * 1e3)
            client.reply()
    return sorted(found)


def of_side(bench, side):
    """Returns {row: figure} of one side."""
    taken, keys = {}, FEW_KEYS if bench.options.quick else KEYS
    with bench.server(side, WORDS) as primary, bench.server(side, WORDS + " " + LOAD) as one, \
            bench.server(side, WORDS + " " + LOAD) as two, primary.client() as client:
        bench.say(f"{side[0]}: replicas")
        bench.load.fill(primary, SET, bench.options.keys)
        taken.update(costs(bench, primary, client, "no replica"))
        for replica, replicas_now in ((one, "one replica"), (two, "two replicas")):
            follow(replica, primary)
            wait_until(lambda replica=replica: is_up(replica))
            taken.update(costs(bench, primary, client, replicas_now))
            wait_until(lambda replica=replica: is_even(primary, replica))
        bench.say(f"{side[0]}: lag")
        late = lags(primary, one, client)
        taken["lag, median, ms"], taken["lag, p99, ms"] = (
            late[len(late) // 2], late[len(late) * 99 // 100])
        bench.say(f"{side[0]}: a partial resync")
        two.ask("REPLICAOF", "NO", "ONE")
        taken["partial resync of 100 MB, s of CPU"] = partial_resync(primary, one, client)
        bench.say(f"{side[0]}: a full resync of {keys} keys")
        one.ask("REPLICAOF", "NO", "ONE")
        client.ask("DEBUG", "POPULATE", str(keys), "key", "32")
        taken["full resync, s"], more = full_resync(primary, two)
        taken["memory of the primary meanwhile, MB more"] = more / 1e6
    return taken


def replicas(bench):
    """Measures the cost of replication, ours and theirs."""
    return rows_of("replicas", {
        side[0]: {name: [figure] for name, figure in of_side(bench, side).items()}
        for side in bench.sides})
