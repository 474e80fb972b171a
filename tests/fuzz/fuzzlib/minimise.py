"""Makes a trace smaller while it still fails in the same way. Whole connections are
left out first, then steps, then pieces of what is sent."""

from __future__ import annotations

import re
import time

from commands.reduce import reduce

PIECE = re.compile(rb"(?=\*\d+\r\n)|(?<=\n)")


def minimise(steps: list[tuple], fails, seconds: float) -> list[tuple]:
    """Minimises the steps; fails(steps) tells whether they still go wrong in the same
    way."""
    until = time.monotonic() + seconds

    def of(conns: list) -> list[tuple]:
        return [s for s in steps if s[0] in ("wait", "finish") or s[1] in conns]

    conns = sorted({s[1] for s in steps if s[0] == "open"})
    steps = of(reduce(conns, lambda some: fails(of(set(some))), until))
    steps = reduce(steps, fails, until)
    for at, (what, conn, data) in enumerate(steps):
        if what == "send" and time.monotonic() < until:
            steps[at] = (what, conn, smaller(data, steps, at, fails, until))
    return steps


def smaller(data: bytes, steps: list[tuple], at: int, fails, until: float) -> bytes:
    """Yields the step at that place with fewer lines, then with fewer bytes."""
    def still(pieces: list[bytes]) -> bool:
        step = ("send", steps[at][1], b"".join(pieces))
        return fails([*steps[:at], step, *steps[at + 1 :]])

    data = b"".join(reduce([piece for piece in PIECE.split(data) if piece], still, until))
    for size in (1024, 64, 1):
        if len(data) <= 2000 * size:
            pieces = [data[i : i + size] for i in range(0, len(data), size)]
            data = b"".join(reduce(pieces, still, until))
    return data
