"""Known mistakes with lists, and with clients that wait: stage 06.

The correct reply is known, so most mistakes are recognized by how the two differ; those
about waiting by which client was served, and when.
"""

import re

from .case import WAITING, members, named

TAKING = WAITING + (b"LPOP", b"RPOP", b"LMPOP", b"LREM", b"LTRIM", b"LMOVE",
                    b"RPOPLPUSH")
REMOVING = (b"HDEL", b"SREM", b"SPOP", b"SMOVE", b"ZREM", b"ZPOPMIN", b"ZPOPMAX",
            b"ZREMRANGEBYRANK", b"ZREMRANGEBYSCORE", b"ZREMRANGEBYLEX")
PUSHING = (b"LPUSH", b"LPUSHX")
RANKED = (b"ZRANGE", b"ZREVRANGE")
NULLS = (b"*-1\r\n", b"$-1\r\n", b"*0\r\n", b"_\r\n")
ARRIVES = (b"RENAME", b"RENAMENX", b"COPY", b"LMOVE", b"RPOPLPUSH", b"BLMOVE",
           b"BRPOPLPUSH", b"MOVE", b"SWAPDB", b"RESTORE", b"SORT")


def gave_up_early(case):
    """Returns true if a client that waits got its time-out, and an element was due."""
    return (case.waits and case.got in (("*", None), ("$", None), ("_", None))
            and bool(case.want) and case.want[0] == "*" and bool(case.want[1]))


def may_be_held(case):
    """Returns true if a pause holds requests back, and not what they lack."""
    return any(list(map(bytes.upper, words[:2])) == [b"CLIENT", b"PAUSE"]
               for words in case.asked[:-1])


def negative(words):
    """Returns true if one of a command's first two numbers is negative."""
    return any(re.match(rb"-\d", word) for word in words[2:4])


def waited_for(words):
    """Returns the keys of a command that waits."""
    keys = {b"BLPOP": words[1:-1], b"BRPOP": words[1:-1], b"BLMPOP": words[3:]}
    return keys.get(named(words), words[1:2] if named(words) in WAITING else [])


def pushed_to(commands):
    """Returns the keys to which these commands push."""
    return [words[1] for words in commands
            if named(words) in (b"LPUSH", b"RPUSH") and len(words) > 2]


def first_key_alone(case):
    """Returns true if a push to another key than its first does not end a wait."""
    keys, pushed = waited_for(case.last), pushed_to(case.asked)
    return case.silent and case.waits and keys[:1] != [] and keys[0] not in pushed and bool(
        set(keys) & set(pushed))


def counts_too_late(case):
    """Returns true if a push is answered with what is left when those that wait are served."""
    if case.name not in (b"LPUSH", b"RPUSH") or not case.ints:
        return False
    waits = sum(name != case.conn and case.last[1] in waited_for(words)
                for name, words in case.latest.items())
    return waits > 0 and case.want[1] - case.got[1] == min(waits, len(case.last) - 2)


def wrong_end(case):
    """Returns true if BRPOP, which has waited, gets the first of several elements that RPUSH has
    brought, and not the last."""
    due, came = members(case.want), members(case.got)
    pushed = [words[2:] for words in case.asked
              if named(words) == b"RPUSH" and words[1:2] == (due or [])[:1]]
    return case.name == b"BRPOP" and bool(pushed and came) and len(pushed[-1]) > 1 and (
        [due[1:], came[1:]] == [pushed[-1][-1:], pushed[-1][:1]])


def to_the_past(case):
    """Returns true if an element has gone that was pushed after a wait for its key had ended:
    its time was over, or another key had served it."""
    key = (waited_for(case.last) or case.last[1:2] or [b""])[0]
    waits = [at for at, words in enumerate(case.asked[:-1]) if key in waited_for(words)]
    pushes = [at for at, words in enumerate(case.asked[:-1]) if key in pushed_to([words])]
    if not case.alive or not waits or not pushes or pushes[-1] < waits[0] or any(
            event[3] in ("closes", "resets") for event in case.timeline):
        return False
    if case.name == b"LLEN":
        return (case.want, case.got) == ((":", 1), (":", 0))
    return gave_up_early(case) or case.name == b"LRANGE" and (
        case.got == ("*", []) and bool(case.want) and bool(case.want[1]))


def not_woken(case):
    if not (case.silent and case.waits) or first_key_alone(case) or (
            case.due[:1] != b"*" or case.due in NULLS):
        return False
    if case.point < "06.9":
        return bool(set(waited_for(case.last)) & set(pushed_to(case.asked)))
    others = [words for name, words in case.told
              if name != case.conn and named(words) != b"PING"]
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


def has_fraction(words):
    """Returns true if this is a command that waits, with a time-out that is no integer.
    """
    return named(words) in WAITING and len(words) > 1 and re.fullmatch(
        rb"-?\d*\.\d+|\d+e-?\d+", words[1 if named(words) == b"BLMPOP" else -1])


def late_block(case):
    """Returns true if XREAD has waited for longer than its BLOCK says."""
    for words in case.commands:
        names = list(map(bytes.upper, words))
        if names[0] in (b"XREAD", b"XREADGROUP") and b"BLOCK" in names[:-1]:
            limit = names[names.index(b"BLOCK") + 1]
            return (limit.isdigit() and 0 < int(limit) <= 1000 and case.silent
                    and case.due == b"*-1\r\n")
    return False


def lost_to_the_dead(case):
    waiting, dead = set(), False
    for _, name, arrow, text, data in case.timeline:
        if arrow == ">" and re.search(rb"\r\nB(LPOP|RPOP|L?MOVE|LMPOP)\r\n",
                                      data, re.I):
            waiting.add(name)
        dead = dead or text in ("closes", "resets") and name in waiting
    if not dead or not case.alive:
        return False
    due = members(case.want)
    return case.silent and case.waits or bool(due) and members(case.got) != due or (
        case.due[:1] == b"$" and case.came == b"$-1\r\n")


def stop_exclusive(case):
    taken = case.before(TAKING)
    trims = named(taken) == b"LTRIM"
    if case.name == b"LLEN" and trims:
        return case.want == (":", (case.got or (":", -2))[1] + 1)
    if case.name == b"GETRANGE":
        return bool(case.due_string) and case.got == ("$", case.due_string[:-1])
    due = members(case.want)
    if case.name in RANKED:
        return bool(due) and members(case.got) == due[:-1]
    return case.name in (b"LRANGE", b"EXISTS") and bool(due) and (
        members(case.got) == due[:-1]) and (trims or not taken or case.point == "06.2")


def negative_index(case):
    words, name = case.last, case.name
    due, came = members(case.want), members(case.got)
    if name in RANKED:
        return negative(words) and bool(due) and came == []
    if not case.came or name not in (b"LRANGE", b"LINDEX", b"LSET"):
        return False
    if name != b"LRANGE":
        return re.match(rb"-\d", words[2]) is not None
    if stop_exclusive(case) or shuffled(case):
        return False
    if case.got == ("*", None) and due and negative(words):
        return ("a negative index counts from the end, and one before the first is cut off: a "
                "slice of some languages is nil then")
    trim = case.before((b"LTRIM", b"LPUSH", b"RPUSH", b"LREM", b"LSET"))
    if named(trim) == b"LTRIM" and negative(trim):
        return came not in [words[2:] for words in case.asked if named(words) == b"RPUSH"]
    if words[2:4] == [b"0", b"-1"] and case.point > "06.4":
        return False
    return negative(words) and came is not None and (
        due == [] or not came or words[2:4] != [b"0", b"-1"])


def is_part(few, many):
    """Returns true if the one list stands in the other, one behind the other."""
    return any(many[at:at + len(few)] == few for at in range(len(many) - len(few) + 1))


def shared(case):
    """Returns true if a key has changed although only its copy was touched."""
    copies = [at for at, words in enumerate(case.asked) if named(words) == b"COPY"]
    if not copies or len(case.last) < 2 or case.last[1] not in case.asked[copies[-1]][1:3]:
        return False
    pair, since = case.asked[copies[-1]][1:3], case.asked[copies[-1] + 1:-1]
    if not since or any(words[1:2] != [key] for words in since
                        for key in pair if key != case.last[1]):
        return False
    due, came = members(case.want), members(case.got)
    if due and came:
        return due != came and (is_part(due, came) or is_part(came, due))
    return case.want != case.got and bool(case.came_string) and (
        case.came_string == since[-1][-1])


MOVES = (b"LMOVE", b"RPOPLPUSH", b"BLMOVE", b"BRPOPLPUSH")


def shuffled(case):
    """Returns true if the same elements come in another order."""
    due, came = members(case.want), members(case.got)
    return bool(due and came) and due != came and sorted(due, key=repr) == sorted(came, key=repr)


def other_end(case):
    """Returns true if a command that moves an element has put it to the wrong end, as far as the
    order of the list tells, or has taken it from there."""
    if case.name in MOVES:
        held = [words[2:] for words in case.asked[:-1]
                if named(words) == b"RPUSH" and words[1:2] == case.last[1:2]]
        return len(held) == 1 and len(held[0]) > 1 and not case.before((b"LPUSH",)) and {
            case.due_string, case.came_string} == {held[0][0], held[0][-1]}
    return case.name == b"LRANGE" and shuffled(case) and any(
        named(words) in MOVES and case.last[1] in words[1:3] for words in case.asked[-3:-1])


def pops_other_end(case):
    """Returns true if LPOP or RPOP gives another element of the list than that at its end."""
    if case.name not in (b"LPOP", b"RPOP") or case.before((b"LPUSH",)):
        return False
    about = [words for words in case.asked[:-1] if words[1:2] == case.last[1:2]]
    held = [word for words in about if named(words) == b"RPUSH" for word in words[2:]]
    if not case.due_string or not {case.due_string, case.came_string} <= set(held):
        return False
    left, right = (sum(named(words) == name for words in about) for name in (b"LPOP", b"RPOP"))
    if case.came_string in held[:left] + held[len(held) - right:]:
        return "an element that was taken is still in the list: LPOP and RPOP take it away"
    return True


ANY_TYPE = (b"SET", b"SETEX", b"PSETEX", b"SETNX", b"MSET", b"MSETNX", b"MGET", b"DEL", b"UNLINK",
            b"EXISTS", b"TYPE", b"TTL", b"PTTL", b"EXPIRE", b"PEXPIRE", b"PERSIST", b"RENAME",
            b"RENAMENX", b"KEYS", b"SCAN", b"COPY", b"TOUCH")


def push_order(case):
    if other_end(case) or case.name in WAITING:
        return False
    pushed = [words for words in case.asked if named(words) in PUSHING]
    due, came = members(case.want), members(case.got)
    if due and came:
        by = set(map(named, case.asked[:-1]))
        return shuffled(case) and (bool(pushed) or by == {b"RPUSH"} and (
            "RPUSH adds its elements one after the other, so the last of them is last"))
    if not case.want or not case.got or case.want[0] != "$" or case.got[0] != "$":
        return False
    due, came = case.want[1], case.got[1]
    return due != came and any(due in words[2:] and came in words[2:] for words in pushed)


def empty_stays(case):
    name, due, came = case.name, case.want, case.got
    if not due or not came:
        return False
    if not case.before(TAKING):
        return case.before(REMOVING)[1:2] == case.last[1:2] and (
            name == b"EXISTS" and due == (":", 0) and came == (":", 1)
            or name == b"TYPE" and due == ("+", b"none")) and (
            "nothing is left in the value, and its key is still there: whoever takes "
            "the last field or member deletes the key")
    if name == b"TYPE":
        return due[1] == b"none" and came[1] == b"list"
    if name in (b"EXISTS", b"LPUSHX", b"RPUSHX", b"DEL", b"TTL", b"LINSERT"):
        return case.ints and due[1] < came[1]
    if name in (b"LPOP", b"RPOP", b"LMPOP", b"RPOPLPUSH", b"LMOVE"):
        return due[1] is None and came in (("*", []), ("$", b"")) and (
            case.saw.stays is not False)
    return name == b"SET" and due == ("+", b"OK") and came[1] is None
