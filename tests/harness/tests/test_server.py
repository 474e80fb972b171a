"""The client that all of tests/ asks with, the servers that it starts, and
what the kernel tells of them."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

from harness import kernel, server, wire
from harness.model import Mismatch, read_file
from harness.tests.helpers import HTTP, Peer, closed

# Answers each connection's first bytes with what its command line says (in
# Python's escapes, "|" where the pieces are cut), and serves on; "NAME" in
# the text is its working folder.
SERVE = r'''
import os, signal, socket, sys, time
signal.signal(signal.SIGTERM, lambda *_: (open("left", "w").close(), sys.exit(3)))
print("said", file=sys.stderr, flush=True)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
answer = " ".join(sys.argv[2:]).replace("NAME", os.getcwd())
while True:
    conn, _ = listener.accept()
    if conn.recv(65536):
        for part in answer.encode().decode("unicode_escape").split("|"):
            conn.sendall(part.encode("latin-1"))
            time.sleep(0.01)
'''


def serving(answer, program=SERVE, **options):
    """A server that gives one answer to all; the words of the answer are what
    is added to its command line."""
    return server.Server("%s -c '%s' {port}" % (
        sys.executable, program.replace("'", "'\"'\"'")),
        words=answer.split(" "), **options)


class TestClient(unittest.TestCase):
    def client(self, *pieces):
        """A client, and what the other side says to it before it leaves."""
        def say(conn):
            for piece in pieces:
                conn.sendall(piece)
                time.sleep(0.005)
            conn.shutdown(socket.SHUT_WR)
            while conn.recv(65536):
                pass
        peer = closed(self, Peer(say))
        return closed(self, wire.Client(peer.address, 5))

    def test_replies_are_told_from_errors_and_are_bytes(self):
        client = self.client(b"$3\r\n\0\r", b"\n\r\n-ERR no\r\n:7\r\n")
        self.assertEqual(client.ask("GET", b"\xff"), ("$", b"\0\r\n"))
        self.assertEqual(client.ask("GET"), ("-", b"ERR no"))
        self.assertEqual(client.ask_all([["INCR", 1]]), [(":", 7)])

    def test_the_end_and_silence_are_no_replies(self):
        client = self.client(b"+OK\r\n$5\r\nhal")
        self.assertEqual(client.reply(), ("+", b"OK"))
        with self.assertRaises(ConnectionError):
            client.reply()
        client = self.client()
        client.sock.settimeout(0.001)
        client.buf += b":1\r"
        with self.assertRaises(OSError):
            client.reply()

    def test_what_is_no_reply_is_malformed_at_once(self):
        with self.assertRaises(wire.Malformed):
            self.client(b"*2\r\n:1\r\n", b"x").reply()

    def test_a_long_reply_takes_few_looks(self):
        numbers = ("*", [(":", n) for n in range(200000)])
        data = wire.encode(("*", [numbers, ("$", b"x" * 100000)]))
        looks = []
        parse = wire.parse

        def counted(buf, at=0, depth=0):
            looks.extend([1] * (depth == 0))
            return parse(buf, at, depth)
        self.addCleanup(setattr, wire, "parse", parse)
        wire.parse = counted
        pieces = [data[at:at + 20000] for at in range(0, len(data), 20000)]
        reply = self.client(*pieces).reply()
        self.assertEqual(wire.encode(reply), data)
        self.assertLess(len(looks), len(pieces) // 2)

    def test_a_field_of_info(self):
        client = self.client(wire.bulk("# A\r\nab:1\r\nb:2 x\r\n") * 2)
        self.assertEqual(client.info("b"), "2 x")
        self.assertIsNone(client.info("a"))


class TestKernel(unittest.TestCase):
    def test_what_a_kernel_does_not_report_is_not_known(self):
        for text in ("", "State:\tR (running)\n"):
            with mock.patch.object(kernel, "of_threads", return_value={"1": text}):
                self.assertEqual(kernel.running(1), set())
        texts = {"1": "", "2": "5 2000000000 1\n"}
        with mock.patch.object(kernel, "of_threads", return_value=texts):
            self.assertEqual(kernel.starved(1), 2)


class TestServer(unittest.TestCase):
    def start(self, *arguments, **options):
        started = serving(*arguments, **options)
        self.addCleanup(started.stop, 0)
        return started.start()

    def test_its_folder_goes_with_it_and_a_given_one_stays(self):
        mine = self.start("$+NAME\\r\\n")
        folder = mine.folder
        mine.restart()
        self.assertEqual((mine.folder, os.listdir(folder)), (folder, ["left"]))
        mine.stop()
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(mine.stopped_with, 3)
        with tempfile.TemporaryDirectory() as given:
            mine = self.start("+NAME\\r\\n", folder=given)
            with wire.Client(mine.address) as client:
                self.assertEqual(client.ask("x")[1].decode(),
                                 os.path.realpath(given))
            mine.stop()
            self.assertEqual(os.listdir(given), ["left"])

    def test_who_does_nothing_when_told_to_end_is_told_once(self):
        folder = ("-d", "/")        # there it might keep something
        for words, due in (((), -15), ((), None), (folder, -15)):
            mine = server.Server(HTTP + " -b 127.0.0.1", words=words).start()
            mine.stop()
            self.assertEqual(mine.stopped_with, due)

    def test_loaded_waits_while_it_says_that_it_loads(self):
        loads = SERVE.replace("while True:", "began = time.time()\nwhile True:"
                              ).replace(
            "answer.encode()", '("-LOADING x\\\\r\\\\n" if time.time() < '
            'began + 0.3 else answer).encode()')
        mine = self.start("+PO|NG\\r\\n", loads, loaded=True)
        with wire.Client(mine.address) as client:
            self.assertEqual(client.ask("PING"), ("+", b"PONG"))
        with self.assertRaises(Mismatch):
            self.start("-LOADING\\r\\n", loaded=True, ready=0.5)

    def test_time_without_a_cpu_is_no_time_to_start(self):
        late = SERVE.replace("listener =", "time.sleep(0.6); listener =")
        one = serving("+OK\\r\\n", late, ready=0.1)
        self.addCleanup(one.stop, 0)
        one.starved = lambda: 0.0
        with self.assertRaises(Mismatch):
            one.start()
        one.stop(0)
        one.starved = lambda: time.perf_counter() - one.started
        with mock.patch("harness.server.STARVED", 600):
            one.start()
        one.stop(0)
        one.ready = 0.01        # ... but it does not take for ever
        with self.assertRaises(Mismatch):
            one.start()

    def test_all_that_it_has_printed_is_there(self):
        prints = SERVE.replace("for part", "print('asked', file=sys.stderr, "
                               "flush=True)\n        for part")
        mine = self.start("+OK\\r\\n", prints)
        for count in range(1, 100):
            with wire.Client(mine.address) as client:
                client.ask("PING")
            self.assertEqual(mine.stderr.text(), ["said"] + ["asked"] * count)

    def test_what_a_sanitizer_said(self):
        says = SERVE.replace('print("said"', 'print("1\\n==7==ERROR: bad\\nat '
                             'x\\n" + "\\n" * 3' )
        mine = self.start("+OK\\r\\n", says)
        mine.kill()
        self.assertEqual(mine.complaint(), ["==7==ERROR: bad", "at x"])
        self.assertEqual(mine.complaint(1), ["==7==ERROR: bad"])
        quiet = self.start("+OK\\r\\n")
        quiet.kill()
        self.assertEqual(quiet.complaint(), [])
        self.assertEqual(quiet.last_lines(), ("stderr", ["said"]))

    def test_environment_and_core(self):
        core = min(os.sched_getaffinity(0))
        mine = self.start("+OK\\r\\n", core=core, environment={"MARK": "m1"})
        self.assertIn(b"\0MARK=m1\0", b"\0" + read_file("/proc/%d/environ" % mine.process.pid))
        self.assertEqual(os.sched_getaffinity(mine.process.pid), {core})

    def test_walls_stand_before_its_command(self):
        for status, fate in ((139, "exited with status 139, as after SIGSEGV"),
                             (255, "exited with status 255"),
                             (2, "exited with status 2")):
            mine = serving("+OK", walls=["sh", "-c", 'test "$1" && exit %d' % status])
            self.addCleanup(mine.stop, 0)
            self.assertEqual(mine.start_refused(60), status)
            self.assertEqual(mine.fate(), fate)

    def test_a_starved_machine_loses_no_last_words(self):
        """The threads that read what a server says may not get their turn for seconds."""
        turn = threading.Event()
        with mock.patch("harness.server.readable", lambda _: turn.wait()):
            mine = serving("+OK", program="print('a'); import sys; sys.exit('why')")
            self.addCleanup(mine.stop, 0)
            self.addCleanup(turn.set)
            self.assertEqual(mine.start_refused(60), 1)
            self.assertEqual(mine.last_lines(), ("stderr", ["why"]))
            self.assertEqual(mine.stdout.text(), ["a"])

    def test_the_kernels_facts(self):
        mine = self.start("+OK\\r\\n")
        self.assertEqual(kernel.children(os.getpid()), [mine.process.pid])
        self.assertIn(mine.process.pid, kernel.descendants(os.getpid()))
        self.assertIn(mine.process.pid, kernel.descendants(os.getpid(), kernel.parents()))
        with mock.patch("harness.kernel.lists_children", lambda: False):
            self.assertEqual(kernel.children(os.getpid()), [mine.process.pid])
        self.assertEqual(kernel.ports_of([mine.process.pid]), {mine.port: mine.process.pid})
        with mock.patch("harness.kernel.told_sockets", side_effect=OSError):
            self.assertEqual(kernel.ports_of([mine.process.pid]),
                             {mine.port: mine.process.pid})
        for said in ((20, kernel.DONE, -2), (20, kernel.ERROR, -2), (0, kernel.DONE, 0)):
            with self.subTest(said), mock.patch("socket.socket") as asked:
                # What a kernel says that does not know TCP's sockets in this way.
                asked.return_value.__enter__.return_value.recv.return_value = struct.pack(
                    "=IHHIIi", said[0], said[1], 0, 0, 0, said[2])
                self.assertEqual(kernel.ports_of([mine.process.pid]),
                                 {mine.port: mine.process.pid})
        with socket.create_connection(("127.0.0.1", mine.port)) as mine_too:
            pair = (mine_too.getsockname()[1], mine.port)
            for find in (kernel.sockets, kernel.listed_sockets):
                self.assertIn(pair, [found[1:] for found in find(kernel.CONNECTED)])
        with mock.patch("builtins.open", mock.mock_open(read_data="some total=2500000\n")):
            self.assertEqual(kernel.crowded(), 2.5)
        self.assertTrue(kernel.taken(mine.port))
        self.assertEqual(mine.main_pid(), mine.process.pid)
        self.assertGreater(mine.resident(), 1 << 20)
        self.assertLess(0.0, mine.cpu())
        self.assertLess(mine.cpu(), 10.0)
        mine.stop()
        pid = mine.process.pid
        self.assertEqual([kernel.cpu(pid), kernel.resident(pid),
                          kernel.born(pid), kernel.descriptors(pid)],
                         [None, None, None, {}])

    def test_a_port_goes_to_one_judge(self):
        """Two that draw the same one at the same time would talk to one server."""
        first, second = kernel.free_port(), kernel.free_port()
        for _ in range(2):
            kernel.claims.pop().close()
        draws = "[%d, %d, %d]" % (first, first, second)
        show = ("import random; from harness import kernel; draws = iter(%s)\n"
                "random.SystemRandom.randrange = lambda *_: next(draws)\n"
                "print(kernel.free_port(), flush=True); input()" % draws)
        ports = []
        for _ in range(2):
            judge = subprocess.Popen(
                [sys.executable, "-c", show], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True, cwd=os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
            self.addCleanup(judge.communicate, "\n")
            ports.append(int(judge.stdout.readline()))
        self.assertEqual(ports, [first, second])

    def test_a_process_of_any_name_has_its_parent(self):
        with tempfile.TemporaryDirectory() as folder:
            path = shutil.copy(shutil.which("sleep"),
                               os.path.join(folder, "a) S (b"))
            with subprocess.Popen([path, "10"]) as process:
                self.assertEqual(kernel.parents()[process.pid], os.getpid())
                process.kill()

    def test_lists_of_cores(self):
        self.assertEqual(kernel.core_list("0-2,5\n"), {0, 1, 2, 5})
        first, second = kernel.two_cores()
        self.assertTrue(first is None or first != second)
