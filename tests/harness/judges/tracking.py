"""Tracking with two connections, of which one is told what concerns the other."""

from .. import wire
from ..bench import about
from ..manifest import judge
from .talk import (OK, PONG, ask, barrier, hear, integer, key_of, must,
                   reply)


@judge("10.14d")
def redirected(bench):
    """In both versions, and when the one that is told has gone."""
    bench.fresh().close()
    reader, told = bench.connect("A"), bench.connect("B")
    writer = bench.connect("C")
    key = key_of(bench.random, "k")
    ident = integer(told, "CLIENT", "ID")
    refused(reader)
    must(reader, -1, "CLIENT", "GETREDIR")
    must(reader, OK, "CLIENT", "TRACKING", "ON", "REDIRECT", "%d" % ident)
    must(reader, ident, "CLIENT", "GETREDIR")
    with about("B is to be told, but speaks version 2 and listens to nothing"):
        silent_without_channels(reader, told, writer, key)
    with about("B is told by messages, for it speaks version 2"):
        by_message(reader, told, writer, key)
    with about("B is told by pushes, for it speaks version 3"):
        by_push(reader, told, writer, key)
    told.close()
    barrier(writer)
    with about("B, which was to be told, has gone"):
        gone(reader, writer, key, ident)
    del bench.timeline[:]


def read(reader, key):
    ask(reader, "EXISTS", key, due="integer")


def refused(reader):
    must(reader, "-ERR The client ID you want redirect to does not exist",
         "CLIENT", "TRACKING", "ON", "REDIRECT", "999999999")
    must(reader, "-ERR value is not an integer or out of range",
         "CLIENT", "TRACKING", "ON", "REDIRECT", "nobody")


def silent_without_channels(reader, told, writer, key):
    """Who listens to nothing in version 2 does not expect messages."""
    read(reader, key)
    must(writer, OK, "SET", key, "1")
    must(told, PONG, "PING")


def by_message(reader, told, writer, key):
    """Whatever the channel it listens to; and null for all keys."""
    channel = b"__redis__:invalidate"
    must(told, ["subscribe", channel, 1], "SUBSCRIBE", channel)
    read(reader, key)
    must(writer, OK, "SET", key, "2")
    told.due_bytes(reply(["message", channel, [key]]))
    read(reader, key)
    must(writer, OK, "FLUSHALL")
    told.due_bytes(reply(["message", channel, None]))


def by_push(reader, told, writer, key):
    must(told, ["unsubscribe", b"__redis__:invalidate", 0], "UNSUBSCRIBE")
    told.send(wire.request("HELLO", "3"))
    hear(told, "map")
    read(reader, key)
    must(writer, OK, "SET", key, "3")
    told.due_bytes(pushed(b"invalidate", [key]))
    must(reader, OK, "SET", key, "4")
    must(told, PONG, "PING")


def gone(reader, writer, key, ident):
    """It is told at the next change, if there is a form for it."""
    reader.send(wire.request("HELLO", "3"))
    hear(reader, "map")
    read(reader, key)
    must(writer, OK, "SET", key, "5")
    reader.due_bytes(pushed(b"tracking-redir-broken", ident))
    info = ask(reader, "CLIENT", "TRACKINGINFO", due="map")
    if ("$", b"broken_redirect") not in info[1][1][1]:
        raise reader.mismatch("", summary="CLIENT TRACKINGINFO does not say that "
                              "the redirection is broken",
                              expected_text="broken_redirect among the flags",
                              at=0, actual=wire.encode(info), ending=None)
    must(reader, OK, "CLIENT", "TRACKING", "ON")
    read(reader, key)
    must(writer, OK, "SET", key, "6")
    reader.due_bytes(pushed(b"invalidate", [key]))


def pushed(word, what):
    """A push of two parts."""
    return b">" + reply([word, what])[1:]
