"""Stage 10: users: a password for everybody, and users in a file."""

import os

from ..bench import facts
from ..manifest import judge
from .kept import Kept
from .talk import OK, PONG, ask, must, texts

SECRET = "correct-horse"
DENIED = "-NOAUTH Authentication required."
GOOD = (b"user anna on nopass ~* resetchannels -@all +get +set\n"
        b"user default on nopass ~* &* +@all\n")
BAD = (b"user berta on nopass +@all\n"
       b"user clara on +nosuchcommand\n"
       b"nonsense\n"
       b"user default on nopass ~* &* +@all\n")


@judge("10.8e")
def password(bench):
    """default gets a password while clients are connected."""
    conn = bench.fresh()
    must(conn, OK, "ACL", "SETUSER", "default", ">" + SECRET)
    must(conn, PONG, "PING")
    other = bench.connect("B")
    must(other, DENIED, "PING")
    must(other, DENIED, "ACL", "WHOAMI")
    must(other, "-ERR wrong number of arguments for 'get' command", "GET")
    ask(other, "AUTH", "wrong", due='error-like "WRONGPASS *"')
    must(other, OK, "AUTH", SECRET)
    must(other, PONG, "PING")
    must(conn, "+RESET", "RESET")
    must(conn, DENIED, "PING")
    ask(conn, "HELLO", "2", "AUTH", "default", SECRET, due="array")
    must(conn, PONG, "PING")
    must(conn, OK, "ACL", "SETUSER", "default", "nopass")
    must(bench.connect("C"), PONG, "PING")
    requirepass(bench, conn)
    del bench.timeline[:]


def requirepass(bench, conn):
    """The setting is another way to give default a password."""
    must(conn, OK, "CONFIG", "SET", "requirepass", SECRET)
    must(bench.connect("D"), DENIED, "PING")
    must(conn, OK, "CONFIG", "SET", "requirepass", "")
    must(bench.connect("E"), PONG, "PING")


@judge("10.8h")
def in_a_file(bench):
    """aclfile is read at the start, written by SAVE, and taken by LOAD as a
    whole."""
    kept = Kept(bench, "--aclfile", "users.acl", files={"users.acl": GOOD})
    conn = kept.start("with a file of two users")
    users(conn, ["anna", "default"], "the server has read its aclfile")
    other = bench.connect("B")
    must(other, OK, "AUTH", "anna", "x")
    must(other, OK, "SET", "k", "v")
    ask(other, "DEL", "k", due='error-like "NOPERM *"')
    must(conn, OK, "ACL", "SETUSER", "dora", "on", ">" + SECRET, "+@all")
    must(conn, OK, "ACL", "SAVE")
    conn = kept.start("after ACL SAVE")
    users(conn, ["anna", "default", "dora"], "ACL SAVE has written the file")
    must(bench.connect("C"), OK, "AUTH", "dora", SECRET)
    refuses_bad(kept, conn)
    del bench.timeline[:]


def refuses_bad(kept, conn):
    """A line is wrong: LOAD tells so, and nothing has changed."""
    write(kept, BAD)
    ask(conn, "ACL", "LOAD", due='error-like "*nosuchcommand*WARNING: ACL '
        'errors detected, no change to the previously active ACL rules was '
        'performed"')
    users(conn, ["anna", "default", "dora"], "ACL LOAD has found a bad line")
    write(kept, GOOD)
    must(conn, OK, "ACL", "LOAD")
    users(conn, ["anna", "default"], "ACL LOAD has read a good file")


def write(kept, text):
    """Another file in the place of the old one."""
    with open(os.path.join(kept.root, "users.acl"), "wb") as file:
        file.write(text)


def users(conn, due, what):
    """These users are there, and no others."""
    there = [name.decode() for name in texts(conn, "ACL", "USERS")]
    if sorted(there) != due:
        raise facts(what, "users %s" % ", ".join(due),
                    "users %s" % ", ".join(there))
