"""Connections: every wait has a limit, every buffer a bound.

A connection never blocks for ever: sending reads meanwhile, so that a server
that answers while we still send cannot lock both sides up, and what a
flooding server sends is read only up to a bound.
"""

import contextlib
import errno
import mmap
import select
import socket
import time

from . import variant, wire
from .model import Mismatch

NOTED = 400             # bytes of a write that the timeline keeps
FLOOD = 8 << 20         # unread bytes beyond the expected ones that we hold
READ_SIZE = 64 << 10
MIN_GAP = 0.002         # seconds between the parts of a write that is cut
MAX_GAP = 0.02          # the same, with a slow server or a busy machine
HELD_UP_STEP = 0.25     # seconds more for a server that is held up
HELD_UP_MOST = 30       # seconds more in all
SLICE = 0.1             # seconds after which a wait is looked at again
ASLEEP = 0.05           # the share of the CPU that an idle server may use, for its clocks


class Limits:
    """How long to wait, which depends on the measured round trip, and on how often the server
    was silent: that is shared with all judgements of it that run beside this one."""

    def __init__(self, reply=3.0):
        self.first = reply
        self.least = reply / 3
        self.silences = mmap.mmap(-1, 1)    # how often a request was not answered at all
        self.instead = None     # the limit for a reply meanwhile, see other()
        self.measured = 0.0
        self.leaks = False      # do descriptors of clients that have left stay open?
        self.warm_up = 1.5      # seconds for the first questions to a server
        self.usual = self.round_trip = 0.0
        self.lag = 0.0
        self.deadline = None
        self.allowed = 0.0
        self.patience = 1.0     # by which a checkpoint's time is multiplied
        self.may_sleep = True   # does the stage have requests that wait for something?
        self.starved = lambda: 0.0
        self.held_up = lambda: False    # has the server no CPU, or no disk?
        self.asleep_at = lambda: None   # see Bench.asleep_at
        self.resting = contextlib.nullcontext   # while nothing is to be done but to wait

    @property
    def base(self):
        """The limit for a reply of a server that answers quickly. One that is often silent is
        waited for a little less each time."""
        return self.after(self.silences[0])

    def after(self, silences):
        """Returns the base when the server was silent so often."""
        return max(self.least, self.first * (2 / 3) ** silences)

    @property
    def reply(self):
        """The limit for a reply, in seconds."""
        return self.instead or max(self.base, self.measured)

    def asleep(self, size):
        """The limit for a reply of that many bytes of a server that sleeps since it was asked."""
        reply = self.reply if self.may_sleep else max(self.reply / 2, self.least, self.measured)
        return min(self.for_bytes(size), reply + size / 4e6)

    def again(self):
        """The limit for an answer that did not come is less when it is waited for again."""
        return self.other(max(self.measured, self.after(self.silences[0] + 1)))

    @contextlib.contextmanager
    def other(self, reply):
        """Another limit for a reply holds meanwhile."""
        before, self.instead = self.instead, reply
        try:
            yield
        finally:
            self.instead = before

    def answered(self, seconds):
        """Takes the time of an answer into the running mean of the last ones."""
        self.lag += (seconds - self.lag) / 8

    def gap(self):
        """Returns the pause at a cut: long enough that the server has read what came
        before it, or the kernel would glue the parts together again."""
        return min(MAX_GAP, max(MIN_GAP, 2 * self.lag))

    def time_is_up(self):
        """Returns true if the checkpoint as a whole has used up its time. Time in which
        the machine had no CPU for it does not count."""
        if self.deadline is None or time.perf_counter() < self.deadline:
            return False
        return time.perf_counter() > self.deadline + self.starved()

    def time_used(self):
        """Returns the share of the checkpoint's time that has gone."""
        if self.deadline is None or not self.allowed:
            return 0.0
        left = self.deadline + self.starved() - time.perf_counter()
        return 1 - left / self.allowed

    def measure(self, times):
        """Takes a few round trips into account, for the limit the fastest of them: the first
        is slow where code is compiled while it runs."""
        self.usual, self.round_trip = max(times[1:]), max(self.round_trip, *times)
        self.measured = min(10.0, 200 * min(times))

    def was_silent(self):
        """Takes it into account that a request was not answered at all."""
        self.silences[0] = min(200, self.silences[0] + 1)

    def learnt(self):
        """Returns what another judgement of the same server can learn from this one."""
        return self.warm_up, self.leaks

    def learn(self, others):
        """Takes what a judgement in another process has learnt."""
        if others:
            self.warm_up, self.leaks = min(self.warm_up, others[0]), self.leaks or others[1]

    def for_bytes(self, size):
        return self.reply + size / 4e6


class Wait:
    """One wait for an answer: until its limit, or less if the server turns out meanwhile to
    leave other requests unanswered and has done nothing for this one in a while, either."""

    def __init__(self, limits, size=0, limit=None):
        self.limits, self.size = limits, size
        self.fixed = limit is not None
        self.limit = limit if self.fixed else limits.for_bytes(size)
        self.began = time.perf_counter()
        self.cpu = self.seen = None

    def deadline(self):
        return self.began + self.limit

    def is_in_vain(self, less=None):
        """Returns true if the limit has become less, that time is over, and the server sleeps
        and has used no CPU since it was looked at before."""
        now = time.perf_counter()
        if less is None:
            less = self.limit if self.fixed else self.limits.asleep(self.size)
        if less >= self.limit or now < max(self.began + less, (self.seen or 0.0) + SLICE):
            return False
        before, seen = self.cpu, self.seen
        self.cpu, self.seen = self.limits.asleep_at(), now
        if None in (before, self.cpu) or self.cpu - before > ASLEEP * (now - seen):
            return False
        self.limit = less
        return True


class Connection:
    """One client's connection, with the bytes that came in and are not judged yet. An
    accepted socket is the other way round: the server is the client."""

    def __init__(self, name, address, limits, timeline=None, receive=None,
                 accepted=None):
        self.name = name
        self.limits = limits
        self.timeline = timeline if timeline is not None else []
        self.buf = bytearray()
        self.ending = None
        self.parts = []
        self.looked = None
        self.into, self.back = variant.Stream(), variant.Stream()
        # The times just before and just after the last part was sent. The time between
        # them is the kernel's, and another thread's if many play.
        self.leaving_at = self.sent_at = time.perf_counter()
        if accepted:
            self._take(accepted)
        else:
            self._connect(address, receive)

    def _take(self, accepted):
        """Takes a connection that the server has made to us."""
        self.sock = accepted
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.note("is called")

    def _connect(self, address, receive):
        self.sock = socket.socket(wire.family_of(address[0]), socket.SOCK_STREAM)
        if receive:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        try:
            self.sock.settimeout(self.limits.reply)
            self.sock.connect(address)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.sock.close()
            self.ending = "refused"
            self.note("connect: %s" % error.strerror)
            raise Mismatch(
                "the connection was not taken", conn=self.name,
                expected_text="a connection to port %d" % address[1],
                actual_text="connect: %s" % (error.strerror or "timed out"),
                ending="refused", timeline=list(self.timeline))
        self.sock.setblocking(False)
        self.note("connects")

    def note(self, text, data=None, arrow=""):
        """Remembers an event, for the picture."""
        self.timeline.append((time.perf_counter(), self.name, arrow,
                              text, bytes(data[:NOTED]) if data else b""))

    def fileno(self):
        return self.sock.fileno()

    def send(self, *parts):
        """Writes the parts, with a gap between them across which the kernel cannot glue
        them. Stops quietly when the server has gone, which the next expectation will
        show."""
        self.parts = list(parts)
        if self.limits.time_is_up():
            raise self.mismatch(
                "too slow", summary="the server answers, but so slowly that "
                "this checkpoint ran out of time", ending=None,
                expected_text="the whole checkpoint within %.0f s; --patience "
                "2 gives it twice as long" % self.limits.allowed,
                actual_text="out of time at this point")
        self.note("", b"".join(parts), ">")
        for number, part in enumerate(parts):
            if number:
                time.sleep(self.limits.gap() if len(parts) == 2 else MIN_GAP)
            self.leaving_at = time.perf_counter()
            if not self._write(memoryview(self.into.put(part))):
                break
        self.sent_at = time.perf_counter()

    def _write(self, view):
        deadline = time.perf_counter() + self.limits.for_bytes(len(view))
        while view:
            try:
                count = self.sock.send(view)
                view = view[count:]
                deadline += count / 4e6
                continue
            except BlockingIOError:
                pass
            except OSError as error:
                self._gone(error)
                return False
            left = deadline - time.perf_counter()
            if left <= 0:
                self.ending = self.ending or "does not read"
                return False
            room = len(self.buf) < FLOOD and self.ending is None
            self._wait(select.POLLOUT | (select.POLLIN if room else 0), left)
            if room:
                self._read()
        return True

    def _wait(self, events, seconds):
        poll = select.poll()
        poll.register(self.sock, events)
        return poll.poll(max(1, int(seconds * 1000 + 0.999)))

    def _gone(self, error):
        """Deals with a server that accepts no more bytes. It may have answered before
        it closed, and the kernel keeps that for us, so it is read first."""
        while self._read():
            pass
        if self.ending is None:
            self._ended(error)

    def _ended(self, error):
        gone = (errno.ECONNRESET, errno.EPIPE)
        self.ending = "reset" if error.errno in gone else str(error)
        self.note("reset by the server", arrow="<")

    def _read(self):
        """Reads what is there. Returns true if anything changed."""
        if self.ending in ("closed", "reset"):
            return False
        try:
            data = self.sock.recv(READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._ended(error)
            return True
        if not data:
            self.ending = "closed"
            self.note("closed by the server", arrow="<")
            return True
        data = self.back.put(data)
        self.buf += data
        self.note("", data, "<")
        return True

    def receive(self, deadline):
        """Waits for something to come. Returns false on silence, or if the connection
        has ended.

        When the time is over there is one last look: on a busy machine we may have
        slept too long ourselves."""
        while self.ending not in ("closed", "reset"):
            left = deadline - time.perf_counter()
            if left <= 0:
                if self.looked == deadline:
                    return False
                self.looked = deadline
                left = 0
            if self._wait(select.POLLIN, left) and self._read():
                return self.ending not in ("closed", "reset")
        return False

    def await_more(self, wait):
        """Does the same as receive(), with more time for as long as the server gets no
        CPU or waits for the disk, which is nobody's fault."""
        if self.receive(min(wait.deadline(), time.perf_counter() + SLICE)):
            return True
        if self.ending in ("closed", "reset"):
            return False
        with self.limits.resting():
            return self._await_long(wait, wait.deadline())

    def _await_long(self, wait, deadline):
        last = deadline + HELD_UP_MOST
        while not self.receive(min(deadline, time.perf_counter() + SLICE)):
            now = time.perf_counter()
            if self.ending in ("closed", "reset") or now < deadline and wait.is_in_vain():
                return False
            if now >= deadline:
                if self.ending or now > last or not self.limits.held_up():
                    return False
                deadline = now + HELD_UP_STEP
        return True

    def take(self, count):
        """Returns the first count bytes, and removes them from the buffer."""
        data = bytes(self.buf[:count])
        del self.buf[:count]
        return data

    def buf_begins(self, byte):
        """Returns true if that is the first byte of what comes next."""
        deadline = time.perf_counter() + self.limits.reply
        while not self.buf and self.receive(deadline):
            pass
        return self.buf.startswith(byte)

    def gather(self, bound):
        """After a wrong byte, lets the rest of that answer come for a short time."""
        deadline = time.perf_counter() + 0.15
        while len(self.buf) < bound + 4096:
            try:
                return self.take(wire.parse(self.buf)[1])
            except wire.Malformed:
                deadline = min(deadline, time.perf_counter() + 0.03)
            except wire.Incomplete:
                pass
            if not self.receive(deadline):
                break
        return self.take(min(len(self.buf), bound + 4096))

    def mismatch(self, note, **fields):
        """Returns a Mismatch that knows this connection."""
        fields.setdefault("sent", self.parts)
        fields.setdefault("ending", self.ending)
        return Mismatch(note, conn=self.name, timeline=list(self.timeline),
                        **fields)

    def due_bytes(self, due, limit=None):
        """Expects exactly these bytes now."""
        wait, seen = Wait(self.limits, len(due), limit), 0
        while True:
            have = min(len(self.buf), len(due))
            if self.buf[seen:have] != due[seen:have]:
                raise self.wrong_byte(due, seen)
            seen = have
            if seen == len(due):
                del self.buf[:seen]
                self.limits.answered(time.perf_counter() - self.sent_at)
                return
            if not self.await_more(wait):
                break
        raise self.mismatch("", expected=due, at=seen,
                            actual=self.take(len(self.buf)), waited=wait.limit,
                            ending=self.ending or "silence")

    def wrong_byte(self, due, seen):
        """Returns a Mismatch that shows, of all expected replies, the one with the
        first wrong byte. The bytes before `seen` are right."""
        at = next(n for n in range(seen, len(due)) if self.buf[n] != due[n])
        begin = 0
        for _, end in wire.replies(due):
            if end > at:
                due = due[:end]
                break
            begin = end
        del self.buf[:begin]
        return self.mismatch("", expected=due[begin:], at=at - begin,
                             actual=self.gather(len(due) - begin), ending=None)

    def due_reply(self, node):
        """Expects one reply that the node accepts."""
        wait = Wait(self.limits)
        while True:
            try:
                reply, size = wire.parse(self.buf)
                break
            except wire.Malformed as error:
                raise self.mismatch(
                    error.why, expected_text=node.describe(), at=error.at,
                    actual=self.gather(4096), ending=None)
            except wire.Incomplete:
                if not self._more(wait) or len(self.buf) > 4 * FLOOD:
                    raise self.mismatch(
                        "", expected_text=node.describe(), waited=wait.limit,
                        actual=self.take(len(self.buf)),
                        ending=self.ending or "silence")
        reason = node.wrong(reply)
        if reason:
            raise self.mismatch(reason, expected_text=node.describe(), at=0,
                                actual=self.take(size), ending=None)
        self.take(size)
        return reply

    def _more(self, wait):
        """Waits for more of a reply; for much more of a long one, since each look at it
        begins at its start."""
        enough = len(self.buf) * 5 // 4
        if not self.await_more(wait):
            return False
        while len(self.buf) < enough:
            if not self.receive(min(wait.deadline(), time.perf_counter() + 0.01)):
                break
        return True

    def due_closed(self):
        """Expects that the server closes this connection, and sends no more."""
        wait = Wait(self.limits)
        while self.await_more(wait) and not self.buf:
            pass
        if self.buf:
            raise self.mismatch(
                "bytes where the end of the connection was due",
                expected_text="the server closes the connection", at=0,
                actual=self.gather(4096), ending=None)
        if self.ending not in ("closed", "reset"):
            raise self.mismatch(
                "the connection is still open", actual_text="it stays open",
                expected_text="the server closes the connection",
                waited=wait.limit, ending="open")

    def due_nothing(self):
        """Expects that no byte is there (a barrier elsewhere has proved the order)."""
        self.receive(time.perf_counter() + 0.001)
        if self.buf or self.ending:
            raise self.mismatch(
                "no reply was due yet", actual=self.gather(4096), at=0,
                expected_text="nothing: no reply is due yet")

    def silent(self, seconds):
        """Returns true if nothing comes for this long."""
        deadline = time.perf_counter() + seconds
        while not self.buf and self.receive(deadline):
            pass
        return not self.buf and self.ending is None

    def barrier(self):
        """Makes two round trips, so that everything sent before has been read, and
        answered. The picture shows them in one line."""
        begun = len(self.timeline)
        for _ in range(2):
            self.send(wire.request("PING"))
            self.due_bytes(b"+PONG\r\n")
        del self.timeline[begun:]
        self.note("PONG, PONG", arrow="<")

    def close(self):
        """Leaves as most clients do."""
        if self.sock.fileno() >= 0:
            self.note("closes")
        self.sock.close()

    def reset(self):
        """Leaves with RST: bytes on their way are thrown away."""
        self.note("resets")
        wire.reset(self.sock)

    def end(self):
        """Sends no more, but goes on reading (a half-close)."""
        self.note("ends its side")
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            self._gone(error)


class Listener:
    """A port that the server is to connect to: the judge is its primary, or takes its keys."""

    PATIENCE = 1.7          # times as long as for a reply: some try once a second

    def __init__(self):
        self.sock = socket.create_server(("127.0.0.1", 0), backlog=8)
        self.port = self.sock.getsockname()[1]
        self.words = ["--replicaof", "127.0.0.1 %d" % self.port]

    def call(self, name, limits, timeline, side="lead"):
        """Waits until the server connects. Returns that connection. See Link for side."""
        summary, who = ("the server was started with %s \"%s\"" % tuple(self.words),
                        "its primary") if side == "lead" else (
            "MIGRATE names port %d" % self.port, "the other server")
        limit = limits.reply * self.PATIENCE
        self.sock.settimeout(limit)
        try:
            accepted = self.sock.accept()[0]
        except OSError:
            raise Mismatch(
                "", conn=name, summary=summary, expected_text="it connects to port %d, "
                "where %s listens" % (self.port, who), waited=limit,
                actual_text="nobody connected within %.1f s" % limit,
                ending="silence", timeline=list(timeline),
                facts={"link": side, "uncalled": True})
        return Connection(name, None, limits, timeline, accepted=accepted)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()
