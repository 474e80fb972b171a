"""The parts of the bench. Each returns a list of result rows.

`sides` are (name, command) pairs, ours first; the other one may be missing.
"""

import resource
import socket
import time

from . import rows
from .disk import disk
from .process import CannotMeasure, Server, encode
from .stats import judge, median, ratios, spread

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
        self.left_out = []  # rows that not all servers know

    def leave_out(self, name):
        if name not in self.left_out:
            self.left_out.append(name)

    def server(self, side):
        name, command = side
        return Server(name, command, self.server_core)

    def servers(self, number=0):
        """All servers, ours first; the order of their starts changes with
        the round."""
        started = [self.server(side) for side in turns(self.sides, number)]
        return turns(started, number)


def turns(servers, round_number):
    """Both servers, the first one last in every second round: then a machine
    that grows slower or faster during the run favours none."""
    return servers if round_number % 2 == 0 else servers[::-1]


def probe_words(template, size=10):
    """A template as one plain command, to ask whether a server knows it."""
    words = []
    for word in template.replace("[10 ", "").replace("[100 ", "").split():
        word = word.rstrip("]")
        while "{" in word:
            start, end = word.index("{"), word.index("}")
            word = word[:start] + "1" * size + word[end + 1:]
        words.append(word)
    return words


def knows(servers, template):
    """Whether all servers know the row's command (and its options)."""
    for server in servers:
        reply = server.ask(*probe_words(template))
        if reply.startswith((b"-ERR unknown command", b"-ERR syntax error")):
            return False
    return True


def prepare(bench, servers, row, filled):
    """Fills the keys that a row needs, once."""
    for kind, count in (("fill", bench.options.keys),
                        ("fill_once", row.get("once", 100))):
        template = row.get(kind)
        if not template or template in filled:
            continue
        filled.add(template)
        for server in servers:
            bench.say(f"filling {server.name}: {template}")
            bench.load.fill(server, template, count)


def refill(bench, servers, row):
    """Before a round of a command that takes away, puts enough there."""
    template = row.get("refill")
    if template:
        count = int(3000000 * bench.options.seconds)
        for server in servers:
            bench.load.fill(server, template, count)


def check(server, row, result):
    """Wrong replies make a figure worthless, so they are told at once."""
    if result["errors"] or result["unexpected"]:
        raise CannotMeasure(
            f"{server.name}: {row['name']}: {result['errors']} error replies "
            f"({result['first_error'] or 'none'}), {result['unexpected']} "
            f"replies that do not begin with '{row['expect']}'")


def summary(results):
    """The figures of one side's rounds."""
    def over(figure):
        return spread([figure(result) for result in results])

    figures = {
        "cpu_ns": over(lambda r: r["server_cpu_ns"] / r["requests"]),
        "user_ns": over(lambda r: r["server_user_ns"] / r["requests"]),
        "system_ns": over(lambda r: r["server_system_ns"] / r["requests"]),
        "load_ns": over(lambda r: r["load_cpu_ns"] / r["requests"]),
        "rps": over(lambda r: r["requests"] / r["seconds"]),
        "busy": over(lambda r: r["server_cpu_ns"] / r["seconds"] / 1e9),
        "latency_us": {}, "nulls": sum(r["nulls"] for r in results)}
    for name in results[0]["latency_us"]:
        figures["latency_us"][name] = over(lambda r, n=name:
                                           r["latency_us"][n])
    return figures


def one_round(bench, servers, row, number, **load):
    """Runs a row on the servers, in turn slice by slice. Returns a result
    for each."""
    refill(bench, servers, row)
    slices = max(1, round(bench.options.seconds / SLICE_SECONDS))
    results = bench.load.run(
        servers, command=row["command"], expect=row["expect"],
        keys=bench.options.keys, clients=bench.options.clients,
        slices=slices, seconds=bench.options.seconds / slices,
        warmup=SLICE_SECONDS / 5, seed=number + 1, **load)
    for server, result in zip(servers, results):
        check(server, row, result)
    return results


def by_side(servers, taken):
    """The rounds of each server, by its name."""
    return {server.name: [results[i] for results in taken]
            for i, server in enumerate(servers)}


def stop(servers):
    for server in servers:
        server.stop()


def per_cpu_second(one):
    """Requests per second of server CPU in a slice."""
    return one["requests"] / max(1, one["server_cpu_ns"])


def sliced_ratio(ours, other, figure):
    """The ratio of two sides over all slices, with its spread over rounds.

    The median over pairs of slices that lie side by side is what a change of
    the machine's speed disturbs least.
    """
    pairs = [[figure(a) / figure(b)
              for a, b in zip(x["slices"], y["slices"])]
             for x, y in zip(ours, other)]
    ratio = spread([median(one) for one in pairs])
    ratio["median"] = median([value for one in pairs for value in one])
    ratio["slices"] = len(pairs) * len(pairs[0])
    return ratio


def finish(row, ratio, target, at_least):
    """Adds ratio, target and judgement to a result row."""
    row.update(ratio=ratio, target=target, at_least=at_least,
               holds=judge(ratio, target, at_least))
    return row


def cpu_cases(bench, servers):
    """(row, pipeline) of what is wanted and known to the servers."""
    wanted = bench.options.rows
    for row in rows.CPU:
        if wanted and row["name"] not in wanted:
            continue
        if not knows(servers, row["command"]):
            bench.leave_out(row["name"])
            continue
        for pipeline in row["targets"]:
            if pipeline in (bench.options.pipeline or row["targets"]):
                yield row, pipeline


def cpu(bench):
    """Requests per second of server CPU, for each command and pipeline.

    Where a process happens to lie in memory makes it faster or slower by
    some percent for as long as it lives, so each round has new processes
    (with --quick all rounds have the same)."""
    servers, taken, filled = [], {}, set()
    for number in range(bench.options.rounds):
        if bench.options.fresh or not servers:
            stop(servers)
            servers, filled = bench.servers(number), set()
        for row, pipeline in cpu_cases(bench, servers):
            prepare(bench, servers, row, filled)
            bench.say(f"round {number + 1} of {bench.options.rounds}: "
                      f"{row['name']}, pipeline {pipeline}")
            taken.setdefault((row["name"], pipeline), []).append(
                one_round(bench, servers, row, number, pipeline=pipeline))
    stop(servers)
    return [cpu_row(row, pipeline, by_side(servers, taken[row["name"],
                                                          pipeline]))
            for row in rows.CPU for pipeline in row["targets"]
            if (row["name"], pipeline) in taken]


def cpu_row(row, pipeline, sides):
    ratio = None
    if len(sides) == 2:
        ratio = sliced_ratio(*sides.values(), per_cpu_second)
    return finish({"part": "cpu", "name": row["name"], "pipeline": pipeline,
                   "sides": {name: summary(results)
                             for name, results in sides.items()}},
                  ratio, row["targets"][pipeline], True)


def equal_rate(bench, servers, row):
    """A third of what the slower server can do without a pipeline."""
    results = bench.load.run(servers, command=row["command"], slices=6,
                             seconds=0.05, keys=bench.options.keys,
                             clients=bench.options.clients)
    slowest = min(r["requests"] / r["seconds"] for r in results)
    return max(1000, int(slowest / 3 / 1000) * 1000)


def latency(bench):
    """Latencies at the same rate for both, counted from when a request was
    due: a server that stalls is charged for what it kept waiting."""
    servers = bench.servers()
    row = rows.LATENCY
    if not knows(servers, row["command"]):
        bench.leave_out("latency")
        stop(servers)
        return []
    prepare(bench, servers, row, set())
    rate = bench.options.rate or equal_rate(bench, servers, row)
    bench.say(f"latency at {rate} requests a second")
    sides = by_side(servers, [one_round(bench, servers, row, number, rate=rate)
                              for number in range(bench.options.rounds)])
    stop(servers)
    ratio = None
    if len(sides) == 2:
        ratio = sliced_ratio(*sides.values(),
                             lambda one: max(one["p99_us"], 0.1))
    result = finish(
        {"part": "latency", "name": row["name"], "rate": rate,
         "sides": {name: summary(results)
                   for name, results in sides.items()}},
        ratio, row["target"], False)
    result["late"] = [name for name, side in result["sides"].items()
                      if side["rps"]["median"] < 0.97 * rate]
    if result["late"]:
        result["holds"] = "?"
    return [result]


def memory_of(bench, side, row):
    """Bytes per key at each count, and right after the fill."""
    server = bench.server(side)
    if not knows([server], row["command"]):
        server.stop()
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
        at_once = server.rss()
        server.settle(20)
        points.append({"keys": count * per,
                       "bytes_at_once": (at_once - before) / (count * per),
                       "bytes": (server.rss() - before) / (count * per)})
    server.stop()
    return points


def memory(bench):
    """Resident bytes per key or element."""
    out = []
    for row in rows.MEMORY:
        if bench.options.memory_rows and not any(
                name in row["command"].split()
                for name in bench.options.memory_rows):
            continue
        points = {}
        for side in bench.sides:
            points[side[0]] = memory_of(bench, side, row)
            if not points[side[0]]:
                break
        if None in points.values():
            bench.leave_out(row["name"])
            continue
        taken = {name: [point["bytes"] for point in side]
                 for name, side in points.items()}
        ratio = ratios(*taken.values()) if len(taken) == 2 else None
        if ratio:
            ratio["median"] = sum(ratio["rounds"]) / len(ratio["rounds"])
            ratio["kind"] = "average over the counts, best and worst"
        out.append(finish(
            {"part": "memory", "name": row["name"], "points": points,
             "sides": {n: spread(b) for n, b in taken.items()}},
            ratio, row["target"], False))
    return out


def growth(bench):
    """What a slow client sees while another fills a table."""
    row = rows.GROWTH
    taken = {side[0]: [] for side in bench.sides}
    for number in range(bench.options.growth_rounds):
        for side in turns(bench.sides, number):
            server = bench.server(side)
            if not knows([server], row["command"]):
                bench.leave_out(row["name"])
                server.stop()
                return []
            bench.say(f"{server.name}: growing to "
                      f"{bench.options.growth_keys} keys")
            taken[server.name] += bench.load.run(
                [server], command=row["command"], expect="+OK", fill=True,
                keys=bench.options.growth_keys, clients=4, pipeline=64,
                probe=row["probe"], probe_rate=1000)
            server.stop()
    return [growth_row(taken, bench.options.growth_keys)]


def growth_row(taken, keys):
    """The longest pause is judged by the server's own work during a wait
    where the kernel tells it, since on a shared machine the longest waits
    are not of the server's making."""
    works = all("work_us" in r["probe"]
                for results in taken.values() for r in results)
    judged = "work_us" if works else "latency_us"
    worst = [[r["probe"][judged]["max"] for r in results]
             for results in taken.values()]
    sides = {}
    for name, results in taken.items():
        sides[name] = {"fill_rps": spread([r["requests"] / r["seconds"]
                                           for r in results])}
        for kind in ("latency_us", "work_us") if works else ("latency_us",):
            sides[name][kind] = {
                point: spread([r["probe"][kind][point] for r in results])
                for point in ("p50", "p99", "p99.9", "max")}
    return finish({"part": "growth", "name": rows.GROWTH["name"],
                   "keys": keys, "judged": judged, "sides": sides},
                  ratios(*worst) if len(worst) == 2 else None,
                  rows.GROWTH["target"], False)


def scale_of(bench, side, count):
    """Server CPU in ns of each row and pipeline, with so many elements."""
    server = bench.server(side)
    taken, filled = {}, set()
    for row in rows.SCALE:
        if bench.options.rows and row["name"] not in bench.options.rows:
            continue
        if row["fill"] not in filled:
            filled.add(row["fill"])
            bench.say(f"{server.name}: {row['fill']}, {count} times")
            bench.load.fill(server, row["fill"], count)
        for pipeline in bench.options.pipeline or rows.SCALE_PIPELINES:
            bench.say(f"{server.name}: {row['name']} among {count}")
            result = bench.load.run(
                [server], command=row["command"], expect=row["expect"],
                keys=count, clients=bench.options.clients, slices=15,
                seconds=SLICE_SECONDS, warmup=SLICE_SECONDS / 5,
                pipeline=pipeline)[0]
            check(server, row, result)
            taken[row["name"], pipeline] = median(
                [one["server_cpu_ns"] / one["requests"]
                 for one in result["slices"]])
    server.stop()
    return taken


def scale(bench):
    """What a command costs among millions, compared with ten thousand."""
    small, large = rows.SCALE_SMALL, bench.options.growth_keys
    taken = {side[0]: (scale_of(bench, side, small),
                       scale_of(bench, side, large)) for side in bench.sides}
    ours = bench.sides[0][0]
    out = []
    for name, pipeline in taken[ours][0]:
        sides = {who: [each[name, pipeline] for each in both]
                 for who, both in taken.items()}
        ratio = sides[ours][1] / sides[ours][0]
        out.append({"part": "scale", "name": name, "pipeline": pipeline,
                    "counts": [small, large], "sides": sides,
                    "ratio": None, "target": rows.SCALE_TARGET,
                    "at_least": False,
                    "holds": "yes" if ratio <= rows.SCALE_TARGET else "no"})
    return out


def raise_descriptors(wanted):
    """Raises this process's limit, which the servers inherit. Returns how
    many clients it lets us open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = wanted + 500
    if soft < need:
        top = need if hard == resource.RLIM_INFINITY else min(need, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, top), hard))
        except (OSError, ValueError):
            pass
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(wanted, soft - 500)


def connect_idle(server, count):
    """Clients that have each been answered once and then keep still."""
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", server.port), 10)
        clients.append(client)
        client.sendall(encode("PING"))
        if not client.recv(64):
            raise CannotMeasure(f"{server.name}: client {len(clients)} was "
                                "turned away")
    return clients


def idle_of(bench, side, count):
    server = bench.server(side)
    server.settle(2)
    before = server.rss()
    bench.say(f"{server.name}: {count} idle clients")
    clients = []
    try:
        clients = connect_idle(server, count)
        # Redis takes back a still client's larger buffers after some seconds.
        time.sleep(bench.options.idle_seconds * 2)
        bytes_each = (server.rss() - before) / count
        start, cpu_start = time.monotonic(), server.cpu()
        time.sleep(bench.options.idle_seconds)
        busy = (server.cpu() - cpu_start) / (time.monotonic() - start)
    finally:
        for client in clients:
            client.close()
        server.stop()
    return {"bytes": bytes_each, "cpu_ms": busy * 1000}


def idle(bench):
    """Memory and CPU of many clients that do nothing."""
    count = raise_descriptors(bench.options.idle_clients)
    taken = {side[0]: idle_of(bench, side, count) for side in bench.sides}
    ours = taken[bench.sides[0][0]]["cpu_ms"]
    ratio = None
    if len(taken) == 2:
        ratio = ratios(*[[side["bytes"]] for side in taken.values()])
    limit = rows.IDLE["cpu_target_ms"]
    return [
        finish({"part": "idle", "name": "bytes per client", "clients": count,
                "sides": {n: t["bytes"] for n, t in taken.items()}},
               ratio, rows.IDLE["target"], False),
        {"part": "idle", "name": "CPU ms per second", "clients": count,
         "sides": {n: t["cpu_ms"] for n, t in taken.items()},
         "ratio": None, "target": limit, "at_least": False,
         "holds": "yes" if ours <= limit else "no"}]


PARTS = {"cpu": cpu, "latency": latency, "memory": memory, "growth": growth,
         "scale": scale, "idle": idle, "disk": disk}
