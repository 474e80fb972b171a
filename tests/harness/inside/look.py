"""The inside of one of our servers, as panels of a page.

A server from stage 07 on answers DEBUG BUCKETS, ENTRY, DUE, BLOCK and WAITERS. A panel of which
nothing is known is left out.

A panel is a dict: title, note, and boxes ({"name", "items", "mark"}) or rows of cells.
"""

import contextlib
import os
import threading
import time

from .. import aof_format, rdb_blocks, wire
from ..fields import Damage
from ..model import SetupError, read_file

SHOWN = 24              # bytes of a key, and of a cell
TAIL = 64 << 10         # bytes at the end of a log that are read
COMMANDS = 8            # of them that are shown
ROWS = 60               # of an entry or a block
TIMES = 32              # boxes of a level of the tree


def brief(data, width=SHOWN):
    """Returns the beginning of some bytes, escaped."""
    return wire.show(data[:width])[1:-1] + ("…" if len(data) > width else "")


def hexed(data):
    """Returns bytes in hexadecimal; only the first of many."""
    return data[:12].hex(" ") + (" …" if len(data) > 12 else "")


class Look:
    """Asks a server for its inside, on a connection of its own."""

    def __init__(self, address, database=0, key=None):
        self.address = address
        self.database = database
        self.key = key
        self.used = None        # the key that a client has named last
        self.client = None
        self.lock = threading.Lock()

    def ask(self, *words):
        """Returns the answer without types; None for an error."""
        reply = self.client.ask(*words)
        return None if reply[0] == "-" else wire.plain(reply)

    def begin(self):
        """Connects; raises SetupError for a server that nobody can look into."""
        self.client = wire.Client(self.address, 2.0)
        self.ask("SELECT", str(self.database))
        reply = self.client.ask("DEBUG", "BUCKETS", str(self.database))
        if reply[0] == "-":
            raise SetupError("this server cannot be looked into: it answers %s. look is for "
                             "this project's stages from 07 on; from 08 on they want "
                             "--enable-debug-command yes" % wire.show(reply[1]))

    def panels(self):
        """Returns all panels; if the server has gone, one that says so."""
        with self.lock:
            try:
                if not self.client:
                    self.begin()
                key = self.key or self.used
                found = [self.buckets()]
                if key is not None:
                    found += [self.entry(key), self.block(key)]
                found += [self.due(), self.waiters(), self.log()]
                return [panel for panel in found if panel]
            except (OSError, SetupError, wire.Malformed) as error:
                self.client = None
                return [{"title": "Nothing can be seen", "note": str(error)}]

    def buckets(self):
        count, keys, split, told = self.ask("DEBUG", "BUCKETS", str(self.database))
        note = "%d keys in %d buckets." % (keys, count)
        if count:
            note += " The next one will be bucket %d; it takes keys from bucket %d." % (
                count, split)
        if len(told) < count:
            note += " The first %d are shown." % len(told)
        return {"title": "The table of database %d" % self.database, "note": note, "boxes": [
            {"name": str(number), "items": [brief(key) for key in bucket],
             "mark": "is split next" if number == split else ""}
            for number, bucket in enumerate(told)]}

    def entry(self, key):
        found = self.ask("DEBUG", "ENTRY", key)
        if not found:
            return {"title": "The entry of " + brief(key), "note": "There is no such key."}
        encoding, data, *parts = found
        rows, at = [], 0
        for name, size in zip(parts[::2], parts[1::2]):
            name, bytes_ = name.decode(), data[at:at + size]
            rows.append([str(at), hexed(bytes_), name,
                         meaning(name, bytes_, encoding.decode())])
            at += size
        return {"title": "The entry of " + brief(key), "note": "%d bytes, %s" % (
            at, encoding.decode()), "rows": rows}

    def block(self, key):
        """Returns the last block of a value that has some."""
        found = self.ask("DEBUG", "BLOCK", key, "0")
        if not found or not found[0]:
            return None
        count = found[0]
        data = self.ask("DEBUG", "BLOCK", key, str(count - 1))[1]
        if data is None:
            return None
        fields = []
        with contextlib.suppress(Damage):       # the end of a long block is not told
            rdb_blocks.read("listpack", data, 0, fields.append)
        rows = [[str(field.at), hexed(data[field.at:field.at + field.size]), field.text,
                 "" if field.value is None else brief(field.value)]
                for field in fields[:ROWS]]
        return {"title": "A packed block of " + brief(key), "rows": rows,
                "note": "Block %d of %d, %d bytes: a listpack." % (count, count, len(data))}

    def due(self):
        levels = self.ask("DEBUG", "DUE", str(self.database))
        if not levels:
            return None
        now, boxes = time.time() * 1000, []
        kinds = ["bucket", *("level %d, node" % n for n in range(1, len(levels) - 1)), "root"]
        for number, level in reversed(list(enumerate(levels))):
            told = [(node, when) for node, when in enumerate(level) if when is not None]
            boxes += [{"name": "%s %d" % (kinds[number], node), "mark": "",
                       "items": ["%+.1f s" % ((when - now) / 1000)]}
                      for node, when in told[:TIMES]]
        return {"title": "What expires first", "boxes": boxes, "note":
                "The tree, root first. The first entry below a node expires at its time, or "
                "later." if boxes else "Nothing does."}

    def waiters(self):
        found = self.ask("DEBUG", "WAITERS", str(self.database))
        if found is None:
            return None
        queues = {}
        for key, client in zip(found[::2], found[1::2]):
            queues.setdefault(key, []).append("client %d" % client)
        return {"title": "Who waits for which key",
                "note": "" if queues else "Nobody waits.",
                "rows": [[brief(key), ", then ".join(clients)]
                         for key, clients in queues.items()]}

    def log(self):
        if self.setting("appendonly") != "yes":
            return None
        folder = os.path.join(self.setting("dir"), self.setting("appenddirname"))
        try:
            parts = aof_format.read_manifest(read_file(os.path.join(
                folder, aof_format.find_manifest(folder))))
            name = [part.name for part in parts if part.kind == "i"][-1]
            start, data = tail(os.path.join(folder, name))
        except (OSError, Damage, IndexError, SetupError):
            return None                 # it is another machine's, or is being written anew
        return {"title": "The end of the log", "note": "%s, %d bytes" % (name, start + len(data)),
                "rows": [[str(start + command.at), " ".join(brief(word) for word in
                                                            command.words[:8])]
                         for command in last_commands(data)]}

    def setting(self, name):
        found = self.ask("CONFIG", "GET", name)
        return found[1].decode("utf-8", "surrogateescape") if found else ""


def meaning(name, data, encoding):
    """Describes a part of an entry."""
    number = int.from_bytes(data, "little", signed=True)
    if name.startswith("length"):
        return str(number)
    if name == "expiry":
        return "%d (%+.1f s)" % (number, number / 1000 - time.time()) if number else "it stays"
    if name.startswith("number"):       # of stages 07 to 09
        return {"int": "%d, the value", "embstr": "%d, the length of the string"}.get(
            encoding, "%#x, the address of a block") % number
    if name == "value" and encoding == "int":
        return str(number)
    if name == "value" and encoding not in ("embstr", "raw"):
        return "%#x, the address of a block" % number
    return brief(data) if name in ("key", "short string", "value") else ""


def tail(path):
    """Returns where the end of a file begins, and the bytes from there on."""
    with open(path, "rb") as file:
        start = max(file.seek(0, os.SEEK_END) - TAIL, 0)
        file.seek(start)
        return start, file.read()


def last_commands(data):
    """Returns the last commands of a log whose beginning may be cut off."""
    at = 0 if data[:1] in b"*#" else data.find(b"\n*") + 1
    while at or data[:1] in b"*#":
        found = aof_format.Log(data[at:]).parse()
        if found.commands and (not found.damage or found.torn):
            return [command._replace(at=at + command.at, end=at + command.end)
                    for command in found.commands[-COMMANDS:]]
        at = data.find(b"\n*", at + 1) + 1
        if not at:
            break
    return []


def key_of(message):
    """Returns the first key of a request, as far as its form tells; None if it names none."""
    words = next(wire.requests(bytes(message.raw)), [])
    return words[1] if len(words) > 1 and words[0].upper() not in NO_KEYS else None


NO_KEYS = {b"DEBUG", b"SELECT", b"CONFIG", b"CLIENT", b"HELLO", b"AUTH", b"ECHO", b"PING",
           b"COMMAND", b"INFO", b"SCAN", b"KEYS", b"SUBSCRIBE", b"PSUBSCRIBE", b"PUBLISH",
           b"ACL", b"MEMORY", b"OBJECT", b"XREAD", b"XREADGROUP", b"BITOP", b"WAIT"}
