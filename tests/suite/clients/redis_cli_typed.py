#!/usr/bin/env python3
"""redis_cli_typed.py PORT: redis-cli at a terminal, with its hints as one types.

It prints what was seen, which is the same for every server.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PATIENCE = 120  # seconds
ESCAPES = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    """A program that believes it is at a terminal."""

    def __init__(self, *words):
        self.seen = b""  # without escapes
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
            os.execvp(words[0], words)

    def type(self, text):
        os.write(self.end, text.encode())

    def shows(self, text):
        """Waits until that has come; everything before it is forgotten."""
        until = time.monotonic() + PATIENCE
        while text.encode() not in self.seen:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.end], [], [], left)[0]:
                sys.exit("no %r in %r" % (text, self.seen))
            self.seen = ESCAPES.sub(b"", self.seen + os.read(self.end, 4096))
        self.seen = self.seen.partition(text.encode())[2]
        print("shows", text)

    def answers(self, text):
        """Does the same with the prompt behind it: keys that are typed earlier may get lost."""
        self.shows(text)
        self.shows("> ")

    def status(self):
        """Returns its exit status. Waits until all its output is read."""
        try:
            while os.read(self.end, 4096):
                pass
        except OSError:
            pass  # the other side has gone
        return os.waitpid(self.pid, 0)[1]


def main(port):
    terminal = Terminal("redis-cli", "-p", port)
    terminal.shows("> ")
    terminal.type("sadd fruit")
    terminal.shows("member [member ...]")
    terminal.type(" plum\r")
    terminal.answers("(integer) 1")
    terminal.type("smem\t fruit\r")
    terminal.answers('1) "plum"')
    terminal.type("nonsense\r")
    terminal.answers("(error) ERR unknown command 'nonsense'")
    terminal.type("help srem\r")
    terminal.answers("group: set")
    terminal.type("flushdb\r")
    terminal.answers("OK")
    terminal.type("quit\r")
    print("status", terminal.status())


main(sys.argv[1])
