"""What the programs of this folder share: the client and the server of the
judge, and tables of what is asked."""

import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import kernel, manifest, server, wire  # noqa: E402

Server, Remote, resident = server.Server, server.Remote, kernel.resident


def connect(port, host="127.0.0.1", timeout=20):
    """A client of a server on this machine."""
    return wire.Client((host, int(port)), timeout)


def lines(name):
    """The lines of tables/NAME.txt that are no comments."""
    return manifest.read_lines(os.path.join(HERE, "tables", name + ".txt"))


def table(name):
    """The words of each command of such a file, where semicolons stand between them."""
    return [shlex.split(command) for line in lines(name) for command in line.split(" ; ")]
