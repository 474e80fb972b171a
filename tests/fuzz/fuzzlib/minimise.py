"""Makes a trace smaller while it still fails in the same way.

First whole connections are left out, then steps, then pieces of what is sent:
halves, quarters and so on (Zeller and Hildebrandt, "Simplifying and isolating
failure-inducing input", IEEE TSE 2002, in its plainest form)."""

from __future__ import annotations

import re
import time

PIECE = re.compile(rb"(?=\*\d+\r\n)|(?<=\n)")


def reduce(items: list, fails, until: float) -> list:
    """Leaves out runs of items, long ones first, as long as fails(rest)."""
    size = len(items) // 2
    while size >= 1 and time.monotonic() < until:
        at = 0
        while at < len(items) and time.monotonic() < until:
            rest = items[:at] + items[at + size :]
            if rest and fails(rest):
                items = rest
            else:
                at += size
        size //= 2
    return items


def minimise(steps: list[tuple], fails, seconds: float) -> list[tuple]:
    """fails(steps) tells whether that still goes wrong in the same way."""
    until = time.monotonic() + seconds

    def of(conns: list) -> list[tuple]:
        kept = set(conns)
        return [s for s in steps if s[0] in ("wait", "finish") or s[1] in kept]

    conns = sorted({s[1] for s in steps if s[0] == "open"})
    steps = of(reduce(conns, lambda some: fails(of(some)), until))
    steps = reduce(steps, fails, until)
    for at in range(len(steps)):
        what, conn, data = steps[at]
        if what != "send" or time.monotonic() > until:
            continue
        before, after = steps[:at], steps[at + 1 :]

        def with_pieces(pieces, before=before, conn=conn, after=after):
            return [*before, ("send", conn, b"".join(pieces)), *after]

        pieces = [piece for piece in PIECE.split(data) if piece]
        pieces = reduce(pieces, lambda some: fails(with_pieces(some)), until)
        for size in (1024, 64, 1):
            rest = b"".join(pieces)
            if len(rest) <= 2000 * size:
                pieces = [rest[i : i + size] for i in range(0, len(rest), size)]
                pieces = reduce(pieces, lambda some: fails(with_pieces(some)), until)
        steps = with_pieces(pieces)
    return steps
