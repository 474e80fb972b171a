"""Tests of tests/check wire: streams taken apart, sessions, the relay, the page."""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import socket
import struct
import threading
import time
import unittest

from harness import cli, manifest, model, session, wire
from harness.inside import command, keep, pieces, record
from harness.inside.look import Look, last_commands
from harness.kernel import eventually
from harness.server import Server
from harness.tests.browser import Browser, needs_browser
from harness.tests.helpers import InFolder, Peer, closed, get, put, said

NASTY = b"<img src=x onerror=alert(1)>{word}\xc3\xa9\0"
REQUESTS = (wire.request("SET", "fruit", "") + b"PING  you\r\n" + wire.request("GET", NASTY)
            + b"*0\r\n\r\n" + wire.request("X", "y" * 300))
REPLIES = (b"+OK\r\n-ERR no\r\n:1\r\n$-1\r\n*-1\r\n$0\r\n\r\n"
           b"*2\r\n*1\r\n$2\r\nhi\r\n*0\r\n%1\r\n+a\r\n#t\r\n>2\r\n$1\r\na\r\n_\r\n=5\r\ntxt:a\r\n"
           b"|1\r\n+a\r\n:1\r\n:2\r\n~1\r\n,1.5\r\n")


def taken_apart(requests, *reads):
    """Returns (trees of the messages, reads of each, why it stopped)."""
    stream, trees, counts = pieces.Pieces(requests), [], []
    for data in reads:
        cut, done = stream.feed(data)
        assert b"".join(data[p.start:p.end] for p in cut) == data
        trees += [message.tree for message in done]
        counts += [message.reads for message in done]
    return trees, counts, stream.wrong


class Pieces(unittest.TestCase):
    def test_a_cut_changes_nothing(self):
        for requests, data, count in ((True, REQUESTS, 6), (False, REPLIES, 12)):
            whole = taken_apart(requests, data)
            self.assertEqual((len(whole[0]), whole[2]), (count, ""))
            for at in range(1, len(data)):
                cut = taken_apart(requests, data[:at], data[at:])
                self.assertEqual((cut[0], cut[2]), (whole[0], ""))
            single = taken_apart(requests, *(data[n:n + 1] for n in range(len(data))))
            self.assertEqual(single[0], whole[0])
            self.assertEqual(sum(single[1]), len(data))

    def test_where_a_read_cuts(self):
        stream = pieces.Pieces(True)
        seen = []
        for data in (b"*1\r\n$4", b"\r\nPI", b"NG", b"\r\n"):
            seen += [(p.kind, data[p.start:p.end], p.begins, p.ends)
                     for p in stream.feed(data)[0]]
        self.assertEqual(seen, [
            ("line", b"*1\r\n", True, True), ("line", b"$4", True, False),
            ("line", b"\r\n", False, True), ("bytes", b"PI", True, False),
            ("bytes", b"NG", False, False), ("bytes", b"\r\n", False, True)])

    def test_what_cannot_be_taken_apart(self):
        for requests, data, why in (
                (True, b"*1\r\n:1\r\n", "begins with"), (True, b"*1\r\n$x\r\n", "no length"),
                (True, b"x" * 70000, "longer|more than"), (False, b"hello\r\n", "no reply"),
                (False, b"+OK\n", "without"), (False, b"$2\r\nabcd", "length says"),
                (False, b"$-2\r\n", "no length"), (False, b"*1\r\n" * 40, "deep")):
            with self.subTest(data[:20]):
                self.assertRegex(taken_apart(requests, data)[2], why)
                more = taken_apart(requests, data, b"+more\r\n")
                self.assertRegex(more[2], why)

    def test_little_is_kept_of_much(self):
        stream = pieces.Pieces(True)
        stream.feed(b"*2\r\n$%d\r\n" % (64 << 20))
        for _ in range(1024):
            stream.feed(b"x" * 65536)
        message = stream.message
        self.assertEqual(len(message.raw), pieces.RAW)
        self.assertGreater(message.size, 64 << 20)
        stream = pieces.Pieces(False)
        _, done = stream.feed(b"*5000\r\n" + b":1\r\n" * 5000)
        self.assertEqual((len(done[0].tree), done[0].items), (pieces.ROWS, 5001))


def recorded(*reads, end=None):
    """Returns a record of one client's reads, (side, data) each, and its lane."""
    made = record.Record()
    lane = made.open("127.0.0.1:1")
    for side, data in reads:
        made.read(lane, side, data)
    if end:
        made.end(lane, end)
    return made, lane


class Kept(unittest.TestCase):
    """A recording is a session that says the same."""

    def test_lines(self):
        self.assertEqual(keep.send_line("A", wire.request("SET", "a b", "{x}", "")),
                         'A> SET "a b" "\\x7bx}" ""')
        self.assertEqual(keep.send_line("A", b"PING\r\n"), 'A>> "PING\\r\\n"')

    def test_every_request_and_reply_comes_back(self):
        made, _ = recorded(("client", REQUESTS), ("server", REPLIES), end="closes")
        _, (found,) = session.read_text(made.keeper.text(), "x")
        sent = b"".join(step.payload({}) for step in found.steps if step.verb == "send")
        due = b"".join(step.node.bind({}).exact() or b"" for step in found.steps
                       if step.verb == "due" and step.node.bind({}).exact())
        self.assertEqual(sent, REQUESTS)
        # Groups of version 3 are judged member by member, not by their bytes.
        self.assertTrue(due.startswith(b"+OK\r\n-ERR no\r\n:1\r\n$-1\r\n*-1\r\n$0\r\n\r\n"))

    def test_half_a_request_and_strange_replies(self):
        made, _ = recorded(("client", b"*1\r\n$4\r\nPI"), ("server", b"what?\r\n"),
                           ("client", b"NG\r\n"), end="closed")
        self.assertEqual(made.keeper.text().splitlines()[2:], [
            'A>> "*1\\r\\n$4\\r\\nPI"', 'A<< "what?\\r\\n"', 'A>> "NG\\r\\n"', "A< closed"])

    def test_who_waits_has_been_heard_first(self):
        made = record.Record()
        one, other = made.open("127.0.0.1:1"), made.open("127.0.0.1:2")
        made.read(one, "client", wire.request("BLPOP", "q", "0"))
        made.begin -= 1
        made.read(other, "client", wire.request("RPUSH", "q", "x"))
        made.read(other, "server", b":1\r\n")
        made.read(one, "server", b"*2\r\n$1\r\nq\r\n$1\r\nx\r\n")
        self.assertEqual(made.keeper.text().splitlines()[3:], [
            "A> BLPOP q 0", "barrier Barrier", "B> RPUSH q x", "B< :1", 'A< ["q" "x"]'])

    def test_what_nobody_asked_for_answers_nothing(self):
        for kind in "*>":
            made, lane = recorded(*((side, data.replace(b"%s", kind.encode())) for side, data in (
                ("client", wire.request("SUBSCRIBE", "news")), ("client", b"PING\r\n"),
                ("server", b"%s3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n"),
                ("server", b"%s3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n"),
                ("server", b"+PONG\r\n"))))
            told = [message for event in made.since(0) if event.get("from") == "server"
                    for message in event["messages"]]
            self.assertEqual(["took" in message for message in told], [True, False, True])
            self.assertFalse(lane.asked)

    def test_what_is_too_long_is_left_out_with_its_reply(self):
        made, _ = recorded(("client", wire.request("SET", "k", "v" * 100000)),
                           ("server", b"+OK\r\n"), ("client", wire.request("GET", "k")),
                           ("server", wire.bulk(b"v" * 100000)))
        self.assertEqual(made.keeper.text().splitlines()[2:], [
            "# A sent a longer request, which is left out", "A> GET k", "# 100011 bytes",
            "A< any"])

    def test_the_page_keeps_no_more_than_it_may(self):
        made, lane = recorded(*[("client", wire.request("SET", "k", "v" * 60000))] * 60)
        self.assertLess(len(made.keeper.text()), keep.MOST + 100)
        self.assertEqual(len(made.lanes[1].asked), 60)
        for _ in range(record.EVENTS):
            made.read(lane, "client", b"PING\r\n")
        made.read(lane, "client", b"PING\r\n" * 10000)
        self.assertEqual(len(made.since(0)), record.EVENTS)
        self.assertLess(len(json.dumps(made.since(0)[-1])), 60000)


class Drawn:
    """A relay and a page before a server, in a thread."""

    def __init__(self, to, look=None, save=None):
        self.options = argparse.Namespace(listen=0, page=0, save=save)
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(to, look), daemon=True)
        self.thread.start()
        assert self.started.wait(60)

    def _run(self, to, look):
        async def go():
            self.loop, self.task = asyncio.get_running_loop(), asyncio.current_task()
            await command.serve(self.options, to, look, self._ready)
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(go())

    def _ready(self, relay, page):
        self.relay, self.page, self.record = relay, page, relay.record
        self.started.set()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.relay.port), 60)

    def get(self, path, method="GET", **headers):
        asked = http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=60)
        asked.request(method, path, headers=headers)
        answer = asked.getresponse()
        return answer.status, answer.read().decode()

    def until(self, what):
        """Waits until an event of this kind has come."""
        assert eventually(lambda: any(event["what"] == what for event in self.record.since(0)),
                          60), (what, self.record.since(0))

    def close(self):
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(10)


def echo(sock):
    """Answers +bytes for each line, until the other side ends; then says bye."""
    while True:
        data = sock.recv(65536)
        if not data:
            break
        for line in data.splitlines():
            sock.sendall(b"+" + line + b"\r\n")
    sock.sendall(b"+bye\r\n")


def parrot(sock):
    """Answers each command with its last word."""
    data = b""
    while True:
        more = sock.recv(65536)
        if not more:
            break
        data += more
        for words in wire.requests(data):
            sock.sendall(b"+PONG\r\n" if words == [b"PING"] else wire.bulk(words[-1]))
            data = data[len(wire.request(*words)):]


class Passing(unittest.TestCase):
    def draw(self, serve, **fields):
        peer = closed(self, Peer(serve))
        return closed(self, Drawn(peer.address, **fields))

    def test_who_has_ended_still_hears(self):
        drawn = self.draw(echo)
        with drawn.connect() as sock:
            sock.sendall(b"one\r\n")
            self.assertEqual(sock.recv(100), b"+one\r\n")
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(sock.recv(100), b"+bye\r\n")
            self.assertEqual(sock.recv(100), b"")
        drawn.until("closes")
        self.assertEqual([event["what"] for event in drawn.record.since(0)],
                         ["open", "read", "read", "ends", "read", "closed", "closes"])

    def test_a_reset_goes_on(self):
        heard = []

        def listen(sock):
            try:
                heard.append(sock.recv(100))
                heard.append(sock.recv(100))
            except ConnectionResetError:
                heard.append("reset")
        drawn = self.draw(listen)
        sock = drawn.connect()
        sock.sendall(b"one\r\n")
        drawn.until("read")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        drawn.until("resets")
        eventually(lambda: len(heard) == 2, 10)
        self.assertEqual(heard, [b"one\r\n", "reset"])

    def test_nobody_there(self):
        peer = Peer(echo)
        peer.close()
        drawn = closed(self, Drawn(peer.address))
        # The reset may come while connect() still waits to be told of the connection.
        with contextlib.suppress(ConnectionResetError), drawn.connect() as sock:
            self.assertEqual(sock.recv(100), b"")
        drawn.until("refused")

    def test_who_does_not_read_makes_the_server_wait(self):
        sent = []

        def flood(sock):
            sock.recv(100)
            sock.settimeout(0.5)
            with contextlib.suppress(socket.timeout):
                for _ in range(1024):
                    sent.append(sock.send(b"x" * 65536))
        drawn = self.draw(flood)
        with drawn.connect() as sock:
            sock.sendall(b"go\r\n")
            with drawn.connect() as other:      # another one is served meanwhile
                other.sendall(b"go\r\n")
                self.assertTrue(other.recv(100))
            size = -1
            while size != sum(sent):            # until the server has to wait
                size = sum(sent)
                time.sleep(0.3)
            self.assertLess(size, 64 << 20)

    def test_lanes_are_used_again(self):
        drawn = self.draw(echo)
        for _ in range(5):
            with drawn.connect() as sock:
                sock.sendall(b"x\r\n")
                sock.recv(100)
            eventually(lambda: not drawn.record.lanes, 10)
        self.assertEqual({event["lane"] for event in drawn.record.since(0)}, {1})

    def test_a_browser_that_does_not_read_holds_nobody_up(self):
        drawn = self.draw(echo)
        with socket.create_connection(("127.0.0.1", drawn.page.port)) as browser:
            browser.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                            % drawn.page.port)
            with drawn.connect() as sock:
                for _ in range(2000):
                    sock.sendall(b"x" * 500 + b"\r\n")
                    sock.recv(1000)
        self.assertGreaterEqual(drawn.record.count, 4000)

    def test_only_this_machine_and_only_by_its_name(self):
        drawn = self.draw(echo)
        self.assertEqual(drawn.page.server.sockets[0].getsockname()[0], "127.0.0.1")
        self.assertEqual(drawn.relay.listener.getsockname()[0], "127.0.0.1")
        self.assertEqual(drawn.get("/", Host="example.org")[0], 403)
        self.assertEqual(drawn.get("/", method="POST")[0], 405)
        self.assertEqual(drawn.get("/../page.py")[0], 404)
        status, page = drawn.get("/")
        self.assertEqual(status, 200)
        self.assertNotRegex(page, r"innerHTML|https?://")


class Recorded(InFolder):
    """A session that was recorded is played again on the same kind of server."""

    def test_it_is_green_and_a_change_is_seen(self):
        peer = closed(self, Peer(parrot))
        drawn = closed(self, Drawn(peer.address, save="seen.session"))
        with drawn.connect() as sock:
            sock.sendall(wire.request("ECHO", "one"))
            sock.recv(100)
        drawn.until("closes")
        self.assertEqual(drawn.get("/session"), (200, get("seen.session")))
        self.assertIn('A> ECHO one\nA< "one"\n', get("seen.session"))
        to = ["--connect", "%s:%d" % peer.address, "--plain"]
        self.assertEqual(said(cli.main, ["replay", "seen.session", *to])[0], 0)
        put("other.session", get("seen.session").replace('"one"', '"two"'))
        self.assertEqual(said(cli.main, ["replay", "other.session", *to])[0], 1)
        self.assertNotIn("checkpoint ", get("out/other.resp"))

    def test_a_server_that_saves_nothing_gets_no_options_for_that(self):
        put("own.session", 'session "s"\nA> ECHO one\nA< "one"\n')
        self.assertEqual(said(cli.main, ["replay", "own.session", "--plain", "--server",
                                         program_of("06") + " --port {port}"])[0], 0)


def program_of(stage):
    """Returns the server of a stage of this project, if it is built."""
    program = os.path.join(manifest.stage_folder(stage) or "", "server")
    if not os.access(program, os.X_OK):
        raise unittest.SkipTest("stage %s is not built" % stage)
    return program


def own(test, stage, *words):
    server = Server(program_of(stage) + " --port {port}", words=words).start()
    test.addCleanup(server.stop)
    return server


class Inside(unittest.TestCase):
    """Facts that our servers tell about themselves."""

    def look(self, stage, *words, key=None):
        server = own(self, stage, *words)
        client = closed(self, wire.Client(server.address))
        looking = Look(server.address, key=key)
        return client, lambda: {panel["title"]: panel for panel in looking.panels()}

    def test_buckets_and_an_entry(self):
        client, look = self.look("07", key=b"fruit")
        self.assertEqual(look()["The table of database 0"]["note"], "0 keys in 0 buckets.")
        self.assertEqual(look()["The entry of fruit"]["note"], "There is no such key.")
        for n in range(9):
            client.ask("SET", "key:%d" % n, "x")
        client.ask("SET", "fruit", "grape")
        table = look()["The table of database 0"]
        self.assertEqual(table["note"], "10 keys in 5 buckets. The next one will be bucket 5; "
                         "it takes keys from bucket 1.")
        self.assertEqual(sorted(key for box in table["boxes"] for key in box["items"]),
                         ["fruit"] + ["key:%d" % n for n in range(9)])
        self.assertEqual([box["name"] for box in table["boxes"] if box["mark"]], ["1"])
        rows = look()["The entry of fruit"]["rows"]
        self.assertEqual([row[::2] for row in rows], [
            ["0", "used, type, layout"], ["4", "length of the key"],
            ["8", "number, length or address"], ["16", "expiry"], ["24", "key"],
            ["29", "short string"]])
        self.assertEqual([row[3] for row in rows[1:]],
                         ["5", "5, the length of the string", "it stays", "fruit", "grape"])
        client.ask("SET", "fruit", "-7")
        self.assertEqual(look()["The entry of fruit"]["rows"][2][3], "-7, the value")
        self.assertEqual(set(look()), {"The table of database 0", "The entry of fruit",
                                       "Who waits for which key"})

    def test_expiry_blocks_and_waiters(self):
        client, look = self.look("07", key=b"jobs")
        client.ask("RPUSH", "jobs", "one", "12345")
        client.ask("SET", "soon", "x", "EX", "100")
        for _ in range(2):
            waits = closed(self, wire.Client(client.sock.getpeername()))
            waits.ask("PING")
            waits.send("BLPOP", "empty", "0")
        eventually(lambda: ", then" in str(look()["Who waits for which key"]), 10)
        panels = look()
        self.assertRegex(str(panels["Who waits for which key"]["rows"]),
                         r"'empty', 'client \d+, then client \d+'")
        self.assertEqual([row[2:] for row in panels["A packed block of jobs"]["rows"]], [
            ["listpack, bytes 16", ""], ["elements 2", ""], ["string (6 bits)", "one"],
            ["integer (16 bits)", "12345"], ["end of the listpack", ""]])
        due = panels["What expires first"]["boxes"]
        self.assertEqual(due[0]["name"], "root 0")
        self.assertRegex(due[-1]["name"] + due[-1]["items"][0], r"^bucket \d+\+\d+\.\d s$")

    def test_the_newest_and_its_log(self):
        client, look = self.look("10", "--appendonly", "yes", "--enable-debug-command", "yes",
                                 key=b"hash")
        client.ask("HSET", "hash", "field", "7")
        client.ask("PEXPIRE", "hash", "100000")
        panels = look()
        self.assertEqual([row[2] for row in panels["The entry of hash"]["rows"]], [
            "type, layout, flags", "length of the key", "length of the value", "used",
            "expiry", "key", "value"])
        self.assertIn("the address", panels["The entry of hash"]["rows"][-1][3])
        self.assertEqual(panels["A packed block of hash"]["rows"][2][3], "field")
        self.assertEqual([row[1].split()[0] for row in panels["The end of the log"]["rows"]],
                         ["SELECT", "HSET", "PEXPIREAT"])

    def test_who_cannot_be_looked_into(self):
        peer = closed(self, Peer(parrot))
        server = own(self, "10")
        with self.assertRaisesRegex(model.SetupError, "--enable-debug-command"):
            Look(server.address).begin()
        peer.close()
        self.assertEqual(Look(peer.address).panels()[0]["title"], "Nothing can be seen")

    def test_the_end_of_a_long_log(self):
        commands = [wire.request("SET", "k", "*1\r\n%d" % n) for n in range(100)]
        data = b"".join(commands)
        for cut in range(40):
            found = last_commands(data[cut:-5])
            self.assertEqual([command.words[2] for command in found],
                             [b"*1\r\n%d" % n for n in range(91, 99)])
            self.assertEqual(found[-1].end - found[-1].at, len(commands[98]))


@needs_browser
class InBrowser(unittest.TestCase):
    def setUp(self):
        self.browser = closed(self, Browser())
        peer = closed(self, Peer(parrot))
        self.drawn = closed(self, Drawn(peer.address))

    def test_it_is_drawn_while_it_happens(self):
        self.browser.open(self.drawn.page.url)
        self.browser.until("live, 0 events")
        with self.drawn.connect() as sock, self.drawn.connect():
            sock.sendall(b"*2\r\n$3\r\nGE")
            self.drawn.until("read")
            sock.sendall(b"T\r\n$5\r\nfruit\r\n")
            text = self.browser.until("after its request")
            self.assertRegex(text, r"request, 24 bytes, whole after 2 reads\s+array of 2\s+"
                             r"\"GET\"\s+\"fruit\"")
            self.assertRegex(text, r"reply, 11 bytes, [0-9.]+ ms after its request")
            self.assertIn("B: connects", text)
            self.assertEqual(self.browser.value(
                "[...document.querySelectorAll('.right, .left')].map(e => e.textContent)"),
                ["GE", "T\\r\\n"])

    def test_the_inside_is_drawn_beside_it(self):
        server = own(self, "07")
        drawn = closed(self, Drawn(server.address, Look(server.address)))
        self.browser.open(drawn.page.url)
        self.browser.until("0 keys in 0 buckets")
        with wire.Client(("127.0.0.1", drawn.relay.port)) as client:
            client.ask("RPUSH", "jobs", "<b>one</b>")
            text = self.browser.until("A packed block of jobs")
        self.assertIn("1 keys in 1 buckets. The next one will be bucket 1", text)
        self.assertIn("<b>one</b>", text)

    def test_bytes_stay_text(self):
        with self.drawn.connect() as sock:
            sock.sendall(wire.request("GET", NASTY))
            self.browser.open(self.drawn.page.url + "#still")
            text = self.browser.until("after its request")
        self.assertIn("<img src=x onerror=alert(1)>{word}\\xc3\\xa9\\x00", text)
        self.assertEqual(self.browser.value("document.querySelectorAll('img').length"), 0)


if __name__ == "__main__":
    unittest.main()
