"""Tests of the harness with servers that nobody should write: it never hangs, never leaves a
process behind, and always says what happened."""

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import time

from harness.tests.helpers import CHECK, InFolder, bad_server, get, put, table


class Nasty(InFolder):
    def marked(self):
        """Returns the variables by which servers of this test are known."""
        return dict(os.environ, NASTY_OF=self.folder)

    def check(self, *words, limit=60):
        """Runs tests/check. Returns (status, output). Its out/ is thrown away."""
        done = subprocess.run([sys.executable, CHECK] + list(words),
                              stdout=subprocess.PIPE, timeout=limit,
                              stderr=subprocess.STDOUT, check=False,
                              cwd=self.folder, env=self.marked())
        return done.returncode, done.stdout.decode()

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
        for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
            try:
                with open("/proc/%s/cmdline" % name, "rb") as file:
                    nasty = b"nasty.py" in file.read()
                with open("/proc/%s/environ" % name, "rb") as file:
                    mine = b"NASTY_OF=" + self.folder.encode() + b"\0" \
                        in file.read()
            except OSError:
                continue
            if nasty and mine:
                found.append(name)
        return found

    def test_a_wrong_echo_is_no_mark(self):
        status, text = self.check("--only", "03.1", "--server",
                                  bad_server("simple_echo"))
        self.assertEqual(status, 0, text)

    def test_processes_that_hide(self):
        for mode in ("stubborn", "daemon", "family"):
            status, text = self.check("--only", "03.1", "--server",
                                      bad_server(mode))
            self.assertEqual(status, 0, text)
            self.assertEqual(self.left_behind(), [], mode)

    def test_nothing_of_a_run_is_there_in_the_next(self):
        put("app.toml", "")
        for mode in ("saver", "at_home"):
            for _ in range(2):
                status, text = self.check("--only", "03.1", "--server",
                                          bad_server(mode))
                self.assertEqual(status, 0, text)
                self.assertFalse(os.path.exists("dump.rdb"), mode)

    def test_without_a_stage_the_language_is_found_out(self):
        for stage in ([], ["--stage", "03"]):
            status, text = self.check("--only", "01.2", "--server",
                                      bad_server("one_recv"), *stage)
            self.assertEqual(status, 0, text)
        status, text = self.check("--only", "01.2", "--stage", "01",
                                  "--server", bad_server("one_recv"))
        self.assertEqual(status, 1, text)

    def test_codecrafters_see_what_stands_behind_a_reply(self):
        for slug in ("rg2", "wy1", "zu2"):
            status, text = self.check("--codecrafters", slug, "--server",
                                      bad_server("thrice"))
            self.assertEqual(status, 1, text)
            self.assertIn("something stands behind it", text)

    def test_a_mark_that_is_answered_wrongly_is_no_stray_byte(self):
        status, text = self.check("--codecrafters", "la7", "--server",
                                  bad_server("constant:ok"))
        self.assertEqual(status, 1, text)
        flat = " ".join(text.split())
        self.assertIn("PING, which the harness sent to see that nothing stands "
                      "behind them, is answered wrongly", flat)
        self.assertIn("C01", text)

    def test_a_server_that_greets_is_told(self):
        for slug in ("jm1", "rg2"):
            status, text = self.check("--codecrafters", slug, "--server",
                                      bad_server("greets"))
            self.assertEqual(status, 1, text)
            self.assertIn("C05", text)
        text = self.check("--codecrafters", "rg2", "--server",
                          bad_server("thrice"))[1]
        self.assertNotIn("C05", text)

    def test_an_interrupt_ends_the_server_too(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            run = subprocess.Popen(
                [sys.executable, CHECK, "--only", "03.1", "--server",
                 bad_server("silent")], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, cwd=self.folder,
                env=self.marked())
            time.sleep(0.8)
            run.send_signal(number)
            run.wait(5)
            time.sleep(0.2)
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
        status, text = self.check(
            "--only", "03.3", "--tap", "--junit", "j.xml", "--json", "j.json",
            "--server", bad_server("one_recv"))
        self.assertEqual(status, 1)
        self.assertIn("not ok 1 - [03.3] split anywhere", text)
        self.assertIn("# ", text)
        book = json.loads(get("j.json"))
        self.assertEqual(book["failed"], 1)
        self.assertIn("R05", book["checkpoints"][0]["looks_like"][0])
        self.assertIn('failures="1"', get("j.xml"))
        status, text = self.check("replay", "out/03.3.resp")
        self.assertEqual(status, 1, text)
        self.assertIn("fails when cut after byte", text)
