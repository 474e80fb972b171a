"""Servers that follow one another: how they are started, joined by a link that can be
disturbed, and compared."""

import contextlib
import itertools
import socket
import threading
import time

from .cases import wait_until
from .place import Wrong, check

REDIS = "redis-server --port {port}"
OPTIONS = ("--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
           "--repl-diskless-sync-delay", "0")
# Both sides soon see that a link is dead; they may also take a busy machine for that.
IMPATIENT = ("--repl-timeout", "3", "--repl-ping-replica-period", "1")
# An idle primary sends nothing, so its replicas stay at the same offset.
QUIET = ("--repl-ping-replica-period", "3600", "--repl-timeout", "3600")
HEALS = 60.0            # seconds that a replica may need to catch up with its primary
# The roles: one is the server under test, the other the real one.
PAIRS = ("ours redis", "redis ours", "ours ours")


class Link:
    """A way from a replica to its primary that can be disturbed.

    It works at first. While it is held, nothing comes through, and neither side is
    told; while it is down, connections are cut and new ones are refused."""

    def __init__(self, judge, place):
        judge.links.append(self)
        self.target = place.address
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.open, self.rate = set(), None       # bytes a second; None: any
        self.held = self.down = False
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, down=False):
        """Cuts all connections, and from now on refuses new ones if the link is down.
        """
        self.down = down
        for sock in list(self.open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def heal(self):
        self.held = self.down = False
        self.rate = None

    def close(self):
        self.heal()
        with contextlib.suppress(OSError):      # wakes who waits in accept
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                threading.Thread(target=self._join, args=[near], daemon=True).start()

    def _join(self, near):
        with near, contextlib.suppress(OSError):
            self._wait()
            if self.down:
                return
            with socket.create_connection(self.target, 1) as far:
                far.settimeout(None)
                self.open |= {near, far}
                if self.down:       # it was cut just now
                    return
                back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
                back.start()
                self._pass(near, far)
                back.join()
                self.open -= {near, far}

    def _pass(self, one, other):
        """Passes on what comes from one side, until either side ends the connection."""
        with contextlib.suppress(OSError):
            while data := one.recv(65536 if self.rate is None else self.rate // 20 + 1):
                self._wait()
                other.sendall(data)
                self.passed += len(data)
                if self.rate:
                    time.sleep(len(data) / self.rate)
        for sock in (one, other):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _wait(self):
        while self.held:
            time.sleep(0.01)


def start(judge, kind, *options, follows=None, **how):
    """Starts a server, the one under test or the real one. It may follow a place, or
    the end of a link."""
    if follows:
        options += ("--replicaof", "%s %d" % follows.address)
    return judge.place(*OPTIONS, *options, command=REDIS if kind == "redis" else None).start(**how)


def follow(place, other):
    """Makes one follow another; with None, nobody."""
    words = other.address if other else ("NO", "ONE")
    reply = place.ask("REPLICAOF", *map(str, words))
    check(reply[0] == "+", "REPLICAOF is answered %r", reply)


def is_replica(place):
    """Returns true if it follows another. Returns false, too, while it closes
    connections in order to change that."""
    try:
        return place.info("role") == "slave"
    except OSError:
        return False


def number(place, field):
    return int(place.info(field) or 0)


def offset(place):
    follows = place.info("role") == "slave"
    return int(place.info("slave_repl_offset" if follows else "master_repl_offset"))


def digest(place):
    return place.ask("DEBUG", "DIGEST")[1]


def wait_for_link(place, seconds=HEALS):
    wait_until(lambda: place.info("master_link_status") == "up",
               "the replica has its primary", seconds)


def wait_until_equal(*places, seconds=HEALS):
    """Waits until all of them hold what the first one does, and nothing is under way.
    """
    end = time.monotonic() + seconds
    first, *others = places
    for place in others:
        while True:
            try:
                if place.info("master_link_status") == "up":
                    due = offset(first)
                    if offset(place) >= due and digest(place) == digest(first):
                        break
            except OSError as error:    # Sentinel cuts the clients of those that it moves
                place.check(place.wait_exit(0) is None, "it is gone: %s", error)
            if time.monotonic() > end:
                raise Wrong(apart(first, place, seconds))
            time.sleep(0.02)


def apart(first, place, seconds):
    """Returns in words how two servers differ."""
    return "not equal within %d s: link %s, offsets %d and %d, keys %s and %s; it said: %s" % (
        seconds, place.info("master_link_status"), offset(first), offset(place),
        first.ask("DBSIZE")[1], place.ask("DBSIZE")[1], place.last_words())


def fill(place, keys, size=100):
    with place.client() as client:
        for at in range(0, keys, 1000):
            client.ask_all([("SET", "fill:%d" % n, "x" * size)
                            for n in range(at, min(at + 1000, keys))])


class Writer(threading.Thread):
    """A client that writes numbered keys, and waits for one replica each time. Keys
    that both servers have acknowledged must outlive the primary."""

    turns = itertools.count()

    def __init__(self, place):
        super().__init__(daemon=True)
        self.client = place.client()
        self.name = "safe%d" % next(self.turns)
        self.safe = self.sent = 0
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.sent += 1
                (kind, text), (_, replicas) = self.client.ask_all(
                    [("RPUSH", self.name, str(self.sent)), ("WAIT", "1", "1000")])
                if kind != ":":
                    raise Wrong("a write is answered %r" % text)
                if replicas >= 1:
                    self.safe = self.sent

    def check(self, place):
        """Checks that no acknowledged key is missing, and none is there twice."""
        found = [int(word) for _, word in place.ask("LRANGE", self.name, "0", "-1")[1]]
        check(found == list(range(1, len(found) + 1)), "out of order: %s", found[-20:])
        check(self.safe <= len(found) <= self.sent,
              "%d were acknowledged by a replica, %d were sent, %d are there",
              self.safe, self.sent, len(found))
