"""The cases of what is asked of a running server: to empty all, to switch the
log on, to load, to write anew what a full disk holds back."""

import os
import signal
import time

from harness import wire

from . import disk, load
from .cases import (ALWAYS, EVERYSEC, blamed_on, bounds_at, case,
                    restart_and_check, wait_for_rewrite)
from .damage import contents, read_log
from .place import Wrong

SNAPSHOTS = ("--appendonly", "no", "--save", "3600 1")
NO_POINTS = ("--appendonly", "no", "--save", "")


def must(reply, what, due=("+", b"OK")):
    if reply != due:
        raise Wrong("%s is answered %r" % (what, reply))


def wait_until(true, what, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise Wrong("%s: not within %d s" % (what, seconds))
        time.sleep(0.005)


def temporaries(place):
    """Files that were never written to their end."""
    return [name for name in place.files()
            if os.path.basename(name).startswith("temp-")]


def children(place):
    """The processes that the server has forked."""
    with open("/proc/%d/task/%d/children" % (place.server.pid,
                                             place.server.pid)) as file:
        return [int(word) for word in file.read().split()]


def begin_slow(place, client, command, part):
    """Begin to write a file beside the server, whose sync takes seconds."""
    place.control.rules("fsync delay 1200 on=temp")
    if client.ask(command)[0] == "-":
        raise Wrong("%s is refused" % command)
    wait_until(lambda: any(part in name and size for name, size
                           in place.files().items()
                           if name in temporaries(place)),
               "%s begins its file" % command)


def debug(place, *words):
    """DEBUG, also where a setting has to allow it."""
    reply = place.ask("DEBUG", *words)
    if reply[0] == "-" and b"enable-debug-command" in reply[1]:
        place.options += ["--enable-debug-command", "yes"]
        return None
    return reply


def start_with_debug(place, **how):
    """Start it such that it takes DEBUG."""
    place.start(**how)
    if debug(place, "JMAP") is None:
        place.finish()
        place.start(**how)


@case("flushall", "FLUSHALL beside a BGSAVE, then SIGKILL: with save points the "
      "data do not come back, without them the older file stays")
def flushall(judge):
    for options, words, left in (
            (SNAPSHOTS, ("FLUSHALL",), set()),
            (SNAPSHOTS, ("FLUSHALL", "ASYNC"), set()),
            (SNAPSHOTS, ("FLUSHDB",), {b"saved", b"later"}),
            (NO_POINTS, ("FLUSHALL", "SYNC"), {b"saved"})):
        one_flush(judge, options, words, left)
    return "FLUSHALL, ASYNC and SYNC, and FLUSHDB"


def one_flush(judge, options, words, left):
    """BGSAVE, one of these commands, SIGKILL."""
    place = judge.place(*options)
    place.start(preload=True)
    client = place.client()
    must(client.ask("SET", "saved", "1"), "SET")
    must(client.ask("SAVE"), "SAVE")
    must(client.ask("SET", "later", "1"), "SET")
    begin_slow(place, client, "BGSAVE", "temp-")
    must(client.ask(*words), " ".join(words))
    if words[0] == "FLUSHALL":
        wait_until(lambda: client.info("rdb_bgsave_in_progress") == "0",
                   "FLUSHALL ends the child", 2.0)
        if client.info("rdb_last_bgsave_status") != "ok":
            raise Wrong("a child that FLUSHALL ended is no failure")
        if options is SNAPSHOTS and client.info(
                "rdb_changes_since_last_save") != "0":
            raise Wrong("the empty data are not saved")
        if temporaries(place):
            raise Wrong("a file is left: %s" % temporaries(place))
    else:
        wait_until(lambda: client.info("rdb_bgsave_in_progress") == "0",
                   "BGSAVE ends")
    place.kill()
    place.start()
    found = {word for _, word in place.ask("KEYS", "*")[1]}
    if found != left:
        raise Wrong("%s, then SIGKILL: the keys are %s, due are %s" % (
            " ".join(words), sorted(found), sorted(left)))
    place.close()


@case("flush-logged", "FLUSHDB and FLUSHALL are logged, also where nothing is; "
      "a log that is loaded empties no snapshot")
def flush_logged(judge):
    place = judge.place("--appendonly", "yes", "--save", "3600 100000")
    place.start()
    client = place.client()
    must(client.ask("SET", "key", "value"), "SET")
    must(client.ask("FLUSHALL"), "FLUSHALL")
    must(client.ask("FLUSHALL"), "FLUSHALL")
    must(client.ask("FLUSHDB"), "FLUSHDB")
    if client.info("rdb_changes_since_last_save") != "0":
        raise Wrong("FLUSHDB of nothing counts as a change")
    must(client.ask("SET", "key", "value"), "SET")
    must(client.ask("SAVE"), "SAVE")
    before = contents(place)
    place.kill()
    with open(os.path.join(place.data, "appendonlydir",
                           "appendonly.aof.1.incr.aof"), "rb") as file:
        names = [entry.words[0].upper() for entry in read_log(file.read())]
    due = [b"SELECT", b"SET", b"FLUSHALL", b"FLUSHALL", b"FLUSHDB", b"SET"]
    if names != due:
        raise Wrong("the log has %s, due is %s" % (names, due))
    place.start()
    if not judge.is_redis and (contents(place)["dump.rdb"]
                               != before["dump.rdb"]):
        raise Wrong("the FLUSHALL of a log that was loaded emptied dump.rdb")
    return "%d commands" % len(due)


@case("older-child", "DEBUG RELOAD beside a BGSAVE: the child's older data do "
      "not take the place of what was saved", redis_fails="older")
def older_child(judge):
    place = judge.place(*SNAPSHOTS)
    start_with_debug(place, preload=True)
    client = place.client()
    must(client.ask("SET", "key", "older"), "SET")
    begin_slow(place, client, "BGSAVE", "temp-")
    must(client.ask("SET", "key", "newer"), "SET")
    place.control.rules("fsync delay 800 on=temp")
    must(debug(place, "RELOAD"), "DEBUG RELOAD")
    wait_until(lambda: client.info("rdb_bgsave_in_progress") == "0",
               "the child ends")
    place.kill()
    place.start()
    if place.ask("GET", "key")[1] != b"newer":
        raise Wrong("the older data came after the newer ones")
    return "DEBUG RELOAD"


@case("child-killed", "a child, or the server with it, is killed while it "
      "writes: no file is left of it for good",
      redis_fails="file is left")
def child_killed(judge):
    for command, part in (("BGSAVE", "temp-"), ("BGREWRITEAOF", "temp-")):
        for whole in (False, True):
            one_killed(judge, command, part, whole)
    return "BGSAVE and BGREWRITEAOF"


def one_killed(judge, command, part, whole):
    """One child, killed alone or by the end of its server."""
    place = judge.place(*ALWAYS)
    place.start(preload=True)
    client = place.client()
    must(client.ask("SET", "key", "value"), "SET")
    begin_slow(place, client, command, part)
    if whole:
        place.kill()
        place.start()
    else:
        for pid in children(place):
            os.kill(pid, signal.SIGKILL)
    field = ("rdb_bgsave_in_progress" if command == "BGSAVE" else
             "aof_rewrite_in_progress")
    wait_until(lambda: place.client().info(field) == "0",
               "the child ends")
    if temporaries(place):
        raise Wrong("%s, killed with%s the server: a file is left: %s"
                    % (command, "" if whole else "out",
                       temporaries(place)))
    if place.ask("GET", "key")[1] != b"value":
        raise Wrong("the data are not there")
    place.close()


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
      "all", redis_fails="elements are there")
def first(judge):
    for rule in FIRST_RULES:
        with blamed_on(rule):
            one_first(judge, rule)
    return "%d ways to end" % len(FIRST_RULES)


def one_first(judge, rule):
    place = judge.place("--appendonly", "no", "--save", "3600 100000")
    place.start("--appendfsync", "always", preload=True)
    client = place.client()
    saved = rise(client, 0, 20)
    must(client.ask("SAVE"), "SAVE")
    count = acknowledged = rise(client, saved, 5)
    place.control.rules(rule)
    complete = False
    try:
        client.ask("CONFIG", "SET", "appendonly", "yes")
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            complete = (client.info("aof_rewrite_in_progress") == "0"
                        and client.info("aof_rewrite_scheduled") == "0"
                        and client.info("aof_last_bgrewrite_status") == "ok"
                        and client.info("aof_enabled") == "1")
            count = rise(client, count, 3)
            acknowledged = count
            time.sleep(0.01)
    except (OSError, ConnectionError):
        pass
    place.kill()
    for _ in range(2):      # the second start finds what the first has left
        place.start("--appendonly", "yes")
        check_first(place, saved, acknowledged, complete)
        place.kill()
    place.start("--appendonly", "yes")
    client = place.client()
    found = client.ask("LLEN", "list")[1]
    rise(client, int(found), 4)
    client.ask("BGREWRITEAOF")
    wait_for_rewrite(client)
    client.close()
    place.finish()
    folder = os.path.join(place.data, "appendonlydir")
    with open(os.path.join(folder, "appendonly.aof.manifest")) as file:
        named = {line.split()[1] for line in file}
    stray = set(os.listdir(folder)) - named - {"appendonly.aof.manifest"}
    if stray:
        raise Wrong("after a good rewrite there are also %s" % sorted(stray))
    place.start("--appendonly", "yes")
    check_first(place, int(found) + 4, int(found) + 4, True)
    place.close()


def spoil(path):
    """Damage a file in its middle."""
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(b"\xff" * 40)


@case("half", "a load that fails while the server runs leaves the data as they "
      "were, or ends the server: no half of it is served or saved",
      redis_fails="answered .*, and the data")
def half(judge):
    for words, path in ((("RELOAD", "NOSAVE"), "dump.rdb"),
                        (("LOADAOF",), "appendonlydir/appendonly.aof.1."
                         "incr.aof")):
        for harm in (spoil, os.unlink):
            one_half(judge, words, path, harm)
    return "4 loads that fail"


def one_half(judge, words, path, harm):
    """One load of one file."""
    place = judge.place(*ALWAYS[:4], "--save", "3600 1000000")
    start_with_debug(place)
    client = place.client()
    client.ask_all([("SET", "key%d" % n, "%d" % n * 50)
                    for n in range(3000)])
    must(client.ask("SAVE"), "SAVE")
    target = os.path.join(place.data, path)
    harm(target)
    before = contents(place)
    try:
        reply = debug(place, *words)
    except (OSError, ConnectionError):
        reply = None
    if reply is None:
        wait_until(lambda: place.server.poll() is not None,
                   "the server ends")
        if place.crashed():
            raise Wrong("it crashed: " + place.last_words())
    elif reply[0] != "-" or place.ask("DBSIZE")[1] != 3000:
        raise Wrong("DEBUG %s of a file that was harmed is answered "
                    "%r, and the data are not what they were"
                    % (" ".join(words), reply))
    place.kill()
    after = contents(place)
    if after != before:
        raise Wrong("DEBUG %s changed files" % " ".join(words))
    place.close()


@case("heal", "everysec, and the log cannot be written: BGREWRITEAOF makes it "
      "good, and nothing acknowledged is lost", redis_fails="there is a hole")
def heal(judge):
    for rules in (("write fail ENOSPC on=.1.incr.",),
                  ("write room 3000 on=.1.incr.",
                   "write room 24576 on=!.1.incr."),
                  ("fdatasync fail EIO on=.1.incr.",)):
        one_heal(judge, rules)
    for killed in (False, True):
        heal_fails(judge, killed)
    for room in (False, True):
        heal_once(judge, room)
    return "3 disks"


def one_heal(judge, rules):
    """One disk on which the log cannot be written."""
    place = judge.place(*EVERYSEC)
    place.start(preload=True)
    clients = load.Load(place.port, judge.rng, in_pairs=False)
    clients.run(0.1, pace=3000)
    place.control.rules(*rules)
    clients.run(2.5, pace=3000, until=clients.all_refused)
    client = place.client()
    if client.info("aof_last_write_status") != "err":
        raise Wrong("%s: INFO does not show the error" % rules[0])
    clients.settle()
    if client.ask("BGREWRITEAOF")[0] == "-":
        raise Wrong("%s: BGREWRITEAOF is refused: %s"
                    % (rules[0], place.last_words()))
    wait_for_rewrite(client)
    wait_until(lambda: client.info("aof_last_write_status") == "ok"
               and client.ask("DEL", "none")[0] == ":",
               "%s: a good rewrite, and writes are taken" % rules[0], 3.0)
    place.control.rules()
    clients.run(0.2)
    with blamed_on(rules[0]):
        place.kill()
        clients.drain()
        restart_and_check(place, clients)
    place.close()


def heal_once(judge, room):
    """What was acknowledged, and could not be written, is neither lost nor
    there twice; also when there is room again before the base is there."""
    place = judge.place(*EVERYSEC)
    place.start(preload=True)
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
            taken = client.ask("RPUSH", "list", "%d" % count)[0] == ":"
            count += taken
            time.sleep(0.02)
    wait_for_rewrite(client)
    rise(client, count, 7)
    place.kill()
    place.start()
    check_first(place, count + 7, count + 7, True)
    if place.ask("LLEN", "list")[1] != count + 7:
        raise Wrong("%r elements are there, %d were acknowledged"
                    % (place.ask("LLEN", "list")[1], count + 7))
    place.close()


def heal_fails(judge, killed):
    """A rewrite that is to make it good fails, too, or the server is killed
    meanwhile: the log goes on where it was when there is room again."""
    place = judge.place(*EVERYSEC)
    place.start(preload=True)
    clients = load.Load(place.port, judge.rng, in_pairs=False)
    clients.run(0.1, pace=3000)
    client = place.client()
    place.control.rules("write fail ENOSPC on=.1.incr.",
                        "fsync delay 600 on=temp",
                        "write fail ENOSPC on=%s" % ("no-file" if killed
                                                     else "temp"))
    clients.run(2.5, pace=3000, until=clients.all_refused)
    clients.settle()
    refused = clients.acknowledged()
    if not refused:
        raise Wrong("nothing was acknowledged")
    client.ask("BGREWRITEAOF")
    if not killed:
        if wait_for_rewrite(client, good=False) != "err":
            raise Wrong("the base cannot be written, and that is not told")
        place.control.rules()
        wait_until(lambda: client.ask("DEL", "none")[0] == ":",
                   "there is room again, and writes are taken", 3.0)
        clients.run(0.2)
    place.kill()
    clients.drain()
    if killed:
        place.start()   # the last turn before it was full may be lost
    else:
        restart_and_check(place, clients)
    place.close()


@case("held-back", "three rewrites in a row that fail hold back the automatic "
      "ones for a minute, but not BGREWRITEAOF")
def held_back(judge):
    place = judge.place("--appendonly", "yes", "--appendfsync", "no", "--save",
                        "", "--auto-aof-rewrite-min-size", "1",
                        "--auto-aof-rewrite-percentage", "1")
    place.start(preload=True)
    client = place.client()
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
    return "held back"


# Names of files that have come, without those that were renamed: POSIX lets a
# disk have the one and not the other.
RENAMES = ("renames, but no new names", "renames", "all")


@case("power-rewrite", "power loss while a base is written, everysec and "
      "always: what was written to the increment before is there, and the new "
      "one's name", redis_fails="kept: (names|renames)")
def power_rewrite(judge):
    images = 0
    for options in (EVERYSEC, ALWAYS):
        rng = judge.rng
        place = judge.place(*options)
        place.start()
        place.ask("SET", "before", "yes")
        place.ask("DEL", "before")
        place.finish()
        played = disk.Disk(place.data)
        place.start(preload=True, journal=True)
        place.control.rules("fsync delay 1900 on=base")
        clients = load.Load(place.port, rng)
        clients.run(0.25, pace=900)
        place.ask("BGREWRITEAOF")
        clients.run(2.4, pace=900)
        place.kill()
        clients.drain()
        clients.wait_for_expiry()
        images += examine_rewrite(judge, place, clients, played,
                                  options is EVERYSEC)
        place.close()
    return "%d images of the disk" % images


def examine_rewrite(judge, place, clients, played, everysec):
    """Points around the manifest's change, and until the base is there."""
    records = disk.read_journal(place.journal)
    renamed = [n for n, record in enumerate(records)
               if record.kind == "R" and "manifest" in record.path]
    if not renamed:
        raise Wrong("BGREWRITEAOF changed no manifest")
    begun, last = renamed[0], (renamed[1:] or [len(records) - 1])[0]
    points = {begun, begun + 1, begun + 2, last - 1, last, last + 1}
    points |= set(judge.rng.sample(range(begun, last), judge.rounds(6, 60)))
    return examine_points(judge, place, clients, played, points, everysec)


def examine_points(judge, place, clients, played, points, everysec=False):
    """Start on images of the disk, as it would be after these records."""
    other = judge.place(*(EVERYSEC if everysec else ALWAYS))
    count = 0

    def acked(talker):
        sent = played.replies.get(talker.local_port, 0)
        return talker.acked_by(sent), len(talker.entries)

    records = disk.read_journal(place.journal)
    for number, record in enumerate(records):
        played.play(record)
        if number not in points:
            continue
        bounds = (bounds_at(record.ns / 1e9, clients.lag) if everysec
                  else acked)
        for way in disk.WAYS + (RENAMES,):
            other.clear()
            played.write_image(other.data, way, judge.rng)
            with blamed_on("power lost after record %d of %d (%s %s), kept: %s"
                           % (number, len(records), record.kind,
                              record.path.replace("\0", " to "), way[0])):
                restart_and_check(other, clients, bounds)
            count += 1
    other.close()
    return count


@case("power-first", "power loss after CONFIG SET appendonly yes and the first "
      "base: as for power", redis_fails="kept: ")
def power_first(judge):
    place = judge.place(*ALWAYS)
    place.start("--appendonly", "no")
    place.ask("CONFIG", "SET", "appendonly", "yes")     # for the folder's name
    wait_for_rewrite(place.client())
    place.ask("CONFIG", "SET", "appendonly", "no")
    place.kill()
    played = disk.Disk(place.data)
    place.start("--appendonly", "no", preload=True, journal=True)
    clients = load.Load(place.port, judge.rng)
    clients.run(0.05)
    place.control.rules("fsync delay 200 on=base")
    place.ask("CONFIG", "SET", "appendonly", "yes")
    clients.run(0.1)
    wait_for_rewrite(place.client())
    complete = time.monotonic_ns()
    clients.run(0.1)
    place.kill()
    clients.drain()
    clients.wait_for_expiry()
    after = [n for n, record in enumerate(
        disk.read_journal(place.journal)) if record.ns > complete]
    points = set(after[:3] + judge.rng.sample(after, judge.rounds(5, 60)))
    return "%d images of the disk" % examine_points(judge, place, clients,
                                                    played, points)


@case("loading", "while a log is loaded clients hear LOADING, and no half of "
      "it is saved")
def loading(judge):
    count = judge.rounds(300000, 3000000)
    for _ in range(3):
        heard = ask_while_loading(judge, count)
        if heard:
            return "%d times LOADING" % heard
        count *= 4      # it was loaded before anybody could ask
    raise Wrong("nobody is answered while it loads %d commands" % (count // 4))


def ask_while_loading(judge, count):
    """How often LOADING is heard while so many commands are loaded."""
    place = judge.place("--appendonly", "yes", "--save", "60 1")
    place.start()
    place.finish()
    path = os.path.join(place.data, "appendonlydir",
                        "appendonly.aof.1.incr.aof")
    if os.path.exists(os.path.join(place.data, "dump.rdb")):
        os.unlink(os.path.join(place.data, "dump.rdb"))
    with open(path, "wb") as file:
        file.write(wire.request("SELECT", "0"))
        for n in range(0, count, 1000):
            file.write(b"".join(wire.request("SET", "key%d" % (n + m), "v")
                                for m in range(1000)))
    place.start(wait=False)
    heard = 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            reply = place.ask("DBSIZE")
        except OSError:
            continue
        if reply[0] == ":":
            break
        if not reply[1].startswith(b"LOADING"):
            raise Wrong("while it loads DBSIZE is answered %r" % (reply,))
        place.ask("CONFIG", "SET", "save", "30 1")
        heard += 1
        if "dump.rdb" in place.files() or temporaries(place):
            raise Wrong("half of the data are saved")
        time.sleep(0.01)
    if reply != (":", count):
        raise Wrong("DBSIZE is %r, %d were logged" % (reply, count))
    if "dump.rdb" in place.files():
        raise Wrong("half of the data were saved")
    return heard
