"""Stage 01: tests of one client at a time that no session can express."""

import signal
import time

from ..bench import about, facts
from ..manifest import judge
from ..model import Mismatch, Skip
from ..server import Remote

VISITS = 40


@judge("01.1")
def listen(bench):
    """It listens where it was told, and can be started again at once."""
    conn = bench.begin()
    bench.unasked(conn)
    if isinstance(bench.server, Remote):
        return ["restart not judged: the harness did not start this server"]
    port = bench.server.port
    bench.server.stop()
    conn.due_closed()
    with about("ready at first, but not when started again at once",
               always=True, restart=True):
        bench.start(port=port)
        bench.connect("B")
    return []


@judge("01.4")
def any_bytes(bench):
    """1 MiB of any bytes comes back whole: our own sending reads meanwhile."""
    bench.payloads()
    conn, payload = bench.begin(), bench.noise(1 << 20)
    try:
        bench.talk(conn, payload)
    except Mismatch as mismatch:
        mismatch.summary = ("%d bytes were sent; the answer is right up to "
                            "byte %d" % (len(payload), mismatch.at or 0))
        raise
    bench.talk(conn)


@judge("01.5")
def next_client(bench):
    """Clients come one after the other, and leave nothing behind."""
    bench.start()
    with_one = one_visit(bench, "A")
    for number in range(VISITS):
        left = one_visit(bench, "B%d" % (number % 10))
    if left is None or with_one is None:
        one_visit(bench, "E")           # it may have ended
        return ["descriptors not counted: no /proc for this server"]
    allowed = with_one + 3
    with bench.limits.resting():
        bench.eventually(lambda: (bench.server.open_files() or 0) <= allowed)
    left = bench.server.open_files() or 0
    if left > allowed:
        bench.limits.leaks = True
        raise facts("%d clients came and left, one after the other" % VISITS,
                    "about %d open descriptors in the server, as after the "
                    "first client" % with_one,
                    "%d open descriptors" % left, leaked=left - with_one)
    return []


def one_visit(bench, name):
    """Connect, talk, leave; then the descriptors that are open."""
    conn = bench.connect(name)
    bench.talk_while(conn, "", successor=True)
    conn.close()
    bench.conns.remove(conn)
    time.sleep(0.002)
    return bench.server.open_files()


@judge("01.6")
def survives(bench):
    """Clients leave in every rude way; the next one is served."""
    bench.start()
    for leave in (reset_at_once, reset_unread, half_close, vanish,
                  *(end_and_reset, end_unseen) * 5):
        with about("", after_rude=leave is not reset_at_once):
            leave(bench)
        with about("the client after " + leave.__doc__, after_rude=True):
            conn = bench.connect("N")
            bench.talk(conn)
        conn.close()


def reset_at_once(bench):
    """a client that resets its connection"""
    conn = bench.connect("A")
    bench.talk(conn)
    conn.reset()


def reset_unread(bench):
    """a client that resets while its answer is on the way"""
    conn = bench.connect("B")
    conn.send(bench.dialect.message(bench.noise(200000))[:150000])
    for _ in range(3):
        bench.say(conn, bench.line())
        time.sleep(0.005)
    conn.reset()
    time.sleep(0.02)


def half_close(bench):
    """a client that ends its side and waits for the answer"""
    conn, payload = bench.connect("C"), bench.noise(4000)
    bench.say(conn, payload)
    conn.end()
    with about("the client sent, then shut its sending side: what it sent is "
               "still to be answered"):
        bench.hear(conn, payload)
    conn.due_closed()


def vanish(bench):
    """a client that closes without reading its answers"""
    conn = bench.connect("D")
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


def end_unseen(bench):
    """a client that is gone before the server looks at what it said"""
    # Nothing is left to chance here: the server gets no CPU until all has come.
    conn = bench.connect("E")
    with bench.server.stopped():
        conn.send(bench.dialect.message(bench.noise(4000)))
        conn.end()
        conn.reset()


@judge("01.7")
def ends_cleanly(bench):
    """SIGTERM ends it within two seconds, with status 0."""
    bench.start()
    bench.talk(bench.connect("A"))
    if isinstance(bench.server, Remote) or bench.server.main_pid() is None:
        raise Skip("needs a server that the harness starts itself, and /proc")
    waited, held = bench.server.starved(), [0.0]
    began = time.perf_counter()

    def ended():
        return bench.server.process.poll() is not None

    def late():
        # The time for which it waited for a CPU does not count; threads that have ended take what
        # they have waited with them. Some languages need a second for it (Erlang, Elixir).
        held.append(bench.server.starved() - waited)
        return time.perf_counter() - began > 2.0 + 100 * bench.limits.round_trip + max(held)
    bench.server.signal(signal.SIGTERM)
    bench.eventually(lambda: ended() or late(), 10.0)
    took = time.perf_counter() - began
    if not ended() or bench.server.process.returncode != 0:
        raise facts("SIGTERM was sent while one client was connected",
                    "the server ends within 2 s, with status 0",
                    bench.server.fate() if ended()
                    else "it still runs after %.1f s" % took)
