"""Tests that the fuzzer finds mistakes, and of its parts."""

import os
import random
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
FUZZ = os.path.join(HERE, "..", "fuzz")
sys.path[:0] = [os.path.dirname(HERE), os.path.dirname(os.path.dirname(HERE))]

from commands.patterns import ROWS  # noqa: E402
from commands.reduce import reduce  # noqa: E402
from fuzzlib.generate import Generator  # noqa: E402
from fuzzlib.minimise import minimise  # noqa: E402
from fuzzlib.player import Finding, Player  # noqa: E402
from fuzzlib.replies import Broken, Replies  # noqa: E402
from fuzzlib.trace import Trace, read_trace  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.tests.helpers import bad_server  # noqa: E402

GOOD = b"+OK\r\n*2\r\n*0\r\n*1\r\n$0\r\n\r\n%1\r\n_\r\n,1.5\r\n>1\r\n+a\r\n"


class RepliesTest(unittest.TestCase):
    def test_cut_anywhere(self):
        for cut in range(len(GOOD)):
            replies = Replies()
            replies.feed(GOOD[:cut])
            self.assertEqual(replies.between(), cut in (0, 5, 23, 36))
            replies.feed(GOOD[cut:])
            self.assertEqual((replies.count, replies.between()), (3, True))

    def test_broken(self):
        with self.assertRaises(Broken):
            Replies().feed(b"+OK\r\n$1\r\nab\r\n")


class TraceTest(unittest.TestCase):
    def test_a_round_comes_back(self):
        steps = Generator("04", True, 5).round()
        steps.append(("send", 0, bytes(range(256)) + b"\\x41\\n"))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "one.bin")
            Trace("04", ["--requirepass", "x"], steps).write(path, ["a note\nin lines"])
            again = read_trace(path)
        self.assertEqual((again.stage, again.arguments), ("04", ["--requirepass", "x"]))
        self.assertEqual(again.steps, steps)


class GenerateTest(unittest.TestCase):
    def test_a_seed_makes_the_same_sessions(self):
        one, other = (Generator("04", False, 7) for _ in range(2))
        for _ in range(5):
            self.assertEqual(one.round(), other.round())

    def test_every_pattern_can_be_drawn(self):
        generator = Generator("09", True, 3)
        for row in ROWS:
            for _ in range(5):
                words: list[bytes] = []
                row.pattern.draw(generator.wild, words)
                self.assertTrue(words)

    def test_every_session_ends(self):
        generator = Generator("03", True, random.randrange(1000))
        for _ in range(10):
            steps = generator.round()
            opened = [conn for what, conn, _ in steps if what == "open"]
            ended = [conn for what, conn, _ in steps if what in ("shut", "close", "reset")]
            self.assertEqual(sorted(opened), sorted(ended))


class MinimiseTest(unittest.TestCase):
    def test_reduce_keeps_what_is_needed(self):
        kept = reduce(list(range(100)), lambda some: {17, 80} <= set(some), float("inf"))
        self.assertEqual(kept, [17, 80])

    def test_minimise_finds_the_byte(self):
        steps = [("open", 0, None), ("open", 1, None)]
        steps += [("send", 1, b"*1\r\n$4\r\nPING\r\n" * 20 + b"\xff" + b"x" * 3000)]
        steps += [("close", 0, None), ("close", 1, None)]

        def fails(some):
            return any(what == "send" and b"\xff" in data for what, _, data in some)

        self.assertEqual(minimise(steps, fails, 60), [("send", 1, b"\xff")])


class PlayerTest(unittest.TestCase):
    def test_a_death_is_told_before_replies_that_are_missing(self):
        server = Server(bad_server("pongs_and_dies")).start()
        self.addCleanup(server.stop)
        steps = [("open", 0, None), ("send", 0, b"PING\r\n\xff"), ("due", 0, 2), ("shut", 0, None)]
        with self.assertRaises(Finding) as raised:
            Player(server, False, "", 5).play(steps)
        self.assertEqual(raised.exception.kind, "died")


class FindingTest(unittest.TestCase):
    def fuzz(self, *arguments):
        done = subprocess.run([sys.executable, FUZZ, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=300)
        return done.returncode, done.stdout.decode()

    def test_what_is_wrong_is_found(self):
        # The search ends with the first finding, so a high limit costs only a slow machine time.
        for mode, kind, seconds in (("echoes_and_dies", "died", "90"),
                                    ("swallows", "replies", "90"), ("ends_badly", "exit", "3")):
            with self.subTest(mode):
                status, said = self.fuzz(
                    "--stage", "02", "--seconds", seconds, "--seed", "99", "--shrink", "4",
                    "--server", bad_server(mode))
                self.assertEqual(status, 1, said)
                self.assertIn(f"FOUND  {kind}:", said)

    def test_a_set_up_at_fault(self):
        self.assertEqual(self.fuzz("--server", "/nonexistent")[0], 2)


if __name__ == "__main__":
    unittest.main()
