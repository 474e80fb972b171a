"""A learner's day: check.toml, --first, the progress line, --watch."""

import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import unittest

from harness import (cli, command, first, kernel, model, progress, report, runner,
                     settings_file, watch, whole)
from harness.manifest import TESTS
from harness.tests.helpers import (CHECK, HTTP, InFolder, Told, failure, fails, get, point,
                                   put, said, table)
from harness.transport import Limits

try:
    import tomllib
except ImportError:             # Python before 3.11
    tomllib = None

def values(text):
    return {key: value for key, (value, _) in
            settings_file.parse(text).items()}


class SettingsFile(InFolder):
    GOOD = ('# all of it\n'
            'stage = "03"  # a comment\n'
            "server=\t'python3 a\\b.py --port {port}'\r\n"
            '  ready = 1_0.5\n'
            'build = "sh -c \\"make # not a comment\\"\\t\\u00e9"\n')

    def test_what_it_may_hold(self):
        self.assertEqual(values(self.GOOD), {
            "stage": "03", "server": "python3 a\\b.py --port {port}",
            "ready": 10.5, "build": 'sh -c "make # not a comment"\t\u00e9'})
        self.assertEqual(values(""), {})
        self.assertEqual(values("stage = 3"), {"stage": "03"})
        self.assertEqual(values("stage = '04-strings'"), {"stage": "04"})

    @unittest.skipUnless(tomllib, "Python 3.11 has a reader of TOML")
    def test_it_is_toml(self):
        self.assertEqual(values(self.GOOD), tomllib.loads(self.GOOD))
        for text in ('ready = 05', 'ready = 1.', 'ready = .5', 'stage = 03',
                     'build = "\\q"', 'build = "', "build = 'a' b", 'build',
                     'build =', 'build = make', 'ready = 1__0',
                     'build = "\\ud800"', 'ready = 1\nready = 2'):
            with self.subTest(text):
                with self.assertRaises(tomllib.TOMLDecodeError):
                    tomllib.loads(text)
                with self.assertRaises(model.SetupError):
                    settings_file.parse(text)

    def test_what_is_wrong_is_told_with_its_line_and_key(self):
        for text, words in table("settings.txt"):
            text = text.replace("\\n", "\n")
            with self.subTest(text), \
                    self.assertRaisesRegex(model.SetupError, words):
                settings_file.parse(text)

    def test_a_file_that_cannot_be_read(self):
        put("check.toml", b"stage = '\xff'")
        with self.assertRaisesRegex(model.SetupError, "not UTF-8"):
            settings_file.read()
        os.unlink("check.toml")
        os.mkdir("check.toml")
        with self.assertRaisesRegex(model.SetupError, "check.toml: "):
            settings_file.read()

    def args(self, *words):
        made = cli.parser().parse_args(words)
        settings_file.apply(made)
        return made

    def test_the_command_line_wins(self):
        put("check.toml", 'stage = "03"\nserver = "./mine {port}"\n'
            'ready = 9\nbuild = "make"\n')
        plain = self.args()
        self.assertEqual(
            (plain.stage, plain.server, plain.ready, plain.build, plain.first),
            ("03", "./mine {port}", 9.0, "make", True))
        other = self.args("--stage", "02", "--ready", "1", "--server",
                          "./other {port}")
        self.assertEqual(
            (other.stage, other.server, other.ready, other.build, other.first),
            ("02", "./other {port}", 1.0, None, False))
        self.assertIsNone(self.args("--connect", "127.0.0.1:1").server)
        self.assertEqual(self.args("--only", "01.4").stage, "03")
        self.assertEqual(self.args("--only", "08.2").stage, "08")
        self.assertIsNone(self.args("--codecrafters", "rg2").stage)
        replay = self.args("replay", "x.resp")
        self.assertEqual((replay.server, replay.ready), (None, 9.0))
        self.assertIsNone(self.args("seeds", "2").server)

    def test_without_the_file_all_is_as_it_was(self):
        plain = self.args()
        self.assertEqual((plain.stage, plain.server, plain.first),
                         (None, None, False))

    def test_one_in_a_folder_above_is_named(self):
        put("check.toml", 'stage = "03"\n')
        os.mkdir("src")
        os.chdir("src")
        with self.assertRaisesRegex(model.SetupError, "check.toml in "):
            self.args()
        self.assertIsNone(self.args("--only", "01.4").stage)


class Init(InFolder):
    def init(self, *words):
        return said(cli.main, ["init", *words])

    def test_what_it_writes_can_be_read(self):
        put("server.py", "import sys\nport = int(sys.argv[1])\n")
        status, out, _ = self.init()
        self.assertEqual(status, 0)
        self.assertEqual(settings_file.read(), {
            "stage": "01", "server": "python3 server.py {port}", "ready": 5.0})
        self.assertIn("--watch", out)
        self.assertIn("01-echo/README.md", out)

    def test_what_the_command_line_says(self):
        status, *_ = self.init("--stage", "4", "--ready", "2.5", "--build",
                              'echo "\\"', "--server", "./my\u00e9 {port}")
        self.assertEqual(status, 0)
        self.assertEqual(settings_file.read(), {
            "stage": "04", "server": "./my\u00e9 {port}", "ready": 2.5,
            "build": 'echo "\\"'})

    def test_it_changes_no_file_that_is_here(self):
        put("check.toml", "mine")
        status, _, wrong = self.init()
        self.assertEqual(status, 2)
        self.assertIn("here already", wrong)
        self.assertEqual(get("check.toml"), "mine")

    def test_a_wrong_stage_writes_nothing(self):
        self.assertEqual(self.init("--stage", "77")[0], 2)
        self.assertFalse(os.path.exists("check.toml"))

    def test_guesses(self):
        for files, server, build in (
                ({}, "./server --port {port}", None),
                ({"Cargo.toml": '[package]\nname = "mini"\n'},
                 "target/debug/mini --port {port}", "cargo build --quiet"),
                ({"go.mod": "module x\n", "main.go": ""},
                 "./server --port {port}", "go build -o server ."),
                ({"package.json": '{"main": "app.js"}', "app.js": "--port"},
                 "node app.js --port {port}", None),
                ({"package.json": "oh", "server.js": "process.argv[2]"},
                 "node server.js {port}", None),
                ({"Makefile": "", "a.c": ""}, "./server --port {port}", "make"),
                ({"main.py": "", "test.py": ""},
                 "python3 main.py --port {port}", None),
                ({"redis.c": ""}, "./server --port {port}",
                 "cc -g -Wall -o server *.c"),
                ({"Main.java": "parseInt(args[0])", "Entry.java": ""},
                 "java -cp . Main {port}", "javac *.java"),
                ({"a.cpp": "argv[1]"}, "./server {port}", "c++ -g -Wall -o server *.cpp"),
                ({"your_program.sh": ""}, "./your_program.sh --port {port}", None),
                ({"server.py": "port = int(sys.argv[2])"},
                 "python3 server.py --port {port}", None),
                ({"server.php": "$port = $argv[1];", "composer.json": "{}"},
                 "php server.php {port}", None),
                ({"server.rb": "OptionParser"}, "ruby server.rb --port {port}", None),
                ({"server.sh": "port=$1"}, "bash server.sh {port}", None),
                ({"Main.hs": ""}, "./server --port {port}", "ghc -threaded -o server Main.hs"),
                ({"server.nim": "paramStr(1)"}, "./server {port}", "nim c -o:server server.nim"),
                ({"main.go": "os.Args[1]"}, "./server {port}", "go build -o server main.go"),
                ({"Server.kt": "args[0]"}, "java -jar server.jar {port}",
                 "kotlinc Server.kt -include-runtime -d server.jar"),
                ({"mix.exs": ""}, "mix run --no-halt -- --port {port}", "mix compile"),
                ({"CMakeLists.txt": "project(x)\nadd_executable(mini a.cpp)", "a.cpp": ""},
                 "build/mini --port {port}", "cmake -S . -B build && cmake --build build"),
                ({"mini.cabal": "name: x\nexecutable mini\n  main-is: Main.hs\n"},
                 "cabal run -v0 mini -- --port {port}", "cabal build -v0"),
                ({"dub.sdl": 'name "mini"\n'}, "./mini --port {port}", "dub build -q"),
                ({"my own.py": "sys.argv[1]"}, "python3 'my own.py' {port}", None)):
            with self.subTest(files):
                for name in os.listdir("."):
                    os.unlink(name)
                for name, text in files.items():
                    put(name, text)
                self.init()
                found = settings_file.read()
                self.assertEqual((found["server"], found.get("build")),
                                 (server, build))


class Send(InFolder):
    def test_it_starts_a_server(self):
        put("server.py", "import socket, sys\n"
            "one = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
            "while True:\n"
            "    client = one.accept()[0]\n"
            "    client.sendall(client.recv(100))\n")
        command = "%s server.py {port}" % shlex.quote(sys.executable)
        status, out, _ = said(cli.main, ["send", "--server", command, "plum"])
        self.assertEqual(status, 0)
        self.assertIn('came  "plum"', out)

    def test_one_that_does_not_start_is_said_to_be_so(self):
        command = "%s nowhere.py {port}" % shlex.quote(sys.executable)
        status, _, wrong = said(cli.main, ["send", "--server", command, "plum"])
        self.assertEqual(status, 2)
        self.assertRegex(wrong, "(?s)ended before it listened.*nowhere.py.*No such file")
        self.assertNotIn("harness itself", wrong)


class Typed(unittest.TestCase):
    def test_the_command_stands_as_it_can_be_typed(self):
        line = ("  replay: tests/check replay out/03.3.resp"
                "  hint: tests/check hint 03.3 (1 of 3)")
        self.assertEqual(report.as_typed(line, "tests/check"), line)
        self.assertEqual(report.as_typed(line, "check"),
                         line.replace("tests/check", "check"))
        self.assertEqual(
            report.as_typed(line, "/opt/redis/tests/check"),
            "  replay: /opt/redis/tests/check replay out/03.3.resp\n"
            "  hint: /opt/redis/tests/check hint 03.3 (1 of 3)")
        by_hand = "    tests/check send '" + 50 * "x" + "'"
        self.assertEqual(report.as_typed(by_hand, "/opt/redis/tests/check"),
                         "    /opt/redis/tests/check send \\\n"
                         "      '" + 50 * "x" + "'")
        self.assertEqual(report.as_typed("see tests/checkpoints", "check"),
                         "see tests/checkpoints")


class Book:
    """Checkpoints that write down when they are judged."""

    def __init__(self, bad=()):
        self.order = []
        self.bad = set(bad)

    def make(self, ident, **fields):
        def judged(bench):
            self.order.append(ident)
            if ident in self.bad:
                fails(bench)
        return point(ident, judged, **fields)


class First(InFolder):
    def setUp(self):
        super().setUp()
        self.out = Told()
        # What a child writes down nobody reads here.
        most, whole.MOST_JOBS = whole.MOST_JOBS, 1
        self.addCleanup(setattr, whole, "MOST_JOBS", most)

    def run_first(self, checkpoints, **options):
        options = runner.Options(server=HTTP, limits=Limits(),
                                 **options)
        return first.run_all(checkpoints, options, True, self.out)

    def five(self, book):
        return [book.make("01.1"), book.make("01.2", marks="timing"),
                book.make("01.3", marks="stretch"), book.make("02.1", needs="01.1"),
                book.make("02.2", marks="stretch timing", needs="01.3"),
                book.make("02.3", marks="stretch")]

    def test_the_order_and_where_it_stops(self):
        letters = {"passed": "p", "failed": "F", "not run": "-"}
        for bad, again, order, told in (
                # Timing and stretch come when the rest is green.
                ("", None, "01.1 02.1 01.2 01.3 02.2 02.3", "pppppp"),
                # It stops at the first failure, and tells all.
                ("01.1", None, "01.1", "F-----"), ("02.1", None, "01.1 02.1", "p--F--"),
                ("01.2", None, "01.1 02.1 01.2", "pF-p--"),
                # A failure of stretch stops nothing but what needs it.
                ("01.3", None, "01.1 02.1 01.2 01.3 02.3", "ppFp-p"),
                # What failed last comes first, with what it needs.
                ("02.1", "02.1", "01.1 02.1", "p--F--"), ("01.1", "02.1", "01.1", "F-----"),
                ("", "01.2", "01.2 01.1 02.1 01.3 02.2 02.3", "pppppp")):
            with self.subTest(bad=bad, again=again):
                book, self.out = Book([bad]), Told()
                results = self.run_first(self.five(book), again=again)
                self.assertEqual(" ".join(book.order), order)
                self.assertEqual("".join(letters[r.status] for r in results), told)
                self.assertEqual([letters[status] for _, status in self.out.lines], list(told))
                self.assertFalse(hasattr(self.out, "still_red"))

    def test_what_is_asked_again_in_resp_comes_after_requests(self):
        for dialect, order in (
                ("resp", ["01.1", "03.1", "03.4", "01.2", "02.1", "03.5"]),
                ("echo", ["01.1", "01.2", "02.1", "03.1", "03.4", "03.5"])):
            book = Book()
            self.run_first([book.make(c) for c in (
                "01.1", "01.2", "02.1", "03.1", "03.4", "03.5")],
                dialect=dialect)
            self.assertEqual(book.order, order)

    def test_a_server_that_needs_the_users_folder_is_never_beside_itself(self):
        options = runner.Options(server="there {port}", limits=Limits())
        whole.MOST_JOBS = 4
        run = first.First([], options, self.out, 3)
        self.assertGreaterEqual(run.side_by_side(), 3)
        command.Home.needed.add("there {port}")
        self.addCleanup(command.Home.needed.discard, "there {port}")
        self.assertEqual(run.side_by_side(), 1)
        options.server, options.connect = None, ("127.0.0.1", 1)
        self.assertEqual(run.side_by_side(), 1)

    def test_the_language_is_asked_when_something_listens(self):
        for idents, due in ((["01.1", "01.2"], ["01.1", "?", "01.2"]),
                            (["01.2", "01.3"], ["?", "01.2", "01.3"])):
            book = Book()
            self.run_first([book.make(c) for c in idents],
                           listen_in=lambda order=book.order: order.append("?"))
            self.assertEqual(book.order, due)

    def test_side_by_side_it_is_the_same(self):
        book = Book(["02.1"])
        options = runner.Options(server=HTTP, limits=Limits())
        results = first.run_all(self.five(book)[:5], options, True, self.out, 3)
        self.assertEqual([r.status for r in results], [
            "passed", "not run", "not run", "failed", "not run"])

    def test_some_cuts_come_first_and_none_is_lost(self):
        for count in (0, 1, 5, 6, 7, 40, 400):
            ways = [("glued",)] + [("at", n) for n in range(count)] + [
                ("bytes",)]
            now, later = first.some(ways), first.others(ways)
            self.assertEqual(sorted(now + later), sorted(ways))
            self.assertLessEqual(len(now), 2 + 2 * first.SOME)
            self.assertIn(("glued",), now)
            self.assertIn(("bytes",), now)


class Printed(unittest.TestCase):
    """What --first prints."""

    def finish(self, number, statuses, memory=None):
        chosen = [c for s in progress.all_stages() if s.number <= number
                  for c in s.checkpoints]
        out = io.StringIO()
        made = progress.Progress(chosen, number, out, memory)
        results = []
        for checkpoint in chosen:
            status = statuses.get(checkpoint.id, model.PASSED)
            result = model.Result(checkpoint, status)
            if status == model.FAILED:
                result.failure = failure()
                result.failure.lines = ["FAIL %s" % checkpoint.id, "  why"]
            results.append(result)
            made.end(result)
        made.finish(results, None, "")
        return out.getvalue()

    def test_success_says_what_comes_next(self):
        said = self.finish("05", {})
        self.assertRegex(said, r"All \d+ are green \(\d.*\)\. \w+")
        self.assertRegex(said, r"\n\d+ of \d+ to lists\. Next: 06\.1 ")
        self.assertRegex(said, r"lesson: .*06-lists/README.md#")
        self.assertIn("--stage 06", said)

    def test_the_last_stage_has_nothing_behind_it(self):
        last = progress.all_stages()[-1]
        self.assertNotIn("Next:", self.finish(last.number, {}))

    def test_a_failure_says_how_far_it_is(self):
        memory = {"far": 2}
        blocked = {"02.%d" % n: model.BLOCKED for n in range(1, 8)}
        said = self.finish("02", dict(blocked, **{
            "01.5": model.FAILED, "01.6": model.BLOCKED,
            "01.7": model.BLOCKED}), memory)
        self.assertIn("echo 4/7\n", said)
        self.assertIn("FAIL 01.5\n  why\n", said)
        self.assertIn("4 of 14 to poll (2 more than before). 01.5 is the one "
                      "to mend; 9 were not judged yet.", said)
        self.assertEqual(memory, {"far": 4, "red": "01.5"})

    def test_one_that_was_not_judged_stands_in_the_singular(self):
        said = self.finish("01", {"01.6": model.FAILED,
                                  "01.7": model.BLOCKED})
        self.assertIn("; 1 was not judged yet.", said)

    def test_a_failure_of_stretch_holds_up_nobody(self):
        memory = {}
        said = self.finish("02", {"01.7": model.FAILED}, memory)
        self.assertIn("All is green but 01.7, which is stretch", said)
        self.assertIn("Next: 03.1", said)
        self.assertIsNone(memory["red"])

    def test_every_stage_has_a_cheer(self):
        for stage in progress.all_stages():
            self.assertIn(stage.number, progress.CHEERS)

    def test_a_terminal_sees_a_line_that_is_written_over(self):
        class Screen(io.StringIO):
            def isatty(self):
                return True
        out = Screen()
        os.environ.pop("NO_COLOR", None)
        stage = progress.all_stages()[0]
        made = progress.Progress(stage.checkpoints, "01", out)
        made.begin(stage.checkpoints[0])
        made.end(model.Result(stage.checkpoints[0], model.PASSED))
        made.begin(stage.checkpoints[1])
        self.assertRegex(out.getvalue(), r"\r\x1b\[K\[ +\] 0 of 7  01\.1 .*"
                         r"\r\x1b\[K\[=+ +\] 1 of 7  01\.2 ")
        self.assertNotIn("\n", out.getvalue())
        self.assertTrue(issubclass(progress.Progress, report.Terminal))


class Files(InFolder):
    def test_what_is_watched(self):
        for name in (".git", "node_modules", "src", "build", "src/target"):
            os.makedirs(name)
            put(name + "/file.py", "")
        for name in ("server.py", "server.pyc", ".hidden", "dump.rdb", "a.o",
                     "Makefile", "server.py~"):
            put(name, "")
        os.symlink("missing", "broken")
        put("build/server", "")
        put("mini.d", "import std.stdio;")      # the language; the other two are of gcc -MMD
        put("a.d", "a.o: a.c")
        put("main.d", "main.o: main.c")
        put("main.c", "")
        files = watch.Files("build/server --port {port} --to missing/one")
        self.assertEqual(set(files.scan()), {
            "server.py", "Makefile", "src/file.py", "build/server", "mini.d", "main.c"})

    def test_a_look_takes_little_of_the_time(self):
        files = watch.Files()
        files.took = 0.5
        self.assertGreaterEqual(files.pause(), 20 * 0.5)
        files.took = 0.0
        self.assertGreaterEqual(files.pause(), 0.2)

    def watcher(self, building=False, has_build=False):
        put("server.py", "one")
        put("server", "bin\0one")
        made = watch.Watch(None, None, None)
        made.base = made.files.scan()
        made.building, made.has_build = building, has_build
        return made

    def of_people(self, made):
        return made.of_people(made.files.scan())

    def test_the_same_bytes_again_are_no_change(self):
        made = self.watcher()
        os.utime("server.py", (1, 1))
        self.assertEqual(self.of_people(made), set())
        put("server.py", "two")
        self.assertEqual(self.of_people(made), {"server.py"})

    def test_what_the_build_makes_is_no_change(self):
        made = self.watcher(building=True, has_build=True)
        put("server", "bin\0two")
        put("new.txt", "made")
        self.assertEqual(self.of_people(made), set())
        os.unlink("new.txt")
        self.assertEqual(self.of_people(made), set())
        put("server.py", "two")
        self.assertEqual(self.of_people(made), {"server.py"})

    def test_a_program_that_is_built_elsewhere_is_a_change(self):
        made = self.watcher()
        put("server", "bin\0two")
        self.assertEqual(self.of_people(made), {"server"})

    def test_what_changes_in_every_run_is_left_alone(self):
        made = self.watcher()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            for turn in range(watch.RESTLESS):
                self.assertNotIn("server.py", made.alone)
                put("server.py", "turn %d" % turn)
                self.assertEqual(self.of_people(made), {"server.py"})
                made.count_begun({"server.py"})
        self.assertIn("server.py changes in every run", said.getvalue())
        put("server.py", "again")
        self.assertEqual(self.of_people(made), set())


GOOD = get(os.path.join(TESTS, "naive", "oneclient.py"))
BAD = GOOD.replace("sendall(data)", "sendall(data.upper())")


def heed_interrupts():
    """A shell lets what it starts beside itself ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Watching(InFolder):
    """The whole command, with a small server that somebody works on."""

    def setUp(self):
        super().setUp()
        put("server.py", GOOD)
        put("check.toml", 'stage = "01"\nserver = "%s server.py {port}"\n'
            % sys.executable)

    def start(self, *words):
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        self.process = subprocess.Popen(
            [sys.executable, CHECK, "--watch", *words], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
            preexec_fn=heed_interrupts)
        self.lines, self.more = [], threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.addCleanup(self.stop)

    def read(self):
        for line in self.process.stdout:
            with self.more:
                self.lines.append(line)
                self.more.notify()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(10)
        self.process.stdout.close()

    def due(self, pattern, seconds=90):
        """Wait for a line with that; what stood before it."""
        until = time.monotonic() + seconds
        with self.more:
            while True:
                for number, line in enumerate(self.lines):
                    if re.search(pattern, line):
                        before = self.lines[:number + 1]
                        del self.lines[:number + 1]
                        return "".join(before)
                if not self.more.wait(max(0, until - time.monotonic())):
                    self.fail("no %s in:\n%s" % (pattern, "".join(self.lines)))

    def settled(self):
        return self.due("^watching ")

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        status = self.process.wait(60)
        self.reader.join(10)
        return status, "".join(self.lines)

    def test_red_and_green(self):
        self.start()
        self.assertIn("All 7 are green", self.settled())
        put("server.py", BAD)
        said = self.settled()
        self.assertIn("FAIL 01.2", said)
        self.assertIn("1 of 7 to echo", said)
        put("server.py", GOOD)
        said = self.settled()
        self.assertIn("01.2 is green", said)
        self.assertIn("All 7 are green", said)
        status, said = self.end()
        self.assertEqual((status, said),
                         (0, "\ntests/check: ended, all green\n"))

    def test_a_server_that_does_not_start_and_one_that_is_not_there(self):
        put("server.py", "oh no(\n")
        self.start()
        self.assertIn("FAIL 01.1", self.settled())
        put("check.toml", 'stage = "01"\nserver = "./nowhere {port}"\n')
        self.assertIn("./nowhere is not there", self.settled())
        status, _ = self.end(signal.SIGTERM)
        self.assertEqual(status, 2)

    def test_check_toml_and_the_build_may_be_wrong_for_a_while(self):
        good = get("check.toml")
        put("check.toml", good + "stag = 3\n")
        self.start()
        self.assertIn("line 3: there is no stag, did you mean stage",
                      self.settled())
        put("check.toml", good + 'build = "echo line 7: oh; exit 3"\n')
        said = self.settled()
        self.assertIn("  line 7: oh\n", said)
        self.assertIn("the build failed (status 3)", said)
        put("check.toml", good + 'build = "sleep 300"\n')
        self.due("^build: sleep 300")
        put("check.toml", good)
        self.assertIn("All 7 are green", self.settled())

    def test_a_change_during_a_run_begins_anew(self):
        mark = os.path.join(self.folder, "begun")
        put("server.py", "import time\nopen(%r, 'w').close()\ntime.sleep(3)\n%s" % (mark, GOOD))
        self.start()
        self.assertTrue(kernel.eventually(lambda: os.path.exists(mark), 60))
        put("server.py", BAD)
        time.sleep(0.05)
        put("server.py", BAD + "\n")
        said = self.settled()
        self.assertIn("---- ", said)
        self.assertIn("FAIL 01.2", said)
        self.assertNotIn("green", said)
        self.assertEqual(self.end()[0], 1)

    def test_what_was_red_before_a_change_is_not_told_at_the_end(self):
        put("server.py", BAD)
        self.start()
        self.settled()
        put("server.py", "import time\ntime.sleep(60)\n")
        self.due("^---- ")
        status, said = self.end()
        self.assertEqual(status, 1)
        self.assertIn("have not been judged", said)
        self.assertNotIn("red", said)

    def test_it_sleeps_when_nothing_changes(self):
        self.start()
        self.settled()
        used = kernel.cpu(self.process.pid)
        if used is None:
            self.skipTest("no such clock here")
        time.sleep(3)
        self.assertLess(kernel.cpu(self.process.pid) - used, 0.3)

    def test_ctrl_c_in_a_run_leaves_nobody_behind(self):
        mark = os.path.join(self.folder, "pid")
        put("server.py", "import os, time\nopen(%r, 'w').write(str(os.getpid()))"
            "\ntime.sleep(60)\n" % mark)
        self.start("--ready", "50")
        self.assertTrue(kernel.eventually(
            lambda: os.path.exists(mark) and get(mark), 30))
        status, said = self.end()
        self.assertEqual(status, 2)
        self.assertNotIn("Traceback", said)
        self.assertFalse(os.path.exists("/proc/%s/fd/0" % get(mark)))

    def test_what_it_cannot_be_combined_with(self):
        for words in (["--tap"], ["--plain"], ["--junit", "x"], ["list"]):
            done = subprocess.run([sys.executable, CHECK, "--watch", *words],
                                  stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--watch", done.stderr)
