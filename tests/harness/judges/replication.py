"""Stage 10: the real Redis at the other end of the link.

Each of the two is started beside the other one, and gets keys before the link is there and many
more while it is. In the end both must hold the same.
"""

import collections
import contextlib
import time

from .. import oracle, wire
from ..bench import facts
from ..held import LOOK
from ..manifest import judge
from ..model import Skip
from ..server import Server
from ..wire import Client, NoReply, plain
from .talk import key_of, some_bytes, some_text

UP = 7                  # times as long as for a reply: until a link is there
LONG = b"grape " * 4000
AFTER_FILE = "after the file"


class Pair(collections.namedtuple("Pair", "bench primary replica real real_is")):
    """Two servers, one of which follows the other: clients of both, the process of the
    real one, and which of them it is, "primary" or "replica"."""

    def wrong(self, summary, expected, actual, **more):
        """Returns a Mismatch with the last lines of the real one."""
        log = [line.split(" * ")[-1].split(" # ")[-1]
               for line in self.real.last_lines(5)[1]]
        return facts("the real redis-server %s is the %s; %s" % (
            oracle.version(), self.real_is, summary), expected,
            "%s; redis-server has logged: %s" % (actual, " / ".join(log)),
            link="real", **more)

    def too_new(self):
        """Returns true if the real one, as a replica, knows no file of this version."""
        return any("Can't handle RDB format version" in line for line in self.real.last_lines()[1])

    def join(self):
        """Waits until the replica has everything that was written, as the primary reports it."""
        self.primary.ask("SET", "joined", "%f" % time.time())
        said = self.primary.ask("WAIT", "1", "8000")
        if said != (":", 1):
            raise self.wrong("a key was set, and WAIT 1 8000 asked for",
                             "one replica has it: :1", "WAIT answered %s"
                             % said[1])

    def same(self, due, when):
        """Checks that the replica has these: {key: (type, value)}."""
        for key, (kind, value) in due.items():
            command, words, _ = LOOK[kind]
            came = plain(self.replica.ask(command, key, *words))
            if came != value:
                lost = came is None and when == AFTER_FILE
                raise self.wrong("%s, %s %s is asked at the replica" % (
                    when, command, key.decode()), shown(value), shown(came),
                    unread=lost and self.real_is == "primary",
                    empty_file=lost and self.real_is == "replica")


def shown(content):
    """Shows the content of a reply in few words."""
    text = wire.show(content) if isinstance(content, bytes) else (
        "nil" if content is None else str(content))
    return text if len(text) < 160 else text[:157] + "..."


@contextlib.contextmanager
def client_of(server):
    """Returns a connection to one of the two."""
    try:
        with Client(server.address) as client:
            yield client
    except (OSError, NoReply) as error:
        raise facts("the two servers are asked, and written to", "replies",
                    str(error), link="real")


@contextlib.contextmanager
def redis(*words):
    """Starts the real one with these words."""
    if not oracle.installed():
        raise Skip("redis-server is not installed")
    server = Server(oracle.COMMAND, words=words)
    try:
        yield server.start()
    finally:
        server.stop(0.5)


def before(client, rng):
    """Makes keys that the file must bring."""
    due = {key_of(rng, "a"): ("string", some_text(rng)) for _ in range(200)}
    due[b"number"] = ("string", b"-12345678")
    due[b"long"] = ("string", LONG)
    due[b"bytes"] = ("string", some_bytes(rng, 300))
    due[b"empty"] = ("string", b"")
    for key, (_, value) in due.items():
        said = client.ask("SET", key, value)
        if said != ("+", b"OK"):
            raise facts("SET %s is asked at the primary" % key.decode(), "+OK",
                        shown(said[1]))
    client.ask("SET", "timed", "x", "EX", "5000")
    return due


def stream(client, rng):
    """Sends commands that the stream must bring. Returns the keys that they leave."""
    due = {b"number": ("string", b"-12345677"), b"long": ("string", None),
           b"timed": ("string", None)}
    client.ask("INCR", "number")
    client.ask("DEL", "long")
    client.ask("PEXPIRE", "timed", "1")
    client.ask("SET", "large", LONG * 20)
    due[b"large"] = ("string", LONG * 20)
    words = [some_text(rng) for _ in range(50)]
    for word in words:
        client.ask("RPUSH", "list", word)
    client.ask("LPOP", "list")
    due[b"list"] = ("list", words[1:])
    client.ask("MULTI")
    client.ask("SET", "one", "1")
    client.ask("INCR", "one")
    client.ask("EXEC")
    due[b"one"] = ("string", b"2")
    commands = [("SET", b"many:%d" % n, b"%d" % n) for n in range(2000)]
    client.ask_all(commands)
    due.update({key: ("string", value) for _, key, value in commands[::97]})
    return due


def both(pair, due):
    """Checks the keys from before the link, and those that come later."""
    def up():
        if pair.real_is == "primary":
            return b"state=online" in pair.primary.ask("INFO", "replication")[1]
        return pair.too_new() or (
            b"master_link_status:up" in pair.replica.ask("INFO", "replication")[1])

    limit = UP * pair.bench.limits.reply
    if not pair.bench.eventually(up, limit):
        raise pair.wrong("the replica was started with --replicaof",
                         "INFO of redis-server says that the link is up "
                         "within %.0f s" % limit, "it does not")
    if pair.too_new():
        raise Skip("Redis %s does not know the version of the file: 7.0 reads up to 10"
                   % oracle.version())
    pair.join()
    pair.same(due, AFTER_FILE)
    later = stream(pair.primary, pair.bench.random)
    pair.join()
    pair.same(later, "after many commands")


@judge("10.4i")
def behind_the_real_one(bench):
    """It follows Redis."""
    with redis("--repl-diskless-sync-delay", "0") as real:
        with client_of(real) as primary:
            due = before(primary, bench.random)
            bench.start(words=["--replicaof", "127.0.0.1 %d" % real.port])
            with client_of(bench.server) as replica:
                both(Pair(bench, primary, replica, real, "primary"), due)


@judge("10.5h")
def before_the_real_one(bench):
    """Redis follows it."""
    bench.start()
    with client_of(bench.server) as primary:
        due = before(primary, bench.random)
        with redis("--replicaof",
                   "127.0.0.1 %d" % bench.server.port) as real:
            with client_of(real) as replica:
                both(Pair(bench, primary, replica, real, "replica"), due)
