"""The rules of "looks like": looks.ini has the failures, and what each is told.

A server is played by a function from a request to a reply (None: silence), so
that what the rules ask it again is answered, too.
"""

import ast
import builtins
import os
import unittest

from harness import case, expect, manifest, probe, rules, seeds, session, wire
from harness.tests import helpers
from harness.tests.helpers import HERE, Peer, names

CLOSE = object()
INI = manifest.read_ini(os.path.join(HERE, "looks.ini"))
REPLIES = {
    "unknown": lambda words: b"-ERR unknown command '%s'\r\n" % words[0],
    "back": lambda words: wire.request(*words),
    "close": lambda words: CLOSE,
    "silence": lambda words: None,
    "half": lambda words: words[0][:4],
    "last": lambda words: wire.bulk(words[-1]),
}


def played(answer):
    """Returns a server that a function plays."""
    def serve(client):
        while data := client.recv(65536):
            words = next(wire.requests(data), [data])
            reply = answer([word or b"" for word in words])
            if reply is CLOSE:
                return
            client.sendall(reply or b"")
    return Peer(serve)


def knows(lines):
    """Returns a server with these commands, and PING."""
    table = {"PING": "+PONG", **dict(line.split(" ", 1) for line in lines)}

    def answer(words):
        name = words[0].upper().decode("latin-1")
        said = table.get(name, table["*"])
        return REPLIES[said](words) if said in REPLIES else reply(said)
    return answer


def reply(text, values=()):
    """Returns a reply as it stands in a session, in bytes; b"" for an empty text."""
    return expect.read(text).bind(dict(values)).exact() if text else b""


def written(line, values):
    """Returns the bytes that a line sends."""
    words = [expect.template(word).fill(values)
             for word in session.send_words(line)]
    return words[0] if line.startswith('"') else wire.request(*words)


def looks(ident, sent, due, came, server=None, **fields):
    """Returns the lines of the rules that fire; server is a function that can be asked again."""
    peer = played(server) if server else None
    try:
        return helpers.looks(ident, sent, due, came, peer, **fields)
    finally:
        if peer:
            peer.close()


ODD = (b"*2\r\n$-1\r\n$-1\r\n", b"*3\r\n$1\r\na\r\n$-1\r\n:5\r\n", b"*1\r\n*1\r\n*-1\r\n",
       b"$-7\r\n", b":1.5\r\n", b"-ERR\xff\r\n", b">2\r\n$7\r\nmessage\r\n$-1\r\n", b"\0\xff*")


NO_NUMBERS = (b"inf", b"-inf", b"nan", b"1e400", b"9" * 5000, b"9" * 5000 + b"-1", b"")


def spoiled(reply, text):
    """Returns a reply of the same form, in which this stands in place of each string."""
    kind, content = reply
    if isinstance(content, list):
        return kind, [spoiled(each, text) for each in content]
    return (kind, text) if kind == "$" else reply


def of_section(fields, came=None):
    """Returns the same for a section of looks.ini, if came is given for another answer."""
    def lines(name):
        return fields.get(name, "").strip().splitlines()

    draw = seeds.Draw(1, "looks")
    for line in lines("let"):
        name, *words = session.send_words(line)
        draw.draw(name, words)
    values = draw.values
    more = {name: fields[name] for name in ("ending", "expected_text")
            if name in fields}
    facts = [fact.split() for fact in fields.get("facts", "").split(";")]
    return looks(
        fields["at"],
        [b"".join(written(line, values) for line in lines("sent"))],
        reply(fields.get("due", ""), values) or None,
        reply(fields.get("came", ""), values) if came is None else came,
        knows(lines("server")) if "server" in fields and came is None else None,
        before=[written(line, values) for line in lines("before")],
        stderr=lines("stderr"), alive="dead" not in fields, cut=(fields.get("cut", "whole"),),
        facts={fact[0]: fact[1] if fact[1:] else True
               for fact in facts if fact}, **more)


class Rules(unittest.TestCase):
    def test_each_name_in_a_condition_is_known(self):
        seen = case.Case(helpers.failure(), helpers.point("03.1"), True)
        known = {*rules.NAMES, *vars(seen), "case", "before", "fires", *dir(builtins)}
        for name in rules.INI.sections():
            tree = ast.parse("(%s\n)" % rules.INI[name].get("when", "0"))
            used = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
            own = {node.id for node in used if isinstance(node.ctx, ast.Store)}
            self.assertEqual({node.id for node in used} - own - known, set(), name)

    def test_what_failures_look_like(self):
        for name in INI.sections():
            with self.subTest(name):
                fields = INI[name]
                found = of_section(fields)
                if "looks" in fields:
                    self.assertEqual(names(found), fields["looks"].split())
                if "has" in fields:
                    self.assertIn(fields["has"], names(found))
                if "lacks" in fields:
                    self.assertNotIn(fields["lacks"], names(found))
                self.assertIn(fields.get("says", ""), "\n".join(found[:1]))

    def test_no_reply_makes_a_rule_stumble(self):
        for name in INI.sections():
            due = case.reply_in(reply(INI[name].get("due", ""), {})) if (
                "let" not in INI[name]) else None
            for came in ODD + tuple(wire.encode(spoiled(due, text))
                                    for text in NO_NUMBERS if due):
                with self.subTest(name, came=came[:99]):
                    of_section(INI[name], came)

    def test_no_request_makes_a_rule_stumble(self):
        for line in ("ZADD", "ZADD k", "HSET k", "WAIT", "WAIT a b", "GET", "CONFIG", "COPY k",
                     "SET k v PX soon"):
            for came in (b"", b":1\r\n", b"$1\r\nx\r\n"):
                for due in (b":0\r\n", b"$-1\r\n", b"-ERR wrong number of arguments\r\n"):
                    with self.subTest(line, came=came, due=due):
                        looks("10.1a", [written(line, {})], due, came, ending="silence",
                              before=[written("SELECT 1", {}), written("SET k v", {}),
                                      written("SELECT 0", {})])

    def test_cuts(self):
        for parts, due in (([b"*1\r", b"\n$4\r\nPING\r\n"], "R07"),
                           ([b"*", b"1\r\n$4\r\nPING\r\n"], "R05")):
            found = looks("03.2", parts, b"+PONG\r\n", b"-ERR\r\n",
                          cut=("one", 0, len(parts[0])))
            self.assertEqual(names(found)[:2 - (due == "R07")], [due])

    def test_at_most_two(self):
        found = looks("03.2", [b""], b"$3\r\na\0b\r\n", b"+a\n")
        self.assertLessEqual(len(found), 2)


class Probe(unittest.TestCase):
    def test_answers_are_alike_but_for_the_name(self):
        one = probe.Answer(b"-ERR unknown command 'get'\r\n", "reply")
        other = probe.Answer(b"-ERR unknown command 'qzx'\r\n", "reply")
        self.assertTrue(one.like(other, b"GET", b"QZX"))
        self.assertFalse(one.like(probe.Answer(b"", "closed"), b"GET",
                                  b"QZX"))

    def test_an_echo_that_is_right_is_there(self):
        class Careless:
            """Gives its last word back, whatever it is asked."""
            def ask(self, asked, *_, **_count):
                last = wire.parse(asked)[0][1][-1][1]
                return probe.Answer(b"+PONG\r\n" if last == b"PING"
                                    else wire.bulk(last), "reply")
        self.assertEqual(probe.missing(Careless(), [b"ECHO", b"grape"]), {})
        self.assertEqual(probe.missing(Careless(), [b"GET", b"grape"]),
                         {"missing": ("GET", "reply")})
