"""Known mistakes with tracking: stage 10."""

from .rules import rule


def keys_told(reply):
    """Returns the keys of an invalidation that is the whole answer; None if it is none.
    """
    kind, content = reply or ("", None)
    if kind == ">" and content and content[0] == ("$", b"invalidate"):
        return content[1:]
    return None


@rule("X31")
def untold(case):
    return bool(keys_told(case.due_reply())) and keys_told(case.reply()) is None


@rule("X32")
def told_too_much(case):
    told = keys_told(case.reply())
    if keys_told(case.due_reply()) is not None or not told:
        return False
    return TOO_EARLY if is_own(case, told) else True


TOO_EARLY = ("a client hears of its own change before the reply to it: that message has to "
             "wait until the reply is complete, and all of EXEC's array")


def is_own(case, told):
    """Returns true if this client changed one of the keys with its last request, and
    wants to hear of that."""
    noloop = any(b"NOLOOP" in map(bytes.upper, words) for words in case.asked())
    keys = {name for _, name in told[0][1] or []}
    return not noloop and any(keys.intersection(words[1:]) for words in case.words())


@rule("X33")
def other_keys(case):
    due, came = keys_told(case.due_reply()), keys_told(case.reply())
    return bool(due) and bool(came) and due != came
