"""Several judgements at once, and replays that are asked again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

from harness import cli, jobs, kernel, model, runner, session, transport, whole
from harness.command import ran
from harness.manifest import TESTS
from harness.tests.helpers import HTTP, InFolder, Told, bad_server, fails, point, put
from harness.transport import Limits

COUNTING = '''
session "counts from one"
let key = key
A> INCR {key}
A< :1
A> INCR {key}
A< :2
'''


def wait_and_say(seconds, word):
    time.sleep(seconds)
    return word


def rest_until(folder, count, seconds):
    """Rests until so many do at the same time, each with a file of its own in the folder, but not
    longer than this. Returns true if they did."""
    mark, all_here = (os.path.join(folder, name) for name in (str(os.getpid()), "all"))
    put(mark, "")
    try:
        with jobs.resting():
            if kernel.eventually(lambda: os.path.exists(all_here)
                                 or len(os.listdir(folder)) >= count, seconds):
                put(all_here, "")
            return os.path.exists(all_here)
    finally:
        os.unlink(mark)


def refuse(text):
    raise model.SetupError(text)


def vanish():
    os._exit(3)


class Jobs(unittest.TestCase):
    def test_answers_come_in_order_and_not_one_after_the_other(self):
        began = time.perf_counter()
        calls = [(wait_and_say, 2 - n / 5, n) for n in range(8)]     # 10.4 s
        self.assertEqual(list(jobs.in_order(calls, 8)), list(range(8)))
        self.assertLess(time.perf_counter() - began, 8)

    def test_never_more_than_asked(self):
        began = time.perf_counter()
        list(jobs.in_order([(wait_and_say, 0.2, n) for n in range(4)], 2))
        self.assertGreaterEqual(time.perf_counter() - began, 0.4)

    def test_those_that_rest_do_not_count_up_to_a_bound(self):
        for count, seconds, due in ((6, 60, True), (7, 1, False)):
            with tempfile.TemporaryDirectory() as folder:
                answers = jobs.in_order([(rest_until, folder, count, seconds)] * count, 2)
                self.assertEqual([due] * count, list(answers))

    def test_a_fault_of_the_set_up_goes_on_to_the_caller(self):
        with self.assertRaisesRegex(model.SetupError, "no such thing"):
            list(jobs.in_order([(wait_and_say, 60, 1),
                                (refuse, "no such thing")], 2))

    def test_a_child_that_vanishes_is_told(self):
        with self.assertRaisesRegex(RuntimeError, "without a result"):
            list(jobs.in_order([(vanish,)], 1))

    def test_a_child_can_be_ended_while_it_begins(self):
        before = signal.signal(signal.SIGTERM, cli.interrupted)
        self.addCleanup(signal.signal, signal.SIGTERM, before)
        for turn in range(40):
            pool = jobs.Pool(1)
            pool.start("sleeper", time.sleep, 60)
            time.sleep(turn % 10 / 5000)
            began = time.monotonic()
            pool.stop()
            self.assertLess(time.monotonic() - began, 30)

    def test_an_interrupt_while_a_server_is_forked_is_not_lost(self):
        code = ("import os, signal, sys; sys.path.insert(0, %r)\n"
                "from harness import cli, server\n"
                "signal.signal(signal.SIGTERM, cli.interrupted)\n"
                "def end(): os.kill(os.getpid(), signal.SIGTERM)\n"
                "os.register_at_fork(after_in_parent=end)\n"
                "try:\n"
                "    server.Server('sleep {port}').launch()\n"
                "except KeyboardInterrupt:\n"
                "    server.end_all()\n"
                "    print('ended', len(server.running))\n" % TESTS)
        self.assertEqual(ran([sys.executable, "-c", code]), (0, "ended 0\n"))

    def test_what_runs_is_ended_with_its_servers(self):
        code = ("import os, sys; sys.path.insert(0, %r)\n"
                "from harness import jobs, cli, server\n"
                "import signal\n"
                "signal.signal(signal.SIGTERM, cli.interrupted)\n"
                "def serve():\n"
                "    mine = server.Server('%s -m http.server {port}')\n"
                "    mine.start()\n"
                "    os.write(1, b'%%d\\n' %% mine.process.pid)\n"
                "    while True: signal.pause()\n"
                "list(jobs.in_order([(serve,)] * 2, 2))\n"
                % (TESTS, sys.executable))
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                self.end_parent(code, number)

    def end_parent(self, code, number):
        parent = subprocess.Popen([sys.executable, "-c", code],
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        pids = [int(parent.stdout.readline()) for _ in range(2)]
        parent.send_signal(number)
        parent.communicate(timeout=30)
        self.assertTrue(kernel.eventually(
            lambda: not any(map(running, pids)), 10), pids)


def running(pid):
    """Is there such a process that has not ended?"""
    fields = kernel.stat(pid)
    return bool(fields) and fields[0] != b"Z"


def good(_bench):
    time.sleep(0.1)


class SideBySide(InFolder):
    def test_the_same_results_in_the_same_order(self):
        chosen = [point("04.1", good, marks="timing"),
                  point("04.2", fails, needs="04.1"),
                  point("04.3", good, needs="04.2"),
                  point("04.4", good, needs="04.3"),
                  point("04.5", good)]
        due = [("04.1", "passed"), ("04.2", "failed"), ("04.3", "not run"),
               ("04.4", "not run"), ("04.5", "passed")]
        for most in (1, 3):
            told = Told()
            options = runner.Options(server=HTTP, limits=Limits())
            results = whole.run_all(chosen, options, True, told, most)
            self.assertEqual(told.lines, due)
            self.assertEqual([r.checkpoint for r in results], chosen)
            self.assertIn("that", runner.message(results[1]))

    def test_what_needs_a_failure_is_not_begun_and_silence_is_learnt(self):
        def quiet(bench):
            bench.start()
            raise model.Mismatch("", ending="silence")

        def begun(bench):
            put("begun", "")

        limits = Limits()
        chosen = [point("04.1", good), point("04.2", quiet), point("04.3", begun, needs="04.2"),
                  point("04.4", begun, needs="04.3", marks="timing")]
        results = whole.run_all(chosen, runner.Options(server=HTTP, limits=limits), most=4)
        self.assertEqual([r.status for r in results], ["passed", "failed", "not run", "not run"])
        self.assertEqual(results[3].reason, "needs 04.3")
        self.assertFalse(os.path.exists("begun"))
        self.assertLess(limits.reply, Limits().reply)

    def test_what_needs_one_that_measures_time_is_judged_before_it(self):
        def quick(bench):
            put("quick", "")

        def timed(judge):
            def judged(bench):
                put("early" if os.path.exists("quick") else "late", "")
                return judge(bench)
            return judged

        for judge, due in ((good, ["passed"] * 3), (fails, ["passed", "failed", "not run"])):
            chosen = [point("04.1", good), point("04.2", timed(judge), marks="timing"),
                      point("04.3", quick, needs="04.2")]
            results = whole.run_all(chosen, runner.Options(server=HTTP, limits=Limits()), most=2)
            self.assertEqual([r.status for r in results], due)
            self.assertTrue(os.path.exists("early"))
            os.unlink("quick")

    def test_what_measures_time_is_judged_beside_those_that_only_wait(self):
        def waits(bench):
            with bench.limits.resting():
                self.assertTrue(kernel.eventually(lambda: os.path.exists("timed"), 60))

        chosen = [point("04.1", good), point("04.2", waits),
                  point("04.3", lambda bench: put("timed", ""), marks="timing")]
        results = whole.run_all(chosen, runner.Options(server=HTTP, limits=Limits()), most=2)
        self.assertEqual([r.status for r in results], ["passed"] * 3)

    def counted(self, judge=None):
        """Returns a checkpoint that is cut, and options with a server for it."""
        put("mark", "")
        counts = point("04.1", judge)
        counts.sessions = session.read_text(COUNTING, "04.1.session")[1]
        return counts, runner.Options(limits=Limits(), server=bad_server(
            "counter:" + os.path.join(self.folder, "mark")))

    def test_what_is_cut_is_played_whole_until_it_is_known_if_cuts_are_served(self):
        for judge, due in ((good, True), (fails, False)):
            counts, options = self.counted()
            chosen = [point("03.1", lambda bench: []), point("03.3", judge), counts]
            *_, result = whole.run_all(chosen, options, most=2)
            self.assertEqual((result.status, result.cuts > 0), ("passed", due))

    def test_what_measures_time_is_judged_when_the_cuts_are_over(self):
        def rests(bench):
            with bench.limits.resting():
                time.sleep(0.3)

        counts, options = self.counted(lambda bench: put("over", ""))
        chosen = [point("01.1", good), point("03.1", good), point("03.3", rests), counts, point(
            "02.6", lambda bench: self.assertTrue(os.path.exists("over")), marks="timing")]
        # A server that gets no CPU keeps nobody waiting so long that it counts as a rest.
        with mock.patch.object(transport, "SLICE", 60):
            results = whole.run_all(chosen, options, most=2)
        self.assertEqual([r.status for r in results], ["passed"] * 5)

    def test_one_that_ends_at_its_start_may_have_been_disturbed_by_others(self):
        put("once.py", "import os, sys\nif not os.path.exists(sys.argv[1]):\n"
            "    sys.exit(open(sys.argv[1], 'w').write('text file busy'))\n"
            "os.execv(sys.executable, [sys.executable, '-m', 'http.server', sys.argv[2]])\n")
        for most, due in ((1, "failed"), (4, "passed")):
            mark = os.path.join(self.folder, "mark-%d" % most)
            command = "%s %s/once.py %s {port}" % (sys.executable, self.folder, mark)

            def starts(bench, mark=mark):
                bench.start()
                os.unlink(mark)
                bench.start()

            put(mark, "")
            chosen = [point("04.1", lambda bench: bench.start() and []), point("04.2", starts)]
            results = whole.run_all(chosen, runner.Options(server=command, limits=Limits()),
                                    most=most)
            self.assertEqual([r.status for r in results], ["passed", due])


WAITING = """
session "the first that waits is served"
whole
let key = key
A> BLPOP {key} 0
barrier C
B> BLPOP {key} 0
barrier C
C> RPUSH {key} x
C< :1
A< ["{key}" "x"]
"""


class AskedAgain(InFolder):
    def judge(self, ident, text, mode):
        """Returns the result of a session on a server of nasty.py."""
        one = point(ident)
        one.sessions = session.read_text(text, ident + ".session")[1]
        options = runner.Options(server=bad_server(mode), limits=Limits(0.8))
        return runner.Run(one, options).judge()

    def test_one_late_answer_does_not_accuse_a_session_that_counts(self):
        mark = os.path.join(self.folder, "mark")
        result = self.judge("04.1", COUNTING, "counter:" + mark)
        self.assertTrue(os.path.exists(mark))
        self.assertEqual(result.status, model.PASSED,
                         result.failure and runner.message(result))
        self.assertIn("asked again", " ".join(result.notes))

    def test_threads_are_given_time_to_wait_in_order(self):
        for mode, due in (("late_waiter:oldest", model.PASSED),
                          ("late_waiter:newest", model.FAILED)):
            result = self.judge("06.9", WAITING, mode)
            self.assertEqual(result.status, due, result.failure and runner.message(result))
            self.assertEqual("a thread for each client" in " ".join(result.notes),
                             due == model.PASSED)
