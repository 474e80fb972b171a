"""Stage 10: a subscriber that does not read."""

from .. import wire
from ..manifest import judge
from .talk import (OK, PONG, ask, integer, must, reply, word, wrong)

MESSAGE = b"x" * (1 << 20)
LIMIT = 32              # messages that may wait for a subscriber
MOST = 64               # and as many as the kernel holds, and some more
FEW = 16                # enough to exceed the soft limit
SOFT = "pubsub 32mb 1mb 1"
PATIENCE = 10.0         # seconds in which a limit of one second must act


@judge("10.3i")
def slow_subscriber(bench):
    """It is disconnected when too much waits for it; clients that read are not."""
    bench.fresh().close()
    channel = word(bench.random, 9).encode()
    reader, writer = bench.connect("A"), bench.connect("B")
    listen(reader, channel)
    too_much_at_once(bench, channel, reader, writer)
    too_much_for_long(bench, channel, reader, writer)
    must(writer, PONG, "PING")


def listen(conn, channel):
    must(conn, ["subscribe", channel, 1], "SUBSCRIBE", channel)


def publish(channel, reader, writer):
    """Publishes one message, which the reader reads. Returns how many clients got it."""
    count = integer(writer, "PUBLISH", channel, MESSAGE)
    reader.due_bytes(reply(["message", channel, MESSAGE]))
    del reader.timeline[:]
    return count


def too_much_at_once(bench, channel, reader, writer):
    """The hard limit acts with its default value."""
    listen(bench.connect("C", receive=16384), channel)
    sent = 0
    while publish(channel, reader, writer) == 2:
        sent += 1
        if sent == MOST:
            raise wrong(writer, (":", 2), ":1, since more than 32 MiB wait for the "
                        "subscriber that does not read", "a subscriber that does "
                        "not read is sent more and more", never_cut=True)
    if sent < LIMIT - 2:
        raise wrong(writer, (":", 1), ":2, since less than 32 MiB wait for the "
                    "subscriber that does not read, for less than 60 s",
                    "a subscriber that reads late is cut too early")


def too_much_for_long(bench, channel, reader, writer):
    """The soft limit acts by the clock, even if nothing more is sent."""
    must(writer, OK, "CONFIG", "SET", "client-output-buffer-limit", SOFT)
    listen(bench.connect("D", receive=16384), channel)
    for _ in range(FEW):
        publish(channel, reader, writer)

    def is_cut():
        return ask(writer, "PUBSUB", "NUMSUB", channel) == (
            "*", [("$", channel), (":", 1)])
    if not bench.eventually(is_cut, PATIENCE):
        raise wrong(writer, ask(writer, "PUBSUB", "NUMSUB", channel),
                    wire.show(reply([channel, 1])) + ": more than 1 MiB has waited for "
                    "more than a second for the subscriber that does not read",
                    "a subscriber that does not read is cut only when more is "
                    "sent to it", never_cut=True)
