"""Stage 03: what data cannot say about the protocol."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time

from .. import expect, wire
from ..bench import facts
from ..manifest import ROOT, judge
from ..model import Mismatch

PIECE = 16 << 10


@judge("03.8")
def linear(bench):
    """Four times the bytes may cost four times the CPU time, not sixteen.

    CPU time of the server is compared, not the clock: a busy machine makes
    no false alarm. Before a verdict the measurement is made twice more.
    """
    bench.start()
    bench.warm_up()
    conn = bench.connect("A")
    cost(bench, conn, 1 << 20)
    worst = None
    for _ in range(3):
        small = cost(bench, conn, 4 << 20)
        large = cost(bench, conn, 16 << 20)
        if small is None:
            return ["the cost was not measured: no /proc for this server"]
        if large < 0.2 or large < 8.5 * max(small, 0.02):
            return []
        worst = (small, large)
    raise facts(
        "ECHO with 4 MiB, then with 16 MiB, in pieces of 16 KiB",
        "about 4 times the CPU time for 4 times the bytes",
        "%.2f s of CPU time, then %.2f s: %.0f times as much"
        % (worst[0], worst[1], worst[1] / max(worst[0], 0.01)),
        quadratic=True)


def cost(bench, conn, size):
    """CPU seconds that the server takes for one ECHO of that size."""
    payload = bench.noise(size)
    data = wire.request("ECHO", payload)
    before = bench.server.cpu()
    for at in range(0, len(data), PIECE):
        conn.send(data[at:at + PIECE])
        if conn.ending:
            break
    try:
        conn.due_bytes(wire.bulk(payload), 20 + size / 1e6)
    except Mismatch as mismatch:
        mismatch.summary = "ECHO with %d MiB, sent in pieces" % (size >> 20)
        if mismatch.ending == "silence" and not mismatch.actual:
            mismatch.facts["quadratic"] = True
        raise
    finally:
        del bench.timeline[:]
    after = bench.server.cpu()
    return None if before is None else after - before


@judge("03.9")
def real_clients(bench):
    """The real clients, as far as they are installed."""
    bench.start()
    hello(bench, bench.connect("A"))
    notes = []
    for client in (redis_cli, redis_benchmark, redis_py):
        missing = client(bench)
        if missing:
            notes.append(missing + " is not installed: not tried")
    return notes


def hello(bench, conn):
    """go-redis and others begin with HELLO 3. A server that does not speak
    that version says so in one error, and the client goes on in the second."""
    conn.send(wire.request("HELLO", "3"))
    deadline = time.perf_counter() + bench.limits.reply
    while not conn.buf and conn.receive(deadline):
        pass
    if conn.buf[:1] == b"%":
        return          # it speaks the third version: no question is open
    conn.due_reply(expect.read("error"))
    conn.send(wire.request("PING"))
    conn.due_bytes(b"+PONG\r\n")


def run(command, text=""):
    """Run a client for at most 20 s; (status, what it printed)."""
    began = time.perf_counter()
    try:
        done = subprocess.run(command, input=text.encode(), timeout=20,
                              stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return None, "no end after %.0f s" % (time.perf_counter() - began)


def judge_client(name, status, printed, due):
    """A client's run must end well and print what is due."""
    if status == 0 and due in printed:
        return
    last = [line for line in printed.splitlines() if line.strip()][-3:]
    raise facts("%s talks to the server" % name,
                "it ends with status 0 and prints %s" % due.strip(),
                "status %s; its last lines: %s"
                % ("none" if status is None else status,
                   " / ".join(last) or "nothing printed"))


def where(bench):
    """The options -h and -p of the redis tools."""
    return ["-h", bench.server.host, "-p", str(bench.server.port)]


def redis_cli(bench):
    """redis-cli, with commands from a pipe."""
    if not shutil.which("redis-cli"):
        return "redis-cli"
    status, printed = run(["redis-cli"] + where(bench),
                          "ping\necho grape\nnosuch\necho plum\n")
    judge_client("redis-cli", status, printed, "PONG\ngrape\n")
    judge_client("redis-cli", status, printed, "plum\n")
    return None


def redis_benchmark(bench):
    """redis-benchmark, a short run of PING with and without a pipeline."""
    if not shutil.which("redis-benchmark"):
        return "redis-benchmark"
    for depth in ("1", "16"):
        status, printed = run(
            ["redis-benchmark"] + where(bench)
            + ["-t", "ping", "-n", "2000", "-c", "20", "-P", depth, "-q"])
        judge_client("redis-benchmark -P " + depth, status, printed,
                     "requests per second")
    return None


REDIS_PY = """
import sys, redis
link = redis.Redis(host=sys.argv[1], port=int(sys.argv[2]), socket_timeout=5)
print(link.ping(), link.echo("grape"))
pipe = link.pipeline(transaction=False)
pipe.ping(); pipe.echo("quince"); pipe.ping()
print(pipe.execute())
"""


def python_with_redis():
    """A Python that has redis-py: this one, or the project's own."""
    if importlib.util.find_spec("redis") is not None:
        return sys.executable
    own = os.path.join(ROOT, ".venv", "bin", "python3")
    if os.path.exists(own) and run([own, "-c", "import redis"])[0] == 0:
        return own
    return None


def redis_py(bench):
    """redis-py, if there is a Python that has it."""
    python = python_with_redis()
    if python is None:
        return "redis-py"
    status, printed = run([python, "-c", REDIS_PY, bench.server.host,
                           str(bench.server.port)])
    judge_client("redis-py", status, printed, "[True, b'quince', True]")
    return None
