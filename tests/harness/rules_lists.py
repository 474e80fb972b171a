"""Known mistakes with lists, and with clients that wait: stage 06.

The correct reply is known, so most mistakes are recognized by how the two differ; those
about waiting by which client was served, and when.

"""

import re

from . import wire
from .rules import gave_up_early, rule

WAITING = (b"BLPOP", b"BRPOP", b"BLMOVE", b"BRPOPLPUSH", b"BLMPOP")
TAKING = WAITING + (b"LPOP", b"RPOP", b"LMPOP", b"LREM", b"LTRIM", b"LMOVE",
                    b"RPOPLPUSH")
REMOVING = (b"HDEL", b"SREM", b"SPOP", b"SMOVE", b"ZREM", b"ZPOPMIN", b"ZPOPMAX",
            b"ZREMRANGEBYRANK", b"ZREMRANGEBYSCORE", b"ZREMRANGEBYLEX")
PUSHING = (b"LPUSH", b"LPUSHX")
NULLS = (b"*-1\r\n", b"$-1\r\n", b"*0\r\n", b"_\r\n")


def named(words):
    """Returns a command's name in capitals; b"" if there is none."""
    return (words[0] or b"").upper() if words else b""


def last(case):
    """Returns the words of the last command that this connection sent."""
    commands = case.words()
    return commands[-1] if commands else []


def before(case, names):
    """Returns the last command of the session with one of these names."""
    for words in reversed(case.asked()):
        if named(words) in names:
            return words
    return []


def members(reply):
    """Returns the bulk strings of an array; None if it is something else."""
    if not reply or reply[0] != "*" or reply[1] is None:
        return None
    if any(kind != "$" for kind, _ in reply[1]):
        return None
    return [content for _, content in reply[1]]


def both_members(case):
    """Returns (expected, actual) as lists of bulk strings; either may be None."""
    return members(case.due_reply()), members(case.reply())


def negative(words):
    """Returns true if one of a command's first two numbers is negative."""
    return any(re.match(rb"-\d", word or b"") for word in words[2:4])


@rule("L09")
def serves_all(case):
    if case.facts.get("all_served"):
        return True
    if not (case.came and case.waits()
            and case.mismatch.expected_text.startswith("nothing:")):
        return False
    return any(arrow == "<" and name != case.mismatch.conn
               and data == case.came and len(data) > 8
               for _, name, arrow, _, data in case.mismatch.timeline)


ARRIVES = (b"RENAME", b"RENAMENX", b"COPY", b"LMOVE", b"RPOPLPUSH", b"BLMOVE",
           b"BRPOPLPUSH", b"MOVE", b"SWAPDB", b"RESTORE", b"SORT")


@rule("L13")
def not_woken(case):
    # That a plain push wakes somebody was the matter of 06.7 and 06.8.
    if case.checkpoint.id < "06.9" or not (case.silent() and case.waits()) or (
            (case.due or b"")[:1] != b"*" or case.due in NULLS):
        return False
    others = [words for _, name, arrow, _, data in case.mismatch.timeline
              if arrow == ">" and name != case.mismatch.conn
              for words in wire.requests(data) if named(words) != b"PING"]
    came_by = next((named(words) for words in reversed(others)
                    if named(words) in ARRIVES), None)
    if came_by:
        return ("a list has come to the key by %s, and nobody looked for clients that "
                "wait for it: any command after which an element is there has to"
                % came_by.decode())
    return (named(others[-1] if others else []) in (b"LPUSH", b"RPUSH")
            and len(others[-1]) > 3 and any(named(words) in WAITING for words in others)
            and "several elements were pushed, and only one of the clients that wait was "
            "served: go on while there are elements and clients")


@rule("L12")
def gives_up(case):
    return (case.mismatch.expected_text.startswith("nothing:")
            and case.waits() and case.came in NULLS)


@rule("L10")
def behind_a_wait(case):
    if not (case.waits() or before(case, WAITING)):
        return False
    if case.mismatch.expected_text.startswith("nothing:") and case.came:
        return not case.came.startswith(b"*") and not gives_up(case)
    return (len(case.words()) > 1 and case.waits()
            and (case.due or b"")[:1] in (b"+", b":")
            and (case.silent() or case.came[:1] == b"*"))


def has_fraction(words):
    """Returns true if this is a command that waits, with a time-out that is no integer.
    """
    if named(words) not in WAITING or len(words) < 2:
        return False
    limit = words[1 if named(words) == b"BLMPOP" else -1] or b""
    return re.fullmatch(rb"\d*\.\d+|\d+e-?\d+", limit) is not None


@rule("L07")
def integer_only(case):
    fraction = any(map(has_fraction, case.words()))
    if any(map(has_fraction, case.asked()[:-len(case.words()) or None])):
        return False        # an earlier time-out of that kind was right
    refused = ((case.came or b"")[:1] == b"-"
               and b"unknown" not in case.came.lower())
    return fraction and (case.silent() or refused
                         or bool(case.facts.get("at_once")))


@rule("L06")
def bad_timeout(case):
    if case.facts.get("timeout_early") or case.facts.get("timeout_late"):
        return True
    if gave_up_early(case):
        return ("a client that waits is told that its time is over, and it is not: "
                "BLPOP counts seconds, and BLOCK milliseconds")
    if late_block(case):
        return ("the time of BLOCK is over, and the client is not told: it is a number "
                "of milliseconds, and somebody has to wake up for it")
    timed = any(named(words) in WAITING and (words[-1] or b"") in (b"1", b"5")
                for words in case.words())
    return timed and case.silent() and (case.due or b"") == b"*-1\r\n"


def late_block(case):
    """Returns true if XREAD has waited for longer than its BLOCK says."""
    for words in case.words():
        names = [(word or b"").upper() for word in words]
        if names[:1] in ([b"XREAD"], [b"XREADGROUP"]) and b"BLOCK" in names[:-1]:
            limit = names[names.index(b"BLOCK") + 1]
            return (limit.isdigit() and 0 < int(limit) <= 1000 and case.silent()
                    and case.due == b"*-1\r\n")
    return False


@rule("L08")
def lost_to_the_dead(case):
    waiting, dead = set(), False
    for _, name, arrow, text, data in case.mismatch.timeline:
        if arrow == ">" and re.search(rb"\r\nB(LPOP|RPOP|L?MOVE|LMPOP)\r\n",
                                      data, re.I):
            waiting.add(name)
        dead = dead or text in ("closes", "resets") and name in waiting
    if not dead or not case.alive:
        return False
    due, came = both_members(case)
    return case.silent() and case.waits() or bool(due) and came != due or (
        (case.due or b"")[:1] == b"$" and case.came == b"$-1\r\n")


@rule("L02")
def stop_exclusive(case):
    due, came = both_members(case)
    trims = named(before(case, TAKING)) == b"LTRIM"
    if named(last(case)) == b"LLEN" and trims:
        return case.due_reply() == (":", (case.reply() or (":", -2))[1] + 1)
    if named(last(case)) == b"GETRANGE":
        whole, part = case.due_reply(), case.reply()
        return bool(whole and whole[1] and part) and part == ("$", whole[1][:-1])
    if named(last(case)) not in (b"LRANGE", b"EXISTS"):
        return False
    return bool(due) and came == due[:-1] and (
        trims or not before(case, TAKING) or case.checkpoint.id == "06.2")


@rule("L01")
def negative_index(case):
    words = last(case)
    name = named(words)
    due, came = both_members(case)
    if not case.came or name not in (b"LRANGE", b"LINDEX", b"LSET"):
        return False
    if name in (b"LINDEX", b"LSET"):
        return re.match(rb"-\d", words[2] or b"") is not None
    if stop_exclusive(case):
        return False
    trim = before(case, (b"LTRIM", b"LPUSH", b"RPUSH", b"LREM", b"LSET"))
    if named(trim) == b"LTRIM" and negative(trim):
        return True
    if words[2:4] == [b"0", b"-1"] and case.checkpoint.id > "06.4":
        return False
    return negative(words) and came is not None and (
        due == [] or not came or words[2:4] != [b"0", b"-1"])


@rule("L03")
def push_order(case):
    pushed = [words for words in case.asked() if named(words) in PUSHING]
    if not pushed:
        return False
    due, came = both_members(case)
    if due and came:
        return due != came and sorted(due) == sorted(came)
    due, came = case.due_reply(), case.reply()
    if not due or not came or due[0] != "$" or came[0] != "$":
        return False
    return any(due[1] in words[2:] and came[1] in words[2:]
               and due[1] != came[1] for words in pushed)


@rule("L04")
def empty_stays(case):
    name, due, came = named(last(case)), case.due_reply(), case.reply()
    if not due or not came:
        return False
    if not before(case, TAKING):
        return before(case, REMOVING)[1:2] == last(case)[1:2] and (
            name == b"EXISTS" and due == (":", 0) and came == (":", 1)
            or name == b"TYPE" and due == ("+", b"none")) and (
            "nothing is left in the value, and its key is still there: whoever takes "
            "the last field or member deletes the key")
    if name == b"TYPE":
        return due[1] == b"none" and came[1] == b"list"
    if name in (b"EXISTS", b"LPUSHX", b"RPUSHX", b"DEL", b"TTL", b"LINSERT"):
        return due[0] == came[0] == ":" and due[1] < came[1]
    if name in (b"LPOP", b"RPOP", b"LMPOP", b"RPOPLPUSH", b"LMOVE"):
        return due[1] is None and came in (("*", []), ("$", b""))
    return name == b"SET" and due == ("+", b"OK") and came[1] is None
