"""The rules of "looks like": each guess that was once wrong, and the new ones.

A server is played by a function from a request to a reply (None: silence), so
that what the rules ask it again is answered, too.
"""

import threading
import time
import unittest

from harness import probe, wire
from harness.tests import helpers
from harness.tests.helpers import Peer, names

CLOSE = object()


def played(answer):
    """A server of one function."""
    def serve(client):
        while data := client.recv(65536):
            words = next(wire.requests(data), [data])
            reply = answer([word or b"" for word in words])
            if reply is CLOSE:
                return
            client.sendall(reply or b"")
    return Peer(serve)


def knows(table, unknown):
    """A server with these commands, and PING; `unknown` is for all others."""
    def answer(words):
        name = words[0].upper()
        if name == b"PING":
            return b"+PONG\r\n"
        if name not in table:
            return unknown(words) if callable(unknown) else unknown
        known = table[name]
        return known(words) if callable(known) else known
    return answer


def unknown_error(words):
    return b"-ERR unknown command '%s'\r\n" % words[0]


def looks(ident, sent, due, came, server=None, **fields):
    """The lines of the rules that fire; server is a function to be asked
    again."""
    peer = played(server) if server else None
    try:
        return helpers.looks(ident, sent, due, came, peer, **fields)
    finally:
        if peer:
            peer.close()


request = wire.request


class MissingCommand(unittest.TestCase):
    """The most frequent mistake wins over all other rules."""

    def check(self, ident, words, due, unknown, came, **fields):
        found = looks(ident, [request(*words)], due, came,
                      knows(fields.pop("table", {}), unknown), **fields)
        self.assertEqual(names(found), ["C01"], found)
        self.assertIn("command %s is not there" % words[0], found[0])

    def test_error_silence_close(self):
        for unknown, came, ending, said in (
                (unknown_error, b"-ERR unknown command 'GET'\r\n", None,
                 "the same error"),
                (b"-ERR what?\r\n", b"-ERR what?\r\n", None, "same error"),
                (b"+OK\r\n", b"+OK\r\n", None, "the same reply"),
                (None, b"", "silence", "not answered either"),
                (CLOSE, b"", "closed", "closed, too")):
            found = looks("04.1", [request("GET", "k")], b"$1\r\nx\r\n", came,
                          knows({}, unknown), ending=ending)
            self.assertEqual(names(found), ["C01"], found)
            self.assertIn(said, found[0])

    def test_wins_over_R09(self):
        self.check("04.7", ["KEYS", "h*llo"], b"*0\r\n", None, b"",
                   ending="silence")
        self.check("04.7", ["KEYS", "a$-1"], b"*0\r\n", CLOSE, b"",
                   ending="closed")

    def test_wins_over_E05(self):
        self.check("05.2", ["TTL", "k"], b":900\r\n", None, b"",
                   ending="silence", before=[request("SET", "k", "v", "EX",
                                                     "900")])

    def test_wins_over_D02(self):
        self.check("08.5", ["DBSIZE"], b":1\r\n", unknown_error,
                   b"-ERR unknown command 'DBSIZE'\r\n",
                   facts={"opcode": "ms"})

    def test_wins_over_L07(self):
        self.check("06.7", ["BRPOP", "k", "0.02"], b"*-1\r\n", unknown_error,
                   b"-ERR unknown command 'BRPOP'\r\n",
                   before=[request("BLPOP", "k", "0.02")],
                   table={b"BLPOP": b"*-1\r\n"})

    def test_wins_over_R05_and_S05(self):
        self.check("04.6", ["APPEND", "k", "x" * 3000], b":3000\r\n",
                   unknown_error, b"-ERR unknown command 'APPEND'\r\n")
        self.check("04.5", ["GETDEL"], b"-ERR wrong number of arguments for "
                   b"'getdel' command\r\n", unknown_error,
                   b"-ERR unknown command 'GETDEL'\r\n")

    def test_in_a_pipeline_the_one_that_is_missing_is_named(self):
        found = looks("04.1", [request("SET", "k", "v") + request("GET", "k")],
                      b"$1\r\nv\r\n", b"-ERR unknown command 'GET'\r\n",
                      knows({b"SET": b"+OK\r\n"}, unknown_error))
        self.assertIn("GET", found[0])

    def test_a_server_that_cannot_be_asked_again(self):
        found = looks("04.1", [request("GET", "k")], b"$1\r\nx\r\n",
                      b"-ERR unknown command 'GET'\r\n")
        self.assertEqual(names(found), ["C01"])

    def test_silent_where_the_command_is_there(self):
        for came, unknown in ((b"-ERR wrong type\r\n", unknown_error),
                              (b"+x\r\n", unknown_error)):
            found = looks("04.1", [request("GET", "k")], b"$1\r\nx\r\n", came,
                          knows({b"GET": came}, unknown))
            self.assertNotIn("C01", names(found))

    def test_a_name_in_small_letters_is_another_mistake(self):
        def answer(words):
            return (b"$1\r\nx\r\n" if words[0] == b"ECHO"
                    else unknown_error(words))
        found = looks("03.5", [request("Echo", "x")], b"$1\r\nx\r\n",
                      b"-ERR unknown command 'Echo'\r\n", answer)
        self.assertEqual(names(found), ["R08"], found)

    def test_a_loop_that_sleeps_is_another_mistake(self):
        slow = threading.Lock()

        def answer(words):
            if words[0] == b"SET":
                with slow:
                    time.sleep(3)
            with slow:
                return b"+PONG\r\n"
        found = looks("05.1", [request("SET", "k", "v", "PX", "100")],
                      b"+OK\r\n", b"", answer, ending="silence")
        self.assertEqual(names(found), ["E05"], found)

    def test_all_commands_alike(self):
        found = looks("03.2", [request("ECHO", "x")], b"$1\r\nx\r\n",
                      b"+PONG\r\n", lambda words: b"+PONG\r\n")
        self.assertEqual(names(found), ["C01"])
        self.assertIn("not told apart", found[0])

    def test_stage_01_is_told_why_it_is_asked_for_echo(self):
        found = looks("01.2", [request("ECHO", "x")], b"$1\r\nx\r\n",
                      b"-ERR unknown command 'ECHO'\r\n",
                      knows({}, unknown_error))
        self.assertIn("from stage 03 on", found[0])


class OtherStage(unittest.TestCase):
    def test_resp_where_an_echo_was_due(self):
        found = looks("02.1", [b"hello\n"], b"hello\n",
                      b"-ERR unknown command 'hello'\r\n",
                      knows({}, unknown_error))
        self.assertEqual(names(found), ["C03"])
        self.assertIn("--stage 03", found[0])

    def test_an_echo_where_resp_was_due(self):
        found = looks("03.1", [request("PING")], b"+PONG\r\n",
                      request("PING"), lambda words: request(*words))
        self.assertEqual(names(found), ["C03"])
        self.assertIn("--stage 02", found[0])

    def test_a_line_is_a_command_from_stage_03_on(self):
        self.assertEqual(looks("03.6", [b"ECHO x\r\n"], b"$1\r\nx\r\n",
                               b"-ERR no\r\n", knows({}, unknown_error)), [])

    def test_a_wrong_echo_is_no_resp(self):
        self.assertEqual(looks("01.2", [b"hello\n"], b"hello\n", b"hell",
                               lambda words: words[0][:4],
                               ending="silence"), [])


class Options(unittest.TestCase):
    def test_nx_that_is_ignored_is_no_simple_string_for_a_bulk(self):
        sent = [request("SET", "k", "v", "NX")]
        self.assertEqual(looks("04.5", sent, b"$-1\r\n", b"+OK\r\n"), [])
        found = looks("04.5", sent, b"$-1\r\n", b"+OK\r\n",
                      knows({b"SET": b"+OK\r\n"}, unknown_error))
        self.assertEqual(names(found), ["C04"])
        self.assertIn("NX", found[0])

    def test_px_that_is_ignored(self):
        found = looks("05.1", [request("GET", "k")], b"$-1\r\n",
                      b"$1\r\nx\r\n",
                      knows({b"SET": b"+OK\r\n", b"GET": b"$1\r\nx\r\n"},
                            unknown_error),
                      before=[request("SET", "k", "x", "PX", "50")])
        self.assertEqual(names(found), ["C04"], found)

    def test_px_that_is_known_and_seen_after_its_time(self):
        def set_command(words):
            return b"-ERR syntax error\r\n" if words[-1] == b"QZXJ" \
                else b"+OK\r\n"
        found = looks("05.1", [request("GET", "k")], b"$-1\r\n",
                      b"$1\r\nx\r\n",
                      knows({b"SET": set_command, b"GET": b"$1\r\nx\r\n"},
                            unknown_error),
                      before=[request("SET", "k", "x", "PX", "50")])
        self.assertNotIn("C04", names(found))


class WrongOnce(unittest.TestCase):
    """Guesses that were wrong: here each of these rules is silent."""

    def test_R09_text_that_is_no_text(self):
        found = looks("03.2", [request("ECHO", b"\0\xff*x$y")],
                      wire.bulk(b"\0\xff*x$y"), b"", ending="closed",
                      stderr=["UnicodeDecodeError: 'utf-8' codec can't decode "
                              "byte 0xff in position 9: invalid start byte"])
        self.assertEqual(names(found), ["R13"])

    def test_R09_a_real_one_is_still_named(self):
        for bad in (b"*1\r\n$-1\r\n", b"*1\r\n$abc\r\n", b"*x\r\n",
                    b"*2\r\n$4\r\nECHO\r\n$99999999999999999999\r\n"):
            found = looks("03.7", [bad], b"-ERR Protocol error\r\n", b"",
                          ending="silence")
            self.assertEqual(names(found), ["R09"], bad)
        for good in (request("KEYS", "h*llo"), request("SET", "$-1", "*x"),
                     b"*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n"):
            self.assertNotIn("R09", names(looks(
                "03.7", [good], b"+OK\r\n", b"", ending="silence")), good)

    def test_R01_a_newline_of_the_payload(self):
        for due, came in ((b"-a line\nand more", b"-a line\n"),
                          (b"+x\n", b"+x\ny\n")):
            self.assertEqual(looks("01.3", [due], due, came), [])
        found = looks("03.2", [request("ECHO", "+a\nb")], wire.bulk(b"+a\nb"),
                      b"+a\nb\r\n")
        self.assertNotIn("R01", names(found))

    def test_R01_a_real_one_is_still_named(self):
        for due, came in ((b"+PONG\r\n", b"+PONG\n"),
                          (b"$1\r\nx\r\n", b"$1\nx\n"), (b":2\r\n", b":1\n")):
            self.assertIn("R01", names(looks("03.1", [request("PING")], due,
                                             came)))

    def test_N06_one_read_is_one_command(self):
        due = wire.bulk(b"x" * 65536)
        for came in (due[:4096] + b"\r\n", due[:65520]):
            found = looks("03.2", [request("ECHO", b"x" * 65536)], due, came,
                          ending="silence" if due.startswith(came) else None)
            self.assertEqual(names(found), ["R05"], len(came))

    def test_N06_a_real_one_is_still_named(self):
        due = bytes(1 << 20)
        found = looks("01.4", [due], due, due[:300000], ending="silence")
        self.assertEqual(names(found), ["N06"])

    def test_S05_another_error(self):
        for due, came in (
                ("wrong number of arguments for 'get' command",
                 "value is not an integer or out of range"),
                ("syntax error", "no such key"),
                ("value is not an integer or out of range", "syntax error")):
            self.assertEqual(looks("04.5", [request("GET")],
                                   b"-ERR %s\r\n" % due.encode(),
                                   b"-ERR %s\r\n" % came.encode()), [])
        for due, came in (
                ("wrong number of arguments for 'get' command",
                 "bad argument count for GET"),
                ("syntax error", "Syntax Error"),
                ("value is not an integer or out of range",
                 "not an integer")):
            self.assertEqual(names(looks(
                "04.5", [request("GET")], b"-ERR %s\r\n" % due.encode(),
                b"-ERR %s\r\n" % came.encode())), ["S05"])

    def test_T02_says_which_way(self):
        for due, came, said in (
                (b"0.3", b"0.30000000000000004", "round it to 15 digits"),
                (b"3", b"3.000000", "shortest"),
                (b"0.3333333333333333", b"0.33333334", "too few digits")):
            found = looks("04.4", [request("INCRBYFLOAT", "k", "1")],
                          wire.bulk(due), wire.bulk(came))
            self.assertEqual(names(found), ["T02"], found)
            self.assertIn(said, found[0])

    def test_L07_when_one_such_time_out_was_right(self):
        found = looks("06.7", [request("BRPOP", "k", "0.02")], b"*-1\r\n",
                      b"-ERR syntax error\r\n",
                      before=[request("BLPOP", "k", "0.02")])
        self.assertNotIn("L07", names(found))

    def test_E05_when_others_are_served(self):
        found = looks("05.2", [request("TTL", "k")], b":900\r\n", b"",
                      knows({b"TTL": None}, unknown_error), ending="silence",
                      before=[request("SET", "k", "v", "EX", "900")])
        self.assertNotIn("E05", names(found))


class Missing(unittest.TestCase):
    """Rules that were missing."""

    def test_a_string_that_ends_at_its_first_line_end(self):
        found = looks("03.2", [request("ECHO", "a\r\nb")],
                      wire.bulk(b"a\r\nb"), wire.bulk(b"a"))
        self.assertEqual(names(found), ["R14"])

        def cut(words):
            if any(b"\n" in word for word in words):
                return CLOSE
            return wire.bulk(words[1]) if words[0] == b"ECHO" else \
                b"+PONG\r\n" if words[0] == b"PING" else unknown_error(words)
        found = looks("03.2", [request("ECHO", "a\r\nb")],
                      wire.bulk(b"a\r\nb"), b"", cut, ending="closed")
        self.assertEqual(names(found), ["R14"])

    def test_an_empty_string_is_not_none(self):
        self.assertEqual(names(looks("04.2", [request("GET", "k")],
                                     b"$0\r\n\r\n", b"$-1\r\n")), ["S06"])

    def test_javascript_counts_units(self):
        text = "a \U0001f600".encode()
        came = b"$4\r\n" + text + b"\r\n"
        self.assertEqual(names(looks("03.2", [request("ECHO", text)],
                                     wire.bulk(text), came)), ["R04"])

    def test_three_replies_to_one_request(self):
        self.assertEqual(names(looks(
            "03.1", [request("PING")], None, b"+PONG\r\n+PONG\r\n",
            facts={"tail": True}, expected_text="nothing more")), ["R15"])


class Probe(unittest.TestCase):
    def test_answers_are_alike_but_for_the_name(self):
        one = probe.Answer(b"-ERR unknown command 'get'\r\n", "reply")
        other = probe.Answer(b"-ERR unknown command 'qzx'\r\n", "reply")
        self.assertTrue(one.like(other, b"GET", b"QZX"))
        self.assertFalse(one.like(probe.Answer(b"", "closed"), b"GET",
                                  b"QZX"))
