"""Stage 10: what operators ask: who is connected, and who may be."""

from .. import wire
from ..manifest import judge
from .talk import (OK, PONG, ask, barrier, integer, key_of, must, reply, wrong)

PASSWORD = "correct-horse"
DENIED = "-NOAUTH Authentication required."
WRONG = "-WRONGPASS invalid username-password pair or user is disabled."
STRANGE = "-ERR Protocol error: unauthenticated %s length"


@judge("10.11")
def shown(bench):
    """CLIENT LIST shows who waits and who has switched something on."""
    bench.fresh().close()
    one, other = bench.connect("A"), bench.connect("B")
    key = key_of(bench.random, "w")
    ident = b"%d" % integer(one, "CLIENT", "ID")
    check_flags(other, ident, b"N")
    one.send(wire.request("BLPOP", key, "0"))
    barrier(other)
    check_flags(other, ident, b"b")
    must(other, 1, "RPUSH", key, "x")
    one.due_bytes(reply([key, "x"]))
    check_flags(other, ident, b"N")
    must(one, OK, "CLIENT", "NO-EVICT", "ON")
    check_flags(other, ident, b"e")
    must(one, OK, "CLIENT", "NO-EVICT", "OFF")
    check_flags(other, ident, b"N")
    del bench.timeline[:]


def check_flags(conn, ident, flag):
    """What CLIENT LIST says of a client."""
    kind, text = ask(conn, "CLIENT", "LIST", "ID", ident)
    lines = [line for line in (text if kind == "$" and text else b"").split(
        b"\n") if b"id=%s " % ident in line]
    if not lines or (b" flags=%s " % flag) not in lines[0]:
        raise wrong(conn, (kind, text), "a line for the client with id=%s, in "
                    "which stands flags=%s" % (ident.decode(), flag.decode()))


@judge("10.12")
def password(bench):
    """Nobody runs commands without it, and strangers may send little."""
    bench.start(words=["--requirepass", PASSWORD])
    gets_in(bench)
    is_a_stranger(bench)
    del bench.timeline[:]


def gets_in(bench):
    """By AUTH with or without a name, or by HELLO."""
    conn = bench.connect("A")
    must(conn, DENIED, "PING")
    must(conn, WRONG, "AUTH", "wrong")
    must(conn, WRONG, "AUTH", "nobody", PASSWORD)
    must(conn, DENIED, "ECHO", "x")
    must(conn, OK, "AUTH", PASSWORD)
    must(conn, PONG, "PING")
    must(conn, "+RESET", "RESET")
    must(conn, DENIED, "PING")
    must(conn, OK, "AUTH", "default", PASSWORD)
    must(conn, PONG, "PING")
    other = bench.connect("B")
    must(other, WRONG, "HELLO", "2", "AUTH", "default", "wrong")
    must(other, DENIED, "PING")
    ask(other, "HELLO", "2", "AUTH", "default", PASSWORD, due="array")
    must(other, PONG, "PING")


def is_a_stranger(bench):
    """More than ten arguments, or one of more than 16384 bytes."""
    for letter, sent, what in (("C", b"*11\r\n", "multibulk"),
                               ("D", b"*1\r\n$16385\r\n", "bulk")):
        conn = bench.connect(letter)
        conn.send(sent)
        conn.due_bytes(reply(STRANGE % what))
        conn.due_closed()
    allowed = bench.connect("E")
    allowed.send(b"*10\r\n$16384\r\n")
    other = bench.connect("F")
    must(other, OK, "AUTH", PASSWORD)
    barrier(other)
    allowed.due_nothing()


@judge("10.13a")
def killed(bench):
    """CLIENT KILL by id, by address and by type closes those and no others."""
    bench.fresh().close()
    one, asker = bench.connect("A"), bench.connect("B")
    own = integer(asker, "CLIENT", "ID")
    ident = integer(one, "CLIENT", "ID")
    must(asker, 0, "CLIENT", "KILL", "ID", "%d" % own)
    must(asker, 0, "CLIENT", "KILL", "ID", "%d" % ident, "TYPE", "pubsub")
    must(one, PONG, "PING")
    must(asker, 1, "CLIENT", "KILL", "ID", "%d" % ident)
    one.due_closed()
    by_address(bench, asker)
    by_type(bench, asker)
    must(asker, 1, "CLIENT", "KILL", "ID", "%d" % own, "SKIPME", "no")
    asker.due_closed()
    del bench.timeline[:]


def by_address(bench, asker):
    """In both forms; the second spares who asks."""
    for words in (["ADDR"], []):
        one = bench.connect("C")
        must(one, PONG, "PING")
        address = "%s:%d" % one.sock.getsockname()[:2]
        must(asker, 1 if words else OK, "CLIENT", "KILL", *words, address)
        one.due_closed()


def by_type(bench, asker):
    """Those who listen, or wait for a key, or are in a transaction."""
    one, other = bench.connect("D"), bench.connect("E")
    key = key_of(bench.random, "k")
    must(one, ["subscribe", key, 1], "SUBSCRIBE", key)
    must(other, OK, "MULTI")
    must(other, "+QUEUED", "SET", key, "x")
    must(asker, 1, "CLIENT", "KILL", "TYPE", "pubsub", "USER", "default")
    one.due_closed()
    must(other, "*1\r\n+OK", "EXEC")
    waiter = integer(other, "CLIENT", "ID")
    other.send(wire.request("BLPOP", key + b"q", "0"))
    barrier(asker)
    must(asker, 1, "CLIENT", "KILL", "ID", "%d" % waiter)
    other.due_closed()
    must(asker, 1, "RPUSH", key + b"q", "x")
