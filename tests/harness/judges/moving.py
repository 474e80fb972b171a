"""Keys that are moved to another server, which is the judge."""

import socket
import time

from .. import wire
from ..bench import about, facts
from ..manifest import judge
from .talk import OK, ask, key_of, must

LIMIT = 10000       # milliseconds that the server may wait for us


def step(what):
    """Adds to any failure inside that it came at this step."""
    return about(what, always=True)


class Target:
    """A server that keys are moved to, on a port of its own."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(5)
        self.port = self.listener.getsockname()[1]
        self.conn, self.got = None, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()
        self.listener.close()

    def accept(self):
        try:
            self.conn, _ = self.listener.accept()
        except TimeoutError:
            raise facts("MIGRATE to 127.0.0.1 port %d" % self.port,
                        "a connection to that port", "none") from None
        self.conn.settimeout(5)
        self.got = b""

    def leave(self):
        if self.conn:
            self.conn.close()
        self.conn = None

    def words(self):
        """Returns the next request as a list of words."""
        while True:
            try:
                request, used = wire.parse(self.got)
                self.got = self.got[used:]
                return wire.plain(request)
            except wire.Incomplete:
                self.more()

    def more(self):
        try:
            data = self.conn.recv(65536)
        except (TimeoutError, ConnectionError):
            data = b""
        if not data:
            raise facts("the server that keys are moved to waits for a request",
                        "a whole request", "only " + wire.show(self.got))
        self.got += data

    def due(self, *words):
        """Expects this request; words that are None may be any."""
        came = self.words()
        for number, word in enumerate(words):
            if number >= len(came) or word not in (None, came[number]):
                break
        else:
            if len(came) == len(words):
                return came
        raise facts("what the other server is asked", shown(words), shown(came))

    def says(self, *lines):
        self.conn.sendall(b"".join(line.encode() + b"\r\n" for line in lines))


def shown(words):
    return " ".join("..." if word is None else wire.show(word) for word in words)


def migrate(conn, target, key, *options, database=0, limit=LIMIT):
    """Sends the command without waiting for its reply, as we have to answer first."""
    conn.send(wire.request("MIGRATE", "127.0.0.1", "%d" % target.port, key, "%d" % database,
                           "%d" % limit, *options))


def answered(conn, reply):
    conn.due_bytes(reply.encode() + b"\r\n")


def dumped(conn, key):
    return ask(conn, "DUMP", key, due="bulk")[1]


@judge("10.15a")
def moved(bench):
    """One key: RESTORE at the target, and then it is gone here."""
    conn = bench.fresh()
    with Target() as target:
        key, timed = (key_of(bench.random, name) for name in "kt")
        for name in (key, timed):
            ask(conn, "RPUSH", name, "a", "b", due="integer")
        must(conn, 1, "PEXPIRE", timed, "100000")
        with step("a key that stays"):
            due = dumped(conn, key)
            migrate(conn, target, key)
            target.accept()
            target.due(b"SELECT", b"0")
            target.due(b"RESTORE", key, b"0", due)
            target.says(OK, OK)
            answered(conn, OK)
            must(conn, 0, "EXISTS", key)
        with step("a key with a time to live, on the connection that is there already"):
            migrate(conn, target, timed)
            left = int(target.due(b"RESTORE", timed, None, None)[2])
            target.says(OK)
            answered(conn, OK)
            if not 90000 < left <= 100000:
                raise facts("the time to live", "milliseconds, 100000 or a little less", str(left))
            must(conn, 0, "EXISTS", timed)


@judge("10.15b")
def several(bench):
    """KEYS, COPY, REPLACE, passwords, a database, and a refusal in the middle."""
    conn = bench.fresh()
    with Target() as target:
        keys = [key_of(bench.random, name) for name in "abc"]
        for key in keys:
            must(conn, OK, "SET", key, "1")
        with step("COPY leaves the keys where they are"):
            migrate(conn, target, "", "COPY", "REPLACE", "AUTH", "secret",
                    "KEYS", "none", *keys[:2], database=5)
            target.accept()
            target.due(b"AUTH", b"secret")
            target.due(b"SELECT", b"5")
            for key in keys[:2]:
                target.due(b"RESTORE", key, b"0", None, b"REPLACE")
            target.says(OK, OK, OK, OK)
            answered(conn, OK)
            must(conn, 3, "EXISTS", *keys)
        with step("one of three is refused, and stays"):
            migrate(conn, target, "", "AUTH2", "me", "keys", "KEYS", *keys, database=5)
            target.due(b"AUTH", b"me", b"keys")
            for key in keys:
                target.due(b"RESTORE", key, b"0", None)
            target.says(OK, OK, "-BUSYKEY it is here", OK)
            answered(conn, "-ERR Target instance replied with error: BUSYKEY it is here")
            for key, due in zip(keys, (0, 1, 0)):
                must(conn, due, "EXISTS", key)
        with step("the password is refused: whatever is said of the key, it stays"):
            migrate(conn, target, keys[1], "AUTH", "wrong", database=5)
            target.due(b"AUTH", b"wrong")
            target.due(b"SELECT", b"5")
            target.due(b"RESTORE", keys[1], b"0", None)
            target.says("-WRONGPASS no", OK, OK)
            answered(conn, "-ERR Target instance replied with error: WRONGPASS no")
            must(conn, 1, "EXISTS", keys[1])


@judge("10.15c")
def broken(bench):
    """Nobody listens; the target does not answer; the connection is closed."""
    conn = bench.fresh()
    key = key_of(bench.random, "k")
    must(conn, OK, "SET", key, "1")
    with step("nobody listens"):
        with Target() as nobody:
            pass
        migrate(conn, nobody, key)
        answered(conn, "-IOERR error or timeout writing to target instance")
    with Target() as target:
        with step("no answer comes in 100 milliseconds"):
            began = time.monotonic()
            migrate(conn, target, key, limit=100)
            answered(conn, "-IOERR error or timeout reading to target instance")
            if time.monotonic() - began < 0.09:
                raise facts("MIGRATE with a limit of 100 ms", "100 ms or more", "less")
            must(conn, 1, "EXISTS", key)
        target.accept()
        with step("the connection is new after that"):
            migrate(conn, target, key, "COPY")
            target.accept()
            target.due(b"SELECT", b"0")
            target.due(b"RESTORE", key, b"0", None)
            target.says(OK, OK)
            answered(conn, OK)
        with step("a connection that the other side has closed meanwhile"):
            target.leave()
            migrate(conn, target, key)
            target.accept()
            target.due(b"SELECT", b"0")
            target.due(b"RESTORE", key, b"0", None)
            target.says(OK)
            target.leave()
            answered(conn, "-IOERR error or timeout reading to target instance")
            must(conn, 1, "EXISTS", key)
