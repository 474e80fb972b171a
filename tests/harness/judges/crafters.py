"""Stages of CodeCrafters that need more than a dialogue. Each of these asks what that
stage asks, and no more. The others are sessions, in checkpoints/codecrafters/."""

import os
import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .aof import none_when_off
from .aof_folder import Logged, spelled
from .talk import OK, PONG, ask, must, reply, word, wrong


@judge("jm1")
@judge("bw1")
def listens(bench):
    """It takes connections on the port that it was given."""
    bench.unasked(bench.begin())


@judge("ec3")
def one_of_two(bench):
    """Two clients wait and one element comes: only one of them gets it."""
    bench.start()
    key = "list_" + word(bench.random)
    waiting = [bench.connect(name) for name in "AB"]
    for conn in waiting:
        conn.send(wire.request("BLPOP", key, "0"))
        time.sleep(0.1)
    must(bench.connect("C"), 1, "RPUSH", key, "grape")
    served = bench.eventually(lambda: [conn for conn in waiting
                                       if not conn.silent(0.01)],
                              bench.limits.reply)
    for conn in served or waiting[:1]:
        conn.due_bytes(reply([key, "grape"]))
    time.sleep(0.1)
    if len([conn for conn in waiting if not conn.silent(0.01)] + served) > 1:
        raise facts("two clients wait in BLPOP, and one element is pushed",
                    "one of them gets it", "both got something")


@judge("xu6")
def made_id(bench):
    """XADD * makes an ID from the clock."""
    conn = bench.begin()
    before = int(time.time() * 1000)
    came = ask(conn, "XADD", "stream_" + word(bench.random), "*", "fruit",
               "grape", due='bulk-like "*-0"')
    after = int(time.time() * 1000)
    clock = came[1].rpartition(b"-")[0]
    if not clock.isdigit() or not before - 1000 <= int(clock) <= after + 1000:
        raise wrong(conn, came, "an ID of the clock, %d-0 or a second more or "
                    "less" % before)


# The append-only file.


@judge("fm0")
def aof_folder(bench):
    """There is a folder, but not if the log is off."""
    logged = Logged(bench)
    logged.start()
    if not os.path.isdir(logged.path):
        logged.read()           # raises a Mismatch that says what is missing
    bench.stop()
    none_when_off(bench)


def check_log(logged, due):
    """Checks that these commands are in the log, and nothing else."""
    came = [[words[0].upper()] + words[1:] for words in logged.commands()]
    due = [[word.encode() for word in words] for words in due]
    if came != due:
        raise facts("the commands were answered; appendfsync is always",
                    "in the log: " + spelled(due), spelled(came))


@judge("dc8")
@judge("fi1")
def aof_writes(bench):
    """SET is in the log when its reply comes."""
    logged = Logged(bench)
    conn = logged.start()
    due = [["SET", word(bench.random), value] for value in (
        ("100",) if bench.checkpoint.id == "dc8" else ("100", "200", "300"))]
    for words in due:
        must(conn, OK, *words)
    check_log(logged, due)


@judge("ep6")
def aof_filters(bench):
    """Commands that only read are not logged."""
    logged = Logged(bench)
    conn = logged.start()
    key = word(bench.random)
    must(conn, OK, "SET", key, "100")
    must(conn, wire.bulk("100"), "GET", key)
    must(conn, wire.bulk("hello"), "ECHO", "hello")
    must(conn, PONG, "PING")
    must(conn, OK, "SET", key, "200")
    check_log(logged, [["SET", key, "100"], ["SET", key, "200"]])
