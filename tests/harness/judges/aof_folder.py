"""What the checkpoints of stage 09 share: a server that keeps a log in a
folder of its own, what stands in that folder, and what the server holds."""

import os
import shutil
import time

from .. import aof_format, wire
from ..bench import facts
from ..model import Mismatch
from .strings import ask, integer, texts

PATIENCE = 30.0         # seconds for a log to be loaded
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(rng, size=6):
    """Letters."""
    return "".join(rng.choice(LETTERS) for _ in range(size))


class Logged:
    """A server with an append-only folder. folder, file: their names; None:
    drawn. files: what is there before its first start."""

    def __init__(self, bench, *words, sync="always", folder=None, file=None,
                 files=None):
        self.bench = bench
        self.folder = folder or word(bench.random) + "dir"
        self.file = file or word(bench.random) + ".aof"
        self.root = os.path.realpath(bench.folder(
            {os.path.join(self.folder, name): data
             for name, data in (files or {}).items()}))
        self.words = ["--dir", self.root, "--appendonly", "yes",
                      "--appenddirname", self.folder, "--appendfilename",
                      self.file, "--appendfsync", sync] + list(words)
        self.environment = None
        self.conn = None

    @property
    def path(self):
        return os.path.join(self.root, self.folder)

    def start(self, *more, about="with --appendonly yes"):
        """Start it (again) in its folder, and wait until it has loaded."""
        del self.bench.timeline[:]
        try:
            self.bench.start(words=self.words + list(more),
                             environment=self.environment)
            self.conn = self.bench.connect("A")
            self.wait_loaded()
        except Mismatch as mismatch:
            mismatch.summary = ("the server is started %s; %s"
                                % (about, mismatch.summary or "no answer"))
            raise
        del self.bench.timeline[:]
        return self.conn

    def wait_loaded(self):
        """Until PING is answered by PONG, and not by LOADING."""
        deadline = time.perf_counter() + PATIENCE
        while True:
            reply = ask(self.conn, "PING")
            if reply == ("+", b"PONG"):
                return
            if (reply[0] != "-" or not reply[1].startswith(b"LOADING")
                    or time.perf_counter() > deadline):
                raise self.conn.mismatch("", expected=b"+PONG\r\n", at=0,
                                         actual=wire.encode(reply),
                                         ending=None)
            time.sleep(0.01)

    def kill(self):
        """End it at once: nothing of it runs any more."""
        self.bench.server.kill()
        self.bench.stop()

    def refused(self, *more, seconds=5.0):
        """Start it where it should end by itself: (exit status or None, all
        that it said)."""
        server = self.bench.prepare(words=self.words + list(more))
        status = server.start_refused(seconds)
        time.sleep(0.05)
        said = "\n".join(server.stderr.text() + server.stdout.text())
        self.bench.stop()
        return status, said

    def read(self):
        """The Folder as it is now; Mismatch if there is none."""
        if not os.path.isdir(self.path):
            raise facts(
                "the server was started with --appendonly yes "
                "--appenddirname %s" % self.folder,
                "a folder %s in --dir" % self.folder,
                "in --dir there is: " + listing(self.root))
        manifest = self.file + ".manifest"
        if not os.path.exists(os.path.join(self.path, manifest)):
            raise facts(
                "the server was started with --appendonly yes "
                "--appendfilename %s" % self.file,
                "a file %s in the folder %s" % (manifest, self.folder),
                "there is: " + listing(self.path))
        found = aof_format.read_folder(self.path, manifest)
        if found.missing:
            raise facts("the manifest names %s" % found.missing[0],
                        "a file of that name in the folder",
                        "there is: " + listing(self.path))
        if found.damage and found.damage[0] == manifest:
            raise facts("the manifest, %s" % manifest, "file NAME seq N type "
                        "b, h or i, a line for each file",
                        found.damage[1].why)
        return found

    def increment(self):
        """The name of the file that is written to."""
        names = [part.name for part in self.read().parts if part.kind == "i"]
        if not names:
            raise facts("the manifest of a running server", "a line of type "
                        "i, for the file that is written to",
                        "there is none")
        return names[-1]

    def log(self):
        """The commands of the file that is written to; Mismatch where it is
        no list of commands."""
        found = self.read()
        name = self.increment()
        log = found.logs[name]
        if log.damage:
            raise facts(
                "what the server wrote to %s" % name, "commands, as clients "
                "send them: *N, then $length and bytes for each word",
                "at byte %d: %s" % (log.damage.at, log.damage.why),
                file=evidence(name, log.data, log.damage.at))
        return log

    def copy_to(self, other):
        """Its files, as they are now, for another server."""
        shutil.rmtree(other.root)
        shutil.copytree(self.root, other.root)


def evidence(name, data, at=None, begin=None, end=None):
    """The part of a log around an offset, for the failure's message."""
    try:
        from ..dissect import Evidence
    except ImportError:
        return None
    low = begin if begin is not None else max(0, (at or 0) - 80)
    return Evidence(name, data, low, end if end is not None else low + 160,
                    at, kind="aof")


def listing(path):
    """The names in a folder."""
    names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    return " ".join(names) or "nothing"


def part_line(name, seq, kind):
    """A line of a manifest."""
    return b"file %s seq %d type %s\n" % (name.encode(), seq, kind.encode())


def holdings(conn):
    """{key: (type, value, when it expires in ms or None)} of all keys."""
    found = {}
    for key in texts(conn, "KEYS", "*"):
        kind = ask(conn, "TYPE", key, due="simple")[1].decode()
        if kind not in LOOK:
            continue
        due = {"string": "bulk", "stream": "array"}.get(kind, "texts")
        reply = ask(conn, *[key if part is None else part
                            for part in LOOK[kind]], due=due)
        left = integer(conn, "PTTL", key)
        value = plain(reply)
        if kind in ("set", "hash"):
            value = in_order(kind, value)
        found[key] = (kind, value,
                      time.time() * 1000 + left if left >= 0 else None)
    del conn.timeline[:]
    return found


LOOK = {"string": ("GET", None), "list": ("LRANGE", None, "0", "-1"),
        "set": ("SMEMBERS", None), "hash": ("HGETALL", None),
        "zset": ("ZRANGE", None, "0", "-1", "WITHSCORES"),
        "stream": ("XRANGE", None, "-", "+")}


def plain(reply):
    """A reply without its types."""
    kind, content = reply
    if kind == "*" and content is not None:
        return [plain(item) for item in content]
    return content


def in_order(kind, value):
    """What comes in any order, in one."""
    if kind == "set":
        return sorted(value)
    return sorted(zip(value[::2], value[1::2]))


def compare(before, after, summary, slack=250, **known):
    """Mismatch if two holdings differ."""
    for key in sorted(set(before) | set(after)):
        due, came = before.get(key), after.get(key)
        if due is None or came is None or due[:2] != came[:2]:
            raise facts(summary, "%s: %s" % (show(key), holding(due)),
                        "%s: %s" % (show(key), holding(came)), **known)
        if (due[2] is None) != (came[2] is None) or (
                due[2] is not None and abs(due[2] - came[2]) > slack):
            raise facts(
                summary, "%s expires at the moment at which it did before"
                % show(key), "%s expires %s" % (show(key), later(due, came)),
                relative=due[2] is not None and came[2] is not None
                and came[2] > due[2], **known)


def later(due, came):
    """By how much a key expires later or earlier, in words."""
    if came[2] is None:
        return "never"
    if due[2] is None:
        return "after a time, where it had none"
    return "%.1f s %s" % (abs(came[2] - due[2]) / 1000,
                          "later" if came[2] > due[2] else "earlier")


def show(data):
    """A name, short."""
    return wire.brief(data, 40)


def holding(one):
    """A value in a few words."""
    if one is None:
        return "no such key"
    text = repr(one[1]).replace("b'", "'")
    return "%s %s" % (one[0], text if len(text) < 90 else text[:86] + "...")
