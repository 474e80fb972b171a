"""Leaves out the items that are not needed to show a failure.

Long runs of items are tried first, then shorter ones (Zeller and Hildebrandt,
"Simplifying and isolating failure-inducing input", IEEE TSE 2002, in its plainest
form).

"""

import time


def reduce(items, fails, until):
    """Returns the items without those that can go while fails(rest) holds. Stops when
    its time is up."""
    size = max(1, len(items) // 2)
    while size >= 1 and time.monotonic() < until:
        at = 0
        while at < len(items) and time.monotonic() < until:
            rest = items[:at] + items[at + size:]
            if rest and fails(rest):
                items = rest
            else:
                at += size
        size //= 2
    return items
