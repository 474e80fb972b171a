"""Known mistakes with channels, and with the third version of the protocol: stage 10."""

from .rules import rule
from .rules_lists import named
from .rules_multi import asked_by, own

NEW = "_#,(=~%>|"       # types that version 2 does not have
LEAVES = (b"UNSUBSCRIBE", b"PUNSUBSCRIBE", b"RESET", b"QUIT")


def speaks_3(case):
    """Returns true if this client has chosen version 3, and not gone back."""
    chosen = [words[1:2] == [b"3"] for words in own(case)
              if named(words) == b"RESET" or named(words) == b"HELLO" and len(words) > 1]
    return bool(chosen) and chosen[-1]


def is_new(reply):
    """Returns true if there is a type of version 3 in it."""
    kind, content = reply
    return kind in NEW or isinstance(content, list) and any(map(is_new, content))


def told(reply):
    """Returns the words of a message, numbers as they are; otherwise []."""
    kind, content = reply or ("", None)
    return [item[1] for item in content] if kind in ("*", ">") and content else []


@rule("X09")
def asks_while_it_listens(case):
    return ((case.due or b"").startswith(b"-ERR Can't execute")
            and bool(case.came) and case.came[:1] != b"-")


@rule("X12")
def new_types_for_all(case):
    return bool(case.reply()) and is_new(case.reply()) and not speaks_3(case)


@rule("X21")
def old_types(case):
    due, came = case.due_reply(), case.reply()
    if not came or not speaks_3(case) or is_new(came) or came[0] in "-+":
        return False
    wanted = case.mismatch.expected_text or ""
    return (bool(due) and is_new(due) and due[0] != "|"
            or wanted.startswith(("a map", "a set", "a push")))


@rule("X23")
def counts_clients(case):
    due, came = case.due_reply(), case.reply()
    if not due or not came or due[0] != ":" or came[0] != ":" or not (
            named((own(case) or [[b""]])[-1]) == b"PUBLISH" and 0 < came[1] < due[1]):
        return False
    return any({b"SUBSCRIBE", b"PSUBSCRIBE"} <= {named(words) for words in commands}
               for commands in asked_by(case).values())


@rule("X24")
def counts_wrongly(case):
    due, came = told(case.due_reply()), told(case.reply())
    if not (len(due) == len(came) == 3 and due[:2] == came[:2] and due[2] != came[2]
            and due[0] in (b"subscribe", b"psubscribe")):
        return False
    names = (own(case) or [[]])[-1][1:]
    later = len(names) - 1 - names.index(due[1]) if due[1] in names else 0
    return not later or came[2] != due[2] + later or (
        "all channels of the request are counted in its first reply: each channel has a "
        "reply of its own, with the number that the client listens to by then")


@rule("X25")
def has_not_left(case):
    due, came = case.due_reply(), case.reply()
    return (bool(due and came) and due[0] == came[0] == ":" and due[1] < came[1]
            and named((own(case) or [[b""]])[-1]) == b"PUBLISH"
            and any(named(words) in LEAVES for words in case.asked()))


@rule("X26")
def leaves_without_a_word(case):
    due = told(case.due_reply())
    return (case.silent() and not case.came and due[:1] in (
        [b"unsubscribe"], [b"punsubscribe"]))


@rule("X27")
def as_a_message(case):
    due, came = told(case.due_reply()), told(case.reply())
    return due[:1] == [b"pmessage"] and came[:1] == [b"message"]
