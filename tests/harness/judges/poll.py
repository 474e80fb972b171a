"""Stage 02: what data cannot say about many clients at once."""

import select
import time

from ..bench import facts
from ..manifest import judge
from ..model import Mismatch
from ..transport import Connection

CROWD = 200
PENDING = 32 << 20
SPIN = 0.12             # of one CPU; on a busy machine a loop that spins gets
                        # but a part of it, and one that sleeps still gets none


@judge("02.2")
def idle(bench):
    """A client that says nothing, or half a message, holds up no one."""
    bench.start()
    bench.connect("I")
    half = bench.connect("H")
    message = bench.dialect.message(b"half a message")
    half.send(message[:5] if bench.options.dialect != "echo" else b"half")
    for name in "AB":
        conn = bench.connect(name)
        for _ in range(5):
            talk_beside(bench, conn, "idle")
    return []


def talk_beside(bench, conn, who):
    """A message that must be answered though others are connected."""
    try:
        bench.talk(conn)
    except Mismatch as mismatch:
        mismatch.summary = ("other clients are connected and %s; this one "
                            "waits for them" % who)
        mismatch.facts["beside"] = who
        raise


@judge("02.3")
def crowd(bench):
    """200 clients, each gets its own bytes."""
    bench.start()
    conns = []
    for number in range(CROWD):
        try:
            conns.append(bench.connect("c%d" % number))
        except Mismatch as mismatch:
            mismatch.summary = "client %d of %d" % (number + 1, CROWD)
            raise
    for turn in range(3):
        order = list(range(CROWD))
        bench.random.shuffle(order)
        said = {n: b"%d of %d: %s" % (n, turn, bench.line()) for n in order}
        for number in order:
            bench.say(conns[number], said[number])
        bench.random.shuffle(order)
        for number in order:
            hear_own(bench, conns[number], said, number)
    del bench.timeline[:]
    return []


def hear_own(bench, conn, said, number):
    """Its own bytes, not another client's."""
    try:
        bench.hear(conn, said[number])
    except Mismatch as mismatch:
        mismatch.summary = ("%d clients are connected and all talk; this is "
                            "client %d" % (CROWD, number + 1))
        mismatch.facts["beside"] = "talking"
        mismatch.timeline = []
        raise


@judge("02.4")
def leaves(bench):
    """Clients leave in the middle of things; the next gets no old bytes."""
    bench.start()
    stays = bench.connect("S")
    bench.talk(stays)
    for number in range(30):
        leaver = bench.connect("L")
        bench.say(leaver, bench.line(100, 4000))
        if number % 3 == 0:
            leaver.send(bench.dialect.message(b"never finished")[:9])
        (leaver.reset if number % 2 else leaver.close)()
        comes = bench.connect("N")
        own_bytes_only(bench, comes)
        talk_beside(bench, stays, "idle")
        comes.close()
    return []


def own_bytes_only(bench, conn):
    """A new client's first answer is its own, and nothing else comes."""
    payload = bench.line()
    try:
        bench.talk(conn, payload)
        bench.talk(conn)
    except Mismatch as mismatch:
        mismatch.summary = ("a client left in the middle; this is the next "
                            "one, perhaps with the same descriptor")
        mismatch.facts["successor"] = True
        raise


@judge("02.5")
def slow_reader(bench):
    """32 MiB wait for a client that does not read; others are served.

    The sender stops when the server stops reading (that is back-pressure,
    and allowed); the rest is sent while the client reads. Nothing may be
    lost, and the others wait for none of it.
    """
    bench.payloads()
    bench.start()
    other = bench.connect("B")
    bench.talk(other)
    slow = bench.connect("A", receive=16384)
    block = bench.noise(65536)
    message = bench.dialect.message(block)
    answer = bench.dialect.answer(block)
    total = PENDING // len(block)
    sent = push_until_full(slow, message, total)
    for _ in range(20):
        talk_beside(bench, other, "not reading what they are sent")
    finish(bench, slow, message, answer, total, sent)
    bench.talk(other)
    return []


def push_until_full(conn, message, total):
    """Send without reading; how many bytes the server took."""
    sent = 0
    size = len(message) * total
    view = memoryview(message)
    while sent < size:
        try:
            sent += conn.sock.send(view[sent % len(message):])
        except BlockingIOError:
            if not conn._wait(select.POLLOUT, 0.25):
                break
        except OSError as error:
            conn._gone(error)
            raise conn.mismatch(
                "the server gave this client up", summary="a client sends "
                "much and does not read yet: after %d KiB" % (sent >> 10),
                expected_text="the server keeps the client, and at most "
                "stops reading from it", actual_text="reset by the server")
    conn.note("sent %d KiB, reads nothing" % (sent >> 10))
    return sent


class Checker:
    """Compares a long answer with what is due, without keeping it."""

    def __init__(self, answer, total):
        self.answer = answer
        self.size = len(answer) * total
        self.seen = 0

    def take(self, data):
        """The offset of the first wrong byte of the whole, or None."""
        at = self.seen % len(self.answer)
        due = (self.answer * (2 + len(data) // len(self.answer)))
        if data != due[at:at + len(data)]:
            wrong = next(n for n in range(len(data))
                         if data[n] != due[at + n])
            return self.seen + wrong
        self.seen += len(data)
        return None


def finish(bench, conn, message, answer, total, sent):
    """Send the rest and read everything, with a limit on standing still."""
    checker = Checker(answer, total)
    size = len(message) * total
    still = time.perf_counter() + bench.limits.reply
    while checker.seen < checker.size:
        if sent < size:
            try:
                sent += conn.sock.send(
                    memoryview(message)[sent % len(message):])
            except BlockingIOError:
                pass
            except OSError as error:
                conn._gone(error)
        if conn.receive(time.perf_counter() + 0.01) or conn.buf:
            data = conn.take(len(conn.buf))
            wrong = checker.take(data)
            if wrong is not None:
                raise lost(conn, checker, "byte %d of the answer is wrong"
                           % wrong)
            still = time.perf_counter() + bench.limits.reply
        if conn.ending in ("closed", "reset"):
            raise lost(conn, checker, conn.ending + " by the server after "
                       "%d bytes" % checker.seen)
        if time.perf_counter() > still:
            raise lost(conn, checker, "nothing more comes after %d bytes"
                       % checker.seen)


def lost(conn, checker, actual):
    """Bytes of a slow reader were lost."""
    return Mismatch(
        "", summary="a client sent 32 MiB, did not read for "
        "a while, and now reads on", expected_text="all %d bytes of the "
        "answer, in order" % checker.size, actual_text=actual,
        facts={"partial": True, "seen": checker.seen})


@judge("02.6")
def quiet(bench):
    """With idle clients it uses no CPU; when they leave, all is given back."""
    bench.start()
    warm = bench.connect("W")
    bench.talk(warm)
    base = bench.server.open_files()
    conns = twenty(bench)
    used = busy(bench)
    if used is None:
        return ["CPU and descriptors not judged: no /proc for this server"]
    if used > SPIN:
        raise facts("21 clients are connected, all idle",
                    "next to no CPU time: the server sleeps until something "
                    "happens", "%d %% of one CPU" % (used * 100), spins=used)
    left = leave(bench, conns, base)
    if left > base + 2:
        # What a library keeps for the next clients (Go the pipes of io.Copy)
        # is no leak: it grows no more when as many come again.
        again = leave(bench, twenty(bench), left)
        if again > left + 2:
            raise facts("20 clients came, talked and left, and 20 more",
                        "%d open descriptors, as before they came" % base,
                        "%d open descriptors, then %d" % (left, again),
                        leaked=again - base)
    return []


def twenty(bench):
    """20 clients that have talked and stay."""
    conns = [bench.connect("i%d" % n) for n in range(20)]
    for conn in conns:
        talk_beside(bench, conn, "idle")
    return conns


def leave(bench, conns, base):
    """All of them go; the descriptors that stay open."""
    for conn in conns:
        conn.close()
    bench.eventually(lambda: bench.server.open_files() <= base + 2)
    return bench.server.open_files()


def busy(bench, seconds=0.6):
    """The share of one CPU that the server uses while nothing happens; the
    least of three looks. None if it cannot be seen."""
    time.sleep(0.1)
    least = None
    for _ in range(3):
        began, used = time.perf_counter(), bench.server.cpu()
        if used is None:
            return None
        time.sleep(seconds)
        share = ((bench.server.cpu() - used)
                 / (time.perf_counter() - began))
        least = share if least is None else min(least, share)
        if least <= SPIN:
            break
    return least


@judge("02.7")
def out_of_files(bench):
    """More clients than descriptors: it neither dies nor spins.

    Those that find no room may be closed, told so, or left waiting.
    """
    bench.start(max_files=128)
    first = [bench.connect("f%d" % n) for n in range(10)]
    for conn in first:
        talk_beside(bench, conn, "idle")
    crowd_in = knock(bench, 160)
    overfull = "160 more clients came than 128 descriptors have room for"
    for conn in first:
        served(bench, conn, overfull)
    used = busy(bench)
    if used is not None and used > SPIN:
        raise facts(overfull, "next to no CPU time while nothing happens",
                    "%d %% of one CPU" % (used * 100), spins=used)
    for conn in crowd_in:
        conn.close()
    time.sleep(0.1)
    late = bench.connect("N")
    served(bench, late, "the crowd has left again; this is a new client")
    return []


def knock(bench, count):
    """Connections that may or may not be let in."""
    found = []
    for number in range(count):
        try:
            found.append(Connection("x%d" % number, bench.server.address,
                                    bench.limits, []))
        except Mismatch:
            break
    time.sleep(0.2)
    return found


def served(bench, conn, when):
    """This client is still served."""
    try:
        bench.talk(conn)
    except Mismatch as mismatch:
        mismatch.summary = when
        mismatch.facts["full"] = True
        raise
