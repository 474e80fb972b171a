"""Known mistakes with transactions and with events of keys: stage 10.

The answer of EXEC shows most of them: an array of replies, a null one, or an error. The
rest shows in the requests between MULTI and EXEC.

"""

from . import wire
from .rules import rule
from .rules_lists import WAITING, named

ENDS = (b"EXEC", b"DISCARD", b"RESET", b"UNWATCH")
NO_REPLIES = (("*", None), ("_", None))


def asked_by(case):
    """Returns {connection: the words of all its requests}."""
    asked = {}
    for _, name, arrow, _, data in case.mismatch.timeline:
        if arrow == ">":
            asked.setdefault(name, []).extend(
                [word or b"" for word in words]
                for words in wire.requests(data))
    return asked


def own(case):
    """Returns the requests of the connection whose answer is wrong."""
    return asked_by(case).get(case.mismatch.conn, [])


def queued(commands):
    """Returns the requests since MULTI, if the transaction is not over; otherwise [].
    """
    found = []
    for words in commands:
        if named(words) in (b"MULTI",) + ENDS[:3]:
            found = [words] if named(words) == b"MULTI" else []
        elif found:
            found.append(words)
    return found[1:]


def watched(commands):
    """Returns the keys that are watched now, or were until this EXEC."""
    keys = []
    for words in commands[:-1]:
        if named(words) == b"WATCH":
            keys += words[1:]
        elif named(words) in ENDS:
            keys = []
    return keys


def is_exec(case):
    """Returns true if it is the answer to EXEC that is wrong."""
    commands = own(case)
    return bool(commands) and named(commands[-1]) == b"EXEC"


def elements(reply):
    """Returns the elements of an array; None if it is something else."""
    return reply[1] if reply and reply[0] == "*" else None


@rule("X01")
def runs_at_once(case):
    if (case.due or b"") == b"+QUEUED\r\n":
        return bool(case.came) and case.came[:1] != b"-"
    if not case.both() or case.came[:1] == b"-" or is_exec(case):
        return False
    asked = asked_by(case)
    last = (asked.pop(case.mismatch.conn, None) or [[]])[-1]
    return any(last[1:2] == words[1:2] for commands in asked.values()
               for words in queued(commands))


@rule("X02")
def stops_at_an_error(case):
    due = elements(case.due_reply())
    if not is_exec(case) or not due or all(kind != "-" for kind, _ in due):
        return False
    came = elements(case.reply())
    if came is None:
        return case.came[:1] in (b"-", b"*") and bool(case.came)
    return len(came) < len(due)


@rule("X14")
def served_within(case):
    asked = asked_by(case)
    waiting = any(named(words) in WAITING for name, commands in asked.items()
                  for words in commands[-1:] if name != case.mismatch.conn)
    if is_exec(case):
        return waiting and elements(case.reply()) is not None
    ended = any(named(words) == b"EXEC" for commands in asked.values()
                for words in commands[-1:])
    return case.waits() and bool(elements(case.reply())) and ended


@rule("X03")
def watch_kept(case):
    return (is_exec(case) and case.reply() in NO_REPLIES
            and case.due_reply() not in NO_REPLIES and not watched(own(case))
            and any(named(words) == b"WATCH" for words in own(case)))


def has_time(case, keys):
    """Returns true if one of these keys was given a time, and then nothing but time
    passed."""
    return any(words[1:2] == [key] and named(words) == b"SET"
               and {b"PX", b"EX"} & {word.upper() for word in words[3:]}
               for words in case.asked() for key in keys)


def ran_in_vain(case):
    """Returns true if EXEC should have done nothing, and has run."""
    came = elements(case.reply())
    return (is_exec(case) and case.due_reply() in NO_REPLIES
            and came is not None and (came or not queued(own(case)[:-1])))


@rule("X16")
def time_unseen(case):
    return ran_in_vain(case) and has_time(case, watched(own(case)))


@rule("X15")
def change_unseen(case):
    return ran_in_vain(case) and not has_time(case, watched(own(case)))


def is_event(message):
    """Returns true if it is a message about an event of a key."""
    words = elements(message) or []
    return any(kind == "$" and (word or b"").startswith((b"__keyspace@", b"__keyevent@"))
               for kind, word in words[1:3])


@rule("X17")
def other_event(case):
    return is_event(case.due_reply()) and is_event(case.reply())
