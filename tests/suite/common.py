"""What the programs of this folder share: the client and the server of the
judge, and tables of what is asked."""

import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import kernel, manifest, server, wire  # noqa: E402

Server, Remote, resident = server.Server, server.Remote, kernel.resident
eventually = kernel.eventually


def connect(port, host="127.0.0.1", timeout=60):
    """A client of a server on this machine."""
    return wire.Client((host, int(port)), timeout)


def until_closed(client):
    """The server closes the connection; what it says before that."""
    try:
        while True:
            client.more()
    except ConnectionError:
        return bytes(client.buf)


def lines(name):
    """The lines of tables/NAME.txt that are no comments."""
    return manifest.read_lines(os.path.join(HERE, "tables", name + ".txt"))


def dialogue(line):
    """The words of each command of a line, where semicolons stand between them."""
    return [shlex.split(command) for command in line.split(" ; ")]


def finish(wrong):
    """Print all that differs, and end with 1 if anything does."""
    wrong = list(wrong)
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


def table(name):
    """The words of each command of such a file."""
    return [words for line in lines(name) for words in dialogue(line)]
