"""The tools of a judging function: a server, connections, a seed."""

import contextlib
import os
import random
import shutil
import time

from . import expect, kernel, player, wire
from .model import Mismatch, Skip, write_file
from .seeds import some_letters
from .server import Remote, Server, given, new_folder
from .transport import SLICE, Connection, Wait

GREETING = 0.1          # seconds in which a greeting would come
LESS = 0.3              # seconds for a question that was not answered before
AGAIN = 3               # measurements before anybody is accused
HELD_UP = 0.05          # seconds of waiting for a CPU that count as held up
LOOKS = 5               # at a server that may wait for the disk: it runs for moments between


class Bench:
    """The server of one checkpoint, and everything that was opened for it."""

    def __init__(self, options, checkpoint, seed):
        self.options = options
        self.checkpoint = checkpoint
        self.seed = seed
        self.limits = options.limits
        self.dialect = player.DIALECTS[options.dialect]
        self.mark = player.Ping
        self.random = random.Random("%s/%s" % (
            seed, checkpoint.id if checkpoint else ""))
        self.timeline = []
        self.conns = []
        self.folders = []
        self.data = None        # the folder in which the server finds its files
        self.server = None
        self.waited = 0.0

    def start(self, **options):
        """Starts the server (again), on a port of its own. The options are those of
        Server; words=["--dir", folder] is appended to its command. A server that saves
        never does so in the user's own folder."""
        port = options.pop("port", None)
        if self.options.connect and not options:
            self.stop()
            self.server = Remote(*self.options.connect)
        else:
            self.prepare(**options)
        started = self.server.start(port)
        if isinstance(started, Server):     # what it waited for until now delays no answer
            self.waited = kernel.starved(started.process.pid)
        return started

    def begin(self):
        """Starts the server (again), and connects."""
        self.start()
        return self.connect("A")

    def fresh(self, **options):
        """Starts the server (again), measures its round trips, and connects."""
        self.start(**options)
        self.warm_up()
        return self.connect("A")

    def prepare(self, words=(), **options):
        """Returns a server that is not started yet: see start and Server."""
        self.stop()
        if self.options.connect:
            raise Skip("needs a server that the harness starts itself")
        words = list(words)
        if self.options.saves and "--dir" not in words:
            words = ["--dir", self.folder()] + words
        if "--dir" in words[:-1]:
            self.data = words[words.index("--dir") + 1]
            kernel.forget_reads(self.data)
        self.server = Server(self.options.server, self.options.ready,
                             words=words, walls=self.options.walls, **options)
        return self.server

    def folder(self, files=None):
        """Makes a new folder with these files in it ({name: bytes}), which is removed
        when the checkpoint has been judged."""
        path = new_folder()
        self.folders.append(path)
        for name, data in (files or {}).items():
            write_file(os.path.join(path, name), data)
            given(os.path.join(path, name))
        return path

    def finish(self):
        """Stops everything after judging, and removes the folders."""
        self.stop()
        for path in self.folders:
            shutil.rmtree(path, ignore_errors=True)
        self.folders = []

    def stop(self):
        """Closes all connections and ends the server."""
        for conn in self.conns:
            conn.close()
        self.conns = []
        if self.server:
            self.server.stop()

    def starved(self):
        """Returns the seconds for which we and this server have waited for a CPU. On a
        busy machine that is nobody's fault."""
        started = getattr(self.server, "process", None)
        return kernel.starved(os.getpid()) + (
            kernel.starved(self.server.main_pid()) if started else 0)

    def held_up(self):
        """Returns true if the server has waited for a CPU since the last call, or now
        waits for the disk."""
        if not self.server:
            return False
        before, self.waited = self.waited, self.server.starved()
        return self.waited > before + HELD_UP or self._waits_for_disk()

    def _waits_for_disk(self):
        for _ in range(LOOKS):
            if "D" in self.server.states():
                return True
            time.sleep(0.01)
        return False

    def asleep_at(self):
        """Returns how many seconds of CPU the server has used, if all its threads are asleep
        now; None if not, or if that cannot be seen."""
        states = self.server.states() if self.server else None
        return self.server.cpu() if states == {"S"} else None

    def connect(self, name="A", receive=None):
        conn = Connection(name, self.server.address, self.limits,
                          self.timeline, receive)
        self.conns.append(conn)
        return conn

    def say(self, conn, payload):
        """Sends a message in the stage's language."""
        conn.send(self.dialect.message(payload))

    def hear(self, conn, payload):
        """Expects the answer to that message."""
        conn.due_bytes(self.dialect.answer(payload))

    def talk(self, conn, payload=None):
        """Sends one message, and expects its answer."""
        payload = payload if payload is not None else self.line()
        self.say(conn, payload)
        self.hear(conn, payload)
        if conn.buf:
            raise player.behind_the_last(
                conn.mismatch("", actual=conn.gather(64)), conn.parts, b"")

    def talk_while(self, conn, what, **known):
        """Does the same in a situation that a failure mentions."""
        with about(what, **known):
            self.talk(conn)

    def unasked(self, conn):
        """Expects nothing on a connection that has not asked."""
        if not conn.silent(GREETING) and conn.buf:
            raise conn.mismatch(
                "nobody has asked for this", summary="a client has connected, "
                "and has not sent anything yet", actual=conn.gather(64), at=0,
                expected_text="nothing: a server speaks when it is asked",
                ending=None, facts={"greets": True})

    def unknown(self, name):
        """Returns true if the server says that there is no such command."""
        try:
            conn = self.connect("W")
            conn.send(wire.request(name))
            kind, text = conn.due_reply(expect.read("any"))
            conn.close()
        except Mismatch:
            return False
        finally:
            self.timeline.clear()
        return kind == "-" and b"unknown command" in text.lower()

    def payloads(self):
        """Skips tests about the bytes of messages while the server knows only PING."""
        if self.dialect is player.Ping:
            raise Skip("asked again with ECHO, when that is answered rightly")

    def line(self, low=4, high=12):
        """Returns a line of letters that ends in a newline."""
        size = self.random.randint(low, high)
        return (some_letters(self.random, size) + "\n").encode()

    def noise(self, size):
        """Returns any bytes."""
        block = bytes(self.random.getrandbits(8) for _ in range(4099))
        return (block * (size // len(block) + 1))[:size]

    def warm_up(self):
        """Measures round trips. A server that cannot answer is found later, and is started
        again if the question has ended it; one that answers this rightly is sent marks of
        the same form."""
        end = b"\n" if self.dialect is player.Echo else b""
        times = []
        try:
            with self.limits.other(min(self.limits.warm_up, self.limits.reply)), \
                    contextlib.closing(self.connect("W")) as conn:
                for _ in range(3):
                    began = time.perf_counter()
                    self.talk(conn, player.MARK % 0 + end)
                    times.append(time.perf_counter() - began)
            self.limits.measure(times)
            self.mark = self.dialect
        except Mismatch as mismatch:
            if mismatch.ending == "silence":
                self.limits.warm_up = LESS
            if not self.server.survives(mismatch) and isinstance(self.server, Server):
                self.server.stop(0)
                self.server.start()
        self.timeline.clear()

    def again(self, test, *args):
        """Returns the result of a test that measures time, which is repeated several
        times before anybody is accused. An answer that never comes is reported at once.
        """
        for left in reversed(range(AGAIN)):
            del self.timeline[:]
            try:
                return test(*args)
            except Mismatch as mismatch:
                if not left or mismatch.ending:
                    raise

    def cost(self, work):
        """Returns the seconds of CPU that the server uses while work() asks it; those
        of the clock if the CPU time is unknown."""
        before, began = self.server.cpu(), time.perf_counter()
        work()
        if before is None:
            return time.perf_counter() - began
        return (self.server.cpu() or before) - before       # it may have ended

    def same_cost(self, what, few, large, times, slack):
        """Checks that an operation costs about the same with much data as with little.
        large() does it with much. One of three measurements must stay below the given
        factor."""
        for _ in range(AGAIN):
            many = large()
            if many <= slack + times * few:
                return
        raise facts(what, "about the same CPU time", "%.2f s, then %.2f s: "
                    "%.0f times as much" % (few, many, many / max(few, 0.01)),
                    growth=True)

    eventually = staticmethod(kernel.eventually)


def spoken(options):
    """Returns the language that a server speaks: "echo" if bytes come back as they are;
    "resp", or "ping" as long as it does not know ECHO."""
    bench = Bench(options, None, options.seed)
    mark = b"which-one\n"
    bench.limits.asleep_at = bench.asleep_at
    try:
        bench.start()
        answers = [said(bench, dialect.message(mark), dialect.answer(mark))
                   for dialect in (player.Resp, player.Ping)]
    except Mismatch:
        return options.dialect
    finally:
        bench.finish()
    if answers[0].startswith(b"*"):
        return "echo"
    if answers[0] == player.Resp.answer(mark):
        return "resp"
    if answers[1] == player.PONG:
        if not answers[0]:
            bench.limits.warm_up = LESS
        return "ping"
    return "resp" if answers[1][:1] in (b"+", b"-", b"$") else options.dialect


def said(bench, message, due):
    """Returns the bytes that come back: a whole reply, or as many as are due."""
    conn = bench.connect("W")
    conn.send(message)
    wait = Wait(bench.limits, limit=1.0)
    while len(conn.buf) < len(due) and time.perf_counter() < wait.deadline():
        came = conn.receive(min(wait.deadline(), time.perf_counter() + SLICE))
        if conn.ending or not came and wait.is_in_vain(LESS) or (
                conn.buf[:1] in (b"+", b"-") and conn.buf.endswith(wire.CRLF)):
            break
    conn.close()
    return bytes(conn.buf[:len(due)])


def facts(summary, expected, actual, **known):
    """Returns a Mismatch that is about facts, not about bytes."""
    return Mismatch("", summary=summary, expected_text=expected,
                    actual_text=actual, facts=known)


@contextlib.contextmanager
def about(what, always=False, **known):
    """Adds to a failure inside what it was about, unless it says so itself, or always."""
    try:
        yield
    except Mismatch as mismatch:
        if always and mismatch.summary:
            what = "%s; %s" % (what, mismatch.summary)
            mismatch.summary = ""
        mismatch.summary = mismatch.summary or what
        mismatch.facts.update(known)
        raise
