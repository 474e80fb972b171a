"""A stream of replies, cut up."""

import itertools
import re

from harness import wire

from .step import Difference


def note(end):
    """Returns a note about how a connection ended, as one more reply."""
    return b"+(%s)\r\n" % end.encode() if end else b""


def nth(data, at):
    """Returns one of the replies, or nothing."""
    return b"".join(split(data)[at:at + 1])


def split(data):
    """Returns the replies one by one. Bytes that are no reply stay in one piece."""
    found, at = [], 0
    for _, end in wire.replies(data):
        found.append(bytes(data[at:end]))
        at = end
    return found + [bytes(data[at:])] * (at < len(data))


# Messages to a client that listens, which answer no request: pushes, and in version 2
# arrays.
TOLD = re.compile(rb"(?:>|\*(?=[34]\r\n\$\d+\r\n[sp]?(?:message|subscribe|unsubscribe)"
                  rb"\r\n))\d\r\n\$\d+\r\n([\w-]+)\r\n(.*)", re.S)
COUNT = re.compile(rb":\d+\r\n$")
# Messages to a tracked client, with the keys, or nil for all of them; and the number of
# a connection that does not exist.
INVALID = re.compile(rb"(>2\r\n\$10\r\ninvalidate|\*3\r\n\$7\r\nmessage\r\n"
                     rb"\$20\r\n__redis__:invalidate)\r\n", re.S)
NULL = re.compile(rb"(\$-1|\*-1|_)\r\n$")
BROKEN = re.compile(rb"(>2\r\n\$21\r\ntracking-redir-broken\r\n):\d+\r\n")


def is_told(reply):
    return bool(TOLD.match(reply))


def in_order(replies):
    """Returns the replies with an order of their own where it is up to each server:
    messages of several patterns, and channels left one after the other, except for
    their count."""
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
    """Returns the replies with all invalidations behind the answers: in Redis 7.2 those
    of the client's own command stand there. The keys of one message are sorted, and so
    are the clients that hear of a flush by way of the same client."""
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
    """Returns the replies with a message that PUBLISH sends to its own client behind
    the answer, as in Redis 7.2, together with the messages just before it."""
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
    """Returns the first reply that differs without an excuse. owner(at) gives the
    number of the step that an answer belongs to, and the steps that may excuse it."""
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
