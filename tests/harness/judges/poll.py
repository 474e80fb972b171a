"""Stage 02: tests of many clients at once that no session can express."""

import contextlib
import select
import time

from ..bench import about, facts
from ..manifest import judge
from ..model import Mismatch
from ..transport import Connection, Wait

ANSWERED = 0.01         # seconds in which an answer that is there is seen
CROWD = 200
PENDING = 32 << 20
FULL = 0.2              # seconds after which the queue of new clients must be full
FILES = 128             # the most descriptors that a server may have which gets no more
SPIN = 0.12             # the share of the CPU that it can have
ENOUGH = 0.1            # seconds of CPU after which a thread that wants to sleep has slept
LONGEST = 10.0          # seconds for which it may have to wait for them


@judge("02.2")
def idle(bench):
    """A client that sends nothing, or half a message, holds up nobody."""
    bench.start()
    bench.connect("I")
    half = bench.connect("H")
    message = bench.dialect.message(b"half a message")
    half.send(message[:5] if bench.options.dialect != "echo" else b"half")
    for name in "AB":
        conn = bench.connect(name)
        for _ in range(5):
            talk_beside(bench, conn, "idle")
    # A thread that dies of half a message may take the server with it a little later.
    bench.eventually(lambda: bench.asleep_at() is not None, 0.3, 0.01)
    talk_beside(bench, conn, "idle")


def talk_beside(bench, conn, who):
    """Sends a message that must be answered although others are connected."""
    bench.talk_while(conn, "other clients are connected and %s; this one waits "
                     "for them" % who, beside=who)


@judge("02.3")
def crowd(bench):
    """200 clients get their own bytes, and no other client's."""
    bench.start()
    conns = []
    for number in range(CROWD):
        with about("client %d of %d" % (number + 1, CROWD)):
            conns.append(bench.connect("c%d" % number))
            if number % 4 == 0:     # so that no queue of listen(5) overflows
                with beside_many(bench, conns):
                    bench.talk(conns[-1])
    for turn in range(3):
        order = list(range(CROWD))
        bench.random.shuffle(order)
        said = {n: b"%d of %d: %s" % (n, turn, bench.line()) for n in order}
        for number in order:
            bench.say(conns[number], said[number])
        bench.random.shuffle(order)
        for place, number in enumerate(order):
            with left_out([conns[n] for n in order[place + 1:]]), about(
                    "%d clients are connected and all talk; this is client "
                    "%d" % (CROWD, number + 1), beside="talking"):
                bench.hear(conns[number], said[number])


@contextlib.contextmanager
def left_out(others):
    """Tells a server that answers all clients but one from one that waits for that one."""
    try:
        yield
    except Mismatch as mismatch:
        if mismatch.ending == "silence" and others and not any(
                conn.silent(ANSWERED) for conn in others):
            mismatch.facts.pop("beside")
            mismatch.facts["left_out"] = True
        raise


@contextlib.contextmanager
def beside_many(bench, conns):
    """Tells a server that has no room for one more client from one that serves a single one."""
    try:
        yield
    except Mismatch as mismatch:
        if len(conns) > 5:      # two at least have been answered
            with contextlib.suppress(Mismatch):
                bench.talk(conns[0])
                mismatch.facts["full"] = len(conns) - 1
        raise


@judge("02.4")
def leaves(bench):
    """Clients leave in the middle of a message; the next gets no old bytes."""
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
        for _ in range(2):
            bench.talk_while(
                comes, "a client left in the middle; this is the next one, "
                "perhaps with the same descriptor", successor=True)
        talk_beside(bench, stays, "idle")
        comes.close()


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
    slow = SlowReader(bench, bench.connect("A", receive=16384))
    slow.push_until_full()
    for _ in range(20):
        talk_beside(bench, other, "not reading what they are sent")
    slow.finish()
    bench.talk(other)


class SlowReader:
    """A client that sends one message again and again, and does not read yet. It counts how much of
    it was sent, and how much of the answer was seen."""

    def __init__(self, bench, conn):
        block = bench.noise(65536)
        total = PENDING // len(block)
        self.conn = conn
        self.limits = bench.limits
        self.message = bench.dialect.message(block)
        self.answer = bench.dialect.answer(block)
        self.left = len(self.message) * total
        self.sent = self.seen = 0
        self.due = len(self.answer) * total

    def send(self):
        """Sends what the kernel takes; raises OSError if the connection is broken."""
        at = self.sent % len(self.message)
        count = self.conn.sock.send(memoryview(self.message)[at:])
        self.sent += count
        self.left -= count

    def push_until_full(self):
        """Sends without reading, as long as the server takes it."""
        while self.left:
            try:
                self.send()
            except BlockingIOError:
                if not self.conn._wait(select.POLLOUT, 0.25):
                    break
            except OSError as error:
                self.conn._gone(error)
                raise self.conn.mismatch(
                    "the server gave this client up", summary="a client sends "
                    "much and does not read yet: after %d KiB"
                    % (self.sent >> 10), expected_text="the server keeps the "
                    "client, and at most stops reading from it",
                    actual_text="reset by the server",
                    facts={"gave_up": bool(self.conn.buf)})
        self.conn.note("sent %d KiB, reads nothing" % (self.sent >> 10))

    def finish(self):
        """Sends the rest and reads all, with a limit on standing still."""
        wait = Wait(self.limits)
        while self.seen < self.due:
            try:
                if self.left:
                    self.send()
            except BlockingIOError:
                pass
            except OSError as error:
                self.conn._gone(error)
            if self.conn.receive(time.perf_counter() + 0.01) or self.conn.buf:
                self.take(self.conn.take(len(self.conn.buf)))
                wait = Wait(self.limits)
            if self.conn.ending in ("closed", "reset"):
                raise self.lost("%s by the server after %d bytes"
                                % (self.conn.ending, self.seen))
            if time.perf_counter() > wait.deadline() or wait.is_in_vain():
                raise self.lost("nothing more comes after %d bytes"
                                % self.seen)

    def take(self, data):
        """Compares a piece of the answer with the expected one, and forgets it."""
        at = self.seen % len(self.answer)
        due = self.answer * (2 + len(data) // len(self.answer))
        if data != due[at:at + len(data)]:
            wrong = next(n for n in range(len(data))
                         if data[n] != due[at + n])
            raise self.lost("byte %d of the answer is wrong"
                            % (self.seen + wrong))
        self.seen += len(data)

    def lost(self, actual):
        """Reports that bytes were lost on the way."""
        return facts("a client sent 32 MiB, did not read for a while, and now "
                     "reads on", "all %d bytes of the answer, in order"
                     % self.due, actual, seen=self.seen)


@judge("02.6")
def quiet(bench):
    """With idle clients the server uses no CPU; when they leave, all is given back."""
    bench.start()
    bench.talk(bench.connect("W"))
    base = bench.server.open_files()
    conns = idlers(bench, 20)
    if not at_rest(bench, "21 clients are connected, all idle") or base is None:
        return ["CPU and descriptors not judged: no /proc for this server"]
    left = leave(bench, conns, base)
    if left > base + 2:
        # What a library keeps for the next clients (Go the pipes of io.Copy) is no leak: it does
        # not grow when as many come again.
        again = leave(bench, idlers(bench, 20), left)
        if again > left + 2:
            raise facts("20 clients came, talked and left, and 20 more",
                        "%d open descriptors, as before they came" % base,
                        "%d open descriptors, then %d" % (left, again),
                        leaked=again - base)
    return []


def idlers(bench, count):
    """Connects clients that have talked and stay."""
    conns = []
    for number in range(count):
        conns.append(bench.connect("i%d" % number))
        if number % 4 == 0:     # as in crowd(): who finds the queue full comes a second later
            talk_beside(bench, conns[-1], "idle")
    for conn in conns:
        talk_beside(bench, conn, "idle")
    return conns


def leave(bench, conns, base):
    """Makes all of them leave. Returns the number of descriptors that stay open."""
    for conn in conns:
        conn.close()
    bench.eventually(lambda: (bench.server.open_files() or 0) <= base + 2,
                     0.5 if bench.limits.leaks else 2.0)
    left = bench.server.open_files()
    if left is None:            # it has ended
        with about("%d clients were idle, and then left" % len(conns), successor=True):
            bench.talk(bench.connect("E"))
    return left or base


def at_rest(bench, what):
    """Checks that an idle server uses next to no CPU: the least of three looks counts. Returns
    false if that cannot be seen."""
    time.sleep(0.1)
    seen, share = bench.server.cpu() is not None, 1.0
    for _ in range(3 if seen else 0):
        share = min(share, share_of_cpu(bench, 0.3))
        if share <= SPIN:
            break
    if not bench.server.alive():    # what took the time may have been its end
        with about(what):
            bench.talk(bench.connect("E"))
    if share <= SPIN or not seen:
        return seen
    raise facts(what, "next to no CPU time: the server sleeps until something "
                "happens", "%d %% of one CPU" % (share * 100), spins=share)


def share_of_cpu(bench, seconds):
    """Returns the CPU that the server uses in this many seconds, as a share of the time for which
    it could have had one: on a busy machine a loop that spins gets little of it, and waits for more
    all the time. Who sleeps may also wait for long each time it wakes, so a thread that is never
    seen asleep is looked at until it has had enough CPU to say that it does not want to sleep."""
    awake = []

    def look():
        for _ in range(10):
            time.sleep(seconds / 10)
            awake.append(bench.server.running())
    used, began, waited = 0.0, time.perf_counter(), bench.server.starved()
    while True:
        used += bench.cost(look)
        passed = time.perf_counter() - began
        if not set.intersection(*awake):
            waited = bench.server.starved() - waited
            return used / max(passed - waited, passed / 8, used)
        if used > ENOUGH:
            return 1.0
        if passed > LONGEST:
            return used / passed


@judge("02.7")
def out_of_files(bench):
    """With more clients than descriptors the server neither dies nor spins.

    Those that find no room may be closed, told so, or left waiting."""
    bench.start(max_files=FILES)
    first = idlers(bench, 10)
    crowd_in = knock(bench, 160)
    overfull = "160 more clients came than %d descriptors have room for" % FILES
    for conn in first:
        bench.talk_while(conn, overfull)
    at_rest(bench, overfull)
    for conn in crowd_in:
        conn.close()
    time.sleep(0.1)
    bench.talk_while(bench.connect("N"), "the crowd has left again; this is a "
                     "new client")


def knock(bench, count):
    """Makes connections that may or may not be accepted, until the queue of those that wait for
    it is full, although the server has dealt with all it can: the kernel connects at once, or
    lets us wait for a second."""
    found, full, settled = [], False, settles(bench)
    times = iter(range(4))      # for as long again if it has no CPU

    def settle():
        any(bench.eventually(settled, 2.0, 0.05) or not bench.held_up() for _ in times)
    for number in range(count):
        if number % 4 == 0:
            time.sleep(0.005)
        try:
            with bench.limits.other(FULL):
                found.append(Connection("x%d" % number, bench.server.address,
                                        bench.limits, []))
            full = False
        except Mismatch:
            if full:
                break
            full = True
            settle()
    time.sleep(0.2)
    settle()
    return found


def settles(bench):
    """Returns a function that is true if the server sleeps or has no descriptor left, and has as
    many of them as when it was called before: it has dealt with all who came, or has ended."""
    seen = [None]

    def look():
        files = bench.server.open_files() or 0
        busy = 0 < files < FILES and bench.asleep_at() is None
        seen.append(None if busy else files)
        return seen[-1] is not None and seen[-1] == seen[-2]
    return look
