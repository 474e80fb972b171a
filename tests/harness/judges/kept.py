"""A server that is started again and again in a folder of its own, and must find there
what it left."""

import os
import shutil
import time

from .. import oracle, wire
from ..bench import about, facts
from ..command import ran
from ..model import Mismatch
from ..server import Server
from .talk import ask

PATIENCE = 30.0         # seconds for a file or a log to be loaded


class Kept:
    """A server and its folder. words stand on its command line at every start, files
    are there before the first one. options: see Bench.start."""

    def __init__(self, bench, *words, files=None):
        self.bench = bench
        self.root = os.path.realpath(bench.folder(files))
        self.words = ["--dir", self.root, *words]
        self.options = {}
        self.conn = None

    def start(self, how="in its folder"):
        """Starts it (again), and waits until it has loaded what is there. A failure
        mentions how."""
        del self.bench.timeline[:]
        with about("the server is started " + how, always=True):
            self.bench.start(words=self.words, **self.options)
            self.conn = self.bench.connect("A")
            wait_loaded(self.conn)
        del self.bench.timeline[:]
        return self.conn

    def kill(self):
        """Ends it at once: nothing of it runs any more."""
        self.bench.server.kill()
        self.bench.stop()

    def refuses(self, what, **known):
        """Checks that it does not start, since its folder holds something that is
        wrong. Returns its output."""
        server = self.bench.prepare(words=self.words)
        status = server.start_refused(self.bench.options.ready)
        said = "\n".join(server.last_lines()[1])
        came = None
        if status is None:
            came = "it goes on running"
        elif status <= 0:
            came = ("it was " if status else "it ") + server.fate()
        elif not said:
            came = "it ended with status %d and without a word" % status
        if came:
            raise facts("the server is started with " + what,
                        "it does not start: it says what is wrong, and ends "
                        "with a status that is not 0", came, **known)
        self.bench.stop()
        return said


def wait_loaded(conn):
    """Waits until PING is answered by PONG, and not by LOADING."""
    deadline = time.perf_counter() + PATIENCE
    while True:
        came = ask(conn, "PING")
        if came == ("+", b"PONG"):
            return
        loading = came[0] == "-" and came[1].startswith(b"LOADING")
        if not loading or time.perf_counter() > deadline:
            raise conn.mismatch("", expected=b"+PONG\r\n", at=0,
                                actual=wire.encode(came), ending=None)
        time.sleep(0.01)


def names_in(folder):
    try:
        return " ".join(sorted(os.listdir(folder))) or "nothing"
    except OSError as error:
        return error.strerror


# The real Redis reads what the server wrote.

def redis_loads(bench, words, what, **known):
    """Starts the real redis-server in place of the judged one. Returns a connection to
    it when it has loaded what there is."""
    server = bench.server = Server(oracle.COMMAND, words=words)
    try:
        server.start()
        conn = bench.connect("R")
        wait_loaded(conn)
        return conn
    except Mismatch as mismatch:
        if server.survives(mismatch):
            raise
        raise facts("the real redis-server %s was started with %s"
                    % (oracle.version(), what), "it loads it", "it ended, and "
                    "said: " + " / ".join(server.last_lines(4)[1]), **known)


def redis_checks(kind, path, **known):
    """Checks that redis-check-rdb or redis-check-aof finds no fault, if it is
    installed."""
    program = shutil.which("redis-check-" + kind)
    if program is None:
        return
    status, said = ran([program, path], timeout=60)
    if status:
        lines = said.strip().split("\n")
        wrong = [line for line in lines if "rror" in line or "Wrong" in line]
        raise facts("redis-check-%s looks at what the server wrote" % kind,
                    "it finds nothing wrong",
                    " ".join((wrong or lines[-3:])[:2]), **known)
