"""A folder that is handed out: the judge, and the data that it needs."""

import glob
import os
import re
import shutil
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
sys.path.insert(0, TESTS)

from harness import manifest, settings_file  # noqa: E402
from harness.model import SetupError  # noqa: E402

# Parts of the harness that judge our own servers and the harness itself.
OURS = ("__pycache__", "tests", "grade", "proof.py", "naive.py", "my_tests.py")
MAKEFILE = """\
{build}
.PHONY: check
check: all
\t@tests/check
"""


def begin(target):
    """Makes the folder, which must still be empty."""
    if os.path.exists(target) and not os.path.isdir(target):
        raise SetupError("%s is not a folder" % target)
    if os.path.isdir(target) and os.listdir(target):
        raise SetupError("%s is not empty; give a folder that is" % target)
    os.makedirs(target, exist_ok=True)


def with_needs(stage, prefixes):
    """Returns the checkpoints of a stage that begin with these ids, and those of the
    stage that they need."""
    known = {one.id: one for one in stage.checkpoints}
    wanted = [ident for ident in known
              if any(ident == one or re.fullmatch(re.escape(one) + "[a-z]", ident)
                     for one in prefixes)]
    for prefix in prefixes:
        if not any(ident.startswith(prefix) for ident in wanted):
            raise SetupError("stage %s has no checkpoint %s" % (stage.name, prefix))
    for ident in wanted:                        # the list grows meanwhile
        wanted += [need for need in known[ident].needs
                   if need in known and need not in wanted]
    return [one for one in stage.checkpoints if one.id in wanted]


def copy_judge(target, stage, chosen, pages=None):
    """Copies the judge, with all checkpoints of the stages before and the chosen ones
    of this stage. pages is {stage: file}, the places of their lessons in the folder."""
    tests = os.path.join(target, "tests")
    shutil.copytree(os.path.join(TESTS, "harness"), os.path.join(tests, "harness"),
                    ignore=shutil.ignore_patterns(*OURS))
    shutil.copy(os.path.join(TESTS, "check"), tests)
    points = os.path.join(tests, "checkpoints")
    shutil.copytree(manifest.FOLDER, points)
    forget_later(points, stage)
    left_out = {one.id for one in stage.checkpoints} - {one.id for one in chosen}
    leave_out(os.path.join(points, stage.name), left_out)
    for name, page in (pages or {}).items():
        edit(os.path.join(points, name, "manifest.ini"), lambda text, page=page: re.sub(
            r"^lesson = .*#", "lesson = %s#" % page, text, flags=re.M))


def forget_later(points, stage):
    """Removes the checkpoints of later stages, but not the data that judges read when
    they load."""
    for folder in manifest.folders():
        later = os.path.join(points, os.path.basename(folder))
        if os.path.basename(later) > stage.name:
            for path in glob.glob(os.path.join(later, "*.session")):
                os.unlink(path)
            os.unlink(os.path.join(later, "manifest.ini"))
            if not os.listdir(later):
                os.rmdir(later)


def leave_out(here, ids):
    """Removes checkpoints from a stage."""
    edit(os.path.join(here, "manifest.ini"), lambda text: "".join(
        one for one in re.split(r"^(?=\[)", text, flags=re.M)
        if one[1:].partition("]")[0] not in ids))
    for ident in ids:
        path = os.path.join(here, ident + ".session")
        if os.path.exists(path):
            os.unlink(path)


def edit(path, change):
    """Replaces a file's text by the result of change()."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(change(text))


def write(target, name, text):
    path = os.path.join(target, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def finish(target, number, server, build, rules, **settings):
    """Adds what every such folder has: check.toml, Makefile, licence."""
    write(target, "check.toml", settings_file.written(
        {"stage": number, "server": server, "ready": 10, "build": build, **settings}))
    write(target, "Makefile", MAKEFILE.format(build=rules))
    write(target, ".gitignore", "build/\nserver\nout/\n__pycache__/\n")
    shutil.copy(os.path.join(ROOT, "LICENSE"), target)
