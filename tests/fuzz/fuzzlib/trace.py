"""Traces: what was done to a server, step by step, as a file that can be read.

    stage 03
    arguments --requirepass secret
    open 0
    send 0 *1\\r\\n$4\\r\\nPING\\r\\n
    due 0 1
    shut 0

A step is a tuple (what, connection, value):

    open            connect
    send BYTES      \\r \\n \\t \\\\ \\" and \\xHH stand for bytes that are not shown
    fill COUNT BYTES   the same bytes so often, in one go
    again COUNT     the send before it, so many times more
    deaf            never read from it, from here on
    due COUNT       when the server closes it, so many replies have come
    shut            send no more, but read what comes until the server closes
    close           leave
    reset           leave by a reset (SO_LINGER 0)
    wait MS         do nothing
    finish          wait until the server has closed all that were shut
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from harness.wire import show, unescape


@dataclass
class Trace:
    stage: str
    arguments: list[str]
    steps: list[tuple]

    def write(self, path: str, notes: list[str]) -> None:
        with open(path, "w", encoding="ascii", errors="backslashreplace") as file:
            for note in notes:
                print("#", note.replace("\n", " "), file=file)
            print("stage", self.stage, file=file)
            if self.arguments:
                print("arguments", *self.arguments, file=file)
            for (what, conn, value), same in itertools.groupby(self.steps):
                times = len(list(same))
                line = [what, conn, show(value)[1:-1] if what == "send" else value]
                lines = [line] * times
                if what == "send" and times > 1:
                    lines = [line, ["again", conn, times - 1]]
                for line in lines:
                    print(*[word for word in line if word is not None], file=file)


def _read_step(words: list[str], steps: list[tuple]) -> None:
    what, conn = words[0], int(words[1]) if len(words) > 1 else None
    value = words[2] if len(words) > 2 else ""
    if what == "send":
        steps.append((what, conn, unescape(value)))
    elif what == "fill":
        count, _, text = value.partition(" ")
        steps.append(("send", conn, unescape(text) * int(count)))
    elif what == "again":
        steps.extend([steps[-1]] * int(value))
    elif what == "due":
        steps.append((what, conn, int(value)))
    elif what in ("open", "deaf", "shut", "close", "reset", "wait", "finish"):
        steps.append((what, conn, None))
    else:
        raise ValueError(f"there is no step called {what}")


def read_trace(path: str) -> Trace:
    trace = Trace("", [], [])
    with open(path, encoding="latin-1", newline="\n") as file:
        for number, line in enumerate(file, 1):
            words = line.rstrip("\n").split(" ", 2)
            try:
                if words[0] == "stage":
                    trace.stage = words[1]
                elif words[0] == "arguments":
                    trace.arguments = line.split()[1:]
                elif words[0] and not words[0].startswith("#"):
                    _read_step(words, trace.steps)
            except (IndexError, KeyError, ValueError) as problem:
                raise ValueError(f"{path}:{number}: {problem!r}")
    if not trace.stage:
        raise ValueError(f"{path}: no line says which stage")
    return trace
