"""access.py SERVER [Access.test_...]: who may ask what, and who can hold everybody up: strangers,
crowds, and what is dangerous. SERVER is the program of a stage from the third on; what it cannot
do yet is left out.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest

from common import OK, Server, connect, eventually, until_closed
from harness import wire

LONG = 30               # seconds; nothing takes as long, on any machine
PROGRAM = os.path.abspath(sys.argv[1])
STAGE = os.path.basename(os.path.dirname(PROGRAM))[:2]
ELSEWHERE = "10.9.8.7"  # an address of this machine that is not of the loopback
REFUSED = ("-ERR DEBUG command not allowed. If the enable-debug-command option is set to "
           "\"local\", you can run it from a local connection, otherwise you need to set this "
           "option in the configuration file, and then restart the server.\r\n")
LIMITS = "client-output-buffer-limit"


def since(stage):
    return unittest.skipIf(STAGE < stage, "it begins with stage " + stage)


def talk(server, *lines, host="127.0.0.1"):
    """Sends all lines in one piece, then no more. Returns everything that comes."""
    client = connect(server.port, host)
    with contextlib.suppress(OSError):  # it has closed already, with or without an answer
        client.write("".join(line + "\r\n" for line in lines).encode())
        client.sock.shutdown(socket.SHUT_WR)
    return until_closed(client).decode()


def log(server):
    return "\n".join(server.stderr.text())


def is_cut(client, size):
    """Sends PINGs of so many bytes, or as far as they are accepted, and reads nothing. Returns
    true if the server closes the connection."""
    try:
        while size > 0:
            size -= client.sock.send(b"PING\r\n" * 1000)
    except ConnectionError:
        return True
    except TimeoutError:
        pass
    return False


class Access(unittest.TestCase):
    def start(self, *words, **limits):
        server = Server(PROGRAM + " --port {port}", words=words, **limits)
        self.addCleanup(server.stop, 0)
        return server.start()

    def ends_well(self, server):
        self.assertEqual(0, server.terminate(LONG), log(server))

    def has(self, text, *parts):
        """Checks that these parts stand in the text, one behind the other."""
        self.assertRegex(text, "(?s)" + ".*".join(map(re.escape, parts)))

    def logs_once(self, server, pattern):
        self.assertEqual(1, len(re.findall(pattern, log(server))), log(server))

    def test_browsers(self):
        """A browser's POST ends its connection before its body is run, with a line in the log."""
        server = self.start()
        for word in ("POST", "post", "Host:", "HOST:"):
            self.assertEqual("", talk(server, "PING", word + " / HTTP/1.1", "Host: x", "",
                                      "CLIENT SETNAME pwned", "PING"))
        self.has(talk(server, "POSTS x", "Host", "PING"), "'POSTS'", "'Host'", "+PONG")
        # One line a minute, however many come, and it says where from.
        self.logs_once(server, "HTTP")
        self.logs_once(server, r"warn .*127\.0\.0\.1:\d* sends HTTP")
        if STAGE >= "04":
            talk(server, "POST / HTTP/1.1", "Host: x", "", "SET pwned 1")
            self.assertEqual("$-1\r\n", talk(server, "GET pwned"))
        self.ends_well(server)

    # Strangers.

    @since("10")
    def test_strangers(self):
        """Who has not authenticated, and does not read, is closed at 16 KiB of output."""
        server = self.start("--requirepass", "secret")
        before = server.resident()
        clients = [connect(server.port, timeout=10) for _ in range(20)]
        # 30 MB of requests from each, for which 170 MB of output would be due.
        self.assertEqual(20, sum(is_cut(client, 30000000) for client in clients))
        self.assertLess(server.resident() - before, 8 << 20)
        self.logs_once(server, "has not authenticated")
        # 16 KiB are allowed, as by Redis: 481 of these replies.
        self.assertEqual(481, talk(server, *["PING"] * 481).count("NOAUTH"))
        self.assertEqual("", talk(server, *["PING"] * 482))
        self.ends_well(server)

    @since("10")
    def test_who_gets_in(self):
        """Who reads may go on until he gets in, and is not limited then."""
        server = self.start("--requirepass", "secret")
        client = connect(server.port)
        for _ in range(50):
            for reply in client.ask_all([["PING"]] * 100):
                self.assertEqual(("-", b"NOAUTH Authentication required."), reply)
        self.assertEqual("*", client.ask("HELLO", "2", "AUTH", "default", "secret")[0])
        client.write(b"PING\r\n" * 100000)
        for _ in range(100000):
            self.assertEqual(("+", b"PONG"), client.reply())
        # What was asked for before RESET is not a stranger's.
        self.has(talk(server, "AUTH secret", "ECHO " + "x" * 50000, "RESET", "PING"),
                 "xxx", "+RESET", "NOAUTH")
        self.assertEqual("", talk(server, "AUTH secret", "RESET", *["PING"] * 600))

    # Output that nobody reads.

    def unread(self, server, limits, seconds, then=None):
        """One client asks for 30 MB and reads nothing, while these limits hold for ordinary
        clients; a second one asks for as much, and reads. Returns which of them are there after
        this many seconds, or as soon as the first has gone, and whether that was at least a second
        later. Other limits may hold from when both have asked."""
        asker, silent, reader = (connect(server.port) for _ in range(3))
        asker.ask("SET", "big", "x" * 1000000)
        self.assertEqual(OK, asker.ask("CONFIG", "SET", LIMITS, limits))
        names = {b"silent": silent, b"reader": reader}
        for name, client in names.items():
            client.ask("CLIENT", "SETNAME", name)
        began = time.monotonic()
        silent.write(b"GET big\r\n" * 30)
        for _ in range(30):
            self.assertEqual(1000000, len(reader.ask("GET", "big")[1]))
        if then is not None:
            self.assertEqual(OK, asker.ask("CONFIG", "SET", LIMITS, then))
        there = list(names)
        while b"silent" in there and time.monotonic() < began + seconds:
            time.sleep(0.02)
            listed = asker.ask("CLIENT", "LIST")[1]
            there = [name for name in names if b"name=" + name in listed]
        later = time.monotonic() >= began + 1
        if b"silent" not in there:
            self.assertLess(len(until_closed(silent)), 30000000)
        return there, later

    @since("10")
    def test_who_does_not_read(self):
        """He is cut over the hard limit of his class, or the soft one for so long."""
        server = self.start()
        self.assertEqual(([b"silent", b"reader"], True),
                         self.unread(server, "normal 0 1mb 60", 2), "it had a minute")
        self.assertNotIn("is cut", log(server))
        self.assertEqual(([b"reader"], True), self.unread(server, "normal 0 2mb 1", 20))
        self.logs_once(server, r"warn .*127\.0\.0\.1:\d* is cut: .* soft limit")
        # A new time holds for who is over the limit already.
        self.assertEqual(([b"reader"], True), self.unread(
            server, "normal 0 1mb 3600", 20, "normal 0 1mb 1"))
        server = self.start("--" + LIMITS, "normal", "2mb", "0", "0",
                            "--" + LIMITS, "slave", "1", "2", "3")
        self.has(talk(server, "CONFIG GET " + LIMITS), "normal 2097152 0 0 slave 1 2 3 pubsub")
        self.assertEqual([b"reader"], self.unread(server, "pubsub 1mb 0 0", 20)[0])
        self.logs_once(server, "is cut: .* hard limit")
        self.ends_well(server)

    # Crowds.

    @since("10")
    def test_crowds(self):
        """They leave descriptors for a snapshot, and the next ones are told."""
        server = self.start("--save", "", max_files=64)
        first = connect(server.port)
        eventually(lambda: first.info("connected_clients") == "1", LONG)
        others = [connect(server.port) for _ in range(49)]
        eventually(lambda: int(first.info("connected_clients")) +
                   int(first.info("rejected_connections")) == 1 + len(others), LONG)
        refused = set()
        for client in others:
            client.sock.settimeout(0.001)
            with contextlib.suppress(TimeoutError):
                refused.add(until_closed(client))
        self.assertEqual({b"-ERR max number of clients reached\r\n"}, refused)
        self.assertEqual(OK, first.ask("SET", "a", "1"))
        self.assertEqual("+", first.ask("BGSAVE")[0])
        eventually(lambda: first.info("rdb_bgsave_in_progress") == "0", LONG)
        self.assertEqual("ok", first.info("rdb_last_bgsave_status"))
        self.assertEqual(OK, first.ask("SET", "a", "2"))
        for client in (first, *others):
            client.close()
        self.has(log(server), "warn ", "maxclients is 32 instead of 10000")
        self.assertTrue(os.path.getsize(os.path.join(server.folder, "dump.rdb")))
        said = talk(server, "CONFIG GET maxclients", "CONFIG SET maxclients 33",
                    "CONFIG SET maxclients 0", "CONFIG SET maxclients 1", "INFO")
        self.has(said, "\r\n32\r\n", "argument 'maxclients') - The operating system is not able to "
                 "handle the specified number of clients, try with 32",
                 "must be between 1 and 4294967295 inclusive", "+OK")
        self.has(said, "connected_clients:1", "maxclients:1", "rejected_connections:18")

    @since("10")
    def test_no_room(self):
        """Without descriptors for one client it does not start."""
        server = Server(PROGRAM + " --port {port}", words=["--save", ""], max_files=32)
        self.addCleanup(server.stop, 0)
        self.assertEqual(1, server.start_refused(LONG))
        self.has(log(server), "32 open files are not enough")

    # DEBUG.

    @since("08")
    def test_debug(self):
        """It is refused unless enable-debug-command allows it."""
        for word, due in (("", REFUSED), ("no", REFUSED), ("local", "+OK\r\n"), ("yes", "+OK\r\n")):
            server = self.start("--save", "", *["--enable-debug-command", word][:2 * bool(word)])
            self.assertEqual(due, talk(server, "debug sleep 0"), word)
            self.has(talk(server, "CONFIG SET enable-debug-command yes",
                          "CONFIG GET enable-debug-command"),
                     "can't set immutable config", "\r\n" + (word or "no") + "\r\n")

    def start_to_debug(self):
        return self.start("--save", "", "--enable-debug-command", "local")

    @since("08")
    def test_reload(self):
        """After DEBUG RELOAD nothing is unsaved."""
        for option in "", "NOSAVE":
            said = talk(self.start_to_debug(), "MSET a 1 b 2", "SAVE", "DEBUG RELOAD " + option,
                        "DBSIZE", "INFO persistence")
            self.has(said, "+OK", "+OK", "+OK", ":2", "rdb_changes_since_last_save:0")

    @since("08")
    def test_reload_of_damage(self):
        """DEBUG RELOAD of a damaged file answers an error, and leaves no half."""
        server = self.start_to_debug()
        talk(server, "MSET a 1 b 2", "SAVE")
        path = os.path.join(server.folder, "dump.rdb")
        with open(path, "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"x")
        self.assertEqual(
            "-ERR Error trying to load the RDB dump, check server logs.\r\n"
            ":0\r\n+OK\r\n+OK\r\n:1\r\n",
            talk(server, "DEBUG RELOAD NOSAVE", "DBSIZE", "SET c 3", "DEBUG RELOAD", "DBSIZE"))
        self.logs_once(server, "error DEBUG RELOAD: dump.rdb is damaged .*: "
                       "the databases are empty")
        os.unlink(path)
        self.assertRegex(talk(server, "DEBUG RELOAD NOSAVE", "DBSIZE"), "^-ERR.*\r\n:1\r\n$")
        self.logs_once(server, "error DEBUG RELOAD: there is no file: the data are as they were")

    # Protected mode.

    @since("10")
    def test_other_machines(self):
        """Without a password others are told why they are not let in."""
        for program in "unshare", "ip":
            if not shutil.which(program):
                self.skipTest(program + " is not installed")
        if subprocess.run(["unshare", "-rn", "true"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("there are no user namespaces")
        # In a network of its own.
        done = subprocess.run(
            ["unshare", "-rn", "sh", "-c", "ip link set lo up && ip addr add %s/32 dev lo && "
             "exec \"$@\"" % ELSEWHERE, "sh", sys.executable, __file__, PROGRAM,
             "Access.in_a_network"], capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr)

    def in_a_network(self):
        """What there is to see where this machine has an address of its own."""
        server = self.start("--save", "", "--bind", "* -::*", "--enable-debug-command", "local")
        said = talk(server, "PING", host=ELSEWHERE)
        self.assertRegex(
            said, "^-DENIED Redis is running in protected mode because protected mode is enabled "
            "and no password is set for the default user.*"
            "accepting connections from the outside.\r\n$")
        self.logs_once(server, r"warn .*protected mode: 10\.9\.8\.7:")
        for host in "127.0.0.1", "::1":
            self.assertEqual("+PONG\r\n", talk(server, "PING", host=host))
        self.has(talk(server, "INFO stats"), "rejected_connections:1")
        # Its own machine may lift it; others then may PING, and not DEBUG.
        self.assertEqual("+OK\r\n", talk(server, "CONFIG SET protected-mode no"))
        self.assertEqual("+PONG\r\n", talk(server, "PING", host=ELSEWHERE))
        self.assertEqual("+OK\r\n", talk(server, "debug sleep 0"))
        self.has(talk(server, "debug sleep 0", host=ELSEWHERE), "DEBUG command not allowed")
        # A password is protection, too.
        self.assertEqual("+OK\r\n", talk(
            server, "CONFIG SET protected-mode yes requirepass secret"))
        self.has(talk(server, "PING", host=ELSEWHERE), "-NOAUTH")

    @since("08")
    def test_a_client_that_has_gone(self):
        """A client of this machine that is gone already is none of another's."""
        server = self.start("--save", "")
        with server.stopped():
            wire.reset(connect(server.port).sock)
        self.assertEqual(("+", b"PONG"), server.ask("PING"))
        self.assertNotIn("another machine", log(server))

    # Who is a client, and how much it may be sent.

    @since("10")
    def test_a_primary_that_was_never_reached(self):
        """It is no client, by whatever id."""
        client = connect(self.start("--save", "").port)
        own = client.ask("CLIENT", "ID")[1]
        client.ask("REPLICAOF", "127.0.0.1", "1")
        client.ask("REPLICAOF", "NO", "ONE")
        listed = client.ask("CLIENT", "LIST", "ID", *range(own, own + 20))[1]
        self.assertEqual([b"%d" % own], re.findall(rb"^id=(\d+)", listed, re.M))

    @since("10")
    def test_a_limit_that_is_raised(self):
        """A client that is full goes on if that happens before anything is sent."""
        server = self.start("--save", "")
        client, admin = connect(server.port), connect(server.port)
        admin.ask("SET", "big", "x" * 300000)
        admin.ask("CONFIG", "SET", LIMITS, "normal 1mb 0 0")
        client.ask("PING")
        with server.stopped():
            client.write(b"GET big\r\n" * 30)
            admin.send("CONFIG", "SET", LIMITS, "normal 0 0 0")
        self.assertEqual([300000] * 30, [len(client.reply()[1]) for _ in range(30)])
        self.assertEqual(OK, admin.reply())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], warnings="ignore")
