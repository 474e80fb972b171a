"""The grammar draws what its patterns say, and Redis takes it in any order."""

import itertools
import os
import random
import shutil
import sys
import unittest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from differ import grammar, waits  # noqa: E402
from differ.line import Line  # noqa: E402
from differ.replaying import Replayed  # noqa: E402
from differ.step import Step  # noqa: E402
from differ.tables import TABLES  # noqa: E402
from differ.words import Kinds  # noqa: E402
from harness.server import Server  # noqa: E402


def drawn(pattern, times=400):
    """What so many draws give, as text in capitals."""
    rng = random.Random(1)
    kinds = Kinds(rng, [b"get"])
    found = []
    for _ in range(times):
        words = []
        grammar.read_pattern(pattern).draw(rng, words, kinds)
        found.append(b" ".join(words).decode("latin-1").upper())
    return found


class Patterns(unittest.TestCase):
    """What stands in braces."""

    def test_options_come_in_any_order_and_may_be_left_out(self):
        found = set(drawn("SET {NX|GET}"))
        for due in ("SET", "SET NX", "SET GET", "SET NX GET", "SET GET NX"):
            self.assertIn(due, found)

    def test_options_come_twice_now_and_then(self):
        found = drawn("SET {NX|GET}")
        twice = [text for text in found if text.count("GET") == 2
                 or text.count("NX") == 2]
        self.assertTrue(0 < len(twice) < len(found) / 5)

    def test_what_must_come_does(self):
        found = drawn("X {!GROUP|COUNT}")
        self.assertTrue(all("GROUP" in text for text in found))
        self.assertIn("X COUNT GROUP", found)
        self.assertIn("X GROUP COUNT", found)

    def test_the_words_of_an_option_stay_together(self):
        for text in drawn("X {LIMIT 0|COUNT zero|(A|B C)}"):
            rest = text[1:].replace(" LIMIT 0", "").replace(" COUNT 0", "")
            rest = rest.replace(" B C", "").replace(" A", "")
            self.assertEqual(rest, "")

    def test_names_and_options_come_in_any_case(self):
        rng = random.Random(1)
        found = {grammar.any_case(rng, "GET") for _ in range(200)}
        self.assertEqual(found & {b"GET", b"get", b"gEt"},
                         {b"GET", b"get", b"gEt"})

    def test_the_last_block_counts(self):
        words = b"XREAD BLOCK 0 COUNT 1 BLOCK 5 STREAMS block 0".split()
        self.assertEqual(waits.time_out(words), b"5")
        self.assertIsNone(waits.time_out(b"XREAD STREAMS block 0".split()))
        words = b"XREADGROUP GROUP streams block BLOCK 7 STREAMS k >".split()
        self.assertEqual(waits.reader_options(words), (b"7", 7))


def rows():
    """The patterns of all stages that have one set of options."""
    for stage, table in TABLES.items():
        for pattern in table.grammar.patterns:
            sets = [at for at, item in enumerate(pattern.items)
                    if isinstance(item, grammar.Options)]
            if sets and stage in ("03", "09"):
                yield pattern, sets[0]


def each_order(pattern, at, rng, kinds):
    """One draw of a pattern, with all options, in several orders."""
    before, after = [], []
    for item in pattern.items[:at]:
        item.draw(rng, before, kinds)
    for item in pattern.items[at + 1:]:
        item.draw(rng, after, kinds)
    options = []
    for item in pattern.items[at].items:
        options.append([])
        item.draw(rng, options[-1], kinds)
    orders = list(itertools.permutations(options))
    return [before + sum(order, []) + after
            for order in rng.sample(orders, min(6, len(orders)))]


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Accepted(unittest.TestCase):
    """Redis takes what a row says in any order, or refuses it in any."""

    def setUp(self):
        self.server = Server("redis-server --port {port} --save ''")
        self.server.start()
        self.addCleanup(self.server.stop)
        self.line = Line(self.server.address)
        self.addCleanup(self.line.close)

    def outcomes(self, orders):
        """"-" for an error, "" for anything else, of each of them."""
        found = {}
        for words in orders:
            self.line.ask(b"FLUSHALL")
            reply = self.line.ask(*words)
            found[b" ".join(words)] = "-" if reply[0] == "-" else ""
        return found

    def test_orders(self):
        rng = random.Random(5)
        kinds = Kinds(rng, [b"get"])
        number = accepted = 0
        for pattern, at in rows():
            for _ in range(6):
                orders = each_order(pattern, at, rng, kinds)
                if waits.may_wait(orders[0]):
                    continue
                found = self.outcomes(orders)
                self.assertEqual(len(set(found.values())), 1, found)
                number += 1
                accepted += "-" not in found.values()
        self.assertGreater(number, 300)
        self.assertGreater(accepted, number / 3)


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Replays(unittest.TestCase):
    """What is not in the log is seen, and at which command."""

    def play(self, *lines):
        replayed = Replayed("redis-server --port {port}", None)
        self.addCleanup(replayed.stop)
        replayed.start()
        return replayed.play([Step("A", line.split()) for line in lines])

    def test_a_log_that_says_all(self):
        self.assertIsNone(self.play(
            b"SET k1 v PX 20", b"XADD k2 1-1 f v", b"BLPOP k3 0",
            b"XGROUP CREATE k2 g 0", b"XREADGROUP GROUP g c STREAMS k2 >"))

    def test_a_value_that_is_missing(self):
        parted = self.play(b"SET k1 v", b"CONFIG SET appendonly no",
                           b"APPEND k1 w", b"SET k1 v")
        self.assertEqual(parted.step, 2)
        self.assertIn("DEBUG DIGEST", parted.told[0])

    def test_a_time_that_is_missing(self):
        parted = self.play(b"SET k1 v EX 1000", b"CONFIG SET appendonly no",
                           b"EXPIRE k1 2000")
        self.assertEqual(parted.step, 2)
        self.assertIn("expires at", parted.told[0])

    def test_a_group_that_is_missing(self):
        parted = self.play(b"XADD k1 1-1 f v", b"CONFIG SET appendonly no",
                           b"XGROUP CREATE k1 g 0")
        self.assertEqual(parted.step, 2)
        self.assertIn("XINFO STREAM FULL", parted.told[0])


if __name__ == "__main__":
    unittest.main()
