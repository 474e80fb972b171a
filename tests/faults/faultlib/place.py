"""A server in a folder of its own, with or without the preloaded library."""

import contextlib
import mmap
import os
import shutil
import struct
import tempfile

from harness import manifest, server, wire

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


class Place:
    """A folder for the data, another one for what is about them, and the server."""

    def __init__(self, command, options=()):
        self.base = os.path.realpath(tempfile.mkdtemp(prefix="faults-"))
        self.data = os.path.join(self.base, "data")
        self.journal = os.path.join(self.base, "journal")
        os.mkdir(self.data)
        self.command = command
        self.options = list(options)
        self.control = Control(os.path.join(self.base, "control"))
        self.server = None

    def launch(self, *more, preload=False, journal=False):
        """Starts the server without waiting for it."""
        environment = {}
        if preload:
            environment.update(
                LD_PRELOAD=LIBRARY, FAULTS_FOLDER=self.data, FAULTS_NO_SYNC="1",
                FAULTS_CONTROL=self.control.path)
        if journal:
            environment["FAULTS_JOURNAL"] = self.journal
        self.server = server.Server(
            self.command, READY, words=["--dir", self.data, *self.options,
                                        *more],
            environment=environment, folder=self.base, loaded=True)
        self.server.launch()

    def start(self, *more, **how):
        """Starts it, and waits until it has loaded its data."""
        self.launch(*more, **how)
        self.check(not self.server.wait_ready(), "it does not start: %s",
                   self.server.fate())
        return self

    def restart(self, *more, **how):
        """Kills it, and starts it on the files that are there."""
        self.kill()
        return self.start(*more, **how)

    def again(self):
        """Starts it at the port that it had before."""
        self.server.launch(self.server.port)
        self.check(not self.server.wait_ready(), "it does not start again")

    def outcome(self, *more):
        """Starts it on whatever files are there. Returns ("serves", 0) or ("refused",
        status); raises Wrong if it crashes or hangs."""
        try:
            self.start(*more)
            return "serves", 0
        except Wrong:
            status = self.server.wait_exit(0)
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
        return "\n".join(self.server.last_lines()[1])

    def last_words(self):
        lines = self.server.last_lines(3)[1]
        return " / ".join(line[-160:] for line in lines) or "nothing"

    def crashed(self):
        """Returns true if there is a report of a sanitizer or a crash."""
        return bool(self.server.complaint())

    def client(self):
        return wire.Client(self.server.address)

    def ask(self, *words):
        """Sends one command on a connection of its own."""
        with self.client() as client:
            return client.ask(*words)

    def must_hold(self, key, value):
        """Checks that this string is there."""
        found = self.ask("GET", key)[1]
        check(found == value, "%s is %r, where %r is due", key, found, value)

    def kill(self):
        """Kills it and its children, and waits for their end."""
        if self.server:
            self.server.kill()
            self.server.end(0)

    def finish(self):
        """Ends it by SIGTERM, which must succeed."""
        status = self.server.terminate(30)
        self.check(status == 0 and not self.crashed(),
                   "SIGTERM did not end it well: %s", self.server.fate())
        self.kill()

    def clear(self):
        """Deletes the folder's content."""
        self.kill()
        shutil.rmtree(self.data)
        os.mkdir(self.data)

    def take_files(self, other):
        """Copies the files of another place."""
        self.kill()
        shutil.rmtree(self.data)
        shutil.copytree(other.data, self.data)

    def close(self):
        """Ends it and removes everything."""
        self.kill()
        shutil.rmtree(self.base, ignore_errors=True)

    def path(self, *names):
        """Returns the path of a file of the data folder."""
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
