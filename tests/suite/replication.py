"""replication.py SERVER FOLDER [Primary.test_...]: how a primary behaves towards replicas, seen
by a program that plays the replica and acknowledges what it likes. What a session can say
stands in sessions/10-replication.session, 10-replicas.session and 10-waitaof.session. SERVER may
be redis-server: what it cannot do is left out.
"""

import os
import signal
import socket
import sys
import threading
import time
import unittest

from common import OK, REDIS, Place, eventually, kernel, wire
from harness import expect
from harness.link import Link
from harness.model import Mismatch
from harness.transport import Connection, Limits

LONG = 30               # seconds; nothing takes as long, on any machine
OPTIONS = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "3600"]
ON_DISK = ["--repl-diskless-sync", "no"]
LIMIT = "--client-output-buffer-limit"


class Replica(Link):
    """Follows a server, and acknowledges nothing unless it is told to."""

    def __init__(self, server, *capabilities, shakes=True):
        super().__init__(Connection("R", server.address, Limits(LONG)), "follow")
        if capabilities:
            self.say("REPLCONF", *(word for name in capabilities for word in ("capa", name)))
            self.conn.due_bytes(b"+OK\r\n")
            self.say("PSYNC", "?", "-1")
        elif shakes:
            self.shake_hands()

    def load(self):
        """Takes the snapshot."""
        self.due_full()
        self.due_file()
        return self

    def resume(self, server):
        """Follows it from here on, without another snapshot."""
        self.conn = Connection("R", server.address, Limits(LONG))
        self.say("PSYNC", self.history, self.ledger.offset + 1)
        self.newlines_before(b"+CONTINUE")

    def newlines_before(self, head):
        """Returns how many bare newlines stand before the line that begins so."""
        count = 0
        while (line := self.line()) == b"\n":
            count += 1
            assert count < LONG, "nothing but newlines"
        assert line.startswith(head), line
        return count

    def line(self):
        self._wait(lambda: b"\n" in self.conn.buf, "a line", LONG)
        return self.conn.take(self.conn.buf.index(b"\n") + 1)

    def due(self, text):
        """Expects a command."""
        self.due_command(expect.read("command " + text).bind({}))

    def say(self, *words):
        self.conn.send(wire.request(*words))

    def ack(self):
        """Acknowledges all that was read."""
        self.say("REPLCONF", "ACK", self.ledger.offset)

    def take_up_to_mark(self):
        """Takes a diskless snapshot, however large."""
        mark = self.line().removeprefix(b"$EOF:").removesuffix(b"\r\n")
        while not self.conn.buf.endswith(mark):
            assert self.conn.receive(time.perf_counter() + LONG), "it is cut off"

    def is_closed(self):
        """Waits until the primary has closed the connection, whatever still comes."""
        while self.conn.receive(time.perf_counter() + LONG):
            self.conn.buf.clear()
        return self.conn.ending in ("closed", "reset")


def wait_until(true, what):
    assert eventually(true, LONG, 0.01), f"never: {what}"


def wait_for_link(client):
    wait_until(lambda: client.info("master_link_status") == "up", "the link is up")


def later(client, *words):
    """Asks in a thread of its own. Returns a list that the reply will be in, or None if none
    came."""
    answers = []

    def run():
        try:
            answers.append(client.ask(*words))
        except ConnectionError:
            answers.append(None)
    threading.Thread(target=run, daemon=True).start()
    return answers


def stop_child(server):
    """Returns (a replica, the child that makes its snapshot and stands still)."""
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
    """Returns a letter, as ps shows it."""
    return (kernel.stat(pid) or [b"Z"])[0].decode()


def write_20_mb(client):
    for _ in range(20):
        client.ask("SET", "k", "x" * 1000000)


def number(client, field):
    return int(client.info(field))


def has_ended(server):
    return server.wait_exit(LONG) == 0


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place(os.path.join(FOLDER, self.id()))
        self.addCleanup(self.place.end)

    def start(self, *words, command=None):
        return self.place.start(command or SERVER, *OPTIONS, *words)

    def attached(self, *words):
        """Returns (a server, a client of it, a replica that has its snapshot)."""
        server, client = self.start(*ON_DISK, *words)
        return server, client, Replica(server).load()


class Primary(Case):
    def test_half_loaded(self):
        """A replica saves nothing while it loads, even if a snapshot falls due."""
        server, client = self.start()
        client.ask("DEBUG", "POPULATE", "1500")
        _, other = self.start("--save", "1 1", "--key-load-delay", "2000",
                              "--loading-process-events-interval-bytes", "1024")
        other.ask("SET", "k", "v")
        other.ask("REPLICAOF", *server.address)
        wait_until(lambda: other.info("loading") == "1", "it loads")
        saves = other.info("rdb_saves")
        wait_for_link(other)
        self.assertEqual(other.info("rdb_saves"), saves)

    def test_counted_bytes(self):
        """INFO tells what went to replicas and came from a primary, also among all that did."""
        server, client = self.start()
        _, other = self.start("--replicaof", f"127.0.0.1 {server.port}")
        wait_for_link(other)

        def counts():
            return [number(asked, f"total_net_{name}put_bytes")
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
            # The rate is that of the last second or two, so writing goes on.
            wait_until(lambda asked=asked, name=name: client.ask("SET", "k", "x" * 100000) == OK
                       and float(asked.info(f"instantaneous_{name}_repl_kbps")) > 1, "a rate")
            assert client.ask("WAIT", 1, LONG * 1000) == (":", 1)
            assert asked.ask("CONFIG", "RESETSTAT") == OK
            assert float(asked.info(f"instantaneous_{name}_repl_kbps")) == 0
            assert number(asked, f"total_net_repl_{name}_bytes") == 0

    @unittest.skipIf("redis-server" in sys.argv[1], "it takes them")
    def test_functions_refused(self):
        """Who follows a Redis that has functions takes nothing, says why, and tries again."""
        server, client = self.start(command=REDIS)
        client.ask("SET", "k", "v")
        assert client.ask("FUNCTION", "LOAD", "#!lua name=mine\nredis.register_function("
                          "'f', function(keys, arguments) return 1 end)") == ("$", b"mine")
        replica, other = self.start("--replicaof", f"127.0.0.1 {server.port}")
        wait_until(lambda: "FUNCTION FLUSH" in "".join(replica.last_lines()[1]), "it says why")
        assert other.info("master_link_status") == "down"
        assert client.ask("FUNCTION", "FLUSH") == OK
        wait_for_link(other)
        assert other.ask("GET", "k") == ("$", b"v")

    def test_newlines_of_a_child(self):
        """As long as the snapshot is made, a newline comes each second."""
        server, client = self.start(*ON_DISK, "--rdbcompression", "no")
        client.ask("DEBUG", "POPULATE", 300000, "key", 100)
        replica, child = stop_child(server)
        replica.newlines_before(b"+FULLRESYNC")
        before = [replica.line() for _ in range(2)]
        os.kill(child, signal.SIGCONT)
        assert before == [b"\n"] * 2, before
        replica.newlines_before(b"$")

    def test_newlines_before_a_child(self):
        """While the replica waits for a snapshot to be begun, a newline comes each second."""
        server, client = self.start("--repl-diskless-sync", "yes",
                                    "--repl-diskless-sync-delay", "3")
        replica = Replica(server, "eof", "psync2")
        assert replica.newlines_before(b"+FULLRESYNC") >= 2
        assert replica.newlines_before(b"$EOF:") == 0, "a newline within the stream"
        assert client.ask("PING") == ("+", b"PONG")

    def test_a_shorter_delay(self):
        """A replica that waits for a diskless snapshot waits no longer than the delay set
        since."""
        server, client = self.start("--repl-diskless-sync-delay", "3600")
        replica = Replica(server, "eof", "psync2")
        wait_until(lambda: "state=wait_bgsave" in client.info("slave0"), "it waits")
        client.ask("CONFIG", "SET", "repl-diskless-sync-delay", 0)
        replica.newlines_before(b"+FULLRESYNC")

    def pair(self, *words):
        """Returns (a server, a client of it, two replicas that are sent one diskless snapshot of
        20 MB)."""
        server, client = self.start(
            "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "3600",
            "--repl-diskless-sync-max-replicas", "2", "--rdbcompression", "no", *words)
        for key in range(20):
            client.ask("SET", key, "x" * 1000000)
        pair = [Replica(server, "eof", "psync2") for _ in range(2)]
        for replica in pair:
            replica.newlines_before(b"+FULLRESYNC")
        return server, client, pair

    def test_stuck_beside_another(self):
        """Of two that are sent a diskless snapshot one stops reading. It is cut, and the other
        one gets the rest, whichever came first."""
        for stuck in 0, 1:
            _, client, pair = self.pair("--repl-timeout", "3")
            pair[1 - stuck].take_up_to_mark()
            pair[1 - stuck].say("REPLCONF", "ACK", 0)
            assert number(client, "connected_slaves") == 1
            assert pair[stuck].is_closed()

    def test_idle_while_one_reads(self):
        """A server whose snapshot is made, but not taken yet, uses no CPU meanwhile."""
        server, _, pair = self.pair()
        pid = server.main_pid()
        while kernel.children(pid):
            for replica in pair:
                if not replica.conn.receive(time.perf_counter() + 0.01):
                    break
        before = kernel.cpu(pid)
        time.sleep(1)
        used = kernel.cpu(pid) - before
        assert used < 0.1, f"{used} s of CPU in a second"

    def test_joins_no_failed_snapshot(self):
        """A replica that comes in the moment in which a snapshot fails gets the next one, or
        is disconnected, too, if its PSYNC is read before the end of the child."""
        server, client = self.start(*ON_DISK, "--rdbcompression", "no")
        client.ask("DEBUG", "POPULATE", 300000, "key", 100)
        replica, child = stop_child(server)
        other = Replica(server, shakes=False)
        other.say("PING")
        other.conn.due_bytes(b"+PONG\r\n")
        server.signal(signal.SIGSTOP)
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: state_of(child) in "ZX", "the child has ended")
        other.say("PSYNC", "?", "-1")
        server.signal(signal.SIGCONT)
        assert replica.is_closed()
        try:
            other.newlines_before(b"+FULLRESYNC")
            other.newlines_before(b"$")
        except Mismatch:
            assert other.conn.ending in ("closed", "reset")

    def test_counts_are_reset(self):
        """CONFIG RESETSTAT forgets connections, resynchronizations, forks and snapshots."""
        names = ("total_connections_received", "sync_full", "sync_partial_ok",
                 "sync_partial_err", "total_forks", "latest_fork_usec", "rdb_saves")
        server, client, replica = self.attached()
        replica.resume(server)
        server.client().send("PSYNC", "0" * 40, "1")
        wait_until(lambda: number(client, "sync_partial_err") == 1, "it is refused")
        client.ask("SAVE")
        before = {name: number(client, name) for name in names}
        assert all(before.values()), before
        assert client.ask("CONFIG", "RESETSTAT") == OK
        after = {name: number(client, name) for name in names}
        assert not any(after.values()), after


class Follower(Case):
    """A replica, seen by a program that plays its primary."""

    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.address = self.listener.getsockname()

    def led(self, client):
        """Makes the server of this client a replica. Returns (its connection, as a file; the
        words of its PSYNC)."""
        client.ask("REPLICAOF", *self.address)
        return self.called()

    def called(self):
        """Returns the same of one that follows us already."""
        conn = self.listener.accept()[0]
        conn.settimeout(LONG)
        self.addCleanup(conn.close)
        file = conn.makefile("rwb", buffering=0)
        while (words := self.command(file))[0] != b"PSYNC":
            file.write(b"+PONG\r\n" if words[0] == b"PING" else b"+OK\r\n")
        return file, words

    def saved(self, server, client):
        """Returns a file with its data."""
        client.ask("SAVE")
        with open(os.path.join(server.folder, "dump.rdb"), "rb") as file:
            return file.read()

    def send_all(self, link, data):
        """Answers PSYNC by this file."""
        rest = memoryview(b"+FULLRESYNC %s 0\r\n$%d\r\n%s" % (b"1" * 40, len(data), data))
        while rest:
            rest = rest[link.write(rest):]

    def command(self, file):
        """Returns the words of the next one."""
        count = int(file.readline().removeprefix(b"*"))
        return [file.read(int(file.readline()[1:]) + 2)[:-2] for _ in range(count)]

    @unittest.skipIf("redis-server" in sys.argv[1], "it stays silent")
    def test_next_primary_knows_more(self):
        """Behind a primary that knows no PSYNC a replica acknowledges nothing; behind the next
        one, which goes on with its history, it does."""
        server, client = self.start()
        data = self.saved(server, client)
        link = self.led(client)[0]
        link.write(b"-ERR unknown command\r\n")
        assert link.readline() == b"SYNC\r\n"
        link.write(b"$%d\r\n%s" % (len(data), data))
        wait_for_link(client)
        client.ask("REPLICAOF", "NO", "ONE")
        link, asked = self.led(client)
        assert asked[1].decode() == client.info("master_replid")
        link.write(b"+CONTINUE\r\n")
        assert self.command(link)[:2] == [b"REPLCONF", b"ACK"]

    @unittest.skipIf("redis-server" in sys.argv[1], "it crashes")
    def test_promoted_by_a_replica(self):
        """A replica of a replica promotes the one that it follows, and is cut off by that."""
        _, client = self.start()
        port = client.ask("CONFIG", "GET", "port")[1][1][1].decode()
        server, client = self.start("--replicaof", f"127.0.0.1 {port}")
        wait_for_link(client)
        replica = Replica(server).load()
        replica.say("REPLICAOF", "NO", "ONE")
        assert replica.is_closed()
        assert client.info("role") == "master"

    def test_back_as_a_replica(self):
        """A primary that comes back as a replica, from its snapshot, goes on in the database
        that its stream had selected then."""
        server, client, replica = self.attached()
        client.ask("SELECT", 5)
        client.ask("SET", "n", 1)
        replica.due("SELECT 5")
        replica.due("SET n 1")
        client.ask("SAVE")
        client.ask("INCR", "n")
        replica.due("INCR n")
        server.kill()
        _, client = self.place.start(SERVER, *OPTIONS, "--replicaof", "%s %d" % self.address,
                                     files="0")
        link, asked = self.called()
        assert asked[1] == replica.history
        link.write(b"+CONTINUE\r\n" + wire.request("INCR", "n"))
        client.ask("SELECT", 5)
        wait_until(lambda: client.ask("GET", "n") == ("$", b"2"), "it counts there")

    @unittest.skipIf("redis-server" in sys.argv[1], "the two differ for good")
    def test_writes_behind_replicaof(self):
        """What a transaction writes after it has made the server a replica is refused, since its
        primary, of the same history, would never hear of it."""
        first, client = self.start()
        second, other = self.start("--replicaof", f"127.0.0.1 {first.port}")
        client.ask("SET", "k", "v")
        wait_until(lambda: other.ask("GET", "k") == ("$", b"v"), "it follows")
        other.ask("REPLICAOF", "NO", "ONE")
        client.ask("MULTI")
        client.ask("REPLICAOF", *second.address)
        client.ask("SET", "k", "w")
        client.ask("GET", "k")
        okay, refused, value = client.ask("EXEC")[1]
        assert okay == OK and value == ("$", b"v")
        assert refused[1].startswith(b"READONLY"), refused
        wait_for_link(client)
        assert number(other, "sync_partial_ok") == 1
        assert client.ask("GET", "k") == other.ask("GET", "k")

    @unittest.skipIf("redis-server" in sys.argv[1], "it ends")
    def test_log_of_a_failed_load(self):
        """A replica whose data cannot be loaded has none, and logs none: once it is a primary,
        its log holds what is written then, and nothing of the data that have gone."""
        server, client = self.start("--appendonly", "yes")
        client.ask("SET", "old", "v")
        data = b"REDIS0010\xfe\0\0\1k\1vc"     # no value has this type
        link = self.led(client)[0]
        self.send_all(link, data)
        wait_until(lambda: client.ask("DBSIZE") == (":", 0), "the old data have gone")
        assert client.ask("REPLICAOF", "NO", "ONE") == OK
        client.ask("SET", "new", "v")
        wait_until(lambda: client.info("aof_enabled") == "1" and
                   client.info("aof_rewrite_in_progress") == "0", "the log is whole")
        server.kill()
        _, client = self.place.start(SERVER, *OPTIONS, "--appendonly", "yes", files="0")
        assert client.ask("KEYS", "*") == ("*", [("$", b"new")])

    def test_aside_fills_an_empty_database(self):
        """Data that were loaded beside an empty database change the watched keys that they bring,
        and serve who waits for them."""
        server, client = self.start("--repl-diskless-load", "swapdb")
        client.ask("SET", "k", "v")
        client.ask("XADD", "s", "1-1", "f", "v")
        data = self.saved(server, client)
        client.ask("FLUSHALL")
        link = self.led(client)[0]
        assert client.ask("WATCH", "k") == OK
        read = later(server.client(), "XREAD", "BLOCK", "0", "STREAMS", "s", "0")
        wait_until(lambda: number(client, "blocked_clients") == 1, "it waits")
        self.send_all(link, data)
        wait_for_link(client)
        client.ask("MULTI")
        client.ask("PING")
        assert client.ask("EXEC") == ("*", None)
        wait_until(lambda: read and read[0][0] == "*", "it reads what came")

    @unittest.skipIf("redis-server" in sys.argv[1], "it evicts before it has freed the old data")
    def test_aside_evicts_nothing(self):
        """A replica with a limit of its own evicts nothing while it has the old and the new
        data."""
        server, client = self.start("--repl-diskless-load", "swapdb",
                                    "--replica-ignore-maxmemory", "no",
                                    "--maxmemory-policy", "allkeys-lru")
        client.ask("DEBUG", "POPULATE", 8000, "key", 1200)
        data = self.saved(server, client)
        client.ask("CONFIG", "SET", "maxmemory", "15mb", "key-load-delay", "50")
        link = self.led(client)[0]
        self.send_all(link, data)
        wait_for_link(client)
        assert number(client, "evicted_keys") == 0

    @unittest.skipIf("redis-server" in sys.argv[1], "it serves nobody before it has read 2 MiB")
    def test_aside_keeps_its_place(self):
        """The stream goes on in the database that the primary's file names, though the replica
        reads a file of its own while it loads that one."""
        server, client, _ = self.attached("--repl-diskless-load", "swapdb")
        client.ask("SELECT", 5)
        client.ask("DEBUG", "POPULATE", 2000)
        client.ask("SET", "n", 1)
        data = self.saved(server, client)
        client.ask("SELECT", 6)
        client.ask("SET", "n", 1)
        client.ask("SAVE")
        client.ask("CONFIG", "SET", "key-load-delay", 300)
        link = self.led(client)[0]
        self.send_all(link, data)
        wait_until(lambda: client.info("loading") == "1", "it loads")
        assert client.ask("DEBUG", "RELOAD", "NOSAVE") == OK
        assert client.info("loading") == "1"
        wait_for_link(client)
        link.write(wire.request("INCR", "n"))
        client.ask("SELECT", 5)
        wait_until(lambda: client.ask("GET", "n") == ("$", b"2"), "it counts there")

    def test_waits_through_a_load(self):
        """Who waits for a stream on a replica goes on waiting while its data are replaced, and
        reads what they bring."""
        server, client = self.start()
        streams = [f"s{i}" for i in range(200)]
        for name in streams:
            client.ask("XADD", name, "1-1", "f", "v")
        client.ask("DEBUG", "POPULATE", 400000, "key", 100)
        data = self.saved(server, client)
        client.ask("FLUSHALL")
        client.ask("SET", "old", "v")
        link = self.led(client)[0]
        read = later(server.client(), "XREAD", "BLOCK", "0", "STREAMS", *streams,
                     *["0"] * len(streams))
        wait_until(lambda: number(client, "blocked_clients") == 1, "it waits")
        self.send_all(link, data)
        wait_for_link(client)
        link.write(wire.request("XADD", "s0", "2-1", "f", "v"))
        wait_until(lambda: read, "it reads")
        assert read[0][0] == "*", read


class Output(Case):
    """Limits of what a replica may lack."""

    def test_hard_limit(self):
        """A replica that does not read is cut at its limit, and costs no more memory."""
        limit = 4 << 20
        _, client, replica = self.attached("--repl-backlog-size", "1mb",
                                           LIMIT, f"replica {limit} 0 0")
        before = number(client, "used_memory")
        for _ in range(2):
            write_20_mb(client)
        wait_until(lambda: number(client, "connected_slaves") == 0, "it is cut")
        assert replica.is_closed()
        grown = number(client, "used_memory") - before
        assert grown < 2 * limit, f"{grown} bytes more"

    def test_soft_limit(self):
        """A replica may be over its soft limit for some seconds, and is cut then."""
        _, client, replica = self.attached("--repl-backlog-size", "16kb",
                                           LIMIT, "replica 0 1mb 2")
        began = time.monotonic()
        write_20_mb(client)
        wait_until(lambda: number(client, "connected_slaves") == 0, "it is cut")
        assert time.monotonic() - began > 1.9, "it was cut at once"
        assert replica.is_closed()

    def test_held_bytes(self):
        """What is kept for a slow replica alone is counted as its memory."""
        _, client, replica = self.attached("--repl-backlog-size", "1mb", LIMIT, "replica 0 0 0")
        write_20_mb(client)
        assert number(client, "mem_replication_backlog") < 3000000
        assert 5000000 < number(client, "mem_clients_slaves") < 20000000
        replica.conn.close()
        wait_until(lambda: number(client, "mem_clients_slaves") == 0, "it is given back")

    def test_read_bytes(self):
        """What a slow replica has read at last costs no keys: it did not count before, either."""
        _, client, replica = self.attached("--repl-backlog-size", "64kb", LIMIT, "replica 0 0 0")
        for i in range(100):
            client.ask("SETRANGE", f"key:{i}", 100000, "x")
        client.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
        for _ in range(40):
            client.ask("SETRANGE", "key:0", 0, "x" * 100000)
        wait_until(lambda: number(client, "mem_not_counted_for_evict") > 0, "it is slow")
        size = number(client, "used_memory") - number(client, "mem_not_counted_for_evict")
        assert client.ask("CONFIG", "SET", "maxmemory", size + 300000) == OK
        for _ in range(200):
            client.ask("SETRANGE", "key:0", 0, "x" * 100000)
        replica.conn.sock.setblocking(True)
        while number(client, "mem_not_counted_for_evict") > 100000:
            for _ in range(20):
                replica.conn.sock.recv(1 << 16)
                client.ask("SETRANGE", "key:0", 0, "x")
        assert number(client, "evicted_keys") == 0


class Shutdown(Case):
    def unheard(self, *words):
        """Returns a server with a write that its replica has read, and not acknowledged."""
        server, client, replica = self.attached(*words)
        replica.ack()
        client.ask("SET", "k", "v")
        replica.due("SET k v")
        return server, client, replica

    def test_signal_waits(self):
        """SIGTERM waits for replicas, too."""
        server, _, replica = self.unheard()
        server.signal(signal.SIGTERM)
        assert server.wait_exit(0.5) is None, "it did not wait"
        replica.ack()
        assert has_ended(server)

    def test_signal_now(self):
        """A signal does not wait for replicas if the setting says now."""
        server, _, _ = self.unheard("--shutdown-timeout", "1000",
                                    "--shutdown-on-sigterm", "nosave now")
        server.signal(signal.SIGTERM)
        assert has_ended(server)

    def test_failed(self):
        """A replica that waits for its snapshot gets it after a SHUTDOWN that has failed."""
        server, client = self.start("--repl-diskless-sync-delay", "2")
        os.mkdir(os.path.join(server.folder, "dump.rdb"))
        replica = Replica(server, "eof", "psync2")
        wait_until(lambda: number(client, "connected_slaves") == 1, "it waits")
        assert client.ask("SHUTDOWN", "SAVE", "NOW")[0] == "-"
        replica.newlines_before(b"+FULLRESYNC")


if __name__ == "__main__":
    SERVER, FOLDER, *names = sys.argv[1:]
    SERVER += " --port {port}"
    unittest.main(argv=[sys.argv[0], *names], warnings="ignore")
