"""A server in a folder of its own, with the preloaded library or without."""

import mmap
import os
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

from harness import kernel, wire

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.path.join(HERE, "build", "faults.so")
OPS = ("open", "write", "fsync", "fdatasync", "rename", "unlink", "truncate",
       "mkdir", "fork", "reply")
RULES_ROOM, CONTROL_SIZE = 4096, 8192
READY = 20.0


class Wrong(Exception):
    """The server broke a promise; the text says which."""


class Unable(Exception):
    """Something that is needed is not here: not the server's fault."""


def build_library():
    """Build the library; Unable if there is no compiler."""
    done = subprocess.run(["make", "-s", "-C", HERE], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Unable("the preloaded library does not build here: "
                     + done.stdout.decode().strip()[-200:])


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
        """From now on these rules hold, and no others."""
        text = "\n".join(lines).encode()
        assert len(text) < RULES_ROOM
        self.bytes[:RULES_ROOM] = text.ljust(RULES_ROOM, b"\0")
        self.bytes[RULES_ROOM + 8 + 24 * len(OPS):] = bytes(
            CONTROL_SIZE - RULES_ROOM - 8 - 24 * len(OPS))
        self.generation += 1
        self.bytes[RULES_ROOM:RULES_ROOM + 8] = struct.pack(
            "=Q", self.generation)

    def count(self, op):
        """(calls, bytes, calls that a rule changed) so far."""
        at = RULES_ROOM + 8 + 24 * OPS.index(op)
        return struct.unpack_from("=QQQ", self.bytes, at)


class Client:
    """A connection that asks and waits."""

    def __init__(self, port, timeout=20.0):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buf = bytearray()

    def send(self, *words):
        self.sock.sendall(wire.request(*words))

    def reply(self):
        """The next reply; ConnectionError if none comes any more."""
        while True:
            try:
                reply, size = wire.parse(self.buf)
                del self.buf[:size]
                return reply
            except wire.Incomplete:
                data = self.sock.recv(1 << 18)
                if not data:
                    raise ConnectionError("the server closed the connection")
                self.buf += data

    def ask(self, *words):
        self.send(*words)
        return self.reply()

    def ask_all(self, commands):
        """Many at once."""
        self.sock.sendall(b"".join(wire.request(*words)
                                   for words in commands))
        return [self.reply() for _ in commands]

    def info(self, name):
        """One field of INFO, as text; None if it is not there."""
        text = self.ask("INFO", "everything")[1].decode("utf-8", "replace")
        found = re.search(r"^%s:(.*?)\r?$" % re.escape(name), text, re.M)
        return found.group(1) if found else None

    def close(self):
        self.sock.close()


class Place:
    """A folder for the data, one for what is about them, and the server."""

    def __init__(self, command, options=()):
        self.base = os.path.realpath(tempfile.mkdtemp(prefix="faults-"))
        self.data = os.path.join(self.base, "data")
        self.log = os.path.join(self.base, "log")
        self.journal = os.path.join(self.base, "journal")
        os.mkdir(self.data)
        self.command = command
        self.options = list(options)
        self.control = Control(os.path.join(self.base, "control"))
        self.server = None
        self.port = None
        self.log_from = 0

    def start(self, *more, preload=False, no_sync=True, journal=False,
              fails=False, wait=True):
        """Start it and wait until it has loaded its data. With fails: wait
        until it has ended, and return its status; Wrong if it serves."""
        self.port = kernel.free_port()
        words = shlex.split(self.command.replace("{port}", str(self.port)))
        words += ["--dir", self.data] + self.options + list(more)
        environment = dict(os.environ)
        if preload:
            environment.update(LD_PRELOAD=LIBRARY, FAULTS_FOLDER=self.data,
                               FAULTS_CONTROL=self.control.path)
            if no_sync:
                environment["FAULTS_NO_SYNC"] = "1"
            if journal:
                environment["FAULTS_JOURNAL"] = self.journal
        self.log_from = (os.path.getsize(self.log)
                         if os.path.exists(self.log) else 0)
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.base, env=environment, start_new_session=True,
                preexec_fn=kernel.die_with_parent)
        return self._wait(fails) if wait else 0

    def _wait(self, fails):
        end = time.monotonic() + READY
        while time.monotonic() < end:
            status = self.server.poll()
            if status is not None:
                if fails and status > 0:
                    return status
                raise Wrong("the server %s; it said: %s" % (
                    "ended with status %d" % status if status >= 0 else
                    "was killed by signal %d" % -status, self.last_words()))
            if self._serves():
                if fails:
                    raise Wrong("it serves, where it had to refuse; it said: "
                                + self.last_words())
                return 0
            time.sleep(0.002)
        raise Wrong("not ready within %d s; it said: %s"
                    % (READY, self.last_words()))

    def _serves(self):
        try:
            client = Client(self.port)
        except OSError:
            return False
        try:
            return client.ask("PING") == ("+", b"PONG")
        except (OSError, ConnectionError):
            return False
        finally:
            client.close()

    def outcome(self, *more):
        """Start on whatever lies there: ("serves", 0) or ("refused",
        status); Wrong if it crashes or hangs."""
        try:
            self.start(*more)
            return "serves", 0
        except Wrong:
            status = self.server.poll()
            if status is None or status <= 0:
                raise
            return "refused", status

    def resident(self):
        """Bytes of memory that the server holds."""
        with open("/proc/%d/statm" % self.server.pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def said(self):
        """What it has logged since its last start."""
        with open(self.log, "rb") as file:
            file.seek(self.log_from)
            return file.read().decode("utf-8", "replace")

    def last_words(self):
        lines = [line for line in self.said().splitlines() if line.strip()]
        return " / ".join(line[-160:] for line in lines[-3:]) or "nothing"

    def crashed(self):
        """Did a sanitizer or a crash report speak?"""
        text = self.said()
        return any(word in text for word in (
            "Sanitizer", "runtime error:", "BUG REPORT", "ASSERTION FAILED"))

    def client(self):
        return Client(self.port)

    def ask(self, *words):
        """One command on a connection of its own."""
        client = self.client()
        try:
            return client.ask(*words)
        finally:
            client.close()

    def kill(self):
        """SIGKILL, to it and its children, and wait."""
        if self.server is None:
            return
        try:
            os.killpg(self.server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.server.wait()

    def finish(self, patience=10.0):
        """SIGTERM, and its status."""
        self.server.terminate()
        try:
            return self.server.wait(patience)
        except subprocess.TimeoutExpired:
            raise Wrong("it does not end on SIGTERM")

    def clear(self):
        """Throw the folder's content away."""
        self.kill()
        shutil.rmtree(self.data)
        os.mkdir(self.data)

    def close(self):
        """End it and remove everything."""
        self.kill()
        shutil.rmtree(self.base, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def files(self):
        """{relative path: size} of the data folder."""
        found = {}
        for folder, _, names in os.walk(self.data):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    found[os.path.relpath(path, self.data)] = (
                        os.path.getsize(path))
                except OSError:
                    continue
        return found
