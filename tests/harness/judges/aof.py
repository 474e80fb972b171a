"""Stage 09: the folder of the log, what is in it, and what is read from it."""

import os
import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from .aof_calls import Watch
from .aof_folder import (Logged, compare, evidence, holdings, listing, part_line,
                         show, word)
from .strings import ask, integer, must

DEFAULTS = (("appendonly", "no"), ("appendfsync", "everysec"),
            ("appenddirname", "appendonlydir"),
            ("appendfilename", "appendonly.aof"))
CLIENTS = 12


def array(*words):
    """An array of bulk strings, as bytes."""
    return b"*%d\r\n" % len(words) + b"".join(map(wire.bulk, words))


@judge("09.1")
def options(bench):
    """The options on the command line, and CONFIG GET."""
    rng = bench.random
    root = os.path.realpath(bench.folder())
    bench.start(words=["--dir", root])
    conn = bench.connect("A")
    must(conn, array("dir", root), "CONFIG", "GET", "dir")
    for name, value in DEFAULTS:
        must(conn, array(name, value), "CONFIG", "GET", name)
    for sync in ("always", "no"):
        given = (("appendonly", "yes"), ("appendfsync", sync),
                 ("appenddirname", word(rng) + "dir"),
                 ("appendfilename", word(rng) + ".aof"))
        words = ["--dir", root]
        for name, value in rng.sample(given, len(given)):
            words += ["--" + name, value]
        bench.start(words=words)
        conn = bench.connect("A")
        for name, value in given:
            must(conn, array(name, value), "CONFIG", "GET", name)
        must(conn, array("appendfsync", sync), "config", "get", "APPENDF*C")
    return []


@judge("09.2")
def files(bench):
    """A folder, a file, a manifest; and none of them when it is off."""
    root = os.path.realpath(bench.folder())
    name = word(bench.random) + "dir"
    bench.start(words=["--dir", root, "--appenddirname", name,
                       "--appendonly", "no"])
    must(bench.connect("A"), b"+OK\r\n", "SET", "key", "value")
    bench.server.kill()
    bench.stop()
    if os.path.exists(os.path.join(root, name)):
        raise facts("the server was started with --appendonly no",
                    "no folder " + name, "there is one")
    logged = Logged(bench)
    logged.start()
    check_parts(logged)
    log = logged.log()
    if [c for c in log.commands if c.words[0].upper() != b"SELECT"]:
        raise facts("the server has just been started, nobody asked anything",
                    "an empty log", "there are %d commands in it"
                    % len(log.commands))
    must(logged.conn, b"+OK\r\n", "SET", "key", "value")
    logged.start(about="again, with the same folder")
    check_parts(logged)
    must(logged.conn, b"$5\r\nvalue\r\n", "GET", "key")
    return []


def check_parts(logged):
    """One increment, at most one base, names that follow the rule."""
    parts = logged.read().parts
    kinds = [part.kind for part in parts if part.kind != "h"]
    if kinds.count("i") != 1 or kinds.count("b") > 1:
        raise facts("the manifest of a server that has just started",
                    "one file of type i, and at most one of type b before it",
                    "the types are: " + (" ".join(kinds)
                                         or "none, it has no lines"))
    part = [part for part in parts if part.kind == "i"][0]
    due = "%s.%d.incr.aof" % (logged.file, part.seq)
    if part.name != due:
        raise facts("the file of type i with seq %d in the manifest"
                    % part.seq, due, part.name)


@judge("09.3")
def before_reply(bench):
    """Each command is in the file when its reply is here, and in order."""
    logged = Logged(bench)
    with Watch(bench) as watch:
        logged.environment = watch.environment(logged)
        conn = logged.start()
        payloads = one_by_one(bench, logged, conn)
        watch.check_order(conn, payloads)
        notes = watch.notes()
    logged.environment = None
    crowd(bench, logged)
    before = holdings(logged.conn)
    logged.kill()
    logged.start(about="again, after SIGKILL")
    compare(before, holdings(logged.conn),
            "many clients wrote at once, then SIGKILL, and a new start")
    return notes


def one_by_one(bench, logged, conn):
    """Commands, and a look at the file after each reply: what was sent."""
    payloads = []
    for number in range(30):
        payload = "%s%d" % (word(bench.random, 8), number)
        payloads.append(payload.encode())
        words, due = bench.random.choice((
            (("SET", "key%d" % (number % 4), payload), b"+OK\r\n"),
            (("HSET", "hash", payload, "value"), b":1\r\n"),
            (("SADD", "set", payload), b":1\r\n")))
        must(conn, due, *words)
        log = logged.log()
        if not any(payload.encode() in command.words
                   for command in log.commands):
            raise facts(
                "%s was answered, appendfsync is always" % " ".join(words),
                "the command stands in the log before its reply is sent",
                "it is not there; the log has %d bytes" % len(log.data),
                early=True, file=evidence(
                    logged.increment(), log.data,
                    begin=max(0, len(log.data) - 120), end=len(log.data)))
        del bench.timeline[:]
    check_sequence(logged, payloads)
    return payloads


def check_sequence(logged, payloads):
    """The commands stand in the log in the order in which they came."""
    log = logged.log()
    places = [next(command.at for command in log.commands
                   if payload in command.words) for payload in payloads]
    for first, second, payload in zip(places, places[1:], payloads[1:]):
        if second < first:
            raise facts("commands that came one after the other",
                        "the log has them in that order",
                        "%s comes too early" % show(payload),
                        file=evidence(logged.increment(), log.data, second))


def crowd(bench, logged):
    """Many clients, and one list: its order is the log's."""
    conns = [bench.connect("C%d" % n) for n in range(CLIENTS)]
    for turn in range(20):
        for number, conn in enumerate(conns):
            conn.send(wire.request("RPUSH", "list", "c%d-%d" % (number, turn))
                      + wire.request("INCR", "count"))
        for conn in conns:
            ask_two(conn)
        del bench.timeline[:]
    for conn in conns:
        conn.close()


def ask_two(conn):
    """Two integers are due."""
    from ..expect import Typed
    for _ in range(2):
        conn.due_reply(Typed())


# What may not stand in a log: it changes nothing, or something else each time.
READS = (b"GET MGET STRLEN GETRANGE EXISTS TYPE TTL PTTL KEYS DBSIZE LRANGE "
         b"LLEN LINDEX HGET HGETALL HLEN SMEMBERS SCARD SISMEMBER ZRANGE "
         b"ZSCORE ZCARD XRANGE XLEN PING ECHO COMMAND CONFIG INFO SCAN "
         b"OBJECT RANDOMKEY").split()
CHANCE = {b"SPOP": "SREM with the members that went",
          b"INCRBYFLOAT": "SET with the result",
          b"HINCRBYFLOAT": "HSET with the result"}
BLOCKING = (b"BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP BZPOPMIN BZPOPMAX "
            b"BZMPOP").split()
RELATIVE = b"EXPIRE PEXPIRE SETEX PSETEX".split()


@judge("09.4")
def effects(bench):
    """What a command did goes to the log, not what it said."""
    logged = Logged(bench)
    conn = logged.start()
    read_and_fail(conn)
    check_names(logged)
    change(bench, conn)
    check_names(logged)
    before = holdings(conn)
    logged.kill()
    time.sleep(0.6)
    logged.start(about="again, 0.6 s after SIGKILL")
    compare(before, holdings(logged.conn), "commands whose effect depends on "
            "chance or on time were logged; then SIGKILL, and a new start "
            "0.6 s later")
    return []


def read_and_fail(conn):
    """Commands that change nothing."""
    for words in (("SET", "text", "value"), ("RPUSH", "row", "a", "b"),
                  ("HSET", "hash", "field", "value"), ("SADD", "few", "a")):
        ask(conn, *words)
    for words in (("GET", "text"), ("STRLEN", "text"), ("EXISTS", "row"),
                  ("TTL", "text"), ("TYPE", "row"), ("LRANGE", "row", "0",
                                                     "-1"),
                  ("KEYS", "*"), ("HGETALL", "hash"), ("SMEMBERS", "few"),
                  ("PING",), ("ECHO", "hello"), ("DBSIZE",),
                  ("GET", "nothing")):
        reply = ask(conn, *words)
        if reply[0] == "-":
            raise conn.mismatch("", expected_text="no error", at=0,
                                actual=wire.encode(reply), ending=None)
    for words in (("INCR", "text"), ("RPUSH", "text", "wrong"), ("SET",
                                                                 "alone"),
                  ("EXPIRE", "text", "soon"), ("NOSUCHCOMMAND", "text"),
                  ("LSET", "row", "9", "far"), ("SET", "x", "y", "EX", "0")):
        reply = ask(conn, *words)
        if reply[0] != "-":
            raise conn.mismatch("", expected_text="an error", at=0,
                                actual=wire.encode(reply), ending=None)
    del conn.timeline[:]


def change(bench, conn):
    """Commands whose effect is not what they say."""
    for number in range(40):
        ask(conn, "SADD", "set", word(bench.random) + str(number))
    for words in (("SPOP", "set"), ("SPOP", "set", "7"),
                  ("INCRBYFLOAT", "float", "10.5"),
                  ("INCRBYFLOAT", "float", "-0.25"),
                  ("HINCRBYFLOAT", "hash", "sum", "2.5"),
                  ("SET", "ex", "value", "EX", "500"),
                  ("SET", "px", "value", "PX", "500000"),
                  ("SET", "ex", "again", "GET", "EX", "500"),
                  ("SET", "px", "again", "PX", "500000", "XX"),
                  ("SETEX", "setex", "700", "value"),
                  ("EXPIRE", "row", "900"), ("PEXPIRE", "few", "800000"),
                  ("SET", "get", "value"), ("GETEX", "get", "EX", "600"),
                  ("XADD", "stream", "*", "field", "value"),
                  ("XADD", "stream", "*", "field", "other"),
                  ("XADD", "stream", "MAXLEN", "2", "*", "field", "third"),
                  ("XADD", "stream", "MAXLEN", "=", "2", "*", "field", "last"),
                  ("RPUSH", "queue", "a", "b", "c", "d"),
                  ("BLPOP", "queue", "1"),
                  ("BLMOVE", "queue", "moved", "LEFT", "RIGHT", "1")):
        reply = ask(conn, *words)
        if reply[0] == "-":
            raise conn.mismatch("", expected_text="no error", at=0,
                                actual=wire.encode(reply), ending=None)
    waiter = bench.connect("B")
    waiter.send(wire.request("BLPOP", "later", "5"))
    for _ in range(2):
        must(conn, b"+PONG\r\n", "PING")
    must(conn, b":2\r\n", "RPUSH", "later", "first", "second")
    waiter.due_bytes(array("later", "first"))
    waiter.close()
    expire_and_count(conn)
    del bench.timeline[:]


def expire_and_count(conn):
    """What comes after an expiry must come after it in a replay, too."""
    must(conn, b"+OK\r\n", "SET", "short", "41", "PX", "20")
    must(conn, b":3\r\n", "RPUSH", "brief", "a", "b", "c")
    must(conn, b":1\r\n", "PEXPIRE", "brief", "20")
    time.sleep(0.04)
    must(conn, b"$-1\r\n", "GET", "short")
    must(conn, b":1\r\n", "INCR", "short")
    must(conn, b":1\r\n", "RPUSH", "brief", "d")


def check_names(logged):
    """No command stands in the log that does not belong there."""
    log = logged.log()
    for command in log.commands:
        name = command.words[0].upper()
        because = wrong_name(name, command.words)
        if because:
            text = " ".join(item.decode("utf-8", "replace")
                            for item in command.words)[:70]
            raise facts("the log after some commands", because[0],
                        "it has: " + text, **because[1],
                        file=evidence(logged.increment(), log.data, command.at,
                                      command.at, command.end))


def wrong_name(name, words):
    """(what is due, facts) if a command should not be in a log."""
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


@judge("09.5")
def replay(bench):
    """What the manifest names is loaded, in its order, and nothing else."""
    rng = bench.random
    one_file(bench, rng)
    several(bench, rng)
    return []


def one_file(bench, rng):
    """A single increment, under a name that only the manifest tells."""
    name = word(rng) + ".5.incr.aof"
    value = word(rng)
    logged = Logged(bench, file="given.aof", files={
        "given.aof.manifest": part_line(name, 5, "i"),
        name: wire.request("SELECT", "0") + wire.request("SET", "key", value)})
    about = "with a manifest that names %s" % name
    conn = logged.start(about=about)
    said(conn, about, wire.bulk(value), "GET", "key")
    must(conn, b"+OK\r\n", "SET", "more", "written")
    logged.kill()
    conn = logged.start(about="again, with what it wrote itself")
    said(conn, about, wire.bulk(value), "GET", "key")
    said(conn, about + "; a key was added, then SIGKILL and a new start",
         wire.bulk("written"), "GET", "more")


def several(bench, rng):
    """A base, two increments, a history file, and one that is not named."""
    base, first, second, old, alien = (
        "%s.%d.%s" % (word(rng), number, kind) for number, kind in (
            (3, "base.aof"), (7, "incr.aof"), (8, "incr.aof"),
            (2, "base.aof"), (9, "incr.aof")))
    expiry = str(int(time.time() * 1000) + 500000)
    logged = Logged(bench, file="many.aof", files={
        "many.aof.manifest": part_line(base, 3, "b") + part_line(old, 2, "h")
        + part_line(first, 7, "i") + part_line(second, 8, "i"),
        old: wire.request("SET", "old", "history"),
        alien: wire.request("SET", "alien", "x") + wire.request("FLUSHALL"),
        base: wire.request("SET", "key", "base") + wire.request(
            "RPUSH", "list", "a") + wire.request("SET", "n", "1"),
        first: wire.request("SELECT", "0") + wire.request("SET", "key", "first")
        + wire.request("RPUSH", "list", "b") + wire.request("INCR", "n")
        + wire.request("SELECT", "3") + wire.request("SET", "other", "three"),
        second: wire.request("SELECT", "0") + wire.request(
            "RPUSH", "list", "c", "d") + wire.request("INCR", "n")
        + wire.request("SET", "timed", "x", "PXAT", expiry)
        + wire.request("SET", "gone", "x", "PXAT", "1000000000000")})
    about = "with a manifest of a base, a history file and two increments"
    conn = logged.start(about=about)
    for due, words in (
            (wire.bulk("first"), ("GET", "key")),
            (array("a", "b", "c", "d"), ("LRANGE", "list", "0", "-1")),
            (wire.bulk("3"), ("GET", "n")),
            (b"$-1\r\n", ("GET", "old")), (b"$-1\r\n", ("GET", "alien")),
            (b"$-1\r\n", ("GET", "gone")), (b":4\r\n", ("DBSIZE",))):
        said(conn, about, due, *words)
    must(conn, b"+OK\r\n", "SELECT", "3")
    said(conn, about, wire.bulk("three"), "GET", "other")
    must(conn, b"+OK\r\n", "SELECT", "0")
    left = integer(conn, "PTTL", "timed")
    if not 400000 < left <= 500000:
        raise facts("SET with PXAT in a log", "a key that expires then",
                    "PTTL says %s; in the folder there is: %s"
                    % (left, listing(logged.path)))


def said(conn, about, due, *words):
    """A command about what was loaded."""
    from ..model import Mismatch
    try:
        must(conn, due, *words)
    except Mismatch as mismatch:
        mismatch.summary = "the server was started " + about
        raise
