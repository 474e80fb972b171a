"""What a failure shows: all that was due, the last error, the first failures."""

import io
import os
import unittest
import xml.etree.ElementTree as tree

from harness import dissect, explain, model, rdb_format, report, send, wire
from harness.tests.helpers import HERE, Peer, failure, get, point

EXITED, ALIVE = "exited with status 1", "alive (pid 7)"


class LastError(unittest.TestCase):
    def test_what_says_most_is_shown_and_fits(self):
        """A panic from its first line on, a traceback to its last one, what node says above the
        call; little of a server that lives; a long message wrapped, and not cut."""
        go, python, node = (get(os.path.join(HERE, "said", name + ".txt"))
                            for name in ("go", "python", "node"))
        chatter = "\n".join("line %d" % n for n in range(50))
        for text, fate, there, missing in (
                (go, EXITED, ("panic: runtime error: invalid memory", "server.go:101"),
                 "exit status 2"),
                (python, ALIVE, ("Traceback", "UnicodeDecodeError", "..."), None),
                (node, EXITED, ("Error: read ECONNRESET", "syscall: 'read'"), "throw er"),
                (chatter, ALIVE, ("line 49",), "line 46"),
                ("ValueError: " + "words " * 30 + "and the end\nbye", EXITED, ("and the end",),
                 None)):
            with self.subTest(text[:20]):
                lines = explain.server_lines(failure(list(filter(None, text.splitlines())), fate))
                self.assertLessEqual(len(lines), 16)
                self.assertLessEqual(max(map(len, lines)), 80)
                said = "\n".join(lines)
                self.assertEqual([words for words in there if words not in said], [])
                self.assertFalse(missing and missing in said)


class Bytes(unittest.TestCase):
    def shown(self, due, came, at):
        mismatch = model.Mismatch("", expected=due, actual=came, at=at)
        return (explain.expected_lines(mismatch),
                explain.actual_lines(mismatch))

    def test_what_is_due_is_shown_whole(self):
        due = b"".join(wire.bulk(b"member-%d" % n) for n in range(40))
        lines = self.shown(due, b":1\r\n", 0)[0]
        text = "".join(line[explain.LABEL:].strip('"') for line in lines)
        self.assertEqual(wire.unescape(text), due)
        self.assertNotIn("...", "".join(lines))

    def test_the_caret_is_under_the_byte_on_its_line(self):
        due = wire.bulk(b"x" * 150)
        came = due[:100] + b"Y" + due[101:]
        lines = self.shown(due, came, 100)[1]
        carets = [n for n, line in enumerate(lines) if "^" in line]
        self.assertEqual(len(carets), 1)
        at = lines[carets[0]].index("^")
        self.assertEqual(lines[carets[0] - 1][at], "Y")

    def test_of_a_mebibyte_the_part_around_the_fault(self):
        due = bytes(1 << 20)
        came = due[:500000] + b"Y" + due[500001:]
        for lines in self.shown(due, came, 500000):
            self.assertLess(len(lines), 100)
            self.assertIn("of 1048576)", "\n".join(lines))
        self.assertIn("Y", "".join(lines))

    def test_the_oracle_is_not_cut_either(self):
        due = b"*1\r\n" + wire.bulk(b"x" * 90)
        self.assertEqual(explain.oracle_lines("redis 7", due, 0, due),
                         ["  redis 7 said     just what is expected"])
        lines = explain.oracle_lines("redis 7", due + b":1\r\n", 0, due)
        self.assertIn(":1\\r\\n", "".join(lines))


class Words(unittest.TestCase):
    def test_an_argument_with_a_space_stands_in_quotes(self):
        request = b'*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n1 \r\n$0\r\n\r\n'
        self.assertEqual(explain.short(request, 70), 'SET k "1 " ""')
        self.assertEqual(explain.short(b"-ERR no such key\r\n", 70),
                         "-ERR no such key")


class Picture(unittest.TestCase):
    def test_what_decides_and_what_is_cut_short_stands_below_it(self):
        rules = wire.request("ACL", "SETUSER", "ada", "on", "nopass", "%R~fruits:*", "+@all")
        get = wire.request("GET", "fruits:" + "x" * 40)
        told = [(0.0, "A", ">", "", rules)] + [
            (0.1, "B", arrow, "", data) for data in (get, b"$-1\r\n") * 10
            for arrow in (">" if data is get else "<",)] + [
            (0.2, "A", ">", "", wire.request("PING"))]
        lines = explain.picture(told, {})
        below = lines[lines.index("  in full:") + 1:]
        self.assertEqual(below, ["    A > ACL SETUSER ada on nopass %R~fruits:* +@all",
                                 "    B > GET fruits:" + "x" * 40])
        self.assertEqual([line for line in lines if len(line) > 80], [])
        self.assertNotIn("  in full:", explain.picture([
            (0.0, "B", ">", "", wire.request("GET", "fruit")), told[-1]], {}))

    def test_options_of_the_session_are_shown(self):
        lost = failure([], ALIVE)
        self.assertEqual(explain.started_lines(lost), [])
        lost.words = ["--dir", "/tmp/x"]
        self.assertEqual(explain.started_lines(lost), [])
        lost.words += ["--requirepass", "secret"]
        self.assertEqual(explain.started_lines(lost),
                         ["  started with: --dir /tmp/x --requirepass secret"])


class Dump(unittest.TestCase):
    def test_a_dump_begins_before_the_fault(self):
        data = (b"REDIS0011" + b"\xfa\x03ver\x037.2" + b"\xfe\0\xfb\x01\0"
                + b"\0\x01k\x01v" + b"\xff" + bytes(8))
        found = []
        rdb_format.Parser(data, 0, found.append).parse()
        key = next(field.at for field in found if data[field.at:field.at + 5]
                   == b"\0\x01k\x01v")
        lines = dissect.Evidence("dump.rdb", data, key).lines()
        text = "\n".join(lines)
        self.assertIn("REDIS", text)
        self.assertIn("fe", text)
        self.assertLessEqual(len(lines), 20)

    def test_a_small_file_is_shown_whole_and_a_large_one_says_from_where(self):
        notes = b"\xfa\x03ver\x037.2" * 5
        keys = b"".join(b"\0\x01%c\x01v" % (65 + n) for n in range(20))
        data = b"REDIS0011" + notes + b"\xfe\0\0\x01k\x01v\xff" + bytes(8)
        lines = dissect.Evidence("x", data, len(data) - 14).lines()
        self.assertEqual((lines[0], "REDIS" in lines[1]), ("  x: 70 bytes", True))
        data = b"REDIS0011" + notes + b"\xfe\0" + keys + b"\xff" + bytes(8)
        lines = dissect.Evidence("x", data, len(data) - 14).lines()
        self.assertRegex("\n".join(lines[:2]), r"; from byte (\d+) on:\n +\1 ")


class Options:
    seed, server = "1", "./mine"
    words = " --stage 03 --server './mine --port {port}'"


def result(ident, status, points=2, stretch=False):
    made = model.Result(point(ident, points=points,
                                   marks="stretch" * stretch), status)
    if status == model.FAILED:
        made.failure = failure()
        made.failure.lines = ["FAIL " + ident]
    return made


class Summary(unittest.TestCase):
    def setUp(self):
        self.results = [result("03.%d" % n, model.FAILED) for n in range(1, 6)]
        self.results.append(result("03.6", model.PASSED, 3))
        self.results.append(result("03.7", model.FAILED, 1, True))
        self.results.append(result("03.8", model.BLOCKED))
        out = io.StringIO()
        report.Terminal(out, plain=True).finish(self.results, Options, "it")
        self.text = out.getvalue()

    def test_the_first_failures_are_shown(self):
        for ident in ("FAIL 03.1", "FAIL 03.2", "FAIL 03.3"):
            self.assertIn(ident, self.text)
        self.assertNotIn("FAIL 03.4", self.text)
        self.assertIn("also failed: 03.4 03.5 03.7\n", self.text)
        self.assertIn("tests/check --only ID --stage 03 \\\n"
                      "      --server './mine --port {port}'\n", self.text)

    def test_points_and_the_words_are_explained(self):
        self.assertIn("3 of 16 points", self.text)
        for word in ("stretch: ", "not run: "):
            self.assertIn("\n  " + word, self.text)
        self.assertIn("--seed WORD", self.text)
        for line in self.text.splitlines():
            self.assertLessEqual(len(line), 80)

    def test_points_in_junit(self):
        suite = tree.fromstring(report.junit([report.as_book(self.results, Options, "it")]))
        values = {p.get("name"): p.get("value")
                  for p in suite.find("properties")}
        self.assertEqual((values["points"], values["points_possible"]),
                         ("3", "16"))
        case = suite.findall("testcase")[5]
        self.assertEqual(case.find("properties/property").get("value"), "3")


class Send(unittest.TestCase):
    def test_text_and_hex(self):
        self.assertEqual(send.pieces(["PING\\r\\n", "a\\0b"]),
                         [b"PING\r\n", b"a\0b"])
        self.assertEqual(send.pieces(["2a", "31", "0D"]), [b"*1\r"])
        self.assertEqual(send.pieces(["2a"]), [b"2a"])
        for words in ([], ["\\q"]):
            with self.assertRaises(model.SetupError):
                send.pieces(words)

    def test_what_is_printed_can_be_typed(self):
        import shlex
        parts = [bytes(range(256)), b"it's\r\n"]
        words = shlex.split(send.typed(parts))
        self.assertEqual(send.pieces(words[2:]), parts)

    def test_it_talks(self):
        def serve(client):
            client.recv(100)
            client.sendall(b"+PONG\r\n:1\r\n")
        peer, said = Peer(serve), []
        self.addCleanup(peer.close)
        self.assertEqual(send.talk(peer.address, [b"PING\r\n"],
                                   said.append), 0)
        text = "\n".join(said)
        for due in ('sent  "PING\\r\\n"', 'came  "+PONG\\r\\n"',
                    'came  ":1\\r\\n"', "closed the connection"):
            self.assertIn(due, text)
