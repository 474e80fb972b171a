"""A server and its files, with or without the preloaded library."""

import contextlib
import mmap
import os
import shutil
import struct
import tempfile

from harness import manifest
from harness.server import Server

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.path.join(HERE, "build", "faults.so")
OPS = ("open", "write", "fsync", "fdatasync", "rename", "unlink", "truncate",
       "mkdir", "fork", "reply")
RULES_ROOM, CONTROL_SIZE = 4096, 8192
READY = 20.0


class Skipped(Exception):
    """A case cannot be tried on this machine; the text says why."""


class Wrong(Exception):
    """The server broke a promise; the text says which."""


def check(good, text, *values):
    """Raises Wrong with this text if the condition does not hold."""
    if not good:
        raise Wrong(text % values if values else text)


class Control:
    """The rules and the counters, shared with the library."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(CONTROL_SIZE))
        with open(path, "r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), CONTROL_SIZE)
        self.generation = 0

    def rules(self, *lines):
        """Makes these rules hold from now on, and no others."""
        text = "\n".join(lines).encode()
        assert len(text) < RULES_ROOM
        self.bytes[:RULES_ROOM] = text.ljust(RULES_ROOM, b"\0")
        self.bytes[RULES_ROOM + 8 + 24 * len(OPS):] = bytes(
            CONTROL_SIZE - RULES_ROOM - 8 - 24 * len(OPS))
        self.generation += 1
        self.bytes[RULES_ROOM:RULES_ROOM + 8] = struct.pack(
            "=Q", self.generation)

    def count(self, op):
        """Returns (calls, bytes, calls that a rule changed) so far."""
        at = RULES_ROOM + 8 + 24 * OPS.index(op)
        return struct.unpack_from("=QQQ", self.bytes, at)

    def changed(self, *ops):
        """Returns how many of these calls a rule has changed."""
        return sum(self.count(op)[2] for op in ops)


class Place(Server):
    """A server, in a folder for what is about it; its data stand in a folder in there. It may be
    started again and again."""

    def __init__(self, command, options=()):
        super().__init__(command, READY, loaded=True,
                         folder=os.path.realpath(tempfile.mkdtemp(prefix="faults-")))
        self.folder_stays = False
        self.data = os.path.join(self.folder, "data")
        self.journal = os.path.join(self.folder, "journal")
        os.mkdir(self.data)
        self.options = list(options)
        self.control = Control(os.path.join(self.folder, "control"))

    def launch(self, *more, preload=False, journal=False):
        """Starts the server without waiting for it."""
        self.words = ["--dir", self.data, *self.options, *more]
        self.environment = {}
        if preload:
            self.environment.update(
                LD_PRELOAD=LIBRARY, FAULTS_FOLDER=self.data, FAULTS_NO_SYNC="1",
                FAULTS_CONTROL=self.control.path)
        if journal:
            self.environment["FAULTS_JOURNAL"] = self.journal
        super().launch()

    def start(self, *more, **how):
        """Starts it, and waits until it has loaded its data."""
        self.launch(*more, **how)
        self.check(not self.wait_ready(), "it does not start: %s", self.fate())
        return self

    def restart(self, *more, **how):
        """Kills it, and starts it on the files that are there."""
        self.kill()
        return self.start(*more, **how)

    def again(self):
        """Starts it as it was started before, at the same port."""
        super().launch(self.port)
        self.check(not self.wait_ready(), "it does not start again")

    def outcome(self, *more):
        """Starts it on whatever files are there. Returns ("serves", 0) or ("refused",
        status); raises Wrong if it crashes or hangs."""
        try:
            self.start(*more)
            return "serves", 0
        except Wrong:
            status = self.wait_exit(0)
            if not status or status < 0:
                raise
            return "refused", status

    def check(self, good, text, *values):
        """Raises Wrong with this text and the server's last words, if the condition
        does not hold."""
        if not good:
            text += "; it said: %s"
            check(good, text, *values, self.last_words())

    def said(self):
        """Returns what it has logged since its last start."""
        return "\n".join(self.last_lines()[1])

    def last_words(self):
        return " / ".join(line[-160:] for line in self.last_lines(3)[1]) or "nothing"

    def must_hold(self, key, value):
        found = self.ask("GET", key)[1]
        check(found == value, "%s is %r, where %r is due", key, found, value)

    def kill(self):
        """Kills it and its children, and waits for their end."""
        self.end(0)

    def finish(self):
        """Ends it by SIGTERM, which must succeed."""
        status = self.terminate(30)
        self.check(status == 0 and not self.complaint(),
                   "SIGTERM did not end it well: %s", self.fate())
        self.kill()

    def take_files(self, other=None):
        """Replaces its files by copies of those of another place, or by none."""
        self.kill()
        shutil.rmtree(self.data)
        if other:
            shutil.copytree(other.data, self.data)
        else:
            os.mkdir(self.data)

    def path(self, *names):
        return os.path.join(self.data, *names)

    def files(self):
        """Returns {relative path: size} of the data folder."""
        found = {}
        for folder, _, names in os.walk(self.data):
            for path in (os.path.join(folder, name) for name in names):
                with contextlib.suppress(OSError):      # it has just gone
                    found[os.path.relpath(path, self.data)] = (
                        os.path.getsize(path))
        return found

    def contents(self):
        """Returns {relative path: bytes} of the data folder."""
        return {name: read(self.path(name)) for name in self.files()}


def table(name):
    """Returns the lines of one of our tables, without the comment above them."""
    return "\n".join(manifest.read_lines(os.path.join(HERE, name))).strip()


def read(path):
    with open(path, "rb") as file:
        return file.read()
