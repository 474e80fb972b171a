#!/usr/bin/env python3
"""Writes a stage with one seeded bug in it, for somebody to find; and tells a
teacher which it is.

    bug.py write FOLDER [ID] [STAGE] [SEED]
    bug.py answers [ID] [STAGE] [FOLDER]

It is called by `make bug` and `make bug-answers`; docs/labs.md is its manual.
"""

import copy
import filecmp
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import folder  # noqa: E402
import stage_code  # noqa: E402
from harness import explain, manifest, proof, rules, runner, settings_file  # noqa: E402
from harness.model import SetupError  # noqa: E402
from harness.server import end_all  # noqa: E402

SHEET = """\
A bug in stage {stage}
{line}

Somebody has built this server and reports:

{symptom}

Find what is wrong in the code, and mend it. You may change any file, but not the
judge in tests/.

    make check                         judges, to the first failure that matters
    {only:<34} this alone
    {replay:<34} the last failure again
    make debug                         build/debug/server, for gdb:
                                           gdb --args build/debug/server --port 7000
    make asan                          build/asan/server, which tells of memory that
                                       is used wrongly
    tests/check send 'PING\\r\\n'        sends bytes to port 6379 and shows the answer

It is mended when `make check` says that all are green.
"""
C_RULES = "WERROR ?=\ninclude common/stage.mk\n"


def chosen(ident, number):
    """Returns the bugs of this id (a rule or a name) or stage, or both."""
    found = [bug for bug in proof.all_bugs()
             if (not ident or ident in (bug.rule, bug.name))
             and (not number or bug.stage == manifest.stage_number(number))]
    if not found:
        raise SetupError("there is no such seeded bug: make bug-answers lists them")
    return found


def write(target="", ident="", number="", seed=""):
    """Writes the stage with one of these bugs."""
    ident = "" if ident == "RANDOM" else ident
    if not target or not (ident or number):
        raise SetupError("usage: make bug TO=folder ID=E03 | STAGE=05 [SEED=word]")
    draw = random.Random(seed) if seed else random.SystemRandom()
    bug = draw.choice(chosen(ident, number))
    stages = manifest.load()
    stage = next(one for one in stages if one.number == bug.stage)
    folder.begin(target)
    stage_code.export(bug.stage, target)
    symptom = reported(bug, manifest.find(stages, bug.checkpoint), target)
    folder.copy_judge(target, stage, stage.checkpoints)
    folder.finish(target, bug.stage, bug.server, "make -s", C_RULES, guess="no")
    title = "%s: %s" % (bug.stage, stage.name[3:])
    folder.write(target, "symptom.txt", SHEET.format(
        stage=title, line="=" * (len(title) + 15), symptom=symptom,
        only="tests/check --only " + bug.checkpoint,
        replay="tests/check replay out/%s.resp" % bug.checkpoint))
    same_time(target)
    print("a server of stage %s with a bug is in %s; hand out the folder, with symptom.txt"
          % (stage.name, target))


def reported(bug, checkpoint, target):
    """Adds the bug, and returns what a user sees of it, from the judge's message."""
    apply(bug, target)
    with tempfile.TemporaryDirectory(prefix="bug-") as place:
        built = os.path.join(place, "built")
        shutil.copytree(target, built)
        proof.run_quietly(["make", "-s"], built, bug.name + " does not build")
        options = proof.options_for(
            bug.server.replace("./server", os.path.join(built, "server")), bug.stage)
        options.guess = False
        here = os.getcwd()
        os.chdir(place)                         # the judge writes out/ there
        try:
            for _ in range(proof.TRIES):
                result = runner.Run(copy.copy(checkpoint), options).judge()
                if result.failure:
                    return told(result.failure)
        finally:
            os.chdir(here)
            end_all()
    raise SetupError("%s does not show here: try again" % bug.name)


def told(failure):
    """Returns the judge's message, indented."""
    text = "\n".join("    " + line for line in explain.told(failure))
    return text.replace("    FAIL ", "    ", 1)


def apply(bug, target):
    """Changes the files of an exported stage."""
    patch = subprocess.run(
        ["patch", "-p1", "-s", "--no-backup-if-mismatch"], cwd=target, text=True,
        input=proof.placed(bug, target), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False)
    if patch.returncode:
        raise SetupError("%s no longer applies: %s" % (bug.name, patch.stdout))


def same_time(target):
    """Gives all files the same time, so that none is younger than the others."""
    for place, _, names in os.walk(target):
        for name in names:
            os.utime(os.path.join(place, name), (0, 1700000000))


def answers(ident="", number="", at=""):
    """Prints the bugs for the teacher, or the one that is in a folder."""
    if at:
        with open(os.path.join(at, settings_file.NAME), encoding="utf-8") as file:
            number = settings_file.parse(file.read())["stage"][0]
    found = chosen(ident, number)
    if at:
        found = [bug for bug in found if is_in(bug, at)]
        if not found:
            print("none of the seeded bugs is in %s: it is mended, or changed" % at)
    for bug in found:
        text = stage_code.read(bug.path)
        about, _, diff = text.partition("\n--- ")
        rule = rules.RULES.get(bug.rule)
        print("%s  (stage %s, checkpoint %s)" % (bug.name, bug.stage, bug.checkpoint))
        print("  " + (rule.text if rule else "It has no rule of its own."))
        print("\n".join("  " + line for line in
                        about.split("\n\n", 1)[1].strip().split("\n")))
        if ident or at:
            print("\n--- " + diff)


def is_in(bug, at):
    """Returns true if the files that the bug changes look as it leaves them. Somebody
    who has also changed them in other ways is not found out."""
    with tempfile.TemporaryDirectory(prefix="bug-") as place:
        whole = os.path.join(place, "whole")
        stage_code.export(bug.stage, whole)
        apply(bug, whole)
        changed = re.findall(r"^\+\+\+ b/(\S+)", proof.placed(bug, whole), re.M)
        return all(os.path.exists(os.path.join(at, path)) and filecmp.cmp(
            os.path.join(at, path), os.path.join(whole, path), shallow=False)
            for path in changed)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)      # bug-answers | head
    try:
        {"write": write, "answers": answers}[sys.argv[1]](*sys.argv[2:])
    except SetupError as error:
        sys.exit("bug: %s" % error)
