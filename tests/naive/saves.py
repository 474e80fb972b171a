#!/usr/bin/env python3
"""Stages 08 and 09 with a thread for each client: strings and lists, read from a file or
a log. The rest is that of threads.py; databases there are none.

    saves.py STAGE PORT [MISTAKE] [--OPTION VALUE ...]
"""

import fnmatch
import os
import sys
import threading
import time

import threads
from threads import COMMANDS, MANY, MISTAKE, Refused, bulk, integer, look, number, table

WORDS = [word for word in sys.argv[3:] if word != MISTAKE or word[:2] == "--"]
OPTIONS = {"dir": ".", "dbfilename": "dump.rdb", "appendonly": "no", "appendfsync": "everysec",
           "appenddirname": "appendonlydir", "appendfilename": "appendonly.aof",
           **{name[2:]: value for name, value in zip(WORDS[::2], WORDS[1::2])}}
NO_LIST = b"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"


def array(words):
    return b"*%d\r\n" % len(words) + b"".join(map(bulk, words))


def set_until(args):
    """SET, also with a point in time."""
    if [word.upper() for word in args[2:3]] != [b"PXAT"]:
        return threads.set_command(args)
    table[args[0]] = (args[1], number(args[3]))
    return b"+OK\r\n"


# Lists, and what asks for all keys.

def push(args, first=False):
    old = look(args[0])
    if old and not isinstance(old[0], list):
        return NO_LIST
    table[args[0]] = old or ([], None)
    value = table[args[0]][0]
    if first:
        value[:0] = args[:0:-1]
    else:
        value.extend(args[1:])
    return integer(len(table[args[0]][0]))


def lrange(args):
    value = (look(args[0]) or [[]])[0]
    if not isinstance(value, list):
        return NO_LIST
    first, last = (number(text) + len(value) * (text[:1] == b"-") for text in args[1:])
    return array(value[max(0, first):max(0, last + 1)])


def kind(args):
    found = look(args[0])
    return b"+%s\r\n" % (b"none" if not found else b"list" if isinstance(found[0], list)
                         else b"string")


def expires(args):
    found = look(args[0]) or (None, -2)
    return integer(-1 if found[1] is None else found[1])


def rename(args):
    if not look(args[0]):
        raise Refused("no such key")
    table[args[1]] = table.pop(args[0])
    return b"+OK\r\n"


def keys(args):
    known = [key for key in list(table) if look(key)]
    return array([key for key in known if fnmatch.fnmatchcase(
        key.decode("latin-1"), args[0].decode("latin-1"))])


def config_get(args):
    found = []
    for name, value in OPTIONS.items() if args[0].lower() == b"get" else ():
        asked = args[1].decode().lower()
        if name == asked or MISTAKE != "no-patterns" and fnmatch.fnmatchcase(name, asked):
            found += [name.encode(), value.encode()]
    if MISTAKE == "value-alone" and found:
        return bulk(found[1])
    return array(found)


COMMANDS.update({
    b"set": ("04", 2, MANY, set_until),
    b"rpush": ("06", 2, MANY, push),
    b"lpush": ("06", 2, MANY, lambda args: push(args, True)),
    b"lrange": ("06", 3, 3, lrange),
    b"rename": ("04", 2, 2, rename),
    b"keys": ("04", 1, 1, keys),
    b"dbsize": ("04", 0, 0, lambda args: integer(sum(bool(look(key)) for key in list(table)))),
    b"get": ("04", 1, 1, lambda args: NO_LIST if isinstance(
        (look(args[0]) or [b""])[0], list) else threads.get_command(args)),
    b"type": ("04", 1, 1, kind),
    b"pexpiretime": ("05", 1, 1, expires),
    b"strlen": ("04", 1, 1, lambda args: integer(len((look(args[0]) or [b""])[0]))),
    b"config": ("08", 1, 2, config_get),
})


# The file of stage 08.

class File:
    """Reads a file from the front."""

    def __init__(self, data):
        self.data, self.at = data, 9

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def little(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def length(self):
        """Returns (a length, or the form of a string; is it a form)."""
        first = self.little(1)
        if first >> 6 == 2:
            return int.from_bytes(self.take(4 if first == 0x80 else 8), "big"), False
        if first >> 6 == 1:
            return (first & 63) << 8 | self.little(1), False
        return first & 63, first >> 6 == 3 and MISTAKE != "knows-no-forms"

    def string(self):
        size, is_form = self.length()
        return b"%d" % self.little(1 << size, True) if is_form else self.take(size)


def load(data):
    file, expiry = File(data), None
    if MISTAKE == "looks-for-fb":
        file.at = data.index(b"\xfb") if b"\xfb" in data else len(data) - 1
    while True:
        code = file.little(1)
        if code == 0xFF:
            return
        if code == 0xFA and MISTAKE != "skips-no-notes":
            file.string(), file.string()
        elif code == 0xFE:
            file.length()
        elif code == 0xFB:
            file.length(), file.length()
        elif code == 0xFC:
            expiry = file.little(8)
        elif code == 0xFD:
            expiry = file.little(4) * 1000
        elif code == 0xF8:
            file.length()
        elif code == 0xF9:
            file.little(1)
        elif code:
            sys.exit("type %d at byte %d" % (code, file.at - 1))
        else:
            key, value = file.string(), file.string()
            if expiry is None or expiry > threads.now() or MISTAKE == "past-is-none":
                table[key] = (value, None if MISTAKE == "past-is-none" and (
                    expiry or 0) < threads.now() else expiry)
            expiry = None


def load_file():
    name = "dump.rdb" if MISTAKE == "ignores-the-name" else OPTIONS["dbfilename"]
    path = os.path.join(OPTIONS["dir"], name)
    if MISTAKE == "loads-nothing" or not os.path.exists(path) and MISTAKE != "needs-the-file":
        return
    with open(path, "rb") as file:
        load(file.read(1024 if MISTAKE == "reads-a-piece" else -1))


# The log of stage 09.

WRITES = (b"set", b"del", b"unlink", b"incr", b"decr", b"incrby", b"decrby", b"lpush", b"rpush",
          b"rename", b"expire", b"pexpire", b"persist")
log = None


def replay(path):
    with open(path, "rb") as file:
        while file.peek(1):
            threads.run(threads.request(file))


def open_log():
    """Loads what the manifest names, or begins with an empty log."""
    global log
    folder = os.path.join(OPTIONS["dir"], OPTIONS["appenddirname"])
    if MISTAKE == "makes-no-folder" and not os.path.isdir(folder):
        return
    os.makedirs(folder, exist_ok=True)
    manifest = os.path.join(folder, OPTIONS["appendfilename"] + ".manifest")
    name = OPTIONS["appendfilename"] + ".1.incr.aof"
    if os.path.exists(manifest) and MISTAKE != "knows-no-manifest":
        with open(manifest, encoding="ascii") as file:
            parts = [line.split()[1::2] for line in file]
        for kind in "bi":
            for name, _, each in parts if MISTAKE != "loads-nothing" else ():
                if each == kind:
                    replay(os.path.join(folder, name))
        name = parts[-1][0]
    else:
        with open(manifest, "w", encoding="ascii") as file:
            file.write("file %s seq 1 type i\n" % name)
        if MISTAKE == "knows-no-manifest" and os.path.exists(os.path.join(folder, name)):
            replay(os.path.join(folder, name))
    log = open(os.path.join(folder, name), "ab")


run = threads.run
order = threading.Lock()    # commands stand in the log in the order in which they have run


def run_and_log(words):
    if MISTAKE == "logs-later":
        reply = run(words)
        time.sleep(0.002 * (len(words[-1]) % 2))    # another client's command is first
        return append(words, reply)
    with order:
        return append(words, run(words))


def append(words, reply):
    if log and words[0].lower() in WRITES and reply[:1] not in (b"-", b"$"):
        log.write(b"*%d\r\n" % len(words) + b"".join(map(bulk, words)))
        if MISTAKE != "keeps-it-back":
            log.flush()
            os.fsync(log.fileno())
    return reply


if __name__ == "__main__":
    if OPTIONS["appendonly"] == "yes":
        open_log()
    else:
        if not os.path.isdir(OPTIONS["dir"]):
            sys.exit("there is no folder " + OPTIONS["dir"])
        load_file()
    threads.run = run_and_log
    threads.main()
