"""tests/grade: a class is judged, exported and shown."""

import csv
import html.parser
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

from harness import manifest, report
from harness.command import ran
from harness.grade import (board, box, evidence, exports, hand_in, inside, marker, pack,
                           similar)
from harness.grade.table import Table
from harness.model import BLOCKED, FAILED, PASSED, SKIPPED, Result, SetupError
from harness.tests import make_class
from harness.tests.browser import Browser, needs_browser
from harness.tests.helpers import HERE, InFolder, closed, failure, get, point, put

try:
    import jsonschema
    import xmlschema
    import yaml
except ImportError:             # tests/requirements.txt is not installed
    jsonschema = None

GRADE = os.path.join(manifest.TESTS, "grade")
SEED = make_class.SEED = "SECRET-SEED-%d" % os.getpid()
LEFT_OUT = ("server.go", "resp.mjs")    # Go builds for long; what Zoe has renamed
PLAN = {"stage": "03", "seed": "a b", "only": ["03.1"], "latest_only": False,
        "variant": None}


def grade(*words, **options):
    """Run the command; (status, what it printed, what it warned of)."""
    done = subprocess.run([sys.executable, GRADE, *words], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    return done.returncode, done.stdout, done.stderr


def schema(name):
    return os.path.join(HERE, "schemas", name)


def row(ident, status, looks=(), points=2):
    """A row of a checkpoint."""
    result = Result(point(ident, title="<title> & more", points=str(points)),
                           status, 0.25, "needs 03.1" if status == BLOCKED else "")
    made = dict(report.as_dict(result), looks_like=list(looks))
    if status == FAILED:
        made["message"] = ["FAIL %s" % ident, "  sent \x00\x1b[2J <b>"]
    return made


def book(name, *rows, problem="", **who):
    return {"name": name, "what": name, "who": dict({"name": name}, **who),
            "digest": "d", "problem": problem, "evidence": [], "notes": [], "tried": {},
            "seed": "secret", "seconds": 2.6, "checkpoints": list(rows), **report.sums(rows)}


def result():
    """A class of three."""
    books = [book("Ann <Lee>", row("03.1", PASSED), row("03.2", SKIPPED),
                  row("03.3", PASSED), id="77", email="ann@x.org", login="ann"),
             book("=cmd()", row("03.1", PASSED),
                  row("03.2", FAILED, ["R04 counts <letters>"]), row("03.3", BLOCKED)),
             book("No\x1bbody", row("03.1", BLOCKED), row("03.2", BLOCKED),
                  row("03.3", BLOCKED), problem="it does not build\n\x1b[2Jmore")]
    return {"title": "Lab <3>", "what": "stage 03", "walls": "bwrap",
            "missing": ["Zed"], "submissions": books, "pairs": []}


class HandedIn(InFolder):
    def test_folders_and_archives_and_whose_they_are(self):
        os.makedirs("in/Ann Lee_4711_assignsubmission_file_")
        for name in ("leejohn_LATE_12_345_server.zip", "bob.tar.gz", "eve.bundle",
                     "notes.txt", ".hidden.zip"):
            put("in/" + name, "x")
        found, others = hand_in.find("in")
        self.assertEqual({one.name: one.kind for one in found}, {
            "Ann Lee_4711_assignsubmission_file_": "folder",
            "bob": "tar", "eve": "bundle", "leejohn_LATE_12_345_server": "zip"})
        self.assertEqual(others, ["notes.txt"])
        self.assertEqual([one.who for one in found][0], {"name": "Ann Lee", "id": "4711"})
        self.assertEqual([one.who for one in found][3], {"name": "leejohn", "id": "12"})

    def test_twice_the_same_name_is_asked_back(self):
        os.makedirs("in/ann")
        put("in/ann.zip", "x")
        with self.assertRaisesRegex(SetupError, "ann and ann.zip"):
            hand_in.find("in")
        os.mkdir("empty")
        with self.assertRaisesRegex(SetupError, "no submissions"):
            hand_in.find("empty")

    def test_no_name_is_too_strange(self):
        os.makedirs(b"in/M\xfcller")
        self.assertEqual(hand_in.find("in")[0][0].name, "M\u00fcller")
        files = {hand_in.Submission("x", "\u00fc" * 110 + end, "folder").file
                 for end in "ab"}
        self.assertEqual([len(os.fsencode(name)) < 220 for name in files], [True] * 2)

    def test_a_roster(self):
        os.mkdir("in")
        put("in/ann.zip", "x")
        found, _ = hand_in.find("in")
        put("r.csv", "\ufeffsubmission,name,email\nann,Ann Lee,ann@x.org\nzed,Zed,z@x\n")
        self.assertEqual(hand_in.read_roster("r.csv", found), ["zed"])
        self.assertEqual(found[0].who, {"name": "Ann Lee", "email": "ann@x.org"})

    def test_what_changes_a_submission_changes_its_digest(self):
        os.makedirs("in/ann/src")
        put("in/ann/src/a.c", "1")
        before = hand_in.find("in")[0][0].digest()
        self.assertEqual(before, hand_in.find("in")[0][0].digest())
        os.symlink("a.c", "in/ann/src/b.c")
        self.assertNotEqual(before, hand_in.find("in")[0][0].digest())


class Likeness(InFolder):
    def prints(self, name, text):
        os.makedirs(name)
        put(name + "/x.mjs", text)
        return similar.prints_of(name)

    def mixed(self):
        """Returns other work with some lines of resp.mjs in it."""
        lines = make_class.read("resp.mjs").splitlines()
        other = make_class.read("server.mjs").splitlines()
        return "\n".join(other[:60] + lines[100:140] + other[60:])

    def test_renamed_and_laid_out_anew(self):
        own = make_class.read("resp.mjs")
        copy = make_class.renamed()["app.mjs"]
        found = similar.pairs({"a": self.prints("a", own), "b": self.prints("b", copy),
                               "c": self.prints("c", self.mixed())}, set())
        self.assertEqual((found[0]["a"], found[0]["b"]), ("a", "b"))
        self.assertGreater(found[0]["of_a"], 0.95)
        self.assertLess(max(pair["of_b"] for pair in found[1:]), 0.35)
        (file_a, first, last), (file_b, _, _) = found[0]["regions"][0]
        self.assertEqual((file_a, file_b), ("x.mjs", "x.mjs"))
        self.assertGreater(last - first, 200)

    def test_a_part_that_was_moved_into_other_work_is_found_with_its_lines(self):
        found = similar.pairs({"a": self.prints("a", make_class.read("resp.mjs")),
                               "b": self.prints("b", self.mixed())}, set())
        (_, first, last), (_, first_b, last_b) = max(
            found[0]["regions"], key=lambda pair: pair[0][2] - pair[0][1])
        self.assertTrue(95 <= first <= 115 and 125 <= last <= 145, (first, last))
        self.assertTrue(55 <= first_b and last_b <= 105, (first_b, last_b))

    def test_what_was_handed_out_or_all_have_is_no_likeness(self):
        text = make_class.read("resp.mjs")
        prints = {name: self.prints(name, text) for name in "abcdefghijklm"}
        self.assertEqual(similar.pairs(prints, set()), [])      # more than ten have it
        two = {name: prints[name] for name in "ab"}
        self.assertEqual(len(similar.pairs(two, set())), 1)
        known = {mark[0] for mark in similar.prints_of("c")}
        self.assertEqual(similar.pairs(two, known), [])

    def test_every_passage_that_is_long_enough_has_a_fingerprint(self):
        words = ["if", "(", "a", ")", "{", "}", "else", ";", "for", "3", "'x'", "+"]
        need = similar.NOISE + similar.WINDOW - 1
        for start in range(12):
            shared = " ".join(words[(start + 7 * n * n) % 12] for n in range(need))
            one = similar.fingerprints("while [ ] " + shared + " break", True)
            two = similar.fingerprints("return - " + shared + " goto x y", True)
            self.assertTrue({mark[0] for mark in one} & {mark[0] for mark in two})

    def test_a_lab_that_begins_with_our_code_is_no_sign(self):
        os.mkdir("lab")
        put("lab/main.c", '"ready on port %d"')
        self.assertEqual(evidence.handed_out(["lab"]), [])
        put("lab/listener.c", '"no address to listen at"')
        self.assertEqual(evidence.handed_out(["lab"]), ["a server of this project"])

    def test_no_file_is_too_strange(self):
        os.makedirs("s/node_modules")
        put("s/a.c", b"/* never closed \xff\x00 \"")
        put("s/b.py", "'''")
        put("s/node_modules/c.js", "x" * 100)
        os.symlink("/dev/zero", "s/d.c")
        os.mkfifo("s/e.c")
        self.assertEqual(similar.sources("s"), ["a.c", "b.py"])
        self.assertEqual(similar.prints_of("s"), [])


class Exports(InFolder):
    def rows_of(self, text):
        return list(csv.reader(io.StringIO(text)))

    @unittest.skipUnless(jsonschema, "jsonschema is not installed")
    def test_gradescope(self):
        for one in result()["submissions"]:
            made = json.loads(exports.gradescope(one))
            jsonschema.validate(made, json.loads(get(schema("gradescope.json"))))
            self.assertEqual(made["score"], one["points"])
            self.assertEqual(sum(test["score"] for test in made["tests"]),
                             one["points"])

    @unittest.skipUnless(jsonschema, "xmlschema is not installed")
    def test_junit(self):
        put("j.xml", report.junit(result()["submissions"]))
        xmlschema.validate("j.xml", schema("junit.xsd"))
        put("j.xml", report.junit(result()["submissions"][:1]))
        xmlschema.validate("j.xml", schema("junit.xsd"))
        self.assertIn('name="points_possible" value="6"', get("j.xml"))

    @unittest.skipUnless(jsonschema, "jsonschema is not installed")
    def test_classroom_workflow(self):
        points = [c for stage in manifest.load("03") for c in stage.checkpoints]
        made = yaml.load(pack.workflow(points, "03"), yaml.BaseLoader)
        typed = yaml.safe_load(pack.workflow(points, "03"))
        typed["on"] = typed.pop(True)       # YAML 1.1 takes the key for a boolean
        jsonschema.validate(typed, json.loads(get(schema("workflow.json"))))
        steps = made["jobs"]["run-autograding-tests"]["steps"]
        graded = [step for step in steps if "max-score" in step.get("with", {})]
        self.assertEqual(sum(int(step["with"]["max-score"]) for step in graded),
                         sum(point.points for point in points))
        reporter = steps[-1]
        self.assertEqual(reporter["with"]["runners"].split(","),
                         [step["id"] for step in graded])
        for step in graded:
            self.assertEqual(reporter["env"][step["id"].upper() + "_RESULTS"],
                             "${{steps.%s.outputs.result}}" % step["id"])

    def test_moodle(self):
        head, ann, formula, nobody = self.rows_of(exports.moodle(result()))
        self.assertEqual(head[:6], ["Identifier", "Full name", "Email address", "Status",
                                    "Grade", "Maximum Grade"])
        self.assertEqual(ann[:6], ["Participant 77", "Ann <Lee>", "ann@x.org",
                                   "Submitted for grading", "4", "6"])
        self.assertEqual(formula[1], "'=cmd()")
        self.assertEqual(formula[-1], "passed 1 of 3, failed: 03.2")
        self.assertEqual(nobody[-1], "it does not build")

    def test_canvas(self):
        head, possible, ann, *_ = self.rows_of(exports.canvas(result(), "Lab (9)"))
        self.assertEqual(head, ["Student", "ID", "SIS User ID", "SIS Login ID",
                                "Section", "Lab (9)"])
        self.assertEqual(possible, ["    Points Possible", "", "", "", "", "6"])
        self.assertEqual(ann, ["Ann <Lee>", "77", "", "ann", "", "4"])

    def test_a_signed_result_that_was_changed(self):
        key, other = b"k" * 32, b"l" * 32
        text = exports.signed(result(), key)
        put("s.json", text)
        self.assertEqual(exports.verify("s.json", key), "")
        self.assertIn("another key", exports.verify("s.json", other))
        put("s.json", text.replace('"points": 4', '"points": 6'))
        self.assertIn("CHANGED", exports.verify("s.json", key))
        put("s.json", json.dumps(json.loads(text)))     # laid out anew, not changed
        self.assertEqual(exports.verify("s.json", key), "")
        for text in ("[]", "x", '{"result": 1}'):
            put("s.json", text)
            self.assertIn("no signed result", exports.verify("s.json", key))
        with self.assertRaisesRegex(SetupError, "at least 16 bytes"):
            exports.check_key(b"short")
        put("key", key)
        put("s.json", exports.signed(result(), key))
        self.assertEqual(grade("verify", "s.json", "--key", "key")[0], 0)
        put("key", other)
        self.assertEqual(grade("verify", "s.json", "--key", "key")[0], 1)


WIDTHS = """const page = document.documentElement;
[page.clientWidth, page.scrollWidth, document.querySelectorAll("table").length]"""


class Balanced(html.parser.HTMLParser):
    """Which elements are open, and what the page refers to."""

    def __init__(self):
        super().__init__()
        self.open, self.refers = [], []

    def handle_starttag(self, tag, attributes):
        self.refers += [value for name, value in attributes if name in ("href", "src")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Board(unittest.TestCase):
    def test_one_page_that_needs_nothing_and_tells_no_secrets(self):
        one = result()
        one["submissions"][1]["evidence"] = ["it calls itself a sign"]
        one["pairs"] = [{"a": "the pair", "b": "x", "regions": []}]
        page = board.page(one)
        parser = Balanced()
        parser.feed(page)
        self.assertEqual((parser.open, parser.refers), ([], []))
        for word in ("url(", "@import", "<script", "http:", "https:", "<Lee>", "<title> &",
                     "the pair", "a sign", "FAIL 03.2"):
            self.assertNotIn(word, page)
        for word in ("Ann &lt;Lee&gt;", "Lab &lt;3&gt;", "counts &lt;letters&gt;",
                     "it does not build", "4 / 6", "prefers-color-scheme: dark"):
            self.assertIn(word, page)
        self.assertLess(page.index("Ann &lt;"), page.index("=cmd()"))

    @needs_browser
    def test_it_fits_a_phone(self):
        one = result()
        one["submissions"] += [book("A long name " * 3, *[
            row("03.%d" % n, FAILED, ["R04 counts letters"]) for n in range(1, 60)])]
        browser = closed(self, Browser())
        put(os.path.join(browser.folder, "board.html"), board.page(one))
        browser.ask("Emulation.setDeviceMetricsOverride", width=360, height=800,
                    deviceScaleFactor=1, mobile=True)
        browser.open("file://%s/board.html" % browser.folder)
        browser.until("Where everybody is")
        self.assertEqual(browser.value(WIDTHS), [360, 360, 3])

    def test_the_table_shows_nothing_that_moves_the_cursor(self):
        out = io.StringIO()
        table = Table(1, out)
        table.step("a", [row("03.1", PASSED)], "03.2")
        table.end("x", result()["submissions"][2])
        self.assertEqual(out.getvalue().count("\x1b"), 0)
        self.assertIn("1/1 No?body", out.getvalue())


class FirstError(unittest.TestCase):
    def test_the_line_that_tells_most(self):
        for said, due in (
                ("cc -Wall -Werror -c error.c -o error.o\nerror.c:1:8: error: 'x' undeclared "
                 "[-Werror=y]\nmake: *** [Makefile:2: error.o] Error 1",
                 "error.c:1:8: error: 'x' undeclared [-Werror=y]"),
                ("   Compiling mini v0.1.0\nerror[E0425]: cannot find value `x`\n --> src/main.rs",
                 "error[E0425]: cannot find value `x`"),
                ("server.ts(3,1): error TS1005: ';' expected.", None),
                ("  File \"a.py\", line 1\nSyntaxError: invalid syntax",
                 "SyntaxError: invalid syntax"),
                ("# mini\n./main.go:3:2: undefined: x", "./main.go:3:2: undefined: x"),
                ("cc -o server a.o\n/bin/ld: a.o: undefined reference to `run'\n"
                 "collect2: error: ld returned 1 exit status",
                 "/bin/ld: a.o: undefined reference to `run'"),
                ("** (CompileError) server.ex: cannot compile module", None),
                ("syntax error at a.pl line 3, near \"}\"\na.pl had compilation errors.",
                 "syntax error at a.pl line 3, near \"}\""),
                ("make: *** No rule to make target 'a'.  Stop.", None),
                ("cc -o server server.c\nmake: *** [Makefile:2: server] Error 1",
                 "make: *** [Makefile:2: server] Error 1"),
                ("", "it does not say why")):
            with self.subTest(said):
                self.assertEqual(inside.first_error(said), due or said)


class Misguessed(unittest.TestCase):
    def test_a_guess_that_does_not_start_is_told_and_nothing_else(self):
        def result(status, **facts):
            lost = failure(["IndexError: list index out of range"], "exited with status 1")
            lost.mismatch.facts.update(facts)
            lost.lines = ["FAIL 01.1"]
            return Result(point("01.1"), status, failure=lost if facts else None)

        ended, wrong, passed = (result(FAILED, start=True), result(FAILED, other=1),
                                result(PASSED))
        self.assertEqual(inside.misguessed("python3 a.py {port}", [ended]),
                         "it has no check.toml, and does not start as it was guessed "
                         "(python3 a.py {port}): IndexError: list index out of range\nFAIL 01.1")
        for results in ([], [wrong], [passed], [passed, ended]):
            self.assertEqual(inside.misguessed("a", results), "")


class Walls(InFolder):
    """One submission at a time, behind each kind of walls that works here."""

    def one(self, name, *words):
        """The book of one of the strange ones."""
        make_class.write("in/" + name, make_class.strange()[name])
        put("seed", SEED)
        status, out, err = grade("in", "--stage", "03", "--seed-file", "seed", "--only",
                                 "03.1", "--to", "out", "--jobs", "1", *words)
        self.assertIn(status, (0, 1), err)
        return json.loads(get("out/grades.json"))["submissions"][0]

    @unittest.skipUnless(box.usable("bwrap"), "bubblewrap does not work here")
    def test_a_submission_sees_and_reaches_nothing(self):
        found = self.one("Zoe Curious", "--walls", "bwrap")
        said = "\n".join(found["checkpoints"][0]["message"])
        self.assertIn(r'actual   "+found: \r\n"', said)
        self.assertEqual(found["problem"], "")
        self.assertNotIn(SEED, json.dumps(found))

    @unittest.skipUnless(box.usable("user"), "not root")
    def test_a_user_of_its_own_reads_no_process_and_no_home_of_others(self):
        found = self.one("Zoe Curious", "--walls", "user")
        said = "\n".join(found["checkpoints"][0]["message"])
        self.assertIn("found: ", said)
        for word in ("environ", "cmdline", "root", "desk", "killed", "wrote"):
            self.assertNotIn(word, said.partition("found: ")[2].partition("\\r")[0])

    def test_without_walls_there_are_limits_and_a_warning(self):
        make_class.write("in/a", make_class.fair("threads.py", ""))
        status, out, err = grade("in", "--stage", "03", "--seed", SEED, "--only", "03.1",
                                 "--to", "out", "--walls", "limits")
        self.assertEqual(status, 0, err)
        self.assertIn("WARNING", err)
        self.assertIn("1 of 1", out)

    def test_gradescope_calls_the_autograder_from_its_zip(self):
        with zipfile.ZipFile(io.BytesIO(pack.autograder(PLAN))) as zip:
            self.assertIn("--only 03.1", zip.read("run_autograder").decode())
            self.assertEqual(zip.read("seed"), b"a b")
            self.assertEqual(zip.getinfo("seed").external_attr >> 16, 0o100600)
            zip.extractall("autograder/source")
        make_class.write("autograder/submission", make_class.fair("threads.py", ""))
        script = get("autograder/source/run_autograder").replace(
            "/autograder", os.path.abspath("autograder"))
        put("run", script.replace("/source/tests/grade",
                                  "/source/tests/grade --walls %s" % box.strongest()))
        os.chmod("autograder/source/tests/grade", 0o755)
        _, said = ran(["bash", "run"])
        made = json.loads(get("autograder/results/results.json"))
        self.assertEqual((made["score"], made["tests"][0]["status"]), (1, "passed"), said)


class Timing(unittest.TestCase):
    """What measures time is judged again before it costs."""

    def test_a_judge_that_is_not_done_in_time_is_ended(self):
        made = marker.Marker(PLAN, [], "", "limits", box.Limits(seconds=0.5 - marker.SPARE),
                             Table(1, io.StringIO()))
        one = hand_in.Submission(HERE, "a", "folder")
        began = time.monotonic()
        _, told = made._talk(one, {}, ["sleep", "20"])
        self.assertIn("was not done after", told["problem"])
        self.assertLess(time.monotonic() - began, 10)

    def marker(self, outcomes, message="x"):
        points = [point("03.1"), point("03.8", marks="timing", needs="03.1"),
                  point("03.9", needs="03.8")]
        folder = tempfile.mkdtemp(prefix="grade-")
        self.addCleanup(shutil.rmtree, folder, True)
        made = marker.Marker(PLAN, points, folder, "limits", box.Limits(),
                             Table(1, io.StringIO()))
        calls = []

        def judge(_one, only, again):
            calls.append((only, again))
            found = outcomes.pop(0)
            end = {"problem": "", "evidence": [], "prints": [], "notes": []}
            return [dict(report.as_dict(Result(c, found[c.id])), message=[message])
                    for c in points if c.id in found], end

        made._judge = judge
        one = hand_in.Submission(HERE, "a", "folder")
        return made.run([one], 1)[0], calls

    def test_it_is_given_two_more_chances_and_so_is_what_needs_it(self):
        first = {"03.1": PASSED, "03.8": FAILED, "03.9": BLOCKED}
        found, calls = self.marker([first, {"03.8": FAILED, "03.9": PASSED},
                                    {"03.8": PASSED}])
        self.assertEqual(calls, [(["03.1"], False), (["03.8", "03.9"], True),
                                 (["03.8"], True)])
        self.assertEqual((found["passed"], found["tried"]),
                         (3, {"03.8": 3, "03.9": 2}))

    def test_what_does_not_measure_time_is_not(self):
        found, calls = self.marker([{"03.1": FAILED, "03.8": BLOCKED, "03.9": BLOCKED}])
        self.assertEqual((len(calls), found["passed"]), (1, 0))
        found, calls = self.marker([{"03.1": PASSED, "03.8": FAILED, "03.9": BLOCKED}],
                                   "          ^ byte 3: x is due, y came")
        self.assertEqual((len(calls), found["passed"]), (1, 1))


@unittest.skipUnless(box.usable("bwrap") and shutil.which("node")
                     and shutil.which("redis-server"), "bwrap, node or redis missing")
class ClassOfSixty(InFolder):
    """Folders, zips, tars and bundles in two languages (Go would build for
    minutes), each judged by the first checkpoint of stage 03."""

    WORDS = ("in", "--stage", "03", "--only", "03.1", "--seed", SEED, "--to", "out",
             "--key", "key", "--starter", "starter")

    def test_it_is_judged_exported_and_shown(self):
        names = make_class.make_class("in", 60, LEFT_OUT)
        self.author = names[0]      # of what Zoe has renamed
        shutil.rmtree(os.path.join("in", self.author))
        make_class.write("in/" + self.author, make_class.fair("resp.mjs", ""))
        make_class.write("starter", {name: make_class.read(name)
                                     for name in ("threads.py", "server.mjs")})
        put("key", b"k" * 32)
        self.interrupted()
        status, out, err = grade(*self.WORDS)
        self.assertEqual((status, err), (1, ""))        # some cannot be judged
        self.assertIn("60/60", out)
        self.assertIn("(as before)", out)
        found = json.loads(get("out/grades.json"))
        books = {one["name"]: one for one in found["submissions"]}
        self.assertEqual(sorted(books), sorted(names))
        self.everybody_got_what_is_due(books)
        self.nobody_fooled_the_judge(books, found["pairs"])
        for name in ("board.html", "teacher.txt", "junit.xml", "moodle.csv",
                     "canvas.csv", "gradescope/Zoe Prints.json"):
            self.assertTrue(os.path.getsize("out/" + name), name)
            self.assertNotIn(SEED, get("out/" + name))
        self.assertEqual(exports.verify("out/signed.json", b"k" * 32), "")
        if jsonschema:
            xmlschema.validate("out/junit.xml", schema("junit.xsd"))

    def interrupted(self):
        """SIGTERM when some have been judged; nothing is left of the others."""
        process = subprocess.Popen([sys.executable, GRADE, *self.WORDS],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 2)
        self.assertIn("interrupted; the same command goes on from here", err)

    def everybody_got_what_is_due(self, books):
        """As tests/naive/rows.txt says of the same servers and mistakes."""
        wrong = {"greets", "each-line", "newline-alone", "extra-newline"}
        for number, (name, files) in enumerate(make_class.students(
                60, LEFT_OUT).items()):
            if name.startswith("Zoe") or name == self.author:
                continue
            mistake = files["check.toml"].split('"')[1].partition("{port}")[2].strip()
            self.assertEqual(books[name]["points"], 0 if mistake in wrong else 1,
                             (mistake, number, books[name]))

    def nobody_fooled_the_judge(self, books, pairs):
        """What is strange gets no points, or is told to the teacher."""
        for name in ("Prints", "Curious", "Memory", "Disk", "Forks", "Broken", "Nothing",
                     "Linked"):
            self.assertEqual(books["Zoe " + name]["points"], 0, name)
        self.assertIn("memory", books["Zoe Memory"]["notes"][0])
        self.assertIn("filled its disk", books["Zoe Disk"]["problem"])
        # Its hundreds of processes may hold too much before they are too many.
        self.assertRegex(books["Zoe Forks"]["notes"][0], "processes|memory")
        self.assertIn("does not build", books["Zoe Broken"]["problem"])
        for name in ("Nothing", "Linked"):  # whose link was removed, not followed
            self.assertIn("no check.toml", books["Zoe " + name]["problem"])
        if "Zoe Ours" in books:
            self.assertIn("that only a server of this project has",
                          books["Zoe Ours"]["evidence"][0])
        signs = "\n".join(books["Zoe Redis"]["evidence"])
        for words in ("has texts that only redis-server has", "redis_git_sha1",
                      "what no stage teaches: ", "only later stages teach"):
            self.assertIn(words, signs)
        self.assertIn("as a proxy would", "\n".join(books["Zoe Proxy"]["evidence"]))
        for name, one in books.items():
            if name not in ("Zoe Redis", "Zoe Proxy", "Zoe Ours"):
                self.assertEqual(one["evidence"], [], name)
        # All others are made from what was handed out.
        self.assertEqual({pair[side] for pair in pairs for side in "ab"},
                         {"Zoe Renamed", self.author})
        self.assertGreater(pairs[0]["of_a"], 0.9)
