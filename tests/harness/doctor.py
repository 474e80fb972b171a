"""tests/check doctor: checks that everything needed for judging is here."""

import os
import shutil
import socket
import sys

from . import kernel, manifest, oracle
from .model import SetupError, read_text


def have(name, good, why):
    """Prints one line of the report: a tool that is here, or what is not possible
    without it."""
    print("%-7s %-16s %s" % ("ok" if good else "missing", name, why))


def examine():
    """Prints what is here. Returns 0 if judging can work, 2 if it cannot."""
    good = sys.version_info >= (3, 9)
    have("python", good, "%d.%d, judging needs 3.9 or newer"
         % sys.version_info[:2])
    try:
        stages = manifest.load()
        number = sum(len(stage.checkpoints) for stage in stages)
        have("checkpoints", True, "%d in %d stages" % (number, len(stages)))
        lessons(stages)
    except SetupError as error:
        have("checkpoints", False, str(error))
        good = False
    try:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", kernel.free_port()))
        have("loopback", True, "free ports on 127.0.0.1")
    except (OSError, SetupError) as error:
        have("loopback", False, str(error))
        good = False
    have("/proc", os.path.isdir("/proc/self"),
         "descriptors, CPU time and orphans of the server are seen")
    have("redis-server", oracle.installed(),
         "the oracle beside a failure (%s); else what sessions expect, or is kept"
         % (oracle.version() if oracle.installed() else "not here"))
    for name, why in (("redis-cli", "03.9 tries it"),
                      ("redis-benchmark", "03.9 tries it"),
                      ("nc", "to send the bytes of a failure by hand")):
        have(name, shutil.which(name) is not None, why)
    from .judges.resp import python_with_redis
    have("redis-py", python_with_redis() is not None, "03.9 tries it")
    return 0 if good else 2


def slug(heading):
    """Returns the anchor of a heading, as GitHub makes it."""
    kept = "".join(c for c in heading.strip().lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def anchors(path):
    """Returns the anchors of a lesson's headings."""
    return {slug(line.lstrip("#")) for line in read_text(path).splitlines()
            if line.startswith("#")}


def missing_anchors(stages):
    """Returns the anchors in manifests that no lesson has."""
    missing = []
    for stage in stages:
        for checkpoint in stage.checkpoints:
            name, _, anchor = checkpoint.lesson.partition("#")
            path = os.path.join(manifest.ROOT, "stages", name)
            if not os.path.exists(path) or anchor not in anchors(path):
                missing.append((checkpoint.id, checkpoint.lesson))
    return missing


def lessons(stages):
    """Returns true if the lessons have the anchors that failures point at."""
    missing = missing_anchors(stages)
    for ident, lesson in missing:
        have("lesson", False, "%s points at %s" % (ident, lesson))
    if not missing:
        have("lessons", True, "every anchor exists")
