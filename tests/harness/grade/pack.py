"""Files for systems that call the judge themselves.

    autograder   a zip for Gradescope: setup.sh makes the machine, run_autograder
                 judges /autograder/submission and writes results.json
    workflow     a classroom.yml for GitHub Classroom: a step for each checkpoint,
                 with its points, judged by the check.toml of the repository

Gradescope's containers do not let bubblewrap make namespaces, so there each
submission runs as a user of its own, and the judge's folder (the seed is in it)
can be read by root alone. GitHub Classroom runs in the learner's own repository:
there nothing can be kept secret, so it judges with the public seed.
"""

import io
import os
import shlex
import zipfile

from ..manifest import ROOT, TESTS

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when it makes the image.
set -e
apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-redis redis-tools \\
  bubblewrap util-linux build-essential git golang nodejs
"""
RUN = """#!/usr/bin/env bash
# Gradescope runs this for each submission.
set -u
chmod -R go= /autograder/source /autograder/run_autograder
results=$(mktemp -d)
/autograder/source/tests/grade --single /autograder/submission \\
  %s --seed-file /autograder/source/seed --jobs 1 --to "$results"
mkdir -p /autograder/results
cp "$results/gradescope/submission.json" /autograder/results/results.json
"""
LEFT_OUT = ("__pycache__", "tests")     # within harness: its own tests
DATE = (2020, 1, 1, 0, 0, 0)            # the same files make the same zip


def same_words(plan):
    """Returns the words that make tests/grade judge by the same plan, except for the seed."""
    words = ["--stage", plan["stage"]]
    words += [word for ident in plan["only"] for word in ("--only", ident)]
    words += ["--variant", plan["variant"]] if plan["variant"] else []
    return shlex.join(words + ["--latest-only"] * plan["latest_only"])


def autograder(plan):
    """Returns the bytes of the zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        def put(name, data, mode):
            about = zipfile.ZipInfo(name, DATE)
            about.external_attr = (0o100000 | mode) << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, data)

        put("setup.sh", SETUP, 0o755)
        put("run_autograder", RUN % same_words(plan), 0o755)
        put("seed", plan["seed"], 0o600)
        for path in judges_files():
            with open(path, "rb") as file:
                put(os.path.relpath(path, ROOT), file.read(),
                    0o755 if os.access(path, os.X_OK) else 0o644)
    return out.getvalue()


def judges_files():
    """Returns the files of the judge."""
    found = [os.path.join(TESTS, name) for name in ("check", "grade")]
    found.append(os.path.join(ROOT, "LICENSE"))
    for folder in ("harness", "checkpoints", "commands"):
        for base, folders, files in os.walk(os.path.join(TESTS, folder)):
            folders[:] = sorted(set(folders) - set(LEFT_OUT))
            found += [os.path.join(base, name) for name in sorted(files)]
    return found


STEP = """
      - name: {title}
        id: {step}
        uses: classroom-resources/autograding-command-grader@v1
        with:
          test-name: {title}
          command: tests/check --stage {stage} --only {ident} --plain
          timeout: 5
          max-score: {points}
"""


def workflow(checkpoints, stage):
    """Returns the text of classroom.yml. It needs what `make lab` puts into the repository: the
    judge, and check.toml."""
    text = """# Judges each push, with points. Made by tests/grade workflow.
name: Autograding Tests
on: [push, workflow_dispatch, repository_dispatch]
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - name: Checkout code
        uses: actions/checkout@v4
      - name: The clients that 03.9 connects
        run: sudo apt-get install -q -y redis-tools
"""
    steps = {"check-" + c.id.replace(".", "-"): c for c in checkpoints}
    for step, one in steps.items():
        text += STEP.format(step=step, stage=stage, ident=one.id, points=one.points,
                            title=quoted("%s %s" % (one.id, one.title)))
    text += """
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
"""
    for step in steps:
        text += '          %s_RESULTS: "${{steps.%s.outputs.result}}"\n' % (
            step.upper(), step)
    return text + "        with:\n          runners: %s\n" % ",".join(steps)


def quoted(text):
    """Returns a text as YAML."""
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')
