"""Stage 01: what data cannot say about one client at a time."""

import signal
import time

from ..bench import facts
from ..manifest import judge
from ..model import Mismatch, Skip
from ..server import Remote


@judge("01.1")
def listen(bench):
    """It listens where it was told, and can be started again at once."""
    bench.start()
    if isinstance(bench.server, Remote):
        bench.connect("A")
        return ["restart not judged: the harness did not start this server"]
    conn = bench.connect("A")
    port = bench.server.port
    bench.server.stop()
    conn.due_closed()
    try:
        bench.start(port=port)
    except Mismatch as mismatch:
        mismatch.summary = "ready at first, but not when started again at once"
        mismatch.facts["restart"] = True
        raise
    bench.connect("B")
    return []


@judge("01.4")
def any_bytes(bench):
    """1 MiB of any bytes comes back whole."""
    bench.payloads()
    bench.start()
    conn = bench.connect("A")
    payload = bench.noise(1 << 20)
    big(conn, bench, payload)
    bench.talk(conn)
    return []


def big(conn, bench, payload):
    """Say much, then hear it: our own sending reads meanwhile."""
    try:
        bench.talk(conn, payload)
    except Mismatch as mismatch:
        got = mismatch.at or 0
        mismatch.summary = ("%d bytes were sent; the answer is right up to "
                            "byte %d" % (len(payload), got))
        mismatch.facts["big"] = True
        raise


@judge("01.5")
def next_client(bench):
    """Clients come one after the other, and leave nothing behind."""
    bench.start()
    with_one = one_visit(bench, "A")
    rounds = 40
    for number in range(rounds):
        one_visit(bench, "B%d" % (number % 10))
    base = bench.server.open_files()
    if base is None or with_one is None:
        return ["descriptors not counted: no /proc for this server"]
    allowed = with_one + 3
    bench.eventually(lambda: bench.server.open_files() <= allowed)
    left = bench.server.open_files()
    if left > allowed:
        raise facts("%d clients came and left, one after the other" % rounds,
                    "about %d open descriptors in the server, as after the "
                    "first client" % with_one,
                    "%d open descriptors" % left, leaked=left - with_one)
    return []


def one_visit(bench, name):
    """Connect, talk, leave; then the descriptors that are open."""
    conn = bench.connect(name)
    payload = bench.line()
    try:
        bench.talk(conn, payload)
    except Mismatch as mismatch:
        mismatch.facts["successor"] = True
        raise
    conn.close()
    bench.conns.remove(conn)
    time.sleep(0.002)
    return bench.server.open_files()


@judge("01.6")
def survives(bench):
    """Clients leave in every rude way; the next one is served."""
    bench.start()
    for number, leave in enumerate((reset_at_once, reset_unread, half_close,
                                    vanish)):
        leave(bench, bench.connect("ABCD"[number]))
        after(bench, leave.__doc__).close()
    for _ in range(10):
        end_and_reset(bench)
        after(bench, end_and_reset.__doc__).close()
    return []


def reset_at_once(bench, conn):
    """a client that resets its connection"""
    bench.talk(conn)
    conn.reset()


def reset_unread(bench, conn):
    """a client that resets while its answer is on the way"""
    payload = bench.noise(200000)
    conn.send(bench.dialect.message(payload)[:150000])
    for _ in range(3):
        bench.say(conn, bench.line())
        time.sleep(0.005)
    conn.reset()
    time.sleep(0.02)


def half_close(bench, conn):
    """a client that ends its side and waits for the answer"""
    payload = bench.noise(4000)
    bench.say(conn, payload)
    conn.end()
    try:
        bench.hear(conn, payload)
    except Mismatch as mismatch:
        mismatch.summary = ("the client sent, then shut its sending side: "
                            "what it sent is still to be answered")
        raise
    conn.due_closed()


def vanish(bench, conn):
    """a client that closes without reading its answers"""
    for _ in range(50):
        bench.say(conn, bench.noise(20000))
        if conn.ending:
            break
        del conn.buf[:]
    conn.close()
    time.sleep(0.02)


def end_and_reset(bench):
    """clients that say much, end their side and reset at once"""
    # The kernel answers a write after both with EPIPE, and SIGPIPE before it.
    # While the server is busy with one of them, the next are already gone.
    message = bench.dialect.message(bench.noise(12000))
    conns = [bench.connect("E") for _ in range(8)]
    for conn in conns:
        conn.sock.setblocking(True)
        conn.sock.settimeout(1.0)
        try:
            conn.sock.sendall(message * 4)
        except OSError:
            pass
    for conn in conns:
        conn.end()
        conn.reset()


def after(bench, what):
    """The server still lives, and serves the next client."""
    try:
        conn = bench.connect("N")
        bench.talk(conn)
        return conn
    except Mismatch as mismatch:
        mismatch.summary = "the client after " + what
        mismatch.facts["after_rude"] = True
        raise


@judge("01.7")
def ends_cleanly(bench):
    """SIGTERM ends it within a second, with status 0."""
    bench.start()
    bench.own_process()
    conn = bench.connect("A")
    bench.talk(conn)
    if bench.server.main_pid() is None:
        raise Skip("needs /proc")
    began = time.perf_counter()
    bench.server.signal(signal.SIGTERM)
    limit = 1.0 + 100 * bench.limits.round_trip
    ended = bench.eventually(lambda: bench.server.process.poll() is not None,
                             limit)
    took = time.perf_counter() - began
    if not ended:
        raise facts("SIGTERM was sent while one client was connected",
                    "the server ends within 1 s, with status 0",
                    "it still runs after %.1f s" % took)
    if bench.server.process.returncode != 0:
        raise facts("SIGTERM was sent while one client was connected",
                    "the server ends within 1 s, with status 0",
                    bench.server.fate())
    return []
