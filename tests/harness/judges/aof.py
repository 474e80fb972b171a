"""Stage 09: the folder of the log, its files, and how they are loaded."""

import os
import time

from .. import wire
from ..bench import facts
from ..dissect import Evidence
from ..manifest import FOLDER, judge, read_ini
from ..player import spelled
from .aof_folder import Logged, typed
from .aof_sync import Watch
from .talk import (OK, ask, hear, must, reply,
                   word, wrong)
from .values import holdings, shown, still_holds

CLIENTS = 12


@judge("09.3")
def before_reply(bench):
    """Each command is in the file when its reply is here, and in order."""
    logged = Logged(bench)
    watch = Watch(bench, logged)
    conn = watch.start()
    watch.check_order(conn, one_by_one(bench, logged, conn))
    crowd(bench)
    before = holdings(logged.conn)
    still_holds(logged.again("again, after SIGKILL"), before,
                "many clients wrote at once, then SIGKILL, and a new start")
    return watch.notes()


def one_by_one(bench, logged, conn):
    """Sends commands, and looks at the file after each reply: the commands must be
    there."""
    payloads = []
    for number in range(30):
        payload = b"%s%d" % (word(bench.random, 8).encode(), number)
        payloads.append(payload)
        due, *words = bench.random.choice((
            (OK, "SET", "key%d" % (number % 4), payload),
            (1, "RPUSH", "new:%d" % number, payload),
            (1, "LPUSH", "more:%d" % number, payload)))
        must(conn, due, *words)
        log = logged.log()
        if not any(payload in command.words for command in log.commands):
            raise facts(
                "%s with %s was answered, appendfsync is always"
                % (words[0], payload.decode()),
                "the command stands in the log before its reply is sent",
                "it is not there; the log has %d bytes" % len(log.data),
                early=True, file=Evidence(log.name, log.data, len(log.data), "aof"))
    places = [next(command.at for command in log.commands
                   if payload in command.words) for payload in payloads]
    for first, second, payload in zip(places, places[1:], payloads[1:]):
        if second < first:
            raise facts("commands that came one after the other",
                        "the log has them in that order",
                        "%s comes too early" % shown(payload),
                        file=Evidence(log.name, log.data, second, "aof"))
    return payloads


def crowd(bench):
    """Many clients push to one list, whose order must be that of the log."""
    conns = [bench.connect("C%d" % n) for n in range(CLIENTS)]
    for turn in range(20):
        for number, conn in enumerate(conns):
            conn.send(wire.request("RPUSH", "list", "c%d-%d" % (number, turn))
                      + wire.request("INCR", "count"))
        for conn in conns:
            hear(conn, "integer")
            hear(conn, "integer")
    for conn in conns:
        conn.close()


# The requests, and the names that may not stand in a log then.
EFFECTS = read_ini(os.path.join(FOLDER, "09-aof", "09.4.ini"))
ASKED = EFFECTS["asked"]
READS, BLOCKING, RELATIVE = (EFFECTS["logged"][name].encode().split() for name
                             in ("reads", "blocking", "relative"))
CHANCE = {name.upper().encode(): due for name, due in EFFECTS["chance"].items()}


def run(conn, text, fails=False):
    """Sends commands, all of which must fail, or none."""
    for words in typed(text):
        came = ask(conn, *words)
        if (came[0] == "-") != fails:
            raise wrong(conn, came, "an error" if fails else "no error")


@judge("09.4")
def effects(bench):
    """The log has the effect of a command, not its words."""
    logged = Logged(bench)
    conn = logged.start()
    run(conn, ASKED["make"])
    run(conn, ASKED["read"])
    run(conn, ASKED["fail"], fails=True)
    check_names(logged)
    for number in range(40):
        ask(conn, "SADD", "set", word(bench.random) + str(number))
    run(conn, ASKED["change"])
    waiter = bench.connect("B")
    waiter.send(wire.request("BLPOP", "later", "5"))
    conn.barrier()
    must(conn, 2, "RPUSH", "later", "first", "second")
    waiter.due_bytes(reply(["later", "first"]))
    waiter.close()
    expire_and_count(conn)
    check_names(logged)
    before = holdings(conn)
    logged.kill()
    time.sleep(0.6)
    still_holds(
        logged.start("again, 0.6 s after SIGKILL"), before, "commands whose "
        "effect depends on chance or on time were logged; then SIGKILL, and a "
        "new start 0.6 s later")


def expire_and_count(conn):
    """Commands behind an expiry must come behind it in a replay, too."""
    must(conn, OK, "SET", "short", "41", "PX", "20")
    must(conn, 3, "RPUSH", "brief", "a", "b", "c")
    must(conn, 1, "PEXPIRE", "brief", "20")
    time.sleep(0.04)
    must(conn, None, "GET", "short")
    must(conn, 1, "INCR", "short")
    must(conn, 1, "RPUSH", "brief", "d")


def check_names(logged):
    """Checks that no command stands in the log that does not belong there."""
    log = logged.log()
    for command in log.commands:
        because = wrong_name(command.words[0].upper(), command.words)
        if because:
            raise facts("the log after some commands", because[0],
                        "it has: " + spelled([command.words])[:70],
                        **because[1],
                        file=Evidence(log.name, log.data, command.at, "aof"))


def wrong_name(name, words):
    """Returns (expected, facts) if a command should not be in a log."""
    flags = [item.upper() for item in words[2:]]
    if name in READS:
        return ("only commands that changed something", {"reads": True})
    if name in (b"INCR", b"NOSUCHCOMMAND", b"LSET") and b"short" not in words:
        return ("no command that was answered by an error", {"failed": True})
    if name in CHANCE:
        return ("%s as what it did: %s" % (name.decode(), CHANCE[name]), {})
    if name in BLOCKING:
        return ("%s as what it did: the pop or the move, without the waiting"
                % name.decode(), {})
    if name in RELATIVE or name in (b"SET", b"GETEX") and (
            b"EX" in flags or b"PX" in flags):
        return ("a point in time (PEXPIREAT, or SET with PXAT)",
                {"relative": True})
    if name == b"XADD" and b"*" in words[2:6]:
        return ("XADD with the ID that the entry was given", {})
    return None
