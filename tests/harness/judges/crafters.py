"""Stages of CodeCrafters that need more than a dialogue. Each of these asks what that
stage asks, and no more. The others are sessions, in checkpoints/codecrafters/."""

import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .talk import ask, must, reply, word, wrong


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
