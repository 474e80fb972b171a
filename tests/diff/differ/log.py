"""A server with an append-only file, and the bytes that it writes to it."""

import os

from harness import aof_format, kernel
from harness.model import SetupError
from harness.server import Server

from .line import Line

OPTIONS = (" --save '' --appendonly yes --appendfsync no --auto-aof-rewrite-percentage 0"
           " --enable-debug-command yes")


class Logged(Server):
    """A server, its log, and a connection to it."""

    def __init__(self, command):
        super().__init__(command + OPTIONS)
        self.line = None

    def start(self, port=None):
        super().start(port)
        self.line = Line(self.address)
        # A port may be open before the folder is there.
        if not kernel.eventually(
                lambda: self.ask([b"PING"]) == [("+", b"PONG")] and self.path(), 5, 0.01):
            raise SetupError(self.command + ": writes no log")

    def stop(self, patience=0):
        if self.line:
            self.line.close()
        super().stop(patience)

    def start_anew(self):
        """Starts it in an empty folder, as if it had never run."""
        self.stop()
        self.start()

    def path(self):
        """Returns the file that it writes to now, or None if there is none."""
        folder = os.path.join(self.folder, "appendonlydir")
        try:
            with open(os.path.join(folder, aof_format.find_manifest(folder)), "rb") as file:
                parts = aof_format.read_manifest(file.read())
        except FileNotFoundError:
            return None
        names = [part.name for part in parts if part.kind == "i"]
        return os.path.join(folder, names[-1]) if names else None

    def size(self):
        return os.path.getsize(self.path())

    def written(self, offset):
        """Returns the bytes of the log from this place on."""
        with open(self.path(), "rb") as file:
            file.seek(offset)
            return file.read()

    def ask(self, *requests):
        """Sends many commands in one write. Returns their replies, or None if the
        server does not answer them all."""
        replies = self.line.ask_all(requests)
        return None if None in replies else replies

    def commands(self, offset):
        """Returns the commands from this place on, as lists of words, and the rest that
        is none."""
        log = aof_format.parse(self.written(offset))
        return [command.words for command in log.commands] + (
            [[b"(%s)" % str(log.damage).encode()]] if log.damage else [])
