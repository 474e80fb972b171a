"""The common part of the programs in this folder: the client and the server of the judge, and
tables of requests."""

import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import kernel, manifest, server, wire  # noqa: E402

Server, Remote, resident = server.Server, server.Remote, kernel.resident
eventually = kernel.eventually


def connect(port, host="127.0.0.1", timeout=60):
    """Returns a client of a server on this machine."""
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
