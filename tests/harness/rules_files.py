"""Known mistakes with files: stages 08 and 09.

The contents of a file, and what a failed check was about, are facts that the judges of
these stages give (judges/rdb_files.py, judges/aof*.py). What cannot be seen is not
guessed.
"""

import contextlib
import time

from . import kernel, wire
from .case import commands_in, elements, integer_in, named
from .model import RESTARTED


# The answers about a key that is not there.
NO_KEY = ((":", -2), ("$", None), ("*", []))
NONE = (*NO_KEY, (":", 0), ("*", None), ("+", b"none"))


def nothing_there(case):
    """Returns true if something of a file is due, and the server has nothing."""
    some = case.want not in (*NONE, None) or case.words_due.startswith("an array of ")
    return case.got in NONE and some or (
        case.mismatch.actual_text or "").startswith("0 keys; missing")


def nobody_reads(case):
    """Returns true if what is in the snapshot is missing, and nobody has read the file."""
    read = case.saw.read
    return case.point[:2] == "08" and bool(read) and not any(read.values()) and (
        nothing_there(case) or case.mismatch.actual_text == "it goes on running")


def reads_in_vain(case):
    """Returns true if nothing of the simplest files is there, although they were read."""
    return case.point == "08.2" and bool(case.saw.read) and all(case.saw.read.values()) and (
        nothing_there(case) and case.alive)


def past_stays(case):
    """Returns true if a key is there whose time was over when the file was read."""
    entry = case.saw.entry
    if entry is None or entry.expiry is None or entry.expiry > time.time() * 1000:
        return False
    return "; nobody wrote: " in (case.mismatch.actual_text or "") or (
        case.want in NONE and case.got not in NONE)


def on_disk(case, data):
    """Returns true if a file in the server's folder has these bytes."""
    for path in kernel.files_below(case.saw.folder or ""):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            if data in file.read():
                return True
    return False


def never_written(case):
    """Returns true if a value was set, is gone after a new start, and is in no file."""
    found = reads_again(case)
    if not found or case.point < "09" or case.got != ("$", None) or not case.due_string:
        return False
    was_set = any(named(words) == b"SET" and words[1:2] == found[0][1:2] for words, _ in found[2])
    return was_set and not on_disk(case, case.due_string)


READS = (b"GET", b"ECHO", b"PING", b"EXISTS", b"TTL", b"TYPE", b"KEYS", b"LRANGE")


def logs_reads(case):
    due, came = case.saw.logged or ([], [])
    return any(named(words) in READS for words in came if words not in due)


def logs_too_little(case):
    due, came = case.saw.logged or ([], [])
    return len(came) < len(due) and came == due[:len(came)]


def no_log_read(case):
    """Returns the text for a server that has read no file of its log."""
    read = {name: seen for name, seen in (case.saw.read or {}).items()
            if not name.endswith(".rdb") or ".base." in name}
    logs = [name for name in read if not name.endswith(".manifest")]
    if case.point[:2] != "09" or not logs or any(map(read.get, logs)) or not nothing_there(case):
        return False
    if len(logs) == len(read) or not any(read.values()):
        return ("nobody has read the manifest: with appendonly yes the server reads it at the "
                "start, and then the files that it names, before it takes clients")
    return ("the manifest was read, and none of the files that it names: the server runs the "
            "commands in them at the start, before it takes clients")


def turned(number, size):
    """Returns a number of this many bytes, read from its other end; None if it has
    more."""
    try:
        data = number.to_bytes(size, "little", signed=True)
    except OverflowError:
        return None
    return int.from_bytes(data, "big", signed=True)


def turned_time(case):
    """Returns true if the time to live, or the missing key, is what the bytes of the
    expiry in the file mean in the other order."""
    entry, came = case.saw.entry, case.got
    if not entry or entry.expiry is None or not came:
        return False
    now = time.time() * 1000
    for when in (turned(entry.expiry, 8),
                 turned(entry.expiry // 1000, 4) * 1000
                 if entry.expiry < 1 << 41 else None):
        if when is None:
            continue
        left = integer_in(came)
        if came[0] == ":" and left is not None and left > 0:
            return abs(left - (when % (1 << 64) - now)) < max(60000, left >> 40)
        if when < now and case.saw.opcode == "ms":
            return came in NO_KEY
    return False


def turned_number(case):
    """Returns true if an integer is that which its bytes mean in the other order."""
    due, came = integer_in(case.want), integer_in(case.got)
    if case.saw.form != "integer" or due is None or came is None:
        return False
    return due != came and any(
        turned(due, size) in (came, came - (1 << 8 * size))
        for size in (2, 4))


def with_databases(case):
    """Yields (words, database) for each request of the session: the database is that which its
    client has selected."""
    selected = {}
    for _, name, arrow, text, data in case.timeline:
        if text == RESTARTED:
            selected.clear()
            yield [RESTARTED], 0
        for words in commands_in(data) if arrow == ">" else ():
            if named(words) == b"SELECT" and len(words) > 1:
                selected[name] = words[1]
            yield words, selected.get(name, b"0")


def reads_again(case):
    """Returns the last GET of a session, its database, and what was asked before the server was
    started again, as pairs; None if it was not started again, or asked something else."""
    asked = list(with_databases(case))
    starts = [number for number, (words, _) in enumerate(asked) if words == [RESTARTED]]
    if not starts or named(asked[-1][0]) != b"GET":
        return None
    return asked[-1][0], asked[-1][1], asked[:starts[-1]]


def given_at_start(case):
    """Returns true if a value is not what the files before the first start say."""
    if RESTARTED in [event[3] for event in case.timeline] or not case.both or (
            case.due in (b"$-1\r\n", b"*0\r\n") or case.due[:1] not in (b"$", b"*")):
        return False
    due, came = elements(case.want), elements(case.got)
    return len(came or ()) <= len(due or ()) or (
        "commands of the files have run twice: what is replayed is not written into the log again")


def no_databases(case):
    found = reads_again(case)
    if not found or not case.both or case.point[:2] != "09":
        return False
    (_, key), database, before = found
    values = {(where, words[1]): words[2] for words, where in before
              if named(words) == b"SET" and len(words) == 3}
    elsewhere = [value for (where, name), value in values.items()
                 if name == key and where != database]
    if case.due == b"$-1\r\n":
        return case.came in map(wire.bulk, elsewhere)
    return (case.came == b"$-1\r\n" and (database, key) in values
            and len({where for where, _ in values}) > 1)


def emptied(case):
    if case.point == "09.2" and never_written(case):
        return True         # that it was there before has been seen
    found = reads_again(case)
    if not found or case.came != b"$-1\r\n" or case.point[:2] != "09":
        return False
    words, database, before = found
    # It was there after the first start, and nobody had set it.
    return (words, database) in before and not any(
        named(each) == b"SET" and each[1:2] == words[1:2] for each, _ in before)
