"""The cases of what is asked of a running server: to empty all, to switch the
log on, to load, to write anew what a full disk holds back."""

import contextlib
import os
import signal
import time

from harness import aof_format, kernel, wire

from . import load
from .cases import (ALWAYS, EVERYSEC, case, crash, must, restart_and_check,
                    rewrite, wait_for_rewrite, wait_until)
from .place import Wrong

SNAPSHOTS = ("--appendonly", "no", "--save", "3600 1")
NO_POINTS = ("--appendonly", "no", "--save", "")
LOG = "appendonlydir/appendonly.aof.1.incr.aof"


def temporaries(place):
    """Files that were never written to their end: {name: size}."""
    return {name: size for name, size in place.files().items()
            if os.path.basename(name).startswith("temp-")}


def begin_slow(place, client, command):
    """Begin to write a file beside the server, whose sync takes seconds."""
    place.control.rules("fsync delay 1200 on=temp")
    if client.ask(command)[0] == "-":
        raise Wrong("%s is refused" % command)
    wait_until(lambda: any(temporaries(place).values()),
               "%s begins its file" % command)


def wait_for_save(client, seconds=10.0):
    wait_until(lambda: client.info("rdb_bgsave_in_progress") == "0",
               "the child ends", seconds)


def start_with_debug(place, **how):
    """Start it such that it takes DEBUG; some want a setting for that."""
    reply = place.start(**how).ask("DEBUG", "JMAP")
    if reply[0] == "-" and b"enable-debug-command" in reply[1]:
        place.options += ["--enable-debug-command", "yes"]
        place.finish()
        place.start(**how)


@case("flushall", "FLUSHALL beside a BGSAVE, then SIGKILL: with save points the "
      "data do not come back, without them the older file stays",
      "FLUSHALL, ASYNC and SYNC, and FLUSHDB", each=(
          (SNAPSHOTS, ("FLUSHALL",), set()),
          (SNAPSHOTS, ("FLUSHALL", "ASYNC"), set()),
          (SNAPSHOTS, ("FLUSHDB",), {b"saved", b"later"}),
          (NO_POINTS, ("FLUSHALL", "SYNC"), {b"saved"})))
def flushall(judge, part):
    """BGSAVE, one of these commands, SIGKILL."""
    options, words, left = part
    place = judge.place(*options)
    client = place.start(preload=True).client()
    must(client, "SET", "saved", "1")
    must(client, "SAVE")
    must(client, "SET", "later", "1")
    begin_slow(place, client, "BGSAVE")
    must(client, *words)
    if words[0] == "FLUSHALL":
        wait_for_save(client, 2.0)
        if client.info("rdb_last_bgsave_status") != "ok":
            raise Wrong("a child that FLUSHALL ended is no failure")
        if options is SNAPSHOTS and client.info(
                "rdb_changes_since_last_save") != "0":
            raise Wrong("the empty data are not saved")
        if temporaries(place):
            raise Wrong("a file is left: %s" % list(temporaries(place)))
    else:
        wait_for_save(client)
    place.restart()
    found = {word for _, word in place.ask("KEYS", "*")[1]}
    if found != left:
        raise Wrong("%s, then SIGKILL: the keys are %s, due are %s" % (
            " ".join(words), sorted(found), sorted(left)))


@case("flush-logged", "FLUSHDB and FLUSHALL are logged, also where nothing is; "
      "a log that is loaded empties no snapshot", "{commands} commands")
def flush_logged(judge):
    place = judge.place("--appendonly", "yes", "--save", "3600 100000")
    client = place.start().client()
    must(client, "SET", "key", "value")
    must(client, "FLUSHALL")
    must(client, "FLUSHALL")
    must(client, "FLUSHDB")
    if client.info("rdb_changes_since_last_save") != "0":
        raise Wrong("FLUSHDB of nothing counts as a change")
    must(client, "SET", "key", "value")
    must(client, "SAVE")
    before = place.contents()
    place.kill()
    names = [entry.words[0].upper()
             for entry in aof_format.parse(before[LOG]).commands]
    due = [b"SELECT", b"SET", b"FLUSHALL", b"FLUSHALL", b"FLUSHDB", b"SET"]
    if names != due:
        raise Wrong("the log has %s, due is %s" % (names, due))
    place.start()
    if not judge.is_redis and (place.contents()["dump.rdb"]
                               != before["dump.rdb"]):
        raise Wrong("the FLUSHALL of a log that was loaded emptied dump.rdb")
    judge.seen["commands"] = len(names)


@case("older-child", "DEBUG RELOAD beside a BGSAVE: the child's older data do "
      "not take the place of what was saved", "DEBUG RELOAD",
      redis_fails="older")
def older_child(judge):
    place = judge.place(*SNAPSHOTS)
    start_with_debug(place, preload=True)
    client = place.client()
    must(client, "SET", "key", "older")
    begin_slow(place, client, "BGSAVE")
    must(client, "SET", "key", "newer")
    place.control.rules("fsync delay 800 on=temp")
    must(client, "DEBUG", "RELOAD")
    wait_for_save(client)
    place.restart()
    if place.ask("GET", "key")[1] != b"newer":
        raise Wrong("the older data came after the newer ones")


@case("child-killed", "a child, or the server with it, is killed while it "
      "writes: no file is left of it for good", "BGSAVE and BGREWRITEAOF",
      redis_fails="file is left", each=(
          ("BGSAVE", False), ("BGSAVE", True),
          ("BGREWRITEAOF", False), ("BGREWRITEAOF", True)))
def child_killed(judge, part):
    """One child, killed alone or by the end of its server."""
    command, whole = part
    place = judge.place(*ALWAYS)
    client = place.start(preload=True).client()
    must(client, "SET", "key", "value")
    begin_slow(place, client, command)
    if whole:
        place.restart()
        client = place.client()
    else:
        for pid in kernel.children(place.server.process.pid):
            os.kill(pid, signal.SIGKILL)
    field = ("rdb_bgsave_in_progress" if command == "BGSAVE" else
             "aof_rewrite_in_progress")
    wait_until(lambda: client.info(field) == "0", "the child ends")
    if temporaries(place):
        raise Wrong("%s, killed with%s the server: a file is left: %s"
                    % (command, "" if whole else "out",
                       list(temporaries(place))))
    if place.ask("GET", "key")[1] != b"value":
        raise Wrong("the data are not there")


def rise(client, counter, count):
    """RPUSH so many numbers, which go on from the counter."""
    client.ask_all([("RPUSH", "list", "%d" % (counter + n))
                    for n in range(count)])
    return counter + count


def check_first(place, saved, acknowledged, complete):
    """The list is that of the snapshot, or all of it, and nothing between."""
    reply = place.ask("LRANGE", "list", "0", "-1")
    found = [int(word) for _, word in reply[1]]
    if found != list(range(len(found))):
        raise Wrong("there is a hole: %s" % found[:20])
    if len(found) >= acknowledged:
        return
    if complete or len(found) != saved:
        raise Wrong("%d elements are there, %d were saved, %d acknowledged"
                    % (len(found), saved, acknowledged))


FIRST_RULES = ("fsync delay 3000 on=base", "open fail EACCES on=base",
               "rename die on=base", "open die on=manifest",
               "write die on=manifest", "rename die on=manifest",
               "rename die on=.1.incr.", "fsync die on=manifest",
               "rename fail EIO on=manifest", "rename fail EIO on=.1.incr.",
               "mkdir die", "open die on=incr", "open die on=base")


@case("first", "SIGKILL after CONFIG SET appendonly yes, before there is a "
      "base, or in any call on the way: it starts, with what was saved or with "
      "all", "{times} ways to end", redis_fails="elements are there",
      each=FIRST_RULES)
def first(judge, rule):
    place = judge.place("--appendonly", "no", "--save", "3600 100000")
    place.start("--appendfsync", "always", preload=True)
    client = place.client()
    saved = rise(client, 0, 20)
    must(client, "SAVE")
    acknowledged = rise(client, saved, 5)
    place.control.rules(rule)
    complete = False
    with contextlib.suppress(OSError):
        client.ask("CONFIG", "SET", "appendonly", "yes")
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            complete = all(client.info(field) == due for field, due in (
                ("aof_rewrite_in_progress", "0"),
                ("aof_rewrite_scheduled", "0"),
                ("aof_last_bgrewrite_status", "ok"), ("aof_enabled", "1")))
            acknowledged = rise(client, acknowledged, 3)
            time.sleep(0.01)
    for _ in range(2):      # the second start finds what the first has left
        place.restart("--appendonly", "yes")
        check_first(place, saved, acknowledged, complete)
    place.restart("--appendonly", "yes")
    with place.client() as client:
        count = rise(client, client.ask("LLEN", "list")[1], 4)
        rewrite(client)
    place.finish()
    folder = place.path("appendonlydir")
    parts = aof_format.read_folder(folder)
    stray = set(os.listdir(folder)) - {parts.manifest} - {
        part.name for part in parts.parts}
    if stray:
        raise Wrong("after a good rewrite there are also %s" % sorted(stray))
    place.start("--appendonly", "yes")
    check_first(place, count, count, True)


def spoil(path):
    """Damage a file in its middle."""
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(b"\xff" * 40)


@case("half", "a load that fails while the server runs leaves the data as they "
      "were, or ends the server: no half of it is served or saved",
      "{times} loads that fail", redis_fails="answered .*, and the data", each=(
          ("RELOAD NOSAVE", "dump.rdb", spoil),
          ("RELOAD NOSAVE", "dump.rdb", os.unlink),
          ("LOADAOF", LOG, spoil), ("LOADAOF", LOG, os.unlink)))
def half(judge, part):
    """One load of one file."""
    words, path, harm = part
    place = judge.place(*ALWAYS[:4], "--save", "3600 1000000")
    start_with_debug(place)
    client = place.client()
    client.ask_all([("SET", "key%d" % n, "%d" % n * 50)
                    for n in range(3000)])
    must(client, "SAVE")
    harm(place.path(path))
    before = place.contents()
    reply = None
    with contextlib.suppress(OSError):
        reply = client.ask("DEBUG", *words.split())
    if reply is None:
        if place.server.wait_exit(10) is None:
            raise Wrong("the server does not end")
        if place.crashed():
            raise Wrong("it crashed: " + place.last_words())
    elif reply[0] != "-" or place.ask("DBSIZE")[1] != 3000:
        raise Wrong("DEBUG %s of a file that was harmed is answered "
                    "%r, and the data are not what they were" % (words, reply))
    place.kill()
    if place.contents() != before:
        raise Wrong("DEBUG %s changed files" % words)


def on_a_full_log(judge, *rules):
    """Clients of a server whose log cannot be written any more: all of them
    were refused a write."""
    place = judge.place(*EVERYSEC).start(preload=True)
    clients = load.Load(place, judge.rng, in_pairs=False)
    clients.run(0.1, pace=3000)
    place.control.rules(*rules)
    clients.run(2.5, pace=3000, until=clients.all_refused)
    client = place.client()
    if client.info("aof_last_write_status") != "err":
        raise Wrong("%s: INFO does not show the error" % rules[0])
    clients.settle()
    if not clients.acknowledged():
        raise Wrong("nothing was acknowledged")
    return place, clients, client


@case("heal", "everysec, and the log cannot be written: BGREWRITEAOF makes it "
      "good, and nothing acknowledged is lost", "3 disks",
      redis_fails="there is a hole")
def heal(judge):
    for rules in (("write fail ENOSPC on=.1.incr.",),
                  ("write room 3000 on=.1.incr.",
                   "write room 24576 on=!.1.incr."),
                  ("fdatasync fail EIO on=.1.incr.",)):
        one_heal(judge, rules)
    for step in (heal_fails, heal_once):
        for other_way in (False, True):
            step(judge, other_way)
            judge.close()


def one_heal(judge, rules):
    """One disk on which the log cannot be written."""
    place, clients, client = on_a_full_log(judge, *rules)
    if client.ask("BGREWRITEAOF")[0] == "-":
        raise Wrong("%s: BGREWRITEAOF is refused: %s"
                    % (rules[0], place.last_words()))
    wait_for_rewrite(client)
    wait_until(lambda: client.info("aof_last_write_status") == "ok"
               and client.ask("DEL", "none")[0] == ":",
               "%s: a good rewrite, and writes are taken" % rules[0], 3.0)
    place.control.rules()
    clients.run(0.2)
    crash(place, clients)
    restart_and_check(place, clients)
    judge.close()


def heal_once(judge, room):
    """What was acknowledged, and could not be written, is neither lost nor
    there twice; also when there is room again before the base is there."""
    place = judge.place(*EVERYSEC).start(preload=True)
    client = place.client()
    rise(client, 0, 3)
    time.sleep(0.1)
    place.control.rules("write fail ENOSPC on=.1.incr.",
                        "fsync delay 500 on=temp")
    count = rise(client, 3, 50)
    if client.ask("RPUSH", "list", "refused")[0] != "-":
        raise Wrong("the log cannot be written, and a write is taken")
    client.ask("BGREWRITEAOF")
    if room:
        wait_until(lambda: temporaries(place), "a base is begun")
        place.control.rules()
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            count += client.ask("RPUSH", "list", "%d" % count)[0] == ":"
            time.sleep(0.02)
    wait_for_rewrite(client)
    rise(client, count, 7)
    place.restart()
    check_first(place, count + 7, count + 7, True)
    if place.ask("LLEN", "list")[1] != count + 7:
        raise Wrong("%r elements are there, %d were acknowledged"
                    % (place.ask("LLEN", "list")[1], count + 7))


def heal_fails(judge, killed):
    """A rewrite that is to make it good fails, too, or the server is killed
    meanwhile: the log goes on where it was when there is room again."""
    place, clients, client = on_a_full_log(
        judge, "write fail ENOSPC on=.1.incr.", "fsync delay 600 on=temp",
        "write fail ENOSPC on=%s" % ("no-file" if killed else "temp"))
    client.ask("BGREWRITEAOF")
    if not killed:
        if wait_for_rewrite(client, good=False) != "err":
            raise Wrong("the base cannot be written, and that is not told")
        place.control.rules()
        wait_until(lambda: client.ask("DEL", "none")[0] == ":",
                   "there is room again, and writes are taken", 3.0)
        clients.run(0.2)
    crash(place, clients)
    if killed:
        place.start()   # the last turn before it was full may be lost
    else:
        restart_and_check(place, clients)


@case("held-back", "three rewrites in a row that fail hold back the automatic "
      "ones for a minute, but not BGREWRITEAOF", "held back")
def held_back(judge):
    place = judge.place("--appendonly", "yes", "--appendfsync", "no", "--save",
                        "", "--auto-aof-rewrite-min-size", "1",
                        "--auto-aof-rewrite-percentage", "1")
    client = place.start(preload=True).client()
    place.control.rules("open fail EACCES on=base",
                        "open fail EACCES on=rewriteaof")

    def failures():
        client.ask("SET", "key", "x" * 1000)
        return int(client.info("aof_rewrites_consecutive_failures") or 0)

    wait_until(lambda: failures() >= 3, "three rewrites that fail")
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        if failures() > 3:
            raise Wrong("a fourth one was begun")
        time.sleep(0.02)
    place.control.rules()
    if client.ask("BGREWRITEAOF")[0] == "-":
        raise Wrong("BGREWRITEAOF is held back, too")
    wait_for_rewrite(client)


@case("loading", "while a log is loaded clients hear LOADING, and no half of "
      "it is saved", "{heard} times LOADING")
def loading(judge):
    count = judge.rounds(300000, 3000000)
    for _ in range(3):
        ask_while_loading(judge, count)
        if judge.seen["heard"]:
            return
        count *= 4      # it was loaded before anybody could ask
    raise Wrong("nobody is answered while it loads %d commands" % (count // 4))


def ask_while_loading(judge, count):
    """Load so many commands, and count how often LOADING is heard."""
    place = judge.place("--appendonly", "yes", "--save", "60 1")
    place.start().finish()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place.path("dump.rdb"))
    with open(place.path(LOG), "wb") as file:
        file.write(wire.request("SELECT", "0"))
        file.writelines(wire.request("SET", "key%d" % n, "v")
                        for n in range(count))
    place.launch()
    reply, end = ("-", b"LOADING"), time.monotonic() + 60
    while reply[0] != ":" and time.monotonic() < end:
        try:
            reply = place.ask("DBSIZE")
        except OSError:
            continue
        if reply[0] == ":":
            break
        if not reply[1].startswith(b"LOADING"):
            raise Wrong("while it loads DBSIZE is answered %r" % (reply,))
        place.ask("CONFIG", "SET", "save", "30 1")
        judge.seen["heard"] += 1
        if "dump.rdb" in place.files() or temporaries(place):
            raise Wrong("half of the data are saved")
        time.sleep(0.01)
    if reply != (":", count):
        raise Wrong("DBSIZE is %r, %d were logged" % (reply, count))
    if "dump.rdb" in place.files():
        raise Wrong("half of the data were saved")
