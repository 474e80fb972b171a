"""A server with an append-only file, and the bytes that it writes there."""

import os
import shutil
import tempfile
import time

from harness import wire
from harness.model import Mismatch, SetupError
from harness.server import Server

from .line import Line

OPTIONS = (" --save '' --appendonly yes --appendfsync no"
           " --auto-aof-rewrite-percentage 0 --dir '%s'")
# From Redis 7 on DEBUG is for those who ask for it.
ALLOW_DEBUG = " --enable-debug-command yes"


class Logged:
    """A server in a folder of its own, its log, and a connection to it."""

    def __init__(self, command):
        self.folder = tempfile.mkdtemp(prefix="replay-")
        self.command = command + ALLOW_DEBUG
        self.server = None
        self.line = None

    def start(self):
        """Start it; with DEBUG allowed, if it knows that setting."""
        try:
            self.try_to_start()
        except Mismatch:
            self.server.stop(0)
            self.command = self.command.replace(ALLOW_DEBUG, "")
            try:
                self.try_to_start()
            except Mismatch as mismatch:
                raise SetupError("%s: %s" % (self.command, mismatch.summary))

    def try_to_start(self):
        self.server = Server(self.command + OPTIONS % self.folder)
        self.server.start()
        self.line = Line(self.server.address)
        end = time.monotonic() + 5
        # A port may be open before the folder is there.
        while self.ask([b"PING"]) != [("+", b"PONG")] or not self.path():
            if time.monotonic() > end:
                raise SetupError(self.command + ": writes no log")
            time.sleep(0.01)

    def stop(self):
        if self.line:
            self.line.close()
        if self.server:
            self.server.stop(0)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self):
        """On an empty folder, as if it had never been."""
        self.stop()
        self.folder = tempfile.mkdtemp(prefix="replay-")
        self.start()

    def path(self):
        """The file that it writes to now; None if there is none."""
        folder = os.path.join(self.folder, "appendonlydir")
        try:
            with open(os.path.join(folder, "appendonly.aof.manifest")) as file:
                names = [line.split()[1] for line in file
                         if line.split()[-1:] == ["i"]]
        except FileNotFoundError:
            return None
        return os.path.join(folder, names[-1]) if names else None

    def ask(self, *requests):
        """Many commands in one write, and their replies; None when the server
        does not answer them all."""
        self.line.send(b"".join(wire.request(*words) for words in requests))
        data, replies, at = bytearray(), [], 0
        while len(replies) < len(requests):
            try:
                reply, at = wire.parse(data, at)
                replies.append(reply)
                continue
            except wire.Malformed:
                return None
            except wire.Incomplete:
                pass
            try:
                piece = self.line.sock.recv(1 << 18) if self.line.sock else b""
            except OSError:
                piece = b""
            if not piece:
                return None
            data += piece
        return replies


def commands(data):
    """The commands of a piece of a log, as lists of words; what is none ends
    the list."""
    found, at = [], 0
    while at < len(data):
        try:
            reply, at = wire.parse(data, at)
            found.append([word[1] for word in reply[1]])
        except (wire.Incomplete, wire.Malformed, TypeError):
            found.append([b"(no command:", data[at:at + 40], b")"])
            break
    return found
