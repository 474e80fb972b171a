"""Known mistakes with tracking: stage 10."""

from .rules import rule


def keys_told(reply):
    """The keys of an invalidation, all that is in it; None if it is none."""
    kind, content = reply or ("", None)
    if kind == ">" and content and content[0] == ("$", b"invalidate"):
        return content[1:]
    return None


@rule("X31")
def untold(case):
    return bool(keys_told(case.due_reply())) and keys_told(case.reply()) is None


@rule("X32")
def told_too_much(case):
    return keys_told(case.due_reply()) is None and bool(keys_told(case.reply()))


@rule("X33")
def other_keys(case):
    due, came = keys_told(case.due_reply()), keys_told(case.reply())
    return bool(due) and bool(came) and due != came
