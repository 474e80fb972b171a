"""Known mistakes with files: stages 08 and 09.

The contents of a file, and what a failed check was about, are facts that the judges of
these stages give (judges/rdb_files.py, judges/aof*.py). What cannot be seen is not
guessed.

"""

import time

from .rules import rule


@rule("A01")
def early(case):
    saw = case.facts.get
    return saw("early") or saw("unsynced") or (
        saw("lost") and not saw("rewrite"))


# The answers about a key that is not there.
NO_KEY = ((":", -2), ("$", None), ("*", []))


def integer_in(reply):
    """Returns the integer that a reply is, or spells; None if it does not."""
    if not reply or reply[1] is None or isinstance(reply[1], list):
        return None
    try:
        return int(reply[1])
    except ValueError:
        return None


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
    entry, came = case.facts.get("entry"), case.reply()
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
            return abs(left - (when - now)) < 60000
        if when < now and case.facts.get("opcode") == "ms":
            return came in NO_KEY
    return False


@rule("D01")
def big_endian(case):
    if case.facts.get("big_endian"):
        return True
    if turned_time(case):
        return True
    due, came = integer_in(case.due_reply()), integer_in(case.reply())
    if case.facts.get("form") != "integer" or due is None or came is None:
        return False
    return due != came and any(
        turned(due, size) in (came, came - (1 << 8 * size))
        for size in (2, 4))


@rule("D02")
def swapped(case):
    if case.facts.get("swapped"):
        return True
    return bool(case.facts.get("opcode")) and not big_endian(case) and (
        bool(case.facts.get("refused"))
        or bool(case.came) and not case.came.startswith(b"-"))


@rule("D03")
def no_integers(case):
    return case.facts.get("form") == "integer" and not big_endian(case) and (
        bool(case.facts.get("refused")) or case.both())
