"""The cases of crashes: SIGKILL, at any moment or in the middle of a call."""

import contextlib
import shutil

from . import load
from .cases import (ALWAYS, blamed_on, case, crash, kill_and_check,
                    restart_and_check, wait_for_rewrite)
from .place import Wrong


@case("kill")
def kill(judge, _turn):
    rng = judge.rng
    place, clients = judge.load(*ALWAYS)
    if rng.random() < 0.4:
        clients.run(rng.random() * 0.1)
        place.ask("BGREWRITEAOF")
    clients.run(0.02 + rng.random() * 0.25)
    kill_and_check(judge, place, clients)
    again = load.Load(judge, place, tag=b"again-")
    again.run(0.02 + rng.random() * 0.1)
    again.also_check(clients)
    kill_and_check(judge, place, again)
    judge.seen["killed"] += 2


@case("die")
def die(judge, turn):
    rng = judge.rng
    rule = ("write tear %d on=.aof after=%d" % (rng.randrange(40),
                                                rng.randrange(150)),
            "fdatasync die after=%d" % rng.randrange(150),
            "rename die after=%d" % rng.randrange(3),
            "unlink die after=%d" % rng.randrange(2),
            "open die after=%d" % rng.randrange(4),
            "write tear %d on=!incr after=%d" % (rng.randrange(200),
                                                 rng.randrange(4)))[turn % 6]
    place, clients = judge.load(*ALWAYS, preload=True)
    place.control.rules(rule)
    gone = clients.run(rng.random() * 0.1)
    if not gone:
        with contextlib.suppress(OSError):
            place.ask("BGREWRITEAOF")
        gone = clients.run(0.8)
    judge.seen["died"] += gone
    with blamed_on("ended by the rule %r" % rule):
        kill_and_check(judge, place, clients)


@case("switch")
def switch(judge, turn):
    place = judge.place(*ALWAYS).start("--appendonly", "no")
    clients = load.Load(judge, place)
    clients.run(judge.rng.random() * 0.1)
    for value in ("yes", "no", "yes")[turn % 2 * 2:]:
        place.ask("CONFIG", "SET", "appendonly", value)
        clients.run(judge.rng.random() * 0.1)
    wait_for_rewrite(place.client())
    clients.run(judge.rng.random() * 0.1)
    kill_and_check(judge, place, clients)


def join_files(place):
    """Joins the base and the increment into one file, as Redis 6 had it."""
    parts = place.contents()
    shutil.rmtree(place.path("appendonlydir"))
    with open(place.path("appendonly.aof"), "wb") as whole:
        for kind in (".base.", ".incr."):
            whole.writelines(parts[name] for name in parts if kind in name)


UPGRADES = ["%s die after=%d" % (op, after)
            for op in ("mkdir", "open", "write", "rename", "fsync")
            for after in range(3)]


@case("upgrade", each=lambda judge: judge.sample(UPGRADES, 8))
def upgrade(judge, rule):
    place = judge.place(*ALWAYS)
    place.start("--aof-use-rdb-preamble", ("yes", "no")[judge.seen["times"] % 2])
    clients = load.Load(judge, place)
    clients.run(0.03 + judge.rng.random() * 0.1)
    crash(place, clients)
    join_files(place)
    place.control.rules(rule)
    try:
        place.start(preload=True)
    except Wrong:
        judge.seen["died"] += 1
    place.kill()
    restart_and_check(place, clients)
