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
import string
import zipfile

from ..manifest import ROOT, TESTS
from ..model import read_file, read_text

LEFT_OUT = ("__pycache__", "tests")     # within harness: its own tests
DATE = (2020, 1, 1, 0, 0, 0)            # the same files make the same zip


def ours(name):
    """Returns the text of one of the files that are filled in here."""
    return read_text(os.path.join(os.path.dirname(__file__), "files", name))


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

        put("setup.sh", ours("setup.sh"), 0o755)
        put("run_autograder", ours("run_autograder").replace("WORDS", same_words(plan)), 0o755)
        put("seed", plan["seed"], 0o600)
        for path in judges_files():
            put(os.path.relpath(path, ROOT), read_file(path),
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


def workflow(checkpoints, stage):
    """Returns the text of classroom.yml. It needs what `make lab` puts into the repository: the
    judge, and check.toml."""
    steps = {"check-" + c.id.replace(".", "-"): c for c in checkpoints}
    form = string.Template(ours("step.yml"))
    return string.Template(ours("classroom.yml")).substitute(
        steps="".join(form.substitute(
            step=step, stage=stage, ident=one.id, points=one.points,
            title=quoted("%s %s" % (one.id, one.title))) for step, one in steps.items()),
        results="".join('          %s_RESULTS: "${{steps.%s.outputs.result}}"\n' % (
            step.upper(), step) for step in steps),
        runners=",".join(steps))


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')
