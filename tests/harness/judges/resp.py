"""Stage 03: tests of the protocol that no session can express."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time

from .. import variant, wire
from ..bench import about, facts
from ..command import ran
from ..manifest import ROOT, judge
from ..model import Mismatch, Skip

PIECE = 16 << 10
SURE = 1.0              # CPU seconds that are too many to be noise


@judge("03.8")
def linear(bench):
    """Four times the bytes may cost four times the CPU time, not sixteen.

    CPU time of the server is compared, not the clock: a busy machine makes
    no false alarm. The sizes go up, so a server whose cost grows with the
    square is told at the first one that takes long enough to be measured, and
    nobody waits for it at 16 MiB. Where the cost has a linear and a square
    part of the same size, 64 MiB decide: there one of them is the smaller.
    Where there is no time for these, the server has the benefit of the doubt.
    """
    conn = bench.fresh()
    cost(bench, conn, 1 << 18)      # the first one pays for fresh memory
    last = cost(bench, conn, 1 << 18)
    if last is None:
        return ["the cost was not measured: no /proc for this server"]
    for size in (1 << 20, 4 << 20, 16 << 20, 64 << 20):
        conn, last, now = compared(bench, conn, size, last)
        if size >= 16 << 20 and (not doubtful(last, now)
                                 or bench.limits.time_used() > 1 / 8):
            break
        last = now
    return []


def compared(bench, conn, size, small):
    """Returns (connection to go on with, CPU seconds of a quarter, of the size). Raises Mismatch if
    that is too much twice, as on a busy machine memory may be dear for a while."""
    try:
        return (conn, *measured(bench, conn, size, small))
    except Mismatch as mismatch:
        if not mismatch.facts.get("quadratic") or not comes_to_rest(bench):
            raise
    again = bench.connect("B" if conn.name == "A" else "A")
    small = max(small, cost(bench, again, size >> 2))
    return (again, *measured(bench, again, size, small))


def comes_to_rest(bench):
    """Returns true if the server stops using the CPU within 5 s."""
    return any(bench.cost(lambda: time.sleep(0.2)) < 0.01 for _ in range(25))


def measured(bench, conn, size, small):
    large = cost(bench, conn, size, small)
    if too_much(small, large):
        raise quadratic(size, small, "%.2f s: %.0f times as much"
                        % (large, large / max(small, 0.01)))
    return small, large


def too_much(small, large):
    """Returns true if it is certainly more than four times the bytes explain. Less than a second is
    never certain: fresh memory costs that much on some days."""
    return large >= SURE and large >= 12 * max(small, 0.01)


def doubtful(small, large):
    """Returns true if it is neither certainly linear nor certainly not."""
    return large >= 0.2 and large >= 6 * max(small, 0.01)


def quadratic(size, small, large):
    """Returns the failure: what the smaller size took, and what the larger one did."""
    return facts("ECHO with %d KiB, then with %d KiB, in pieces of 16 KiB"
                 % (size >> 12, size >> 10),
                 "about 4 times the CPU time for 4 times the bytes",
                 "%.2f s of CPU time, then %s" % (small, large),
                 quadratic=True)


def cost(bench, conn, size, quarter=None):
    """Returns the CPU seconds that the server takes for one ECHO of that size. The time for a
    quarter of it tells when to stop waiting."""
    payload = bench.noise(size)
    data, answer = wire.request("ECHO", payload), wire.bulk(payload)
    watch = Watch(bench, size, quarter)
    with about("ECHO with %d KiB, sent in pieces" % (size >> 10)):
        for at in range(0, len(data), PIECE):
            conn.send(data[at:at + PIECE])
            watch.look()
            if conn.ending:
                break
        while len(conn.buf) < len(answer) and watch.goes_on(conn):
            conn.receive(time.perf_counter() + 0.1)
        conn.due_bytes(answer, 0.1)
    del bench.timeline[:]
    return watch.used()


class Watch:
    """Observes the CPU time of the server while it works on one request."""

    def __init__(self, bench, size, quarter):
        self.bench, self.size, self.quarter = bench, size, quarter
        self.before = bench.server.cpu()
        self.most = None if quarter is None else max(SURE, 12 * quarter)
        self.looked = self.moved = time.perf_counter()
        self.starved = bench.starved()
        self.spent, self.last = 0.0, (0, 0)

    def used(self):
        """Returns the CPU seconds so far; None if they cannot be known."""
        if self.before is None:
            return None
        return (self.bench.server.cpu() or self.before) - self.before       # it may have ended

    def look(self):
        """Looks now and then (since a look at the CPU time takes some itself) if it is far beyond
        what can be right."""
        if time.perf_counter() < self.looked + 0.1:
            return
        self.looked, self.spent = time.perf_counter(), self.used() or 0.0
        if self.most is not None and self.spent > self.most:
            raise quadratic(self.size, self.quarter,
                            "more than %.2f s" % self.most)

    def goes_on(self, conn):
        """Returns true if it is still at work, as shown by a growing answer or by CPU time. The
        time in which the machine had no CPU for it or us does not count."""
        self.look()
        # In tenths of a second: waking up now and then is no work.
        state = (len(conn.buf), int(10 * self.spent))
        if state != self.last:
            self.last, self.moved = state, time.perf_counter()
        patience = self.bench.limits.reply + (
            0 if self.before is not None else 20)
        if time.perf_counter() > self.moved + patience:
            starved = self.bench.starved()
            self.moved, self.starved = self.moved + starved - self.starved, starved
        return (conn.ending is None and time.perf_counter() < self.moved + patience
                and not self.bench.limits.time_is_up())


REDIS_PY = """
import sys, redis
link = redis.Redis(host=sys.argv[1], port=int(sys.argv[2]), socket_timeout=5, protocol=2)
print(link.ping(), link.echo("grape"))
pipe = link.pipeline(transaction=False)
pipe.ping(); pipe.echo("quince"); pipe.ping()
print(pipe.execute())
"""
PATIENCE = 20           # seconds that a client may take


@judge("03.9")
def real_clients(bench):
    """Runs the real clients, as far as they are installed."""
    if variant.spoken:
        raise Skip("real clients speak no variant")
    bench.start()
    host, port = bench.server.host, str(bench.server.port)
    at = ["-h", host, "-p", port]
    pings = ["redis-benchmark", *at, *"-t ping -n 2000 -c 20 -q -P".split()]
    missing = {}
    # Name, command line, input, expected output.
    for name, command, typed, due in (
            ("redis-cli", ["redis-cli", *at],
             "ping\necho grape\nnosuch\necho plum\n",
             ("PONG\ngrape\n", "plum\n")),
            ("redis-benchmark", [*pings, "1"], "", ("requests per second",)),
            ("redis-benchmark", [*pings, "16"], "", ("requests per second",)),
            ("redis-py", [python_with_redis(), "-c", REDIS_PY, host, port],
             "", ("[True, b'quince', True]",))):
        if not command[0] or not shutil.which(command[0]):
            missing[name] = name + " is not installed: not tried"
        else:
            judge_client(name, *run(command, typed), due)
    return list(missing.values())


def run(command, typed=""):
    """Runs a client. Returns (its exit status, its output)."""
    try:
        return ran(command, input=typed.encode(), timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None, "no end after %d s" % PATIENCE


def judge_client(name, status, printed, due):
    """Checks that a client's run ends well and prints the expected output."""
    missing = [text for text in due if text not in printed]
    if status == 0 and not missing:
        return
    last = [line for line in printed.splitlines() if line.strip()][-3:]
    raise facts("%s talks to the server" % name,
                "it ends with status 0 and prints %s"
                % (missing or due)[0].strip(),
                "status %s; its last lines: %s"
                % ("none" if status is None else status,
                   " / ".join(last) or "nothing printed"))


def python_with_redis():
    """Returns a Python that has redis-py: this one, or the project's own."""
    if importlib.util.find_spec("redis") is not None:
        return sys.executable
    own = os.path.join(ROOT, ".venv", "bin", "python3")
    if os.path.exists(own) and run([own, "-c", "import redis"])[0] == 0:
        return own
    return None
