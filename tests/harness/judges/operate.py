"""Stage 10: what an operator does: users in a file, clients that are disconnected."""

import os

from ..bench import facts
from ..manifest import judge
from .kept import Kept
from .talk import OK, PONG, ask, must, texts

SECRET = "correct-horse"
GOOD = (b"user anna on nopass ~* resetchannels -@all +get +set\n"
        b"user default on nopass ~* &* +@all\n")
BAD = (b"user berta on nopass +@all\n"
       b"user clara on +nosuchcommand\n"
       b"nonsense\n"
       b"user default on nopass ~* &* +@all\n")


@judge("10.8h")
def in_a_file(bench):
    """aclfile is read at the start, written by SAVE, and loaded by LOAD as a whole."""
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


def refuses_bad(kept, conn):
    """If a line is wrong, LOAD says so and changes nothing."""
    write(kept, BAD)
    ask(conn, "ACL", "LOAD", due='error-like "*nosuchcommand*WARNING: ACL '
        'errors detected, no change to the previously active ACL rules was '
        'performed"')
    users(conn, ["anna", "default", "dora"], "ACL LOAD has found a bad line")
    write(kept, GOOD)
    must(conn, OK, "ACL", "LOAD")
    users(conn, ["anna", "default"], "ACL LOAD has read a good file")


def write(kept, text):
    """Puts another file in the place of the old one."""
    with open(os.path.join(kept.root, "users.acl"), "wb") as file:
        file.write(text)


def users(conn, due, what):
    """Checks that these users are there, and no others."""
    there = [name.decode() for name in texts(conn, "ACL", "USERS")]
    if sorted(there) != due:
        raise facts(what, "users %s" % ", ".join(due),
                    "users %s" % ", ".join(there))


@judge("10.13a")
def killed(bench):
    """CLIENT KILL by address, in both forms; the second spares the client that asks."""
    asker = bench.fresh()
    for words in (["ADDR"], []):
        one = bench.connect("C")
        must(one, PONG, "PING")
        address = "%s:%d" % one.sock.getsockname()[:2]
        must(asker, 1 if words else OK, "CLIENT", "KILL", *words, address)
        one.due_closed()
