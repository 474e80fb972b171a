"""tests/check dissect rdb|aof|resp FILE: offset, bytes, meaning.

Each line is a field. --deep also opens the blocks in which small collections
stand. A file that is damaged is shown up to the damage, and the last line
says where and why. Exit status: 0 whole, 1 damaged, 2 not to be read.
"""

import collections
import datetime
import os
import re
import sys

from . import aof_format, rdb_format, wire
from .fields import Damage, Field
from .model import SetupError, read_file

WIDTH = 80
SHOWN = 8               # bytes on a line
NEARLY = 5              # fields that are not worth leaving out
SMALL = 40              # fields of a file that is shown whole
LARGE = 4 << 20         # bytes, of which no failure waits for the checksum
USAGE = "tests/check dissect rdb|aof|resp FILE [--deep]"


def when(text):
    """Formats a point in time, as people write it."""
    found = re.search(r"(-?\d+) (ms|s)$", text)
    value = int(found.group(1)) / (1000 if found.group(2) == "ms" else 1) \
        if found else 0
    if not 1e8 < value < 1e10:
        return ""
    moment = datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    return moment.strftime(", %Y-%m-%d %H:%M")


def field_line(field, data, mark=" "):
    """Formats a Field as a line of at most 80 columns."""
    source = data if field.block is None else field.block
    count = field.size if field.size <= SHOWN else SHOWN - 1
    shown = bytes(source[field.at:field.at + count]).hex(" ")
    shown += " .." if field.size > SHOWN else ""
    where = str(field.at) if field.block is None else "+%d" % field.at
    left = "%s%9s  %-24s" % (mark, where, shown)
    text = "  " * field.depth + field.text + when(field.text)
    if field.value is None:
        return (left + text)[:WIDTH].rstrip()
    room = max(WIDTH - len(left) - len(text) - 1, 20)
    return left + text + " " + wire.brief(field.value, room)


class Evidence(collections.namedtuple(
        "Evidence", "name data at kind", defaults=(None, "rdb"))):
    """A file that a failure is about, and the byte to point at (None: none)."""

    def fields(self):
        """Returns all fields of the file that are no parts of blocks."""
        found = []
        if self.kind == "rdb":
            large = len(self.data) > LARGE
            (rdb_format.Quick if large else rdb_format.Parser)(
                self.data, 0, found.append).parse()
        else:
            aof_format.Log(self.data, found.append).parse()
        return found

    def lines(self, kept="", most=14):
        """Returns the fields as lines. A small file is shown whole, since the reason
        often stands before the value that is missing; of a large one the lines around
        that byte."""
        near = self.fields()
        index = max((n for n, field in enumerate(near)
                     if field.at <= (self.at or 0)), default=0)
        first = max(0, index - most // 2)
        if len(near) <= SMALL:
            most, first = SMALL, 0
        elif first <= NEARLY:           # show all lines from the beginning instead
            most, first = most + first, 0
        head = "  %s: %d bytes%s%s" % (
            self.name, len(self.data), kept and ", kept as " + kept,
            first and "; from byte %d on:" % near[first].at or "")
        return [head] + [field_line(field, self.data, ">" if n == index
                                    and self.at is not None else " ")
                         for n, field in enumerate(near)
                         ][first:first + most]


def print_field(data):
    """Returns a function that prints each Field as it is found."""
    def show(field):
        print(field_line(field, data))
    return show


def head(path, data):
    print("%s: %d bytes" % (path, len(data)))
    print("    offset  %-24s%s" % ("bytes", "meaning"))


def verdict(damage, text):
    """Prints the last line. Returns the exit status."""
    if damage:
        print("damaged at byte %d: %s" % (damage.at, damage.why))
        return 1
    print("whole: " + text)
    return 0


def rdb_words(parser):
    """Describes the content of a whole RDB file in a line."""
    keys = ", ".join("%d keys in database %d" % (len(found), number)
                     for number, found in sorted(parser.databases.items()))
    return "RDB version %d, %s, %s" % (
        parser.version, keys or "no keys",
        {"right": "the checksum is right", "off": "no checksum (switched "
         "off)", None: "no checksum in this version"}[parser.checksum])


def show_rdb(path, data, deep):
    head(path, data)
    parser = rdb_format.Parser(data, 0, print_field(data), deep).parse()
    return verdict(parser.damage, parser.damage or rdb_words(parser))


def show_log(path, data, deep):
    """Shows one file of an AOF."""
    head(path, data)
    log = aof_format.Log(data, print_field(data), deep).parse()
    text = "%d commands" % len(log.commands)
    if log.rdb and not log.damage:
        text = rdb_words(log.rdb) + "; then " + text
    status = verdict(log.damage, text)
    if log.damage and log.torn:
        print("%s; whole up to byte %d" % (text, log.whole))
    return status


def show_manifest(path, data):
    """Shows a manifest, one line per part."""
    head(path, data)
    at, damage = 0, None
    for line in data.splitlines(True):
        text = "a remark" if line.startswith(b"#") else "an empty line"
        try:
            if line.strip() and not line.startswith(b"#"):
                part = aof_format.manifest_line(line.rstrip(b"\r\n"), at)
                text = "%s, number %d: %s" % (
                    aof_format.KINDS[part.kind], part.seq, part.name)
        except Damage as found:
            damage, text = damage or found, "?"
        print(field_line(Field(at, len(line), 0, text, None, None), data))
        at += len(line)
    return verdict(damage, "a manifest")


def show_aof(path, data, deep):
    if path.endswith(".manifest"):
        return show_manifest(path, data)
    return show_log(path, data, deep)


def show_folder(path, deep):
    """Shows the manifest of a folder, and the files that it names."""
    manifest = aof_format.find_manifest(path)
    data = read_file(os.path.join(path, manifest))
    status = show_manifest(os.path.join(path, manifest), data)
    try:
        parts = aof_format.read_manifest(data)
    except Damage:
        return status
    for part in parts:
        print()
        name = os.path.join(path, part.name)
        if os.path.exists(name):
            status |= show_log(name, read_file(name), deep)
        else:
            print("%s: is not there" % name)
            status = 1
    return status


def show_reply(reply, at, show, depth=0):
    """Shows the parts of a reply that begins at this offset. Returns where it ends."""
    kind, content = reply
    data, name = wire.encode(reply), wire.KIND[kind].split(" ", 1)[-1]
    head = data[:data.index(wire.CRLF) + 2]
    if content is None:
        text, value = name if kind == "_" else "null " + name, None
    elif isinstance(content, list):
        text, value = "%s of %d" % (name, int(head[1:])), None
    elif kind in wire.STRINGS:
        text, value = "%s of %d bytes" % (name, len(content)), None
    else:
        text, value = name, head[1:-2]
    show(Field(at, len(head), depth, text, value, None))
    at += len(head)
    if isinstance(content, list):
        for item in content:
            at = show_reply(item, at, show, depth + 1)
    elif len(data) > len(head):
        show(Field(at, len(data) - len(head), depth + 1, "", content, None))
        at += len(data) - len(head)
    return at


def show_resp(path, data, _deep):
    """Shows requests and replies, of versions 2 and 3."""
    head(path, data)
    at = count = 0
    show = print_field(data)
    while at < len(data):
        try:
            if chr(data[at]) in wire.KIND:
                at = show_reply(wire.parse(data, at)[0], at, show)
            else:
                at = show_inline(data, at, show)
        except wire.Incomplete:
            return verdict(Damage(at, "the file ends within what begins here"), "")
        except wire.Malformed as wrong:
            return verdict(wrong, "")
        count += 1
    return verdict(None, "%d requests or replies" % count)


def show_inline(data, at, show):
    """Shows a typed line."""
    end = data.find(b"\n", at) + 1
    if not re.match(rb"[A-Za-z0-9\r\n]", data[at:at + 1]):
        raise wire.Malformed(at, "%02x begins neither a request nor a reply" % data[at])
    if not end:
        raise wire.Incomplete(at + 1)
    show(Field(at, end - at, 0, "inline command", data[at:end].rstrip(b"\r\n"), None))
    return end


SHOWS = {"rdb": show_rdb, "aof": show_aof, "resp": show_resp}


def main(words, deep=False):
    """Runs the command, without its own name. Returns the exit status."""
    if len(words) != 2 or words[0] not in SHOWS:
        raise SetupError(USAGE)
    kind, path = words
    if os.path.isdir(path):
        if kind != "aof":
            raise SetupError("%s is a folder" % path)
        try:
            return show_folder(path, deep)
        except OSError as error:
            raise SetupError(str(error))
    status = SHOWS[kind](path, read_file(path), deep)
    sys.stdout.flush()
    return status
