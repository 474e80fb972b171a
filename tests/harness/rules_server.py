"""Known mistakes of the whole server: stage 10.

In a transaction the answer of EXEC shows most of them: an array of replies, a null one, or
an error. The rest shows in the requests between MULTI and EXEC. On a replication link the
judge is one of the two: its account of the stream (link.Ledger) tells what an offset should
have been, and the bytes of an answer tell the rest.
"""

from .case import commands_in, elements, named
from .link import AT_ONCE, GETACK, is_ack, upper

ENDS = (b"EXEC", b"DISCARD", b"RESET", b"UNWATCH")
NO_REPLIES = (("*", None), ("_", None))
NEW = "_#,(=~%>|"       # types that version 2 does not have
LEAVES = (b"UNSUBSCRIBE", b"PUNSUBSCRIBE", b"RESET", b"QUIT")

# Transactions.


def by_client(case):
    """Returns {connection: all its commands}."""
    asked = {}
    for name, words in case.told:
        asked.setdefault(name, []).append(words)
    return asked


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


def is_over(commands):
    """Returns true if the last transaction has ended."""
    ends = [named(words) for words in commands if named(words) in (b"MULTI",) + ENDS[:3]]
    return bool(ends) and ends[-1] != b"MULTI"


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
    return bool(case.own) and named(case.own[-1]) == b"EXEC"


def has_time(case):
    """Returns true if a key that is watched was given a time, and then nothing but time
    passed."""
    return any(words[1:2] == [key] and named(words) == b"SET"
               and {b"PX", b"EX"} & {word.upper() for word in words[3:]}
               for words in case.asked for key in watched(case.own))


def ran_in_vain(case):
    """Returns true if EXEC should have done nothing, and has run."""
    came = elements(case.got)
    return (is_exec(case) and case.want in NO_REPLIES
            and came is not None and (came or not queued(case.own[:-1])))


def is_event(message):
    """Returns true if it is a message about an event of a key."""
    return any(kind == "$" and (word or b"").startswith((b"__keyspace@", b"__keyevent@"))
               for kind, word in (elements(message) or [])[1:3])

# Channels, and the third version of the protocol.


def speaks_3(case):
    """Returns true if this client has chosen version 3, and not gone back."""
    chosen = [words[1:2] == [b"3"] for words in case.own
              if named(words) == b"RESET" or named(words) == b"HELLO" and len(words) > 1]
    return bool(chosen) and chosen[-1]


def is_new(reply):
    """Returns true if there is a type of version 3 in it."""
    kind, content = reply or ("", None)
    return bool(kind) and kind in NEW or isinstance(content, list) and any(map(is_new, content))


def message_in(reply):
    """Returns the words of a message, numbers as they are; otherwise []."""
    kind, content = reply or ("", None)
    return [item[1] for item in content] if kind in ("*", ">") and content else []


def counts_wrongly(case):
    due, came = message_in(case.want), message_in(case.got)
    if not (len(due) == len(came) == 3 and due[:2] == came[:2] and due[2] != came[2]
            and due[0] in (b"subscribe", b"psubscribe", b"unsubscribe", b"punsubscribe")):
        return False
    names = (case.own or [[]])[-1][1:]
    later = len(names) - 1 - names.index(due[1]) if due[1] in names else 0
    return not later or came[2] != due[2] + later or (
        "all channels of the request are counted in its first reply: each channel has a "
        "reply of its own, with the number that the client listens to by then")

# Links.


def streamed(case):
    """Returns the parts of the stream of the only link so far; [] if there is none."""
    return case.saw.ledger.segments if case.saw.ledger else []


def counts_the_question(case):
    told, due = case.saw.told, case.saw.offset_due
    if told is None or due is None or case.saw.took > AT_ONCE:
        return False
    asked = [segment for segment in streamed(case)
             if segment.before == due and upper(segment.words or []) == GETACK]
    return bool(asked) and told == asked[-1].after


def leaves_out(case, words):
    """Returns true if the offset lacks these commands, and nothing else."""
    told, due = case.saw.told, case.saw.offset_due
    if told is None or due is None:
        return False
    return 0 < due - told == sum(
        len(segment.data) for segment in streamed(case)
        if segment.after <= due and segment.words and upper(segment.words) == words)


def takes_all_its_time(case):
    words = (case.own or [[]])[-1]
    if named(words) != b"WAIT" or len(words) < 3 or not words[1].isdigit():
        return False
    if case.mismatch.note == "too late":
        return True
    asked = max((number for number, event in enumerate(case.timeline)
                 if event[1:3] == (case.conn, ">")), default=0)
    acks = sum(is_ack(each) for _, _, arrow, _, data in case.timeline[asked:]
               if arrow == ">" for each in commands_in(data))
    return case.silent and acks >= int(words[1])

# Tracking.


def keys_told(reply):
    """Returns the keys of an invalidation that is the whole answer; None if it is none.
    """
    kind, content = reply or ("", None)
    if kind == ">" and content and content[0] == ("$", b"invalidate"):
        return content[1:]
    return None


def is_own(case):
    """Returns true if this client changed one of the keys told with its last request, and
    wants to hear of that."""
    noloop = any(b"NOLOOP" in map(bytes.upper, words) for words in case.asked)
    keys = {name for _, name in keys_told(case.got)[0][1] or []}
    return not noloop and any(keys.intersection(words[1:]) for words in case.commands)
