"""The parts of the bench. Each returns a list of result rows.

`sides` are (name, command) pairs, ours first; the other one may be missing.
"""

import contextlib
import re
import resource
import subprocess
import time
from statistics import mean, median

from harness.model import SetupError

from . import rows
from .disk import disk
from .hits import hits
from .servers import Server
from .stats import judged, ratios, spread
from .replicas import replicas
from .talks import messages, talks

# Short enough that two side by side see the same machine, long enough for
# thousands of requests.
SLICE_SECONDS = 0.05


class Bench:
    """What the parts share."""

    def __init__(self, sides, load, server_core, options, say):
        self.sides = sides
        self.load = load
        self.server_core = server_core
        self.options = options
        self.say = say
        self.left_out = []  # rows that some server does not know

    def server(self, side, words=""):
        """Starts a server of this side, with these words appended."""
        name, command = side
        server = Server(name, f"{command} {words}", self.server_core)
        server.keep_still(self.options.beside)
        return server

    @contextlib.contextmanager
    def servers(self, number=0):
        """Starts all servers, and returns them, ours first, for a with statement. The
        order in which they start changes with the round."""
        with contextlib.ExitStack() as stack:
            yield turns([stack.enter_context(self.server(side))
                         for side in turns(self.sides, number)], number)

    def known(self, servers, row):
        """Returns true if all servers know the row's command and its options. A row
        that is left out is reported."""
        for server in servers:
            kind, text = server.ask(*probe_words(row["command"]))
            if kind == "-" and text.startswith((b"ERR unknown command",
                                                b"ERR syntax error")):
                if row["name"] not in self.left_out:
                    self.left_out.append(row["name"])
                return False
        return True


def turns(servers, round_number):
    """Returns both servers, in another order in every second round, so that a machine
    that gets slower or faster during the run favours neither."""
    return servers if round_number % 2 == 0 else servers[::-1]


def probe_words(template, size=10):
    """Returns a template as one plain command, to ask whether a server knows it."""
    plain = re.sub(r"\{.*?\}", "1" * size, template)
    return re.sub(r"\[\d+ |\]", "", plain).split()


def prepare(bench, servers, row, filled):
    """Creates the keys that a row needs, once."""
    for kind, count in (("fill", bench.options.keys),
                        ("fill_once", row.get("once", 100))):
        template = row.get(kind)
        if template and template not in filled:
            filled.add(template)
            for server in servers:
                bench.say(f"filling {server.name}: {template}")
                bench.load.fill(server, template, count)


def check(server, row, result):
    """Reports wrong replies at once, since they make a figure worthless."""
    if result["errors"] or result["unexpected"]:
        raise SetupError(
            f"{server.name}: {row['name']}: {result['errors']} error replies "
            f"({result['first_error'] or 'none'}), {result['unexpected']} "
            f"replies that do not begin with '{row['expect']}'")


def summary(results):
    """Sums up the rounds of one side."""
    def over(figure, divisor, times=1):
        return spread([result[figure] / result[divisor] / times
                       for result in results])

    return {
        "cpu_ns": over("server_cpu_ns", "requests"),
        "user_ns": over("server_user_ns", "requests"),
        "system_ns": over("server_system_ns", "requests"),
        "load_ns": over("load_cpu_ns", "requests"),
        "rps": over("requests", "seconds"),
        "busy": over("server_cpu_ns", "seconds", 1e9),
        "latency_us": {name: spread([result["latency_us"][name]
                                     for result in results])
                       for name in results[0]["latency_us"]},
        "nulls": sum(result["nulls"] for result in results)}


def summaries(sides):
    return {name: summary(results) for name, results in sides.items()}


def one_round(bench, servers, row, number, **load):
    """Runs a row on the servers, taking turns slice by slice. load holds the options
    that differ from the usual ones. Returns a result for each server."""
    if row.get("refill"):   # a command that removes needs enough data
        for server in servers:
            bench.load.fill(server, row["refill"],
                            int(3000000 * bench.options.seconds))
    slices = max(1, round(bench.options.seconds / SLICE_SECONDS))
    results = bench.load.run(servers, **{
        "command": row["command"], "expect": row["expect"],
        "keys": bench.options.keys, "clients": bench.options.clients,
        "slices": slices, "seconds": bench.options.seconds / slices,
        "warmup": SLICE_SECONDS / 5, "seed": number + 1, **load})
    for server, result in zip(servers, results):
        check(server, row, result)
    return results


def by_side(servers, taken):
    """Returns the rounds of each server, by its name."""
    return {server.name: [results[i] for results in taken]
            for i, server in enumerate(servers)}


def per_cpu_second(one):
    """Requests per second of server CPU in a slice."""
    return one["requests"] / max(1, one["server_cpu_ns"])


def sliced_ratio(sides, figure):
    """Returns the ratio of two sides over all slices, with its spread over rounds; None
    where the other side is missing.

    The median over pairs of neighbouring slices is least disturbed by changes of the
    machine's speed."""
    if len(sides) != 2:
        return None
    pairs = [[figure(a) / figure(b)
              for a, b in zip(x["slices"], y["slices"])]
             for x, y in zip(*sides)]
    ratio = spread([median(one) for one in pairs])
    ratio["median"] = median([value for one in pairs for value in one])
    ratio["slices"] = len(pairs) * len(pairs[0])
    return ratio


def cpu_cases(bench, servers):
    """Returns (row, pipeline) for each row that is wanted and known to the servers."""
    wanted = bench.options.rows
    for row in rows.CPU:
        is_wanted = row["name"] in wanted if wanted else "named" not in row
        if is_wanted and bench.known(servers, row):
            for pipeline in row["targets"]:
                if pipeline in (bench.options.pipeline or row["targets"]):
                    yield row, pipeline


def cpu(bench):
    """Measures requests per second of server CPU, for each command and pipeline.

    A process can be some percent faster or slower for as long as it lives, depending on
    where it happens to lie in memory. So each round has new processes (with --quick all
    rounds share them)."""
    taken, out, numbers = {}, [], range(bench.options.rounds)
    for together in [[number] for number in numbers] if bench.options.fresh else [numbers]:
        filled = set()
        with bench.servers(together[0]) as servers:
            for number in together:
                for row, pipeline in cpu_cases(bench, servers):
                    prepare(bench, servers, row, filled)
                    bench.say(f"round {number + 1} of {bench.options.rounds}: "
                              f"{row['name']}, pipeline {pipeline}")
                    taken.setdefault((row["name"], pipeline), []).append(
                        one_round(bench, servers, row, number, pipeline=pipeline))
    for row in rows.CPU:
        for pipeline, target in row["targets"].items():
            if (row["name"], pipeline) in taken:
                sides = by_side(servers, taken[row["name"], pipeline])
                out.append(judged(
                    {"part": "cpu", "name": row["name"], "pipeline": pipeline,
                     "sides": summaries(sides)},
                    sliced_ratio([*sides.values()], per_cpu_second), target,
                    at_least=True))
    return out


def as_users_run_it(server, row, options):
    """Returns the server CPU in ns per request of one run of redis-benchmark."""
    before = server.cpu()
    try:
        subprocess.run(
            ["redis-benchmark", "-p", str(server.port), "-c",
             str(options.clients), "-n", str(rows.USERS_REQUESTS), "-r",
             str(options.keys), "-d", "32", "-t", row["name"].lower(), "-q"],
            stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"redis-benchmark: {error}") from None
    return (server.cpu() - before) * 1e9 / rows.USERS_REQUESTS


def users(bench):
    """Measures the same as users do: with redis-benchmark, and nothing pinned to a
    core. The servers take turns run by run."""
    bench.server_core, out = None, []
    with bench.servers() as servers:
        for row in rows.USERS:
            prepare(bench, servers, row, set())
            sides = {server.name: [] for server in servers}
            for number in range(bench.options.rounds * rows.USERS_RUNS):
                bench.say(f"redis-benchmark, {row['name']}: run {number + 1}")
                for server in servers:
                    sides[server.name].append(as_users_run_it(server, row, bench.options))
            out.append(judged({"part": "users", "name": row["name"],
                               "sides": {n: spread(v) for n, v in sides.items()}},
                              ratios([*sides.values()][::-1]), row["target"], at_least=True))
    return out


def equal_rate(bench, servers, row):
    """Returns a third of the rate that the slower server reaches without a pipeline."""
    results = one_round(bench, servers, row, 0, slices=6,
                        seconds=SLICE_SECONDS)
    slowest = min(r["requests"] / r["seconds"] for r in results)
    return max(1000, int(slowest / 3 / 1000) * 1000)


def latency(bench):
    """Measures latencies at the same rate for both, counted from when a request was
    due. So a server that stalls is charged for all requests that it kept waiting."""
    row = rows.LATENCY
    with bench.servers() as servers:
        if not bench.known(servers, row):
            return []
        prepare(bench, servers, row, set())
        rate = bench.options.rate or equal_rate(bench, servers, row)
        bench.say(f"latency at {rate} requests a second")
        sides = by_side(servers, [
            one_round(bench, servers, row, number, rate=rate)
            for number in range(bench.options.rounds)])
    result = judged(
        {"part": "latency", "name": row["name"], "rate": rate,
         "sides": summaries(sides)},
        sliced_ratio([*sides.values()], lambda one: max(one["p99_us"], 0.1)),
        row["target"])
    result["late"] = [name for name, side in result["sides"].items()
                      if side["rps"]["median"] < 0.97 * rate]
    if result["late"]:
        result["holds"] = "?"
    return [result]


def memory_of(bench, side, row):
    """Returns the bytes per key at each count, and right after the fill."""
    with bench.server(side) as server:
        if not bench.known([server], row):
            return None
        server.ask("FLUSHALL")
        server.settle(2)
        before = server.rss()
        start, points, per = 0, [], row.get("per", 1)
        for factor in rows.MEMORY_COUNTS:
            count = int(bench.options.memory_keys * factor / per)
            bench.say(f"{server.name}: {row['name']}, {count * per}")
            bench.load.fill(server, row["command"], count, start)
            start = count
            at_once = server.rss() - before
            server.settle(20)
            points.append({"keys": count * per,
                           "bytes_at_once": at_once / (count * per),
                           "bytes": (server.rss() - before) / (count * per)})
        return points


def memory(bench):
    """Measures resident bytes per key or element."""
    out, wanted = [], bench.options.memory_rows
    for row in rows.MEMORY:
        if wanted and not set(wanted) & set(row["command"].split()):
            continue
        points = {side[0]: memory_of(bench, side, row) for side in bench.sides}
        if None in points.values():
            continue
        taken = {name: [point["bytes"] for point in side] for name, side in points.items()}
        ratio = ratios([*taken.values()])
        if ratio:
            ratio["median"] = mean(ratio["rounds"])
            ratio["kind"] = "average over the counts, best and worst"
        out.append(judged(
            {"part": "memory", "name": row["name"], "points": points,
             "sides": {n: spread(b) for n, b in taken.items()}}, ratio, row["target"]))
    return out


def growth(bench):
    """Measures how long a slow client waits while another one fills a table."""
    row, taken = rows.GROWTH, {}
    for side in bench.sides:
        with bench.server(side) as server:
            if not bench.known([server], row):
                return []
            bench.say(f"{server.name}: growing to "
                      f"{bench.options.growth_keys} keys")
            taken[server.name] = bench.load.run(
                [server], command=row["command"], expect="+OK", fill=True,
                keys=bench.options.growth_keys, clients=4, pipeline=64,
                probe=row["probe"], probe_rate=1000)
    return [growth_row(taken, bench.options.growth_keys)]


def growth_row(taken, keys):
    """Judges the longest pause by the server's own work during a wait, where the kernel
    reports it. On a shared machine the longest waits are not the server's fault."""
    probes = {name: [result["probe"] for result in results]
              for name, results in taken.items()}
    works = all("work_us" in probe for side in probes.values()
                for probe in side)
    figure = "work_us" if works else "latency_us"
    sides = {}
    for name, results in taken.items():
        sides[name] = {"fill_rps": spread([r["requests"] / r["seconds"]
                                           for r in results])}
        for kind in {"latency_us", figure}:
            sides[name][kind] = {
                point: spread([probe[kind][point] for probe in probes[name]])
                for point in ("p50", "p99", "p99.9", "max")}
    return judged({"part": "growth", "name": rows.GROWTH["name"],
                   "keys": keys, "judged": figure, "sides": sides},
                  ratios([side[figure]["max"]["rounds"]
                          for side in sides.values()]), rows.GROWTH["target"])


def scale_of(bench, side, count):
    """Returns the server CPU in ns of each row and pipeline, with this many elements.
    """
    taken, filled = {}, set()
    with bench.server(side) as server:
        for row in rows.SCALE:
            if bench.options.rows and row["name"] not in bench.options.rows:
                continue
            if row["fill"] not in filled:
                filled.add(row["fill"])
                bench.say(f"{server.name}: {row['fill']}, {count} times")
                bench.load.fill(server, row["fill"], count)
            for pipeline in bench.options.pipeline or rows.SCALE_PIPELINES:
                bench.say(f"{server.name}: {row['name']} among {count}")
                result = one_round(
                    bench, [server], row, 0, keys=count, slices=15,
                    seconds=SLICE_SECONDS, pipeline=pipeline)[0]
                taken[row["name"], pipeline] = median(
                    [one["server_cpu_ns"] / one["requests"]
                     for one in result["slices"]])
    return taken


def bounded(row, value, target):
    """Returns a result row that is judged by our figure alone."""
    row.update(ratio=None, target=target, at_least=False,
               holds="yes" if value <= target else "no")
    return row


def scale(bench):
    """Compares the cost of commands among millions of elements and among ten thousand.
    """
    counts = [rows.SCALE_SMALL, bench.options.growth_keys]
    taken = {side[0]: [scale_of(bench, side, count) for count in counts]
             for side in bench.sides}
    ours, out = bench.sides[0][0], []
    for name, pipeline in taken[ours][0]:
        sides = {who: [each[name, pipeline] for each in both]
                 for who, both in taken.items()}
        out.append(bounded({"part": "scale", "name": name, "counts": counts,
                            "pipeline": pipeline, "sides": sides},
                           sides[ours][1] / sides[ours][0],
                           rows.SCALE_TARGET))
    return out


def raise_descriptors(wanted):
    """Raises this process's limit of descriptors, which the servers inherit. Returns
    the number of clients that it allows us to open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = wanted + 500
    if soft < need:
        top = need if hard == resource.RLIM_INFINITY else min(need, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, top), hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(wanted, soft - 500)


def idle_of(bench, side, count):
    """Measures clients that have each been answered once and then stay idle."""
    with bench.server(side) as server:
        server.settle(2)
        before = server.rss()
        bench.say(f"{server.name}: {count} idle clients")
        server.keep_still(count)
        # Redis takes back the larger buffers of an idle client after some seconds.
        time.sleep(bench.options.idle_seconds * 2)
        bytes_each = (server.rss() - before) / count
        start, cpu_start = time.monotonic(), server.cpu()
        time.sleep(bench.options.idle_seconds)
        busy = (server.cpu() - cpu_start) / (time.monotonic() - start)
    return {"bytes": bytes_each, "cpu_ms": busy * 1000}


def idle(bench):
    """Measures memory and CPU with many idle clients."""
    count = raise_descriptors(bench.options.idle_clients)
    taken = {side[0]: idle_of(bench, side, count) for side in bench.sides}

    def row(name, figure):
        return {"part": "idle", "name": name, "clients": count,
                "sides": {n: side[figure] for n, side in taken.items()}}

    return [judged(row("bytes per client", "bytes"),
                   ratios([[side["bytes"]] for side in taken.values()]),
                   rows.IDLE["target"]),
            bounded(row("CPU ms per second", "cpu_ms"),
                    taken[bench.sides[0][0]]["cpu_ms"],
                    rows.IDLE["cpu_target_ms"])]


def sweep(bench):
    """Measures every command of sweep.ini, the dearest beside the other server first."""
    out, filled, seconds = [], set(), bench.options.seconds / 3
    with bench.servers() as servers:
        for row in rows.sweep_rows():
            if bench.options.rows and row["command"].split()[0] not in bench.options.rows:
                continue
            if not bench.known(servers, row):
                continue
            for template in row["fills"] - filled:
                filled.add(template)
                for server in servers:
                    bench.load.fill(server, template, row["size"])
            bench.say(f"sweep: {row['name']}")
            # One client: many of them would wait for minutes for what is slow.
            taken = [one_round(bench, servers, row, number, keys=row["size"], clients=1,
                               pipeline=rows.SWEEP_PIPELINE, slices=3, seconds=seconds / 3)
                     for number in range(bench.options.rounds)]
            sides = by_side(servers, taken)
            out.append(judged(
                {"part": "sweep", "name": row["name"], "pipeline": rows.SWEEP_PIPELINE,
                 "sides": summaries(sides)},
                sliced_ratio([*sides.values()], per_cpu_second), row["target"], at_least=True))
    return sorted(out, key=lambda row: row["ratio"]["median"] if row["ratio"] else 0)


PARTS = {"cpu": cpu, "users": users, "latency": latency, "memory": memory,
         "growth": growth, "scale": scale, "sweep": sweep, "idle": idle, "disk": disk,
         "talks": talks, "messages": messages,
         "hits": hits, "replicas": replicas}
