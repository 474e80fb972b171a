"""Tests of the model of a power loss, and that broken promises are detected."""

import os
import random
import shutil
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from faultlib import cases, disk, load, place, power, written  # noqa: E402
from harness import command, wire  # noqa: E402

NOTHING, NAMES, SOME, _ = disk.WAYS
REDIS = "redis-server --port {port}"


class PowerLoss(unittest.TestCase):
    """Bytes and names that are safe, and others."""

    def setUp(self):
        self.base = tempfile.mkdtemp(prefix="faults-")
        self.root = os.path.join(self.base, "data")
        os.mkdir(self.root)
        with open(os.path.join(self.root, "old"), "wb") as file:
            file.write(b"old")
        self.inode = os.stat(self.root).st_ino
        self.disk = disk.Disk(self.root)

    def tearDown(self):
        shutil.rmtree(self.base)

    def play(self, kind, inode=0, offset=0, path="", data=b""):
        paths = "\0".join(os.path.join(self.root, name)
                          for name in path.split(">") if name)
        self.disk.play(disk.Record(kind, 0, (1, 1), inode, offset, paths,
                                   data))

    def image(self, way, seed=1):
        target = os.path.join(self.base, "image")
        os.mkdir(target)
        self.disk.write_image(target, way, random.Random(seed))
        found = {}
        for name in os.listdir(target):
            found[name] = place.read(os.path.join(target, name))
        shutil.rmtree(target)
        return found

    def test_bytes_are_safe_after_their_sync(self):
        self.play("O", 7, path="new")
        self.play("W", 7, 0, data=b"abc")
        self.play("B", 7)
        self.play("W", 7, 3, data=b"def")
        self.play("S", 7)
        self.assertEqual(self.image(NOTHING), {"old": b"old"})
        self.assertEqual(self.image(NAMES), {"old": b"old", "new": b"abc"})
        seen = {self.image(disk.WAYS[3], seed)["new"] for seed in range(60)}
        self.assertEqual(seen, {b"abc", b"abcd", b"abcde", b"abcdef"})

    def test_a_name_is_safe_after_its_folder_is_synced(self):
        self.play("O", 7, path="temp")
        self.play("W", 7, 0, data=b"new")
        self.play("R", path="temp>old")
        self.assertEqual(self.image(NAMES), {"old": b""})
        self.play("B", 7)
        self.play("S", 7)
        self.assertEqual(self.image(NOTHING), {"old": b"old"})
        self.assertEqual(self.image(NAMES), {"old": b"new"})
        self.play("B", self.inode)
        self.play("S", self.inode)
        self.assertEqual(self.image(NOTHING), {"old": b"new"})

    def test_a_lenient_disk_takes_names_along(self):
        self.disk.lenient = True
        self.play("O", 7, path="new")
        self.play("B", 7)
        self.play("O", 8, path="later")
        self.play("S", 7)
        self.assertEqual(self.image(NOTHING), {"old": b"old", "new": b""})

    def test_replies(self):
        self.play("A", 5, 4000)
        self.play("a", 2, 4000)
        self.assertEqual(self.disk.replies, {4000: 3})


class Tails(unittest.TestCase):
    """Tails that can be understood in two ways."""

    def test_a_length_that_swallows_commands(self):
        data = wire.request("SET", "k", "v" * 12) + wire.request("PING") * 3
        self.assertFalse(written.swallows(data))
        self.assertTrue(written.swallows(data.replace(b"$12", b"$92")))

    def test_a_value_that_holds_commands(self):
        whole = wire.request("SET", "k", wire.request("PING") * 9 + b"and so on")
        for cut in range(1, len(whole)):
            self.assertFalse(written.swallows(whole[:cut]), cut)

    def test_the_bytes_that_are_no_words(self):
        data = wire.request("DEL", "k")
        places = set(range(len(data))) - set(written.headers(data))
        self.assertEqual(bytes(data[at] for at in sorted(places)), b"DELk")


@unittest.skipUnless(shutil.which("redis-server"), "no redis-server here")
class Caught(unittest.TestCase):
    """A server that promises more than it keeps."""

    NOW = int(load.now_ms())

    def judge(self):
        command.build(HERE)
        judge = cases.Judge(REDIS, 1, False)
        self.addCleanup(judge.close)
        return judge

    def test_replies_before_the_sync_are_seen(self):
        judge = self.judge()
        where, played = power.journaled(judge, cases.EVERYSEC)
        clients = load.Load(judge, where)
        clients.run(0.3)
        cases.crash(where, clients)
        points = power.chosen_points(
            judge.rng, disk.read_journal(where.journal), 12)
        with self.assertRaises(place.Wrong):
            power.lose_power(judge, where, clients, played, points)

    def test_a_lost_write_is_seen(self):
        where, clients = self.judge().load("--save", "")
        self.addCleanup(clients.close)
        clients.run(0.1)
        clients.settle()
        clients.wait_for_expiry()
        with where.client() as client:
            clients.check(client)
            client.ask("APPEND", clients.solos[0].name + b":fixed", "!")
            with self.assertRaises(place.Wrong):
                clients.check(client)

    def differs(self, seen, *commands):
        """Returns how the data differ from what these commands leave behind: (the
        command, its reply or None)."""
        twin, entries = self.judge().twin(), []
        twin.forget()
        for text, reply in commands:
            entries.append(load.Entry(text.encode().split()))
            entries[-1].reply = reply
            entries[-1].sent_ms = entries[-1].acked_ms = self.NOW
        twin.play(entries, seen)
        return twin.difference(b"c:*", seen)

    def test_what_the_server_chose_is_found(self):
        two = ("SADD c:m a b", (":", 2))
        self.assertIsNone(self.differs(
            {b"c:m": ("set", {b"a"}, -1)}, two, ("SPOP c:m 1", None)))
        self.assertIsNone(self.differs(
            {b"c:m": ("set", {b"a"}, -1)}, two,
            ("SPOP c:m 1", ("*", [("$", b"b")]))))
        with self.assertRaises(place.Wrong):
            self.differs({}, two, ("SPOP c:m 2", ("*", [("$", b"b")])))
        row = (b"5-1", [b"n", b"1"])
        self.assertIsNone(self.differs(
            {b"c:x": ("stream", ([list(row)], b"5-1", {}), -1)},
            ("XADD c:x * n 1", None)))

    def test_half_of_a_command_and_a_wrong_reply_are_seen(self):
        both = ("MSET c:a 1 c:b 2", ("+", b"OK"))
        self.assertEqual(self.differs({b"c:a": ("string", b"1", -1)}, both)[0],
                         b"c:b")
        with self.assertRaises(place.Wrong):
            self.differs({}, both, ("INCRBY c:a 5", (":", 7)))

    def test_a_time_is_a_point_in_time(self):
        for passed, differs in ((0, False), (-1000, True), (1000, True)):
            found = {b"c:a": ("string", b"1", self.NOW + 900000 + passed)}
            self.assertEqual(bool(self.differs(
                found, ("SET c:a 1 EX 900", ("+", b"OK")))), differs)

    def test_counters_and_rules(self):
        where, client = self.judge().serve(*cases.ALWAYS, preload=True)
        self.addCleanup(client.close)
        before = where.control.count("fdatasync")[0]
        for n in range(3):
            client.ask("SET", "key", str(n))
        self.assertEqual(where.control.count("fdatasync")[0], before + 3)
        where.control.rules("fdatasync die")
        with self.assertRaises(ConnectionError):
            client.ask("SET", "key", "last")
        self.assertEqual(where.wait_exit(5), -9)


if __name__ == "__main__":
    unittest.main()
