"""The cases of disks that are slow, full or fail, and of fork."""

import os
import re
import time

from harness import kernel

from .cases import (ALWAYS, EVERYSEC, case, kill_and_check, must, must_tell,
                    restart_and_check, rewrite, wait_for_rewrite,
                    wait_for_save, wait_until)
from .disk import read_journal
from .place import check

NO_SPACE = "no space left|disk full|short write"


def must_say(place, pattern):
    """Checks that the log says something clear."""
    place.check(re.search(pattern, place.said(), re.I),
                "the log says nothing clear")


def patient(place):
    """Returns a clock, in seconds, that stands still while the server, or this process, waits
    for a CPU."""
    return time.monotonic() - sum(map(kernel.starved, (os.getpid(), place.process.pid)))


@case("slow")
def slow(judge):
    place, client = judge.serve(*EVERYSEC, preload=True)
    other, value = place.client(), b"x" * 1000
    before = place.resident()
    place.control.rules("fdatasync delay 2900", "fsync delay 2900 on=incr")
    began = time.monotonic()
    longest, sent, marks, deepest, lag = 0.0, 0, [], 0, 0.0
    while time.monotonic() - began < judge.rounds(4.0, 12.0):
        client.ask_all([("SET", "key%d" % (n % 20), value)
                        for n in range(10)])
        sent += 10 * len(value)
        lag = max(lag, time.monotonic() - marks[-1][0]) if marks else lag
        now = time.monotonic()
        marks.append((now, sent))
        asked = patient(place)
        other.ask("PING")
        longest = max(longest, patient(place) - asked)
        wrote = place.control.count("write")[1]
        due = max([size for at, size in marks if at < now - 2.5 - lag],
                  default=0)
        check(wrote >= due, "%d bytes were acknowledged 2.5 s ago, %d are "
              "written", due, wrote)
        deepest = max(deepest, sent - wrote)
        time.sleep(0.005)
    grown = place.resident() - before
    check(longest <= 1.0, "somebody waited %.1f s for a PING", longest)
    check(grown <= deepest + (4 << 20),
          "it holds %d bytes more, %d are not yet written", grown, deepest)
    check(deepest >= 3 * 10 * len(value),
          "writes are not put off while a sync is under way")
    judge.seen.update(longest=round(longest * 1000), deepest=deepest >> 10,
                      delayed=int(client.info("aof_delayed_fsync")))


@case("beside")
def beside(judge, policy):
    place, clients = judge.load("--appendonly", "yes", "--appendfsync", policy,
                                "--save", "", preload=True, journal=True)
    server = place.process.pid
    begun = len(read_journal(place.journal))
    place.control.rules("fsync delay 60", "fdatasync delay 60")
    clients.run(1.2, pace=2000)
    client = place.client()
    check(client.ask("BGREWRITEAOF")[0] != "-", "BGREWRITEAOF is refused")
    clients.run(0.5, pace=2000)
    wait_for_rewrite(client)
    clients.run(0.1, pace=2000)
    records = read_journal(place.journal)[begun:]
    for record in records:
        check(record.who != (server, server) or record.kind not in "BRU",
              "the thread that answers clients %s %s",
              {"B": "syncs inode %d" % record.inode, "R": "renames",
               "U": "removes"}.get(record.kind), record.path)
    judge.seen["syncs"] += sum(record.kind == "B" for record in records)
    clients.settle()
    place.finish()      # what was put off is written now
    clients.drain()
    restart_and_check(place, clients)


def always_rules(judge):
    """Returns rules of disks that are full, or fail, at some moment."""
    return [rule % judge.rng.randrange(20000 if "room" in rule else 200)
            for rule in ("write room %d on=.incr.",
                         "write fail EIO on=.incr. after=%d",
                         "fdatasync fail EIO after=%d",
                         "fsync fail EIO on=incr after=%d",
                         "write short 7 on=.incr. after=%d")
            * judge.rounds(1, 12)]


@case("full-always", each=always_rules)
def full_always(judge, rule):
    place, clients = judge.load(*ALWAYS, preload=True)
    place.control.rules(rule, rule.replace("fdatasync", "fsync"))
    gone = clients.run(0.5)
    if (place.control.changed("write", "fdatasync", "fsync")
            and "short" not in rule):
        check(gone or clients.refused(), "it goes on as if nothing had happened")
        must_say(place, NO_SPACE + "|input/output error|I/O error")
    kill_and_check(judge, place, clients)


@case("full-everysec")
def full_everysec(judge, rule):
    place, clients = judge.load(*EVERYSEC, in_pairs=False, preload=True)
    clients.run(0.2)
    place.control.rules(rule)
    clients.run(1.5, pace=2000, until=clients.all_refused)
    client = place.client()
    check(clients.all_refused(), "writes are still taken after 1.5 s")
    must_tell(client, aof_last_write_status="err")
    client.ask("GET", "key")
    must_say(place, NO_SPACE)
    place.control.rules()
    wait_until(lambda: client.ask("DEL", "nothing-there")[0] != "-",
               "there is room again, and writes are taken", 4.0)
    judge.seen["refused"] += clients.refused()
    clients.settle()
    clients.run(0.1)
    kill_and_check(judge, place, clients)


SAVE_RULES = {"write room 30": NO_SPACE, "write fail EIO": "error",
              "fsync fail EIO\nfdatasync fail EIO": "error",
              "rename fail EIO": "error", "open fail EACCES": "denied"}


@case("full-save", each=list(SAVE_RULES))
def full_save(judge, rule):
    place, client = judge.serve("--appendonly", "no", "--save", "3600 100000",
                                preload=True)
    client.ask_all([("RPUSH", "list", "element%d" % n) for n in range(100)])
    must(client, "SAVE")
    before = place.contents()
    must(client, "SET", "later", "value")
    place.control.rules(rule)
    check(client.ask("SAVE")[0] == "-", "SAVE says OK")
    background_save(client, "err")
    must_say(place, SAVE_RULES[rule])
    reply = client.ask("SET", "refused", "value")
    check(reply[1].startswith(b"MISCONF"),
          "after a save that failed a write is taken: %r", reply)
    check(place.contents().get("dump.rdb") == before["dump.rdb"],
          "the old file is not what it was")
    place.control.rules()
    background_save(client, "ok")
    must(client, "SET", "taken", "value")
    place.restart().must_hold("later", b"value")


def background_save(client, due):
    """Runs a BGSAVE, and returns how it ended."""
    client.ask("BGSAVE")
    wait_for_save(client)
    must_tell(client, rdb_last_bgsave_status=due)


@case("full-rewrite")
def full_rewrite(judge, rule):
    place, clients = judge.load(*ALWAYS, preload=True)
    clients.run(0.1)
    place.control.rules(rule)
    client = place.client()
    reply = client.ask("BGREWRITEAOF")
    gone = clients.run(0.3)
    hit = place.control.changed("write", "fsync", "rename", "open", "fork")
    if gone:
        fate = place.fate()
        kill_and_check(judge, place, clients)
        check(False, "the server has gone (what was acknowledged is there): "
              + fate)
    wait_for_rewrite(client, "err" if hit and reply[0] != "-" else None)
    if hit:
        must_say(place, NO_SPACE + "|error|denied|can't|cannot|fail")
    place.control.rules()
    clients.run(0.1)
    time.sleep(0.1)
    client.ask("BGREWRITEAOF")
    clients.run(0.1)
    wait_for_rewrite(client)
    clients.run(0.05)
    kill_and_check(judge, place, clients)
    check(hit, "the rule fitted no call")


@case("fork")
def fork(judge):
    place, client = judge.serve(*ALWAYS, preload=True)
    must(client, "SET", "key", "value")
    place.control.rules("fork fail ENOMEM")
    if client.ask("BGSAVE")[0] != "-":
        background_save(client, "err")
    if client.ask("BGREWRITEAOF")[0] != "-":
        wait_for_rewrite(client, "err")
    must_say(place, "fork|cannot allocate")
    place.must_hold("key", b"value")
    place.control.rules()
    background_save(client, "ok")
    rewrite(client)
    must(client, "SET", "key", "newer")
    place.restart().must_hold("key", b"newer")


@case("no-folder")
def no_folder(judge):
    place = judge.place(*ALWAYS)
    os.rmdir(place.data)
    outcome, _ = place.outcome()
    os.mkdir(place.data)
    check(outcome == "refused", "--dir names no folder, and it serves")
    must_say(place, "no such file or directory")
