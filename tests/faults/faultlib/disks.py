"""The cases of disks that are full or fail, and of fork."""

import os
import re
import time

from . import load
from .cases import (ALWAYS, EVERYSEC, blamed_on, case, kill_and_check,
                    wait_for_rewrite)
from .damage import contents
from .place import Wrong


def must_say(place, pattern, when):
    """Something clear must be in the log."""
    if not re.search(pattern, place.said(), re.I):
        raise Wrong("%s: the log says nothing clear: %s"
                    % (when, place.last_words()))


NO_SPACE = "no space left|disk full|short write"


@case("full-always", "appendfsync always, and the disk is full, or a write or "
      "sync fails: the end, or writes are refused; no acknowledged write is "
      "lost")
def full_always(judge):
    rng, acknowledged = judge.rng, 0
    rules = ("write room %d on=.incr.", "write fail EIO on=.incr. after=%d",
             "fdatasync fail EIO after=%d", "fsync fail EIO on=incr after=%d",
             "write short 7 on=.incr. after=%d")
    for turn in range(judge.rounds(5, 60)):
        rule = rules[turn % len(rules)]
        rule %= rng.randrange(20000) if "room" in rule else rng.randrange(200)
        place = judge.place(*ALWAYS)
        place.start(preload=True)
        place.control.rules(rule, rule.replace("fdatasync", "fsync"))
        clients = load.Load(place.port, rng)
        gone = clients.run(0.5)
        hit = any(place.control.count(op)[2]
                  for op in ("write", "fdatasync", "fsync"))
        if hit and not gone and "short" not in rule:
            refused = sum(solo.refused for solo in clients.solos)
            if not refused:
                raise Wrong("%s: it goes on as if nothing had happened" % rule)
        if hit and "short" not in rule:
            must_say(place, NO_SPACE + "|input/output error|I/O error", rule)
        with blamed_on(rule):
            acknowledged += kill_and_check(place, clients)
        place.close()
    return "%d acknowledged commands" % acknowledged


@case("full-everysec", "appendfsync everysec, and the disk is full for a "
      "while: writes are refused, reads are served, and all is well again "
      "when there is room")
def full_everysec(judge):
    refused = 0
    for rule in ("write fail ENOSPC on=.incr.", "write room 5000 on=.incr."):
        place = judge.place(*EVERYSEC)
        place.start(preload=True)
        clients = load.Load(place.port, judge.rng, in_pairs=False)
        clients.run(0.2)
        place.control.rules(rule)
        clients.run(1.5, pace=2000, until=clients.all_refused)
        client = place.client()
        if not clients.all_refused():
            raise Wrong("%s: writes are still taken after 1.5 s" % rule)
        if client.info("aof_last_write_status") != "err":
            raise Wrong("INFO does not show the error")
        client.ask("GET", "key")
        must_say(place, NO_SPACE, rule)
        place.control.rules()
        end = time.monotonic() + 4
        while client.ask("DEL", "nothing-there")[0] == "-":
            if time.monotonic() > end:
                raise Wrong("there is room again, yet writes are refused")
            time.sleep(0.02)
        refused += sum(solo.refused for solo in clients.solos)
        clients.settle()
        clients.run(0.1)
        with blamed_on(rule):
            kill_and_check(place, clients)
        place.close()
    return "%d commands refused meanwhile" % refused


SAVE_RULES = (("write room 30", NO_SPACE), ("write fail EIO", "error"),
              ("fsync fail EIO\nfdatasync fail EIO", "error"),
              ("rename fail EIO", "error"), ("open fail EACCES", "denied"))


@case("full-save", "a save fails at any of its steps: the old file is whole, "
      "it is told, writes are refused until a save succeeds")
def full_save(judge):
    for rule, words in SAVE_RULES:
        place = judge.place("--appendonly", "no", "--save", "3600 100000")
        place.start(preload=True)
        client = place.client()
        client.ask_all([("RPUSH", "list", "element%d" % n)
                        for n in range(100)])
        if client.ask("SAVE") != ("+", b"OK"):
            raise Wrong("SAVE fails on a good disk")
        before = contents(place)
        client.ask("SET", "later", "value")
        place.control.rules(*rule.split("\n"))
        if client.ask("SAVE")[0] != "-":
            raise Wrong("%s: SAVE says OK" % rule)
        background_save(client, "err", rule)
        must_say(place, words, rule)
        reply = client.ask("SET", "refused", "value")
        if not reply[1].startswith(b"MISCONF"):
            raise Wrong("%s: after a save that failed a write is taken: %r"
                        % (rule, reply))
        after = contents(place)
        if after.get("dump.rdb") != before["dump.rdb"]:
            raise Wrong("%s: the old file is not what it was" % rule)
        place.control.rules()
        background_save(client, "ok", rule)
        if client.ask("SET", "taken", "value") != ("+", b"OK"):
            raise Wrong("%s: a save succeeded, and writes are refused" % rule)
        place.kill()
        place.start()
        if place.ask("GET", "later")[1] != b"value":
            raise Wrong("%s: what was saved at last is not there" % rule)
        place.close()
    return "%d ways to fail" % len(SAVE_RULES)


def background_save(client, due, rule):
    """BGSAVE, and how it ends."""
    reply = client.ask("BGSAVE")
    end = time.monotonic() + 10
    while client.info("rdb_bgsave_in_progress") != "0":
        if time.monotonic() > end:
            raise Wrong("%s: BGSAVE does not end" % rule)
        time.sleep(0.01)
    status = client.info("rdb_last_bgsave_status")
    if status != due:
        raise Wrong("%s: BGSAVE said %r, and its status is %s"
                    % (rule, reply, status))


REWRITE_RULES = ("write room 300 on=!.incr.", "fsync fail EIO on=temp",
                 "rename fail EIO on=base", "rename fail EIO on=manifest",
                 "open fail ENOSPC on=.2.incr.", "open fail EACCES on=temp",
                 "write fail ENOSPC on=manifest", "fork fail EAGAIN")


@case("full-rewrite", "a rewrite fails at any of its steps: it is told, the "
      "log goes on, nothing is lost, and a later rewrite succeeds")
def full_rewrite(judge):
    failed = []
    for rule in REWRITE_RULES:
        try:
            one_rewrite(judge, rule)
        except (Wrong, OSError, ConnectionError) as wrong:
            failed.append("%s: %s" % (rule, wrong))
    if failed:
        raise Wrong("\n     also ".join(failed))
    return "%d ways to fail" % len(REWRITE_RULES)


def one_rewrite(judge, rule):
    place = judge.place(*ALWAYS)
    place.start(preload=True)
    clients = load.Load(place.port, judge.rng)
    clients.run(0.1)
    place.control.rules(rule)
    client = place.client()
    reply = client.ask("BGREWRITEAOF")
    gone = clients.run(0.3)
    hit = sum(place.control.count(op)[2] for op in (
        "write", "fsync", "rename", "open", "fork"))
    if gone:
        kill_and_check(place, clients)
        raise Wrong("the server has gone (what was acknowledged is there): "
                    "ended with status %s" % place.server.poll())
    status = wait_for_rewrite(client, good=False)
    if hit and status != "err" and reply[0] != "-":
        raise Wrong("it failed, and its status is " + status)
    if hit:
        must_say(place, NO_SPACE + "|error|denied|can't|cannot|fail", rule)
    place.control.rules()
    clients.run(0.1)
    time.sleep(0.1)
    client.ask("BGREWRITEAOF")
    clients.run(0.1)
    wait_for_rewrite(client)
    clients.run(0.05)
    kill_and_check(place, clients)
    place.close()
    if not hit:
        raise Wrong("the rule fitted no call")


@case("fork", "fork fails: BGSAVE and BGREWRITEAOF say so, the server serves "
      "on, and they succeed when it works again")
def fork(judge):
    place = judge.place(*ALWAYS)
    place.start(preload=True)
    client = place.client()
    client.ask("SET", "key", "value")
    place.control.rules("fork fail ENOMEM")
    reply = client.ask("BGSAVE")
    if reply[0] != "-":
        background_save(client, "err", "fork fail ENOMEM")
    reply = client.ask("BGREWRITEAOF")
    if reply[0] != "-" and wait_for_rewrite(client, good=False) != "err":
        raise Wrong("fork failed, BGREWRITEAOF said %r" % (reply,))
    must_say(place, "fork|cannot allocate", "fork failed")
    if client.ask("GET", "key")[1] != b"value":
        raise Wrong("fork failed, and the data are not there")
    place.control.rules()
    background_save(client, "ok", "fork works again")
    client.ask("BGREWRITEAOF")
    wait_for_rewrite(client)
    client.ask("SET", "key", "newer")
    place.kill()
    place.start()
    if place.ask("GET", "key")[1] != b"newer":
        raise Wrong("what was written after all that is not there")
    place.close()
    return "BGSAVE and BGREWRITEAOF"


@case("no-folder", "the folder of the data is not there: refused with a clear "
      "message")
def no_folder(judge):
    place = judge.place(*ALWAYS)
    os.rmdir(place.data)
    outcome, _ = place.outcome()
    os.mkdir(place.data)
    if outcome != "refused":
        raise Wrong("--dir names no folder, and it serves")
    must_say(place, "no such file or directory", "--dir names no folder")
    return "refused"
