"""Known mistakes about the log: what stage 09 looks like when it goes wrong.

The judges of stage 09 (judges/aof*.py) put what they saw into a failure's
facts; what cannot be seen is not guessed.
"""

from .rules import rule


def fact(case, name):
    """Did the judge see this?"""
    return bool(case.facts.get(name))


@rule("A01", "the reply is sent before the command is in the log: write to the "
             "file (and sync it, with appendfsync always), then reply")
def early(case):
    return fact(case, "early") or fact(case, "unsynced") or (
        fact(case, "lost") and not fact(case, "rewrite"))


@rule("A02", "commands that change nothing are logged: reads, and what was "
             "answered by an error")
def reads(case):
    return fact(case, "reads") or fact(case, "failed")


@rule("A03", "a relative time is logged: read again an hour later, it begins "
             "anew; log the point in time")
def relative(case):
    return fact(case, "relative")


@rule("A04", "a log whose last command is cut short is not loaded: that is how "
             "a crash leaves it; keep what is whole, and cut off the rest")
def torn(case):
    return fact(case, "torn")


@rule("A05", "what was written while the log was being rewritten is in neither "
             "file: from the fork on, it belongs into a new increment")
def rewriting(case):
    return fact(case, "rewrite")
