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
