"""Tests of the harness's pure parts."""

import itertools
import os
import random
import re
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

from harness import (artefact, codecrafters, doctor, expect, explain, manifest,
                     model, naive, oracle, player, proof, rules, seeds, session,
                     splits, transport, wire)
from harness.bench import Bench
from harness.judges import rdb_save
from harness.judges.poll import SPIN, share_of_cpu
from harness.judges.resp import Watch
from harness.tests.helpers import InFolder, Peer, closed, put, table


class Wire(unittest.TestCase):
    def test_commands_are_arrays_of_bulk_strings(self):
        ping = wire.request("PING")
        for odd in (b"*1\r\n$-1\r\n", b"*1\r\n:5\r\n", b"*1\r\n*0\r\n", b"+PING\r\n"):
            self.assertEqual(list(wire.requests(ping + b"*0\r\n" + odd + ping)), [[b"PING"], []])

    def test_a_reply_is_cut_out_of_a_buffer(self):
        reply, end = wire.parse(b"*2\r\n$3\r\nabc\r\n:-7\r\n+next")
        self.assertEqual(reply, ("*", [("$", b"abc"), (":", -7)]))
        self.assertEqual(end, 18)

    def test_every_prefix_is_incomplete_and_nothing_else(self):
        data = (b"*4\r\n$2\r\n\r\n\r\n$-1\r\n*1\r\n-ERR x\r\n"
                b"%2\r\n,-1.5e-7\r\n_\r\n|1\r\n+a\r\n(12\r\n=5\r\ntxt:x\r\n~1\r\n#t\r\n")
        for size in range(len(data)):
            with self.assertRaises(wire.Incomplete) as caught:
                wire.parse(data[:size])
            self.assertTrue(size < caught.exception.least <= len(data))
        self.assertEqual(wire.encode(wire.parse(data)[0]), data)

    def test_what_redis_would_not_send_is_malformed(self):
        for data in (b"hello\r\n", b"+OK\n", b"$3\r\nabcd\r\n", b":\r\n",
                     b"$-2\r\n", b":01\r\n", b"$3\r\nab\r\nc", b":1x\r\n", b"_x\r\n", b"#1\r\n",
                     b",1.\r\n", b"~-1\r\n", b"(1.5\r\n", b"!", b"*1\r\n" * 1000):
            with self.assertRaises(wire.Malformed, msg=data):
                wire.parse(data)

    def test_escapes_go_both_ways(self):
        data = bytes(range(256))
        self.assertEqual(wire.unescape(wire.show(data)[1:-1]), data)

    def test_what_is_brief_fits_and_shows_an_end(self):
        data = b"\r\n".join(b"%d" % n for n in range(2000))
        for width in (30, 61):
            for text, edge in ((wire.brief(data, width), '"0\\r\\n1'),
                               (wire.brief(data, width, True), '\\n1999"')):
                self.assertIn(edge, text)
                self.assertLessEqual(width - 4, len(text))
                self.assertLessEqual(len(text), width)
        self.assertEqual(wire.brief(b"short", 7), '"short"')


def refuses(client):
    """Answers and closes at the first byte."""
    client.recv(1)
    client.sendall(b"-ERR no\r\n")


class Connections(unittest.TestCase):
    def setUp(self):
        self.peer = closed(self, Peer(refuses))
        self.limits = transport.Limits()

    def connect(self):
        return closed(self, transport.Connection("A", self.peer.address, self.limits))

    def test_an_answer_before_the_end_is_read(self):
        for _ in range(20):
            conn = self.connect()
            conn.send(*[b"%c" % byte for byte in b"*1\r\n+PING\r\n"])
            conn.due_bytes(b"-ERR no\r\n")
            conn.due_closed()

    def test_of_many_replies_the_wrong_one_is_shown(self):
        conn = self.connect()
        conn.buf = bytearray(b"+OK\r\n:1\r\n-OOM full\r\n+OK\r\n")
        with self.assertRaises(model.Mismatch) as raised:
            conn.due_bytes(b"+OK\r\n:1\r\n+OK\r\n+OK\r\n")
        failure = raised.exception
        self.assertEqual(failure.expected, b"+OK\r\n")
        self.assertEqual(bytes(failure.actual), b"-OOM full\r\n")
        self.assertEqual(failure.at, 0)

    def test_a_server_that_is_held_up_gets_more_time(self):
        held_up = iter((True, True, False))
        self.limits.instead = 0.01
        self.limits.held_up = lambda: next(held_up)
        conn = self.connect()
        began = time.perf_counter()
        with self.assertRaises(model.Mismatch):
            conn.due_bytes(b"+OK\r\n")
        self.assertGreater(time.perf_counter() - began,
                           2 * transport.HELD_UP_STEP)

    def test_between_two_waits_for_the_disk_a_server_runs_for_a_moment(self):
        for letters, due in (("RSDR", True), ("RSRSR", False)):
            states = iter(letters)
            bench = Bench.__new__(Bench)
            bench.waited = 0
            bench.server = mock.Mock(starved=lambda: 0, states=lambda states=states: {next(states)})
            self.assertEqual(bench.held_up(), due)

    def wait_in_vain(self, silences, asleep_at):
        """Returns the seconds for which an answer is waited for that does not come, when the
        server was silent elsewhere so often. It has used this much CPU each time."""
        conn = self.connect()
        self.limits.asleep_at = asleep_at
        threading.Timer(0.05, lambda: [self.limits.was_silent() for _ in range(silences)]).start()
        began = time.perf_counter()
        with self.assertRaises(model.Mismatch) as raised:
            conn.due_bytes(b"+OK\r\n")
        took = time.perf_counter() - began
        self.assertLessEqual(raised.exception.waited, took)
        return took

    def test_who_sleeps_is_waited_for_less_if_silent_elsewhere_or_nothing_may_wait(self):
        for silences, may_sleep in ((3, True), (0, False)):
            self.limits = transport.Limits(2.4)
            self.limits.may_sleep = may_sleep
            self.assertLess(self.wait_in_vain(silences, lambda: 7.0), 2.3)

    def test_who_works_or_was_never_silent_is_waited_for(self):
        cpu = itertools.count()
        for silences, asleep_at in ((3, lambda: None), (3, lambda: next(cpu)), (0, lambda: 7.0)):
            self.limits = transport.Limits(2.4)
            self.assertGreater(self.wait_in_vain(silences, asleep_at), 2.35)

    def test_out_of_time_says_how_to_give_more(self):
        self.limits.deadline, self.limits.allowed = 0, 90
        with self.assertRaises(model.Mismatch) as raised:
            self.connect().send(b"PING\r\n")
        self.assertIn("90 s; --patience", raised.exception.expected_text)


class Starved(unittest.TestCase):
    def test_time_without_a_cpu_is_no_silence(self):
        waited = 0.0
        server = types.SimpleNamespace(cpu=lambda: 0.0)
        bench = types.SimpleNamespace(server=server, limits=types.SimpleNamespace(
            reply=0.01, time_is_up=lambda: False), starved=lambda: waited)
        watch = Watch(bench, 1 << 20, None)
        conn = types.SimpleNamespace(buf=b"", ending=None)
        time.sleep(0.03)
        waited = 5.0
        self.assertTrue(watch.goes_on(conn))
        conn.buf = b"more"
        self.assertTrue(watch.goes_on(conn))
        time.sleep(0.03)
        self.assertFalse(watch.goes_on(conn))


    def test_a_loop_that_spins_on_a_busy_machine(self):
        """It gets a twentieth of the time, or none, and never sleeps; one that sleeps waits
        as long when it wakes for a moment, and may never be seen asleep (W)."""
        for used, waited, states, spins in (
                (0.05, 0.95, "SR", True), (0.2, 0, "SR", True), (0.01, 0, "R", True),
                (0.001, 0.95, "RRRRRRRRRS", False), (0.001, 0.95, "W", False),
                (0.001, 0, "S", False)):
            with self.subTest(used=used, waited=waited, states=states), mock.patch(
                    "harness.judges.poll.ENOUGH", 0.0003):
                self.assertEqual(share_of_cpu(Turning(used, waited, states), 0.02) > SPIN,
                                 spins)


class Ended(unittest.TestCase):
    def test_the_cpu_of_a_server_that_has_ended_is_what_was_seen_last(self):
        bench = Bench.__new__(Bench)
        for measure in (lambda: Bench.cost(bench, int),
                        lambda: Watch(bench, 1 << 20, None).used()):
            bench.server = mock.Mock(cpu=mock.Mock(side_effect=[1.5, None]))
            bench.starved = lambda: 0.0
            self.assertEqual(measure(), 0.0)


class BigOnes(unittest.TestCase):
    """What is saved while the judge looks on is less for a server that is slow itself, but not
    where only the disk is, or the machine is busy: wrong servers would pass there."""

    def test_how_many(self):
        conn = mock.Mock()
        bench = mock.Mock(random=random.Random(1))
        with mock.patch("harness.judges.rdb_save.must"), mock.patch(
                "harness.judges.rdb_save.save_time", return_value=2.0):
            for used, keys in ((0.01, 1 + rdb_save.BIG), (1.0, 2)):
                bench.cost = lambda work, used=used: (work(), used)[1]
                with self.subTest(used=used):
                    self.assertEqual(rdb_save.big_ones(mock.Mock(bench=bench), conn), keys)


class Turning:
    """A bench with a server that takes such shares of the time that passes, and is seen in
    these states, in turn."""

    def __init__(self, used, waited, states):
        self.server = self
        self.seen = itertools.cycle(states)
        self.cpu = lambda: time.perf_counter() * used
        self.starved = lambda: time.perf_counter() * waited
        self.slept = itertools.count()

    def running(self):
        state = next(self.seen)
        return {("thread", next(self.slept) if state == "W" else 0)} if state in "RW" else set()

    def cost(self, work):
        return Bench.cost(self, work)


COMMAND = re.compile(r"[A-Z]+")
STAGES = manifest.load()
POINTS = [checkpoint for stage in STAGES for checkpoint in stage.checkpoints]
SESSIONS = [(checkpoint, one) for checkpoint in POINTS for one in checkpoint.sessions]


def told(checkpoint):
    """Returns the lesson of a checkpoint, up to the end of its step."""
    file, _, anchor = checkpoint.lesson.partition("#")
    text = model.read_text(os.path.join(manifest.ROOT, "stages", file))
    heads = [(hit.start(), len(hit.group(1)), doctor.slug(hit.group(2)))
             for hit in re.finditer(r"(?m)^(#+) (.*)$", text)]
    for number, (_, level, name) in enumerate(heads):
        if name == anchor:
            return text[:next((at for at, depth, _ in heads[number + 1:]
                               if depth <= level), len(text))]
    raise AssertionError("no step " + checkpoint.lesson)


def asked(checkpoint):
    """Returns the commands that its sessions send, except for drawn names."""
    return {step.templates[0].fill({}).decode().upper()
            for session in checkpoint.sessions for step in session.steps
            if step.verb == "send" and not step.raw
            and not step.templates[0].names()}


class Lessons(unittest.TestCase):
    def test_no_checkpoint_asks_what_no_lesson_has_named(self):
        named = set()
        for checkpoint in POINTS:
            if checkpoint.stage < "03" or not checkpoint.sessions:
                continue
            named.update(COMMAND.findall(told(checkpoint)))
            unknown = {name for name in asked(checkpoint) if name.isalpha()} - named
            self.assertEqual(unknown, set(), checkpoint.id)

    def test_a_track_asks_what_it_names_itself_or_says_that_it_needs(self):
        known = set().union(*(asked(checkpoint) for checkpoint in POINTS
                              if checkpoint.stage < "10"))
        taught = {}     # by checkpoint: what it and those that it needs ask
        for checkpoint in (one for one in POINTS if one.stage >= "10"):
            needed = set().union(*(taught.get(name, set()) for name in checkpoint.needs))
            track = told(checkpoint).rpartition("\n## ")[2]
            taught[checkpoint.id] = needed | asked(checkpoint)
            unknown = {name for name in asked(checkpoint) - known - needed if name.isalpha()}
            self.assertEqual(unknown - set(COMMAND.findall(track)), set(), checkpoint.id)


def node(text, **values):
    bound = {name: value.encode() for name, value in values.items()}
    return expect.read(text).bind(bound)


class Expectations(unittest.TestCase):
    def test_what_they_take(self):
        for text, verb, *reply in table("expectations.txt"):
            with self.subTest(text):
                if verb == "is":
                    self.assertEqual(node(text).exact(),
                                     wire.unescape(reply[0]))
                elif verb == "wrong":
                    self.assertRaises(ValueError, expect.read, text)
                else:
                    came = wire.parse(node(reply[0]).exact())[0]
                    self.assertEqual(node(text).wrong(came) is None,
                                     verb == "takes")
        self.assertRaises(ValueError, expect.read, "")

    def test_values_fill_holes(self):
        self.assertEqual(node('"{a}-{#a}"', a="xyz").exact(),
                         b"$5\r\nxyz-3\r\n")
        self.assertEqual(node('"\\x7ba}"', a="xyz").exact(), b"$3\r\n{a}\r\n")

    def test_both_limits_of_a_time(self):
        both = node("after 5ms within 50ms nil")
        self.assertEqual((both.early, both.late), (5, 50))


SESSION = """
session "two lines"
let key = key
let size = int 5 9
A> SET {key} "a b"
A< +OK
B>> "x{#key}"
barrier C
wait 5ms
B closes
A< closed
"""


class Sessions(unittest.TestCase):
    def test_steps(self):
        (one,) = session.read_text(SESSION, "x")[1]
        self.assertEqual([step.verb for step in one.steps],
                         ["send", "due", "send", "barrier", "wait", "close",
                          "due"])
        self.assertEqual(one.connections(), ["A", "B", "C"])
        values = one.values(1)
        self.assertEqual(one.steps[2].payload(values), b"x14")

    def test_a_written_out_session_means_the_same(self):
        for _, one in SESSIONS:
            self.same(one)

    def same(self, one):
        values = one.values("s", 3)
        (again,) = session.read_text(one.text(values), "x")[1]
        self.assertEqual(len(again.steps), len(one.steps))
        for mine, its in zip(one.steps, again.steps):
            if mine.verb == "send":
                self.assertEqual(mine.payload(values),
                                 its.payload(again.values("s", 3)))
            if mine.verb == "due":
                due, also = (each.bind({**values, **again.values("s", 3)})
                             for each in (mine.node, its.node))
                self.assertEqual((due.exact(), due.describe()), (also.exact(), also.describe()))

    def test_mistakes_name_file_and_line(self):
        for text in ('session "x"\nA> GET {key}\n', 'session "x"\nA? GET\n',
                     'session "x"\nlet a = nosuch\n', 'session "x"\nA< grape\n',
                     'session "x"\nlet A = word\n'):
            with self.assertRaisesRegex(model.SetupError, "^x:[0-9]+: "):
                session.read_text(text, "x")

    def test_seeds_and_runs(self):
        (one,) = session.read_text(SESSION, "x")[1]
        self.assertEqual(one.values(1), one.values(1))
        self.assertNotEqual(one.values(1)["key"], one.values(1, 2)["key"])
        self.assertEqual(one.values(1)["size"], one.values(1, 2)["size"])
        self.assertEqual(len(one.values(1)["key"]),
                         len(one.values(2, 9)["key"]))

    def test_no_two_runs_draw_the_same_word(self):
        words = {seeds.Draw(1, "x", run).make_word(["3"]) for run in range(2000)}
        self.assertEqual(len(words), 2000)

    def test_bytes_are_nasty(self):
        draw = seeds.Draw(1, "x")
        self.assertTrue(draw.make_bytes(["20"]).startswith(b"\0\r\n\xff"))
        self.assertEqual(len(draw.make_bytes(["70000"])), 70000)


LOG = ('write l/m.manifest "file i seq 1 type i\\n"\n'
       'write l/i "*2\\r\\n$6\\r\\nSELECT\\r\\n$1\\r\\n0\\r\\n*1\\r\\n$4\\r\\nPING\\r\\n%s"\n')


class OwnFolder(unittest.TestCase):
    """Steps about files in the server's folder."""

    def play(self, lines):
        one = session.read_text('session "x"\n' + lines, "x")[1][0]
        with tempfile.TemporaryDirectory() as folder:
            own = types.SimpleNamespace(folder=os.path.realpath(folder))
            player.Player(one, None, transport.Limits(), values=one.values(1), own=own).play()

    def test_what_is_right(self):
        for lines in ('write a/b "x"\nholds a/b "x"\nhas a/b ""\nthere a\nmissing c\n',
                      'write a ""\nwrite b/c ""\nremove a\nremove b\nmissing a\nmissing b\n',
                      LOG % "" + "logs l PING\n", 'write l/m.manifest ""\nlogs l ""\n'):
            self.play(lines)

    def test_what_is_wrong(self):
        for lines in ('holds a ""', 'write a "xy"\nholds a "x"', 'write a "xy"\nhas a "z"',
                      "there c", 'write a ""\nmissing a', "logs l PING", "remove c",
                      LOG % "" + 'logs l ""', LOG % "*1" + "logs l PING"):
            with self.subTest(lines), self.assertRaises(model.Mismatch) as raised:
                self.play(lines)
            self.assertTrue(raised.exception.expected_text and raised.exception.actual_text)

    def test_no_file_is_outside(self):
        for name in ("../x", "/tmp/x", "a/../../x"):
            with self.assertRaises(model.SetupError):
                self.play('write %s ""' % name)


class LinesOfAnotherSystem(unittest.TestCase):
    """Files with \\r\\n at the end of their lines say the same."""

    def test_all_tables(self):
        text = {"a.ini": "[section]\nname = one\n  two\n", "a.txt": "one\n# no\n\ntwo\n",
                "a.session": SESSION, "b.session": "# x\nsession \"x\"\nA> PING\nA< +PONG\n"}
        readers = {"ini": manifest.read_ini, "txt": manifest.read_lines,
                   "session": lambda path: [one.text({}) for one in session.read_file(path)]}
        with tempfile.TemporaryDirectory() as folder:
            for name, lines in text.items():
                path = os.path.join(folder, name)
                came = []
                for end in ("\n", "\r\n"):
                    model.write_file(path, lines.replace("\n", end).encode())
                    came.append(readers[name.partition(".")[2]](path))
                self.assertEqual(*came)


class Cuts(unittest.TestCase):
    def test_parts_join_to_the_whole(self):
        data = b"0123456789"
        for cut in (("whole",), ("at", 3), ("at", 10), ("at", 99), ("bytes",),
                    ("one", 0, 4), ("one", 1, 4)):
            parts = player.cut_parts(data, cut, 0)
            self.assertEqual(b"".join(parts), data)
        self.assertEqual(player.cut_parts(data, ("one", 0, 4), 0),
                         [b"0123", b"456789"])

    def test_every_byte_is_cut_once(self):
        self.assertEqual(splits.offsets(50, None), set(range(1, 50)))

    def test_the_plan_covers_the_longest_group(self):
        (one,) = session.read_text(
            'session "x"\nA> PING\nA< +PONG\nA> ECHO abc\nA< "abc"\n', "x")[1]
        ways = splits.plan(one, 1, player.Resp)
        self.assertIn(("glued",), ways)
        self.assertIn(("bytes",), ways)
        self.assertEqual([w for w in ways if w[0] == "at"],
                         [("at", n) for n in range(1, 23)])


class Books(unittest.TestCase):
    def test_manifests_hold_together(self):
        idents = [checkpoint.id for checkpoint in POINTS]
        self.assertEqual(idents, sorted(set(idents), key=manifest.place))
        for checkpoint in POINTS:
            self.assertEqual(len(checkpoint.hints), 3)
            self.assertTrue(all(checkpoint.hints))

    def test_a_track_is_all_of_its_steps(self):
        for track, first in (("3.1", ["03.1"]), ("10.1", ["10.1a", "10.1b"]), ("10.10", ["10.10"])):
            self.assertEqual([c.id for c in manifest.find_all(STAGES, track)][:2], first)
        with self.assertRaises(manifest.SetupError):
            manifest.find_all(STAGES, "10.")

    def test_lessons_have_the_anchors(self):
        self.assertEqual(doctor.missing_anchors(STAGES), [])

    def test_hints_fit_a_terminal(self):
        for checkpoint in POINTS:
            for line in "\n".join(checkpoint.hints).splitlines():
                self.assertLessEqual(len(line), 78, checkpoint.id)

    def test_codecrafters(self):
        self.assertEqual(len(codecrafters.table()), 115)
        found, dialect = codecrafters.checkpoint(STAGES, "qq0")
        self.assertEqual((found.id, found.stage, dialect),
                         ("qq0", "03-resp", "resp"))
        with self.assertRaises(model.SetupError):
            codecrafters.checkpoint(STAGES, "zzz")

    def test_each_codecrafters_stage_up_to_ours_has_a_judge(self):
        known = {checkpoint.id for checkpoint in POINTS}
        for slug, (_, ids, _) in codecrafters.table().items():
            if known.issuperset(ids):
                self.assertEqual(codecrafters.checkpoint(STAGES, slug)[0].id, slug)

    def test_each_rule_has_a_mistake_that_proves_it(self):
        names = {rule.name for rule in rules.RULES.values()}
        proved = {bug.rule for bug in proof.all_bugs()} - {"none"}
        proved.update(*(row.allowed or () for row in naive.rows()))
        self.assertEqual(names, proved)
        for checkpoint in POINTS:
            self.assertLessEqual(set(checkpoint.mistakes), names)


class Oracle(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, oracle, "installed", oracle.installed)
        oracle.installed = lambda: False

    def test_what_is_kept_belongs_to_a_step_that_is_open(self):
        book = oracle.kept()
        del book["redis"]
        for checkpoint, one in SESSIONS:
            values = one.values(1)
            answers = book.pop(checkpoint.id + " " + one.name, {})
            for step in one.steps:
                text = answers.pop(oracle.name_of(step, one), None)
                self.assertFalse(text and oracle.expected(step, values))
            self.assertEqual(answers, {}, one.name)
        self.assertEqual(book, {})

    def test_redis_is_quoted_where_there_is_none(self):
        due, kept = 0, 0
        for checkpoint, one in SESSIONS:
            for step in one.steps if checkpoint.stage >= "03" else ():
                said = oracle.answer(checkpoint, one, one.values(2), step)
                if step.verb in ("due", "hear"):
                    self.assertRegex(said[0], r"^redis 7\.")
                    due += 1
                    kept += said[1] != oracle.expected(step, one.values(2))
                else:
                    self.assertIsNone(said)
        self.assertGreater(due, 2000)
        self.assertGreater(kept, 100)


class Messages(unittest.TestCase):
    def test_eighty_columns(self):
        for size in (0, 1, 30, 70, 5000):
            mismatch = model.Mismatch(
                "", conn="A", sent=[b"x" * size, b"\r\n" * size],
                expected=b"$9\r\n" + b"y" * size, actual=b"\xff" * size,
                at=size // 2, ending="silence" if not size else None)
            lines = (explain.expected_lines(mismatch)
                     + explain.actual_lines(mismatch)
                     + [explain.label("A", "sent")
                        + explain.sent_text(mismatch.sent)])
            for line in lines:
                self.assertLessEqual(len(line), 80, line)

    def test_no_answer_is_never_an_empty_string(self):
        mismatch = model.Mismatch("", expected=b"+OK\r\n", actual=b"",
                                  ending="silence", waited=3.0, at=0)
        self.assertIn("no answer within 3.0 s",
                      "\n".join(explain.actual_lines(mismatch)))


class Artefacts(InFolder):
    def test_what_is_no_artefact_is_told(self):
        self.assertRaises(model.SetupError, artefact.read, "x.resp")
        put("x.resp", b"\xff\xfe")
        self.assertRaises(model.SetupError, artefact.read, "x.resp")
