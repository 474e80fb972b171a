"""Helpers for the tests of the harness."""

import contextlib
import io
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import unittest

from harness import manifest, model, rules
from harness.transport import Limits

HERE = os.path.dirname(os.path.abspath(__file__))
CHECK = os.path.join(os.path.dirname(os.path.dirname(HERE)), "check")
HTTP = sys.executable + " -m http.server {port}"


class InFolder(unittest.TestCase):
    """A test in an empty folder of its own."""

    def setUp(self):
        home = os.getcwd()
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="check-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.addCleanup(os.chdir, home)
        os.chdir(self.folder)


def put(name, content):
    """Writes a file, bytes or text."""
    model.write_file(name, content if isinstance(content, bytes) else content.encode())


get = model.read_text


def said(function, *words, **named):
    """Returns what a function returns, and what it prints and complains of."""
    with contextlib.redirect_stdout(io.StringIO()) as out, \
            contextlib.redirect_stderr(io.StringIO()) as wrong:
        answer = function(*words, **named)
    return answer, out.getvalue(), wrong.getvalue()


def table(name):
    """Returns the rows of a file beside us, cut at the arrows."""
    lines = manifest.read_lines(os.path.join(HERE, name))
    return [re.split("  ->  ?", line) for line in filter(None, lines)]


def bad_server(mode):
    """Returns the command of a server of nasty.py; -S and -E make it start faster."""
    return "%s -S -E %s %s {port}" % (
        sys.executable, os.path.join(HERE, "nasty.py"), mode)


class Peer:
    """The other side of connections: serve(client) for each in a thread."""

    def __init__(self, serve):
        self.serve = serve
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._talk, daemon=True,
                                 args=self.listener.accept()[:1]).start()

    def _talk(self, client):
        with client, contextlib.suppress(OSError):
            self.serve(client)

    def alive(self):
        return True

    def states(self):
        return set()

    def close(self):
        with contextlib.suppress(OSError):  # wakes who waits in accept
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def closed(test, made):
    test.addCleanup(made.close)
    return made


def point(ident, judge=None, **fields):
    """Returns a checkpoint that a function judges."""
    made = model.Checkpoint(ident, ident[:2] + "-x", {
        "title": "t", "points": "1", "lesson": "l", **fields})
    made.judge = judge
    return made


class Told:
    """A report that remembers."""

    def __init__(self):
        self.lines = []

    def begin(self, checkpoint):
        pass

    def end(self, result):
        self.lines.append((result.checkpoint.id, result.status))


def fails(bench):
    """Returns a judge that finds something, of a server that runs."""
    bench.start()
    raise model.Mismatch("no", expected_text="this", actual_text="that")


def failure(lines=(), fate="alive", cut=("whole",), mismatch=None):
    """Returns a failure with these lines of the server."""
    made = model.Failure(mismatch or model.Mismatch())
    made.fate, made.last_lines, made.cut = fate, ("stderr", list(lines)), cut
    return made


def looks(ident, sent, due, came, server=None, **fields):
    """Returns the lines of the rules that fire. server is a Peer that can be asked again."""
    at = next((n for n, (a, b) in enumerate(zip(due or b"", came or b""))
               if a != b), min(len(due or b""), len(came or b"")))
    timeline = [(0.0, "A", ">", "", data) for data in fields.pop("before", [])]
    timeline.append((0.1, "A", ">", "", b"".join(sent)))
    made = failure(fields.pop("stderr", ()), cut=fields.pop("cut", ("whole",)))
    alive = fields.pop("alive", True)
    made.mismatch = model.Mismatch(
        "", conn="A", sent=list(sent), expected=due, actual=came, at=at,
        timeline=timeline, **fields)
    return rules.looks_like(made, point(ident), alive, server, Limits())


def names(lines):
    return [line.split()[0] for line in lines]
