"""Tests that the grammar draws what its patterns say, and Redis takes it in any order.
"""

import itertools
import os
import random
import shutil
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from commands import patterns  # noqa: E402
from commands.arguments import Arguments  # noqa: E402
from differ import waits  # noqa: E402
from differ.excuses import alike  # noqa: E402
from differ.line import Line  # noqa: E402
from differ.pair import Pair, owners_of  # noqa: E402
from differ.replaying import Replayed  # noqa: E402
from differ.replies import first_difference  # noqa: E402
from differ.step import Difference, Step  # noqa: E402
from differ.tool import text_of  # noqa: E402
from differ.tables import TABLES  # noqa: E402
from harness import session, wire  # noqa: E402
from harness.server import Server  # noqa: E402


def drawn(pattern, times=400):
    """Returns the results of this many draws, as text in capitals."""
    rng = random.Random(1)
    arguments = Arguments(rng, [b"get"])
    found = []
    for _ in range(times):
        words = []
        patterns.read_pattern(pattern).draw(arguments, words)
        found.append(b" ".join(words).decode("latin-1").upper())
    return found


class Patterns(unittest.TestCase):
    """Options in braces."""

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
        for text in drawn("X {LIMIT 0|COUNT star|(A|B C)}"):
            rest = text[1:].replace(" LIMIT 0", "").replace(" COUNT *", "")
            rest = rest.replace(" B C", "").replace(" A", "")
            self.assertEqual(rest, "")

    def test_names_and_options_come_in_any_case(self):
        rng = random.Random(1)
        found = {patterns.any_case(rng, "GET") for _ in range(200)}
        self.assertEqual(found & {b"GET", b"get", b"gEt"},
                         {b"GET", b"get", b"gEt"})

    def test_the_last_block_counts(self):
        words = b"XREAD BLOCK 0 COUNT 1 BLOCK 5 STREAMS block 0".split()
        self.assertEqual(waits.time_out(words), b"5")
        self.assertIsNone(waits.time_out(b"XREAD STREAMS block 0".split()))
        words = b"XREADGROUP GROUP streams block BLOCK 7 STREAMS k >".split()
        self.assertEqual(waits.reader_options(words), (b"7", 7))


def told(*words):
    return b">%d\r\n" % len(words) + b"".join(
        b":%d\r\n" % word if isinstance(word, int) else wire.bulk(word)
        for word in words)


class Listeners(unittest.TestCase):
    """Messages that answer no request, and types of version 3."""

    def parts(self, ours, redis, asked=b"PING"):
        return bool(first_difference(TABLES["10"], ours, redis, lambda at: (
            0, [Step("A", [asked])])))

    def test_several_patterns_have_no_order(self):
        one, two = told("pmessage", "a*", "a", "x"), told("pmessage", "*a", "a", "x")
        self.assertFalse(self.parts(one + two, two + one))
        self.assertTrue(self.parts(one + two, one))
        self.assertTrue(self.parts(one, told("pmessage", "a*", "a", "y")))

    def test_channels_that_are_left_are_counted_down(self):
        due = told("unsubscribe", "a", 1) + told("unsubscribe", "b", 0)
        self.assertFalse(self.parts(told("unsubscribe", "b", 1)
                                    + told("unsubscribe", "a", 0), due))
        self.assertTrue(self.parts(told("unsubscribe", "b", 0)
                                   + told("unsubscribe", "a", 1), due))

    def test_a_message_to_oneself_may_stand_before_the_answer(self):
        message = told("message", "a", "x")
        for asked, parts in ((b"PUBLISH", False), (b"PING", True)):
            self.assertEqual(parts, self.parts(b":1\r\n" + message,
                                               message + b":1\r\n", asked))

    def test_a_broken_redirection_answers_nothing(self):
        broken, left = told("tracking-redir-broken", 5), told("unsubscribe", None, 0)
        version = b"%%1\r\n$7\r\nversion\r\n$1\r\n%d\r\n"
        burst = [Step("A", [b"HELLO"]), Step("A", [b"UNSUBSCRIBE"])]
        due = broken + version % 1 + left
        self.assertEqual([0], owners_of(burst, due))
        self.assertFalse(first_difference(TABLES["10"], broken + version % 2 + left, due,
                                          lambda at: (at, [burst[at]])))

    def test_nothing_excuses_another_type(self):
        for one, two, same in ((b"~1\r\n+a\r\n", b"*1\r\n+a\r\n", False),
                               (b"*1\r\n,1\r\n", b"*1\r\n$1\r\n1\r\n", False),
                               (b"*1\r\n_\r\n", b"*1\r\n$1\r\n1\r\n", True)):
            self.assertEqual(same, alike(wire.parse(one)[0], wire.parse(two)[0]))

    def test_an_xread_that_waited_tells_of_all_its_streams(self):
        words = [b"XREAD", b"BLOCK", b"0", b"STREAMS", b"a", b"b", b"0", b"0"]
        entry = b"*2\r\n$1\r\n%s\r\n*1\r\n*2\r\n$3\r\n%s\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n"
        one, two, other = (entry % each for each in (
            (b"a", b"1-0"), (b"b", b"1-0"), (b"b", b"2-0")))
        holds = TABLES["10"].excuses.hold
        both = b"*2\r\n" + one + two
        self.assertTrue(holds("xread", words, both, b"*1\r\n" + two))
        self.assertFalse(holds("xread", words, both, b"*1\r\n" + other))
        self.assertFalse(holds("xread", words, b"*1\r\n" + two, both))
        at_once = words[:1] + words[3:]
        self.assertFalse(holds("xread", at_once, both, b"*1\r\n" + two))


def patterns_with_options():
    """Returns the patterns of all stages that have one set of options, and their
    places."""
    for row in patterns.ROWS:
        items = row.pattern.items
        sets = [at for at, item in enumerate(items)
                if isinstance(item, patterns.Options)]
        if sets and "fuzz" not in row.tags:
            yield row.pattern, sets[0]


def each_order(pattern, at, arguments):
    """Returns one draw of a pattern with all options, in several orders."""
    def draw(items):
        words = []
        patterns.Sequence(items).draw(arguments, words)
        return words

    before, after = draw(pattern.items[:at]), draw(pattern.items[at + 1:])
    options = [draw([item]) for item in pattern.items[at].items]
    orders = list(itertools.permutations(options))
    return [before + sum(order, []) + after for order
            in arguments.rng.sample(orders, min(6, len(orders)))]


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Accepted(unittest.TestCase):
    """Redis accepts a row's options in any order, or refuses them in any."""

    def setUp(self):
        self.server = Server("redis-server --port {port} --save ''")
        self.server.start()
        self.addCleanup(self.server.stop)
        self.line = Line(self.server.address)
        self.addCleanup(self.line.close)

    def outcomes(self, orders):
        """Returns "-" for an error and "" for anything else, for each of them."""
        found = {}
        for words in orders:
            self.line.ask(b"FLUSHALL")
            reply = self.line.ask(*words)
            found[b" ".join(words)] = "-" if reply[0] == "-" else ""
        return found

    def test_orders(self):
        arguments = Arguments(random.Random(5), [b"get"])
        number = accepted = 0
        for pattern, at in patterns_with_options():
            for _ in range(6):
                orders = each_order(pattern, at, arguments)
                if waits.may_wait(orders[0]):
                    continue
                found = self.outcomes(orders)
                self.assertEqual(len(set(found.values())), 1, found)
                number += 1
                accepted += "-" not in found.values()
        self.assertGreater(number, 300)
        self.assertGreater(accepted, number / 3)


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Deaths(unittest.TestCase):
    """One of the two servers ends in a session, or neither does where both should."""

    LIVES = ("redis-server --port {port} --save '' --crash-memcheck-enabled no"
             " --enable-debug-command ")

    def plays(self, ours, redis, *steps):
        """Returns the difference that a session on these two servers shows."""
        pair = Pair(self.LIVES + ours, self.LIVES + redis, TABLES["07"], 40)
        pair.start()
        try:
            return pair.play(list(steps))
        finally:
            pair.stop()

    FATAL = Step("A", [b"PING"]), Step("A", [b"DEBUG", b"SEGFAULT"])

    def test_ours_is_a_difference(self):
        self.assertEqual(self.plays("yes", "no", *self.FATAL).ours, b"+(closed)\r\n")

    def test_that_of_redis_shows_nothing(self):
        self.assertIsNone(self.plays("no", "yes", *self.FATAL))

    def test_two_that_wait_for_the_rest_do_not_differ(self):
        half = Step("A", None, b"*1\r\n$4\r\nPI", True)
        with mock.patch("differ.line.PATIENCE", 0.3):
            self.assertIsNone(self.plays("no", "no", half, Step("A", [b"PING"])))


class Files(unittest.TestCase):
    def test_what_is_written_can_be_read(self):
        steps = [Step("A", [b"GET", b"k\r {1}"]), Step("B", None, b"*1\r\n")]
        for at in range(len(steps)):
            text = text_of(steps, Difference(at, b"$-1\r\n", b"-ERR {no}\r\n"))
            with tempfile.NamedTemporaryFile("w", suffix=".resp") as file:
                file.write("\n".join(["session \"it\"", *text, ""]))
                file.flush()
                found = session.read_file(file.name)
            self.assertEqual([step.verb for step in found[0].steps].count("send"),
                             len(steps))


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Replays(unittest.TestCase):
    """An effect that is missing in the log is found, and at which command."""

    def play(self, *lines):
        replayed = Replayed("redis-server --port {port}", "redis-server --port {port}", None)
        self.addCleanup(replayed.stop)
        replayed.start()
        return replayed.play([Step("A", line.split()) for line in lines])

    def test_a_log_that_says_all(self):
        self.assertIsNone(self.play(
            b"SET k1 v PX 20", b"XADD k2 1-1 f v", b"BLPOP k3 0",
            b"XGROUP CREATE k2 g 0", b"XREADGROUP GROUP g c STREAMS k2 >"))

    def test_what_is_missing(self):
        for before, missing, told in (
                (b"SET k1 v", b"APPEND k1 w", "b'vw'"),
                (b"SET k1 v EX 1000", b"EXPIRE k1 2000", "0 b'k1': ('string'"),
                (b"XADD k1 1-1 f v", b"XGROUP CREATE k1 g 0",
                 "0 b'k1': {b'groups'")):
            with self.subTest(told):
                parted = self.play(before, b"CONFIG SET appendonly no",
                                   missing, b"EXISTS k1")
                self.assertEqual(parted.step, 2)
                self.assertIn(told, parted.lines[0])


if __name__ == "__main__":
    unittest.main()
