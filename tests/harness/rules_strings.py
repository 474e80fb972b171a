"""Known mistakes with strings, their keys and their types: stage 04.

Most are recognized by what the failed command had to do: the replies of a correct server and
this one's differ just as they do if one step of it is left out.
"""

import re

from .case import named
from .rules_files import with_databases

COUNTING = (b"INCR", b"DECR", b"INCRBY", b"DECRBY", b"INCRBYFLOAT")
MOVING = (b"RENAME", b"RENAMENX")
# What a program prints when an error ends it, or one of its threads.
UNCAUGHT = re.compile(r"traceback \(most recent|terminated with exception|exception in thread|"
                      r"unhandled|uncaught|^panic: |panicked at|\(\w+error\)$|stack traceback:|"
                      r"\(errno::\w+\)$|^\*\* \(\w+|raised an exception|^raised \w+_error|"
                      r"terminate called after|thread \d+ panic:|^runtime error \d+|"
                      r"^[\w.]+(error|exception)@|"
                      r"fatal error: exc|callstack \(|while executing|invoked from within|"
                      r"error in process|^(?!use of uninit).* at \S+ line \d+\.$", re.M)
# What it prints if that error was a client's leaving.
CLIENT_LEFT = re.compile(r"eoferror|end of file|econnreset|connection ?reset|epipe|broken ?pipe")


def last_about(case):
    """Returns the last command before the failed one that names its key."""
    if len(case.last) < 2:
        return []
    earlier = case.asked[:len(case.asked) - len(case.commands)]
    return next((words for words in reversed(earlier) if case.last[1] in words[1:3]), [])


def minus_before(case):
    """Returns true if this command has to read a number with a minus in front, its argument or
    what it said itself the last time."""
    said = [data for _, conn, arrow, _, data in case.timeline
            if arrow == "<" and conn == case.conn and data != case.came]
    return case.name in COUNTING and (
        case.last[2:] and case.last[2][:1] == b"-" or bool(said) and said[-1][:2] == b":-"
        or named(last_about(case)) == b"SET" and last_about(case)[2][:1] == b"-")


def first_stays(case):
    """Returns true if GET gives what an earlier SET of the key has set, and not the last one.
    (A SET in a transaction may not have run.)"""
    if any(named(words) == b"MULTI" for words in case.asked):
        return False
    values = [words[2] for words in case.asked if named(words) == b"SET" and len(words) == 3
              and words[1:2] == case.last[1:2]]
    if named(last_about(case)) in (b"DEL", b"UNLINK") and len(values) > 1 and (
            case.due + case.came[:1] in (b":0\r\n:", b"$-1\r\n$")):
        return "SET has put a second entry beside the old one, and DEL takes away one of them"
    return (case.name == b"GET" and len(values) > 1 and case.want == ("$", values[-1])
            and case.got != case.want and case.got in [("$", value) for value in values[:-1]])


def database_ignored(case):
    """Returns true if a key is there that was only set in another database."""
    if case.due not in (b"$-1\r\n", b":0\r\n") or case.name not in (b"GET", b"EXISTS") or (
            not case.came or case.came[:1] not in (b"$", b":")):
        return False
    *earlier, (_, here) = with_databases(case)
    places = {where for words, where in earlier
              if named(words) != b"SELECT" and case.last[1:2] == words[1:2]}
    return bool(places) and here not in places


SHOWN = re.compile(rb"\[B@[0-9a-f]+|\[object \w+\]|b'.*'|b\".*\"|<.* at 0x[0-9a-f]+>|"
                   rb"\w+\(0x[0-9a-f]+\)|&?\{.*\}|#<.*>|\[\d+((, ?| )\d+)*\]", re.S)
AROUND = rb"[\w.]*[\[({<\"' ]+%s[\])}>\"' ]+"
NIL_SHOWN = (b"None", b"nil", b"null", b"undefined", b"NULL", b"(nil)", b"<nil>", b"NaN", b"false")


def as_shown(case):
    """Returns true if what a language prints for a value comes instead of the value."""
    if not case.want or case.want[0] != "$" or not case.came or case.request[:1] != b"*":
        return False
    due, came = case.want[1], re.sub(rb"\$\d+\r\n|\+|\r\n$", b"", case.came)
    return came in NIL_SHOWN if due is None else due != came and (
        b"\\" in came and b"\\" not in due or
        SHOWN.fullmatch(came) or re.fullmatch(AROUND % re.escape(due), came)) is not None
