"""replication.py SERVER FOLDER: how a primary behaves towards replicas, seen by a program that
plays the replica and acknowledges what it likes.

Each function of CASES gets a place to start servers in, and asserts. All that goes wrong is
printed; then the program ends with 1. SERVER may be redis-server: what it cannot do is left
out.
"""

import contextlib
import os
import re
import signal
import sys
import threading
import time
import traceback

from common import Server, connect, eventually, finish, kernel, wire

OK = ("+", b"OK")
LONG = 30               # seconds; nothing takes as long, on any machine
OPTIONS = ["--save", "", "--repl-diskless-sync-delay", "0", "--enable-debug-command", "yes",
           "--repl-ping-replica-period", "3600"]


class Place:
    """Where a case starts its servers."""

    def __init__(self, command, folder):
        self.command, self.folder, self.servers = command, folder, []
        self.is_redis = "redis-server" in command

    def start(self, *words):
        """(a server, a client of it)"""
        folder = os.path.join(self.folder, str(len(self.servers)))
        os.makedirs(folder)
        server = Server(self.command, words=[*OPTIONS, *words], folder=folder, loaded=True)
        self.servers.append(server.start())
        return server, connect(server.port, timeout=LONG)

    def end(self):
        for server in self.servers:
            server.stop(0)


class Replica(wire.Client):
    """Follows a server, and acknowledges nothing unless it is told to."""

    def __init__(self, server, *capabilities, port=1):
        super().__init__(server.address, LONG)
        self.ask("REPLCONF", "listening-port", str(port))
        self.ask("REPLCONF", *[word for name in capabilities or ("psync2",)
                               for word in ("capa", name)])
        self.send("PSYNC", "?", "-1")

    def take(self, size):
        while len(self.buf) < size:
            self.more()
        taken = bytes(self.buf[:size])
        del self.buf[:size]
        return taken

    def line(self):
        while b"\n" not in self.buf:
            self.more()
        return self.take(self.buf.index(b"\n") + 1)

    def lines_before(self, head):
        """How many bare newlines stand before the line that begins so; and that line."""
        count, line = 0, self.line()
        while line == b"\n":
            count, line = count + 1, self.line()
        assert line.startswith(head), line
        return count, line

    def load(self):
        """Take the snapshot, which comes by way of a file."""
        _, self.id, offset = self.lines_before(b"+FULLRESYNC")[1].split()
        self.offset = int(offset)
        self.take(int(self.lines_before(b"$")[1][1:]))
        return self

    def resume(self, server):
        """Follow it from here on, without another snapshot."""
        self.sock = wire.connected(server.address, LONG)
        self.send("PSYNC", self.id, str(self.offset + 1))
        self.lines_before(b"+CONTINUE")

    def command(self):
        """The next command of the stream, as one text."""
        while True:
            with contextlib.suppress(wire.Incomplete):
                (_, words), size = wire.parse(self.buf)
                del self.buf[:size]
                self.offset += size
                return b" ".join(word for _, word in words).decode()
            self.more()

    def commands(self, count):
        """The next ones that are about keys."""
        found = []
        while len(found) < count:
            word = self.command()
            if not word.startswith(("SELECT", "REPLCONF")):
                found.append(word)
        return found

    def until(self, text):
        """Read up to this command."""
        while self.command() != text:
            pass

    def ack(self, disk=None):
        """Acknowledge all that was read; and, where disk is given, so much as on disk."""
        self.send("REPLCONF", "ACK", str(self.offset),
                  *([] if disk is None else ["FACK", str(disk)]))

    def is_closed(self):
        """Wait until the primary has closed the connection, whatever still comes."""
        try:
            while self.sock.recv(1 << 16):
                pass
        except ConnectionError:
            pass
        return True


def attach(server, *options):
    return Replica(server, *options).load()


def wait_until(true, what):
    assert eventually(true, LONG, 0.01), f"never: {what}"


def later(client, *words):
    """Ask in a thread of its own; a list that the reply will be in, or None if none came."""
    answers = []

    def run():
        try:
            answers.append(client.ask(*words))
        except ConnectionError:
            answers.append(None)
    threading.Thread(target=run, daemon=True).start()
    return answers


# What the stream says.

def gone_keys(place):
    """Expired and evicted keys are told as DEL, or as UNLINK where that is asked for."""
    server, client = place.start("--repl-diskless-sync", "no")
    replica = attach(server)

    def told(count, *dialogue):
        for words in dialogue:
            assert client.ask(*words)[0] != "-", words
        return replica.commands(count)[-1]

    def expired():
        client.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
        client.ask("SET", "k", "v", "PX", "1")
        time.sleep(0.01)
        return told(2, ["GET", "k"])

    def evicted():
        said = told(2, ["SET", "e", "v"], ["CONFIG", "SET", "maxmemory-policy", "allkeys-random",
                                           "maxmemory", "1"])
        client.ask("CONFIG", "SET", "maxmemory", "0")
        return said

    ways = {
        "expire": lambda: (expired(), told(2, ["SET", "k", "v"], ["EXPIRE", "k", "-1"]),
                           told(2, ["SET", "k", "v"], ["GETEX", "k", "PXAT", "1"])),
        "eviction": lambda: (evicted(),),
        "user-del": lambda: (told(2, ["SET", "k", "v"], ["GETDEL", "k"]),),
        "server-del": lambda: (told(2, ["SADD", "k", "a", "b"], ["SPOP", "k", "2"]),),
    }
    for name, way in ways.items():
        for lazy, word in (("no", "DEL "), ("yes", "UNLINK ")):
            if place.is_redis and (name, lazy) == ("server-del", "yes"):
                continue        # since 7.2
            assert client.ask("CONFIG", "SET", f"lazyfree-lazy-{name}", lazy) == OK
            said = way()
            assert all(text.startswith(word) for text in said), (name, lazy, said)


def due_at_restart(place):
    """A primary that is started again goes on with its replica, and tells it of a key that
    fell due before, or meanwhile."""
    server, client = place.start("--repl-diskless-sync", "no", "--save", "3600 1")
    replica = attach(server)
    client.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
    client.ask("SET", "due", "v", "PX", "1")
    replica.commands(1)
    replica.ack()
    time.sleep(0.01)
    port = server.port
    later(client, "SHUTDOWN")
    assert has_ended(server)
    server.launch(port)
    server.wait_ready()
    replica.resume(server)
    assert replica.commands(1) == ["DEL due"]


def counted_bytes(place):
    """INFO tells what went to replicas and came from a primary, also among all that did."""
    server, client = place.start()
    replica, other = place.start("--replicaof", f"127.0.0.1 {server.port}")
    wait_until(lambda: other.info("master_link_status") == "up", "the link is up")

    def counts():
        return [int(asked.info(f"total_net_{name}put_bytes"))
                for asked, name in ((client, "repl_out"), (client, "out"),
                                    (other, "repl_in"), (other, "in"))]
    client.ask("SET", "a", "b")
    assert client.ask("WAIT", 1, LONG * 1000) == (":", 1)
    before = counts()
    for _ in range(10):
        client.ask("SET", "k", "x" * 100000)
        time.sleep(0.02)
    assert client.ask("WAIT", 1, LONG * 1000) == (":", 1)
    grown = [now - then for now, then in zip(counts(), before)]
    assert all(1000000 < count < 1030000 for count in grown), grown
    for asked, name in ((client, "output"), (other, "input")):
        wait_until(lambda asked=asked, name=name: float(
            asked.info(f"instantaneous_{name}_repl_kbps")) > 1, "a rate")
        assert asked.ask("CONFIG", "RESETSTAT") == OK
        assert float(asked.info(f"instantaneous_{name}_repl_kbps")) == 0
        assert asked.info(f"total_net_repl_{name}_bytes") == "0"


def functions_refused(place):
    """Who follows a Redis that has functions takes nothing, says why, and tries again."""
    if place.is_redis:
        return
    real = Place("redis-server --port {port}", os.path.join(place.folder, "real"))
    try:
        server, client = real.start()
        client.ask("SET", "k", "v")
        assert client.ask("FUNCTION", "LOAD", "#!lua name=mine\nredis.register_function("
                          "'f', function(keys, arguments) return 1 end)") == ("$", b"mine")
        replica, other = place.start("--replicaof", f"127.0.0.1 {server.port}")
        wait_until(lambda: "FUNCTION FLUSH" in "".join(replica.last_lines()[1]), "it says why")
        assert other.info("master_link_status") == "down"
        assert client.ask("FUNCTION", "FLUSH") == OK
        wait_until(lambda: other.info("master_link_status") == "up", "it follows")
        assert other.ask("GET", "k") == ("$", b"v")
    finally:
        real.end()


# Newlines.

def newlines_of_a_child(place):
    """As long as the snapshot is made, a newline comes each second."""
    server, client = place.start("--repl-diskless-sync", "no", "--rdbcompression", "no")
    client.ask("DEBUG", "POPULATE", 300000, "key", 100)
    replica, child = stop_child(server)
    replica.lines_before(b"+FULLRESYNC")
    before = [replica.line() for _ in range(2)]
    os.kill(child, signal.SIGCONT)
    assert before == [b"\n"] * 2, before
    replica.lines_before(b"$")


def stop_child(server):
    """(a replica, the child that makes its snapshot and stands still)"""
    pid = server.main_pid()
    while True:
        replica, end = Replica(server), time.monotonic() + 2
        while time.monotonic() < end:
            for child in kernel.children(pid):
                os.kill(child, signal.SIGSTOP)
                while state_of(child) not in "TZ":
                    pass
                if state_of(child) == "T":
                    return replica, child   # it was not too late


def state_of(pid):
    """A letter, as ps shows it."""
    return (kernel.stat(pid) or [b"Z"])[0].decode()


def newlines_before_a_child(place):
    """While the replica waits for a snapshot to be begun, a newline comes each second."""
    server, client = place.start("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "3")
    replica = Replica(server, "eof", "psync2")
    count, _ = replica.lines_before(b"+FULLRESYNC")
    assert count >= 2, count
    assert replica.lines_before(b"$EOF:")[0] == 0, "a newline within the stream"
    assert client.ask("PING") == ("+", b"PONG")


# Settings that hold at once.

def a_shorter_delay(place):
    """A replica that waits for a diskless snapshot waits no longer than the delay set since."""
    server, client = place.start("--repl-diskless-sync-delay", "3600")
    replica = Replica(server, "eof", "psync2")
    wait_until(lambda: "state=wait_bgsave" in client.info("slave0"), "it waits")
    client.ask("CONFIG", "SET", "repl-diskless-sync-delay", 0)
    replica.lines_before(b"+FULLRESYNC")


def a_shorter_ping_period(place):
    """The next PING comes as the period that is set now says, not the one before."""
    server, client = place.start()
    replica = attach(server)
    client.ask("CONFIG", "SET", "repl-ping-replica-period", 1)
    while replica.command().upper() != "PING":
        pass


# The stream.

def told_in_other_words(place):
    """Commands that answer what they replace, and those that choose a key, tell what they did."""
    server, client = place.start()
    replica = attach(server)
    client.ask("SET", "k", "u")
    assert [replica.command() for _ in range(2)] == ["SELECT 0", "SET k u"]
    for asked, told in (("GETSET k v", "SET k v"), ("SET k w GET", "SET k w"),
                        ("RPUSH l a b c d", "RPUSH l a b c d"),
                        ("LMPOP 2 no l LEFT", "LPOP l 1"),
                        ("BLMPOP 0 2 no l RIGHT COUNT 2", "RPOP l 2"),
                        ("ZADD z 1 a 2 b 3 c", "ZADD z 1 a 2 b 3 c"),
                        ("ZMPOP 1 z MIN", "ZPOPMIN z 1"), ("BZMPOP 0 1 z MAX", "ZPOPMAX z 1")):
        client.ask(*asked.split())
        came = replica.command()
        assert came.lower() == told.lower(), (asked, came)


def counts_are_reset(place):
    """CONFIG RESETSTAT forgets connections, resynchronizations, forks and snapshots."""
    names = ("total_connections_received", "sync_full", "sync_partial_ok", "sync_partial_err",
             "total_forks", "latest_fork_usec", "rdb_saves")
    server, client = place.start()
    replica = attach(server)
    replica.resume(server)
    wire.connected(server.address, LONG).sendall(wire.request("PSYNC", "0" * 40, "1"))
    wait_until(lambda: client.info("sync_partial_err") == "1", "it is refused")
    client.ask("SAVE")
    before = {name: int(client.info(name)) for name in names}
    assert all(before.values()), before
    assert client.ask("CONFIG", "RESETSTAT") == OK
    after = {name: int(client.info(name)) for name in names}
    assert not any(after.values()), after


# Output limits.

def hard_limit(place):
    """A replica that does not read is cut at its limit, and costs no more memory."""
    limit = 4 << 20
    server, client = place.start("--repl-diskless-sync", "no", "--repl-backlog-size", "1mb",
                                 "--client-output-buffer-limit", f"replica {limit} 0 0")
    replica = attach(server)
    before = int(client.info("used_memory"))
    for _ in range(40):
        client.ask("SET", "k", "x" * 1000000)
    wait_until(lambda: client.info("connected_slaves") == "0", "it is cut")
    assert replica.is_closed()
    grown = int(client.info("used_memory")) - before
    assert grown < 2 * limit, f"{grown} bytes more"


def write_20_mb(client):
    for _ in range(20):
        client.ask("SET", "k", "x" * 1000000)


def soft_limit(place):
    """A replica may be over its soft limit for some seconds, and is cut then."""
    server, client = place.start("--repl-diskless-sync", "no", "--repl-backlog-size", "16kb",
                                 "--client-output-buffer-limit", "replica 0 1mb 2")
    attached, began = attach(server), time.monotonic()
    write_20_mb(client)
    wait_until(lambda: client.info("connected_slaves") == "0", "it is cut")
    assert time.monotonic() - began > 1.9, "it was cut at once"
    assert attached.is_closed()


def backlog_is_no_fault(place):
    """The limit is never less than the backlog, which a replica may lack."""
    server, client = place.start("--repl-diskless-sync", "no", "--repl-backlog-size", "30mb",
                                 "--client-output-buffer-limit", "replica 1mb 0 0")
    replica = attach(server)
    write_20_mb(client)
    assert client.info("connected_slaves") == "1"
    client.ask("SET", "last", "1")
    replica.until("SET last 1")


def held_bytes(place):
    """What is kept for a slow replica alone is counted as its memory."""
    server, client = place.start("--repl-diskless-sync", "no", "--repl-backlog-size", "1mb",
                                 "--client-output-buffer-limit", "replica 0 0 0")
    replica = attach(server)
    write_20_mb(client)
    assert int(client.info("mem_replication_backlog")) < 3000000
    assert 5000000 < int(client.info("mem_clients_slaves")) < 20000000
    replica.sock.close()
    wait_until(lambda: int(client.info("mem_clients_slaves")) == 0, "it is given back")


# SHUTDOWN.

def unheard(place, *words):
    """A server with a write that its replica has read, and not acknowledged."""
    server, client = place.start("--repl-diskless-sync", "no", *words)
    replica = attach(server)
    replica.ack()
    client.ask("SET", "k", "v")
    replica.until("SET k v")
    return server, client, replica


def has_ended(server):
    return server.wait_exit(LONG) == 0


def shutdown_waits(place):
    """SHUTDOWN waits until the replica has all, and writes wait meanwhile."""
    server, client, replica = unheard(place)
    other = connect(server.port)
    asked = later(client, "SHUTDOWN", "NOSAVE")
    wait_until(lambda: b"cmd=shutdown" in other.ask("CLIENT", "LIST")[1], "it waits")
    assert 0 < int(other.info("shutdown_in_milliseconds")) <= 10000
    written = later(connect(server.port), "SET", "late", "1")
    assert server.wait_exit(0.3) is None and asked == written == [], (asked, written)
    replica.ack()
    assert has_ended(server)
    wait_until(lambda: asked == written == [None], "all are hung up on")


def shutdown_times_out(place):
    """It waits for shutdown-timeout seconds at most."""
    server, client, _ = unheard(place, "--shutdown-timeout", "1")
    began = time.monotonic()
    later(client, "SHUTDOWN", "NOSAVE")
    assert has_ended(server)
    assert time.monotonic() - began > 0.9, "it did not wait"


def shutdown_at_once(place):
    """NOW waits for nobody; nor does a server whose shutdown-timeout is 0."""
    for seconds, words in ((9999, ["NOW"]), (0, [])):
        server, client, _ = unheard(place, "--shutdown-timeout", str(seconds))
        later(client, "SHUTDOWN", "NOSAVE", *words)
        assert has_ended(server)


def shutdown_aborted(place):
    """ABORT ends the waiting: who asked is told, and writes go on."""
    server, client, replica = unheard(place)
    other = connect(server.port)
    assert other.ask("SHUTDOWN", "ABORT") == ("-", b"ERR No shutdown in progress.")
    asked = later(client, "SHUTDOWN", "NOSAVE")
    wait_until(lambda: b"cmd=shutdown" in other.ask("CLIENT", "LIST")[1], "it waits")
    written = later(connect(server.port), "SET", "late", "1")
    assert other.ask("SHUTDOWN", "ABORT") == OK
    wait_until(lambda: asked and written, "both are answered")
    assert asked == [("-", b"ERR Errors trying to SHUTDOWN. Check logs.")], asked
    assert written == [OK], written
    replica.until("SET late 1")
    assert server.wait_exit(0) is None


def shutdown_forced(place):
    """What cannot be saved keeps the server from ending, unless it is forced to."""
    server, client = place.start("--dbfilename", "folder")
    client.ask("SET", "k", "v")
    os.mkdir(os.path.join(server.folder, "folder"))
    assert client.ask("SHUTDOWN", "SAVE") == (
        "-", b"ERR Errors trying to SHUTDOWN. Check logs.")
    assert client.ask("GET", "k") == ("$", b"v")
    later(client, "SHUTDOWN", "SAVE", "FORCE")
    assert has_ended(server)


def signal_waits(place):
    """SIGTERM waits for replicas, too."""
    server, _, replica = unheard(place)
    server.signal(signal.SIGTERM)
    assert server.wait_exit(0.5) is None, "it did not wait"
    replica.ack()
    assert has_ended(server)


# WAITAOF.

def pair_of(client, *words):
    """What WAITAOF answers: two numbers."""
    said = client.ask("WAITAOF", *words)
    assert said[0] == "*", said
    return tuple(number for _, number in said[1])


def waitaof_local(place):
    """Without a log there is nothing to wait for; with it, its fsync."""
    _, client = place.start("--appendonly", "no")
    no_log = ("-", b"ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.")
    assert client.ask("WAITAOF", 1, 0, 0) == no_log
    assert pair_of(client, 0, 0, 0) == (0, 0)
    for policy, due in (("always", 1), ("everysec", 1), ("no", 0)):
        _, client = place.start("--appendonly", "yes", "--appendfsync", policy)
        wait_until(lambda client=client: client.info("aof_rewrite_in_progress") == "0", "a log")
        client.ask("SET", "k", "v")
        assert pair_of(client, 1, 0, 300 if policy == "no" else LONG * 1000) == (due, 0), policy
    client.ask("MULTI")
    client.ask("SET", "k", "w")
    client.ask("WAITAOF", 1, 0, 0)
    assert client.ask("EXEC")[1][1] == ("*", [(":", 0), (":", 0)])
    client.ask("SET", "k", "v")
    waits = later(client, "WAITAOF", 1, 0, 0)
    with connect(place.servers[-1].port) as other:
        wait_until(lambda: other.info("blocked_clients") == "1", "it waits")
        assert other.ask("CONFIG", "SET", "appendonly", "no") == OK
    wait_until(lambda: waits, "it is told that the log is gone")
    assert waits == [no_log], waits


def waitaof_replicas(place):
    """Replicas count that have said what is on their disk."""
    server, client = place.start("--repl-diskless-sync", "no")
    replica = attach(server)
    client.ask("SET", "k", "v")
    began = time.monotonic()
    assert pair_of(client, 0, 1, 200) == (0, 0)
    assert time.monotonic() - began > 0.19
    replica.until("REPLCONF GETACK *")
    replica.ack()
    assert pair_of(client, 0, 1, 100) == (0, 0), "an ACK is no fsync"
    waits = later(client, "WAITAOF", 0, 1, 0)
    replica.until("REPLCONF GETACK *")
    replica.ack(disk=replica.offset)
    wait_until(lambda: waits, "the reply")
    assert waits == [("*", [(":", 0), (":", 1)])], waits
    assert pair_of(client, 0, 0, 0) == (0, 1)


def no_question_in_a_pause(place):
    """While writes are paused, replicas are not asked how far they are."""
    server, client = place.start("--repl-diskless-sync", "no")
    replica = attach(server)
    client.ask("SET", "k", "v")
    replica.until("SET k v")
    assert client.ask("CLIENT", "PAUSE", LONG * 1000, "WRITE") == OK
    before = client.info("master_repl_offset")
    assert client.ask("WAIT", 1, 100) == (":", 0)
    assert client.info("master_repl_offset") == before
    client.ask("CLIENT", "UNPAUSE")
    later(client, "WAIT", 1, 0)
    replica.until("REPLCONF GETACK *")


def paused_replica(place):
    """A replica whose writes are paused receives the stream and applies it afterwards."""
    server, client = place.start()
    _, replica = place.start("--replicaof", f"127.0.0.1 {server.port}")
    wait_until(lambda: replica.info("master_link_status") == "up", "the link is up")
    client.ask("SET", "k", "old")
    assert client.ask("WAIT", 1, LONG * 1000) == (":", 1)
    assert replica.ask("CLIENT", "PAUSE", 2 * LONG * 1000, "WRITE") == OK
    before = replica.info("slave_repl_offset")
    client.ask("MULTI")
    client.ask("SET", "k", "new")
    client.ask("SET", "long", "x" * 300000)
    client.ask("EXEC")
    client.ask("SET", "last", "1")
    wait_until(lambda: replica.info("slave_read_repl_offset") ==
               client.info("master_repl_offset"), "it has received all")
    assert replica.info("slave_repl_offset") == before
    assert replica.ask("GET", "k") == ("$", b"old")
    assert replica.ask("CLIENT", "UNPAUSE") == OK
    wait_until(lambda: replica.ask("GET", "last") == ("$", b"1"), "it has applied all")
    assert replica.ask("GET", "k") == ("$", b"new")
    assert replica.info("slave_repl_offset") == client.info("master_repl_offset")


def waitaof_refused(place):
    """Bad numbers are refused; and a replica has nothing of its own to wait for."""
    server, client = place.start()
    for words, said in (
            ((2, 0, 0), b"ERR value is out of range, value must between 0 and 1"),
            ((0, -1, 0), b"ERR value is out of range, must be positive"),
            ((0, 0, -1), b"ERR timeout is negative"),
            ((0, 0, "x"), b"ERR timeout is not an integer or out of range")):
        assert client.ask("WAITAOF", *words) == ("-", said), words
    _, replica = place.start("--replicaof", f"127.0.0.1 {server.port}")
    for words in (("WAITAOF", 0, 0, 0), ("WAIT", 0, 0)):
        said = replica.ask(*words)
        assert said[0] == "-" and re.match(
            rb"ERR %s cannot be used with replica instances\." % words[0].encode(), said[1]), said


CASES = [gone_keys, due_at_restart, counted_bytes, functions_refused, newlines_of_a_child,
         newlines_before_a_child, a_shorter_delay, a_shorter_ping_period, told_in_other_words,
         counts_are_reset, hard_limit, soft_limit, backlog_is_no_fault, held_bytes,
         shutdown_waits, shutdown_times_out, shutdown_at_once, shutdown_aborted, shutdown_forced,
         signal_waits, waitaof_local, waitaof_replicas, waitaof_refused, no_question_in_a_pause,
         paused_replica]


def wrong_of(case, command, folder):
    """What is wrong: nothing, or a text."""
    place = Place(command, os.path.join(folder, case.__name__))
    if place.is_redis and "waitaof" in case.__name__:
        return
    try:
        case(place)
    except (AssertionError, OSError, wire.Malformed):
        yield f"{case.__doc__}\n{traceback.format_exc(limit=-2)}"
    finally:
        place.end()


def main():
    command, folder, *names = sys.argv[1:]
    finish(line for case in CASES if not names or case.__name__ in names
           for line in wrong_of(case, command + " --port {port}", folder))


if __name__ == "__main__":
    main()
