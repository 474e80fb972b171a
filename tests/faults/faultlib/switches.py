"""The cases of requests to a running server: to empty the data, to switch the log on,
to load, to rewrite the log when a full disk holds it up."""

import contextlib
import os
import signal
import time

from harness import aof_format, kernel, wire

from .cases import (ALWAYS, EVERYSEC, blamed_on, case, crash, must,
                    must_tell, restart_and_check, rewrite, told,
                    wait_for_rewrite, wait_for_save, wait_until)
from .place import check

SNAPSHOTS = ("--appendonly", "no", "--save", "3600 1")
NO_POINTS = ("--appendonly", "no", "--save", "")
DEBUG = ("--enable-debug-command", "yes")
LOG = "appendonlydir/appendonly.aof.1.incr.aof"


def temporaries(place):
    """Returns files that were never written to their end: {name: size}."""
    return {name: size for name, size in place.files().items()
            if os.path.basename(name).startswith("temp-")}


def begin_slow(place, client, command):
    """Begins to write a file beside the server, whose sync takes a second and more. The
    server's own, of its manifest, takes none: it would last as long as the child's."""
    place.control.rules("fsync delay 1200 on=temp", "fsync delay 0 on=manifest")
    check(client.ask(command)[0] != "-", "%s is refused", command)
    wait_until(lambda: any(temporaries(place).values()),
               "%s begins its file" % command)


@case("flushall", each=(
          (SNAPSHOTS, "FLUSHALL", set()), (SNAPSHOTS, "FLUSHALL ASYNC", set()),
          (SNAPSHOTS, "FLUSHDB", {b"saved", b"later"}),
          (NO_POINTS, "FLUSHALL SYNC", {b"saved"})))
def flushall(judge, options, command, left):
    """Runs BGSAVE, one of these commands, and kills the server."""
    place, client = judge.serve(*options, preload=True)
    must(client, "SET", "saved", "1")
    must(client, "SAVE")
    must(client, "SET", "later", "1")
    begin_slow(place, client, "BGSAVE")
    must(client, *command.split())
    wait_for_save(client)
    if command != "FLUSHDB":
        must_tell(client, rdb_last_bgsave_status="ok")  # it was no failure
        if options is SNAPSHOTS:
            must_tell(client, rdb_changes_since_last_save="0")
        left_over = list(temporaries(place))
        check(not left_over, "a file is left: %s", left_over)
    found = {word for _, word in place.restart().ask("KEYS", "*")[1]}
    check(found == left, "%s, then SIGKILL: the keys are %s, due are %s",
          command, sorted(found), sorted(left))


@case("flush-logged")
def flush_logged(judge):
    place, client = judge.serve("--appendonly", "yes", "--save", "3600 100000")
    must(client, "SET", "key", "value")
    for command in ("FLUSHALL", "FLUSHALL", "FLUSHDB"):
        must(client, command)
    must_tell(client, rdb_changes_since_last_save="0")
    must(client, "SET", "key", "value")
    must(client, "SAVE")
    before = place.contents()
    place.kill()
    names = [entry.words[0].upper()
             for entry in aof_format.parse(before[LOG]).commands]
    due = [b"SELECT", b"SET", b"FLUSHALL", b"FLUSHALL", b"FLUSHDB", b"SET"]
    check(names == due, "the log has %s, due is %s", names, due)
    place.start()
    check(judge.is_redis or place.contents()["dump.rdb"] == before["dump.rdb"],
          "the FLUSHALL of a log that was loaded emptied dump.rdb")
    judge.seen["commands"] = len(names)


@case("older-child")
def older_child(judge):
    place, client = judge.serve(*SNAPSHOTS, *DEBUG, preload=True)
    must(client, "SET", "key", "older")
    begin_slow(place, client, "BGSAVE")
    must(client, "SET", "key", "newer")
    place.control.rules("fsync delay 800 on=temp")
    must(client, "DEBUG", "RELOAD")
    wait_for_save(client)
    place.restart().must_hold("key", b"newer")


@case("child-killed", each=[
          (command, whole) for command in ("BGSAVE", "BGREWRITEAOF")
          for whole in (False, True)])
def child_killed(judge, command, whole):
    """Kills one child, alone or by the end of its server."""
    place, client = judge.serve(*EVERYSEC, preload=True)
    must(client, "SET", "key", "value")
    begin_slow(place, client, command)
    if whole:
        client = place.restart().client()
    else:
        for pid in kernel.children(place.process.pid):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: told(client, rdb_bgsave_in_progress="0",
                            aof_rewrite_in_progress="0"), "the child ends")
    # The server may be replacing its manifest meanwhile.
    wait_until(lambda: not temporaries(place),
               "%s, killed with%s the server: no file is left" % (
                   command, "" if whole else "out"))
    place.must_hold("key", b"value")


def rise(client, counter, count):
    """Pushes this many numbers, which go on from the counter."""
    client.ask_all([("RPUSH", "list", "%d" % (counter + n))
                    for n in range(count)])
    return counter + count


def check_list(place, acknowledged, saved=None):
    """Checks that the list holds everything acknowledged, or everything saved, and
    nothing in between. Returns the number of its elements."""
    reply = place.ask("LRANGE", "list", "0", "-1")
    found = [int(word) for _, word in reply[1]]
    check(found == list(range(len(found))), "there is a hole: %s", found[:20])
    check(len(found) >= acknowledged or len(found) == saved,
          "%d elements are there, %s were saved, %d acknowledged", len(found),
          saved, acknowledged)
    return len(found)


@case("first")
def first(judge, rule):
    place = judge.place("--appendonly", "no", "--save", "3600 100000")
    client = place.start("--appendfsync", "always", preload=True).client()
    saved = rise(client, 0, 20)
    must(client, "SAVE")
    acknowledged = rise(client, saved, 5)
    place.control.rules(rule)
    complete = False
    with contextlib.suppress(OSError):
        client.ask("CONFIG", "SET", "appendonly", "yes")
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            complete = told(client, aof_rewrite_in_progress="0",
                            aof_rewrite_scheduled="0", aof_enabled="1",
                            aof_last_bgrewrite_status="ok")
            acknowledged = rise(client, acknowledged, 3)
            time.sleep(0.01)
    for _ in range(3):      # the second start finds the files of the first
        place.restart("--appendonly", "yes")
        count = check_list(place, acknowledged, None if complete else saved)
    with place.client() as client:
        count = rise(client, count, 4)
        rewrite(client)
    place.finish()
    folder = place.path("appendonlydir")
    stray = set(os.listdir(folder)) - {aof_format.find_manifest(folder)} - {
        part.name for part in aof_format.Folder(folder).parts}
    check(not stray, "after a good rewrite there are also %s", sorted(stray))
    check_list(place.start("--appendonly", "yes"), count)


def spoil(path):
    """Damages a file in its middle."""
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(b"\xff" * 40)


@case("half", each=[
          (words, path, harm)
          for words, path in (("RELOAD NOSAVE", "dump.rdb"), ("LOADAOF", LOG))
          for harm in (spoil, os.unlink)])
def half(judge, words, path, harm):
    """Tries one load of one file."""
    place, client = judge.serve(*ALWAYS[:4], *DEBUG, "--save", "3600 1000000")
    client.ask_all([("SET", "key%d" % n, "%d" % n * 50) for n in range(3000)])
    must(client, "SAVE")
    harm(place.path(path))
    before = place.contents()
    reply = None
    with contextlib.suppress(OSError):
        reply = client.ask("DEBUG", *words.split())
    if reply is None:
        check(place.wait_exit(10) is not None, "it does not end")
        place.check(not place.complaint(), "it crashed")
    else:
        check(reply[0] == "-" and place.ask("DBSIZE") in ((":", 3000), (":", 0)),
              "DEBUG %s of a file that was harmed is answered %r, and the data "
              "are not what they were, nor none", words, reply)
    place.kill()
    check(place.contents() == before, "DEBUG %s changed files", words)


def on_full_disk(judge, *rules):
    """Returns clients of a server whose log can no longer be written, each of which has
    been refused a write."""
    place, clients = judge.load(*EVERYSEC, in_pairs=False, preload=True)
    clients.run(0.1, pace=3000)
    place.control.rules(*rules)
    clients.run(2.5, pace=3000, until=clients.all_refused)
    client = place.client()
    must_tell(client, aof_last_write_status="err")
    clients.settle()
    check(clients.acknowledged(), "nothing was acknowledged")
    return place, clients, client


def heal_disk(judge, *rules):
    """Tries one disk on which the log cannot be written."""
    place, clients, client = on_full_disk(judge, *rules)
    place.check(client.ask("BGREWRITEAOF")[0] != "-", "BGREWRITEAOF is refused")
    wait_for_rewrite(client)
    wait_until(lambda: told(client, aof_last_write_status="ok")
               and client.ask("DEL", "none")[0] == ":",
               "a good rewrite, and writes are taken")
    place.control.rules()
    clients.run(0.2)
    crash(place, clients)
    restart_and_check(place, clients)


def heal_once(judge, room):
    """Checks that data that were acknowledged and could not be written are neither lost
    nor there twice, also if there is room again before the base is there."""
    place, client = judge.serve(*EVERYSEC, preload=True)
    rise(client, 0, 3)
    time.sleep(0.1)
    place.control.rules("write fail ENOSPC on=.1.incr.",
                        "fsync delay 500 on=temp")
    count = rise(client, 3, 50)
    check(client.ask("RPUSH", "list", "refused")[0] == "-",
          "the log cannot be written, and a write is taken")
    client.ask("BGREWRITEAOF")
    if room:
        wait_until(lambda: temporaries(place), "a base is begun")
        place.control.rules()
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            count += client.ask("RPUSH", "list", "%d" % count)[0] == ":"
            time.sleep(0.02)
    wait_for_rewrite(client)
    count = rise(client, count, 7)
    found = check_list(place.restart(), count)
    check(found == count, "%d elements are there, %d were acknowledged", found,
          count)


def heal_fails(judge, killed):
    """Checks that the log goes on where it was when there is room again, if the rewrite
    that should repair it fails, too, or the server is killed meanwhile."""
    place, clients, client = on_full_disk(
        judge, "write fail ENOSPC on=.1.incr.", "fsync delay 600 on=temp",
        "write fail ENOSPC on=%s" % ("no-file" if killed else "temp"))
    client.ask("BGREWRITEAOF")
    if killed:
        place.restart()     # the last turn before the disk was full may be lost
        return
    wait_for_rewrite(client, "err")
    place.control.rules()
    wait_until(lambda: client.ask("DEL", "none")[0] == ":",
               "there is room again, and writes are taken")
    clients.run(0.2)
    crash(place, clients)
    restart_and_check(place, clients)


HEALS = ((heal_disk, "write fail ENOSPC on=.1.incr."),
         (heal_disk, "write room 3000 on=.1.incr.",
          "write room 24576 on=!.1.incr."),
         (heal_disk, "fdatasync fail EIO on=.1.incr."),
         (heal_fails, False), (heal_fails, True),
         (heal_once, False), (heal_once, True))


@case("heal", each=HEALS)
def heal(judge, step, *how):
    with blamed_on("%s%r" % (step.__name__, how)):
        step(judge, *how)


@case("held-back")
def held_back(judge):
    place, client = judge.serve(
        "--appendonly", "yes", "--appendfsync", "no", "--save", "",
        "--auto-aof-rewrite-min-size", "1", "--auto-aof-rewrite-percentage",
        "1", preload=True)
    place.control.rules("open fail EACCES on=base",
                        "open fail EACCES on=rewriteaof")

    def failures():
        client.ask("SET", "key", "x" * 1000)
        return int(client.info("aof_rewrites_consecutive_failures") or 0)

    wait_until(lambda: failures() >= 3, "three rewrites that fail")
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        check(failures() <= 3, "a fourth one was begun")
        time.sleep(0.02)
    place.control.rules()
    check(client.ask("BGREWRITEAOF")[0] != "-", "BGREWRITEAOF is held back, too")
    wait_for_rewrite(client)


@case("loading")
def loading(judge):
    count = judge.rounds(300000, 3000000)
    for _ in range(3):
        ask_while_loading(judge, count)
        if judge.seen["heard"]:
            return
        count *= 4      # it had loaded everything before anybody could ask
    check(False, "nobody is answered while it loads %d commands", count // 4)


def ask_while_loading(judge, count):
    """Loads this many commands, and counts the answers LOADING."""
    place = judge.place("--appendonly", "yes", "--save", "60 1",
                        "--enable-protected-configs", "yes").start()
    place.finish()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place.path("dump.rdb"))
    with open(place.path(LOG), "wb") as file:
        file.write(wire.request("SELECT", "0"))
        file.writelines(wire.request("SET", "key%d" % n, "v")
                        for n in range(count))
    place.launch()
    reply, end = None, time.monotonic() + 60
    while time.monotonic() < end:
        try:
            reply = place.ask("DBSIZE")
        except OSError:
            continue
        if reply[0] == ":":
            break
        check(reply[1].startswith(b"LOADING"),
              "while it loads DBSIZE is answered %r", reply)
        place.ask("CONFIG", "SET", "save", "30 1")
        for name, value in ("dir", "."), ("appendonly", "yes"):
            reply = place.ask("CONFIG", "SET", name, value)
            over = reply[0] == "+" and place.ask("DBSIZE")[0] == ":"
            check(over or reply[1].startswith(b"LOADING"),
                  "while it loads CONFIG SET %s is answered %r", name, reply)
        judge.seen["heard"] += 1
        check("dump.rdb" not in place.files() and not temporaries(place),
              "half of the data are saved")
        time.sleep(0.01)
    check(reply == (":", count), "DBSIZE is %r, %d were logged", reply, count)
    check("dump.rdb" not in place.files(), "half of the data were saved")
