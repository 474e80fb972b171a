"""A stream of replies, cut up."""

from harness import wire


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
