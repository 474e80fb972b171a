"""This command, as the user can type it.

Messages say tests/check. In a learner's own folder the path is another one, so what is
printed there has that path, or the bare name if it is on the PATH.
"""

import os
import re
import shutil
import sys

from .explain import WIDTH

CHECK = os.path.join(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))), "check")


def typed():
    """Returns this command as the user calls it: by its name if that is on the PATH."""
    called = sys.argv[0]
    if os.path.realpath(called) != CHECK:
        return "tests/check"    # the package is used by another program
    name = os.path.basename(called)
    found = shutil.which(name)
    if found and os.path.realpath(found) == os.path.realpath(called):
        return name
    return os.path.relpath(called) if not os.path.isabs(called) else called


def as_typed(line, command=None):
    """Returns the line with tests/check as the user can type it. Two columns that
    become too long are put below each other."""
    command = command or typed()
    if "tests/check" not in line or command == "tests/check":
        return line
    made = re.sub(r"(?<![\w/.-])tests/check(?= )", lambda _: command, line)
    if len(made) <= WIDTH:
        return made
    made = re.sub(r"^  by hand: +", "  by hand:\n    ", made)
    if max(map(len, made.splitlines())) > WIDTH:    # the shell reads on
        made = made.replace(" send ", " send \\\n      ", 1)
    return re.sub(r"(?<=\S)  +(?=hint: )", "\n  ", made)
