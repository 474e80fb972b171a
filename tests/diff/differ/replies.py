"""A stream of replies, cut up."""

import itertools
import re

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


# What a client that listens is told, which answers no request: pushes, and in
# version 2 arrays.
TOLD = re.compile(rb"(?:>|\*(?=[34]\r\n\$\d+\r\n[sp]?(?:message|subscribe|unsubscribe)"
                  rb"\r\n))\d\r\n\$\d+\r\n(\w+)\r\n(.*)", re.S)
COUNT = re.compile(rb":\d+\r\n$")
# A tracked client's, with the keys, or nil for all of them; and the number of a
# connection that is not there.
INVALID = re.compile(rb"(>2\r\n\$10\r\ninvalidate|\*3\r\n\$7\r\nmessage\r\n"
                     rb"\$20\r\n__redis__:invalidate)\r\n", re.S)
NULL = re.compile(rb"(\$-1|\*-1|_)\r\n$")
BROKEN = re.compile(rb"(>2\r\n\$21\r\ntracking-redir-broken\r\n):\d+\r\n")


def is_told(reply):
    return bool(TOLD.match(reply))


def in_order(replies):
    """The same, where the order is each server's own: messages of several patterns,
    and channels that are left one after the other, but for the count."""
    def sort(reply):
        told = TOLD.match(reply)
        word = told[1] if told else b""
        return word if word == b"pmessage" or word.endswith(b"unsubscribe") else None

    found = []
    for word, run in itertools.groupby(replies, sort):
        run = list(run)
        counts = [COUNT.search(reply) for reply in run]
        if word is None:
            found += run
        elif word == b"pmessage" or None in counts:
            found += sorted(run)
        else:
            names = sorted(COUNT.sub(b"", reply) for reply in run)
            found += [name + count[0] for name, count in zip(names, counts)]
    return found


def invalid_at_the_end(replies):
    """The same, where what a tracked client is told stands behind all answers: in
    Redis 7.2 that by its own command does. Keys of one message are in order, and so
    are those who are told of a flush by way of the same client."""
    def told_in_order(reply):
        kind, items = wire.parse(reply)[0]
        *head, (of, keys) = items
        return wire.encode((kind, [*head, (of, sorted(keys) if keys else keys)]))

    others = [BROKEN.sub(rb"\1:1\r\n", reply) for reply in replies
              if not INVALID.match(reply)]
    told = map(told_in_order, filter(INVALID.match, replies))
    for flushed, run in itertools.groupby(told, lambda one: bool(NULL.search(one))):
        run = list(run)
        others += sorted(run) if flushed else run
    return others


def behind_answers(replies, owner):
    """The same, where a message that PUBLISH sends to its own client, with those
    that came just before, stands behind the answer, as in Redis 7.2."""
    found, messages, answers = [], [], -1
    for reply in replies:
        told = TOLD.match(reply)
        answers += not told
        if told and told[1].endswith(b"message"):
            messages.append(reply)
        elif not told and any(step.publishes() for step in owner(answers)[1]):
            found.append(reply)
        else:
            found += [*messages, reply]
            messages = []
    return found + messages


def first_difference(table, ours, redis, owner):
    """The first reply that differs without excuse; owner(at) gives the number
    of the step whose answer one is, and the steps that may excuse it."""
    pairs = itertools.zip_longest(*[
        invalid_at_the_end(in_order(behind_answers(split(data), owner)))
        for data in (ours, redis)],
        fillvalue=b"")
    answers = -1
    for mine, other in pairs:
        told = is_told(other)
        answers += not told
        if mine != other:
            number, steps = owner(max(answers, 0))
            if told or not any(table.excused(step, mine, other)
                               for step in steps):
                return Difference(number, mine, other)
    return None
