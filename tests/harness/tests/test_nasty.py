"""Tests of the harness with servers that nobody should write: it never hangs, never leaves a
process behind, and always says what happened."""

import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from harness import kernel
from harness.command import ran
from harness.tests.helpers import CHECK, InFolder, bad_server, get, put, table


class Nasty(InFolder):
    def marked(self):
        """Returns the variables by which servers of this test are known."""
        return dict(os.environ, NASTY_OF=self.folder)

    def check(self, *words, limit=60):
        """Runs tests/check. Returns (status, output). Its out/ is thrown away."""
        return ran([sys.executable, CHECK, *words], timeout=limit, cwd=self.folder,
                   env=self.marked())

    def test_nasty_servers_fail_and_the_message_says_why(self):
        def judge(row):
            return self.check("--only", row[1], "--ready", "1.5",
                              "--server", bad_server(row[0]))

        rows = table("nasty.txt")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(judge, rows))
        for (mode, _, due), (status, text) in zip(rows, results):
            with self.subTest(mode):
                self.assertEqual(status, 1, text)
                self.assertIn(due, text)
                if "when cut" in due:
                    self.assertNotIn("C01", text)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), 80, line)
        self.assertEqual(self.left_behind(), [])

    def left_behind(self):
        """Returns nasty servers of this test that still run."""
        found = []
        for pid in kernel.parents():
            with contextlib.suppress(OSError):      # it is not ours
                words, known = (Path("/proc/%d/%s" % (pid, name)).read_bytes()
                                for name in ("cmdline", "environ"))
                if b"nasty.py" in words and b"NASTY_OF=%s\0" % self.folder.encode() in known:
                    found.append(pid)
        return found

    def judged(self, mode, due, *words):
        """Returns what is said about a nasty server. The exit status must be this."""
        status, text = self.check(*words, "--server", bad_server(mode))
        self.assertEqual(status, due, text)
        return text

    def test_a_wrong_echo_is_no_mark(self):
        self.judged("simple_echo", 0, "--only", "03.1")

    def test_processes_that_hide(self):
        for mode in ("stubborn", "daemon", "family"):
            self.judged(mode, 0, "--only", "03.1")
            self.assertEqual(self.left_behind(), [], mode)

    def test_nothing_of_a_run_is_there_in_the_next(self):
        put("app.toml", "")
        for mode in ("saver", "saver", "at_home", "at_home"):
            self.judged(mode, 0, "--only", "03.1")
            self.assertFalse(os.path.exists("dump.rdb"), mode)

    def test_without_a_stage_the_language_is_found_out(self):
        self.judged("one_recv", 0, "--only", "01.2")
        self.judged("one_recv", 0, "--only", "01.2", "--stage", "03")
        self.judged("one_recv", 1, "--only", "01.2", "--stage", "01")

    def test_codecrafters_see_what_stands_behind_a_reply(self):
        for slug in ("rg2", "wy1", "zu2"):
            text = self.judged("thrice", 1, "--codecrafters", slug)
            self.assertIn("something stands behind it", text)
            self.assertNotIn("C05", text)

    def test_a_mark_that_is_answered_wrongly_is_no_stray_byte(self):
        text = self.judged("constant:ok", 1, "--codecrafters", "la7")
        self.assertIn("PING, which the harness sent to see that nothing stands "
                      "behind them, is answered wrongly", " ".join(text.split()))
        self.assertIn("C01", text)

    def test_a_server_that_greets_is_told(self):
        for slug in ("jm1", "rg2"):
            self.assertIn("C05", self.judged("greets", 1, "--codecrafters", slug))

    def test_an_interrupt_ends_the_server_too(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            run = subprocess.Popen(
                [sys.executable, CHECK, "--only", "03.1", "--server",
                 bad_server("silent")], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, cwd=self.folder,
                env=self.marked())
            self.assertTrue(kernel.eventually(lambda: len(self.left_behind()) > 1, 60))
            run.send_signal(number)
            run.wait(60)
            kernel.eventually(lambda: not self.left_behind(), 60)
            self.assertEqual(self.left_behind(), [])

    def test_the_set_up_is_at_fault(self):
        for words in (["--only", "99.9"], ["--stage", "77"], ["--nosuch"],
                      ["--only", "03.1", "--server", "/no/such {port}"],
                      ["--only", "03.1", "--server", "sleep 5"],
                      ["--only", "03.1", "--connect", "nowhere"],
                      ["--only", "03.1", "--connect", "127.0.0.1:1"],
                      ["replay", "no-such-file"], ["hint", "1"], ["nosuch"],
                      ["--codecrafters", "zzz"],
                      []):
            status, text = self.check(*words)
            self.assertEqual(status, 2, "%s: %s" % (words, text))
            self.assertNotIn("Traceback", text)

    def test_outputs_and_replay(self):
        text = self.judged("one_recv", 1, "--only", "03.3", "--tap", "--junit", "j.xml",
                           "--json", "j.json")
        self.assertIn("not ok 1 - [03.3] split anywhere", text)
        self.assertIn("# ", text)
        book = json.loads(get("j.json"))
        self.assertEqual(book["failed"], 1)
        self.assertIn("R05", book["checkpoints"][0]["looks_like"][0])
        self.assertIn('failures="1"', get("j.xml"))
        status, text = self.check("replay", "out/03.3.resp")
        self.assertEqual(status, 1, text)
        self.assertIn("fails when cut after byte", text)
