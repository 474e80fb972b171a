"""The common part of the programs in this folder: the client and the server of the judge, and
tables of requests."""

import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import kernel, manifest, server, wire  # noqa: E402

Server, resident, eventually = server.Server, kernel.resident, kernel.eventually
OK = ("+", b"OK")
REDIS = "redis-server --port {port}"
WORDS = ["--save", "", "--enable-debug-command", "yes"]


class Place:
    """A folder in which servers are started. They end with the with statement."""

    def __init__(self, folder):
        self.folder, self.servers = folder, []

    def start(self, command, *words, files=None):
        """Returns (a server in a folder of its own, or on the files that are named, a client
        of it)."""
        folder = os.path.join(self.folder, files or str(len(self.servers)))
        os.makedirs(folder, exist_ok=True)
        one = Server(command, words=[*WORDS, *words], folder=folder, loaded=True)
        self.servers.append(one)
        return one.start(), one.client(60)

    def end(self):
        for one in self.servers:
            one.stop(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def connect(port, host="127.0.0.1", timeout=60):
    """Returns a client of a server on this machine that another program has started."""
    return wire.Client((host, int(port)), timeout)


def until_closed(client):
    """Waits until the server closes the connection. Returns what it says before that."""
    try:
        while True:
            client.more()
    except ConnectionError:
        return bytes(client.buf)


def lines(name):
    """Returns the lines of tables/NAME.txt that are no comments."""
    return manifest.read_lines(os.path.join(HERE, "tables", name + ".txt"))


def dialogue(line):
    """Returns the words of each command of a line, in which semicolons separate them."""
    return [shlex.split(command) for command in line.split(" ; ")]


def finish(wrong):
    """Prints all differences, and ends with 1 if there are any."""
    wrong = list(wrong)
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


def table(name):
    """Returns the words of each command of such a file."""
    return [words for line in lines(name) for words in dialogue(line)]
