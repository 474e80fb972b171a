"""A stream of replies, cut up."""

import itertools

from harness import wire

from .step import Difference


def note(end):
    """How a connection ended, as one more reply."""
    return b"+(%s)\r\n" % end.encode() if end else b""


def nth(data, at):
    """One of the replies, or nothing."""
    return b"".join(split(data)[at:at + 1])


def split(data):
    """The replies one by one; what is no reply stays in one piece."""
    replies, at = [], 0
    while at < len(data):
        try:
            _, after = wire.parse(data, at)
        except (wire.Incomplete, wire.Malformed):
            after = len(data)
        replies.append(bytes(data[at:after]))
        at = after
    return replies


def first_difference(table, ours, redis, owner):
    """The first reply that differs without excuse; owner(at) gives the number
    of the step whose reply one is, and the steps that may excuse it."""
    pairs = itertools.zip_longest(split(ours), split(redis), fillvalue=b"")
    for at, (mine, other) in enumerate(pairs):
        if mine != other:
            number, steps = owner(at)
            if not any(table.excused(step, mine, other) for step in steps):
                return Difference(number, mine, other)
    return None
