"""What the judge shows as a replica and as a primary, against a server in Python that can
be both (tests/naive/copies.py). What it calls the mistakes of that, `tests/check rules` tests."""

import os
import socket
import sys
import unittest

from harness import expect, explain, link, manifest, parties, player, session, wire
from harness.model import Mismatch
from harness.server import Server
from harness.transport import Limits, Listener

COPIES = os.path.join(manifest.TESTS, "naive", "copies.py")
ID = "0123456789" * 4
LEAD = """session "it follows the judge"
primary P
let file = rdb "old" "plum"
P is followed
P< command PSYNC ? -1
P>> "+FULLRESYNC %s 100\\r\\n${#file}\\r\\n{file}"
P> SET new fig
""" % ID
ACKS = LEAD + """P> PING
P> REPLCONF GETACK *
P< ack
P> REPLCONF GETACK *
P< ack
count next = P + 1
A> GET old
A< "plum"
A> GET new
A< soon "fig"
A> SET count {next}
A< error
"""
FOLLOW = """session "the judge follows it"
R follows
A> SET new fig
A< +OK
R< command set new fig
A> WAIT 1 2500
R< command REPLCONF GETACK *
count offset = R
R> REPLCONF ACK {offset}
A< within 1500ms :1
"""


def play(text, mistake="", limit=4):
    """Play a session; None, or the Mismatch."""
    one = session.read_text(text, "test")[1][0]
    with Listener() as listener:
        server = Server("%s %s 10 {port} %s" % (sys.executable, COPIES, mistake),
                        words=listener.words if one.primary else [])
        try:
            server.start()
            player.Player(one, server.address, Limits(limit), values=one.values(1),
                          mark=player.Resp, listener=listener).play()
            return None
        except Mismatch as mismatch:
            return mismatch
        finally:
            server.stop(0.2)


class Links(unittest.TestCase):
    def test_a_wrong_offset_is_told_with_the_account(self):
        for mistake, told in (("counts-the-question", 182), ("no-ping", 131)):
            facts = play(ACKS, mistake).facts
            self.assertEqual((facts["offset_due"], facts["told"]), (145, told))
            self.assertIn("REPLCONF GETACK *", "\n".join(parties.account(facts)))

    def test_nobody_calls(self):
        mismatch = play(LEAD, "--nobody --replicaof '127.0.0.1 1'", 1)
        self.assertTrue(mismatch.facts["uncalled"])

    def test_the_picture_fits(self):
        for text, mistake in ((ACKS, "no-ping"), (FOLLOW, "sleeps")):
            mismatch = play(text, mistake)
            lines = parties.picture(mismatch.timeline, mismatch.facts["links"],
                                    explain.short)
            self.assertGreater(len(lines), 5)
            self.assertTrue(all(len(line) <= 80 for line in lines), lines)


class Ledgers(unittest.TestCase):
    def test_offsets(self):
        ledger = link.Ledger()
        for words, due in ((("REPLCONF", "GETACK", "*"), 0), (("PING",), 0),
                           (("REPLCONF", "GETACK", "*"), 51),
                           (("SET", "foo", "1"), 51), (("SET", "bar", "2"), 51),
                           (("replconf", "getack", "*"), 146)):
            data = wire.request(*words)
            ledger.add(data, link.read_words(data))
            self.assertEqual(ledger.due_ack(), due)
        self.assertEqual(ledger.offset, 183)
        self.assertTrue(ledger.is_end(51))
        self.assertFalse(ledger.is_end(50))

    def test_an_ack_may_tell_of_the_disk_too(self):
        with Listener() as listener, socket.create_connection(
                ("127.0.0.1", listener.port)) as theirs:
            conn = listener.call("P", Limits(1), [])
            self.addCleanup(conn.close)
            one = link.Link(conn, "lead")
            one.ledger = link.Ledger(7)
            one.sends(wire.request("REPLCONF", "GETACK", "*"))
            theirs.sendall(wire.request("REPLCONF", "ACK", "7", "FACK", "3"))
            one.due_ack()
            theirs.sendall(wire.request("REPLCONF", "ACK", "44"))
            self.assertRaises(Mismatch, one.due_ack)

    def test_what_a_command_takes(self):
        for due, words, fits in (
                ("SET k 1", b"set k 1", True), ("SET k 1", b"SET K 1", False),
                ("REPLCONF GETACK *", b"replconf getack *", True),
                ("REPLCONF capa ...", b"REPLCONF capa eof", True),
                ("SET k any", b"SET k 5", True), ("SET k any", b"SET k", False),
                ("REPLCONF capa ...", b"REPLCONF", False),
                ("SET k 3..9", b"SET k 9", True), ("SET k 3..9", b"SET k 10", False),
                ("SET k 3..9", b"SET k x", False)):
            node = expect.read("command " + due).bind({})
            self.assertEqual(node.fits(words.split()), fits, (due, words))

    def test_what_is_the_stream_of_a_write(self):
        for head, base, count in ((b"+FULLRESYNC %s 7\r\n$3\r\nabc" % ID.encode(), 7, 14),
                                  (b"+CONTINUE\r\n", 0, 14)):
            one = link.Link(None, "lead")
            one.sends(head + wire.request("PING") + b"*1\r\n$4")
            self.assertEqual([segment.after - base for segment in
                              one.ledger.segments], [count, count + 6])


if __name__ == "__main__":
    unittest.main()
