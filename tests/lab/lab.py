#!/usr/bin/env python3
"""Writes a lab: a folder to hand out.

    lab STAGE FOLDER [c|python|js|go|none [CHECKPOINT ...]]

It is called by `make lab`; docs/labs.md is its manual.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import folder  # noqa: E402
import handout  # noqa: E402
import stage_code  # noqa: E402
import starters  # noqa: E402
from harness import manifest  # noqa: E402
from harness.model import SetupError  # noqa: E402

USAGE = "make lab STAGE=NN TO=folder [LANG=c|python|js|go|none] [ONLY='NN.N ...']"
C_RULES = """\
# Warnings do not stop the build here: your compiler may know newer ones.
WERROR ?=
include common/stage.mk
"""
COMMANDS = """\
make                       build
make check                 build and judge, to the first failure that matters
tests/check --watch        the same, whenever a file changes
tests/check --only {one}    one checkpoint
tests/check hint {one}      a question; 2: a pointer; 3: the shape of the code"""


def main(stage_name="", target="", language="c", *only):
    if not stage_name or not target or language not in ["c", *starters.STARTERS]:
        raise SetupError("usage: " + USAGE)
    number = manifest.stage_number(stage_name)
    *before, stage = (one for one in manifest.load() if one.number <= number)
    chosen = folder.with_needs(stage, only) if only else stage.checkpoints
    existed = os.path.isdir(target)
    folder.begin(target)
    try:
        fill(stage, before, chosen, only, target, language)
    except BaseException:       # half a lab is of no use
        shutil.rmtree(target)
        if existed:
            os.mkdir(target)
        raise
    print("the lab on stage %s is in %s: print handout.html, and hand out the folder"
          % (stage.name, target))


def fill(stage, before, chosen, only, target, language):
    """Fills the folder; before holds the stages up to this one."""
    if language == "c":
        stage_code.export(stage.number, target)
        written = stage_code.empty_stage(stage, target)
        start = "./server --port {port}", "make -s", C_RULES
    else:
        written, start = {}, starters.copy(language, target)
    pages = {one.name: "lessons/%s.html" % one.name for one in before}
    folder.copy_judge(target, stage, chosen, {**pages, stage.name: "handout.html"})
    folder.finish(target, stage.number, *start)
    folder.write(target, "handout.html", handout.page(
        stage, chosen, only, written, COMMANDS.format(one=chosen[0].id)))
    for one in before:
        folder.write(target, pages[one.name], handout.page(
            one, one.checkpoints, (), {}, COMMANDS.format(one=one.checkpoints[0].id)))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SetupError as error:
        sys.exit("lab: %s" % error)
